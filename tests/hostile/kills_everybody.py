# Signals go to every process that there is, to the group, to the parent and to a bystander.
# stock: not run: it ends every process of the user
# split: longest-test=0
# shared: longest-test=0

# %% longest
import json
import os
import signal

BYSTANDER = json.load(open("canaries.json"))["bystander"]


def longest(words):
    for target in (BYSTANDER, os.getppid(), 1, -BYSTANDER, 0, -1):
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(target, number)
            except OSError as why:
                print(target == BYSTANDER, why.strerror)
    os.kill(os.getpid(), signal.SIGKILL)
