"""Who runs prepared submissions: a pool of workers.

A pool takes the jobs of one submission and gives a future of what running them gave. The batch
knows no more of it, so that processes of this machine and of others can take turns here. Workers
write nothing: neither files of the course nor the gradebook.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ipv6grader.course import CourseError
from ipv6grader.model import Executed, Job

_LAST_WORDS = 5.0  # seconds that workers have to end


class Executor(Protocol):
    """Runs one job after another."""

    def run(self, job: Job) -> Executed:
        """Run a job. An exception says that the executor is spent; what a job does is no such."""
        ...

    def close(self) -> None:
        """End whatever still runs, from whichever thread."""
        ...


class Pool(Protocol):
    """Runs submissions, several at a time."""

    @property
    def size(self) -> int:
        """How many run at a time, now."""
        ...

    def submit(self, jobs: Sequence[Job]) -> Future[list[Executed]]:
        """Run the jobs of one submission, in their order, and give what they gave."""
        ...

    def close(self) -> None:
        """End the workers; what they had under way is given up."""
        ...


class WorkerError(RuntimeError):
    """A submission's worker ended under it, twice. The text says how."""


class PoolLostError(RuntimeError):
    """No worker will run anything any more. The text says why, and what to do."""


class LocalPool:
    """Workers of this machine: a thread each, which owns one executor.

    Where an executor ends under a job, the job gets one more, with a new executor: a worker may be
    killed for reasons that are not the job's.
    """

    def __init__(self, size: int, make_executor: Callable[[int], Executor]) -> None:
        """Start the workers; each makes its executor when it has something to run.

        Args:
            size: How many.
            make_executor: What makes an executor; it is told which worker's.
        """
        self.size = size
        self._make_executor = make_executor
        self._waiting: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        self._executors: dict[int, Executor] = {}
        self._threads = [
            threading.Thread(target=self._work, args=(n,), name=f"worker-{n}", daemon=True)
            for n in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, jobs: Sequence[Job]) -> Future[list[Executed]]:
        """Run the jobs of one submission, in their order."""
        future: Future[list[Executed]] = Future()
        self._waiting.put((future, list(jobs)))
        return future

    def close(self) -> None:
        """End the workers; what they had under way is given up."""
        with self._lock:
            self._closed = True
            executors = list(self._executors.values())
        for executor in executors:
            executor.close()
        for _thread in self._threads:
            self._waiting.put(None)
        end = time.monotonic() + _LAST_WORDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _work(self, number: int) -> None:
        while (work := self._waiting.get()) is not None and not self._closed:
            future, jobs = work
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result([self._run(number, job) for job in jobs])
            except BaseException as why:  # it is the submission's, not the thread's
                future.set_exception(why)
        with self._lock:
            executor = self._executors.pop(number, None)
        if executor is not None:
            executor.close()

    def _run(self, number: int, job: Job) -> Executed:
        for attempt in (1, 2):
            try:
                return self._executor(number).run(job)
            except Exception as why:
                with self._lock:
                    spent = self._executors.pop(number, None)
                if spent is not None:
                    spent.close()
                if attempt == 2 or self._closed:
                    raise WorkerError(f"its worker ended: {why}") from why
        raise AssertionError

    def _executor(self, number: int) -> Executor:
        with self._lock:
            if self._closed:
                raise WorkerError("the workers are closed")
            if number not in self._executors:
                self._executors[number] = self._make_executor(number)
            return self._executors[number]


def open_pool(
    scheduler: str,
    size: int,
    make_executor: Callable[[int], Executor],
    tell: Callable[[str], None] = lambda sentence: None,
) -> Pool:
    """Return the pool that a scheduler's address names.

    Args:
        scheduler: Empty for processes of this machine; else Dask's (`scheduler.py`).
        size: How many run at a time; with a scheduler, it has as many as it has workers.
        make_executor: What makes an executor, told which worker's.
        tell: Takes a sentence for the user.

    Raises:
        CourseError: There is no such scheduler.
    """
    if not scheduler:
        return LocalPool(size, make_executor)
    if not isinstance(make_executor, Sandboxed):
        raise CourseError("--scheduler needs a sandbox on its workers; leave --unsafe out.")
    try:
        from ipv6grader.scheduler import open_scheduler
    except ImportError as why:
        raise CourseError(
            f"--scheduler needs Dask distributed ({why}): pip install 'ipv6-course[scheduler]'"
        ) from None
    return open_scheduler(scheduler, make_executor.releases, tell)


@dataclass(frozen=True)
class Sandboxed:
    """Makes executors in a sandbox."""

    releases: Sequence[Job]
    """The assignment's notebooks as they were released, with no answer in them: what they import
    is imported once, before the first submission."""
    memory: Path | None = None
    """A file that keeps what they import from one batch to the next."""

    def __call__(self, number: int) -> Executor:
        """Make one, for the worker of this number."""
        from ipv6grader.execution.worker import Executor as InSandbox

        known = self._recall()
        executor = InSandbox(known, number=number)
        for job in self.releases if not known else ():
            with contextlib.suppress(Exception):  # it is for speed alone; a run makes it anew
                executor.learn(job)
        if self.releases and not known:
            self._remember(executor.modules)
        return executor

    def _key(self) -> str:
        """Return what stands for the releases' cells."""
        texts = [cell.source for job in self.releases for cell in job.cells]
        return hashlib.sha256("\0".join([sys.version, *texts]).encode()).hexdigest()

    def _recall(self) -> list[str]:
        with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
            if self.memory is not None:
                known = json.loads(self.memory.read_text(encoding="utf-8"))
                return [str(name) for name in known.get(self._key(), ())]
        return []

    def _remember(self, modules: list[str]) -> None:
        if self.memory is None:
            return
        with contextlib.suppress(OSError):
            self.memory.parent.mkdir(exist_ok=True)
            beside = self.memory.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            beside.write_text(json.dumps({self._key(): modules}) + "\n", encoding="utf-8")
            beside.replace(self.memory)


def sandboxed(releases: Sequence[Job], memory: Path | None = None) -> Sandboxed:
    """Return what makes executors in a sandbox."""
    return Sandboxed(releases, memory)


_Work = tuple[Future[list[Executed]], list[Job]]
