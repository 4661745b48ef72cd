# Every open descriptor gets junk: lengths that promise gigabytes, broken JSON, and half messages.
# stock: not run: the kernel loses its sockets and hangs
# split: longest-test=0
# shared: longest-test=0

# %% longest
import os

JUNK = (b"\xff\xff\xff\xff", b"\0\0\0\5{[[[[", b"\0\0\0\4null", b"[" * 100_000, os.urandom(4096))


def longest(words):
    for descriptor in range(3, 256):
        for junk in JUNK:
            try:
                os.set_blocking(descriptor, False)
                os.write(descriptor, junk)
            except OSError:
                pass
    return max(words, key=len)
