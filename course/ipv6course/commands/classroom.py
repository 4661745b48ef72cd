"""`ipv6course classroom DIR`: an nbgrader course root for an instructor."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipv6course.authoring.build import built_notebooks
from ipv6course.authoring.place import Placed, place
from ipv6course.commands.build import built_course
from ipv6course.commands.console import console, fail
from ipv6course.places import write_atomically

_TEMPLATE = "nbgrader_config.py.template"


def make_classroom(folder: Path, build: Path, *, dry_run: bool = False) -> list[Placed]:
    """Make or renew a classroom: `nbgrader_config.py`, and `source/` from the built course.

    What the instructor changed stays; a newer lesson is put beside it. The gradebook and
    everything that nbgrader makes are never touched.

    Args:
        folder: The classroom.
        build: A built course.
        dry_run: Say what would be done, and write nothing.

    Raises:
        OSError: The folder cannot be written.
    """
    config = folder / "nbgrader_config.py"
    text = files("ipv6course.commands").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    outcome = Placed(config.name, "kept" if config.exists() else "new")
    if outcome.outcome == "new" and not dry_run:
        write_atomically(config, text)
    notebooks = built_notebooks(build, "source")
    record = folder / ".ipv6-course-placed.json"
    return [outcome, *place(notebooks, folder / "source", record, dry_run=dry_run)]


def classroom(
    folder: Annotated[Path, typer.Argument(help="The classroom's folder, made if need be.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")
    ] = False,
) -> None:
    """Make or renew an nbgrader course root. Your own changes and grades are never overwritten."""
    build, _report = built_course()
    try:
        placed = make_classroom(folder, build, dry_run=dry_run)
    except OSError as error:
        fail(f"{folder} cannot be written: {error}", "Name a folder of your own.")
    words = {
        "new": "new",
        "same": "up to date",
        "updated": "updated",
        "kept": "left as you changed it",
        "beside": "left as you changed it; the newer one is",
    }
    for item in placed:
        console.print(f"  {item.name}: {words[item.outcome]} {item.beside}".rstrip())
    if dry_run:
        console.print("Nothing was written: this was a dry run.")
        return
    assignments = sorted({item.name.split("/")[0] for item in placed if "/" in item.name})
    console.print(f"[green]✔[/] The classroom is {escape(str(folder.absolute()))}. Next:")
    console.print(f"  ipv6course teach {escape(str(folder))}        (opens it, with Formgrader)")
    console.print("or in that folder, nbgrader's own commands:")
    console.print(f"  nbgrader generate_assignment {assignments[0]}")
