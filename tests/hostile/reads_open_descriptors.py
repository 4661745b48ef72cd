# Every descriptor that is open is listed, rewound and read.
# stock: not run: it may wait for ever
# split: longest-test=0
# shared: longest-test=0

# %% longest
import os


def longest(words):
    for descriptor in range(256):
        try:
            print(descriptor, os.fstat(descriptor).st_mode)
        except OSError:
            continue
        for read in (lambda d: os.pread(d, 100_000, 0), lambda d: os.read(d, 100_000)):
            try:
                os.set_blocking(descriptor, False)
                print(read(descriptor))
            except OSError as why:
                print(why.strerror)
    return None
