# The function raises errors that test runners, shells and debuggers take for something harmless.
# stock: add-visible=0 add-hidden=0 greet-test=0 longest-test=0
# split: add-visible=0 add-hidden=0 greet-test=0 longest-test=0
# shared: as split

# %% add
import bdb
import unittest


def add(a, b):
    raise unittest.SkipTest("no test today")


# %% greet
def greet(name):
    raise bdb.BdbQuit


# %% longest
from IPython.core.error import StdinNotImplementedError


def longest(words):
    raise StdinNotImplementedError("no input here")
