"""From what was handed in to nbgrader's `submitted/`: whose it is, which is the newest, what to do.

The rules:

1. A bundle is of the learner whose id it claims, if the roster knows the id and the platform does
   not say that somebody else handed it in. A bare notebook is of whom the platform or the folder
   names. `--map` decides before everything.
2. Of every lesson the newest wins, by the time; where times are equal, by the platform's order.
3. What is in `submitted/` already is replaced only by what is newer, and is then moved to
   `collected/<assignment>/<student>/<its time>/`. Nothing is overwritten.
4. A submission becomes visible whole, with its time, or not at all.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ipv6course.classroom.archive import shown
from ipv6course.classroom.messages import _
from ipv6course.instructor.course_root import CourseRoot
from ipv6course.instructor.handed_in import (
    HandedIn,
    Refused,
    Release,
    exercises_of,
    open_handed_in,
)
from ipv6course.instructor.platform_names import Owner, is_name_of
from ipv6course.instructor.roster import Student
from ipv6course.places import write_atomically

Outcome = Literal["new", "replaced", "same", "older"]

TIMESTAMP = "timestamp.txt"
_FORMAT = "%Y-%m-%d %H:%M:%S.%f UTC"  # nbgrader's Exchange.timestamp_format, in UTC


@dataclass(frozen=True)
class Submission:
    """What one learner handed in to one assignment, and what became or would become of it."""

    student: str
    assignment: str
    notebooks: dict[str, HandedIn]
    """By lesson: where the newest one came from."""
    missing: tuple[str, ...]
    """Lessons that were released and not handed in."""
    outcome: Outcome
    kept: str = ""
    """Where the submission that was replaced is now, in the classroom."""

    @property
    def time(self) -> datetime:
        """When the newest notebook was handed in: naive, in UTC."""
        return max(item.time for item in self.notebooks.values())

    @property
    def receipts(self) -> list[str]:
        """The receipts of the bundles that were taken; none for bare notebooks."""
        return sorted({item.receipt for item in self.notebooks.values()} - {""})

    @property
    def notes(self) -> list[str]:
        """What the instructor should know."""
        return sorted({note for item in self.notebooks.values() for note in item.notes})


@dataclass
class Collected:
    """Everything that was found."""

    submissions: list[Submission] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    superseded: list[tuple[str, str]] = field(default_factory=list)
    """What a newer one of the same learner took the place of: source, and student."""


def released(course: CourseRoot, assignment: str = "") -> Release:
    """Return what may be handed in: of one assignment, or of all.

    Raises:
        OSError: A released notebook cannot be read.
    """
    names = [assignment] if assignment else course.assignments()
    release = Release({name: set(course.lessons(name)) for name in names})
    for name in names:
        for lesson, path in course.lessons(name).items():
            try:
                notebook = json.loads(path.read_bytes())
            except ValueError:
                continue  # nbgrader will say so
            release.exercises[name, lesson] = exercises_of(notebook)
    return release


# --- Whose is it ----------------------------------------------------------------------------------


class Matcher:
    """Finds the learner of what was handed in."""

    def __init__(
        self,
        students: Mapping[str, Student],
        mapped: Mapping[str, str],
        participants: Mapping[tuple[str, str], str],
    ) -> None:
        """Take what is known of the class.

        Args:
            students: The class by id.
            mapped: What `--map` said: a claimed id, a platform's name or number, or a file's name,
                folded, and the right id.
            participants: The student of each Moodle participant by assignment and number, as
                earlier zip files taught.
        """
        self._students = students
        self._mapped = mapped
        self._participants = participants
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._other_ids: dict[str, set[str]] = defaultdict(set)
        self._canvas: dict[str, str] = {}
        for student in students.values():
            self._ids[_folded(student.id)].add(student.id)
            for text in (student.email, student.lms_user_id, *_id_cells(student)):
                if text:
                    self._other_ids[_folded(text)].add(student.id)
            if student.platform == "canvas" and student.lms_user_id:
                self._canvas[student.lms_user_id] = student.id

    def student(self, item: HandedIn) -> str | Refused:
        """Return the id of the learner, or why it is not known."""
        if mapped := self._said(item):
            return mapped
        owners = self._owners(item)
        if item.learner is not None:
            return self._claimed(item, item.learner, owners)
        if len(owners) == 1:
            return owners[0]
        if owners:
            names = ", ".join(shown(name) for name in owners)
            reason = _("Several learners are called so: {names}.").format(names=names)
        else:
            reason = _("Nobody on the roster is '{who}'.").format(who=_who(item))
        return Refused(item.source, reason, _map_fix(item))

    def _claimed(self, item: HandedIn, claim: str, owners: list[str]) -> str | Refused:
        """Decide on a bundle that says whose it is."""
        student = self._by_id(claim)
        owner = item.owner
        if student is None:
            reason = _("It says that it is of '{claim}', whom the roster does not know.").format(
                claim=shown(claim)
            )
            if len(owners) == 1:
                reason = _(
                    "It was handed in by {owner} and says that it is of '{claim}', whom the roster "
                    "does not know."
                ).format(owner=shown(owners[0]), claim=shown(claim))
            return Refused(item.source, reason, _map_fix(item))
        named = owner is not None and owner.is_named
        nameless = not (self._students[student].first_name or self._students[student].last_name)
        if student in owners or not (owners or (named and not nameless)):
            return student
        return Refused(
            item.source,
            _("It was handed in by {owner} and says that it is of {claim}: a copy?").format(
                owner=shown(owners[0]) if len(owners) == 1 else _who(item), claim=shown(student)
            ),
            _("If it is right all the same: {map}").format(map=_map_of(_who(item), student)),
        )

    def _said(self, item: HandedIn) -> str:
        """Return what `--map` says of it, or nothing."""
        names = [item.source.rpartition(" › ")[2], *item.folders]
        names = [item.learner or "", Path(names[0]).name, *names]
        if item.owner is not None:
            names = [item.owner.name, item.owner.number, *names]
        return next(
            (self._mapped[_folded(name)] for name in names if _folded(name) in self._mapped), ""
        )

    def _owners(self, item: HandedIn) -> list[str]:
        """Return the students that the platform, or a folder, may mean."""
        owner = item.owner
        if owner is None:
            for folder in item.folders:
                if student := self._by_id(folder):
                    return [student]
                if found := self._called(Owner("folder", folder)):
                    return found
            return []
        if owner.platform == "canvas" and owner.number in self._canvas:
            return [self._canvas[owner.number]]
        known = {
            self._participants[assignment, owner.number]
            for assignment, _lesson in item.notebooks
            if owner.platform == "moodle" and (assignment, owner.number) in self._participants
        }
        if len(known) == 1:
            return list(known)
        return self._called(owner) if owner.is_named else []

    def _called(self, owner: Owner) -> list[str]:
        return sorted(
            student.id
            for student in self._students.values()
            if is_name_of(owner, student.first_name, student.last_name)
        )

    def _by_id(self, text: str) -> str | None:
        """Return the student of an id, or of an e-mail address or number that only one has."""
        for found in (
            self._ids.get(_folded(text), set()),
            self._other_ids.get(_folded(text), set()),
        ):
            if len(found) == 1:
                return next(iter(found))
        return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _id_cells(student: Student) -> list[str]:
    """Return the platform's own ids of a student."""
    names = ("sis user id", "sis login id", "username", "id number", student.id_column.casefold())
    return [value for name, value in student.own.items() if name.casefold() in names]


def _who(item: HandedIn) -> str:
    """Return what the instructor knows the hander-in by."""
    if item.owner is not None:
        return shown(item.owner.name if item.owner.is_named else item.owner.number)
    inside = item.source.rpartition(" › ")[2]
    return shown(next(iter(item.folders), "") or Path(inside).name)


def _map_of(wrong: str, right: str) -> str:
    return f'--map "{wrong}={right}"'


def _map_fix(item: HandedIn) -> str:
    wrong = shown(item.learner) if item.learner is not None else _who(item)
    return _("Say whose it is: {map}").format(map=_map_of(wrong, "ID"))


# --- Which is the newest, and what to do ----------------------------------------------------------


def collect(
    course: CourseRoot,
    paths: Iterable[Path],
    students: Mapping[str, Student],
    *,
    assignment: str = "",
    mapped: Mapping[str, str] | None = None,
    now: datetime | None = None,
    dry_run: bool = False,
    replace: bool = False,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> Collected:
    """Take what was handed in into `submitted/`.

    Args:
        course: The classroom.
        paths: Bundles, notebooks, zip files, folders.
        students: The class by id.
        assignment: Take only what is of this one; empty for all that were released.
        mapped: Right ids by wrong ones, names or files.
        now: The time; by default the clock's.
        dry_run: Say what would be done, and write nothing.
        replace: Whether what is older than `submitted/` takes its place too; the newer is kept.
        progress: Told what is done, how much, and of how many (0: not known yet).

    Returns:
        What was taken, and what was left alone. A submission that was written is whole.

    Raises:
        OSError: The classroom cannot be written.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    release = released(course, assignment)
    record = _Record(course)
    folded = {_folded(wrong): right for wrong, right in (mapped or {}).items()}
    matcher = Matcher(students, folded, record.participants())
    result = Collected()
    found: dict[tuple[str, str], list[HandedIn]] = defaultdict(list)
    count = 0
    for path in paths:
        for item in open_handed_in(path, release, moment):
            count += 1
            progress(_("opening"), count, 0)
            student = item if isinstance(item, Refused) else matcher.student(item)
            if isinstance(student, Refused):
                result.refused.append(student)
            elif isinstance(item, HandedIn):
                for name in {name for name, _lesson in item.notebooks}:
                    found[student, name].append(item)
    for number, ((student, name), items) in enumerate(sorted(found.items())):
        progress(student, number, len(found))
        if clash := _two_owners(items, folded):
            result.refused += clash
            continue
        newest = _newest(items, name)
        taken = {id(item) for item in newest.values()}
        result.superseded += [(item.source, student) for item in items if id(item) not in taken]
        missing = tuple(sorted(release.lessons[name] - set(newest)))
        submission = _decide(course, Submission(student, name, newest, missing, "new"), replace)
        if not dry_run:
            submission = _write(course, submission)
            record.add(submission)
        result.submissions.append(submission)
    if not dry_run:
        record.write()
    return result


def _two_owners(items: list[HandedIn], mapped: Mapping[str, str]) -> list[Refused]:
    """Refuse what two people, whom the platform does not name, handed in as one learner."""
    owners = {
        (item.owner.platform, item.owner.number)
        for item in items
        if item.owner is not None
        and not item.owner.is_named
        and _folded(item.owner.number) not in mapped
    }
    if len(owners) < 2:
        return []
    return [
        Refused(
            item.source,
            _("Several people handed in as '{claim}'.").format(claim=shown(item.learner or "")),
            _("Say whose it is: {map}").format(map=_map_of(_who(item), "ID")),
        )
        for item in items
    ]


def _newest(items: list[HandedIn], assignment: str) -> dict[str, HandedIn]:
    """Return the newest of every lesson."""
    ordered = sorted(items, key=lambda item: (item.time, item.copy))
    newest: dict[str, HandedIn] = {}
    for item in ordered:
        for name, lesson in item.notebooks:
            known = newest.get(lesson)
            again = known is not None and known.receipt and known.receipt == item.receipt
            if name == assignment and not again:  # the same bundle twice is one
                newest[lesson] = item
    return dict(sorted(newest.items()))


def _decide(course: CourseRoot, submission: Submission, replace: bool) -> Submission:
    """Compare with what is in `submitted/`."""
    folder = course.step("submitted", submission.student, submission.assignment)
    if not folder.exists():
        return submission
    present = _present_time(course, submission, folder)
    contents = _contents(submission)
    same = all(
        (folder / f"{lesson}.ipynb").is_file() and (folder / f"{lesson}.ipynb").read_bytes() == data
        for lesson, data in contents.items()
    )
    outcome: Outcome = "replaced"
    if same:
        outcome = "same"
    elif submission.time <= present and not replace:
        outcome = "older"
    kept = _kept(course, submission, present) if outcome == "replaced" else ""
    return Submission(
        submission.student,
        submission.assignment,
        submission.notebooks,
        submission.missing,
        outcome,
        kept,
    )


def _contents(submission: Submission) -> dict[str, bytes]:
    return {
        lesson: item.notebooks[submission.assignment, lesson]
        for lesson, item in submission.notebooks.items()
    }


def _present_time(course: CourseRoot, submission: Submission, folder: Path) -> datetime:
    """Return when the submission that is there was handed in."""
    time = course.submission_time(submission.student, submission.assignment)
    if isinstance(time, datetime):
        return time
    newest = max((path.stat().st_mtime for path in folder.glob("*.ipynb")), default=0.0)
    return datetime.fromtimestamp(newest, UTC).replace(tzinfo=None)


def _kept(course: CourseRoot, submission: Submission, present: datetime) -> str:
    """Return a free name in `collected/` for the submission that is replaced."""
    parent = Path(submission.assignment, submission.student)
    name, number = f"{present:%Y%m%dT%H%M%SZ}", 1
    while (course.collected / parent / name).exists():
        number += 1
        name = f"{present:%Y%m%dT%H%M%SZ}-{number}"
    return (course.collected / parent / name).relative_to(course.folder).as_posix()


def _write(course: CourseRoot, submission: Submission) -> Submission:
    """Put a submission into `submitted/`: built beside, then moved into its place whole."""
    if submission.outcome in ("same", "older"):
        return submission
    folder = course.step("submitted", submission.student, submission.assignment)
    course.collected.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.collected, prefix=".new-") as temporary:
        new = Path(temporary) / "submission"
        if submission.outcome == "replaced":  # lessons that were not handed in again stay
            shutil.copytree(folder, new, symlinks=True)
        for lesson, data in _contents(submission).items():
            write_atomically(new / f"{lesson}.ipynb", data)
        write_atomically(new / TIMESTAMP, submission.time.strftime(_FORMAT))
        new.chmod(0o755)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if submission.outcome != "replaced":
            new.rename(folder)
            return submission
        kept = course.folder / submission.kept
        kept.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(kept)
        try:
            new.rename(folder)
        except OSError:
            kept.rename(folder)
            raise
    return submission


# --- What is remembered ---------------------------------------------------------------------------


class _Record:
    """`collected/<assignment>.json`: Moodle's participants, and receipts, by student."""

    def __init__(self, course: CourseRoot) -> None:
        self._course = course
        self._entries = {name: read_record(course, name) for name in course.assignments()}
        self._changed: set[str] = set()

    def participants(self) -> dict[tuple[str, str], str]:
        return {
            (assignment, entry["moodle"]["participant"]): student
            for assignment, entries in self._entries.items()
            for student, entry in entries.items()
            if "moodle" in entry
        }

    def add(self, submission: Submission) -> None:
        entries = self._entries.setdefault(submission.assignment, {})
        entry = entries.setdefault(submission.student, {})
        before = json.dumps(entry, sort_keys=True)
        for item in submission.notebooks.values():
            if item.owner is not None and item.owner.platform == "moodle":
                entry["moodle"] = {"name": item.owner.name, "participant": item.owner.number}
        if submission.outcome in ("new", "replaced"):
            receipts = [*entry.get("receipts", []), *submission.receipts]
            entry["receipts"] = list(dict.fromkeys(receipts))
        if json.dumps(entry, sort_keys=True) != before:
            self._changed.add(submission.assignment)

    def write(self) -> None:
        for name in sorted(self._changed):
            text = json.dumps(self._entries[name], indent=1, sort_keys=True, ensure_ascii=False)
            write_atomically(_record_path(self._course, name), text + "\n")


def _record_path(course: CourseRoot, assignment: str) -> Path:
    return course.collected / f"{assignment}.json"


def read_record(course: CourseRoot, assignment: str) -> dict[str, dict[str, Any]]:
    """Return what is remembered of an assignment's submissions, by student.

    `moodle` has the `name` and the `participant` of the learner in Moodle's zip file; `receipts`
    those of the bundles that were taken.
    """
    try:
        record = json.loads(_record_path(course, assignment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        student: entry
        for student, entry in (record.items() if isinstance(record, dict) else ())
        if isinstance(entry, dict)
        and _is_moodle(entry.get("moodle", {"name": "", "participant": "0"}))
    }


def _is_moodle(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("name"), str)
        and bool(re.fullmatch("[0-9]+", str(entry.get("participant"))))
    )
