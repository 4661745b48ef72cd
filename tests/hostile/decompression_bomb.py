# A small text in the notebook unpacks to gigabytes.
# stock: not run: a bomb
# split: longest-test=0
# shared: as split

# %% longest
import zlib


def longest(words):
    packed = zlib.compress(bytes(1 << 24))
    for _ in range(4):
        packed = zlib.compress(packed)
    taken = []
    for _ in range(300):
        whole = packed
        for _ in range(5):
            whole = zlib.decompress(whole)
        taken.append(whole)
    return max(words, key=len)
