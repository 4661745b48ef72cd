# Input is asked for, in every way there is.
# stock: greet-test=0
# split: greet-test=0
# shared: as split

# %% greet
import getpass
import os
import sys

for ask in (input, getpass.getpass, sys.stdin.read, sys.stdin.readline, lambda: os.read(0, 9)):
    try:
        print("got", repr(ask())[:20])
    except BaseException as why:
        print(type(why).__name__)


def greet(name):
    return input("What is the answer? ")
