# Ten thousand threads that wait for a minute.
# stock: not run: a bomb
# split: full
# shared: as split

# %% longest
import threading
import time

try:
    for _ in range(10_000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except (RuntimeError, MemoryError) as why:
    print(type(why).__name__)


def longest(words):
    return max(words, key=len)
