"""Measures the grader against stock nbgrader, in one run and on the same submissions.

    python tests/bench_grader.py [--rounds 5] [--scheduler] [--lesson MODULE/LESSON …]

`make bench` calls it. An assignment of one lesson each time: a light one, and one that imports as
much as most lessons do; full sandbox, split mode, gradebook writes
included. Stock nbgrader grades a few of the submissions in each round: its time for all of them is
its first submission's, and its steady time for each of the others.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
import psutil
from rich.console import Console
from rich.table import Table

from ipv6course.authoring.build import build
from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6course.commands.classroom import make_classroom
from ipv6grader import gradebook
from ipv6grader.autograde import Batch, Summary
from ipv6grader.course import Course
from ipv6grader.model import Mode
from ipv6grader.released import read_assignment
from ipv6grader.verdict import answered, offered
from ipv6grader.workers import open_pool, sandboxed

LESSONS = ("addressing/02-types", "allocation/03-pace")
SUBMISSIONS = 100
WORKERS = 2
STOCK = 6
SCRIPTS = Path(sys.executable).parent
# A notebook's own code, warm: every cell a second time in the same shell.
WARM = """
import json, sys, time
from ipv6grader.execution.shell import make_shell, run_cell
shell = make_shell()
cells = json.load(open(sys.argv[1]))
def run():
    for number, cell in enumerate(cells, 1):
        run_cell(shell, cell, number)
run()
times = []
for _round in range(9):
    before = time.process_time()
    run()
    times.append(time.process_time() - before)
sys.__stdout__.write(str(sorted(times)[4]))
"""


class Room(NamedTuple):
    """A course root with one lesson as its assignment."""

    root: Path
    module: str
    lesson: str


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def make_room(folder: Path, name: str) -> Room:
    """Make a course root with one lesson as an assignment, and a hundred learners' honest work."""
    build(folder / "built")
    make_classroom(folder / "room", folder / "built")
    root = folder / "room"
    module, _slash, lesson = name.partition("/")
    for path in (root / "source").iterdir():
        if path.name == module:
            for notebook in path.glob("*.ipynb"):
                if notebook.stem != lesson:
                    notebook.unlink()
    nbgrader(root, "generate_assignment", module)
    (source,) = read_assignment(Course(root).coursedir, module).values()
    sheets = [source.reference, *offered(module), {}]
    for number in range(SUBMISSIONS):
        sheet = {**source.reference, **sheets[number % len(sheets)]}
        place = root / "submitted" / f"learner{number:03d}" / module
        place.mkdir(parents=True)
        (place / f"{lesson}.ipynb").write_text(json.dumps(answered(source, sheet)))
    return Room(root, module, lesson)


def ours(room: Room, *options: str) -> None:
    """Grade with the command, as an instructor does."""
    command = [
        str(SCRIPTS / "ipv6grader"),
        "autograde",
        room.module,
        "--force",
        "--workers",
        str(WORKERS),
    ]
    done = subprocess.run([*command, *options], cwd=room.root, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def stock(room: Room, submissions: int) -> None:
    """Grade some of the submissions with stock nbgrader's own command."""
    root = room.root
    students = "{" + ",".join(f"learner{n:03d}" for n in range(submissions)) + "}"
    for number in range(submissions, SUBMISSIONS):
        folder = root / "submitted" / f"learner{number:03d}"
        folder.rename(root / folder.name)
    path = os.pathsep.join([str(SCRIPTS), os.environ["PATH"]])
    command = [str(SCRIPTS / "nbgrader"), "autograde", room.module, "--force"]
    try:
        done = subprocess.run(
            command, cwd=root, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
    finally:
        for folder in root.glob("learner???"):
            folder.rename(root / "submitted" / folder.name)
    if done.returncode:
        raise RuntimeError(f"{students}: {done.stderr[-2000:]}")


class Steady:
    """The grader in this process, with workers that are warm."""

    def __init__(self, room: Room, scheduler: str = "", workers: int = WORKERS) -> None:
        verdict = (Mode.SPLIT, "measured")
        self._batch = Batch(Course(room.root), room.module, lambda _source: verdict, force=True)
        self._pool = open_pool(scheduler, workers, sandboxed(self._batch.release_jobs()))
        self.run()

    def run(self) -> Summary:
        """Grade everything once."""
        summary = self._batch.run(self._pool)
        assert summary.graded == SUBMISSIONS, summary
        return summary

    def close(self) -> None:
        """End the workers."""
        self._pool.close()


@contextmanager
def watched_writes() -> Iterator[list[float]]:
    """Collect the times that the parent takes for gradebook writes."""
    times: list[float] = []
    record = gradebook.GradebookWriter.record

    def timed(self: gradebook.GradebookWriter, *arguments: object) -> None:
        times.append(seconds(lambda: record(self, *arguments)))  # type: ignore[arg-type]

    gradebook.GradebookWriter.record = timed  # type: ignore[method-assign, assignment]
    try:
        yield times
    finally:
        gradebook.GradebookWriter.record = record  # type: ignore[method-assign]


@contextmanager
def watched_memory() -> Iterator[list[int]]:
    """Collect the memory of this process's children together, in bytes: each page once (PSS)."""
    sums: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_full_info().pss
                except psutil.Error:
                    continue
            sums.append(total)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield sums
    finally:
        done.set()
        thread.join()


def warm_seconds(room: Room) -> float:
    """Return the processor time of a notebook's own code once everything is warm."""
    autograded = room.root / "autograded" / "learner000" / room.module
    cells = [
        cell.source
        for cell in nbformat.read(autograded / f"{room.lesson}.ipynb", as_version=4).cells
        if cell.cell_type == "code"
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(cells, file)
        file.flush()
        environ = {**os.environ, "NBGRADER_EXECUTION": "autograde"}
        command = [sys.executable, "-c", WARM, file.name]
        done = subprocess.run(
            command, cwd=autograded, env=environ, capture_output=True, text=True, check=True
        )
    return float(done.stdout)


def spread(values: list[float], form: str = "{:.1f}") -> str:
    """Return the median and the range of some values."""
    middle, low, high = (f(values) for f in (statistics.median, min, max))
    return f"{form.format(middle)} ({form.format(low)} to {form.format(high)})"


def measure(room: Room, rounds: int, with_scheduler: bool) -> Table:
    """Measure, and return the table."""
    table = Table(f"{room.module}/{room.lesson}", "measured", "goal", box=None)
    ours(room)  # the verdict is found once in an assignment's life
    with watched_memory() as memory:
        ours(room)
    table.add_row("memory of the command and its workers", f"{max(memory) / 1e6:.0f} MB", "300 MB")
    whole, steady, stock_whole, stock_steady = [], [], [], []
    shares, cpu, parent = [], [], []
    warm = Steady(room)
    for number in range(rounds):
        one, some = seconds(lambda: stock(room, 1)), seconds(lambda: stock(room, STOCK))
        stock_steady.append((some - one) / (STOCK - 1))
        stock_whole.append(one + (SUBMISSIONS - 1) * stock_steady[-1])
        whole.append(seconds(lambda: ours(room)))
        with watched_writes() as writes:
            own = time.process_time()
            summary = warm.run()
            own = time.process_time() - own
        steady.append(summary.seconds / SUBMISSIONS)
        shares.append(100 * sum(writes) / summary.seconds)
        cpu.append(1000 * summary.cpu_seconds / SUBMISSIONS)
        parent.append(1000 * own / SUBMISSIONS)
        print(
            f"  round {number + 1}: stock {stock_steady[-1]:.2f} s each, ours {whole[-1]:.1f} s "
            f"for {SUBMISSIONS}, {1000 * steady[-1]:.0f} ms each when warm",
            flush=True,
        )
    warm.close()
    ratios = [theirs / mine for theirs, mine in zip(stock_whole, whole, strict=True)]
    warm_ratios = [theirs / mine for theirs, mine in zip(stock_steady, steady, strict=True)]
    table.add_row(f"{SUBMISSIONS} submissions, start-up included", spread(whole) + " s", "")
    table.add_row("  stock nbgrader's time over it", spread(ratios) + " x", "30 x")
    table.add_row("a submission, warm", spread([1000 * s for s in steady], "{:.0f}") + " ms", "")
    table.add_row("  stock nbgrader's time over it", spread(warm_ratios) + " x", "50 x")
    own_code = 1000 * warm_seconds(room)
    table.add_row("the notebook's own code, warm", f"{own_code:.0f} ms of processor time", "")
    table.add_row("  student's and test process", spread(cpu, "{:.0f}") + " ms", "3 x that")
    table.add_row("  parent", spread(parent, "{:.0f}") + " ms", "")
    table.add_row("  gradebook writes' share of the time", spread(shares) + " %", "")
    busiest = "the cells themselves" if statistics.median(cpu) > 2 * own_code else "forking"
    if statistics.median(parent) > statistics.median(cpu) / WORKERS:
        busiest = "the one parent"
    table.add_row("  what to make faster next", busiest, "")
    for workers in (1, 2) if with_scheduler else ():
        dask = Steady(room, f"local:{workers}", workers)
        times = [1000 * dask.run().seconds / SUBMISSIONS for _round in range(rounds)]
        dask.close()
        table.add_row(f"a submission, warm, Dask with {workers}", spread(times, "{:.0f}") + " ms")
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scheduler", action="store_true", help="Dask's, too")
    parser.add_argument("--lesson", nargs="+", default=LESSONS, metavar="MODULE/LESSON")
    options = parser.parse_args()
    for lesson in options.lesson:
        with tempfile.TemporaryDirectory() as name:
            room = make_room(Path(name), lesson)
            table = measure(room, options.rounds, options.scheduler)
        Console(width=120).print(table)


if __name__ == "__main__":
    main()
