"""`ipv6course lab --exchange`: what it refuses, and under which id a learner hands in."""

import json

import pytest
from nbgrader.server_extensions.assignment_list.handlers import AssignmentList
from traitlets.config.loader import PyFileConfigLoader
from typer.testing import CliRunner

from ipv6course.authoring.build import build
from ipv6course.classroom import Learner, identity
from ipv6course.classroom.course_map import read_map
from ipv6course.commands import app, lab
from ipv6course.jupyter import assignment_list
from ipv6course.jupyter.assignment_list import LearnersAssignmentList
from ipv6course.places import exchange_folder
from ipv6course.widgets.home import map_html


def one_line(text):
    return " ".join(text.split())


# --- the command --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_an_exchange_that_is_not_there_is_refused_before_anything_is_made(
    tmp_path, course_home, name
):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(app, ["lab", "--exchange", str(tmp_path / name)])
    assert result.exit_code == 1
    assert f"There is no exchange at {tmp_path / name}" in one_line(result.output)
    assert "ipv6course teach" in result.output
    assert not course_home.exists()


def test_a_classroom_in_place_of_its_exchange_is_refused_with_the_right_name(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("")
    result = CliRunner().invoke(app, ["lab"], env={"IPV6COURSE_EXCHANGE": str(tmp_path)})
    assert result.exit_code == 1
    assert f"--exchange {tmp_path / 'exchange'}" in one_line(result.output)


def test_in_a_class_no_lesson_is_placed_and_the_map_says_where_to_get_it(
    tmp_path, tiny, course_home, monkeypatch
):
    monkeypatch.setenv("IPV6COURSE_MODULES", str(tiny.modules))
    monkeypatch.setenv("IPV6COURSE_EXCHANGE", str(tmp_path))
    build(tmp_path / "built")
    assert lab.prepare_home(tmp_path / "built", in_class=True) == []
    course = read_map()
    assert ([lesson.is_here for lesson in course.lessons], course.next) == ([False], None)
    assert "Assignment List" in map_html(course)
    assert "href" not in map_html(course)

    fetched = course_home / "work" / "tiny" / "01-double.ipynb"
    fetched.parent.mkdir(parents=True)
    fetched.write_text("{}")
    assert read_map().next.name == "tiny/01-double"


def test_a_server_with_another_exchange_is_not_taken_for_this_one(course_home, monkeypatch):
    server = lab.learners_server(course_home / "exchange")
    record = course_home / ".ipv6-course" / "server.json"
    record.parent.mkdir(parents=True)
    monkeypatch.setattr(type(server), "_answers", lambda self, port: True)
    record.write_text(json.dumps({"port": 8888, "purpose": str(course_home / "exchange")}))
    assert server.running_port() == 8888
    record.write_text(json.dumps({"port": 8888}))  # as an earlier version wrote it
    assert lab.learners_server().running_port() == 8888
    with pytest.raises(Exception) as ended:
        server.running_port()
    assert ended.value.exit_code == 1


# --- the id -------------------------------------------------------------------------------------


def test_nbgrader_hands_in_under_the_id_of_the_home_page(course_home, tmp_path, monkeypatch):
    monkeypatch.setenv("IPV6COURSE_EXCHANGE", str(tmp_path))
    folder = lab.learners_server(exchange_folder()).kinds[0]
    settings = lab.files("ipv6course") / "jupyter" / folder

    def configured():
        loader = PyFileConfigLoader("nbgrader_config.py", path=str(settings))
        return loader.load_config()

    identity.tell("Amina.K")
    assert configured().CourseDirectory.student_id == "amina.k"
    assert configured().Exchange.root == str(tmp_path)
    assert configured().Exchange.cache.startswith(str(course_home))
    monkeypatch.setenv("JUPYTERHUB_USER", "tupou-f")
    assert configured().CourseDirectory.student_id == "tupou-f"


@pytest.mark.parametrize("name", ["a+b", "a*", "what?", "a[b]", ".", ".."])
def test_an_id_that_nbgrader_cannot_carry_is_explained(name):
    assert f"cannot carry the id '{name}'" in assignment_list.reason_against(Learner(name))


@pytest.mark.parametrize("name", ["amina.k", "tupou f", "josé", "नेपाल", "a@example.org", "42"])
def test_other_ids_are_carried(name):
    assert assignment_list.reason_against(Learner(name)) == ""


def test_a_guest_is_asked_who_they_are_and_nothing_is_handed_in(monkeypatch):
    def never(self, *arguments, **names):
        raise AssertionError("nbgrader was asked")

    for method in ("list_assignments", "submit_assignment"):
        monkeypatch.setattr(AssignmentList, method, never)
    learners = LearnersAssignmentList()
    for reply in (learners.list_courses(), learners.submit_assignment("ipv6", "tiny")):
        assert reply["success"] is False
        assert "Who are you?" in reply["value"]


def test_what_nbgrader_cannot_hand_in_is_a_sentence_and_no_traceback(monkeypatch):
    identity.tell("amina.k")
    said = (
        "Traceback (most recent call last):\n  File x\nnbgrader.ExchangeError: No inbound: full\n"
    )
    monkeypatch.setattr(
        AssignmentList, "submit_assignment", lambda *_: {"success": False, "value": said}
    )
    reply = LearnersAssignmentList().submit_assignment("ipv6", "tiny")
    assert reply == {"success": False, "value": "No inbound: full"}
