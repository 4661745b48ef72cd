# A cell ends with sys.exit, and a function raises SystemExit in the test.
# stock: greet-test=0
# split: greet-test=0
# shared: as split

# %% add
import sys


def add(a, b):
    return a + b


sys.exit(0)


# %% greet
def greet(name):
    sys.exit(0)
