"""A graded nbgrader course with the figures that a test wants, in nbgrader's own gradebook."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import insert


@cache
def _empty_gradebook() -> bytes:
    """Return a new gradebook; nbgrader starts alembic to make one, which takes a second."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "gradebook.db"
        Gradebook(f"sqlite:///{path}", "").close()
        return path.read_bytes()


DUE = datetime(2026, 11, 20, 12)


@dataclass
class Learner:
    """What one learner has got."""

    id: str
    scores: Sequence[float | None] = ()
    """The automatic points, cell by cell; None waits for a person."""
    manual: Mapping[int, float] = field(default_factory=dict)
    extra: Mapping[int, float] = field(default_factory=dict)
    pending: Sequence[int] = ()
    """Cells that wait for a person although they have points."""
    first_name: str | None = None
    last_name: str | None = None
    hours_late: float = -1.0
    penalty: float | None = None
    outputs: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The outputs of test cells, in the autograded notebook."""
    journal: dict[str, Any] | bytes | None = None


@dataclass
class GradedCourse:
    """An nbgrader course root with one assignment `homework` of one notebook `lesson`."""

    root: Path
    cells: Sequence[tuple[str, float]]
    """grade_id and points of each test cell, in the lesson's order."""
    written: Sequence[tuple[str, float]] = ()
    """The same of answers that a person reads; after the tests."""
    solutions: Sequence[str] = ()
    course_id: str = ""
    coursedir: Any = None

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.coursedir = CourseDirectory(root=str(self.root), course_id=self.course_id)
        release = self.root / "release" / "homework"
        release.mkdir(parents=True)
        release.joinpath("lesson.ipynb").write_text(json.dumps(self._notebook({})))
        self.root.joinpath("gradebook.db").write_bytes(_empty_gradebook())
        with self._open() as book:
            book.add_assignment("homework", duedate=DUE)
            book.add_notebook("lesson", "homework")
            for name, points in self.cells:
                self._add_cell(book, name, points, "code")
            for name, points in self.written:
                self._add_cell(book, name, points, "markdown")
            for name in self.solutions:
                book.add_solution_cell(name, "lesson", "homework")

    def _open(self) -> Gradebook:
        return Gradebook(self.coursedir.db_url, self.course_id)

    @staticmethod
    def _add_cell(book: Gradebook, name: str, points: float, kind: str) -> None:
        book.add_grade_cell(name, "lesson", "homework", max_score=points, cell_type=kind)

    def enrol(self, *students: str) -> None:
        """Add learners who hand nothing in."""
        with self._open() as book:
            book.db.execute(insert(Student), [{"id": student} for student in students])
            book.db.commit()

    def grade(self, learners: Sequence[Learner]) -> None:
        """Put learners' points into the gradebook, and their folders into place."""
        names = [name for name, _points in (*self.cells, *self.written)]
        with self._open() as book:
            assignment = book.db.query(Assignment).one()
            notebook = assignment.notebooks[0]
            ids = {cell.name: cell.id for cell in notebook.grade_cells}
            new: dict[type, list[dict[str, Any]]] = {
                kind: [] for kind in (Student, SubmittedAssignment, SubmittedNotebook, Grade)
            }
            for learner in learners:
                submission, submitted = uuid4().hex, uuid4().hex
                new[Student].append(
                    {
                        "id": learner.id,
                        "first_name": learner.first_name,
                        "last_name": learner.last_name,
                    }
                )
                new[SubmittedAssignment].append(
                    {
                        "id": submission,
                        "assignment_id": assignment.id,
                        "student_id": learner.id,
                        "timestamp": DUE + timedelta(hours=learner.hours_late),
                    }
                )
                new[SubmittedNotebook].append(
                    {
                        "id": submitted,
                        "notebook_id": notebook.id,
                        "assignment_id": submission,
                        "late_submission_penalty": learner.penalty,
                    }
                )
                new[Grade] += [
                    {
                        "id": uuid4().hex,
                        "notebook_id": submitted,
                        "cell_id": ids[name],
                        "auto_score": score,
                        "manual_score": learner.manual.get(n),
                        "extra_credit": learner.extra.get(n),
                        "needs_manual_grade": n in learner.pending
                        or (score is None and n not in learner.manual),
                    }
                    for n, (name, score) in enumerate(zip(names, learner.scores, strict=True))
                ]
                self._folders(learner)
            for kind, rows in new.items():
                if rows:
                    book.db.execute(insert(kind), rows)
            book.db.commit()

    def _folders(self, learner: Learner) -> None:
        folder = self.autograded(learner.id)
        folder.mkdir(parents=True)
        folder.joinpath("lesson.ipynb").write_text(json.dumps(self._notebook(learner.outputs)))
        if learner.journal is not None:
            journal = learner.journal
            data = journal if isinstance(journal, bytes) else json.dumps(journal).encode()
            folder.joinpath(".ipv6grader.json").write_bytes(data)

    def autograded(self, student: str) -> Path:
        """Return a learner's autograded folder."""
        return self.root / "autograded" / student / "homework"

    def submitted(self, student: str) -> Path:
        """Return a learner's submitted folder, made if need be."""
        folder = self.root / "submitted" / student / "homework"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _notebook(self, outputs: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
        return {
            "cells": [checked_cell(name, outputs.get(name, [])) for name, _points in self.cells],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }


def checked_cell(name: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a test cell with its outputs."""
    return {
        "cell_type": "code",
        "source": "assert True",
        "execution_count": 1,
        "outputs": outputs,
        "metadata": {"nbgrader": {"grade": True, "solution": False, "grade_id": name}},
    }


def error(evalue: str, ename: str = "AssertionError") -> dict[str, Any]:
    """Return the output of a cell that failed."""
    return {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": []}


def journal(
    seconds: float = 0.2, cpu: float = 0.1, mode: str = "split", **more: Any
) -> dict[str, Any]:
    """Return a journal as ipv6grader writes it."""
    entry = {"mode": mode, "why": "", "repaired": [], "person": [], "trouble": "", **more}
    return {
        "version": 1,
        "fingerprint": "0" * 64,
        "graded": "2026-11-23T12:00:00+00:00",
        "seconds": seconds,
        "cpu_seconds": cpu,
        "notebooks": {"lesson": entry},
    }
