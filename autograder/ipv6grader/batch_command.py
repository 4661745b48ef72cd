"""`ipv6grader autograde ASSIGNMENT`: what it takes, shows and says.

Exit codes: 0 all is graded; 1 somebody must look at a submission; 2 nothing could be done, or not
to the end, for a reason that is no submission's; 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

if TYPE_CHECKING:  # nbgrader takes seconds to import: not for other commands, nor for --help
    from ipv6grader.autograde import Batch, Summary
    from ipv6grader.course import Course
    from ipv6grader.grading import Verdict
    from ipv6grader.workers import Executor

_MOST_SHOWN = 50  # submissions that are listed with their reasons
_UNSAFE = "--unsafe: in a kernel of this machine, without a sandbox"

HERE = Path()
"""The current folder, as the default of commands."""

console = Console(highlight=False, soft_wrap=True)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)

Assignment = Annotated[str, typer.Argument(help="The assignment's name.")]
CourseFolder = Annotated[
    Path, typer.Option("--course-dir", help="The course's folder; by default the current one.")
]
Students = Annotated[
    list[str] | None,
    typer.Option("--student", help="Only this id or pattern; may be given several times."),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, max=256, help="How many run at a time; by default one a processor."),
]
Force = Annotated[bool, typer.Option("--force", help="Grade what is unchanged, too.")]
RunMode = Annotated[
    Literal["split", "shared"] | None,
    typer.Option(help="By default what each notebook was found to allow."),
]
Scheduler = Annotated[
    str, typer.Option(help="Dask's: tcp://HOST:PORT, or local:N. By default none.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be graded; write nothing.")]
Unsafe = Annotated[
    bool,
    typer.Option("--unsafe", help="Without a sandbox: submissions can do what you can do."),
]


def autograde(
    assignment: Assignment,
    course_dir: CourseFolder = HERE,
    student: Students = None,
    workers: Workers = None,
    force: Force = False,
    mode: RunMode = None,
    scheduler: Scheduler = "",
    dry_run: DryRun = False,
    unsafe: Unsafe = False,
) -> None:
    """Grade the submissions to an assignment that are new or changed."""
    from ipv6grader.autograde import Batch, BatchStoppedError
    from ipv6grader.course import Course, CourseError
    from ipv6grader.execution.sandbox import why_no_sandbox
    from ipv6grader.journal import CourseLockedError

    size = workers or _processors()
    if unsafe and mode:
        fail("--mode needs a sandbox, and --unsafe does without; leave one of them out.")
    if not unsafe and (why := why_no_sandbox()):
        fail(why, "Without one, --unsafe grades: submissions can then do whatever you can do.")
    try:
        course = Course(course_dir)
        with tempfile.TemporaryDirectory(prefix="ipv6grader-") as room:
            verdict = _verdict(course, assignment, mode, unsafe, size, Path(room))
            batch = Batch(course, assignment, verdict, student or (), force=force)
        for notice in course.notices:
            _errors.print(f"[yellow]![/] {escape(notice)}")
        if dry_run:
            _say_what_would_be_done(batch)
            return
        summary = _run(batch, _make_executor(batch, unsafe), scheduler, size)
    except (CourseError, CourseLockedError, BatchStoppedError) as why:
        fail(str(why))
    except KeyboardInterrupt:
        _errors.print(
            "[yellow]Stopped.[/] Nothing is half done: every submission that was finished has its "
            "grades.\n  To go on, run the same again."
        )
        raise typer.Exit(130) from None
    _show(summary)
    if summary.people:
        raise typer.Exit(1)


def fail(message: str, fix: str = "") -> NoReturn:
    """Say what went wrong and what would be right, and end with exit code 2."""
    _errors.print(f"[bold red]✘[/] {escape(shown(message))}")
    if fix:
        _errors.print(f"  {escape(fix)}")
    raise typer.Exit(2)


def shown(text: str) -> str:
    """Return a text as it is safe on a terminal: a stranger may have chosen it."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape", "replace").decode()
        for c in text.encode("utf-8", "backslashreplace").decode()
    )


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _verdict(
    course: Course,
    assignment: str,
    mode: str | None,
    unsafe: bool,
    size: int,
    room: Path,
) -> Verdict:
    """Return what decides how notebooks are run."""
    from ipv6grader import layout
    from ipv6grader.model import Mode
    from ipv6grader.verdict import Verdicts
    from ipv6grader.workers import sandboxed

    if unsafe:
        return lambda _source: (Mode.KERNEL, _UNSAFE)
    if mode:
        return lambda _source: (Mode(mode), f"--mode {mode}")
    tried: dict[str, None] = {}

    def tell(name: str, _done: int, total: int) -> None:
        if name not in tried:
            tried[name] = None
            _errors.print(f"Trying {total} answers to {escape(shown(name))} in both modes (once) …")

    source = layout.source_files(course, assignment)
    layout.lay_out(layout.Contents(), source, room)
    return Verdicts(course, assignment, sandboxed(()), room if source else None, size, tell)


def _make_executor(batch: Batch, unsafe: bool) -> Callable[[int], Executor]:
    from ipv6grader.kernel import KernelExecutor
    from ipv6grader.workers import sandboxed

    if unsafe:
        return lambda _number: KernelExecutor()
    memory = batch.course.root / ".ipv6grader" / f"modules-{batch.assignment}.json"
    return sandboxed(batch.release_jobs(), memory)


def _run(
    batch: Batch, make_executor: Callable[[int], Executor], scheduler: str, size: int
) -> Summary:
    """Grade, with a bar on a terminal and a line now and then elsewhere."""
    from ipv6grader.workers import open_pool

    def stop(*_signal: object) -> None:
        raise KeyboardInterrupt

    # Also Ctrl+C's: a shell starts background commands deaf to it.
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        size = max(1, min(size, len(batch.submissions)))
        pool = open_pool(scheduler, size, make_executor, _warn)
        try:
            with _progress(len(batch.submissions)) as observe:
                return batch.run(pool, observe)
        finally:
            pool.close()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _warn(sentence: str) -> None:
    _errors.print(f"[yellow]![/] {escape(shown(sentence))}")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Summary], None]]:
    if not _errors.is_terminal:
        yield _lines(total)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=False),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_errors, transient=True) as bar:
        task = bar.add_task("Grading", total=total, rate="")

        def observe(summary: Summary) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f}/s" if speed else ""
            words = f"Grading ({len(summary.people)} for a person)" if summary.people else "Grading"
            bar.update(task, completed=summary.done, rate=rate, description=words)

        yield observe


def _lines(total: int) -> Callable[[Summary], None]:
    """Return what prints a line for every tenth of the work."""
    begun, told = time.monotonic(), 0

    def observe(summary: Summary) -> None:
        nonlocal told
        tenth = summary.done * 10 // total
        if tenth > told:
            told = tenth
            seconds = time.monotonic() - begun
            rate = summary.done / seconds if seconds else 0.0
            left = (total - summary.done) / rate if rate else 0.0
            _errors.print(f"{summary.done} of {total}, {rate:.1f} a second, {left:.0f} s left")

    return observe


def _say_what_would_be_done(batch: Batch) -> None:
    number = 0
    for submission, why in batch.changed():
        number += 1
        words = f": {escape(shown(why))}" if why else ""
        console.print(f"  {escape(shown(submission.student))}{words}")
    console.print(f"{number} of {len(batch.submissions)} submissions would be graded.")
    console.print("Nothing was written: this was a dry run.")


# --- what was done ------------------------------------------------------------------------------


def _show(summary: Summary) -> None:
    table = Table(box=None, show_header=False)
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for number, words in _counts(summary):
        table.add_row(str(number), words)
    console.print(f"[bold]{escape(shown(summary.assignment))}[/]")
    console.print(table)
    _show_ways(summary)
    for name, number in summary.unknown.most_common(10):
        console.print(
            f"  {escape(shown(name))}.ipynb is no notebook of the assignment; "
            f"it was skipped in {number} submissions."
        )
    _show_people(summary)
    if summary.graded and summary.seconds:
        console.print(
            f"[green]✔[/] {summary.graded} graded in {summary.seconds:.1f} s: "
            f"{summary.graded / summary.seconds:.1f} a second, "
            f"{summary.cpu_seconds / summary.graded:.2f} s of processor time each."
        )


def _counts(summary: Summary) -> list[tuple[int, str]]:
    people = len(summary.people)
    rows = [
        (summary.graded, "graded"),
        (summary.unchanged, "unchanged since they were graded"),
        (summary.repaired, "of the graded were repaired (the report says how)"),
        (summary.missing, "notebooks were not handed in, and have 0 points"),
        (people, "need a person"),
    ]
    return [row for row in rows if row[0] or row[1] == "graded"]


def _show_ways(summary: Summary) -> None:
    """Print how notebooks were run, and why: one line for each notebook and way."""
    if not summary.ways:
        return
    table = Table(box=None)
    for heading in ("Notebook", "Run", "Times", "Why"):
        table.add_column(heading, overflow="fold")
    for (name, mode, why), number in sorted(summary.ways.items())[:_MOST_SHOWN]:
        table.add_row(escape(shown(name)), mode, str(number), escape(shown(why)))
    console.print(table)


def _show_people(summary: Summary) -> None:
    if not summary.people:
        return
    table = Table(box=None)
    for heading in ("Needs a person", "", "Why"):
        table.add_column(heading, overflow="fold")
    for person in summary.people[:_MOST_SHOWN]:
        state = "" if person.graded else "not graded"
        reasons = "\n".join(escape(shown(reason)) for reason in person.reasons)
        table.add_row(escape(shown(person.student)), state, reasons)
    console.print(table)
    if (more := len(summary.people) - _MOST_SHOWN) > 0:
        console.print(f"  and {more} more; the report lists them all.")
