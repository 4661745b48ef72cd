# Sockets by system calls that filters forget: the 32-bit entry, io_uring, pidfd_getfd, and fork.
# stock: not run: it reaches the instructor's machine
# split: at most full
# shared: as split

# %% extra after longest
import ctypes
import json
import os

libc = ctypes.CDLL(None, use_errno=True)
listeners = json.load(open("canaries.json"))["listeners"]
IO_URING_SETUP, PIDFD_OPEN, PIDFD_GETFD, BPF, KEYCTL, X32 = 425, 434, 438, 321, 250, 0x40000000
parameters = ctypes.create_string_buffer(256)
if os.uname().machine == "x86_64":
    for name, call in (
        ("io_uring", (IO_URING_SETUP, 8, parameters)),
        ("bpf", (BPF, 0, parameters, 64)),
    ):
        result = libc.syscall(*call)
        if result >= 0:
            print("ESCAPED:", name, result)
    parent = libc.syscall(PIDFD_OPEN, os.getppid(), 0)
    for descriptor in range(32):
        if parent >= 0 and libc.syscall(PIDFD_GETFD, parent, descriptor, 0) >= 0:
            print("ESCAPED: a descriptor of the parent's")
    if libc.syscall(X32 + 41, 2, 1, 0) >= 0:
        print("ESCAPED: a socket by the x32 entry")
