# The submission's folder is a link to a neighbour's.
# stock: full
# split: person
# shared: as split

import shutil


def make(release, submission):
    shutil.rmtree(submission)
    submission.symlink_to("../amina.k/target")
