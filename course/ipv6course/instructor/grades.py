"""Grades as learning platforms import them, from nbgrader's gradebook.

The formats, by their published titles:

* Moodle, MoodleDocs "Grade import", section "CSV import": any columns; the instructor maps one to
  the user (ID number, email address or username) and each grade column to a grade item. One row of
  a user whom Moodle does not know refuses the whole file, so such rows are left out; so does one
  grade over 100 (unless the site has "unlimited grades"), so an assignment with more points is
  exported in percent. The byte-order mark is skipped. An empty grade is "no grade".
* Moodle, MoodleDocs "Assignment settings" (offline grading worksheet): `Identifier` ("Participant"
  and the participant's number), `Grade` and `Last modified (grade)` are what it reads; an empty
  grade is passed over.
* Canvas, Instructor Guide "How do I import grades in the Gradebook?" and "How do I export grades
  in the Gradebook?": `Student`, `ID`, `SIS User ID`, `SIS Login ID`, `Section`, then a column an
  assignment, `Title (number)` for one that Canvas has; the second row has the points possible, and
  a column that says `(read only)` there is not imported. Canvas writes the mark only on wish, so
  there is none.

A submission that waits for a person, or was not graded, has no grade: never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ipv6course.classroom.archive import shown
from ipv6course.classroom.messages import _
from ipv6course.instructor.collect import read_record
from ipv6course.instructor.course_root import CourseRoot
from ipv6course.instructor.roster import Student, load_roster
from ipv6course.instructor.spreadsheet import Cell, neutral, number, written

Target = Literal["moodle", "moodle-worksheet", "canvas", "csv"]

_CANVAS_PEOPLE = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_WORKSHEET = (
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
)
_READ_ONLY = "(read only)"
_MOODLES_MOST = 100.0  # "Grade point maximum", as every site has it at first


class GradesError(ValueError):
    """Grades are not exported. The text says why."""


@dataclass(frozen=True)
class Grade:
    """One learner's grade in one assignment."""

    score: float | None
    """What nbgrader says, after a late penalty; None where there is none yet."""
    reason: str = ""
    """Why there is none, or what is to be known of it."""


@dataclass
class Grades:
    """The class, the assignments, and every grade."""

    students: list[Student]
    most: dict[str, float]
    """The points that each assignment has, by its name, in nbgrader's order."""
    grades: dict[tuple[str, str], Grade]
    """By student's id and assignment."""

    def score(self, student: str, assignment: str) -> float | None:
        """Return a grade, or None."""
        return self.grades[student, assignment].score

    def total(self, student: str) -> float | None:
        """Return the sum of a learner's grades; None while one is to come, or there is none."""
        grades = [self.grades[student, name] for name in self.most]
        scores = [grade.score for grade in grades if grade.score is not None]
        waiting = any(grade.score is None and grade.reason for grade in grades)
        return None if waiting or not scores else sum(scores)

    def listed(self) -> list[str]:
        """Return a sentence for each grade of which something is to be known."""
        return [
            f"{shown(student)}, {assignment}: {grade.reason}"
            for (student, assignment), grade in self.grades.items()
            if grade.reason
        ]


@dataclass(frozen=True)
class Export:
    """A file for a platform, and what is to be known of it."""

    data: bytes
    notes: list[str] = field(default_factory=list)
    """A sentence each."""


# --- What nbgrader says ---------------------------------------------------------------------------


def read_grades(course: CourseRoot, assignments: list[str] | None = None) -> Grades:
    """Read the gradebook.

    Args:
        course: The classroom.
        assignments: Only these; None for all.

    Raises:
        GradesError: There is no gradebook, or no such assignment.
        CourseRootError: The gradebook cannot be used.
        RosterError: `roster.csv` is damaged.
    """
    if not course.has_gradebook:
        raise GradesError(_("There is no gradebook yet. Grade first: nbgrader autograde NAME"))
    roster = load_roster(course)
    with course.gradebook() as gradebook:
        present = {entry.name: float(entry.max_score) for entry in gradebook.assignments}
        for name in assignments or []:
            if name not in present:
                raise GradesError(
                    _("The gradebook has no assignment '{name}'. It has: {names}.").format(
                        name=shown(name), names=", ".join(present) or "–"
                    )
                )
        most = {name: present[name] for name in present if not assignments or name in assignments}
        entries = [entry for entry in gradebook.students if entry.id in roster]
        grades = {}
        for name in most:
            submissions = {
                entry.student_id: entry for entry in gradebook.assignment_submissions(name)
            }
            for entry in entries:
                grades[entry.id, name] = _grade(course, entry.id, name, submissions.get(entry.id))
    order = sorted(
        (roster[entry.id] for entry in entries),
        key=lambda student: (student.last_name.casefold(), student.first_name, student.id),
    )
    ordered = {(student.id, name): grades[student.id, name] for name in most for student in order}
    return Grades(order, most, ordered)


def _grade(course: CourseRoot, student: str, assignment: str, submission: Any) -> Grade:
    """Return a grade; nbgrader's own export has the same number where there is one."""
    if submission is None:
        if course.step("submitted", student, assignment).is_dir():
            return Grade(None, _("handed in, and not graded yet"))
        return Grade(None)
    cells = [cell for notebook in submission.notebooks for cell in notebook.grades]
    if any(cell.needs_manual_grade for cell in cells):
        by_hand = any(
            cell.auto_score is not None or cell.manual_score is not None for cell in cells
        )
        if by_hand:
            return Grade(None, _("needs manual grading"))
        return Grade(None, _("handed in, and not graded yet"))
    if not cells:
        return Grade(None, _("handed in, and not graded yet"))
    penalty = float(submission.late_submission_penalty or 0.0)
    score = max(0.0, float(submission.score) - penalty)
    handed_in = course.submission_time(student, assignment)
    if handed_in and submission.timestamp and handed_in > submission.timestamp:
        return Grade(
            score, _("a newer submission is not graded yet; this is the older one's grade")
        )
    return Grade(score)


# --- What platforms import ------------------------------------------------------------------------


def export_grades(course: CourseRoot, grades: Grades, to: Target) -> Export:
    """Return the file that a platform imports.

    Raises:
        GradesError: The platform needs to know something that is not known.
    """
    if to == "csv":
        return Export(_plain(grades))
    if to == "canvas":
        return _canvas(grades)
    if to == "moodle":
        return _moodle(grades)
    return _worksheet(course, grades)


def _plain(grades: Grades) -> bytes:
    """For spreadsheets and anything else."""
    people = ("student_id", "last_name", "first_name", "email")
    rows: list[list[Cell]] = [[*people, *grades.most, "total", "max_total"]]
    for student in grades.students:
        rows.append(
            [
                *(student.id, student.last_name, student.first_name, student.email),
                *(grades.score(student.id, name) for name in grades.most),
                grades.total(student.id),
                sum(grades.most.values()),
            ]
        )
    return written(rows, byte_order_mark=True)


def _canvas(grades: Grades) -> Export:
    theirs = [student for student in grades.students if student.platform == "canvas"]
    notes = _strangers(grades, theirs)
    folded = {name.casefold(): name for student in theirs for name in student.own}
    people = [name for name in _CANVAS_PEOPLE if name in ("Student", "ID", "Section")]
    people = [name for name in _CANVAS_PEOPLE if name in people or name.casefold() in folded]
    columns = [_canvas_column(name, list(folded.values())) for name in grades.most]
    rows: list[list[Cell]] = [
        [*people, *columns, "Final Points"],
        ["    Points Possible", *[None] * (len(people) - 1), *grades.most.values(), _READ_ONLY],
    ]
    for student in theirs:
        own = {name.casefold(): value for name, value in student.own.items()}
        name = own.get("student") or f"{student.last_name}, {student.first_name}"
        own = {**own, "student": name, "id": student.lms_user_id}
        rows.append(
            [
                *(own.get(column.casefold(), "") for column in people),
                *(grades.score(student.id, name) for name in grades.most),
                grades.total(student.id),
            ]
        )
        if not own["id"]:
            notes += _changed(student, [own.get("sis user id", ""), own.get("sis login id", "")])
    return Export(written(rows, byte_order_mark=False), notes)


def _canvas_column(assignment: str, headings: list[str]) -> str:
    """Return the heading that Canvas knows an assignment by, where the roster had it."""
    for heading in headings:
        title, _space, number = heading.rpartition(" (")
        if number and title.casefold().strip() == assignment.casefold():
            return heading
    return assignment


def _moodle(grades: Grades) -> Export:
    theirs = [student for student in grades.students if student.platform == "moodle"]
    if not theirs:  # a plain roster with e-mail addresses is enough for Moodle
        theirs = [student for student in grades.students if student.email]
        return _moodle_table(
            grades,
            theirs,
            {student.id: _plain_columns(student) for student in theirs},
        )
    return _moodle_table(grades, theirs, {student.id: student.own for student in theirs})


def _plain_columns(student: Student) -> dict[str, str]:
    return {
        "First name": student.first_name,
        "Last name": student.last_name,
        "Email address": student.email,
    }


def _moodle_table(grades: Grades, theirs: list[Student], own: dict[str, dict[str, str]]) -> Export:
    people = list(dict.fromkeys(name for columns in own.values() for name in columns))
    rows: list[list[Cell]] = [
        [*people, *(f"Assignment: {name} (Real)" for name in grades.most), "Course total (Real)"]
    ]
    notes = [*_in_percent(grades), *_strangers(grades, theirs)]
    for student in theirs:
        cells = [own[student.id].get(name, "") for name in people]
        rows.append(
            [
                *cells,
                *(_moodle_score(grades, student, name, notes) for name in grades.most),
                grades.total(student.id),
            ]
        )
        notes += _changed(student, [own[student.id].get(student.id_column, ""), student.email])
    return Export(written(rows, byte_order_mark=True), notes)


def _worksheet(course: CourseRoot, grades: Grades) -> Export:
    """Return Moodle's offline grading worksheet of one assignment."""
    if len(grades.most) != 1:
        raise GradesError(_("A worksheet is of one assignment: --assignment NAME"))
    ((assignment, most),) = grades.most.items()
    record = read_record(course, assignment)
    known = [student for student in grades.students if "moodle" in record.get(student.id, {})]
    if not known:
        raise GradesError(
            _("Moodle's participants are not known yet. Collect the zip file of Moodle first.")
        )
    rows: list[list[Cell]] = [list(_WORKSHEET)]
    notes = [*_in_percent(grades), *_strangers(grades, known)]
    most = min(most, _MOODLES_MOST)
    for student in known:
        moodle = record[student.id]["moodle"]
        rows.append(
            [
                *(f"Participant {moodle['participant']}", moodle["name"], student.email, ""),
                *(_moodle_score(grades, student, assignment, notes), most, "Yes", "-", "-"),
            ]
        )
    return Export(written(rows, byte_order_mark=True), notes)


def _in_percent(grades: Grades) -> list[str]:
    """Name the assignments that have more points than Moodle takes."""
    return [
        _(
            "{assignment} has {most} points and Moodle takes at most 100, so its grades are in "
            "percent: its maximum grade in Moodle is 100."
        ).format(assignment=name, most=number(most))
        for name, most in grades.most.items()
        if most > _MOODLES_MOST
    ]


def _moodle_score(
    grades: Grades, student: Student, assignment: str, notes: list[str]
) -> float | None:
    """Return a grade that Moodle takes; what it does not take is named in the notes."""
    score, most = grades.score(student.id, assignment), grades.most[assignment]
    if score is not None and most > _MOODLES_MOST:
        score = score * _MOODLES_MOST / most
    if score is not None and score > _MOODLES_MOST:
        notes.append(
            _(
                "{student}, {assignment}: {score} was cut to 100, which is the most in Moodle."
            ).format(student=shown(student.id), assignment=assignment, score=number(score))
        )
        score = _MOODLES_MOST
    return score


def _strangers(grades: Grades, known: list[Student]) -> list[str]:
    """Name the learners that a platform cannot find."""
    names = {student.id for student in known}
    return [
        _("{student} is left out: the platform's roster does not have them.").format(
            student=shown(student.id)
        )
        for student in grades.students
        if student.id not in names
    ]


def _changed(student: Student, cells: list[str]) -> list[str]:
    """Name a learner whose id begins like a formula: the platform will not find it."""
    return [
        _(
            "{student}: '{cell}' begins like a formula and got an apostrophe; enter this grade by "
            "hand."
        ).format(student=shown(student.id), cell=shown(cell))
        for cell in dict.fromkeys(cells)
        if neutral(cell) != cell
    ]
