# A notebook of another name is handed in, and none of the right one.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    (submission / "exercises.ipynb").rename(submission / "..exercises (1).ipynb")
