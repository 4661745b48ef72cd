# The process leaves its folder, and every file and module is looked for elsewhere.
# stock: full
# split: full
# shared: as split

# %% longest
import os
import sys

os.chdir("/")
sys.path.clear()
os.environ.clear()
os.environ["PATH"] = os.environ["HOME"] = os.environ["PYTHONPATH"] = "/nowhere"
os.umask(0o777)


def longest(words):
    return max(words, key=len)
