# The function swallows what the test shows: it clears the outputs, now and later.
# stock: add-visible=0 add-hidden=0
# split: add-visible=0 add-hidden=0
# shared: as split

# %% add
from IPython.display import clear_output


def add(a, b):
    clear_output()
    clear_output(wait=True)
    return None
