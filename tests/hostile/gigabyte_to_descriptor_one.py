# A cell writes a gigabyte to descriptor 1, past Python's own stream.
# stock: not run: it fills memory and disk
# split: full
# shared: as split

# %% longest
import os


def longest(words):
    return max(words, key=len)


block = b"x" * 1_000_000
try:
    for _ in range(1_000):
        os.write(1, block)
except OSError as why:
    print(why)
