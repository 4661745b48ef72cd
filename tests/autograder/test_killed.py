"""Killed at any moment, with a full disk, with a gradebook that others lock: the next run goes on.

`make test` does it a few times; `make prove` 200 times. The seed is fixed, and in every message.
"""

import functools
import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from course_root import generated  # noqa: F401
from hand_ins import (
    RIGHT,
    SANDBOX,
    WRONG,
    auto_scores,
    course_root,
    hand_in,
    leftovers,
    pool,
    verdict,
)

from ipv6course.authoring.stock_nbgrader import grade as stock_grade
from ipv6grader import journal
from ipv6grader.autograde import Batch
from ipv6grader.course import Course
from ipv6grader.execution.confine import Limits
from ipv6grader.execution.sandbox import Sandbox

pytestmark = [
    pytest.mark.xdist_group("grader"),
    pytest.mark.skipif(not SANDBOX, reason="there is no sandbox here"),
]
SEED = 6
STUDENTS = ("amina.k", "josé", "tupou-f", "zoe")
ANSWERS = {"right": RIGHT, "wrong": WRONG}


def times(few, many):
    """Return how often to do it, as parameters of a test."""
    return pytest.mark.parametrize(
        "rounds", [few, pytest.param(many, marks=pytest.mark.prove)], ids=["sample", "all"]
    )


@pytest.fixture(scope="module")
def stock_scores(generated, tmp_path_factory):  # noqa: F811
    """What stock nbgrader gives to each of the answers."""
    room = course_root(generated, tmp_path_factory.mktemp("stock") / "room")
    for name, answers in ANSWERS.items():
        hand_in(room, name, answers)
    stock_grade(room, "ps1")
    return auto_scores(room)


@pytest.fixture
def room(generated, tmp_path):  # noqa: F811
    return course_root(generated, tmp_path / "room")


def run_in(room, begun=None):
    """Be a run of the grader, in a process of its own."""
    os.setsid()
    workers = pool()
    batch = Batch(Course(Path(room)), "ps1", verdict)
    if begun is not None:
        begun.set()
    batch.run(workers)
    workers.close()
    os._exit(0)


@functools.cache
def server():
    """Return what starts processes that have everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hand_ins", "ipv6grader.autograde", "nbgrader.apps"])
    return context


def start(room):
    begun = server().Event()
    process = server().Process(target=run_in, args=(str(room), begun))
    process.start()
    assert begun.wait(120)
    return process


def descendants(pid):
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def hand_in_anew(room, chosen, version):
    """Hand in other answers of some students; return what each has now."""
    for student in random.sample(STUDENTS, random.randint(1, len(STUDENTS))):
        chosen[student] = random.choice(sorted(ANSWERS))
        hand_in(room, student, ANSWERS[chosen[student]], time=f"2026-01-01 {version % 24}:00 UTC")


def check_what_is_in_place(room, stock_scores):
    """See that what is in place is whole, and that its scores are in the gradebook."""
    scores = auto_scores(room)
    for place in (room / "autograded").glob("*/ps1"):
        entry = journal.read(place)
        assert entry is not None, place
        assert (place / "work.ipynb").stat().st_size
        json.loads((place / "work.ipynb").read_text("utf-8"))
        assert scores[place.parent.name] in stock_scores.values()


def check_end(room, chosen, stock_scores):
    """See that a run to the end grades what is left, to stock's scores, and leaves nothing."""
    process = start(room)
    process.join(300)
    assert process.exitcode == 0
    expected = {student: stock_scores[name] for student, name in chosen.items()}
    assert auto_scores(room) == expected
    assert leftovers(room) == []
    places = {path.parent.name for path in (room / "autograded").glob("*/ps1")}
    assert places == set(chosen)
    batch = Batch(Course(room), "ps1", verdict)
    assert list(batch.changed()) == [], "each is graded, once"


def usual_seconds(room):
    """Return how long a run takes here, from the moment that it has the assignment."""
    taken = []
    for number in range(2):  # the first one waits for files that the machine has not read yet
        for student in STUDENTS:
            hand_in(room, student, time=f"2026-01-02 {number}:00 UTC")
        process = start(room)
        begun = time.monotonic()
        process.join(300)
        taken.append(time.monotonic() - begun)
    return min(taken)


@times(5, 200)
def test_the_parent_is_killed_at_random_moments(room, stock_scores, rounds):
    random.seed(SEED)
    chosen, killed, runs = {}, 0, 0
    seconds = usual_seconds(room)
    chosen.update(dict.fromkeys(STUDENTS, "right"))
    while killed < rounds:  # a run that ended first does not count
        assert runs < 5 * rounds
        runs += 1
        hand_in_anew(room, chosen, runs)
        process = start(room)
        time.sleep(random.uniform(0, seconds))
        theirs = descendants(process.pid)
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        _gone, alive = psutil.wait_procs(theirs, timeout=30)
        assert alive == [], "its sandboxes ended with it"
        check_what_is_in_place(room, stock_scores)
        if runs % 5 == 4:
            check_end(room, chosen, stock_scores)
    print(f"seed {SEED}: killed {killed} times in {runs} runs")
    check_end(room, chosen, stock_scores)


@times(3, 100)
def test_a_worker_is_killed_at_random_moments(room, stock_scores, rounds):
    random.seed(SEED)
    chosen, killed = {}, 0
    seconds = usual_seconds(room)
    chosen.update(dict.fromkeys(STUDENTS, "right"))
    for number in range(rounds):
        hand_in_anew(room, chosen, number)
        process = start(room)
        time.sleep(random.uniform(0, seconds))
        theirs = descendants(process.pid)
        if theirs:
            random.choice(theirs).kill()
            killed += 1
        process.join(300)
        assert process.exitcode == 0
    print(f"seed {SEED}: killed {killed} workers in {rounds} runs")
    # A process that was killed inside may have taken its notebook with it: told, and tried again.
    check_end_after_troubles(room, chosen, stock_scores)


def check_end_after_troubles(room, chosen, stock_scores):
    """As `check_end`; what a person is told of is handed in once more first."""
    for student in chosen:
        entry = journal.read(room / "autograded" / student / "ps1")
        if entry is None or entry.reasons:
            shutil.rmtree(room / "autograded" / student, ignore_errors=True)
    check_end(room, chosen, stock_scores)


@times(1, 20)
def test_others_lock_the_gradebook_now_and_then(room, stock_scores, rounds):
    random.seed(SEED)
    chosen, stop = {}, threading.Event()

    def lock_now_and_then():
        database = sqlite3.connect(room / "gradebook.db", isolation_level=None, timeout=60)
        while not stop.is_set():
            database.execute("BEGIN EXCLUSIVE")
            time.sleep(random.uniform(0, 0.3))
            database.execute("ROLLBACK")
            time.sleep(random.uniform(0, 0.2))
        database.close()

    other = threading.Thread(target=lock_now_and_then)
    other.start()
    try:
        for number in range(rounds):
            hand_in_anew(room, chosen, number)
            process = start(room)
            process.join(300)
            assert process.exitcode == 0
    finally:
        stop.set()
        other.join()
    check_end(room, chosen, stock_scores)


def _namespace():
    """Return the command that gives a program a mount namespace; none where there is none."""
    command = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    probe = 'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d"'
    if sys.platform == "linux" and shutil.which("unshare"):
        done = subprocess.run([*command, "sh", "-c", probe], capture_output=True)
        if done.returncode == 0:
            return command
    return []


@times(4, 60)
def test_the_disk_fills_up(generated, tmp_path, rounds):  # noqa: F811
    command = _namespace()
    if not command:
        pytest.skip("no small disk can be mounted here")
    (tmp_path / "disk").mkdir()
    program = Path(__file__).with_name("full_disk.py")
    done = subprocess.run(
        [*command, sys.executable, program, generated, tmp_path / "disk", str(SEED), str(rounds)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(program.parent)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout)
    assert result["wrong"] == []
    assert result["stops"] > 0, "the disk was full at least once"


MAKE_SANDBOX = """
import sys, time
from ipv6grader.execution.confine import Limits
from ipv6grader.execution.sandbox import Sandbox
sandbox = Sandbox(Limits(), 0)
print(sandbox.stage, *sandbox._cgroup.doors, flush=True)
time.sleep(600)
"""


def test_the_next_sandbox_removes_what_a_killed_grader_left_and_nothing_of_a_living_one():
    graders = [
        subprocess.Popen([sys.executable, "-c", MAKE_SANDBOX], stdout=subprocess.PIPE, text=True)
        for _grader in range(2)
    ]
    killed, living = ([Path(p) for p in g.stdout.readline().split()] for g in graders)
    try:
        inside = descendants(graders[0].pid)
        graders[0].kill()
        graders[0].wait()
        psutil.wait_procs(inside, 30)
        assert killed[0].exists()
        Sandbox(Limits(), 1).close()
        assert not any(path.exists() for path in killed)
        assert all(path.exists() for path in living)
    finally:
        graders[1].kill()
        graders[1].wait()
    Sandbox(Limits(), 1).close()
