"""The `ipv6grader` command: what it says, and how it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest
from course_root import generated  # noqa: F401
from hand_ins import RIGHT, SANDBOX, WRONG, auto_scores, course_root, hand_in, leftovers
from typer.testing import CliRunner

from ipv6course.commands import app as course_app
from ipv6grader import journal
from ipv6grader.batch_command import shown
from ipv6grader.commands import app

pytestmark = pytest.mark.xdist_group("grader")
HOW = ("--mode", "split") if SANDBOX else ("--unsafe",)


@pytest.fixture
def room(generated, tmp_path):  # noqa: F811
    return course_root(generated, tmp_path / "room")


@pytest.fixture
def run(room):
    def run_command(*arguments, command=app):
        where = ("--course-dir", room) if command is app else ("--classroom", room)
        name = "autograde" if command is app else "grade"
        return CliRunner().invoke(command, [name, *map(str, (*arguments, *where))])

    return run_command


def one_line(result):
    return " ".join(result.output.split())


def test_a_batch_is_summed_up(run, room):
    hand_in(room, "amina.k", RIGHT)
    hand_in(room, "tupou-f", WRONG)
    result = run("ps1", *HOW)
    assert result.exit_code == 0, result.output
    for words in ("2 graded", "2 of 2,", "✔ 2 graded in", f"{' '.join(HOW)}"):
        assert words in one_line(result)
    again = run("ps1", *HOW)
    assert again.exit_code == 0
    assert "2 unchanged since they were graded" in one_line(again)
    assert len(auto_scores(room)) == 2


def test_who_needs_a_person_is_named_and_the_exit_code_says_so(run, room):
    hand_in(room, "amina.k")
    (hand_in(room, "evil\x1b[31m") / "work.ipynb").write_text("no notebook")
    result = run("ps1", *HOW)
    assert result.exit_code == 1
    assert r"evil\x1b[31m not graded work.ipynb is not JSON" in one_line(result)
    assert "\x1b" not in result.output
    assert "1 need a person" in one_line(result)


def test_a_dry_run_says_what_would_be_graded_and_writes_nothing(run, room):
    hand_in(room, "amina.k")
    hand_in(room, "tupou-f")
    before = sorted(room.rglob("*"))
    result = run("ps1", *HOW, "--dry-run", "--student", "a*")
    assert result.exit_code == 0
    assert "amina.k" in result.output
    assert "1 of 1 submissions would be graded." in result.output
    assert sorted(room.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ps2",), "nobody handed in 'ps2'"),
        (("ps1", "--student", "amino.k"), "did you mean 'amina.k'"),
        (("ps1", "--unsafe", "--mode", "shared"), "leave one of them out"),
        (("ps1", "--workers", "0"), "workers"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(run, room, arguments, words):
    hand_in(room, "amina.k")
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in one_line(result)


def test_a_course_that_is_being_graded_is_left_alone(run, room):
    hand_in(room, "amina.k")
    with journal.lock(room, "autograde ps1"):
        result = run("ps1", *HOW)
    assert result.exit_code == 2
    assert "the course is being graded already (autograde ps1" in one_line(result)


def test_an_assignment_that_was_never_generated_is_named(run, room):
    hand_in(room, "amina.k")
    (room / "submitted/amina.k/ps1").rename(room / "submitted/amina.k/ps9")
    result = run("ps9", *HOW)
    assert result.exit_code == 2
    assert "nbgrader generate_assignment ps9" in one_line(result)


def test_the_courses_own_command_is_the_same(run, room):
    hand_in(room, "amina.k")
    result = run("ps1", *HOW, command=course_app)
    assert result.exit_code == 0, result.output
    assert "1 graded" in one_line(result)


def test_what_a_stranger_wrote_is_safe_on_a_terminal():
    assert shown("a\x1b[2Jb\u202ec\n") == "a\\x1b[2Jb\\u202ec\n"
    assert shown("josé 漢") == "josé 漢"
    assert shown("\udcff") == "\\udcff"


@pytest.mark.skipif(os.name == "nt", reason="a signal of POSIX")
def test_ctrl_c_finishes_nothing_half_and_says_how_to_go_on(run, room):
    slow = {"double": "import time\ntime.sleep(600)", "half": "value = 42"}
    hand_in(room, "amina.k")
    hand_in(room, "tupou-f", slow)
    command = [sys.executable, "-c", "from ipv6grader.commands import main; main()", "autograde"]
    process = subprocess.Popen(
        [*command, "ps1", "--course-dir", str(room), *HOW, "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (room / "autograded/amina.k/ps1").exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _said, complaint = process.communicate(timeout=60)
    assert process.returncode == 130, complaint
    assert "To go on, run the same again." in " ".join(complaint.split())
    assert set(auto_scores(room)) == {"amina.k"}
    assert leftovers(room) == []
    hand_in(room, "tupou-f")
    result = run("ps1", *HOW)
    assert result.exit_code == 0
    assert "1 graded" in one_line(result)
