# A cell's last value has a text of a gigabyte, and one of the answers a text that never ends.
# stock: not run: it takes all memory
# split: add-visible=0 add-hidden=0
# shared: as split

# %% add
class Bomb:
    def __repr__(self):
        while True:
            pass

    def __eq__(self, other):
        return repr(self) == repr(other)


def add(a, b):
    return Bomb()


# %% extra after greet
class Big:
    def __repr__(self):
        return "x" * 1_000_000_000


Big()
