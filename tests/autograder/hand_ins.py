"""Submissions to the course root of `course_root.py`, and what became of them."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

from ipv6grader.execution.sandbox import why_no_sandbox
from ipv6grader.kernel import KernelExecutor
from ipv6grader.model import Mode
from ipv6grader.workers import LocalPool, sandboxed

SANDBOX = not why_no_sandbox()
MODE = Mode.SPLIT if SANDBOX else Mode.KERNEL
RIGHT = {"double": "def double(number):\n    return number * 2", "half": "value = 42"}
WRONG = {"double": "def double(number):\n    return number + 2", "half": "value = 1"}
SCORES = {"double-1": 1.0, "double-2": 2.5}
"""What the right answers score in the cells that no person decides and that give no number."""


def verdict(_source):
    """How notebooks are run in these tests."""
    return MODE, "for a test"


def pool(size=2):
    """Return workers as this machine has them: in a sandbox, or in kernels."""
    return LocalPool(size, sandboxed(()) if SANDBOX else lambda _number: KernelExecutor())


def course_root(generated, folder, config=""):
    """Copy a generated course root, and say more in its configuration."""
    root = Path(shutil.copytree(generated, folder))
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(config)
    return root


def hand_in(root, student, answers=RIGHT, time="2026-01-05 10:00:00 UTC", **files):
    """Hand in the assignment `ps1`; return the submission's folder."""
    folder = root / "submitted" / student / "ps1"
    folder.mkdir(parents=True, exist_ok=True)
    notebook = json.loads((root / "release/ps1/work.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(grade_id, cell["source"])
    (folder / "work.ipynb").write_text(json.dumps(notebook), "utf-8")
    if time:
        (folder / "timestamp.txt").write_text(time)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def auto_scores(root):
    """Return every automatic score by student and cell, straight from the database."""
    query = """
        select assignment.student_id, base_cell.name, grade.auto_score
        from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment as assignment on assignment.id = submitted_notebook.assignment_id
    """
    with sqlite3.connect(f"file:{root / 'gradebook.db'}?mode=ro", uri=True) as database:
        rows = database.execute(query).fetchall()
    database.close()
    found = {}
    for student, cell, score in rows:
        assert cell not in found.setdefault(student, {}), "a grade is there twice"
        found[student][cell] = score
    return found


def leftovers(root):
    """Return what a grading makes for itself and has to take away."""
    return [
        str(Path(folder, name))
        for folder, folders, files in os.walk(root)
        for name in (*folders, *files)
        if name.startswith(".ipv6grader-") or name.endswith((".lock", "-journal"))
    ]
