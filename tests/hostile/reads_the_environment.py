# The environment of this process and of every other that /proc shows is printed.
# stock: not run: it prints what the instructor's shell holds
# split: full
# shared: as split

# %% extra after longest
import glob
import os

print(dict(os.environ))
for path in ["/proc/self/environ", *glob.glob("/proc/[0-9]*/environ")]:
    try:
        with open(path, "rb") as file:
            print(path, file.read(100_000))
    except OSError as why:
        print(path, why.strerror)
