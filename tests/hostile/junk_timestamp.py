# The time of handing in is junk; it is not the learner's answers that are wrong.
# stock: fails
# split: full
# shared: as split


def make(release, submission):
    (submission / "timestamp.txt").write_text("\x00 in the year 99999 \u202e" * 100)
