"""Who is in the class: a learning platform's list into nbgrader's gradebook, and `roster.csv`.

The formats, by their published titles:

* Moodle: MoodleDocs, "Participants" (download table data) and "Grade export" (plain text file);
  also the "Offline grading worksheet" of an assignment. Headings are in the site's language.
* Canvas: Instructor Guide, "How do I export grades in the Gradebook?".
* Plain: the columns of `nbgrader db student import`: id, first_name, last_name, email, lms_user_id.

`roster.csv` in the classroom remembers the platform's own columns, which `export` writes back.
Nobody is ever deleted, here or in the gradebook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ipv6course.classroom import identity
from ipv6course.classroom.archive import shown
from ipv6course.classroom.messages import _
from ipv6course.instructor.course_root import CourseRoot
from ipv6course.instructor.spreadsheet import Table, clean, original, read_table, written
from ipv6course.places import write_atomically

Platform = Literal["moodle", "canvas", "plain"]
Outcome = Literal["new", "updated", "same"]

ROSTER = "roster.csv"
_FIELDS = ("id", "first_name", "last_name", "email", "lms_user_id", "platform", "id_column")
_LONGEST = 128  # characters of a column in nbgrader's gradebook

# Headings by what they mean, folded. Moodle writes them in the site's language.
_HEADINGS = {
    "first_name": ("first name", "firstname", "first_name", "prénom", "nombre", "nome"),
    "last_name": (
        *("last name", "lastname", "last_name", "surname", "nom", "nom de famille"),
        *("apellido(s)", "apellidos", "sobrenome", "apelido"),
    ),
    "full_name": ("full name", "nom complet", "nombre completo", "nome completo", "student"),
    "id_number": (
        *("id number", "numéro d'identification", "numéro d’identification", "número de id"),
        *("número de identificação", "número de identificación"),
    ),
    "email": (
        *("email address", "email", "e-mail", "adresse de courriel", "adresse e-mail", "courriel"),
        *("dirección de correo", "dirección email", "correo electrónico"),
        *("endereço de email", "endereço de e-mail"),
    ),
    "username": (
        *("username", "user name", "nom d'utilisateur", "nom d’utilisateur"),
        *("nombre de usuario", "nome de usuário", "nome de utilizador"),
    ),
}
_MEANING = {heading: name for name, headings in _HEADINGS.items() for heading in headings}
_MOODLE_OTHERS = ("institution", "department", "identifier")
_CANVAS_PEOPLE = (
    *("student", "lastname", "firstname", "id", "sis user id", "sis login id"),
    *("integration id", "root account", "section"),
)
_CANVAS_ASSIGNMENT = re.compile(r".+ \([0-9]+\)")
_NO_FOLDER = re.compile(r'[<>:"|?*\[\]]|^\.|[. ]$')
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


class RosterError(ValueError):
    """A roster is not taken, or an id is none. The text says why."""


@dataclass(frozen=True)
class Student:
    """One learner of the class."""

    id: str
    """nbgrader's student id, normalised."""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    platform: Platform = "plain"
    id_column: str = ""
    """The platform's column that the id was taken from."""
    own: dict[str, str] = field(default_factory=dict)
    """The platform's own columns, as they stand there."""

    @property
    def name(self) -> str:
        """What the learner is called, or the id."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


@dataclass(frozen=True)
class RosterFile:
    """A file that was read: who is in it, and what is wrong with it."""

    platform: Platform
    id_column: str
    students: list[Student]
    problems: list[str]
    """A sentence each, with the line."""
    passed_over: list[str]
    """Rows that are no learners, a sentence each."""
    encoding: str
    columns: list[str]
    """The platform's own columns that are remembered, in order."""


def student_id(text: str) -> str:
    """Return the normalised id that names a learner's folders.

    Raises:
        RosterError: It is empty, too long, or no folder can be called so.
    """
    try:
        name = identity.normalise(text)
    except ValueError as why:
        raise RosterError(str(why)) from None
    found = _NO_FOLDER.search(name)
    if found:
        raise RosterError(
            _("no folder can be called '{id}': leave out '{character}'").format(
                id=shown(name), character=found[0]
            )
        )
    if _WINDOWS_DEVICE.fullmatch(name):
        raise RosterError(_("'{id}' is the name of a device on Windows").format(id=name))
    if len(name.encode()) > 200:
        raise RosterError(_("the id is too long to be the name of a folder"))
    return name


def _is_folder_name(name: str) -> bool:
    try:
        student_id(name)
    except RosterError:
        return False
    return True


# --- Reading a platform's file --------------------------------------------------------------------


def read_roster(path: Path, id_column: str = "", known: str = "") -> RosterFile:
    """Read a roster.

    Args:
        path: A CSV file of Moodle, Canvas, or plain.
        id_column: The column that is the id, as the instructor said; empty to choose one.
        known: The column that was the id the last time.

    Raises:
        RosterError: It is no roster, or has not that column.
        SpreadsheetError: It is no CSV file.
        OSError: It cannot be read.
    """
    table = read_table(path)
    folded = [_fold(name) for name in table.header]
    platform = _platform(table.header, folded)
    rows, passed_over = _people(table, folded, platform)
    chosen = _choose_id(table.header, folded, rows, platform, id_column, known)
    columns = [
        name
        for name, fold in zip(table.header, folded, strict=True)
        if name and _is_remembered(name, fold, platform)
    ]
    students, problems = _students(table.header, rows, platform, chosen, columns)
    return RosterFile(platform, chosen, students, problems, passed_over, table.encoding, columns)


def _fold(heading: str) -> str:
    return " ".join(heading.casefold().split())


def _platform(header: list[str], folded: list[str]) -> Platform:
    names = set(folded)
    if "id" in names and ({"student"} <= names or {"lastname", "firstname", "section"} <= names):
        return "canvas"
    if "id" in names:
        return "plain"
    meanings = {_MEANING.get(name) for name in folded}
    if meanings & {"first_name", "last_name", "full_name"} and meanings & {
        *("email", "id_number", "username")
    }:
        return "moodle"
    raise RosterError(
        _(
            "It has the columns {columns}. A roster has those of Moodle (First name, Last name, "
            "Email address), of Canvas (Student, ID, SIS Login ID, Section), or id, first_name, "
            "last_name, email."
        ).format(columns=", ".join(shown(name) for name in header[:12]))
    )


def _is_remembered(name: str, folded: str, platform: Platform) -> bool:
    if platform == "canvas":
        return folded in _CANVAS_PEOPLE or bool(_CANVAS_ASSIGNMENT.fullmatch(name))
    return platform == "moodle" and (folded in _MEANING or folded in _MOODLE_OTHERS)


def _people(
    table: Table, folded: list[str], platform: Platform
) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Return the rows that are people; Canvas writes other rows between them."""
    if platform != "canvas":
        return [(line, [clean(cell) for cell in cells]) for line, cells in table.rows], []
    people, passed_over = [], []
    number = folded.index("id")
    for line, cells in ((line, [clean(cell) for cell in cells]) for line, cells in table.rows):
        if cells[0].startswith("Points Possible") or not (cells[0] or cells[number]):
            continue
        if cells[0] in ("Student, Test", "Test Student"):
            passed_over.append(_("Line {line} is Canvas's test student.").format(line=line))
            continue
        people.append((line, cells))
    return people, passed_over


def _choose_id(
    header: list[str],
    folded: list[str],
    rows: list[tuple[int, list[str]]],
    platform: Platform,
    wanted: str,
    known: str,
) -> str:
    """Return the column that is the id.

    What the instructor says; else what it was the last time; else the first, in the platform's
    order, that every learner has; else the one that most have.
    """
    if wanted:
        if _fold(wanted) not in folded:
            raise RosterError(
                _("It has no column '{wanted}'. It has {columns}.").format(
                    wanted=shown(wanted), columns=", ".join(shown(name) for name in header)
                )
            )
        return header[folded.index(_fold(wanted))]
    if known in header:
        return known
    if platform == "moodle":
        order = [
            index
            for meaning in ("username", "id_number", "email")
            for index, fold in enumerate(folded)
            if _MEANING.get(fold) == meaning
        ]
    else:
        names = ("sis login id", "sis user id", "id") if platform == "canvas" else ("id",)
        order = [folded.index(name) for name in names if name in folded]
    filled = {index: sum(bool(cells[index]) for _line, cells in rows) for index in order}
    return header[max(order, key=lambda index: filled[index])]


def _students(
    header: list[str],
    rows: list[tuple[int, list[str]]],
    platform: Platform,
    id_column: str,
    columns: list[str],
) -> tuple[list[Student], list[str]]:
    """Return the learners, and what is wrong with the rows that are none."""
    found: dict[str, tuple[int, Student]] = {}
    twice: set[str] = set()
    problems = []
    for line, cells in rows:
        row = {name: cell for name, cell in zip(header, cells, strict=True) if name}
        try:
            student = _student(row, platform, id_column, columns)
        except RosterError as why:
            problems.append(_("Line {line}: {why}.").format(line=line, why=why))
            continue
        earlier = found.setdefault(student.id, (line, student))
        if earlier[1] != student:
            twice.add(student.id)
            problems.append(
                _("Line {line}: '{id}' is on line {earlier} too, and is somebody else.").format(
                    line=line, id=shown(student.id), earlier=earlier[0]
                )
            )
    return [student for _line, student in found.values() if student.id not in twice], problems


def _student(
    row: dict[str, str], platform: Platform, id_column: str, columns: list[str]
) -> Student:
    said = {meaning: row[name] for name in row if (meaning := _MEANING.get(_fold(name)))}
    by_fold = {_fold(name): value for name, value in row.items()}
    first, last = said.get("first_name", ""), said.get("last_name", "")
    if not (first or last) and (full := said.get("full_name", "")):
        if platform == "canvas":
            last, _comma, first = (part.strip() for part in full.partition(","))
        else:
            first, _space, last = full.rpartition(" ")
    number = by_fold.get("id" if platform == "canvas" else "lms_user_id", "")
    student = Student(
        id=student_id(row[id_column]),
        first_name=first,
        last_name=last,
        email=said.get("email", ""),
        lms_user_id=number,
        platform=platform,
        id_column=id_column,
        own={
            name: "" if _CANVAS_ASSIGNMENT.fullmatch(name) else row[name] for name in columns
        },  # of an assignment the heading is remembered, not somebody's grade
    )
    if max(map(len, (first, last, student.email, number))) > _LONGEST:
        raise RosterError(_("a cell has over {most} characters").format(most=_LONGEST))
    return student


# --- The classroom's own list ---------------------------------------------------------------------


def load_roster(course: CourseRoot) -> dict[str, Student]:
    """Return the class by id: `roster.csv`, and who else is in the gradebook.

    Raises:
        RosterError: `roster.csv` is damaged.
        OSError: It cannot be read.
    """
    remembered = {student.id: student for student in _remembered(course)}
    if not course.has_gradebook:
        return remembered
    with course.gradebook() as gradebook:
        for entry in gradebook.students:
            if entry.id not in remembered and _is_folder_name(entry.id):
                remembered[entry.id] = Student(
                    id=entry.id,
                    first_name=entry.first_name or "",
                    last_name=entry.last_name or "",
                    email=entry.email or "",
                    lms_user_id=entry.lms_user_id or "",
                )
    return remembered


def _remembered(course: CourseRoot) -> list[Student]:
    path = course.folder / ROSTER
    if not path.exists():
        return []
    table = read_table(path)
    if tuple(table.header[: len(_FIELDS)]) != _FIELDS:
        raise RosterError(
            _("{path} is not as it was written. Move it away and import the roster again.").format(
                path=path
            )
        )
    students = []
    for _line, cells in table.rows:
        values = [original(cell) for cell in cells]
        name, first, last, email, number, said, id_column = values[: len(_FIELDS)]
        own = dict(zip(table.header[len(_FIELDS) :], values[len(_FIELDS) :], strict=True))
        platform: Platform = "plain"
        if said in ("moodle", "canvas"):
            platform = "moodle" if said == "moodle" else "canvas"
        if not _is_folder_name(name):
            raise RosterError(
                _("{path} has the id '{id}', which cannot be one.").format(
                    path=path, id=shown(name)
                )
            )
        students.append(Student(name, first, last, email, number, platform, id_column, own))
    return students


def known_id_column(course: CourseRoot) -> str:
    """Return the column that ids were taken from the last time; empty the first time."""
    students = _remembered(course)
    return students[-1].id_column if students else ""


def import_roster(
    course: CourseRoot, roster: RosterFile, *, dry_run: bool = False
) -> list[tuple[Student, Outcome]]:
    """Put a roster into the gradebook and into `roster.csv`.

    What a row leaves empty stays as it was. An id that the gradebook spells in another case is the
    same learner, and stays as it is spelled there.

    Args:
        course: The classroom.
        roster: What was read.
        dry_run: Say what would be done, and write nothing.

    Raises:
        CourseRootError: The gradebook cannot be used; nothing was written.
        OSError: `roster.csv` cannot be written; run it again.
    """
    present = load_roster(course)
    spelled = {_same(name): name for name in present}
    done: list[tuple[Student, Outcome]] = []
    merged = {student.id: student for student in _remembered(course)}
    for student in roster.students:
        student = replace(student, id=spelled.get(student.id, student.id))
        before = present.get(student.id)
        after = _merge(before, student)
        same = before == after and student.id in merged
        done.append((after, "new" if before is None else "same" if same else "updated"))
        merged[student.id] = after
    if not dry_run:
        _into_gradebook(course, [student for student, _outcome in done])
        columns = list(dict.fromkeys(name for item in merged.values() for name in item.own))
        write_atomically(course.folder / ROSTER, _as_csv(list(merged.values()), columns))
    return done


def _same(name: str) -> str:
    try:
        return identity.normalise(name)
    except ValueError:
        return name


def _merge(before: Student | None, student: Student) -> Student:
    if before is None:
        return student
    own = {**before.own, **{key: value for key, value in student.own.items() if value}}
    own = {**dict.fromkeys(student.own, ""), **own}
    return replace(
        student,
        first_name=student.first_name or before.first_name,
        last_name=student.last_name or before.last_name,
        email=student.email or before.email,
        lms_user_id=student.lms_user_id or before.lms_user_id,
        own=own,
    )


def _into_gradebook(course: CourseRoot, students: list[Student]) -> None:
    """Add and update, as `nbgrader db student import` does, in one transaction."""
    from nbgrader.api import Student as Entry

    with course.gradebook() as gradebook:
        entries = {entry.id: entry for entry in gradebook.students}
        for student in students:
            entry = entries.get(student.id)
            if entry is None:
                entry = Entry(id=student.id)
                gradebook.db.add(entry)
            for name in ("first_name", "last_name", "email", "lms_user_id"):
                if value := getattr(student, name):
                    setattr(entry, name, value)
        gradebook.db.commit()


def _as_csv(students: list[Student], columns: list[str]) -> bytes:
    rows = [
        [
            *(getattr(student, name) for name in _FIELDS),
            *(student.own.get(name, "") for name in columns),
        ]
        for student in sorted(students, key=lambda student: student.id)
    ]
    return written([[*_FIELDS, *columns], *rows], byte_order_mark=True)
