"""What hostile code must not read, write, reach or stop; and a look at whether it did.

The places are told to every hostile submission: it does not have to guess.
"""

import ctypes
import hashlib
import os
import secrets
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

LEFT_BEHIND = "hostile-was-here"
"""How every file is called that an attack tries to leave somewhere."""
PUBLIC_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/", "/dev/mqueue")
_MOST = 1 << 28
"""Of a larger file only the size and the mode are looked at: it is all holes."""
_PR_SET_CHILD_SUBREAPER = 36


def secret(place: str) -> str:
    """Return a text that stands in one place only."""
    return f"CANARY-{place}-{secrets.token_hex(8)}"


@dataclass
class Canaries:
    """Secrets, listeners and a bystander."""

    home: Path
    secrets: dict[str, str] = field(default_factory=dict)
    """By place; none of them may be seen by a submission."""
    listeners: dict[str, socket.socket] = field(default_factory=dict)
    bystander: Any = None
    inherited: int = -1
    """A descriptor that the grader inherits, open on a secret."""

    def given(self, root: Path) -> dict[str, Any]:
        """Return what hostile code is told."""
        addresses = {name: listener.getsockname() for name, listener in self.listeners.items()}
        for name, address in addresses.items():
            if isinstance(address, bytes):
                addresses[name] = address.decode().replace("\0", "@")
        return {
            "root": str(root),
            "home": str(self.home),
            "listeners": addresses,
            "bystander": self.bystander.pid,
            "name": LEFT_BEHIND,
        }

    def reached(self) -> list[str]:
        """Return the listeners that somebody reached."""
        found = []
        for name, listener in self.listeners.items():
            try:
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()[0].close()
                else:
                    listener.recv(1)
            except BlockingIOError:
                continue
            found.append(name)
        return found


@contextmanager
def set_out(folder: Path) -> Iterator[Canaries]:
    """Set out secrets in a home, listeners of four kinds, and a bystander."""
    places = ("home", "student", "environment", "reference", "hidden", "source", "gradebook", "fd")
    canaries = Canaries(folder / "home", {place: secret(place) for place in places})
    canaries.home.mkdir()
    (canaries.home / "secret.txt").write_text(canaries.secrets["home"], encoding="utf-8")
    with ExitStack() as stack:
        for name, family, kind, address in (
            ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("tcp6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            ("unix", socket.AF_UNIX, socket.SOCK_STREAM, str(canaries.home / "socket")),
            ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{secret('name')}"),
        ):
            listener = stack.enter_context(socket.socket(family, kind))
            try:
                listener.bind(address)
            except OSError:  # a machine without IPv6
                continue
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listener.setblocking(False)
            canaries.listeners[name] = listener
        waiting = [sys.executable, "-c", "import time; time.sleep(3600)"]
        canaries.bystander = stack.enter_context(subprocess.Popen(waiting))
        stack.callback(canaries.bystander.kill)
        file = stack.enter_context((folder / "inherited.txt").open("w+b"))
        file.write(canaries.secrets["fd"].encode())
        file.flush()
        canaries.inherited = file.fileno()
        yield canaries


@contextmanager
def orphans() -> Iterator[list[psutil.Process]]:
    """Take in every process whose parent ends inside; return those that are left at the end."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    left: list[psutil.Process] = []
    try:
        yield left
        # A child that has just ended may wait to be counted.
        _, alive = psutil.wait_procs(
            [c for c in psutil.Process().children(recursive=True) if c.pid not in before], timeout=2
        )
        left += alive
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        for process in left:
            process.kill()


def fingerprints(root: Path, leave_out: tuple[str, ...]) -> dict[str, str]:
    """Return what every file below a folder is, by path; links are not followed.

    Names may be too long to be opened from the root, so each folder is opened from its own parent.
    """
    found: dict[str, str] = {}
    for folder, folders, files, handle in os.fwalk(os.fsencode(root), follow_symlinks=False):
        if folder == os.fsencode(root):
            folders[:] = [name for name in folders if os.fsdecode(name) not in leave_out]
            files = [name for name in files if os.fsdecode(name) not in leave_out]
        for name in [*folders, *files]:
            about = os.stat(name, dir_fd=handle, follow_symlinks=False)
            text = f"{about.st_mode:o} {about.st_size if not stat.S_ISDIR(about.st_mode) else ''}"
            if stat.S_ISLNK(about.st_mode):
                text += os.fsdecode(os.readlink(name, dir_fd=handle))
            elif stat.S_ISREG(about.st_mode) and about.st_mode & 0o400 and about.st_size < _MOST:
                opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=handle)
                with os.fdopen(opened, "rb") as file:
                    text += hashlib.file_digest(file, "sha256").hexdigest()
            found[os.fsdecode(folder + b"/" + name)] = text
    return found


def left_behind() -> list[Path]:
    """Return the files that an attack has left in a folder that everybody may write to."""
    return [
        path
        for folder in PUBLIC_FOLDERS
        if Path(folder).is_dir()
        for path in Path(folder).glob(f"*{LEFT_BEHIND}*")
    ]
