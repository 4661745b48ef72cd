# `exit` and `quit` are called in a cell, with other exceptions that end programs.
# stock: greet-test=0 longest-test=0
# split: greet-test=0 longest-test=0
# shared: as split

# %% greet
def greet(name):
    raise GeneratorExit


# %% longest
def longest(words):
    raise KeyboardInterrupt
