# Each process starts two more, up to the sixteenth generation; each child hangs for a minute.
# stock: not run: a bomb
# split: longest-test=0
# shared: as split

# %% longest
import os
import time


def longest(words):
    try:
        for _ in range(16):
            os.fork()
    except OSError as why:
        print(why)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        pass
    return max(words, key=len)
