# Every descriptor above 2 is closed while the last test waits for an answer.
# stock: not run: the kernel loses its sockets and hangs
# split: longest-test=0
# shared: longest-test=0

# %% longest
import os


def longest(words):
    os.closerange(3, 4096)
    return max(words, key=len)
