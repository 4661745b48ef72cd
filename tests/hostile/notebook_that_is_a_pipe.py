# The notebook is a FIFO: who opens it waits for ever.
# stock: not run: it waits for ever
# split: person
# shared: as split

import os


def make(release, submission):
    (submission / "exercises.ipynb").unlink()
    os.mkfifo(submission / "exercises.ipynb")
