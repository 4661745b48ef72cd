# The source, the gradebook and other learners' folders are read by their names.
# stock: not run: it finds them
# split: full
# shared: as split

# %% extra after longest
import glob
import json
import sqlite3
from pathlib import Path

root = json.load(open("canaries.json"))["root"]
for base in (root, "../../..", "/proc/1/root" + root, "/proc/self/cwd/../../.."):
    for pattern in ("source/**/*", "submitted/*/*/*", "autograded/*/*/*", "*.db", "*"):
        for path in glob.glob(f"{base}/{pattern}", recursive=True):
            try:
                text = Path(path).read_bytes().decode("latin-1")
            except OSError:
                continue
            if "CANARY-" in text:
                print("found", path, [part[:40] for part in text.split("CANARY-")[1:4]])
    try:
        with sqlite3.connect(f"{base}/gradebook.db") as connection:
            print(connection.execute("SELECT * FROM student").fetchall())
    except sqlite3.Error as why:
        print(why)
