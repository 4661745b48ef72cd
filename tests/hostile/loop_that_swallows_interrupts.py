# A loop catches KeyboardInterrupt, SystemExit and all others, and goes on.
# stock: not run: it outlives nbgrader's interrupt, and each further cell waits for it
# split: longest-test=0
# shared: as split

# %% longest
import time


def longest(words):
    return max(words, key=len)


while True:
    try:
        while True:
            time.sleep(0.01)
    except BaseException:
        continue
