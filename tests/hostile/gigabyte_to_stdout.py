# A cell prints a gigabyte.
# stock: not run: it fills memory and disk
# split: full
# shared: as split

# %% longest
def longest(words):
    return max(words, key=len)


line = "x" * 1_000_000
for _ in range(1_000):
    print(line)
