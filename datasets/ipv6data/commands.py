"""The `ipv6data` command: one function a subcommand. Only this part of `ipv6data` needs Rich."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ipv6data import database as place
from ipv6data.console import console, errors, fail
from ipv6data.delegated import DelegatedError, Problem
from ipv6data.ingest import FileReport, OnProgress, ingest
from ipv6data.packing import pack
from ipv6data.rebuilding import rebuild
from ipv6data.refresh_command import refresh

SHOWN = 20
"""How many malformed lines are named; all of them are counted."""

app = typer.Typer(
    help="The data of the course: load the registries' files, and see what is loaded.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)

Database = Annotated[
    Path | None,
    typer.Option(
        help="The SQLite file. Left out: your own, with the course's data.", dir_okay=False
    ),
]


def main() -> None:
    """Run the command line."""
    app()


@app.command("ingest")
def ingest_command(
    files: Annotated[list[Path], typer.Argument(help="Plain, or packed by gzip, bzip2 or xz.")],
    database: Database = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Load what is right, and list what was left.")
    ] = False,
) -> None:
    """Load delegation files of the registries: every line checked, all files or none."""
    try:
        with progress_bar("Loading") as on_progress:
            report = ingest(files, database, lenient=lenient, on_progress=on_progress)
    except DelegatedError as error:
        list_problems(error.problems)
        fail("Nothing was loaded.", "" if lenient else "--lenient loads the rest of such files.")
    except (ValueError, OSError) as error:
        fail(str(error))
    for file in report.files:
        describe(file)
    console.print(f"Database: {escape(str(report.database))}")
    if any(file.outcome == "not read" for file in report.files):
        raise typer.Exit(1)


@app.command()
def info(database: Database = None) -> None:
    """Show what is loaded, how old it is, and where it is from."""
    try:
        path = database or place.default_database()
        with closing(place.open_data(path)) as data:
            tables = [snapshots_table(data), sources_table(data)]
    except (ValueError, OSError, sqlite3.Error) as error:
        fail(str(error))
    console.print(f"Database: {escape(str(path))} ({path.stat().st_size / 1e6:.0f} MB)")
    for table in tables:
        console.print()
        console.print(table, soft_wrap=False)
    own = place.own_database()
    if database is None and own.is_file() and own != path:
        errors.print(
            f"[yellow]![/] {escape(str(own))} was made by another version of the course and is "
            "not used. `ipv6data refresh` makes it anew."
        )


def list_problems(problems: tuple[Problem, ...]) -> None:
    """Name the first problems, and count them all."""
    for problem in problems[:SHOWN]:
        errors.print(escape(str(problem)))
    if len(problems) > SHOWN:
        errors.print(f"and {len(problems) - SHOWN:,} more")


def describe(file: FileReport) -> None:
    """Say what became of a file."""
    name = escape(file.name)
    if file.outcome == "loaded":
        records = ", ".join(f"{many:,} {type}" for type, many in sorted(file.records.items()))
        console.print(f"[green]✔[/] {name}: {file.what}: {records or 'no records'}")
    elif file.outcome == "already loaded":
        console.print(f"[yellow]=[/] {name}: {file.what} is loaded already")
    else:
        errors.print(f"[bold red]✘[/] {name}: not read")
    list_problems(file.left)
    if file.left and file.outcome == "loaded":
        errors.print(f"  {len(file.left):,} of {sum(file.lines.values()):,} lines left out")
    for note in file.notes:
        errors.print(f"[yellow]![/] {escape(note)}")


@contextmanager
def progress_bar(what: str) -> Iterator[OnProgress]:
    """Show a bar while the block works; it vanishes at the end."""
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def update(description: str, done: int, of: int) -> None:
            bar.update(task, description=description, completed=done, total=of)

        yield update


def snapshots_table(data: sqlite3.Connection) -> Table:
    """Return the files that are loaded."""
    table = Table(
        "registry", "of", "format", "asn", "ipv4", "ipv6", title="Delegation files", box=None
    )
    for column in table.columns[3:]:
        column.justify = "right"
    table.add_column("kept")
    rows = data.execute(
        "SELECT registry, end_date, format, asn_records, ipv4_records, ipv6_records, detail"
        " FROM snapshot ORDER BY end_date, registry"
    )
    for registry, day, format, asn, ipv4, ipv6, detail in rows:
        kept = "every record" if detail == "records" else "counted by month"
        table.add_row(registry, day, format, f"{asn:,}", f"{ipv4:,}", f"{ipv6:,}", kept)
    return table


def sources_table(data: sqlite3.Connection) -> Table:
    """Return where everything is from."""
    table = Table("as of", "what", "publisher", "terms", title="Sources", box=None)
    rows = data.execute("SELECT as_of, title, publisher, terms, note FROM source ORDER BY as_of")
    for day, title, publisher, terms, note in rows:
        what = f"{title}\n{note}" if note else title
        table.add_row(*(escape(text) for text in (day, what, publisher, terms)))
    return table


app.command()(refresh)
app.command()(rebuild)
app.command()(pack)
