# Without Python's limit a recursion through C code breaks the stack.
# stock: fails
# split: longest-test=0
# shared: longest-test=0

# %% longest
import sys


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __repr__(self):
        return str(self)

    def __str__(self):
        return repr(self)


def longest(words):
    sys.setrecursionlimit(1 << 30)
    return repr(Deep())
