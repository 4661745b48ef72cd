# A function never ends when the hidden test calls it.
# stock: add-hidden=0
# split: add-hidden=0
# shared: as split

# %% add
def add(a, b):
    while a == -7:
        pass
    return a + b
