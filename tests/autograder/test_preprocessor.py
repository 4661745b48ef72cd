"""One line in `nbgrader_config.py`, and nbgrader's own commands and Formgrader use the grader."""

import html
import json
import re

import pytest
from course_root import generated  # noqa: F401
from hand_ins import RIGHT, SANDBOX, SCORES, WRONG, auto_scores, course_root, hand_in
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6grader.course import Course

pytestmark = pytest.mark.xdist_group("grader")
UNSAFE = "" if SANDBOX else ", unsafe=True"
LINE = f"import ipv6grader\nipv6grader.configure(c{UNSAFE})\n"


@pytest.fixture
def room(generated, tmp_path):  # noqa: F811
    return course_root(generated, tmp_path / "room", LINE)


def gradebook(room):
    return Gradebook(f"sqlite:///{room / 'gradebook.db'}", "")


def test_nbgraders_command_grades_repairs_and_scores(room):
    hand_in(room, "amina.k", RIGHT)
    folder = hand_in(room, "tupou-f", RIGHT)
    notebook = json.loads((folder / "work.ipynb").read_text())
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") != "double-2"
    ]
    (folder / "work.ipynb").write_text(json.dumps(notebook))
    cheat = "from sys import modules\nclass Equal:\n    def __eq__(self, other): return True\n"
    hand_in(room, "zoe", {**WRONG, "double": f"{cheat}def double(number): return Equal()"})
    nbgrader(room, "autograde", "ps1")

    scores = auto_scores(room)
    assert scores["amina.k"].items() >= SCORES.items()
    assert scores["tupou-f"]["double-1"] == 1.0
    assert "double-2" in (room / "autograded/tupou-f/ps1/work.ipynb").read_text(), "it is back"
    if SANDBOX:
        assert scores["zoe"]["double-2"] == 0.0, "an object that equals all gains nothing"
    graded = (room / "autograded/amina.k/ps1/work.ipynb").read_text()
    assert json.loads(graded)["cells"]
    assert (room / "autograded/amina.k/ps1/timestamp.txt").is_file()


def test_formgraders_button_feedback_and_a_persons_grade(room):
    hand_in(room, "amina.k", RIGHT)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(room)).load_config()
    config.CourseDirectory.root = str(room)
    config.Exchange.root = str(room / "exchange")
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.autograde("ps1", "amina.k")
    assert result["success"], result.get("log", "") + result.get("error", "")
    assert auto_scores(room)["amina.k"].items() >= SCORES.items()

    with gradebook(room) as book:
        grade = book.find_grade("essay", "work", "ps1", "amina.k")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        book.db.commit()
    assert api.autograde("ps1", "amina.k")["success"]
    with gradebook(room) as book:
        grade = book.find_grade("essay", "work", "ps1", "amina.k")
        assert (grade.manual_score, grade.score) == (3.5, 3.5)
        assert grade.needs_manual_grade, "as in nbgrader: it was graded anew"

    result = api.generate_feedback("ps1", "amina.k")
    assert result["success"], result.get("error", "")
    page = (room / "feedback/amina.k/ps1/work.html").read_text("utf-8")
    assert re.search(r"double-2.*?Score: 2\.5 / 2\.5", html.unescape(page), re.DOTALL)


def test_the_line_has_no_effect_on_what_the_batch_says_of_the_configuration(room):
    assert Course(room).notices == []


def test_a_late_penalty_is_nbgraders(room):
    with (room / "nbgrader_config.py").open("a") as file:
        file.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with gradebook(room) as book:
        book.update_or_create_assignment("ps1", duedate="2026-01-01 00:00:00 UTC")
    hand_in(room, "amina.k", time="2026-01-02 00:00:00 UTC")
    nbgrader(room, "autograde", "ps1")
    with gradebook(room) as book:
        (notebook,) = book.find_submission("ps1", "amina.k").notebooks
        assert notebook.late_submission_penalty == notebook.score > 0
