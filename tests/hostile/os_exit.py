# The process ends at once, with exit code 0, in the last exercise's cell.
# stock: fails
# split: longest-test=0
# shared: longest-test=0

# %% longest
import os

os._exit(0)
