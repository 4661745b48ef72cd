# The answer is a generator that never ends; the test makes a list of it.
# stock: not run: it takes all memory until its time is over
# split: positive-test=0
# shared: as split

# %% positive
def positive(numbers):
    while True:
        yield 1
