# The function raises an exception whose text, name and traceback never end.
# stock: not run: the kernel hangs while it formats the error
# split: longest-test=0
# shared: as split

# %% longest
class Endless(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __str__


def longest(words):
    raise Endless
