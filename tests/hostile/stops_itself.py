# The process stops itself (SIGSTOP), and asks its group and its parent to stop.
# stock: not run: it stops the kernel for good
# split: full
# shared: as split

# %% longest
import os
import signal


def longest(words):
    for target in (os.getppid(), 0, os.getpid()):
        try:
            os.kill(target, signal.SIGSTOP)
        except OSError as why:
            print(why)
    return max(words, key=len)
