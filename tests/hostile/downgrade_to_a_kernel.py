# A shell command asks for a real kernel, in which an always-equal object would be believed.
# stock: full
# split: add-visible=0 add-hidden=0
# shared: review

# %% add
# !true
import subprocess

import ipywidgets

await __import__("asyncio").sleep(0)


class Right:
    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.3


def add(a, b):
    return Right()
