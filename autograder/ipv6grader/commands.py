"""The `ipv6grader` command."""

import sys

import typer

from ipv6grader.batch_command import autograde

# jsonschema imports it where it is, to check IRIs; nothing here has one. It takes two seconds.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from ipv6grader.report.command import report  # noqa: E402 (it imports nbgrader, and that jsonschema)

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
