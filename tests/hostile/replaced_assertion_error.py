# AssertionError becomes another class, in the builtins and in the notebook; `assert` is not fooled.
# stock: add-visible=0 add-hidden=0
# split: add-visible=0 add-hidden=0
# shared: as split

# %% add
import builtins


class AssertionError(builtins.Exception):
    def __new__(cls, *args):
        return builtins.StopIteration()


builtins.AssertionError = AssertionError


def add(a, b):
    return None
