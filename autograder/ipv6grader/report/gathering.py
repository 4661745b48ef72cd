"""Gathers what a report says: the gradebook first and at once, then one folder after the other.

No more than one notebook is in memory. What is kept of a submission is a line of figures and a few
short sentences.
"""

import glob
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ipv6grader.report.contents import Cell, Mistake, Report, Run, Status, Submission
from ipv6grader.report.folders import (
    Journal,
    Met,
    UnreadableError,
    mistakes_in,
    read_journal,
    released_order,
)
from ipv6grader.report.gradebook_rows import Book, Recorded, read_gradebook
from ipv6grader.report.items import analyse, by_cell, by_exercise
from ipv6grader.report.messages import _, ngettext

_DISTRIBUTION = "ipv6-course"
_MOST_KINDS = 5000  # different mistakes, repairs or ways to run; a further one is counted only
_MOST_TEXTS = 8  # for one hint; its text is the one that is met most often
_MOST_SENTENCES = 8  # for one submission
_MOST_TROUBLES = 50
_SHORTEST_NAME = 3  # characters; a shorter name or id is in many words

Veil = Callable[[str], str]
"""Takes a learner's own id and names out of a text, in an anonymous report."""


def gather(
    coursedir: Any, assignment: str, *, anonymous: bool = False, now: datetime | None = None
) -> Report:
    """Read everything that is known of an assignment. Nothing is written.

    Args:
        coursedir: nbgrader's `CourseDirectory`, configured.
        assignment: The assignment's name.
        anonymous: Whether learners are numbers, in an order that tells nothing.
        now: The report's date; none for the present.

    Raises:
        ReportError: The gradebook cannot be read, or does not know the assignment.
    """
    book = _book(coursedir, assignment)
    _add_ungraded(book, coursedir, assignment)
    if anonymous:
        random.SystemRandom().shuffle(book.learners)
    tally = _Tally(book.cells)
    work = _Work(coursedir, assignment, anonymous, book, tally)
    submissions = tuple(work.submission(one, n) for n, one in enumerate(book.learners, 1))
    graded = [one.scores for one in submissions if one.status is Status.GRADED]
    return Report(
        course=_course_name(coursedir, book),
        assignment=assignment,
        made=now or datetime.now(UTC),
        version=_version(_DISTRIBUTION),
        nbgrader_version=_version("nbgrader"),
        anonymous=anonymous,
        duedate=book.duedate,
        cells=tuple(book.cells),
        submissions=submissions,
        exercises=tuple(analyse(book.cells, by_exercise(book.cells), graded)),
        items=tuple(analyse(*by_cell(book.cells), graded)),
        mistakes=tally.most_met(),
        mistakes_left_out=tally.left_out,
        notebooks_read=tally.notebooks,
        runs=tuple(
            Run(notebook, mode, why, count)
            for (notebook, mode, why), count in tally.runs.most_common()
        ),
        repairs=tuple(tally.repairs.most_common()),
        engines=tuple(tally.engines.most_common()),
        troubles=tuple(tally.troubles),
    )


def _book(coursedir: Any, assignment: str) -> Book:
    """Return the gradebook's rows, with the cells in the lesson's order."""
    book = read_gradebook(coursedir.db_url, assignment)
    folders = [
        _folder(coursedir, step, ".", assignment)
        for step in (coursedir.release_directory, coursedir.source_directory)
    ]
    order = released_order(folders, {cell.notebook for cell in book.cells})
    if order:
        book.reorder({place: number for number, place in reversed(list(enumerate(order)))})
    return book


def _folder(coursedir: Any, step: str, student: str, assignment: str) -> Path:
    return Path(coursedir.format_path(step, student, assignment))


def _add_ungraded(book: Book, coursedir: Any, assignment: str) -> None:
    """Mark as handed in whoever has a folder that was submitted, in the gradebook or not."""
    known = {one.student: one for one in book.learners}
    for student in sorted(_handed_in(coursedir, assignment)):
        if student in known:
            known[student].handed_in = True
        else:
            book.learners.append(Recorded(student))
    book.learners.sort(key=lambda one: one.student)


def _handed_in(coursedir: Any, assignment: str) -> Iterator[str]:
    """Yield the ids of the learners' folders, as nbgrader finds them."""
    step = coursedir.submitted_directory
    structure = coursedir.directory_structure
    pattern = structure.format(
        nbgrader_step=glob.escape(step), student_id="*", assignment_id=glob.escape(assignment)
    )
    wanted = re.compile(
        coursedir.format_path(
            re.escape(step), "(?P<student>[^/\\\\]+)", re.escape(assignment), escape=True
        ),
        re.DOTALL,
    )
    everywhere = Path(glob.escape(coursedir.root)) / pattern
    for path in Path(everywhere.anchor).glob(str(everywhere.relative_to(everywhere.anchor))):
        match = wanted.fullmatch(str(path))
        if match and not match["student"].startswith(".") and path.is_dir():
            yield match["student"]


def _course_name(coursedir: Any, book: Book) -> str:
    """Return the course's id, or the folder's name where nbgrader has only its default."""
    names = (coursedir.course_id, book.course)
    chosen = next((name for name in names if name and name != "default_course"), "")
    return chosen or Path(coursedir.root).name


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "?"


# --- one submission -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Work:
    """What is the same for all submissions."""

    coursedir: Any
    assignment: str
    anonymous: bool
    book: Book
    tally: "_Tally"

    def submission(self, one: Recorded, number: int) -> Submission:
        """Return a learner's line, and count what lies in the autograded folder.

        Args:
            one: What the gradebook says.
            number: Stands for the learner in an anonymous report.
        """
        line = Submission(one.student, Status.MISSING, one.last_name, one.first_name)
        if self.anonymous:
            line = Submission(f"{number}", Status.MISSING)
        if not one.handed_in:
            return line
        autograded, submitted = (
            _folder(self.coursedir, step, one.student, self.assignment)
            for step in (self.coursedir.autograded_directory, self.coursedir.submitted_directory)
        )
        ordinary = one.student not in ("", ".", "..") and not re.search(r"[/\\\0]", one.student)
        there = ordinary and autograded.is_dir()
        if not (there or one.touched):
            return replace(line, status=Status.WAITING)
        veil = _veil(one) if self.anonymous else str
        if there:
            self.tally.add_errors(autograded, line.student, veil)
            journal = read_journal(autograded, submitted, self.tally.notebook_names)
        else:
            journal = None
        return self._graded(line, one, journal, veil)

    def _graded(
        self, line: Submission, one: Recorded, journal: Journal | None, veil: Veil
    ) -> Submission:
        """Return a graded learner's line."""
        if journal is not None:
            self.tally.add_journal(journal, veil)
            entries = journal.notebooks.values()
            repaired = [veil(sentence) for entry in entries for sentence in entry.repaired]
            line = replace(
                line,
                journal=True,
                seconds=journal.seconds,
                cpu_seconds=journal.cpu_seconds,
                modes=tuple(sorted({entry.mode for entry in entries})),
                repaired=tuple(repaired[:_MOST_SENTENCES]),
            )
        person, urgent = _person(self.book, one, journal, veil)
        return replace(
            line,
            status=Status.GRADED,
            raw_score=one.raw_score,
            penalty=one.penalty,
            seconds_late=_seconds_late(self.book, one),
            scores=tuple(one.scores.get(n) for n in range(len(self.book.cells))),
            pending=tuple(sorted(one.pending)),
            person=person,
            urgent=urgent,
        )


def _seconds_late(book: Book, one: Recorded) -> float:
    """Return how late it was, as nbgrader's `total_seconds_late` counts."""
    if one.timestamp is None or book.duedate is None:
        return 0.0
    due = book.duedate if one.extension is None else book.duedate + one.extension
    return max(0.0, (one.timestamp - due).total_seconds())


def _person(
    book: Book, one: Recorded, journal: Journal | None, veil: Veil
) -> tuple[tuple[str, ...], bool]:
    """Return why a person must look at a submission, and whether the grader itself asks for it.

    What the journal asks is done when nothing of it waits any more and a person gave points.
    """
    asked: list[str] = []
    if journal and (one.pending or not one.by_hand):
        asked += [veil(sentence) for sentence in journal.person]
    for name, entry in (journal.notebooks if journal else {}).items():
        mine = {n for n, cell in enumerate(book.cells) if cell.notebook == name}
        if one.pending & mine or not one.by_hand & mine:
            asked += [f"{name}: {veil(sentence)}" for sentence in entry.person]
    asked = asked[:_MOST_SENTENCES]
    urgent = bool(asked)
    if one.pending:
        waiting = [book.cells[position].name for position in sorted(one.pending)]
        message = ngettext("Waits for points: {cells}.", "Wait for points: {cells}.", len(waiting))
        listed = ", ".join(waiting[:6]) + (", …" if len(waiting) > 6 else "")
        asked.append(message.format(cells=listed))
    return tuple(asked), urgent


def _veil(one: Recorded) -> Veil:
    """Return what takes a learner's id and names out of a text."""
    names = [one.student, one.first_name, one.last_name, one.email]
    known = sorted({name for name in names if len(name) >= _SHORTEST_NAME}, key=len, reverse=True)
    if not known:
        return str
    pattern = re.compile("|".join(map(re.escape, known)), re.IGNORECASE)
    return lambda text: pattern.sub("…", text)


# --- what is counted over all submissions ---------------------------------------------------------


@dataclass
class _Met:
    """How often a mistake was met."""

    submissions: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)


class _Tally:
    """Counts over the autograded folders."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.notebook_names = sorted({cell.notebook for cell in cells})
        self._tests = {
            name: {cell.name for cell in cells if cell.notebook == name and not cell.by_person}
            for name in self.notebook_names
        }
        self._mistakes: dict[tuple[str, str, str], _Met] = {}
        self.left_out = 0
        self.notebooks = 0
        self.runs: Counter[tuple[str, str, str]] = Counter()
        self.repairs: Counter[str] = Counter()
        self.engines: Counter[str] = Counter()
        self.troubles: list[str] = []

    def add_errors(self, folder: Path, student: str, veil: Veil) -> None:
        """Count what the test cells of an autograded folder said."""
        met: list[Met] = []
        for name in self.notebook_names:
            try:
                met += mistakes_in(folder / f"{name}.ipynb", self._tests[name])
                self.notebooks += 1
            except FileNotFoundError:
                continue  # the learner handed in other notebooks only
            except (OSError, UnreadableError) as error:
                why = error.strerror or "" if isinstance(error, OSError) else str(error)
                self._trouble(student, name, why)
        mine: set[tuple[str, str, str]] = set()
        for one in met:
            text = veil(one.text)
            key = (one.hint, one.error, "" if one.hint else text)
            if key not in self._mistakes and len(self._mistakes) >= _MOST_KINDS:
                self.left_out += 1
                continue
            counted = self._mistakes.setdefault(key, _Met())
            counted.submissions += key not in mine
            counted.cells[one.cell] += 1
            if text in counted.texts or len(counted.texts) < _MOST_TEXTS:
                counted.texts[text] += 1
            mine.add(key)

    def _trouble(self, student: str, notebook: str, why: str) -> None:
        if len(self.troubles) < _MOST_TROUBLES:
            message = _("The autograded notebook {notebook} of {student} was not read. {why}")
            self.troubles.append(message.format(notebook=notebook, student=student, why=why))

    def add_journal(self, journal: Journal, veil: Veil) -> None:
        """Count how a submission was run, and what was repaired."""
        _count(self.engines, journal.version)
        repaired: set[str] = set()
        for name, entry in journal.notebooks.items():
            _count(self.runs, (name, entry.mode, veil(entry.why)))
            repaired |= {veil(sentence) for sentence in entry.repaired}
        for sentence in repaired:
            _count(self.repairs, sentence)

    def most_met(self) -> tuple[Mistake, ...]:
        """Return the mistakes, the most frequent first."""
        found = [
            Mistake(
                hint,
                error,
                counted.texts.most_common(1)[0][0],
                counted.submissions,
                tuple(cell for cell, _count in counted.cells.most_common()),
            )
            for (hint, error, _text), counted in self._mistakes.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.submissions, one.hint, one.error)))


def _count(counter: Counter[Any], what: Any) -> None:
    """Count something, as long as it is one of not too many."""
    if what in counter or len(counter) < _MOST_KINDS:
        counter[what] += 1
