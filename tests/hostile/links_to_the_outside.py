# The cell leaves links in its folder that point at secrets, for who copies the folder afterwards.
# stock: not run: it links to real files
# split: full
# shared: as split

# %% extra after longest
import json
import os

given = json.load(open("canaries.json"))
for number, target in enumerate(
    (given["home"] + "/secret.txt", given["root"] + "/gradebook.db", given["root"], "/etc", "/")
):
    os.symlink(target, f"link-{number}")
try:
    os.unlink("exercises.ipynb")
except OSError:
    pass
try:
    os.symlink(given["home"] + "/secret.txt", "exercises.ipynb")
    os.mkfifo("pipe")
except OSError as why:
    print(why.strerror)
