# Six gigabytes of shared anonymous memory, in files of memory and in named segments.
# stock: not run: a bomb
# split: full
# shared: as split

# %% longest
import mmap
import os


def longest(words):
    return max(words, key=len)


def take():
    block = b"x" * (1 << 26)
    segments = [mmap.mmap(-1, 1 << 30) for _ in range(3)]
    for segment in segments:
        for _ in range(16):
            segment.write(block)
    for number in range(3):
        file = os.memfd_create(f"hostile-was-here-{number}")
        for _ in range(16):
            os.write(file, block)
    print("ESCAPED: six gigabytes of memory")


try:
    take()
except (OSError, MemoryError, ValueError) as why:
    print(type(why).__name__)
