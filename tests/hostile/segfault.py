# ctypes reads address zero when the last test calls the function.
# stock: fails
# split: longest-test=0
# shared: longest-test=0

# %% longest
import ctypes


def longest(words):
    return ctypes.string_at(0)
