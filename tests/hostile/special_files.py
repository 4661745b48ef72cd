# The submission holds a FIFO, a socket, an unreadable file and a folder that cannot be entered.
# stock: not run: it waits for the FIFO for ever
# split: full
# shared: as split

import os
import socket


def make(release, submission):
    os.mkfifo(submission / "pipe")
    (submission / "unreadable").write_text("x")
    (submission / "unreadable").chmod(0)
    (submission / "closed").mkdir()
    (submission / "closed" / "x").write_text("x")
    (submission / "closed").chmod(0)
    where = os.getcwd()
    os.chdir(submission)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket")
    finally:
        os.chdir(where)
