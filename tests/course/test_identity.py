"""Who the learner is, and the values that are theirs alone."""

import os
import subprocess
import sys
from pathlib import Path

import netaddr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipv6course.classroom import Learner, Lesson, identity

GRADING = {"NBGRADER_EXECUTION": "autograde"}
AUTOGRADED = Path("/srv/ipv6/autograded/amina.k/addressing")


@pytest.fixture
def graded(monkeypatch):
    """As if nbgrader were grading amina.k."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr(identity, "_STARTED_IN", AUTOGRADED)


# --- the rule, in its order ---------------------------------------------------------------------


def test_nobody_said_anything_so_it_is_a_guest(capsys):
    assert identity.current() == Learner("guest")
    assert identity.current().is_guest
    Lesson("tiny/01-double")
    assert "as a guest" in capsys.readouterr().out


def test_who_they_said_they_are_on_the_home_page(capsys):
    identity.tell("  Tupou-F ")
    assert identity.current() == Learner("tupou-f")
    Lesson("tiny/01-double")
    assert capsys.readouterr().out == "This lesson's values belong to: tupou-f\n"


def test_a_class_hub_comes_before_the_home_page(monkeypatch):
    identity.tell("somebody else")
    monkeypatch.setenv("JUPYTERHUB_USER", "Amina.K")
    assert identity.current() == Learner("amina.k")


def test_grading_comes_before_all(graded, monkeypatch):
    identity.tell("somebody else")
    monkeypatch.setenv("JUPYTERHUB_USER", "a neighbour")
    assert identity.current() == Learner("amina.k")


@pytest.mark.parametrize("environ", [{"JUPYTERHUB_USER": "jovyan"}, {"JUPYTERHUB_USER": ""}, {}])
def test_a_hub_whose_users_are_nobody(environ):
    assert identity.hub_user(environ) is None


def test_binder_s_users_are_nobody_whatever_they_are_called():
    binder = {"JUPYTERHUB_USER": "ipv6-course-x7f3", "BINDER_LAUNCH_HOST": "https://binder.example"}
    assert identity.is_binder(binder)
    assert identity.hub_user(binder) is None
    assert identity.hub_user({"JUPYTERHUB_USER": "amina.k"}) == "amina.k"


@pytest.mark.parametrize("value", ["", "validate", "AUTOGRADE"])
def test_only_autograding_is_grading(value):
    assert identity.grading_student({"NBGRADER_EXECUTION": value}, AUTOGRADED) is None
    assert identity.grading_student(GRADING, AUTOGRADED) == "amina.k"


# --- nothing in a submission overrides it -------------------------------------------------------


def test_no_variable_folder_or_file_of_a_submission_overrides_the_student(
    graded, monkeypatch, tmp_path
):
    submission = tmp_path / "submitted"
    state = submission / ".ipv6-course"
    state.mkdir(parents=True)
    (state / "learner.json").write_text('{"id": "neighbour"}')
    monkeypatch.chdir(submission)
    for name in ("COURSE_HOME", "HOME", "PWD"):
        monkeypatch.setenv(name, str(submission))
    for name in ("JUPYTERHUB_USER", "USER", "LOGNAME", "NB_USER", "BINDER_LAUNCH_HOST"):
        monkeypatch.setenv(name, "neighbour")

    assert identity.current() == Learner("amina.k")
    assert Lesson("tiny/01-double").learner == Learner("amina.k")


def test_a_folder_that_student_code_changes_to_does_not_count(tmp_path):
    folder = tmp_path / "autograded" / "Tupou-F" / "addressing"
    folder.mkdir(parents=True)
    code = (
        "from ipv6course.classroom import identity\n"
        "import os; os.chdir('/')\n"
        "print(identity.current().id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, **GRADING},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "tupou-f\n"


# --- ids ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        (" Amina.K ", "amina.k"),
        ("AMINA.K", "amina.k"),
        ("ＡＭＩＮＡ．Ｋ", "amina.k"),  # full-width, as an East Asian keyboard gives
        ("jose\u0301", "josé"),  # e and an accent of its own
        ("Straße", "strasse"),
        ("\u00a0tupou f\t", "tupou f"),
        ("42", "42"),
        ("नेपाल", "नेपाल"),
    ],
)
def test_ways_to_write_one_id_are_one_id(name, id_):
    assert identity.normalise(name) == id_


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "empty"),
        (" \t\u3000", "empty"),
        (".", "names a folder"),
        (" .. ", "names a folder"),
        ("a/b", r"U\+002F"),
        ("a\\b", r"U\+005C"),
        ("a\nb", r"U\+000A"),
        ("a\x00b", r"U\+0000"),
        ("a\u200bb", r"U\+200B"),
        ("a\u202eb", r"U\+202E"),
        ("a\ud800b", r"U\+D800"),
        ("a\u2028b", r"U\+2028"),
        ("x" * 101, "101 characters"),
    ],
)
def test_what_cannot_be_an_id_is_refused_and_nothing_is_remembered(name, says, course_home):
    with pytest.raises(ValueError, match=says):
        identity.tell(name)
    assert not course_home.exists()


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(name):
    try:
        once = identity.normalise(name)
    except ValueError:
        return
    assert identity.normalise(once) == once


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"id": 3}', '{"id": ""}', '{"id": "a/b"}', '{"name": "x"}']
)
def test_an_unreadable_memory_is_a_guest(course_home, text):
    path = course_home / ".ipv6-course" / "learner.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert identity.current().is_guest


# --- values -------------------------------------------------------------------------------------

GOLDEN = [
    ("amina.k", "3fff:dcf:9336::/48", "00-00-5E-00-53-80", 37630),
    ("tupou-f", "3fff:3e3:d602::/48", "00-00-5E-00-53-0C", 35059),
    ("josé", "3fff:f4e:abb2::/48", "00-00-5E-00-53-A4", 47764),
]


@pytest.mark.parametrize(("id_", "prefix", "mac", "number"), GOLDEN)
def test_the_values_of_a_learner_never_change(id_, prefix, mac, number):
    learner = Learner(id_)
    assert (str(learner.prefix), str(learner.mac)) == (prefix, mac)
    assert learner.number("group", 0xE000) == number
    assert learner.choice("word", "abcdefgh") == "abcdefgh"[learner.number("word", 8)]


def test_another_process_with_another_hash_seed_gives_the_same_values():
    code = (
        "from ipv6course.classroom import Learner\n"
        "learner = Learner('josé')\n"
        "print(learner.prefix, learner.mac, learner.number('group', 0xE000))"
    )
    environ = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert tuple(done.stdout.split()) == (GOLDEN[2][1], GOLDEN[2][2], str(GOLDEN[2][3]))


@given(st.text(min_size=1, max_size=20, alphabet=st.characters(exclude_categories=["Cs"])))
def test_everybody_s_values_are_documentation_space(id_):
    learner = Learner(id_)
    assert learner.prefix.prefixlen == 48
    assert learner.prefix == learner.prefix.cidr
    assert learner.prefix in netaddr.IPNetwork("3fff::/20")
    assert str(learner.mac).startswith("00-00-5E-00-53-")


def test_purposes_and_learners_have_values_of_their_own():
    learners = [Learner(f"learner{number}") for number in range(200)]
    assert len({learner.prefix for learner in learners}) == 200
    purposes = {learners[0].number(f"purpose {number}", 2**128) for number in range(200)}
    assert len(purposes) == 200
    assert all(0 <= learner.number("below", 7) < 7 for learner in learners)
