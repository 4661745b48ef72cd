"""What a database's errors mean to the person who grades: SQLite's and PostgreSQL's.

SQLAlchemy's classes don't tell them apart: a full disk, a lock and an old schema are all an
`OperationalError`. So each is known by the database's own code, in a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, SQLAlchemyError


class GradebookError(Exception):
    """The gradebook can't be written. The text says why, and what to do; nothing was changed."""


class SubmissionError(GradebookError):
    """One submission can't be recorded; the next one may be."""


@dataclass(frozen=True)
class Trouble:
    """Why a database did not do what it was asked to do."""

    sentence: str
    """What is wrong, and what to do."""
    passes: bool = False
    """Whether to try again may help."""
    of_submission: bool = False
    """Whether another submission may do better."""
    is_quoted: bool = False
    """Whether the database's own words help."""


LOCKED = Trouble(
    "another program keeps it locked. Close Formgrader and other nbgrader commands, or wait until "
    "they end; then run this again.",
    passes=True,
)
CHANGED = Trouble(
    "another program changes the same rows. Let it end; then run this again.",
    passes=True,
    is_quoted=True,
)
LOST = Trouble(
    "there is no connection to the server. See that the server runs, that this machine reaches it, "
    "and that CourseDirectory.db_url in nbgrader_config.py names it; then run this again.",
    passes=True,
    is_quoted=True,
)
FULL = Trouble("the disk that it is on is full. Make room there; then run this again.")
READ_ONLY = Trouble(
    "it is read-only. Give this user the right to write to it (for a file: to its folder, too); "
    "then run this again."
)
OLD = Trouble(
    "it was made by another version of nbgrader. Make a copy of it; then run "
    "`nbgrader db upgrade`, and this again."
)
DAMAGED = Trouble(
    "it is damaged, or no gradebook at all. Bring back your last copy of it, or give its right "
    "place as CourseDirectory.db_url in nbgrader_config.py."
)
SHUT = Trouble(
    "it can't be opened. See that CourseDirectory.db_url in nbgrader_config.py names it, and that "
    "this user may read and write it (for a file: its folder, too)."
)
MOVED = Trouble("its file was moved or deleted meanwhile. Put it back; then run this again.")
DISK = Trouble(
    "the disk that it is on reports an error. See that the disk is sound and that your quota is "
    "not used up; then run this again.",
    is_quoted=True,
)
REFUSED = Trouble(
    "it does not take a value of this submission.", of_submission=True, is_quoted=True
)
UNKNOWN = Trouble("something went wrong that this program does not know.", is_quoted=True)

SQLITE = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY_DBMOVED": MOVED,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_IOERR": DISK,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_CANTOPEN": SHUT,
    "SQLITE_PERM": SHUT,
    "SQLITE_AUTH": SHUT,
    "SQLITE_ERROR": OLD,  # no such table, no such column: the statements themselves never change
}
"""By the beginning of SQLite's name of the error; of two that fit, the longer comes first."""

POSTGRESQL = {
    "08": LOST,
    "57P": LOST,  # shut down by its administrator, crashed, or starting
    "53100": FULL,
    "53": LOCKED,  # too many connections, too little memory
    "55P03": LOCKED,
    "40": LOCKED,  # deadlock, serialisation
    "23503": CHANGED,  # another program removed a row at this moment; the next try sees it
    "23505": CHANGED,  # another program made the same row at this moment; the next try finds it
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "42P01": OLD,
    "42703": OLD,
    "22": REFUSED,
}
"""By the beginning of the SQLSTATE (PostgreSQL's manual, appendix A); the longer comes first."""


def meaning(error: SQLAlchemyError) -> Trouble:
    """Return what an error of the database means."""
    cause = getattr(error, "orig", None)
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return _first(SQLITE, name)
    # psycopg 3 has the one, psycopg2 the other; neither where no server answered.
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if state is not None:
        return _first(POSTGRESQL, state)
    if isinstance(error, DBAPIError) and (
        error.connection_invalidated or type(cause).__name__ == "OperationalError"
    ):
        return LOST
    return UNKNOWN


def _first(troubles: Mapping[str, Trouble], code: str) -> Trouble:
    found = (trouble for begin, trouble in troubles.items() if code.startswith(begin))
    return next(found, UNKNOWN)


def one_line(said: object) -> str:
    """Return what a program said as one line, shortened: drivers quote statements and values."""
    text = " ".join(str(said).split())
    return text if len(text) <= 300 else f"{text[:300]}…"
