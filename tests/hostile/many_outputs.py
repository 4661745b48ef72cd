# A cell shows a hundred thousand small outputs of its own.
# stock: not run: it takes minutes
# split: full
# shared: as split

# %% longest
def longest(words):
    return max(words, key=len)


for number in range(100_000):
    display(number)
