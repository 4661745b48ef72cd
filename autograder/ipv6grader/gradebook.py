"""Writes scores into nbgrader's gradebook. Nothing else in `ipv6grader` writes there.

The rules:

- A submission is one transaction and one commit. Killed at any moment, the gradebook has either its
  old rows or its new ones, and to record the same again gives the same rows.
- The rows are those that `nbgrader autograde` leaves. What people entered (scores, extra credit,
  comments, flags, extensions) is read and never written.
- A gradebook that is busy is waited for. What can't be helped by waiting is a `GradebookError`,
  which says what to do.
- The file stays as nbgrader made it: SQLite's rollback journal and its full synchronisation, which
  nbgrader leaves at their defaults. A write-ahead log would save time, but it does not work on the
  network folders that classes have, and it would stay on when nbgrader opens the file again.

nbgrader's tables have few indexes. Every query here goes by the columns of a unique constraint, so
that the ten-thousandth submission takes no longer than the first.

A gradebook on PostgreSQL needs a driver, which `pip install 'ipv6-course[postgresql]'` brings::

    c.CourseDirectory.db_url = "postgresql+psycopg://teacher@server/course"
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self, TypeVar

from nbgrader.api import (
    Assignment,
    Base,
    Comment,
    Course,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    bindparam,
    case,
    create_engine,
    event,
    func,
    insert,
    inspect,
    literal_column,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session
from traitlets.config import Config

from .gradebook_errors import (
    LOST,
    OLD,
    GradebookError,
    SubmissionError,
    Trouble,
    meaning,
    one_line,
)
from .model import NotebookScores

__all__ = ["GradebookError", "GradebookWriter", "SubmissionError"]

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 2.0
_ONE_ATTEMPT = 1.0
"""How long the database itself waits for a lock, in seconds; then Ctrl-C is heard again."""

_ASSIGNMENT = Assignment.__table__
_COMMENT = Comment.__table__
_COURSE = Course.__table__
_GRADE = Grade.__table__
_STUDENT = Student.__table__
_SUBMISSION = SubmittedAssignment.__table__
_NOTEBOOK = SubmittedNotebook.__table__

_T = TypeVar("_T")


# --- the assignment ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Notebook:
    """A notebook of the assignment, with the ids of its cells in the order of stock's rows."""

    id: str
    name: str
    grade_cells: Mapping[str, str]
    """Of cells with points, by grade_id."""
    task_cells: Mapping[str, str]
    """Of cells that only a person grades, by grade_id."""
    solution_cells: Mapping[str, str]
    """Of cells in which learners answer, by grade_id."""

    @property
    def with_grade(self) -> dict[str, str]:
        """The cells that have a row for a grade."""
        return {**self.grade_cells, **self.task_cells}

    @property
    def with_comment(self) -> dict[str, str]:
        """The cells that have a row for a comment."""
        return {**self.solution_cells, **self.task_cells}


@dataclass(frozen=True)
class _Structure:
    """The assignment as the gradebook has it."""

    id: str
    notebooks: tuple[_Notebook, ...]


def _read_structure(connection: Connection, assignment: str) -> _Structure | None:
    """Read an assignment; None where the gradebook has none of this name.

    nbgrader's own objects are asked, as they are when it makes rows for a submission: the same
    cells in the same order.
    """
    with Session(bind=connection, join_transaction_mode="rollback_only") as session:
        found = session.scalar(select(Assignment).where(Assignment.name == assignment))
        if found is None:
            return None
        notebooks = tuple(
            _Notebook(
                id=notebook.id,
                name=notebook.name,
                grade_cells={cell.name: cell.id for cell in notebook.grade_cells},
                task_cells={cell.name: cell.id for cell in notebook.task_cells},
                solution_cells={cell.name: cell.id for cell in notebook.solution_cells},
            )
            for notebook in found.notebooks
        )
        structure = _Structure(found.id, notebooks)
        session.expunge_all()
        return structure


# --- statements ----------------------------------------------------------------------------------

_SCORE = case(
    (_GRADE.c.manual_score.is_not(None), _GRADE.c.manual_score),
    (_GRADE.c.auto_score.is_not(None), _GRADE.c.auto_score),
)
_FIND_SUBMISSION = (
    select(
        _ASSIGNMENT.c.duedate,
        _STUDENT.c.id.label("student"),
        _SUBMISSION.c.id.label("submission"),
        _SUBMISSION.c.timestamp,
        _SUBMISSION.c.extension,
    )
    .select_from(
        _ASSIGNMENT.outerjoin(_STUDENT, _STUDENT.c.id == bindparam("student_id")).outerjoin(
            _SUBMISSION,
            (_SUBMISSION.c.assignment_id == _ASSIGNMENT.c.id)
            & (_SUBMISSION.c.student_id == _STUDENT.c.id),
        )
    )
    .where(_ASSIGNMENT.c.id == bindparam("assignment"))
)
_FIND_NOTEBOOKS = select(
    _NOTEBOOK.c.notebook_id, _NOTEBOOK.c.id, _NOTEBOOK.c.late_submission_penalty
).where(
    _NOTEBOOK.c.notebook_id.in_(bindparam("notebooks", expanding=True)),
    _NOTEBOOK.c.assignment_id == bindparam("submission"),
)
_FIND_GRADES = (
    select(
        _GRADE.c.notebook_id,
        _GRADE.c.cell_id,
        _GRADE.c.id,
        _GRADE.c.auto_score,
        _GRADE.c.manual_score,
        _GRADE.c.needs_manual_grade,
    )
    .where(
        _GRADE.c.cell_id.in_(bindparam("cells", expanding=True)),
        _GRADE.c.notebook_id.in_(bindparam("notebooks", expanding=True)),
    )
    .with_for_update()  # no person's score comes in between; SQLite's transaction sees to it itself
)
_FIND_COMMENTS = (
    select(_COMMENT.c.notebook_id, _COMMENT.c.cell_id, _COMMENT.c.id, _COMMENT.c.auto_comment)
    .where(
        _COMMENT.c.cell_id.in_(bindparam("cells", expanding=True)),
        _COMMENT.c.notebook_id.in_(bindparam("notebooks", expanding=True)),
    )
    .with_for_update()
)
_UPDATE_TIMESTAMP = (
    update(_SUBMISSION)
    .where(_SUBMISSION.c.id == bindparam("row"))
    .values(timestamp=bindparam("timestamp"))
)
_UPDATE_GRADE = (
    update(_GRADE)
    .where(_GRADE.c.id == bindparam("row"))
    .values(auto_score=bindparam("auto_score"), needs_manual_grade=bindparam("needs_manual_grade"))
)
_UPDATE_COMMENT = (
    update(_COMMENT)
    .where(_COMMENT.c.id == bindparam("row"))
    .values(auto_comment=bindparam("auto_comment"))
)
_UPDATE_PENALTY = (
    update(_NOTEBOOK)
    .where(_NOTEBOOK.c.id == bindparam("row"))
    .values(late_submission_penalty=bindparam("penalty"))
)

_ROW_ORDER = {"sqlite": "rowid", "postgresql": "ctid"}
"""The column by which a database reads a table from its beginning to its end."""


def _score_statement(dialect: str) -> Any:
    """Return the query for a notebook's score, which is nbgrader's `SubmittedNotebook.score`.

    nbgrader's own reads the whole table of grades. This one takes the index, and adds the numbers
    up in the order in which nbgrader meets them: a sum of floats depends on it, and a penalty that
    is to take the whole score must not leave a trace of it.
    """
    rows = select((_SCORE + func.coalesce(_GRADE.c.extra_credit, 0.0)).label("score")).where(
        _GRADE.c.cell_id.in_(bindparam("cells", expanding=True)),
        _GRADE.c.notebook_id == bindparam("notebook"),
    )
    if dialect in _ROW_ORDER:
        rows = rows.order_by(literal_column(_ROW_ORDER[dialect]))
    # A limit, or SQLite leaves the order out. No notebook has so many cells.
    ordered = rows.limit(1_000_000).subquery()
    return select(func.coalesce(func.sum(ordered.c.score), 0.0))


# --- the writer ----------------------------------------------------------------------------------


@dataclass
class _Submission:
    """The rows of one submission, as far as they are there."""

    id: str
    seconds_late: float
    is_new: bool
    notebooks: dict[str, str] = field(default_factory=dict)
    """The ids of its notebooks, by the id of the assignment's notebook."""
    penalties: dict[str, float | None] = field(default_factory=dict)
    """The late penalties that it has, by the id of the assignment's notebook."""


class GradebookWriter:
    """Records the scores of submissions to one assignment, for as long as a `with` lasts.

    Only one thread may use it.
    """

    def __init__(
        self,
        db_url: str,
        course_id: str,
        assignment: str,
        *,
        create_student: bool = True,
        config: Config | None = None,
        longest_wait: float = 60.0,
    ) -> None:
        """Name the gradebook; `with` opens it.

        Args:
            db_url: `CourseDirectory.db_url`, as SQLAlchemy takes it.
            course_id: `CourseDirectory.course_id`.
            assignment: The name of the assignment.
            create_student: `Autograde.create_student`: whether to add learners that are not there.
            config: nbgrader's configuration, for `AssignLatePenalties` and its plugin.
            longest_wait: For how many seconds to wait for a gradebook that is locked, or for a
                server that is away.
        """
        self._db_url = db_url
        self._course_id = course_id
        self._assignment = assignment
        self._create_student = create_student
        self._longest_wait = longest_wait
        self._late = AssignLatePenalties(config=config or Config())
        self._engine: Engine | None = None
        self._structure: _Structure | None = None
        self._is_fixed = False
        self._find_score: Any = None

    def __enter__(self) -> Self:
        """Open the gradebook, and see that it has the assignment.

        Raises:
            GradebookError: It can't be opened, is of another version, or has no such assignment.
        """
        self._engine = self._open()
        self._find_score = _score_statement(self._engine.dialect.name)
        try:
            self._transact(self._prepare, opening=True)
            self._transact(self._try_to_write, opening=True)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def record(
        self, student: str, timestamp: datetime | None, notebooks: Mapping[str, NotebookScores]
    ) -> None:
        """Write the scores of a submission, in one transaction.

        A grade that a person gave stays, and then the cell needs a person again, as in nbgrader.
        A notebook of the assignment that is not in `notebooks` was not handed in: its cells get
        0 points.

        Args:
            student: The learner's id.
            timestamp: When it was handed in, as `CourseDirectory.get_existing_timestamp` has it;
                without a time zone it is UTC. None leaves the time that the gradebook has.
            notebooks: The scores of each notebook that was handed in, by its name.

        Raises:
            SubmissionError: This submission can't be recorded; the gradebook is as it was.
            GradebookError: Nothing can be recorded now; the gradebook is as it was.
        """
        try:
            student.encode()
        except UnicodeEncodeError:
            raise SubmissionError(
                f"The folder {student!r} has a name that is no text. Rename it to the learner's id."
            ) from None
        moment = None if timestamp is None else parse_utc(timestamp)

        def work(connection: Connection) -> None:
            structure = self._cells(connection)
            self._check(structure, student, notebooks)
            submission = self._submission(connection, structure, student, moment)
            self._write_grades(connection, structure, submission, notebooks)
            self._write_comments(connection, structure, submission, notebooks)
            self._write_penalties(connection, structure, submission, student, notebooks)

        self._transact(work)
        self._is_fixed = True

    def has(self, student: str) -> bool:
        """Return whether the gradebook has a submission of this learner.

        Raises:
            GradebookError: It does not answer.
        """

        def work(connection: Connection) -> bool:
            structure = self._cells(connection)
            asked = {"student_id": student, "assignment": structure.id}
            row = connection.execute(_FIND_SUBMISSION, asked).one_or_none()
            return row is not None and row.submission is not None

        return self._transact(work)

    # --- opening -----------------------------------------------------------------------------

    def _open(self) -> Engine:
        """Return an engine; nothing is connected yet."""
        try:
            url = make_url(self._db_url)
            engine = create_engine(url, connect_args=_connect_arguments(url))
        except ModuleNotFoundError as error:
            raise GradebookError(
                f"The gradebook {_shown(url)} needs the Python package {error.name!r}. "
                "For PostgreSQL: pip install 'ipv6-course[postgresql]', and begin "
                "CourseDirectory.db_url with postgresql+psycopg://."
            ) from None
        except (ArgumentError, ValueError) as error:
            raise GradebookError(
                f"CourseDirectory.db_url in nbgrader_config.py is wrong: {one_line(error)}"
            ) from None
        if url.get_backend_name() == "sqlite":
            self._see_that_there_is_a_file(url)
            event.listen(engine, "connect", _leave_transactions_to_us)
            event.listen(engine, "begin", _lock_at_once)
        elif url.get_backend_name() == "postgresql":
            event.listen(engine, "connect", _wait_in_short_turns)
        return engine

    def _see_that_there_is_a_file(self, url: URL) -> None:
        """Refuse a file that is not there: SQLite would make an empty one."""
        name = url.database or ""
        if name in ("", ":memory:") or name.startswith("file:") or Path(name).exists():
            return
        raise GradebookError(f"There is no gradebook {name}. {self._how_to_make_it}")

    @property
    def _how_to_make_it(self) -> str:
        return (
            f"Run `nbgrader generate_assignment {self._assignment}` first, in the course's folder."
        )

    def _prepare(self, connection: Connection) -> None:
        """See that the tables and the assignment are there, and that the course has its row."""
        tables = inspect(connection)
        present = set(tables.get_table_names())
        if not present:
            raise GradebookError(
                f"The gradebook {_shown(connection.engine.url)} is empty. {self._how_to_make_it}"
            )
        for name, table in Base.metadata.tables.items():
            columns = (
                {column["name"] for column in tables.get_columns(name)} if name in present else ()
            )
            if not set(table.columns.keys()) <= set(columns):
                raise GradebookError(self._sentence(OLD))
        self._structure = self._read(connection)
        course = select(_COURSE.c.id).where(_COURSE.c.id == self._course_id)
        if self._course_id and connection.scalar(course) is None:
            connection.execute(insert(_COURSE).values(id=self._course_id))

    def _try_to_write(self, connection: Connection) -> None:
        """Write something, and take it back: better to fail now than after the first submission."""
        connection.execute(update(_COURSE).values(id=_COURSE.c.id))
        connection.rollback()

    def _read(self, connection: Connection) -> _Structure:
        structure = _read_structure(connection, self._assignment)
        if structure is None:
            raise GradebookError(
                f"The gradebook {_shown(connection.engine.url)} has no assignment "
                f"{self._assignment!r}. {self._how_to_make_it}"
            )
        return structure

    # --- transactions ------------------------------------------------------------------------

    def _transact(self, work: Callable[[Connection], _T], opening: bool = False) -> _T:
        """Do a work in a transaction, again and again while that may help.

        Args:
            work: What to do; it may be done several times.
            opening: Whether this is the first connection: a server that is away at the beginning
                is more likely a wrong address, so it is not waited for.
        """
        if self._engine is None:
            raise ValueError("The gradebook is not open; use `with GradebookWriter(…) as …`.")
        end = time.monotonic() + self._longest_wait
        pause = _FIRST_PAUSE
        while True:
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except SQLAlchemyError as error:
                trouble = meaning(error)
                waits = trouble.passes and not (opening and trouble is LOST)
                left = end - time.monotonic()
                if not waits or left <= 0:
                    kind = SubmissionError if trouble.of_submission else GradebookError
                    raise kind(self._sentence(trouble, error, waits)) from error
            time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _sentence(
        self, trouble: Trouble, error: SQLAlchemyError | None = None, waited: bool = False
    ) -> str:
        """Return what a person needs to know of a trouble."""
        assert self._engine is not None
        text = f"The gradebook {_shown(self._engine.url)}: {trouble.sentence}"
        if waited:
            text += f" (Waited {self._longest_wait:g} s; nothing is lost.)"
        if error is not None and trouble.is_quoted:
            text += f" The database says: {one_line(getattr(error, 'orig', None) or error)}"
        return text

    # --- one submission ----------------------------------------------------------------------

    def _cells(self, connection: Connection) -> _Structure:
        """Return the assignment's cells.

        nbgrader changes them as long as there is no submission, and never after. So they are read
        once more with the first submission, in its transaction, and are fixed from then on.
        """
        if self._structure is None or not self._is_fixed:
            self._structure = self._read(connection)
        return self._structure

    def _check(
        self, structure: _Structure, student: str, notebooks: Mapping[str, NotebookScores]
    ) -> None:
        """Refuse scores that are not those of the gradebook's cells, or that are no numbers."""
        known = {notebook.name: notebook for notebook in structure.notebooks}
        for name, scores in notebooks.items():
            if name not in known:
                raise SubmissionError(
                    f"{student}: the gradebook's assignment {self._assignment!r} has no notebook "
                    f"{name!r}. {self._how_to_make_it}"
                )
            cells = known[name]
            wrong = cells.grade_cells.keys() - scores.grades.keys()
            wrong |= scores.grades.keys() - cells.with_grade.keys()
            wrong |= scores.comments.keys() ^ cells.with_comment.keys()
            if wrong:
                raise SubmissionError(
                    f"{student}: the gradebook and the graded notebook {name!r} don't have the "
                    f"same cells ({', '.join(sorted(wrong)[:5])}). {self._how_to_make_it}"
                )
            for grade_id, score in scores.grades.items():
                if score.auto is not None and not math.isfinite(score.auto):
                    raise SubmissionError(
                        f"{student}: {score.auto} is no score for {name}/{grade_id}."
                    )

    def _submission(
        self, connection: Connection, structure: _Structure, student: str, moment: datetime | None
    ) -> _Submission:
        """Return the submission's rows; make them where they are not there."""
        row = connection.execute(
            _FIND_SUBMISSION, {"student_id": student, "assignment": structure.id}
        ).one_or_none()
        if row is None:
            raise GradebookError(
                f"The assignment {self._assignment!r} was removed from the gradebook meanwhile. "
                f"{self._how_to_make_it}"
            )
        if row.student is None:
            self._add_student(connection, student)
        is_new = row.submission is None
        late = _seconds_late(
            row.timestamp if moment is None else moment, row.duedate, row.extension
        )
        submission = _Submission(new_uuid() if is_new else row.submission, late, is_new)
        if is_new:
            connection.execute(
                insert(_SUBMISSION),
                {
                    "id": submission.id,
                    "assignment_id": structure.id,
                    "student_id": student,
                    "timestamp": moment,
                },
            )
        elif moment is not None and moment != row.timestamp:
            connection.execute(_UPDATE_TIMESTAMP, {"row": submission.id, "timestamp": moment})
        self._find_or_add_notebooks(connection, structure, submission)
        return submission

    def _add_student(self, connection: Connection, student: str) -> None:
        if not self._create_student:
            raise SubmissionError(
                f"The gradebook has no student {student!r}, and Autograde.create_student is off. "
                f"Run `nbgrader db student add {student}`, or see whether the folder is misnamed."
            )
        connection.execute(insert(_STUDENT), {"id": student})

    def _find_or_add_notebooks(
        self, connection: Connection, structure: _Structure, submission: _Submission
    ) -> None:
        """Fill in the notebooks of a submission."""
        ids = [notebook.id for notebook in structure.notebooks]
        if not submission.is_new:
            for row in connection.execute(
                _FIND_NOTEBOOKS, {"notebooks": ids, "submission": submission.id}
            ):
                submission.notebooks[row.notebook_id] = row.id
                submission.penalties[row.notebook_id] = row.late_submission_penalty
        missing = [id for id in ids if id not in submission.notebooks]
        if missing:
            submission.notebooks |= {id: new_uuid() for id in missing}
            connection.execute(
                insert(_NOTEBOOK),
                [
                    {
                        "id": submission.notebooks[id],
                        "assignment_id": submission.id,
                        "notebook_id": id,
                        "flagged": False,
                    }
                    for id in missing
                ],
            )

    def _write_grades(
        self,
        connection: Connection,
        structure: _Structure,
        submission: _Submission,
        notebooks: Mapping[str, NotebookScores],
    ) -> None:
        """Write what each cell is worth, by the rules of SaveAutoGrades and of Autograde itself."""
        cells = [id for notebook in structure.notebooks for id in notebook.with_grade.values()]
        there = self._rows(connection, _FIND_GRADES, submission, cells)
        added, changed = [], []
        for notebook in structure.notebooks:
            scores = notebooks.get(notebook.name)
            place = submission.notebooks[notebook.id]
            for grade_id, cell in notebook.with_grade.items():
                row = there.get((place, cell))
                auto, needs_person = None, True
                if scores is None:
                    auto, needs_person = 0.0, False
                elif grade_id in scores.grades:
                    score = scores.grades[grade_id]
                    manual = None if row is None else row.manual_score
                    auto = score.auto
                    needs_person = manual is not None or auto is None or score.review
                elif row is not None:
                    continue  # a task: its grade is a person's alone
                values = {"auto_score": auto, "needs_manual_grade": needs_person}
                if row is None:
                    added.append(
                        {"id": new_uuid(), "notebook_id": place, "cell_id": cell, **values}
                    )
                elif (row.auto_score, row.needs_manual_grade) != (auto, needs_person):
                    changed.append({"row": row.id, **values})
        if added:
            connection.execute(insert(_GRADE), added)
        if changed:
            connection.execute(_UPDATE_GRADE, changed)

    def _write_comments(
        self,
        connection: Connection,
        structure: _Structure,
        submission: _Submission,
        notebooks: Mapping[str, NotebookScores],
    ) -> None:
        """Write the automatic comments; those of a notebook that was not handed in stay."""
        cells = [id for notebook in structure.notebooks for id in notebook.with_comment.values()]
        there = self._rows(connection, _FIND_COMMENTS, submission, cells)
        added, changed = [], []
        for notebook in structure.notebooks:
            scores = notebooks.get(notebook.name)
            place = submission.notebooks[notebook.id]
            for grade_id, cell in notebook.with_comment.items():
                row = there.get((place, cell))
                text = None if scores is None else scores.comments[grade_id]
                if row is None:
                    added.append(
                        {
                            "id": new_uuid(),
                            "notebook_id": place,
                            "cell_id": cell,
                            "auto_comment": text,
                        }
                    )
                elif scores is not None and row.auto_comment != text:
                    changed.append({"row": row.id, "auto_comment": text})
        if added:
            connection.execute(insert(_COMMENT), added)
        if changed:
            connection.execute(_UPDATE_COMMENT, changed)

    @staticmethod
    def _rows(
        connection: Connection, statement: Any, submission: _Submission, cells: list[str]
    ) -> dict[tuple[str, str], Any]:
        """Return the rows that a submission has for some cells, by notebook and cell."""
        if submission.is_new or not cells:
            return {}
        asked = {"cells": cells, "notebooks": list(submission.notebooks.values())}
        return {(row.notebook_id, row.cell_id): row for row in connection.execute(statement, asked)}

    def _write_penalties(
        self,
        connection: Connection,
        structure: _Structure,
        submission: _Submission,
        student: str,
        notebooks: Mapping[str, NotebookScores],
    ) -> None:
        """Write the late penalty of each notebook that was handed in, as AssignLatePenalties does.

        It asks the plugin afresh for each notebook; a plugin that fails stops this submission.
        """
        if not self._late.enabled:
            return
        for notebook in structure.notebooks:
            if notebook.name not in notebooks:
                continue
            place = submission.notebooks[notebook.id]
            penalty = None
            if submission.seconds_late > 0:
                score = connection.scalar(
                    self._find_score,
                    {"cells": list(notebook.with_grade.values()), "notebook": place},
                )
                penalty = self._penalty(student, float(score), submission.seconds_late)
            if penalty != submission.penalties.get(notebook.id):
                connection.execute(_UPDATE_PENALTY, {"row": place, "penalty": penalty})

    def _penalty(self, student: str, score: float, seconds_late: float) -> float | None:
        """Return what the configured plugin takes off a notebook's score."""
        try:
            self._late.init_plugin()
            penalty = self._late.plugin_inst.late_submission_penalty(student, score, seconds_late)
            if penalty is None:
                return None
            return float(self._late._check_late_penalty(SimpleNamespace(score=score), penalty))
        except Exception as error:  # an instructor's own code
            name = self._late.plugin_class.__name__
            raise SubmissionError(
                f"{student}: the late penalty can't be computed: {name} raises "
                f"{type(error).__name__}: {one_line(error)}. Correct "
                "AssignLatePenalties.plugin_class in nbgrader_config.py."
            ) from error


def _seconds_late(
    timestamp: datetime | None, duedate: datetime | None, extension: timedelta | None
) -> float:
    """Return how late a submission is, as `SubmittedAssignment.total_seconds_late` does."""
    if timestamp is None or duedate is None:
        return 0
    return max(0, (timestamp - duedate - (extension or timedelta())).total_seconds())


# --- connections ---------------------------------------------------------------------------------


def _shown(url: URL) -> str:
    """Return the address of a gradebook, without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.render_as_string(hide_password=True)


def _connect_arguments(url: URL) -> dict[str, Any]:
    return {"timeout": _ONE_ATTEMPT} if url.get_backend_name() == "sqlite" else {}


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    """Keep Python's sqlite3 from beginning transactions of its own, late and without a lock."""
    connection.isolation_level = None


def _lock_at_once(connection: Connection) -> None:
    """Begin a transaction of SQLite with the lock for writing.

    A transaction that reads first, and asks for the lock later, fails when another program wrote in
    between, and all its reading was for nothing.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_in_short_turns(connection: Any, _record: object) -> None:
    """Let PostgreSQL give up a lock soon, so that the pauses and their end are ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {round(1000 * _ONE_ATTEMPT)}")
    connection.commit()
