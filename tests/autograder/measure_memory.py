"""Grades many small submissions in this process, and says how much memory that took.

    python tests/autograder/measure_memory.py [NUMBER] [local:N]

It prints one JSON object a line: how many were graded; the parent's resident set; the proportional
set of the parent and of all its processes; in megabytes.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import psutil

ONE_CELL = (
    "def double(number):\n    ### BEGIN SOLUTION\n    return number * 2\n    ### END SOLUTION"
)


def make_root(folder: Path) -> Path:
    """Write a course root with one assignment of one small notebook, released by nbgrader."""
    import nbformat
    from course_root import nbgrader, settings, write_source

    root = folder / "course"
    root.mkdir()
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    new = nbformat.v4
    cells = [
        new.new_code_cell(ONE_CELL, id="double", metadata=settings("double", solution=True)),
        new.new_code_cell(
            "assert double(2) == 4",
            id="double-1",
            metadata=settings("double-1", grade=True, locked=True, points=1),
        ),
    ]
    write_source(root, cell_list=cells)
    nbgrader(root, "generate_assignment", "ps1")
    return root


def hand_in_many(root: Path, number: int) -> None:
    """Hand the released notebook in, answered, as so many students: one file with many names."""
    notebook = json.loads((root / "release/ps1/work.ipynb").read_text("utf-8"))
    notebook["cells"][0]["source"] = "def double(number):\n    return 2 * number"
    answered = root / "answered.ipynb"
    answered.write_text(json.dumps(notebook), "utf-8")
    for n in range(number):
        folder = root / "submitted" / f"s{n:05}" / "ps1"
        folder.mkdir(parents=True)
        (folder / "work.ipynb").hardlink_to(answered)


def memory() -> dict[str, float]:
    """Return megabytes: what this process has, and what it and all its processes have."""
    own = psutil.Process()
    together = proportional(own.pid)
    for process in own.children(recursive=True):
        together += proportional(process.pid)
    return {
        "rss": own.memory_info().rss / 2**20,
        "pss": proportional(own.pid),
        "together": together,
    }


def proportional(pid: int) -> float:
    """Return a process's share of the memory in megabytes; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def measure(root: Path, scheduler: str = "", marks: tuple[int, ...] = ()) -> list[dict[str, float]]:
    """Grade all that was handed in; return the memory at these numbers of submissions."""
    from ipv6grader.autograde import Batch
    from ipv6grader.course import Course
    from ipv6grader.model import Mode
    from ipv6grader.workers import open_pool, sandboxed

    found: list[dict[str, float]] = []

    def observe(summary):
        if len(found) < len(marks) and summary.done >= marks[len(found)]:
            found.append({"graded": summary.done, **memory()})
            print(json.dumps(found[-1]), flush=True)

    batch = Batch(Course(root), "ps1", lambda _source: (Mode.SPLIT, "to measure"))
    pool = open_pool(scheduler, 2, sandboxed(batch.release_jobs()))
    try:
        summary = batch.run(pool, observe)
    finally:
        pool.close()
    assert summary.graded == len(batch.submissions), summary.people[:3]
    print(json.dumps({"seconds": summary.seconds}), flush=True)
    return found


def main() -> None:
    """Make a course root, and measure."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    scheduler = sys.argv[2] if len(sys.argv) > 2 else ""
    tenth = max(1, number // 10)
    marks = sorted({min(100, number), *range(tenth, number + 1, tenth)})
    folder = Path(tempfile.mkdtemp(prefix="ipv6grader-memory-"))
    try:
        root = make_root(folder)
        hand_in_many(root, number)
        os.sync()
        measure(root, scheduler, tuple(marks))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
