"""What a graded folder remembers of its grading, and who may write in a course root.

The journal is the last thing that a grading makes: it comes into place with the folder, in one
rename. A folder without one, or with one of another fingerprint, is graded again.

One grading at a time writes in a course root. The lock is the operating system's, so it ends with
its process, however that ends.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ipv6grader.layout import JOURNAL

ENGINE_VERSION = 1
"""Counted up with every change that can change a score or what a graded notebook shows."""
LOCK = ".ipv6grader.lock"
_MOST_BYTES = 4 * 1024 * 1024


@dataclass
class NotebookRecord:
    """How one notebook was graded."""

    mode: str = ""
    """`split`, `shared` or `kernel`."""
    why: str = ""
    repaired: list[str] = field(default_factory=list)
    person: list[str] = field(default_factory=list)
    """Why a person must look at it."""
    trouble: str = ""


@dataclass
class Journal:
    """How one submission was graded."""

    fingerprint: str
    graded: str
    """ISO 8601, in UTC."""
    seconds: float
    cpu_seconds: float
    notebooks: dict[str, NotebookRecord]
    person: list[str] = field(default_factory=list)
    """Why a person must look at the submission as a whole."""
    version: int = ENGINE_VERSION

    @property
    def reasons(self) -> list[str]:
        """Every reason why a person must look, one sentence each."""
        return self.person + [
            f"{name}: {sentence}"
            for name, record in self.notebooks.items()
            for sentence in record.person
        ]


def write(journal: Journal, folder: Path) -> None:
    """Write the journal of a folder that is not in place yet."""
    text = json.dumps(asdict(journal), ensure_ascii=False, indent=1)
    (folder / JOURNAL).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def read(folder: Path) -> Journal | None:
    """Return the journal of a graded folder; None where it has none that can be read."""
    path = folder / JOURNAL
    try:
        if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
            return None
        plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        records = {name: NotebookRecord(**it) for name, it in plain.pop("notebooks").items()}
        return Journal(notebooks=records, **plain)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


class CourseLockedError(RuntimeError):
    """Another grading is at work in the course root. The text says who."""


@contextmanager
def lock(root: Path, what: str) -> Iterator[None]:
    """Hold the course root's lock for the length of the block.

    Args:
        root: The course root.
        what: What is being done, for whoever comes second.

    Raises:
        CourseLockedError: Somebody has it.
        OSError: The course root cannot be written.
    """
    path = root / LOCK
    handle = _acquire(path)
    try:
        # Windows lets nobody read what is locked: the locked byte lies far behind the text.
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(_holder(what)).encode())
        yield
    finally:
        if sys.platform != "win32":
            path.unlink(missing_ok=True)  # while it is held: whoever waits looks again
        os.close(handle)


def _acquire(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o664)
        try:
            _lock(handle)
        except OSError:
            said = os.read(handle, 2000)
            os.close(handle)
            raise CourseLockedError(_who(path, said)) from None
        try:
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)  # its holder removed it between opening and locking


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(what: str) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": time.strftime("%Y-%m-%d %H:%M:%S"),
        "what": what,
    }


def _who(path: Path, said: bytes) -> str:
    try:
        holder = json.loads(said)
        who = "{what}, since {since}, process {pid} on {host}".format_map(holder)
    except (ValueError, KeyError, TypeError):
        who = "another grading, which does not say which"
    return f"the course is being graded already ({who}); wait for it, or end it ({path})"
