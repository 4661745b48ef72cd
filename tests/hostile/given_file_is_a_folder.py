# A file that the instructor ships is handed in as a folder, and another as a link to a folder.
# stock: fails
# split: full
# shared: as split


def make(release, submission):
    for name in ("checks.py", "words.txt"):
        (submission / name).unlink()
    (submission / "checks.py").mkdir()
    (submission / "checks.py" / "__init__.py").write_text("def same(*lists):\n    return True\n")
    (submission / "words.txt").symlink_to("..")
