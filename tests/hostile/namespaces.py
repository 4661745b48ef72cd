# New namespaces, mounts, another root and other users are tried.
# stock: not run: as root it may succeed
# split: full
# shared: as split

# %% extra after longest
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
FLAGS = {"user": 0x10000000, "mount": 0x20000, "pid": 0x20000000, "net": 0x40000000}
for name, flag in FLAGS.items():
    if libc.unshare(flag) == 0:
        print("ESCAPED: a namespace of its own:", name)
for target in ("/", "/tmp", "/mnt", os.getcwd()):
    for kind, flags in ((b"tmpfs", 0), (b"proc", 0), (None, 4096), (None, 32 | 4096)):
        if libc.mount(b"none", target.encode(), kind, flags, None) == 0:
            print("ESCAPED: mounts on", target)
for try_it in (
    lambda: os.setuid(0),
    lambda: os.chroot("/tmp"),
    lambda: os.setgroups([0]),
    lambda: open("/proc/sysrq-trigger", "w"),
    lambda: open("/proc/self/uid_map", "w").write("0 0 1"),
    lambda: open("/proc/sys/kernel/core_pattern", "w"),
    lambda: open("/sys/fs/cgroup/cgroup.procs", "w").write("1"),
    lambda: os.mknod("disk", 0o60666, os.makedev(8, 0)),
):
    try:
        try_it()
    except Exception as why:
        print(type(why).__name__)
    else:
        print("did it" if os.getuid() else "ESCAPED: as root")
if os.getuid() == 0 and int(open("/proc/self/status").read().split("CapEff:")[1].split()[0], 16):
    print("ESCAPED: root with capabilities")
