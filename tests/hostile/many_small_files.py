# A cell makes files and folders until there is no room for one more, up to fifty thousand.
# stock: not run: it leaves fifty thousand files
# split: full
# shared: as split

# %% longest
import os


def longest(words):
    return max(words, key=len)


try:
    for number in range(500):
        os.mkdir(f"hostile-was-here-{number}")
        for inner in range(100):
            os.mknod(f"hostile-was-here-{number}/{inner}")
except OSError as why:
    print(why.strerror)
