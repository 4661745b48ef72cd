# The notebook is a hundred thousand lists in each other.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    (submission / "exercises.ipynb").write_text("[" * 100_000 + "]" * 100_000)
