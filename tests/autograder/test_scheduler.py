"""Dask's workers give what this machine's own give, and one that is lost loses nothing.

The clusters are real: `local:N`, and a scheduler and workers that are processes of their own.
IPV6COURSE_SEED=text kills at other moments.
"""

import contextlib
import json
import os
import pickle
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from course_root import generated  # noqa: F401
from distributed import Client
from graded_course import rows
from hand_ins import RIGHT, SANDBOX, SCORES, WRONG, auto_scores, course_root, hand_in, leftovers

from ipv6grader import scheduler, station
from ipv6grader.autograde import Batch, BatchStoppedError
from ipv6grader.course import Course, CourseError
from ipv6grader.kernel import KernelExecutor
from ipv6grader.model import Executed, Job, JobCell, Mode
from ipv6grader.parcel import pack, results_from_json, results_to_json, unpack
from ipv6grader.scheduler import check_address, why_refused
from ipv6grader.workers import LocalPool, open_pool, sandboxed

pytestmark = [
    pytest.mark.xdist_group("scheduler"),
    pytest.mark.skipif(not SANDBOX, reason="needs a sandbox"),
]
SEED = os.environ.get("IPV6COURSE_SEED", "tide")
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

    def wait_for(self, number):
        """Wait until so many workers are there."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=90)

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
    assert set(auto_scores(room)) == set(expected(number))
    assert_graded_among(room, number)


def assert_graded_among(room, number):
    scores = auto_scores(room)
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


def test_workers_elsewhere_grade_and_those_that_cannot_are_named(room, cluster):
    other = Path(shutil.copytree(Path(station.__file__).parent, cluster.folder / "x/ipv6grader"))
    (other / "scoring.py").open("a").write("# a later version\n")
    good = cluster.worker()
    cluster.worker("--no-nanny", "--name", "bare", PATH=str(Path(sys.executable).parent))
    cluster.worker("--no-nanny", "--name", "later", PYTHONPATH=str(other.parent))
    hand_in_some(room, 4)
    cluster.wait_for(3)
    with pool_at(cluster.address) as pool:
        assert grade(room, pool).graded == 4
        wait_until(lambda: len(pool.told) == 2)
        assert pool.size == 1

    assert_graded(room, 4)
    bare, later = sorted(pool.told, key=lambda sentence: "bubblewrap" not in sentence)
    assert "sudo apt-get install bubblewrap" in bare
    assert "its grader is of another version. Install the same there: pip install" in later
    assert all(told.startswith("The worker tcp://127.0.0.1:") for told in pool.told)
    assert good.poll() is None, "it goes on for others"
    assert not [p for p in descendants(good.pid) if p.name() == "bwrap"]


def test_a_submission_that_loses_two_workers_is_told_and_runs_alone_again(room, cluster):
    """Two workers are killed under one submission; a third goes on with the others."""
    workers = [cluster.worker("--no-nanny") for _ in range(3)]
    hand_in(room, "doomed", {**RIGHT, "double": f"import time\ntime.sleep(25)\n{RIGHT['double']}"})
    with pool_at(cluster.address) as pool:
        wait_until(lambda: pool.size == 3)
        killed = []

        def kill_twice():
            for _ in range(2):
                # Others are busy too at first, for less long: they look at the released notebook.
                wait_until(lambda: stays_busy(workers, killed))
                killed.append(busy(workers, killed)[0])
                killed[-1].kill()

        killer = threading.Thread(target=kill_twice)
        killer.start()
        summary = grade(room, pool)
        killer.join()
        assert summary.graded == 0
        assert "its worker ended" in summary.people[0].reasons[0]
        assert "the 2nd time" in summary.people[0].reasons[0]
        assert auto_scores(room) == {}
        hand_in_some(room, 2)
        hand_in(room, "doomed", RIGHT)
        assert grade(room, pool).graded == 3, "the third worker is left"
    assert_graded_among(room, 2)


def test_without_its_scheduler_the_batch_stops_and_the_next_run_goes_on(room, cluster):
    cluster.worker("--no-nanny")
    hand_in_some(room, 6)

    def kill(summary):
        if summary.graded == 2:
            cluster.scheduler.kill()

    with pool_at(cluster.address) as pool, pytest.raises(BatchStoppedError) as stopped:
        Batch(Course(room), "ps1", verdict).run(pool, kill)
    assert f"The scheduler at {cluster.address} is gone. What was graded is kept" in str(stopped)
    done = len(auto_scores(room))
    assert 2 <= done < 6
    own = LocalPool(1, sandboxed(()))
    assert grade(room, own).graded == 6 - done
    own.close()
    assert_graded(room, 6)


def test_no_scheduler_or_no_such_address_is_said(monkeypatch):
    monkeypatch.setattr(scheduler, "_CONNECT", 0.3)
    for address in ("tcp://", "tcp://here", "udp://h:1", "local:0", "local:x", "tcp://h:1:2"):
        with pytest.raises(CourseError, match=r"it is tcp://HOST:PORT"):
            open_pool(address, 1, sandboxed(()))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(CourseError, match=f"No Dask scheduler answers at {address}"):
            open_pool(address, 1, sandboxed(()))
    with pytest.raises(CourseError, match="leave --unsafe out"):
        open_pool("local:1", 1, lambda _number: KernelExecutor())


@pytest.mark.parametrize(
    "address, warns",
    [
        ("tcp://192.0.2.7:8786", True),
        ("tcp://[2001:db8::7]:8786", True),
        ("tcp://grader.example:8786", True),
        ("tls://192.0.2.7:8786", False),
        ("tcp://127.0.0.1:8786", False),
        ("tcp://[::1]:8786", False),
        ("tcp://localhost:8786", False),
    ],
)
def test_an_address_that_others_could_listen_to_is_warned_of(address, warns):
    told = []
    check_address(address, told.append)
    assert [f"{address} is not encrypted" in sentence for sentence in told] == [True] * warns


def test_a_worker_of_another_version_is_refused_with_the_fix():
    good = {**station.versions(), "sandbox": ""}
    assert why_refused("tcp://a:1", good) == ""
    for change, words in (
        ({"python": "3.9"}, r"it runs Python 3\.9, and this is 3\.\d+\. Start it with that"),
        ({"engine": "0"}, "Install the same there"),
        ({"extensions": ""}, "Install the same packages there"),
        ({"sandbox": "The sandbox needs Linux."}, "needs Linux"),
    ):
        said = why_refused("tcp://a:1", {**good, **change})
        assert said.startswith("The worker tcp://a:1 is not used: ")
        assert re.search(words, said)
    assert "ModuleNotFoundError: No module" in why_refused("a", ModuleNotFoundError("No module"))
    assert why_refused("a", {}) and why_refused("a", None)


def a_job(**other):
    cells = (JobCell(1, "x = 1"), JobCell(3, "assert x", True, "assert x", "t"))
    return Job("amina.k", "ps1", "work", cells, None, "autograded/amina.k/ps1", Mode.SPLIT, **other)


def test_jobs_and_results_are_the_same_after_their_way(tmp_path):
    files, given, there = tmp_path / "files", tmp_path / "given", tmp_path / "there"
    (files / "deep").mkdir(parents=True)
    (files / "deep" / "a\udc80.bin").write_bytes(bytes(range(256)))
    (files / "deep" / "a\udc80.bin").chmod(0o640)
    jobs = [
        replace(a_job(answers=frozenset("xy"), known_signs=frozenset("z")), files=files),
        replace(a_job(cell_seconds=None), files=files, given=given),
        a_job(kernel_options={"allow_errors": True}),
    ]
    unpacked = unpack(pickle.loads(pickle.dumps(pack(jobs))), there, tmp_path / "g")
    assert [replace(job, files=None, given=None) for job in unpacked] == [
        replace(job, files=None, given=None) for job in jobs
    ]
    assert [job.given for job in unpacked] == [None, tmp_path / "g", None]
    assert unpacked[0].files == unpacked[1].files and unpacked[2].files is None
    copy = unpacked[0].files / "deep" / "a\udc80.bin"
    assert copy.read_bytes() == bytes(range(256))
    assert copy.stat().st_mode & 0o777 == 0o640

    output = {"output_type": "stream", "name": "stderr", "text": "\ud800\x00"}
    results = [
        Executed({1: [output], 3: []}, {1: 1, 3: None}, 0.5, 1.5, "t", Mode.SHARED, "w", ["s"]),
        Executed(),
    ]
    assert results_from_json(results_to_json(results), 2) == results


def test_hostile_results_are_refused_or_cut():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    assert (
        "cannot be sent"
        in results_from_json(results_to_json([Executed({1: nested})]), 1)[0].trouble
    )
    big = Executed({1: [{"text": "x" * (70 << 20)}]}, cpu_seconds=2.0)
    small = Executed({2: []}, {2: 1})
    cut, kept = results_from_json(results_to_json([big, small]), 2)
    assert (cut.outputs, cut.cpu_seconds, bool(cut.trouble)) == ({}, 2.0, True)
    assert kept == small
    for text in (None, b"[]", "", "[", "{}", "[]", "[[]]", "[1]", '[{"outputs": 1}]', "[" * 10**6):
        with pytest.raises(ValueError):
            results_from_json(text, 1)
    wild = {"outputs": {"1": [], "x": [], "2": {}}, "counts": {"1": "1"}, "cpu_seconds": "nan"}
    wild |= {"mode": ["split"], "why": 7, "tampering": [None, "y" * 10_000], "trouble": {}}
    read = results_from_json(json.dumps([wild]), 1)[0]
    assert read == Executed({1: []}, {1: None}, tampering=["None", "y" * 300])


# --- `make prove` -------------------------------------------------------------------------------


@pytest.mark.prove
@pytest.mark.parametrize("round_", range(12))
@pytest.mark.parametrize("victim", ["worker", "nanny", "zygote"])
def test_whatever_is_killed_at_whatever_moment_nothing_is_lost(room, cluster, victim, round_):
    chance = random.Random(f"{SEED} {victim} {round_}")
    nannies = [cluster.worker() for _ in range(2)]
    hand_in_some(room, 24)
    with pool_at(cluster.address) as pool:
        moment = chance.randrange(20)
        delay = chance.random() * 0.2

        def kill(summary):
            if summary.done >= moment and not killed:
                nanny = chance.choice(nannies)
                found = {
                    "nanny": lambda: [psutil.Process(nanny.pid)],
                    "worker": lambda: workers_of(nanny.pid),
                    "zygote": lambda: [p for p in descendants(nanny.pid) if p.name() == "bwrap"],
                }[victim]()
                if found:
                    time.sleep(delay)
                    killed.append(found[0])
                    found[0].kill()

        killed = []
        summary = Batch(Course(room), "ps1", verdict).run(pool, kill)
        assert (summary.graded, summary.people) == (24, [])
        assert killed
    assert_graded(room, 24)


@pytest.mark.prove
@pytest.mark.parametrize("round_", range(4))
def test_ctrl_c_ends_local_workers_and_the_next_run_goes_on(room, tmp_path, round_):
    chance = random.Random(f"{SEED} ctrl-c {round_}")
    hand_in_some(room, 40)
    command = [str(Path(sys.executable).with_name("ipv6grader")), "autograde", "ps1"]
    command += ["--course-dir", str(room), "--mode", "split", "--scheduler", "local:2"]
    log = tmp_path / "log"
    with log.open("wb") as file:
        run = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)
    wait_until(lambda: descendants(run.pid))  # its workers are being started
    if round_:
        wait_until(lambda: "of 40" in log.read_text() or run.poll() is not None)
    time.sleep(chance.random())
    children = descendants(run.pid)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to everything in it
    assert run.wait(60) == 130, log.read_text()
    wait_until(lambda: not any(p.is_running() for p in children))
    assert "Traceback" not in log.read_text()
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 0, again.stdout + again.stderr
    assert_graded(room, 40)


# --- processes ----------------------------------------------------------------------------------


def descendants(pid):
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def workers_of(nanny):
    """Return the worker processes under a nanny."""
    return [p for p in descendants(nanny) if "spawn_main" in " ".join(p.cmdline())]


def busy(workers, killed=()):
    """Return the workers that have a notebook under way: processes beside bubblewrap's."""
    return [w for w in workers if w not in killed and len(descendants(w.pid)) > 2]


def stays_busy(workers, killed):
    """Return whether one worker, and no other, is busy for three seconds."""
    looks = []
    for _ in range(6):
        looks.append(busy(workers, killed))
        time.sleep(0.5)
    return len(looks[0]) == 1 and all(look == looks[0] for look in looks)


def wait_until(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)
