"""`ipv6course build`: text lessons to nbgrader's source and release."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipv6course.authoring import build as builder
from ipv6course.commands.console import console, fail, progress_bar
from ipv6course.places import state_folder


def built_course(output: Path | None = None) -> tuple[Path, builder.BuildReport]:
    """Bring the built course up to date, with a progress bar.

    Returns:
        The nbgrader course root that holds `source/` and `release/`, and what was done.
    """
    output = output or state_folder() / "build"
    try:
        with progress_bar("Building") as progress:
            return output, builder.build(output, progress=progress)
    except builder.BuildError as error:
        fail(f"The course was not built:\n{error}")
    except OSError as error:
        fail(f"{output} cannot be written: {error}", "Choose another folder with COURSE_HOME.")


def build(
    output: Annotated[
        Path | None, typer.Option(help="Where source/ and release/ go; made if need be.")
    ] = None,
) -> None:
    """Build the lessons: course/modules → nbgrader source → nbgrader release."""
    started = time.perf_counter()
    folder, report = built_course(output)
    seconds = time.perf_counter() - started
    console.print(
        f"[green]✔[/] {len(report.built)} built, {len(report.unchanged)} unchanged, "
        f"in {seconds:.1f} s: {escape(str(folder))}"
    )
