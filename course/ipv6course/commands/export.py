"""`ipv6course export`: grades and feedback, as learning platforms take them."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from ipv6course.classroom.archive import ArchiveError
from ipv6course.classroom.messages import _
from ipv6course.commands.console import console, fail
from ipv6course.commands.roster import Classroom, open_classroom
from ipv6course.instructor.course_root import CourseRoot, CourseRootError
from ipv6course.instructor.feedback_zip import FeedbackError, pack_feedback
from ipv6course.instructor.grades import GradesError, Target, export_grades, read_grades
from ipv6course.instructor.roster import RosterError
from ipv6course.instructor.spreadsheet import SpreadsheetError, number
from ipv6course.places import write_atomically


def export(
    classroom: Classroom = Path(),
    to: Annotated[
        Literal["moodle", "moodle-worksheet", "canvas", "csv"],
        typer.Option(help="Whose columns, or whose folder names with --feedback."),
    ] = "csv",
    assignment: Annotated[
        list[str] | None, typer.Option(help="Only this one; may be given several times.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The file; by default grades-TO.csv in the classroom.")
    ] = None,
    feedback: Annotated[
        Path | None, typer.Option(help="Pack the feedback pages into this zip file instead.")
    ] = None,
) -> None:
    """Export grades, or with --feedback the feedback pages. What has no grade yet is named."""
    course = open_classroom(classroom)
    try:
        if feedback is not None:
            _feedback(course, feedback, to, assignment or [])
        else:
            _grades(course, output or course.folder / f"grades-{to}.csv", to, assignment)
    except (ArchiveError, CourseRootError, FeedbackError, GradesError) as error:
        fail(str(error))
    except (RosterError, SpreadsheetError, OSError) as error:
        fail(_("It was not exported: {error}").format(error=error))


def _grades(course: CourseRoot, output: Path, to: Target, assignments: list[str] | None) -> None:
    grades = read_grades(course, assignments)
    result = export_grades(course, grades, to)
    write_atomically(output, result.data)
    for name, most in grades.most.items():
        scores = [grades.score(student.id, name) for student in grades.students]
        console.print(
            "  "
            + _("{assignment}: {graded} grades, {others} empty; the most is {most}.").format(
                assignment=escape(name),
                graded=sum(score is not None for score in scores),
                others=sum(score is None for score in scores),
                most=number(most),
            )
        )
    _name(grades.listed() + result.notes)
    console.print(f"[green]✔[/] {escape(str(output))}")


def _feedback(course: CourseRoot, output: Path, to: Target, assignments: list[str]) -> None:
    if len(assignments) != 1:
        fail(_("Feedback is of one assignment: --assignment NAME"))
    whose: Literal["moodle", "plain"] = "moodle" if to.startswith("moodle") else "plain"
    result = pack_feedback(course, assignments[0], whose)
    write_atomically(output, result.data)
    _name(result.left_out)
    console.print(
        _("{pages} pages of {learners} learners.").format(
            pages=result.pages, learners=result.learners
        )
    )
    console.print(f"[green]✔[/] {escape(str(output))}")


def _name(sentences: list[str]) -> None:
    for sentence in sentences:
        console.print(f"  {escape(sentence)}")
