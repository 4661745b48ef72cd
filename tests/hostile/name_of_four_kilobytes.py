# A path in the submission is longer than the system's longest, and forty folders deep.
# stock: not run: it breaks what copies and deletes the folder
# split: full
# shared: as split

import os


def make(release, submission):
    folder = os.open(submission, os.O_RDONLY)
    for _ in range(40):
        os.mkdir("x" * 240, dir_fd=folder)
        inner = os.open("x" * 240, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open("end", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
