# Every file that can be opened is searched for secrets, from the root of the file system on.
# stock: not run: it finds them
# split: full
# shared: as split

# %% extra after longest
import json
import os
import time

given = json.load(open("canaries.json"))
end = time.monotonic() + 1.5
LEAVE_OUT = {"proc", "sys", "usr", "lib", "lib64", "bin", "sbin", "dev", ".venv", "site-packages"}


def search(top):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name not in LEAVE_OUT]
        for name in files:
            if time.monotonic() > end:
                return
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    text = file.read(3_000_000)
            except OSError:
                continue
            at = text.find(b"CANARY-")
            while at >= 0:
                print("found", text[at : at + 60])
                at = text.find(b"CANARY-", at + 1)


for top in (given["home"], given["root"], os.pardir, os.path.expanduser("~"), "/tmp", "/"):
    search(top)
