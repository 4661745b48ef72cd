"""Dask's workers give what this machine's own give, and one that is lost loses nothing.

The clusters are real: `local:N`, and a scheduler and workers that are processes of their own.
IPV6COURSE_SEED=text kills at other moments.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from course_root import generated  # noqa: F401
from graded_course import rows
from hand_ins import RIGHT, SANDBOX, SCORES, WRONG, auto_scores, course_root, hand_in, leftovers
from typer.testing import CliRunner

from ipv6grader import station
from ipv6grader.autograde import Batch, BatchStoppedError
from ipv6grader.commands import app
from ipv6grader.course import Course, CourseError
from ipv6grader.kernel import KernelExecutor
from ipv6grader.model import Executed, Job, JobCell, Mode
from ipv6grader.parcel import pack, results_from_json, results_to_json, unpack
from ipv6grader.scheduler import DaskPool, why_refused
from ipv6grader.workers import LocalPool, WorkerError, open_pool, sandboxed

pytestmark = [
    pytest.mark.xdist_group("scheduler"),
    pytest.mark.skipif(not SANDBOX, reason="needs a sandbox"),
]
SEED = os.environ.get("IPV6COURSE_SEED", "tide")
SLOW = {**RIGHT, "double": f"import time\ntime.sleep(1.5)\n{RIGHT['double']}"}
DASK = [sys.executable, "-m", "dask"]


def verdict(_source):
    return Mode.SPLIT, "for a test"


class Cluster:
    """A scheduler and workers that are processes of their own, on ports that nobody else has."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._processes = []
        self.scheduler = self._start("scheduler", "--port", str(port), "--no-dashboard")

    def _start(self, *arguments, **environment):
        log = (self.folder / f"{len(self._processes)}-{arguments[0]}.log").open("wb")
        process = subprocess.Popen(
            [*DASK, *arguments, "--host", "127.0.0.1"],
            env={**os.environ, "DASK_TEMPORARY_DIRECTORY": str(self.folder), **environment},
            cwd=self.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self._processes.append(process)
        return process

    def worker(self, *options, **environment):
        return self._start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", *options, **environment
        )

    def close(self):
        for process in self._processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(process.pid).children(recursive=True):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    cluster.close()


@pytest.fixture
def room(generated, tmp_path):  # noqa: F811
    return course_root(generated, tmp_path / "room")


@contextlib.contextmanager
def pool_at(address, releases=()):
    told = []
    pool = open_pool(address, 1, sandboxed(releases), told.append)
    pool.told = told
    try:
        yield pool
    finally:
        pool.close()


def grade(room, pool, **options):
    return Batch(Course(room), "ps1", verdict, **options).run(pool)


def hand_in_some(room, number, answers=RIGHT):
    for n in range(number):
        folder = hand_in(room, f"s{n:03}", WRONG if n % 3 == 2 else answers, **{"own.txt": str(n)})
        (folder / "deep").mkdir(exist_ok=True)
        (folder / "deep" / "data.bin").write_bytes(bytes(range(256)))


def expected(number):
    wrong = dict.fromkeys(SCORES, 0.0)
    return {f"s{n:03}": wrong if n % 3 == 2 else SCORES for n in range(number)}


def assert_graded(room, number):
    scores = auto_scores(room)
    assert set(scores) == set(expected(number))
    for student, some in expected(number).items():
        assert scores[student].items() >= some.items(), student
    assert leftovers(room) == []


def test_local_workers_give_the_scores_and_rows_of_the_own_pool(room, tmp_path):
    (room / "source/ps1/given.txt").write_text("the instructor's")
    hand_in_some(room, 6)
    hand_in(room, "reader", {**RIGHT, "half": "value = len(open('deep/data.bin','rb').read())"})
    hand_in(room, "given", {**RIGHT, "half": "value = len(open('given.txt').read())"})
    twin = Path(shutil.copytree(room, tmp_path / "twin"))
    own = LocalPool(1, sandboxed(()))
    summary_of_own = grade(twin, own)
    own.close()
    before = set(psutil.Process().children(recursive=True))
    with pool_at("local:2") as pool:
        summary = grade(room, pool)
        again = grade(room, pool)
        assert pool.told == []

    assert (summary.graded, summary.people) == (summary_of_own.graded, summary_of_own.people)
    assert summary.ways == summary_of_own.ways
    assert (again.graded, again.unchanged) == (0, 8)
    ours, theirs = (rows(f"sqlite:///{root}/gradebook.db") for root in (room, twin))
    assert ours == theirs
    for notebook in (twin / "autograded").rglob("*.ipynb"):
        assert notebook.read_text() == (room / notebook.relative_to(twin)).read_text()
    assert set(psutil.Process().children(recursive=True)) <= before, "workers are left"


def test_workers_elsewhere_grade_and_forget_the_batch(room, cluster):
    cluster.worker()
    hand_in_some(room, 4)
    with pool_at(cluster.address) as pool:
        assert grade(room, pool).graded == 4
    assert_graded(room, 4)
    assert not zygotes(cluster.scheduler.pid)
    for process in cluster._processes:
        assert process.poll() is None, "it goes on for others"
        assert not zygotes(process.pid)


def zygotes(pid):
    return [p for p in psutil.Process(pid).children(recursive=True) if p.name() == "bwrap"]


def workers_of(pid):
    """Return the worker processes under a nanny: those that may have a sandbox."""
    return [
        p
        for p in psutil.Process(pid).children(recursive=True)
        if "spawn_main" in " ".join(p.cmdline())
    ]
