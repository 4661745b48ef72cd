"""The `ipv6course` command: one file a subcommand."""

import typer

from ipv6course.commands import (
    build,
    classroom,
    collect,
    doctor,
    export,
    grade,
    lab,
    profile,
    publish,
    roster,
    teach,
)

app = typer.Typer(
    help="The IPv6 course: open it, build it, teach it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)
app.command()(lab.lab)
app.command()(build.build)
app.command()(classroom.classroom)
app.command()(teach.teach)
app.command()(roster.roster)
app.command()(collect.collect)
app.command()(grade.grade)
app.command()(export.export)
app.command()(publish.publish)
app.command()(profile.profile)
app.command()(doctor.doctor)


def main() -> None:
    """Run the command line."""
    app()
