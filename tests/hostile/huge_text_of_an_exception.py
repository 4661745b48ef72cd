# Exceptions with a text of 100 MB, a name of 1 MB, and ten thousand causes.
# stock: add-visible=0 add-hidden=0 greet-test=0 longest-test=0
# split: add-visible=0 add-hidden=0 greet-test=0 longest-test=0
# shared: as split

# %% add
def add(a, b):
    raise ValueError("x" * 100_000_000)


# %% greet
def greet(name):
    raise type("E" * 1_000_000, (Exception,), {})


# %% longest
def longest(words):
    error = ValueError(0)
    for number in range(10_000):
        cause, error = error, ValueError(number)
        error.__cause__ = cause
    raise error
