# The answers are lists a hundred thousand deep, and lists that hold themselves.
# stock: add-visible=0 add-hidden=0 greet-test=0 positive-test=0
# split: add-visible=0 add-hidden=0 greet-test=0 positive-test=0
# shared: as split

# %% add
def add(a, b):
    inner = []
    for _ in range(100_000):
        inner = [inner]
    return inner


# %% greet
def greet(name):
    myself = {}
    myself["me"] = [myself, (myself,)]
    return myself


# %% positive
def positive(numbers):
    myself = []
    myself.append(myself)
    return myself
