# The answers are a text of 200 MB, a list of ten million numbers, and a number of 80 million bits.
# stock: add-visible=0 add-hidden=0 greet-test=0 positive-test=0
# split: add-visible=0 add-hidden=0 greet-test=0 positive-test=0
# shared: as split

# %% add
def add(a, b):
    return 1 << 80_000_000


# %% greet
def greet(name):
    return "x" * 200_000_000


# %% positive
def positive(numbers):
    return [0] * 10_000_000
