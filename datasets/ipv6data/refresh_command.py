"""`ipv6data refresh`: today's files of the five registries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column

from ipv6data.console import console, errors, fail
from ipv6data.delegated import REGISTRIES
from ipv6data.download import ASKS, DownloadError, Step
from ipv6data.loading import PUBLISHERS
from ipv6data.refresh import Outcome, Refreshed, RefreshError, Report, look
from ipv6data.refresh import refresh as refresh_now

_MARKS = {"new": "[green]✔[/]", "unchanged": "[green]=[/]", "failed": "[bold red]✘[/]"}


def refresh(
    registry: Annotated[
        list[str] | None, typer.Option(help=f"Only this one: {', '.join(REGISTRIES)}.")
    ] = None,
    database: Annotated[
        Path | None, typer.Option(help="The database to renew; yours if it is left out.")
    ] = None,
    mirror: Annotated[
        str,
        typer.Option(
            envvar="IPV6DATA_MIRROR",
            help="Another place that has all five, such as https://ftp.ripe.net/pub/stats.",
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched; fetch nothing.")
    ] = False,
    keep_files: Annotated[
        Path | None, typer.Option(help="A folder to leave the files in, too.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take files that are older, or much smaller, too.")
    ] = False,
) -> None:
    """Fetch today's delegation files of the five registries, about 45 MB, into the database.

    Each file is held to its published MD5 and to its own summary lines. A registry whose file is
    not to be had keeps its old data and is named, and the exit code is 1. Stop it as you like: your
    data are replaced in one step at the end, and the next run goes on where this one stopped.
    """
    wanted = list(dict.fromkeys(registry or REGISTRIES))
    for name in wanted:
        if name not in REGISTRIES:
            fail(f"{name!r} is no registry; use one of {', '.join(REGISTRIES)}")
    try:
        if dry_run:
            done = look(wanted, database=database, mirror=mirror)
        else:
            with _bars(wanted) as report:
                done = refresh_now(
                    wanted,
                    database=database,
                    mirror=mirror,
                    force=force,
                    keep_files=keep_files,
                    report=report,
                )
    except KeyboardInterrupt:
        errors.print("Stopped. Your data are as they were; the same command goes on from here.")
        raise typer.Exit(130) from None
    except (RefreshError, DownloadError, OSError, ValueError) as error:
        fail(str(error))
    _tell(done)
    if not done.complete:
        raise typer.Exit(1)


def _tell(done: Refreshed) -> None:
    for outcome in done.outcomes:
        said = errors if outcome.state == "failed" else console
        said.print(f"{_MARKS[outcome.state]} {_line(outcome)}")
    if done.dates:
        oldest, newest = done.dates[0], done.dates[-1]
        span = oldest if oldest == newest else f"{oldest} to {newest}"
        console.print(f"Tables and charts use the files of {span}.")
    missing = [outcome.registry for outcome in done.outcomes if outcome.state == "failed"]
    if missing and done.dates:
        options = " ".join(f"--registry {name}" for name in missing)
        errors.print(f"Those marked ✘ keep the data they have. Later: ipv6data refresh {options}")


def _line(outcome: Outcome) -> str:
    return f"{PUBLISHERS[outcome.registry]}: {escape(outcome.words)}"


@contextmanager
def _bars(registries: list[str]) -> Iterator[Report]:
    """Show a bar for each registry: bytes, rate, time left, and what is being done."""
    columns = (
        TextColumn("{task.description:8}", table_column=Column(min_width=8)),
        BarColumn(bar_width=12),
        DownloadColumn(table_column=Column(min_width=12)),
        TransferSpeedColumn(table_column=Column(min_width=10)),
        TimeRemainingColumn(table_column=Column(min_width=7)),
        TextColumn(
            "{task.fields[state]}",
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
    )
    shown = console.is_terminal
    with Progress(
        *columns, console=console, transient=True, expand=True, disable=not shown
    ) as bars:
        tasks = {
            name: bars.add_task(PUBLISHERS[name], total=None, state="begins") for name in registries
        }

        def report(registry: str, step: Step) -> None:
            values: dict[str, object] = {"state": escape(step.state)}
            if step.total is not None:
                values["total"] = step.total
            if step.done:
                values["completed"] = step.done
            if step.state == ASKS:
                bars.reset(tasks[registry])  # what came earlier would count as speed
            bars.update(tasks[registry], **values)  # type: ignore[arg-type]

        yield report
