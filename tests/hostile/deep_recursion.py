# A recursion without an end, first with Python's limit and then without it.
# stock: not run: whether the kernel survives depends on the size of its stack
# split: add-visible=0 add-hidden=0 longest-test=0
# shared: as split

# %% add
def add(a, b):
    return add(a, b)


# %% longest
import sys


def longest(words):
    sys.setrecursionlimit(20_000)
    return longest(words)
