"""How the `ipv6data` command speaks: its two consoles, and one way to fail."""

from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str, fix: str = "") -> NoReturn:
    """Say what went wrong and what would be right, and end with exit code 1."""
    errors.print(f"[bold red]✘[/] {escape(message)}")
    if fix:
        errors.print(f"  {escape(fix)}")
    raise typer.Exit(1)
