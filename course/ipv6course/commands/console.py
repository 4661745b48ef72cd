"""How the commands speak: one console, one way to fail, one progress bar."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ipv6course.authoring.build import Progress as OnProgress

console = Console(highlight=False, soft_wrap=True)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str, fix: str = "") -> NoReturn:
    """Say what went wrong and what would be right, and end with exit code 1."""
    _errors.print(f"[bold red]✘[/] {escape(message)}")
    if fix:
        _errors.print(f"  {escape(fix)}")
    raise typer.Exit(1)


@contextmanager
def progress_bar(what: str) -> Iterator[OnProgress]:
    """Show a bar while the block works; it vanishes at the end."""
    columns = (
        TextColumn("{task.fields[what]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, what=what)

        def update(description: str, done: int, total: int) -> None:
            bar.update(task, description=description, completed=done, total=total or None)

        yield update
