# One call into C never comes back to Python: a regular expression that backtracks for years.
# stock: not run: nbgrader's interrupt does not reach it in time on every machine
# split: longest-test=0
# shared: as split

# %% longest
import re


def longest(words):
    return re.match(r"(a+)+$", "a" * 60 + "b")
