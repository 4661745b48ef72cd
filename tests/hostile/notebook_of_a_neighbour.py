# The notebook is a link to the one of a neighbour who has full points.
# stock: full
# split: person
# shared: as split


def make(release, submission):
    path = submission / "exercises.ipynb"
    path.unlink()
    path.symlink_to("../../amina.k/target/exercises.ipynb")
