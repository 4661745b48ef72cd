# The working directory, the course root and the home are deleted, as far as they can be.
# stock: not run: it deletes the course
# split: longest-test=0
# shared: as split

# %% longest
import json
import os
import shutil

given = json.load(open("canaries.json"))
for place in (given["root"], given["home"], os.getcwd(), os.pardir):
    shutil.rmtree(place, ignore_errors=True)
os.chdir("/")


def longest(words):
    return None
