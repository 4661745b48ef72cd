"""What takes a forked process's powers away before it runs a cell. Linux only; no /proc is needed.

In order: a mount namespace of its own with an empty, small file system; a session of its own;
limits; an ordinary user where the sandbox was made by root; no capabilities and no way to get any;
a system-call filter. After `confine` there is no way back.
"""

import ctypes
import errno
import os
import resource
import shutil
import signal
import socket
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOME = "/grade"
"""Where the working directory of a submission is made, as nbgrader names it."""
STAGE = "/stage"
"""Where the parent puts a submission's files; the child copies its own and then cannot see it."""
_LIBC = ctypes.CDLL(None, use_errno=True)

# linux/sched.h, sys/mount.h, linux/prctl.h, linux/seccomp.h
_NEWNS, _NEWPID = 0x00020000, 0x20000000
_NEW_ANY = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_CLONE_THREAD = 0x00010000
_MS_NOSUID, _MS_NODEV = 2, 4
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_FILTER = 2
_CAPSET_VERSION = 0x20080522

# Calls that a lesson has no use for, and with which a process could reach out of its own.
_REFUSED = [
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kcmp",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "unshare",
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsmount",
    "fspick",
    "mount_setattr",
    "keyctl",
    "add_key",
    "request_key",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "memfd_create",
    "memfd_secret",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "shmget",
    "shmat",
    "msgget",
    "semget",
    "mq_open",
    "quotactl",
    "swapon",
    "swapoff",
    "reboot",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "open_by_handle_at",
    "name_to_handle_at",
    "fanotify_init",
    "lookup_dcookie",
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
    "acct",
    "syslog",
    "personality",
    "vhangup",
    "iopl",
    "ioperm",
    "mbind",
    "set_mempolicy",
    "migrate_pages",
    "move_pages",
]


@dataclass(frozen=True)
class Limits:
    """What one process may take."""

    memory: int = 1_500_000_000
    """Bytes of address space."""
    disk: int = 64_000_000
    """Bytes of all its files together, and of one."""
    processes: int = 64
    """Processes and threads together."""
    files: int = 256
    """Open files."""


def _call(name: str, *arguments: object) -> None:
    if getattr(_LIBC, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def system_call_filter(may_fork: bool, may_use_unix_sockets: bool) -> bytes:
    """Return the filter, compiled.

    Args:
        may_fork: Whether new processes may be made; threads always may.
        may_use_unix_sockets: A real kernel talks through them.

    Raises:
        OSError: There is no libseccomp.
    """
    import pyseccomp

    refuse = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _REFUSED:
        try:
            pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
            rules.add_rule(refuse, name)
        except (OSError, RuntimeError, ValueError):  # this kernel or processor has no such call
            continue
    # It reads its flags from memory, where no filter sees them. Programs then use `clone`.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    for flag in _NEW_ANY:
        rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    if not may_fork:
        no_thread = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0)
        rules.add_rule(refuse, "clone", no_thread)
        for name in ("fork", "vfork"):
            rules.add_rule(refuse, name)
    if may_use_unix_sockets:
        rules.add_rule(refuse, "socket", pyseccomp.Arg(0, pyseccomp.NE, int(socket.AF_UNIX)))
    else:
        rules.add_rule(refuse, "socket")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


class PidNamespaces:
    """Forks children that are each process 1 of a namespace of their own."""

    def __init__(self) -> None:
        self._own = os.pidfd_open(os.getpid())

    def fork(self) -> int:
        """Fork as `os.fork` does; the child sees no process but its own."""
        _call("unshare", _NEWPID)
        child = os.fork()
        if child:
            _call("setns", self._own, _NEWPID)
        return child


def confine(directory: str, stage: str, limits: Limits, user: int | None, rules: bytes) -> None:
    """Give up everything that running a notebook does not need.

    Args:
        directory: The working directory below `HOME`, such as `autograded/amina.k/addressing`.
        stage: The folder below `STAGE` whose files are copied there; empty for none.
        limits: What it may take.
        user: The user and group to become; None to stay who it is.
        rules: What `system_call_filter` gave.

    Raises:
        OSError: Something could not be given up. Run nothing then.
    """
    os.setsid()
    _call("unshare", _NEWNS)
    for place in {HOME, str(Path(*Path(os.environ["HOME"]).parts[:2]))}:
        _empty(place, limits.disk)
    Path(os.environ["HOME"]).mkdir(mode=0o1777, exist_ok=True)
    folder = Path(HOME, directory)
    folder.mkdir(parents=True)
    if stage:
        shutil.copytree(Path(STAGE, stage), folder, dirs_exist_ok=True, symlinks=True)
    if user is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    _empty(STAGE, 4096)
    os.chdir(folder)
    os.environ["PWD"] = str(folder)
    _limit(limits)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _drop_capabilities()
    _install(rules)


def _empty(place: str, size: int) -> None:
    """Put an empty file system in a folder's place, for this process and its children."""
    options = f"size={size},nr_inodes=4096,mode=0777".encode()
    _call("mount", b"tmpfs", place.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options)


def _limit(limits: Limits) -> None:
    pairs = [
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ]
    for kind, most in pairs:
        hard = resource.getrlimit(kind)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (value, value))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is then an error, not the end


def _drop_capabilities() -> None:
    header = struct.pack("Ii", _CAPSET_VERSION, 0)
    _call("capset", header, struct.pack("6I", 0, 0, 0, 0, 0, 0))


def _install(rules: bytes) -> None:
    class Program(ctypes.Structure):
        """`struct sock_fprog` of linux/filter.h; an instruction has 8 bytes."""

        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    program = Program(len(rules) // 8, rules)
    _call("prctl", _PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)
