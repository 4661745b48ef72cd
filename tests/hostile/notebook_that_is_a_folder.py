# The notebook's name is a folder's.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    (submission / "exercises.ipynb").unlink()
    (submission / "exercises.ipynb").mkdir()
    (submission / "exercises.ipynb" / "exercises.ipynb").write_text("{}")
