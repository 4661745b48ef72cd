# A cell writes a gigabyte into the working directory, /tmp, /dev/shm, the home and the course root.
# stock: not run: it fills the disk
# split: full
# shared: as split

# %% longest
import json
import os


def longest(words):
    return max(words, key=len)


given = json.load(open("canaries.json"))
block = b"x" * (1 << 20)
places = [".", "/tmp", "/var/tmp", "/dev/shm", "/run", given["home"], given["root"], "/"]
places.append(os.path.expanduser("~"))
for place in places:
    try:
        with open(os.path.join(place, given["name"]), "wb") as file:
            for _ in range(1_000):
                file.write(block)
    except OSError as why:
        print(place == given["home"], why.strerror)
