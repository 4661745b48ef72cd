# The submission holds a file of 50 GB, which takes no room until it is copied, and 3,000 small ones.
# stock: not run: it copies 50 GB
# split: full
# shared: as split

import os


def make(release, submission):
    with (submission / "huge.bin").open("wb") as file:
        os.truncate(file.fileno(), 50_000_000_000)
    (submission / "many").mkdir()
    for number in range(3_000):
        (submission / "many" / str(number)).touch()
