# Six gigabytes of memory are asked for and written to.
# stock: not run: a bomb
# split: longest-test=0
# shared: as split

# %% longest
def longest(words):
    taken = []
    for _ in range(96):
        taken.append(bytearray(b"x" * (1 << 26)))
    return max(words, key=len)
