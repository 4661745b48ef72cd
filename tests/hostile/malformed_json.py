# The notebook ends in the middle, as a transfer that broke.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    path = submission / "exercises.ipynb"
    path.write_bytes(path.read_bytes()[:-200])
