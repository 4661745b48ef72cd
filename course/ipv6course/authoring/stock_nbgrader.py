"""Stock nbgrader as the judge of the exercise gates: its own commands, its own gradebook."""

import os
import subprocess
import sys
from pathlib import Path


class NbgraderError(RuntimeError):
    """An nbgrader command failed. Its text is what the command said last."""


def nbgrader(course_root: Path, *arguments: str) -> None:
    """Run an nbgrader command in a course root.

    nbgrader starts `alembic` by name, so this Python's scripts folder goes in front of PATH.

    Raises:
        NbgraderError: The command failed.
    """
    scripts = str(Path(sys.executable).parent)
    environ = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")])}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course_root, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise NbgraderError(f"nbgrader {' '.join(arguments)}: {done.stderr[-2000:]}")


def grade(course_root: Path, assignment: str) -> None:
    """Autograde every submission to an assignment."""
    nbgrader(course_root, "autograde", assignment)


def feedback(course_root: Path, assignment: str) -> None:
    """Write the feedback on every graded submission to an assignment."""
    nbgrader(course_root, "generate_feedback", assignment)


def scores(course_root: Path, assignment: str, student: str) -> dict[tuple[str, str], float]:
    """Return a submission's points by (notebook, grade_id)."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course_root / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return {
            (notebook.name, grade.name): float(grade.score)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
