# Siblings and parents are traced, and their memory is read and written.
# stock: not run: it writes to the instructor's processes
# split: full
# shared: as split

# %% extra after longest
import ctypes
import json
import os

libc = ctypes.CDLL(None, use_errno=True)
given = json.load(open("canaries.json"))
PTRACE_ATTACH, PTRACE_SEIZE, PTRACE_DETACH = 16, 0x4206, 17
others = [*range(1, 64), given["bystander"]]
if os.path.isdir("/proc"):
    others += [int(name) for name in os.listdir("/proc") if name.isdigit()]
buffer = ctypes.create_string_buffer(64)


class Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


local = Vector(ctypes.addressof(buffer), 64)
for other in {*others, os.getppid(), 1} - {os.getpid()}:
    if libc.ptrace(PTRACE_SEIZE, other, None, None) == 0:
        print("ESCAPED: traces", other)
        libc.ptrace(PTRACE_DETACH, other, None, None)
    remote = Vector(id(other), 64)
    if libc.process_vm_readv(other, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) >= 0:
        print("ESCAPED: reads the memory of", other)
    try:
        with open(f"/proc/{other}/mem", "r+b", buffering=0):
            print("ESCAPED: opens the memory of", other)
    except OSError as why:
        print(other, why.strerror)
