# Six gigabytes of shared anonymous memory, in files of memory and in named segments.
# stock: not run: a bomb
# split: full
# shared: as split

# %% longest
import mmap
import os


def longest(words):
    return max(words, key=len)


block = b"x" * (1 << 26)


def by_mmap(number):
    segment = mmap.mmap(-1, 1 << 30)
    for _ in range(16):
        segment.write(block)
    return segment


def by_file(number):
    file = os.memfd_create(f"hostile-was-here-{number}")
    for _ in range(16):
        os.write(file, block)
    return file


taken = []
for take in (by_file, by_mmap):
    for number in range(3):
        try:
            taken.append(take(number))
        except (OSError, MemoryError, ValueError) as why:
            print(take.__name__, why)
if len(taken) == 6:
    print("ESCAPED: six gigabytes of memory")
