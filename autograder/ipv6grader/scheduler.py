"""Workers that Dask distributed finds: on other machines, or more processes of this one.

Rules:

- The batch stays the only writer. It gives one submission to a worker by name, with one more
  waiting there, and takes back a JSON text, which it checks like anything that comes from a child.
- Dask pickles between this process and its workers. What is pickled is made by this package alone,
  of texts, bytes and numbers; nothing that a submission says becomes more than a text.
- A worker takes part when its grader, its Python and its extensions are those of this process, and
  when it has a sandbox. Any other is refused, and named.
- A worker that is lost loses nothing: what it had is run again, twice at most. A submission that
  has lost one worker runs with no other beside it, so that it is never blamed for a neighbour.
- Without its scheduler the batch stops. What was graded stays graded.

What a Dask cluster must be trusted with: everything. Whoever reaches the port of a scheduler or of
a worker can run any code there, and so can read submissions, change scores, and reach this process.
Keep `tcp://` to this machine or to a network of your own. Elsewhere use `tls://`, with keys and
certificates as Dask's configuration names them (`distributed.comm.tls`); it is honoured here.
`local:N` makes keys of its own, which live as long as the batch.
"""

from __future__ import annotations

import collections
import contextlib
import ipaddress
import itertools
import logging
import queue
import re
import signal
import ssl
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Client, LocalCluster, Security
from distributed.client import Future as DaskFuture

from ipv6grader import station
from ipv6grader.course import CourseError
from ipv6grader.kernel import job_to_json
from ipv6grader.model import Executed, Job
from ipv6grader.parcel import pack, read_files, results_from_json
from ipv6grader.workers import PoolLostError, WorkerError

Tell = Callable[[str], None]
_ATTEMPTS = 2
_SEATS = 2  # submissions a worker has: one that runs, one that waits, so that it never idles
_CONNECT = 10.0
_FIRST_WORKER = {True: 90.0, False: 20.0}  # seconds to wait for one: our own have to start
_NO_WORKER = 60.0  # seconds without any, and the batch stops; a nanny takes some to bring a new one
_LAST_WORDS = 5.0
_ALIVE = 30.0  # how often a silent scheduler is asked whether it is there, and how long it may take
_KEYS = 1000  # names of tasks, used in turn: Dask remembers each name it ever met
_NO_DIARY = {  # Dask's diaries grow for long, and nobody reads those of our own workers
    "distributed.admin.low-level-log-length": 20,
    "distributed.admin.system-monitor.log-length": 20,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.diagnostics.computations.max-history": 1,
    "distributed.worker.profile.enabled": False,
}
_INSTALL = "pip install 'ipv6-course[grade,scheduler]'"


def open_scheduler(address: str, releases: Sequence[Job], tell: Tell) -> DaskPool:
    """Return a pool over Dask workers.

    Args:
        address: `tcp://HOST:PORT` or `tls://HOST:PORT` of a scheduler, or `local:N` for workers of
            this machine that end with the pool.
        releases: The assignment's notebooks as they were released.
        tell: Takes a sentence for the user.

    Raises:
        CourseError: There is no such scheduler, or none of its workers can grade.
    """
    local = re.fullmatch(r"local:([1-9][0-9]{0,2})", address)
    if not local:
        check_address(address, tell)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet())
        if local:
            cluster = stack.enter_context(_local_cluster(int(local[1])))
            client = _client(cluster.scheduler_address, cluster.security)
        else:
            client = _client(address, None)
        stack.callback(client.close, _LAST_WORDS)
        pool = DaskPool(client, address, bool(local), releases, tell)
        stack.callback(pool.stop)
        pool.wait_for_workers()
        pool.keep(stack.pop_all())
        return pool


def check_address(address: str, tell: Tell) -> None:
    """Refuse what is no scheduler's address; warn where others could listen.

    Args:
        address: What the user gave.
        tell: Takes the warning.

    Raises:
        CourseError: It is none.
    """
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("tcp", "tls") and parts.hostname and parts.port
    except ValueError:
        good = False
    if not good:
        raise CourseError(
            f"--scheduler {address}: it is tcp://HOST:PORT or tls://HOST:PORT of a Dask scheduler, "
            "or local:N for N workers of this machine."
        )
    if parts.scheme == "tcp" and not _is_loopback(str(parts.hostname)):
        tell(
            f"{address} is not encrypted: whoever reaches that network can read submissions, "
            "change scores and run code on the workers and here. Use tls:// (Dask's TLS settings)."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own messages off the terminal: what matters of them is told in our words."""
    loggers = [
        logger
        for name, logger in logging.root.manager.loggerDict.items()
        if name.split(".")[0] == "distributed" and isinstance(logger, logging.Logger)
    ]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"distributed\..*")
            yield
    finally:
        for logger, level in before:
            logger.setLevel(level)


@contextlib.contextmanager
def _local_cluster(size: int) -> Iterator[Any]:
    """Start workers of this machine, and end them whatever happens."""
    with (
        dask.config.set(_NO_DIARY),
        _without_main(),
        tempfile.TemporaryDirectory(prefix="ipv6grader-") as room,
        contextlib.ExitStack() as stack,
    ):
        # Dask's thread, and so the workers that it starts, leave Ctrl+C to this one. Python's
        # resource tracker would undo that in the thread that starts it.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=0,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    protocol="tls",
                    scheduler_port=0,
                    dashboard_address=None,
                    security=Security.temporary(),
                    silence_logs=logging.CRITICAL + 1,
                    memory_limit=0,
                    local_directory=room,
                )
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        cluster.scale(size)
        yield cluster


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Spare new processes the program that runs here: they would import all of it again."""
    main = sys.modules["__main__"]
    before = main.__spec__, main.__file__ if hasattr(main, "__file__") else None
    main.__spec__ = main.__file__ = None
    try:
        yield
    finally:
        main.__spec__, main.__file__ = before


def _client(address: str, security: Any) -> Any:
    """Return a connection to a scheduler.

    Raises:
        CourseError: None answers there, or none that we may speak with.
    """
    try:
        return Client(address, security=security, timeout=_CONNECT, set_as_default=False)
    except (OSError, TimeoutError) as why:
        cause = why.__cause__ or why
        raise CourseError(
            f"No Dask scheduler answers at {address} ({type(cause).__name__}). Start one there "
            "(dask scheduler), or correct the address."
        ) from None
    except (RuntimeError, TypeError, ValueError, ssl.SSLError) as why:
        raise CourseError(
            f"The scheduler at {address} cannot be used: {why}. See Dask's TLS settings "
            "(distributed.comm)."
        ) from None


@dataclass(eq=False)
class _Work:
    """A submission that waits for a worker, or has one."""

    future: Future[list[Executed]]
    jobs: list[Job]
    attempts: int = 0
    """How many workers it has lost."""


@dataclass(eq=False)
class _Station:
    """A worker, as the batch sees it."""

    address: str
    number: int
    process: str = ""
    ready: bool = False
    refused: str = ""
    under_way: int = 0
    entered: int = 0
    """How often it was told about the batch."""
    entering: threading.Lock = field(default_factory=threading.Lock)
    gone: threading.Event = field(default_factory=threading.Event)
    waiting: set[threading.Event] = field(default_factory=set)
    """What is to be set when it goes."""


class _LostError(Exception):
    """A worker went under a submission. The text says how."""


class DaskPool:
    """Runs submissions on the workers of a Dask scheduler; see the rules of this module.

    Args:
        client: The connection.
        address: The scheduler's address, for sentences.
        local: Whether the workers are ours.
        releases: The assignment's notebooks as they were released.
        tell: Takes a sentence for the user.
    """

    def __init__(
        self, client: Any, address: str, local: bool, releases: Sequence[Job], tell: Tell
    ) -> None:
        self._client = client
        self._address = address
        self._local = local
        self._releases = [job_to_json(job) for job in releases]
        self._tell = tell
        self._batch = uuid.uuid4().hex
        self._numbers = itertools.count()
        self._keys = collections.deque(f"ipv6grader-{n}-{self._batch}" for n in range(_KEYS))
        self._anchor: DaskFuture | None = None
        self._changed = threading.Condition()
        self._waiting: collections.deque[_Work] = collections.deque()
        self._stations: dict[str, _Station] = {}
        self._lost = ""
        self._closed = False
        self._resources: contextlib.ExitStack | None = None
        self._events: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        client.subscribe_topic("all", self._heed)
        for worker in client.scheduler_info(n_workers=-1)["workers"]:
            self._events.put(("add-worker", worker))
        self._watcher = self._start(self._watch)

    @property
    def size(self) -> int:
        """How many workers there are now."""
        with self._changed:
            return max(1, sum(station.ready for station in self._stations.values()))

    def keep(self, resources: contextlib.ExitStack) -> None:
        """Own what is to be closed with the pool."""
        self._resources = resources

    def submit(self, jobs: Sequence[Job]) -> Future[list[Executed]]:
        """Run the jobs of one submission, in their order."""
        work = _Work(Future(), list(jobs))
        with self._changed:
            if self._lost or self._closed:
                work.future.set_exception(PoolLostError(self._lost or "the workers are closed"))
                return work.future
            self._waiting.append(work)
            self._changed.notify_all()
        return work.future

    def wait_for_workers(self) -> None:
        """Wait until a worker can be used.

        Raises:
            CourseError: There is none, or each was refused.
        """
        end = time.monotonic() + _FIRST_WORKER[self._local]
        with self._changed:
            while not any(station.ready for station in self._stations.values()):
                refused = [it.refused for it in self._stations.values() if it.refused]
                if self._lost:
                    raise CourseError(self._lost)
                all_refused = refused and len(refused) == len(self._stations)
                if time.monotonic() > end or (all_refused and self._events.empty()):
                    raise CourseError(
                        "\n".join(refused)
                        or f"The scheduler at {self._address} has no worker. Start some where "
                        f"this grader is installed: dask worker {self._address} --nthreads 1"
                    )
                self._changed.wait(0.2)

    def close(self) -> None:
        """End what runs, and the workers where they are ours."""
        if self._resources is not None:
            self._resources.close()

    def stop(self) -> None:
        """Give up what is under way, and let the workers forget the batch."""
        with self._changed:
            self._closed = True
            ready = [it.address for it in self._stations.values() if it.ready]
        self._fail("the workers are closed")
        if ready and self._client.status == "running" and not self._local:
            told = self._start(
                lambda: self._client.run(
                    station.leave, self._batch, workers=ready, on_error="ignore"
                )
            )
            told.join(_LAST_WORDS)
        self._watcher.join(_LAST_WORDS)

    # --- workers come and go ----------------------------------------------------------------

    def _start(self, target: Callable[..., Any], *arguments: Any) -> threading.Thread:
        def run() -> None:
            with contextlib.suppress(Exception):  # Dask's, as a connection is torn down
                target(*arguments)

        thread = threading.Thread(target=run, name=target.__name__, daemon=True)
        thread.start()
        return thread

    def _heed(self, event: tuple[float, dict[str, Any]]) -> None:
        """Take an event of the scheduler; in Dask's own thread, so only to hand it on."""
        action, worker = event[1].get("action"), event[1].get("worker")
        if action in ("add-worker", "remove-worker"):
            self._events.put((str(action), str(worker)))

    def _watch(self) -> None:
        """Follow the workers, and whether there is a scheduler at all."""
        asked = alone = time.monotonic()
        while not (self._closed or self._lost):
            with contextlib.suppress(queue.Empty):
                action, worker = self._events.get(timeout=0.5)
                if action == "remove-worker":
                    self._remove(worker)
                elif worker not in self._stations:
                    self._add(worker)
            now = time.monotonic()
            if any(it.ready or not it.refused for it in self._stations.values()):
                alone = now
            if self._client.status != "running" or (now > asked + _ALIVE and not self._answers()):
                self._fail(
                    f"The scheduler at {self._address} is gone. What was graded is kept; start "
                    "it and its workers again, then run this again."
                )
            elif now > alone + _NO_WORKER:
                self._fail(
                    f"The scheduler at {self._address} has no worker left. What was graded is "
                    "kept; start workers again, then run this again."
                )
            if now > asked + _ALIVE:
                asked = time.monotonic()

    def _answers(self) -> bool:
        """Return whether the scheduler answers in time."""
        try:
            self._client.sync(self._client.scheduler.identity, n_workers=0, callback_timeout=_ALIVE)
        except Exception:
            return False
        return True

    def _add(self, address: str) -> None:
        new = _Station(address, next(self._numbers))
        with self._changed:
            self._stations[address] = new
        self._start(self._serve, new)

    def _remove(self, address: str) -> None:
        with self._changed:
            gone = self._stations.pop(address, None)
            if gone is not None:
                gone.gone.set()
                for event in gone.waiting:
                    event.set()
                self._changed.notify_all()

    def _fail(self, why: str) -> None:
        """Stop: nothing that waits can be run."""
        with self._changed:
            if not self._lost:
                self._lost = why
            waiting, self._waiting = list(self._waiting), collections.deque()
        for work in waiting:
            _give_up(work, PoolLostError(self._lost))
        for address in list(self._stations):
            self._remove(address)
        with self._changed:
            self._changed.notify_all()

    # --- one worker -------------------------------------------------------------------------

    def _serve(self, here: _Station) -> None:
        """Look at a worker; where it can be used, give it work as long as it is there."""
        here.refused = self._why_refused(here)
        with self._changed:
            here.ready = not here.refused and not here.gone.is_set()
            if here.ready and self._anchor is None:
                # Dask keeps what it counted of each group of tasks that ever ended: this one lasts.
                key = f"ipv6grader-{_KEYS}-{self._batch}"
                self._anchor = self._client.submit(
                    station.versions, key=key, workers=[here.address]
                )
            self._changed.notify_all()
        if here.refused and not here.gone.wait(1) and not self._closed:
            self._tell(here.refused)
        if here.ready:
            for _seat in range(1, _SEATS):
                self._start(self._sit, here)
            self._sit(here)

    def _why_refused(self, here: _Station) -> str:
        """Return why a worker cannot be used, and what to do; empty where it can."""
        try:
            said = self._client.run(
                station.introduce, self._local, workers=[here.address], on_error="return"
            )[here.address]
        except Exception as why:  # it went before it answered
            said = why
        if isinstance(said, dict):
            here.process = said["process"]
        return why_refused(here.address, said)

    def _sit(self, here: _Station) -> None:
        """Run one submission after another on a worker."""
        while (work := self._next(here)) is not None:
            try:
                results = self._run(here, work)
            except _LostError as why:
                self._again(work, f"its worker ended: {why}", here)
            except BaseException as why:  # it is the submission's, not the thread's
                _give_up(work, why)
            else:
                if not work.future.cancelled():
                    work.future.set_result(results)
            finally:
                with self._changed:
                    here.under_way -= 1
                    self._changed.notify_all()

    def _next(self, here: _Station) -> _Work | None:
        """Wait for work; None where the worker is gone. Who has lost a worker sits alone."""
        with self._changed:
            while not here.gone.is_set():
                first = self._waiting[0] if self._waiting else None
                if first and (not first.attempts or not here.under_way):
                    self._waiting.popleft()
                    if first.attempts or first.future.set_running_or_notify_cancel():
                        here.under_way += 1
                        return first
                    continue
                self._changed.wait()
        return None

    def _again(self, work: _Work, why: str, here: _Station) -> None:
        work.attempts += 1
        with self._changed:
            if not self._lost and work.attempts < _ATTEMPTS:
                self._waiting.appendleft(work)
                self._changed.notify_all()
                return
        if self._lost:
            _give_up(work, PoolLostError(self._lost))
        else:
            _give_up(work, WorkerError(f"{why} (the {_ATTEMPTS}nd time, on {here.address})"))

    def _run(self, here: _Station, work: _Work) -> list[Executed]:
        """Run a submission on a worker.

        Raises:
            _LostError: The worker went, or its sandbox is spent.
        """
        parcel = pack(work.jobs)
        for _time in range(3):
            entered, word = here.entered, uuid.uuid4().hex
            said = self._ask(here, station.run, self._batch, here.process, word, parcel)
            if not isinstance(said, dict) or said.get("word") != word:
                raise _LostError(f"{here.address} answered something else than it was asked")
            if "results" in said:
                try:
                    return results_from_json(said["results"], len(work.jobs))
                except ValueError as why:
                    raise _LostError(str(why)) from None
            if "failed" in said:
                raise _LostError(str(said["failed"]))
            self._enter(here, entered, work.jobs)
        raise _LostError(f"{here.address} forgets what it is told")

    def _enter(self, here: _Station, entered: int, jobs: Sequence[Job]) -> None:
        """Tell a worker about the batch; what else waits there has not told it meanwhile."""
        with here.entering:
            if here.entered != entered:
                return
            folder = next((job.given for job in jobs if job.given is not None), None)
            given = None if folder is None else read_files(folder)
            arguments = (self._batch, here.number, self._releases, given)
            try:
                self._client.run(station.enter, *arguments, workers=[here.address])
            except Exception as why:
                raise _LostError(f"{type(why).__name__}: {str(why)[:300]}") from None
            here.entered += 1

    def _ask(self, here: _Station, function: Callable[..., Any], *arguments: Any) -> Any:
        """Have a worker call a function, and return what it gives.

        Raises:
            _LostError: The worker went, or Dask gave it up.
        """
        woken = threading.Event()
        with self._changed:
            if here.gone.is_set():
                raise _LostError(f"the connection to {here.address} is lost")
            here.waiting.add(woken)
        key = self._keys.popleft()
        future: Any = None
        try:
            future = self._client.submit(
                function,
                *arguments,
                key=key,
                workers=[here.address],
                allow_other_workers=False,
                retries=0,
                pure=False,
            )
            future.add_done_callback(lambda _future: woken.set())
            woken.wait()
            return self._result(here, future)
        except _LostError:
            raise
        except Exception as why:
            raise _LostError(f"{type(why).__name__}: {str(why)[:300]}") from None
        finally:
            with self._changed:
                here.waiting.discard(woken)
            if future is not None:
                self._forget(here, future)
            self._keys.append(key)  # the scheduler hears of its release before it is used again

    @staticmethod
    def _result(here: _Station, future: DaskFuture) -> Any:
        """Return a finished task's result; its worker may go while it is fetched."""
        while not here.gone.is_set():
            try:
                return future.result(timeout=_LAST_WORDS)
            except TimeoutError:
                continue
        raise _LostError(f"the connection to {here.address} is lost")

    def _forget(self, here: _Station, future: DaskFuture) -> None:
        """Let go of a task; one whose worker is gone would wait for it for ever."""
        with contextlib.suppress(Exception):
            if here.gone.is_set() and not self._lost:
                future.cancel()
            future.release()


def _give_up(work: _Work, why: BaseException) -> None:
    if work.future.running() or work.future.set_running_or_notify_cancel():
        work.future.set_exception(why)


def why_refused(address: str, said: object) -> str:
    """Return why a worker cannot grade, and what would help; empty where it can.

    Args:
        address: The worker's.
        said: What `station.introduce` gave there, or the exception that came instead.
    """
    if not isinstance(said, dict):
        return (
            f"The worker {address} is not used: it has no grader that answers "
            f"({type(said).__name__}: {str(said)[:200]}). Install it there: {_INSTALL}"
        )
    own = station.versions()
    there = {name: str(said.get(name, "")) for name in (*own, "sandbox")}
    if there["python"] != own["python"]:
        why = f"it runs Python {there['python']}, and this is {own['python']}. Start it with that."
    elif there["engine"] != own["engine"]:
        why = f"its grader is of another version. Install the same there: {_INSTALL}"
    elif there["extensions"] != own["extensions"]:
        why = (
            f"its grader's extensions ({there['extensions'] or 'none'}) are not those here "
            f"({own['extensions'] or 'none'}). Install the same packages there."
        )
    else:
        why = there["sandbox"]
    return f"The worker {address} is not used: {why}" if why else ""
