"""`ipv6course roster FILE.csv`: the class into nbgrader's gradebook."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipv6course.classroom.archive import shown
from ipv6course.classroom.messages import _
from ipv6course.commands.console import console, fail
from ipv6course.instructor.course_root import CourseRoot, CourseRootError
from ipv6course.instructor.roster import (
    RosterError,
    import_roster,
    known_id_column,
    read_roster,
)
from ipv6course.instructor.spreadsheet import SpreadsheetError

Classroom = Annotated[
    Path, typer.Option("--classroom", help="The classroom's folder; by default the current one.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")]


def open_classroom(folder: Path) -> CourseRoot:
    """Return the classroom, or end the command with what to do."""
    try:
        return CourseRoot(folder)
    except CourseRootError as error:
        fail(str(error), _("Make one: ipv6course classroom DIR. Name it: --classroom DIR."))


def roster(
    file: Annotated[Path, typer.Argument(help="A CSV file of Moodle or Canvas, or a plain one.")],
    classroom: Classroom = Path(),
    id_column: Annotated[
        str, typer.Option(help="The column that is the id which learners give on the home page.")
    ] = "",
    dry_run: DryRun = False,
) -> None:
    """Put the class into the gradebook. Nobody is deleted; run it again for newer names."""
    course = open_classroom(classroom)
    try:
        found = read_roster(file, id_column, known_id_column(course))
        done = import_roster(course, found, dry_run=dry_run)
    except (RosterError, SpreadsheetError) as error:
        fail(f"{file}: {error}")
    except CourseRootError as error:
        fail(str(error))
    except OSError as error:
        fail(_("It was not done: {error}").format(error=error))
    for student, outcome in done:
        if outcome != "same":
            word = {"new": _("new"), "updated": _("updated")}[outcome]
            console.print(f"  {escape(shown(student.id))}  {escape(shown(student.name))}  {word}")
    for sentence in found.passed_over:
        console.print(f"  {escape(sentence)}")
    counts = {name: sum(item[1] == name for item in done) for name in ("new", "updated", "same")}
    console.print(
        _("{new} new, {updated} updated, {same} as before; ids are the column '{column}'.").format(
            **counts, column=escape(shown(found.id_column))
        )
    )
    if found.encoding == "cp1252":
        console.print(
            _("The file does not say its encoding; Windows-1252 was guessed. Look at an accent.")
        )
    if dry_run:
        console.print(_("Nothing was written: this was a dry run."))
    if found.problems:
        fail(
            _("{count} rows were left out:").format(count=len(found.problems))
            + "".join(f"\n  {sentence}" for sentence in found.problems),
            _("Correct them in the file and run it again, or choose --id-column."),
        )
