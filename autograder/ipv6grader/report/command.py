"""`ipv6grader report ASSIGNMENT`: the report as files.

Exit codes: 0 both files are written; 2 they are not, and what was there before still is.
"""

import os
import re
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from ipv6grader.course import Course, CourseError
from ipv6grader.report import ReportError, gather, page, rows
from ipv6grader.report.contents import Report, Status

_console = Console(highlight=False, soft_wrap=True)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)
_BYTE_ORDER_MARK = "\ufeff"  # tells Excel that the CSV file is UTF-8


def report(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Numbers in place of names and ids.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="The folder for the files; without it, 'reports' in the course root."),
    ] = None,
    course_dir: Annotated[
        Path, typer.Option(help="The course's folder; by default the current one.")
    ] = Path(),
) -> None:
    """Write a page and a CSV file on how an assignment went. Nothing else is changed."""
    try:
        coursedir = Course(course_dir).coursedir
        made = gather(coursedir, assignment, anonymous=anonymous)
        written = write(made, output or Path(coursedir.root) / "reports", coursedir.groupshared)
    except (CourseError, ReportError, OSError) as error:
        _errors.print(f"[bold red]✘[/] {escape(str(error))}")
        raise typer.Exit(2) from None
    counts = {status: sum(one.status is status for one in made.submissions) for status in Status}
    person = sum(bool(one.person) for one in made.submissions)
    _console.print(
        f"{counts[Status.GRADED]} graded, {person} need a person, "
        f"{counts[Status.WAITING]} not graded yet, {counts[Status.MISSING]} not handed in."
    )
    for path in written:
        _console.print(escape(str(path)))
    if not anonymous:
        _console.print(
            "These files have names and results of learners; --anonymous leaves them out."
        )


def write(made: Report, folder: Path, shared: bool = False) -> list[Path]:
    """Write the page and the CSV file, both or none, and return their paths.

    Args:
        made: The report.
        folder: Where; made if need be.
        shared: Whether the instructors' group may read and replace them; others never may.

    Raises:
        OSError: The folder cannot be written; what was there before is still there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w .()-]", "_", made.assignment).lstrip(".") or "assignment"
    stem = f"{name}-anonymous" if made.anonymous else name
    contents = {
        folder / f"{stem}.html": page(made),
        folder / f"{stem}.csv": _BYTE_ORDER_MARK + rows(made),
    }
    beside: dict[Path, Path] = {}
    try:
        for path, text in contents.items():
            beside[path] = _written_beside(path, text, 0o660 if shared else 0o600)
        for path, temporary in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)
    return list(contents)


def _written_beside(path: Path, text: str, mode: int) -> Path:
    """Write a new file in the folder of another one, safely on disk, and return its path."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
