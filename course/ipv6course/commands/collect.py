"""`ipv6course collect FILE…`: what learners handed in, into nbgrader's `submitted/`."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ipv6course.classroom.archive import shown
from ipv6course.classroom.messages import N_, _
from ipv6course.commands.console import console, fail, progress_bar
from ipv6course.commands.roster import Classroom, DryRun, open_classroom
from ipv6course.instructor import collect as collector
from ipv6course.instructor.course_root import CourseRoot, CourseRootError
from ipv6course.instructor.roster import RosterError, Student, load_roster
from ipv6course.instructor.spreadsheet import SpreadsheetError

_PATIENCE = 2.0  # seconds until a bar is worth its lines
_OUTCOMES = {
    "new": N_("new"),
    "replaced": N_("newer; the old one is in {kept}"),
    "same": N_("is there already"),
    "older": N_("left alone: what is there is as new or newer (--replace)"),
}


@contextmanager
def _late_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar, but only for work of over two seconds."""
    begun, shown_bar = time.monotonic(), None
    with ExitStack() as stack:

        def update(what: str, done: int, total: int) -> None:
            nonlocal shown_bar
            if shown_bar is None and time.monotonic() - begun > _PATIENCE:
                shown_bar = stack.enter_context(progress_bar(_("Collecting")))
            if shown_bar is not None:
                shown_bar(escape(shown(what)), done, total)

        yield update


def _known_students(course: CourseRoot) -> dict[str, Student]:
    try:
        students = load_roster(course)
    except (RosterError, SpreadsheetError, CourseRootError, OSError) as error:
        fail(str(error))
    if not students:
        fail(
            _("Nobody is on the roster of {folder}.").format(folder=course.folder),
            _("Import it: ipv6course roster FILE.csv. A list with the column 'id' is enough."),
        )
    return students


def _mapped(entries: list[str], students: dict[str, Student]) -> dict[str, str]:
    """Read `--map WRONG=RIGHT`; the right one is on the roster."""
    mapped = {}
    for entry in entries:
        wrong, _equals, right = entry.rpartition("=")
        if not wrong or right not in students:
            fail(
                _("--map {entry}: '{right}' is not on the roster.").format(
                    entry=shown(entry), right=shown(right)
                ),
                _('Write --map "WRONG=RIGHT", with the right id as the roster has it.'),
            )
        mapped[wrong] = right
    return mapped


def _show(result: collector.Collected) -> None:
    """Print what became of everything."""
    table = Table(box=None)
    for heading in (_("Learner"), _("Assignment"), _("Lessons"), _("Time (UTC)")):
        table.add_column(heading, overflow="fold")  # a name is never cut
    table.add_column(_("Receipt"), min_width=12)
    table.add_column("", overflow="fold")
    for item in result.submissions:
        words = _(_OUTCOMES[item.outcome]).format(kept=item.kept)
        table.add_row(
            escape(shown(item.student)),
            escape(item.assignment),
            f"{len(item.notebooks)}/{len(item.notebooks) + len(item.missing)}",
            f"{item.time:%Y-%m-%d %H:%M}",
            " ".join(receipt[:12] for receipt in item.receipts) or "–",
            escape("; ".join([words, *item.notes])),
        )
    if result.submissions:
        console.print(table)
    for source, student in result.superseded:
        console.print(
            "  "
            + _("{source}: {student} handed in a newer one.").format(
                source=escape(_place(source)), student=escape(shown(student))
            )
        )


def _place(source: str) -> str:
    """Return a source as it is printed: every name in it was chosen by a stranger."""
    return " › ".join(
        "/".join(shown(name) for name in part.split("/")) for part in source.split(" › ")
    )


def collect(
    files: Annotated[
        list[Path],
        typer.Argument(help="Bundles, notebooks, zip files of Moodle or Canvas, folders."),
    ],
    classroom: Classroom = Path(),
    assignment: Annotated[str, typer.Option(help="Take only what is of this one.")] = "",
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="WRONG=RIGHT: an id, name or file, and the roster's id."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take what is older, too; the newer one is kept.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Take what learners handed in. Nothing is overwritten; what is left alone is named."""
    course = open_classroom(classroom)
    names = course.assignments()
    if (assignment and assignment not in names) or not names:
        fail(
            _("There is no assignment '{name}' here. There are: {names}.").format(
                name=shown(assignment), names=", ".join(names) or "–"
            ),
            _("Release it: nbgrader generate_assignment NAME"),
        )
    students = _known_students(course)
    mapped = _mapped(map_ or [], students)
    try:
        with _late_bar() as progress:
            result = collector.collect(
                course,
                files,
                students,
                assignment=assignment,
                mapped=mapped,
                dry_run=dry_run,
                replace=replace,
                progress=progress,
            )
    except OSError as error:
        fail(
            _("The classroom cannot be written: {error}").format(error=error),
            _("What was taken so far is whole. Mend it and run the same again."),
        )
    _show(result)
    taken = sum(item.outcome in ("new", "replaced") for item in result.submissions)
    console.print(
        _("{taken} taken, {others} left as they are, {refused} refused.").format(
            taken=taken, others=len(result.submissions) - taken, refused=len(result.refused)
        )
    )
    if dry_run:
        console.print(_("Nothing was written: this was a dry run."))
    if result.refused:
        fail(
            _("These were left alone:")
            + "".join(
                f"\n  {_place(item.source)}\n    {item.reason} {item.fix}".rstrip()
                for item in result.refused
            )
        )
    if taken and not dry_run:
        console.print(_("Next: ipv6course grade NAME"))
