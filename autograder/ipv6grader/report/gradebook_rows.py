"""What the gradebook says of an assignment, read in one short transaction that writes nothing.

nbgrader's own `Gradebook` makes tables and courses that are missing, so it is no way to read only.
Its classes name the tables and columns here; the columns are read row by row, not as objects.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbgrader.api import (
    Assignment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import Engine, Select, create_engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ipv6grader.report.contents import Cell, ReportError
from ipv6grader.report.items import exercise_of
from ipv6grader.report.messages import _

_AT_ONCE = 2000  # rows
_PATIENCE = 30  # seconds that SQLite waits for a grader that writes


@dataclass
class Recorded:
    """What the gradebook says of one learner."""

    student: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    handed_in: bool = True
    timestamp: datetime | None = None
    extension: timedelta | None = None
    penalty: float = 0.0
    raw_score: float = 0.0
    scores: dict[int, float] = field(default_factory=dict)
    """The decided points by the cell's position, without extra credit."""
    pending: set[int] = field(default_factory=set)
    """The positions of the cells that wait for a person."""
    by_hand: set[int] = field(default_factory=set)
    """The positions of the cells to which a person gave points."""
    touched: bool = False
    """Whether any cell has points at all."""


@dataclass
class Book:
    """What the gradebook says of one assignment."""

    course: str
    duedate: datetime | None
    cells: list[Cell]
    """By notebook and name, until they are put in the lesson's order."""
    learners: list[Recorded]

    def reorder(self, order: Mapping[tuple[str, str], int]) -> None:
        """Put the cells in another order, and everybody's points with them.

        Args:
            order: The places by notebook and grade_id; cells that are not in it come last.
        """
        last = len(order)
        old = sorted(
            range(len(self.cells)),
            key=lambda n: (
                self.cells[n].notebook,
                order.get((self.cells[n].notebook, self.cells[n].name), last),
            ),
        )
        new = {position: n for n, position in enumerate(old)}
        self.cells = [self.cells[position] for position in old]
        for one in self.learners:
            one.scores = {new[position]: points for position, points in one.scores.items()}
            one.pending = {new[position] for position in one.pending}
            one.by_hand = {new[position] for position in one.by_hand}


def read_gradebook(url: str, assignment: str) -> Book:
    """Read all that the gradebook says of an assignment and its learners.

    Args:
        url: nbgrader's `db_url`.
        assignment: Its name.

    Raises:
        ReportError: There is no gradebook, or it is damaged, or does not know the assignment.
    """
    try:
        with _reading(url) as session:
            row = session.execute(
                select(Assignment.id, Assignment.duedate, Assignment.course_id).where(
                    Assignment.name == assignment
                )
            ).first()
            if row is None:
                raise ReportError(_unknown(session, assignment))
            cells, places = _cells(session, row.id)
            learners = _learners(session, row.id)
            _fill(session, row.id, learners, places)
            everybody = [*learners.values(), *_absent(session, row.id)]
            return Book(
                row.course_id or "",
                row.duedate,
                cells,
                sorted(everybody, key=lambda one: one.student),
            )
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        message = _("The gradebook cannot be read: {why}. 'nbgrader db upgrade' renews an old one.")
        raise ReportError(message.format(why=why)) from None


@contextmanager
def _reading(url: str) -> Iterator[Session]:
    """Give a session that sees one state of the gradebook and cannot change it."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")  # one state for all that is read
            with Session(connection) as session:
                yield session
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    """Return a connection to the gradebook that can only read.

    Raises:
        ReportError: The address is none, or names no file.
    """
    try:
        parts = make_url(url)
    except ArgumentError:
        raise ReportError(
            _("CourseDirectory.db_url is no address of a database; see nbgrader_config.py.")
        ) from None
    if parts.get_backend_name() == "sqlite":
        path = Path(parts.database or "")
        if not path.is_file():
            message = _("There is no gradebook {path}. Run this in an nbgrader course root.")
            raise ReportError(message.format(path=path))
        file = f"sqlite:///file:{quote(path.absolute().as_posix())}?mode=ro&uri=true"
        return create_engine(file, poolclass=NullPool, connect_args={"timeout": _PATIENCE})
    if parts.get_backend_name() == "postgresql":
        return create_engine(
            parts,
            poolclass=NullPool,
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        )
    return create_engine(parts, poolclass=NullPool)


def _unknown(session: Session, assignment: str) -> str:
    known = session.scalars(select(Assignment.name).order_by(Assignment.name)).all()
    if not known:
        return _("The gradebook has no assignments: run 'nbgrader generate_assignment' first.")
    message = _("The gradebook has no assignment '{name}'; it has: {known}.")
    return message.format(name=assignment, known=", ".join(known[:20]))


def _rows(session: Session, statement: Select[Any]) -> Iterator[Any]:
    """Yield the rows of a statement, some at a time."""
    yield from session.execute(statement.execution_options(yield_per=_AT_ONCE))


def _cells(session: Session, assignment: str) -> tuple[list[Cell], dict[str, int]]:
    """Return the cells with points, and their positions by the gradebook's id."""
    solutions: dict[str, set[str]] = {}
    for row in _rows(session, _of(SolutionCell, assignment, SolutionCell.name)):
        solutions.setdefault(row.notebook, set()).add(row.name)
    found: list[tuple[str, Cell]] = []
    for kind in (GradeCell, TaskCell):
        columns = (kind.id, kind.name, kind.max_score, kind.cell_type)
        for row in _rows(session, _of(kind, assignment, *columns)):
            mine = solutions.get(row.notebook, set())
            by_person = kind is TaskCell or row.cell_type != "code" or row.name in mine
            exercise = row.name if by_person else exercise_of(row.name, sorted(mine))
            points = _number(row.max_score) or 0.0
            found.append((row.id, Cell(row.notebook, row.name, points, by_person, exercise)))
    found.sort(key=lambda one: (one[1].notebook, one[1].name))
    return [cell for _id, cell in found], {id_: n for n, (id_, _cell) in enumerate(found)}


def _of(kind: Any, assignment: str, *columns: Any) -> Select[Any]:
    """Return how to ask for columns of an assignment's cells."""
    return (
        select(Notebook.name.label("notebook"), *columns)
        .select_from(kind)
        .join(Notebook, Notebook.id == kind.notebook_id)
        .where(Notebook.assignment_id == assignment)
    )


def _learners(session: Session, assignment: str) -> dict[str, Recorded]:
    """Return who has handed in, by the gradebook's id of the submission."""
    late = (
        select(
            SubmittedNotebook.assignment_id,
            func.sum(SubmittedNotebook.late_submission_penalty).label("penalty"),
        )
        .group_by(SubmittedNotebook.assignment_id)
        .subquery()
    )
    submitted = (
        select(
            SubmittedAssignment.id,
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            Student.last_name,
            Student.first_name,
            Student.email,
            late.c.penalty,
        )
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .outerjoin(late, late.c.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == assignment)
    )
    return {
        row.id: Recorded(
            row.student_id,
            row.last_name or "",
            row.first_name or "",
            row.email or "",
            timestamp=row.timestamp,
            extension=row.extension,
            penalty=_number(row.penalty) or 0.0,
        )
        for row in _rows(session, submitted)
    }


def _fill(
    session: Session, assignment: str, learners: dict[str, Recorded], places: dict[str, int]
) -> None:
    """Put the points into what is known of each learner."""
    grades = (
        select(
            SubmittedNotebook.assignment_id,
            Grade.cell_id,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .where(SubmittedAssignment.assignment_id == assignment)
    )
    for row in _rows(session, grades):
        learner, position = learners.get(row.assignment_id), places.get(row.cell_id)
        if learner is None or position is None:
            continue
        auto, manual = _number(row.auto_score), _number(row.manual_score)
        points = auto if manual is None else manual
        if manual is not None:
            learner.by_hand.add(position)
        if row.needs_manual_grade:
            learner.pending.add(position)
        elif points is not None:
            learner.scores[position] = points
        if points is not None:
            learner.touched = True
            learner.raw_score += points + (_number(row.extra_credit) or 0.0)


def _absent(session: Session, assignment: str) -> Iterator[Recorded]:
    """Yield the learners of the course who have nothing in the gradebook for this assignment."""
    handed_in = select(SubmittedAssignment.student_id).where(
        SubmittedAssignment.assignment_id == assignment
    )
    columns = (Student.id, Student.last_name, Student.first_name, Student.email)
    for row in _rows(session, select(*columns).where(Student.id.not_in(handed_in))):
        yield Recorded(
            row.id, row.last_name or "", row.first_name or "", row.email or "", handed_in=False
        )


def _number(value: Any) -> float | None:
    """Return a finite number of the gradebook, else None."""
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    return None
