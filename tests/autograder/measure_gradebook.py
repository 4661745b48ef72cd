"""Measures what a submission costs in the gradebook: our writer's calls, and stock nbgrader's.

    .venv/bin/python tests/autograder/measure_gradebook.py [SUBMISSIONS]

The assignment has one notebook with 20 grade cells, 5 of them answers that a person grades.
`.venv/bin` must be on the PATH, for nbgrader starts `alembic` by name.
"""

import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, OverwriteCells, SaveAutoGrades

from ipv6grader.gradebook import GradebookWriter
from ipv6grader.model import NotebookScores, Score

TESTS = [f"exercise-{n}-1" for n in range(15)]
ANSWERS = [f"exercise-{n}" for n in range(20)]
MANUAL = ANSWERS[15:]


def make(db_url):
    """Make a gradebook with the assignment."""
    with Gradebook(db_url) as gradebook:
        gradebook.add_assignment("ps1", duedate="2026-03-01 12:00:00")
        gradebook.add_notebook("lesson", "ps1")
        for name in TESTS + MANUAL:
            gradebook.add_grade_cell(name, "lesson", "ps1", max_score=1, cell_type="code")
        for name in ANSWERS:
            gradebook.add_solution_cell(name, "lesson", "ps1")
        for name in TESTS + ANSWERS:
            gradebook.add_source_cell(name, "lesson", "ps1", cell_type="code", source="x = 1")


def notebook():
    """Return a graded notebook of the assignment."""
    cells = []
    for name in TESTS + ANSWERS:
        cell = nbformat.v4.new_code_cell("x = 2")
        graded = name in TESTS + MANUAL
        cell.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade_id": name,
            "grade": graded,
            "solution": name in ANSWERS,
            "locked": name in TESTS,
            "task": False,
            **({"points": 1} if graded else {}),
        }
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


@contextmanager
def measured(what, submissions):
    """Print the CPU and wall time of a submission."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:<42} {1000 * cpu / submissions:7.2f} ms CPU {1000 * wall / submissions:8.2f} ms "
        f"wall a submission; {size:.0f} MB"
    )


def ours(db_url, first, count, timestamp, what):
    """Measure our writer."""
    scores = NotebookScores(
        {name: Score(1.0) for name in TESTS} | {name: Score(None) for name in MANUAL},
        dict.fromkeys(ANSWERS),
    )
    with GradebookWriter(db_url, "default_course", "ps1") as writer, measured(what, count):
        for number in range(first, first + count):
            writer.record(f"student-{number}", timestamp, {"lesson": scores})


def stock(db_url, count):
    """Measure what stock's converter and preprocessors ask of the gradebook."""
    graded = notebook()
    with measured("stock: Autograde.init_assignment's calls", count):
        for number in range(count):
            init_assignment(db_url, f"student-{number}")
    for preprocessor in (OverwriteCells(), SaveAutoGrades(), AssignLatePenalties()):
        with measured(f"stock: {type(preprocessor).__name__}", count):
            for number in range(count):
                about = {
                    "notebook": "lesson",
                    "assignment": "ps1",
                    "student": f"student-{number}",
                    "db_url": db_url,
                }
                preprocessor.preprocess(graded, {"nbgrader": about})


def init_assignment(db_url, student):
    """Ask of the gradebook what Autograde.init_assignment asks for a whole submission."""
    with Gradebook(db_url) as gradebook:
        gradebook.update_or_create_student(student)
    with Gradebook(db_url) as gradebook:
        gradebook.find_assignment("ps1")
    with Gradebook(db_url) as gradebook:
        gradebook.update_or_create_submission("ps1", student)
    with Gradebook(db_url) as gradebook:
        gradebook.find_notebook("lesson", "ps1")
    with Gradebook(db_url) as gradebook:
        list(gradebook.find_assignment("ps1").notebooks)


def main():
    """Measure both."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        db_url = f"sqlite:///{Path(folder) / 'stock.db'}"
        make(db_url)
        stock(db_url, min(count, 30))
        db_url = f"sqlite:///{Path(folder) / 'ours.db'}"
        make(db_url)
        in_time, late = datetime(2026, 2, 1), datetime(2026, 4, 1)
        ours(db_url, 0, count, in_time, "ours: first grading")
        ours(db_url, 0, count, in_time, "ours: graded again, the same")
        ours(db_url, count, count, late, "ours: first grading, late")


if __name__ == "__main__":
    main()
