# Names of files hold `..`, line ends, quotes, commands, marks, and bytes that are no text.
# stock: not run: some of its tools break on bytes that are no text
# split: full
# shared: as split

import os


def make(release, submission):
    names = ["..", "..x", "...", "-rf", "$(touch hostile-was-here)", "a\nb", 'a"b', "\u202etxt.exe"]
    names += ["\x1b[2J", "..\\..\\hostile-was-here", "%2e%2e%2fhostile-was-here", " ", "~", "*"]
    for name in names[1:]:
        (submission / name).write_text("x")
    with open(os.fsencode(submission) + b"/\xff\xfe\x80", "w") as file:
        file.write("x")
    (submission / "exercises.ipynb.ipynb").write_text("{}")
    (submission / ".ipynb").write_text("{}")
