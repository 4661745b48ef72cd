# The time of handing in is junk, so nobody knows whether it is late; stock nbgrader ends the batch.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    (submission / "timestamp.txt").write_text("\x00 in the year 99999 \u202e" * 100)
