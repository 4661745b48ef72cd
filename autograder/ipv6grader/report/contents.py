"""What a report says: plain records, no behaviour."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class ReportError(RuntimeError):
    """There is nothing to report on. The text says what is missing, where, and what would help."""


class Status(Enum):
    """How far a learner's submission has come."""

    GRADED = "graded"
    WAITING = "not graded yet"
    MISSING = "not handed in"


@dataclass(frozen=True)
class Cell:
    """A cell of the assignment that is worth points."""

    notebook: str
    name: str
    """nbgrader's grade_id."""
    points: float
    by_person: bool
    """Whether a person gives its points: a written answer, or a task."""
    exercise: str
    """The solution cell that it tests, as its name says: `double` of `double-2`; else its own."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is known of one learner."""

    student: str
    """nbgrader's student id; in an anonymous report a number."""
    status: Status
    last_name: str = ""
    first_name: str = ""
    raw_score: float | None = None
    """The points in the gradebook; None where nothing is graded."""
    penalty: float = 0.0
    """The points that nbgrader takes off for being late."""
    seconds_late: float = 0.0
    scores: tuple[float | None, ...] = ()
    """The points of each of the report's cells, without extra credit; None while they are open."""
    pending: tuple[int, ...] = ()
    """Which of the report's cells wait for a person."""
    person: tuple[str, ...] = ()
    """Why a person must look at it, one sentence each."""
    urgent: bool = False
    """Whether the grader itself asks for a person, and not only a written answer."""
    journal: bool = False
    """Whether ipv6grader has graded it, and left its journal."""
    seconds: float | None = None
    cpu_seconds: float | None = None
    modes: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        """The points after the penalty, as `nbgrader export` gives them."""
        return None if self.raw_score is None else max(0.0, self.raw_score - self.penalty)


@dataclass(frozen=True)
class Item:
    """How an exercise, or one of its cells, worked."""

    notebook: str
    name: str
    points: float
    cells: int
    """How many cells it has."""
    by_person: bool
    scored: int
    """How many submissions have their points for it."""
    share: float | None
    """Difficulty: the mean of the points, as a share of what could be earned."""
    full: int
    """How many have all points."""
    none: int
    """How many have no points."""
    discrimination: float | None
    """The corrected item-total correlation, from -1 to 1."""
    why_not: str = ""
    """Why there is no discrimination, in a sentence."""


@dataclass(frozen=True)
class Mistake:
    """What went wrong in test cells, and how often."""

    hint: str
    """The hint's id; empty where the error named none."""
    error: str
    """The error's class; empty where a hint was named."""
    text: str
    """What was said most often."""
    submissions: int
    cells: tuple[str, ...]
    """The cells in which it was met."""


@dataclass(frozen=True)
class Run:
    """How a notebook was run, and in how many submissions."""

    notebook: str
    mode: str
    why: str
    submissions: int


@dataclass(frozen=True)
class Report:
    """All that the page and the CSV file say."""

    course: str
    assignment: str
    made: datetime
    """In UTC."""
    version: str
    """Of ipv6grader that makes the report."""
    nbgrader_version: str
    anonymous: bool
    duedate: datetime | None
    """In UTC, as nbgrader keeps it."""
    cells: tuple[Cell, ...]
    submissions: tuple[Submission, ...]
    exercises: tuple[Item, ...]
    items: tuple[Item, ...]
    """The same, each cell by itself."""
    mistakes: tuple[Mistake, ...] = ()
    """The most frequent first."""
    mistakes_left_out: int = 0
    """How many met a mistake that is too rare to be kept."""
    notebooks_read: int = 0
    """How many autograded notebooks the mistakes come from."""
    runs: tuple[Run, ...] = ()
    repairs: tuple[tuple[str, int], ...] = ()
    """What was repaired, and in how many submissions."""
    engines: tuple[tuple[str, int], ...] = ()
    """The versions that graded, and how many submissions."""
    troubles: tuple[str, ...] = field(default=())
    """What could not be read, one sentence each."""

    @property
    def max_score(self) -> float:
        """All points that can be earned."""
        return sum(cell.points for cell in self.cells)
