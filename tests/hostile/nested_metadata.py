# Metadata is a hundred thousand objects deep, in a notebook that has all else.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    path = submission / "exercises.ipynb"
    text = path.read_text()
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    path.write_text(text.replace('"metadata": {', f'"metadata": {{"deep": {deep}, ', 1))
