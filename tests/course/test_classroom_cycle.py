"""The whole cycle with stock nbgrader's own commands, as an instructor and a learner type them."""

import csv
import getpass
from pathlib import Path

import nbformat
import pytest

from ipv6course.authoring.build import build
from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6course.authoring.text_lesson import read_lesson
from ipv6course.commands.classroom import make_classroom
from ipv6course.places import modules_folder

LESSON = "orientation/01-start"


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    output = tmp_path / "built"
    build(output)
    make_classroom(tmp_path / "classroom", output)
    return tmp_path / "classroom"


def solve(notebook: Path) -> None:
    """Put the reference answers into a learner's notebook."""
    lesson = read_lesson(modules_folder() / f"{LESSON}.md")
    reference = {cell.grade_id: cell.source for cell in lesson.cells if cell.is_solution}
    content = nbformat.read(notebook, as_version=4)
    for cell in content.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = reference.get(grade_id, cell.source)
    nbformat.write(content, notebook)


@pytest.mark.xdist_group("nbgrader")
def test_release_fetch_submit_collect_grade_feedback_and_export(
    classroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))  # nbgrader's cache is there
    module, lesson = LESSON.split("/")
    learner = tmp_path / "learner"
    learner.mkdir()
    exchange = ("--course", "ipv6", f"--Exchange.root={classroom / 'exchange'}")

    nbgrader(classroom, "generate_assignment", module)
    nbgrader(classroom, "release_assignment", module)
    nbgrader(learner, "fetch_assignment", module, *exchange)
    solve(learner / module / f"{lesson}.ipynb")
    nbgrader(learner, "submit", module, *exchange)
    nbgrader(classroom, "collect", module)
    nbgrader(classroom, "autograde", module)
    nbgrader(classroom, "generate_feedback", module)
    nbgrader(classroom, "release_feedback", module)
    nbgrader(learner, "fetch_feedback", module, *exchange)
    nbgrader(classroom, "export")

    with (classroom / "grades.csv").open(newline="") as file:
        (row,) = list(csv.DictReader(file))
    assert row["student_id"] == getpass.getuser()
    assert row["score"] == row["max_score"] == "3.0"
    (page,) = (learner / module / "feedback").glob(f"*/{lesson}.html")
    assert "HIDDEN TESTS" not in page.read_text(encoding="utf-8")
