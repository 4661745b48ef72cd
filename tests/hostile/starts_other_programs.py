# Other programs are started: shells, ptrace helpers, and Python itself outside the sandbox's view.
# stock: full
# split: full
# shared: as split

# %% extra after longest
import os
import subprocess
import sys

COMMANDS = (
    ["cat", "/proc/1/environ"],
    ["sh", "-c", "touch /tmp/hostile-was-here"],
    ["setsid", "sleep", "90"],
    ["nohup", sys.executable, "-c", "import time; time.sleep(90)"],
    ["sudo", "-n", "true"],
)
for command in COMMANDS:
    try:
        subprocess.Popen(command, start_new_session=True)
    except OSError as why:
        print(why.strerror)
try:
    os.system("sleep 90 &")
    os.posix_spawn("/bin/sleep", ["sleep", "90"], {})
except OSError as why:
    print(why.strerror)
