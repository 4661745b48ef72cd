# Destructors and exit functions never end, start threads, and write to every descriptor.
# stock: not run: the kernel does not end
# split: full
# shared: as split

# %% longest
import atexit
import os
import threading
import time


def longest(words):
    return max(words, key=len)


def last_words():
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\0\0\0\2{}" * 3)
        except OSError:
            pass
    threading.Thread(target=time.sleep, args=(60,)).start()
    while True:
        time.sleep(1)


class Ghost:
    def __del__(self):
        last_words()


ghost = Ghost()
atexit.register(last_words)
threading.Thread(target=time.sleep, args=(60,)).start()
