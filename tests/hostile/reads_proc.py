# What /proc tells of other processes is read: command lines, folders, open files, memory.
# stock: not run: it reads the instructor's processes
# split: full
# shared: as split

# %% extra after longest
import glob
import json
import os

given = json.load(open("canaries.json"))
if os.path.exists(f"/proc/{given['bystander']}/cmdline"):
    with open(f"/proc/{given['bystander']}/cmdline", "rb") as file:
        if b"time.sleep(3600)" in file.read():
            print("ESCAPED: the bystander is seen")
for process in glob.glob("/proc/[0-9]*"):
    for name in ("cmdline", "environ", "maps"):
        try:
            with open(f"{process}/{name}", "rb") as file:
                text = file.read(1_000_000)
            print(process, name, text[:100], text[max(text.find(b"CANARY"), 0) :][:60])
        except OSError:
            pass
    for link in (f"{process}/cwd", f"{process}/root", f"{process}/exe"):
        for path in ("", given["home"] + "/secret.txt", "/etc/shadow", given["root"]):
            try:
                print(link, os.readlink(link))
                with open(link + path, "rb") as file:
                    print(path, file.read(60))
            except OSError:
                pass
