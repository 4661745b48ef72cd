# Outputs, names and texts hold colours, cursor moves, titles and marks that turn text around.
# stock: positive-test=0
# split: positive-test=0
# shared: as split

# %% positive
TRICKS = "\x1b[2J\x1b]0;owned\x07\x1b[1A\x1b[8m\u202egrade: full\u202c\u2066\u200f\r\x08\x9b31m"


class Tricky(Exception):
    pass


Tricky.__name__ = Tricky.__qualname__ = TRICKS


def positive(numbers):
    print(TRICKS)
    raise Tricky(TRICKS * 10)
