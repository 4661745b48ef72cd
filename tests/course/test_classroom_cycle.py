"""The whole cycle with stock nbgrader's own commands, as an instructor and a learner type them."""

import csv
import getpass
from collections.abc import Callable
from pathlib import Path

import pytest

from ipv6course.authoring.build import build
from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6course.commands.classroom import make_classroom

LESSON = "orientation/01-start"


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    output = tmp_path / "built"
    build(output)
    make_classroom(tmp_path / "classroom", output)
    return tmp_path / "classroom"


@pytest.mark.xdist_group("nbgrader")
def test_release_fetch_submit_collect_grade_feedback_and_export(
    classroom: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    solve: Callable[[Path, str], None],
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))  # nbgrader's cache is there
    module, lesson = LESSON.split("/")
    learner = tmp_path / "learner"
    learner.mkdir()
    exchange = ("--course", "ipv6", f"--Exchange.root={classroom / 'exchange'}")

    nbgrader(classroom, "generate_assignment", module)
    nbgrader(classroom, "release_assignment", module)
    nbgrader(learner, "fetch_assignment", module, *exchange)
    solve(learner / module / f"{lesson}.ipynb", module)
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
