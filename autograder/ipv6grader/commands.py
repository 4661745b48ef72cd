"""The `ipv6grader` command."""

import typer

from ipv6grader.lean import be_lean

be_lean()

from ipv6grader.batch_command import autograde  # noqa: E402 (both import nbgrader)
from ipv6grader.report.command import report  # noqa: E402

app = typer.Typer(
    help="Grade nbgrader submissions: many at once, in a sandbox.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)
app.command()(autograde)
app.command()(report)


def main() -> None:
    """Run the command line."""
    app()
