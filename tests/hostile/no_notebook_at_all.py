# The file is a picture, with a notebook's name.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    path = submission / "exercises.ipynb"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x00" * 1_000)
