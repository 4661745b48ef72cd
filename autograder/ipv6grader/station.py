"""What runs inside a Dask worker: one sandboxed executor a batch, kept warm.

The functions here are all that a batch asks of a worker; Dask sends them by name. They give plain
values and raise nothing that a submission chose. A worker whose batch has fallen silent ends its
sandbox, and forgets the batch: the batch then says again what it is about.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import shutil
import signal
import sys
import tempfile
import threading
import uuid
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipv6grader.execution.sandbox import why_no_sandbox
from ipv6grader.kernel import job_from_json
from ipv6grader.parcel import Files, Parcel, results_to_json, unpack, write_files

if TYPE_CHECKING:
    from ipv6grader.execution.worker import Executor

SILENCE = 600.0
"""Seconds after which a worker forgets a batch that asks nothing."""
_PROCESS = uuid.uuid4().hex  # tells this process from one that comes back at the same address


def introduce(ignore_interrupts: bool = False) -> dict[str, str]:
    """Return what a batch must know of a worker before it gives it work.

    Args:
        ignore_interrupts: Ctrl+C in the batch's terminal is the batch's matter alone.
    """
    if ignore_interrupts and threading.current_thread() is threading.main_thread():
        # Not SIG_IGN: kernels would inherit it, and could not be interrupted any more.
        signal.signal(signal.SIGINT, lambda *_signal: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    return {**versions(), "process": _PROCESS, "sandbox": why_no_sandbox()}


@cache
def versions() -> dict[str, str]:
    """Return what must be the same where a batch is graded: it decides scores."""
    engine = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        engine.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return {
        "python": ".".join(map(str, sys.version_info[:2])),
        "engine": engine.hexdigest(),
        "extensions": ", ".join(_extensions()),
    }


def _extensions() -> list[str]:
    """Return what other packages tell the grader, each with its version."""
    return sorted(
        f"{entry.group}: {entry.name} {entry.dist.version if entry.dist else ''}".strip()
        for group in ("ipv6grader.types", "ipv6grader.child")
        for entry in entry_points(group=group)
    )


class _Room:
    """What a worker keeps of a batch."""

    def __init__(self, batch: str, number: int, releases: list[str], given: Files | None) -> None:
        self._batch = batch
        self._number = number
        self._releases = releases
        self._folder = tempfile.TemporaryDirectory(prefix="ipv6grader-")
        self._given: Path | None = None
        if given is not None:
            self._given = Path(self._folder.name, "given")
            write_files(given, self._given)
        self._turn = threading.Lock()  # a worker may have more threads than one
        self._executor: Executor | None = None
        self._left = False
        self._clock = self._new_clock()

    def run(self, parcel: Parcel) -> str:
        """Run the jobs of a submission, and return what came of them."""
        with self._turn:
            self._clock.cancel()
            files = Path(self._folder.name, "files")
            try:
                executor = self._ready()
                jobs = unpack(parcel, files, self._given)
                return results_to_json(executor.run(job) for job in jobs)
            except BaseException:
                self._end_executor()
                raise
            finally:
                shutil.rmtree(files, ignore_errors=True)
                if self._left:
                    self._end_executor()
                    self._folder.cleanup()
                else:
                    self._clock = self._new_clock()

    def leave(self) -> None:
        """End the sandbox, also under a job; from whichever thread."""
        self._left = True
        self._clock.cancel()
        self._end_executor()
        if self._turn.acquire(blocking=False):
            self._folder.cleanup()
            self._turn.release()

    def _ready(self) -> Executor:
        from ipv6grader.execution.worker import Executor  # it takes a second

        if self._executor is None:
            self._executor = Executor(number=self._number)
            for text in self._releases:
                with contextlib.suppress(Exception):  # it is for speed alone
                    self._executor.learn(job_from_json(text)[0])
        return self._executor

    def _end_executor(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.close()

    def _new_clock(self) -> threading.Timer:
        clock = threading.Timer(SILENCE, leave, (self._batch,))
        clock.daemon = True
        clock.start()
        return clock


_rooms: dict[str, _Room] = {}


def enter(batch: str, number: int, releases: list[str], given: Files | None) -> None:
    """Hear of a batch.

    Args:
        batch: Its name, which no other batch has.
        number: Which of the batch's workers this one is.
        releases: The assignment's notebooks as they were released, as jobs, without answers.
        given: The instructor's own files, where there are any.
    """
    leave(batch)
    _rooms[batch] = _Room(batch, number, releases, given)


def run(batch: str, process: str, word: str, parcel: Parcel) -> dict[str, Any]:
    """Run the jobs of one submission.

    Args:
        batch: The batch's name.
        process: Which process is meant: another one may have come to its address.
        word: What the answer must carry, so that it is never taken for another's.
        parcel: The jobs.

    Returns:
        The word; and `results`, a JSON text; or `unknown`, where this worker has to hear of the
        batch first; or `failed`, why the executor is spent.
    """
    room = _rooms.get(batch)
    if process != _PROCESS or room is None:
        return {"word": word, "unknown": True}
    try:
        return {"word": word, "results": room.run(parcel)}
    except Exception as why:
        return {"word": word, "failed": f"{type(why).__name__}: {str(why)[:300]}"}


def leave(batch: str) -> None:
    """Forget a batch, and end what runs of it."""
    room = _rooms.pop(batch, None)
    if room is not None:
        room.leave()


@atexit.register
def _leave_all() -> None:
    for batch in list(_rooms):
        leave(batch)
