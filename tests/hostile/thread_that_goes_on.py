# A thread goes on after its cell: it patches the tests' library again and again, and prints.
# stock: full
# split: add-hidden=0
# shared: review

# %% add
import math
import threading
import time


def go_on():
    while True:
        math.isclose = lambda *args, **kwargs: True
        print("still here")
        time.sleep(0.001)


threading.Thread(target=go_on).start()
threading.Thread(target=go_on, daemon=True).start()


def add(a, b):
    return a + b if isinstance(a, str) else round(a + b)
