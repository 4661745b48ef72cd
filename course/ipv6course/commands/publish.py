"""`ipv6course publish DIR`: the learner's notebooks as a plain folder, for any other place."""

from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipv6course.authoring import publish as publisher
from ipv6course.authoring.learner_folder import HOME_PAGE
from ipv6course.classroom.messages import _
from ipv6course.commands.build import built_course
from ipv6course.commands.console import console, fail


def publish_course(folder: Path, build: Path, *, dry_run: bool = False) -> list[publisher.Change]:
    """Publish a built course into a folder.

    Args:
        folder: Made if need be.
        build: A built course.
        dry_run: Say what would be done, and write nothing.

    Raises:
        publisher.PublishError: The folder is not ours to write in; nothing was written.
        OSError: Something cannot be read or written.
    """
    page = files("ipv6course.commands").joinpath(HOME_PAGE).read_text(encoding="utf-8")
    return publisher.publish(publisher.publication(build, page), folder, dry_run=dry_run)


def publish(
    folder: Annotated[Path, typer.Argument(help="The publication's folder, made if need be.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")
    ] = False,
) -> None:
    """Write the learner's notebooks, with all that they need, into a folder of their own."""
    build, _report = built_course()
    try:
        changes = publish_course(folder, build, dry_run=dry_run)
    except publisher.PublishError as error:
        fail(str(error))
    except OSError as error:
        fail(
            _("{folder} was not published: {error}").format(folder=folder, error=error),
            _("What is there stays. Mend it, then give the same command again."),
        )
    words = {"new": _("new"), "updated": _("updated"), "removed": _("removed")}
    for change in changes:
        if change.outcome != "same":
            console.print(f"  {change.name}: {words[change.outcome]}", markup=False)
    count = Counter(change.outcome for change in changes)
    unchanged = _("{count} files are unchanged.").format(count=count["same"])
    if dry_run:
        console.print(unchanged, _("Nothing was written: this was a dry run."))
        return
    done = _("The course is published in {folder}").format(folder=folder.absolute())
    console.print(f"[green]✔[/] {escape(done)}\n{unchanged}")
    console.print(_("How it is opened elsewhere, README.md in it says."))
