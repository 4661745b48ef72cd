"""The batch: each submission graded once, bad ones told, nothing left behind."""

import os
import re
import shutil
import sqlite3
from concurrent.futures import wait
from datetime import datetime

import pytest
from course_root import generated  # noqa: F401
from hand_ins import (
    MODE,
    RIGHT,
    SCORES,
    WRONG,
    auto_scores,
    course_root,
    hand_in,
    leftovers,
    verdict,
)
from hand_ins import pool as make_pool

from ipv6grader import journal
from ipv6grader.autograde import STAGING, Batch, BatchStoppedError
from ipv6grader.course import Course
from ipv6grader.journal import CourseLockedError
from ipv6grader.layout import JOURNAL
from ipv6grader.workers import LocalPool, WorkerError

pytestmark = pytest.mark.xdist_group("grader")


@pytest.fixture(scope="module")
def pool():
    pool = make_pool()
    yield pool
    pool.close()


@pytest.fixture
def room(generated, tmp_path):  # noqa: F811
    return course_root(generated, tmp_path / "room")


def grade(room, pool, *students, **options):
    return Batch(Course(room), "ps1", verdict, students, **options).run(pool)


def reasons(summary):
    return {person.student: " ".join(person.reasons) for person in summary.people}


def test_submissions_get_scores_files_and_a_journal(room, pool):
    hand_in(room, "amina.k", RIGHT, **{"notes.txt": "mine"})
    hand_in(room, "tupou-f", WRONG)
    summary = grade(room, pool)

    assert (summary.graded, summary.unchanged, summary.people) == (2, 0, [])
    assert set(summary.ways) == {("work", MODE.value, "for a test")}
    scores = auto_scores(room)
    assert scores["amina.k"].items() >= SCORES.items()
    assert scores["tupou-f"].items() >= dict.fromkeys(SCORES, 0.0).items()
    folder = room / "autograded" / "amina.k" / "ps1"
    assert {path.name for path in folder.iterdir()} == {
        "work.ipynb",
        "notes.txt",
        "timestamp.txt",
        JOURNAL,
    }
    assert all(path.stat().st_mode & 0o777 == 0o444 for path in folder.iterdir())
    entry = journal.read(folder)
    assert entry.notebooks["work"].mode == MODE.value
    assert entry.reasons == []
    assert datetime.fromisoformat(entry.graded).tzinfo is not None
    assert leftovers(room) == []


def test_what_is_unchanged_is_not_graded_again(room, pool):
    for student in ("amina.k", "tupou-f"):
        hand_in(room, student)
    assert grade(room, pool).graded == 2
    summary = grade(room, pool)
    assert (summary.graded, summary.unchanged, summary.done) == (0, 2, 2)
    assert grade(room, pool, force=True).graded == 2
    assert grade(room, pool, "tup*", force=True).total == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda room: hand_in(room, "amina.k", WRONG),
        lambda room: hand_in(room, "amina.k", time="2026-01-06 10:00:00 UTC"),
        lambda room: hand_in(room, "amina.k", **{"data.csv": "1,2"}),
        lambda room: (room / "source/ps1/data.csv").write_text("1,2"),
        lambda room: (room / "autograded/amina.k/ps1/work.ipynb").unlink(),
        lambda room: shutil.rmtree(room / "autograded/amina.k/ps1"),
        lambda room: shutil.copy(room / "before.db", room / "gradebook.db"),
        lambda room: (room / "nbgrader_config.py").write_text(
            "c = get_config()\nc.LimitOutput.max_lines = 7\n"
        ),
    ],
    ids=[
        "answer",
        "time",
        "file",
        "instructor's file",
        "lost notebook",
        "lost folder",
        "older gradebook",
        "configuration",
    ],
)
def test_what_is_changed_is_graded_again(room, pool, change):
    hand_in(room, "amina.k")
    shutil.copy(room / "gradebook.db", room / "before.db")
    grade(room, pool)
    change(room)
    assert grade(room, pool).graded == 1
    assert grade(room, pool).unchanged == 1
    assert "amina.k" in auto_scores(room)


def test_a_new_version_takes_the_place_of_the_old_one(room, pool):
    hand_in(room, "amina.k", RIGHT, **{"old.txt": "old"})
    grade(room, pool)
    (hand_in(room, "amina.k", WRONG) / "old.txt").unlink()
    grade(room, pool)
    assert auto_scores(room)["amina.k"].items() >= dict.fromkeys(SCORES, 0.0).items()
    assert not (room / "autograded/amina.k/ps1/old.txt").exists()


def spoil_json(folder):
    (folder / "work.ipynb").write_text('{"cells": [')


def nest(folder):
    (folder / "work.ipynb").write_text("[" * 200_000)


def link_notebook(folder):
    (folder / "work.ipynb").unlink()
    (folder / "work.ipynb").symlink_to("../../../source/ps1/work.ipynb")


def pipe_notebook(folder):
    (folder / "work.ipynb").unlink()
    os.mkfifo(folder / "work.ipynb")


def rename_notebook(folder):
    (folder / "work.ipynb").rename(folder / "work (1).ipynb")


def no_time(folder):
    (folder / "timestamp.txt").write_text("the day before yesterday")


def link_folder(folder):
    shutil.rmtree(folder)
    folder.symlink_to("../../source/ps1")


BAD = {
    spoil_json: "is not JSON",
    nest: "",
    link_notebook: "link",
    pipe_notebook: "no ordinary file",
    rename_notebook: r"there is work \(1\); the assignment has work",
    no_time: "holds no time",
    link_folder: "links are not followed",
}


@pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")
def test_bad_submissions_are_told_and_the_others_are_graded(room, pool):
    for number, spoil in enumerate(BAD):
        spoil(hand_in(room, f"bad-{number}"))
    hand_in(room, "aaa")
    hand_in(room, "zzz")
    summary = grade(room, pool)

    assert summary.graded == 2
    assert summary.done == summary.total == len(BAD) + 2
    told = reasons(summary)
    for number, words in enumerate(BAD.values()):
        assert not summary.people[number].graded
        assert re.search(words, told[f"bad-{number}"]), told
    assert set(auto_scores(room)) == {"aaa", "zzz"}
    assert leftovers(room) == []
    assert reasons(grade(room, pool)) == told, "they are told each time"


@pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")
def test_links_pipes_and_large_files_are_left_out_and_told(room, pool):
    with (room / "nbgrader_config.py").open("a") as file:
        file.write("c.CourseDirectory.max_file_size = 100\n")
    folder = hand_in(room, "amina.k", **{"kept.txt": "kept"})
    (folder / "solution").symlink_to("../../../source/ps1")
    (folder / "secret.txt").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    (folder / "large.bin").write_bytes(bytes(100_001))
    (folder / JOURNAL).write_text("{}")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "work.ipynb").write_text("{}")
    summary = grade(room, pool)

    assert summary.graded == 1
    told = reasons(summary)["amina.k"]
    for name in ("'solution'", "'secret.txt'", "'pipe'", "'large.bin'"):
        assert name in told
    graded = room / "autograded/amina.k/ps1"
    assert {path.name for path in graded.iterdir()} == {
        "work.ipynb",
        "kept.txt",
        "timestamp.txt",
        JOURNAL,
    }
    again = grade(room, pool)
    assert again.unchanged == 1
    assert reasons(again)["amina.k"] == told, "a person is still needed"


def test_the_instructors_files_come_over_the_learners(room, pool):
    source = room / "source" / "ps1"
    (source / "data").mkdir()
    (source / "data" / "points.csv").write_text("theirs")
    (source / "own.py").write_text("theirs")
    (source / "tests.py").write_text("theirs")
    with (room / "nbgrader_config.py").open("a") as file:
        file.write("c.Autograde.exclude_overwriting = {'ps1': ['own.py']}\n")
    folder = hand_in(room, "amina.k", **{"data": "a file", "own.py": "mine"})
    (folder / "tests.py").mkdir()
    (folder / "tests.py" / "x.txt").write_text("mine")
    assert grade(room, pool).graded == 1
    graded = room / "autograded/amina.k/ps1"
    assert (graded / "data" / "points.csv").read_text() == "theirs"
    assert (graded / "tests.py").read_text() == "theirs"
    assert (graded / "own.py").read_text() == "mine"


def test_a_notebook_that_is_not_the_assignments_is_skipped(room, pool):
    folder = hand_in(room, "amina.k")
    shutil.copy(folder / "work.ipynb", folder / "extra.ipynb")
    summary = grade(room, pool)
    assert summary.graded == 1
    assert summary.unknown == {"extra": 1}
    assert not (room / "autograded/amina.k/ps1/extra.ipynb").exists()


def test_who_comes_second_is_told_who_is_first(room, pool):
    hand_in(room, "amina.k")
    with (
        journal.lock(room, "autograde ps9"),
        pytest.raises(CourseLockedError, match=f"autograde ps9.*process {os.getpid()}"),
    ):
        grade(room, pool)
    assert grade(room, pool).graded == 1


def test_a_locked_gradebook_stops_the_batch_and_the_next_run_goes_on(room, pool):
    for number in range(3):
        hand_in(room, f"s{number}")
    grade(room, pool, "s0")
    database = sqlite3.connect(room / "gradebook.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    with pytest.raises(BatchStoppedError, match="another program keeps it locked"):
        grade(room, pool, patience=0.1)
    database.execute("ROLLBACK")
    database.close()
    assert leftovers(room) == []
    summary = grade(room, pool)
    assert (summary.unchanged, summary.graded) == (1, 2)


def test_a_folder_that_was_moved_aside_for_a_new_one_comes_back(room, pool):
    hand_in(room, "amina.k")
    grade(room, pool)
    place = room / "autograded/amina.k/ps1"
    stage = room / "autograded" / STAGING / "0"
    (stage / "new").mkdir(parents=True)
    (stage / "place").write_text(str(place))
    place.rename(stage / "old")
    assert grade(room, pool).unchanged == 1
    assert leftovers(room) == []


def test_hooks_are_called_with_what_nbgrader_calls_them(room, pool):
    (room / "nbgrader_config.py").write_text(
        "c = get_config()\nfrom pathlib import Path\n"
        "def note(**told):\n"
        "    with Path('told.txt').open('a') as file:\n"
        "        print(sorted(told), told['student'], Path(told['notebooks'][0]).name, file=file)\n"
        "    raise ValueError('stops nothing')\n"
        "c.Autograde.pre_convert_hook = note\nc.Autograde.post_convert_hook = note\n"
    )
    hand_in(room, "amina.k")
    assert grade(room, pool).graded == 1
    assert grade(room, pool).unchanged == 1
    line = "['assignment', 'notebooks', 'student'] amina.k work.ipynb\n"
    assert (room / "told.txt").read_text() == 2 * line


def test_a_learner_who_is_not_known_is_told_where_none_may_be_made(room, pool):
    with (room / "nbgrader_config.py").open("a") as file:
        file.write("c.Autograde.create_student = False\n")
    hand_in(room, "amina.k")
    summary = grade(room, pool)
    assert (summary.graded, [person.student for person in summary.people]) == (0, ["amina.k"])
    assert auto_scores(room) == {}
    assert not (room / "autograded/amina.k").exists()


def test_groupshared_folders_are_the_groups(room, pool):
    with (room / "nbgrader_config.py").open("a") as file:
        file.write("c.CourseDirectory.groupshared = True\n")
    hand_in(room, "amina.k")
    grade(room, pool)
    for name in ("", "amina.k", "amina.k/ps1"):
        assert (room / "autograded" / name).stat().st_mode & 0o2770 == 0o2770
    assert (room / "autograded/amina.k/ps1/work.ipynb").stat().st_mode & 0o777 == 0o664


class Watched:
    """A pool that counts what is under way in it."""

    def __init__(self, pool):
        self.size, self._pool, self._futures, self.most = pool.size, pool, set(), 0

    def submit(self, jobs):
        future = self._pool.submit(jobs)
        self._futures = {old for old in self._futures if not old.done()} | {future}
        self.most = max(self.most, len(self._futures))
        return future


def test_no_more_than_twice_the_workers_are_under_way(room, pool):
    for number in range(9):
        hand_in(room, f"s{number}")
    watched = Watched(pool)
    assert grade(room, watched).graded == 9
    assert 1 < watched.most <= 2 * pool.size


# --- workers ------------------------------------------------------------------------------------


class Spent:
    """An executor that breaks as often as it is told to."""

    def __init__(self, failures, made):
        self._failures = failures
        made.append(self)
        self.closed = False

    def run(self, job):
        if self._failures and self._failures.pop():
            raise RuntimeError("it was killed")
        return job

    def close(self):
        self.closed = True


def test_a_worker_that_ends_under_a_job_is_replaced_and_the_job_runs_again():
    made, failures = [], [True]
    pool = LocalPool(1, lambda _number: Spent(failures, made))
    assert pool.submit(["a", "b"]).result(10) == ["a", "b"]
    pool.close()
    assert [executor.closed for executor in made] == [True, True]


def test_a_job_that_ends_two_workers_is_given_up_and_the_next_one_runs():
    made, failures = [], [True, True]
    pool = LocalPool(1, lambda _number: Spent(failures, made))
    first, second = pool.submit(["a"]), pool.submit(["b"])
    wait([first, second], 10)
    assert isinstance(first.exception(), WorkerError)
    assert "it was killed" in str(first.exception())
    assert second.result() == ["b"]
    pool.close()
