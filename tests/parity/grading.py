"""Grades hand-ins twice, with stock nbgrader and with ipv6grader, and reads what came out.

Each side works in copies of one course root, so both begin with the same gradebook.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ipv6course.authoring import stock_nbgrader
from parity.honest import HandIn

Key = tuple[str, str]
"""A submission: student and assignment."""
STOCK_WORKERS = 2


@dataclass
class Graded:
    """What grading made of one submission."""

    folder: Path
    """In `autograded/`."""
    whole: dict[str, Any] = field(default_factory=dict)
    """Of the submission: score, late seconds, and so on."""
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By notebook: score, penalty, and so on."""
    cells: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """By notebook and grade_id: automatic and manual score, comments, and so on."""

    @property
    def root(self) -> Path:
        """The course root in which it was graded."""
        return self.folder.parents[2]

    def written(self, notebook: str) -> bool:
        """Return whether the graded notebook is there."""
        return (self.folder / f"{notebook}.ipynb").is_file()

    def outputs(self, notebook: str, grade_id: str) -> list[dict[str, Any]]:
        """Return the outputs of a cell in the graded notebook."""
        if not self.written(notebook):
            return []
        text = (self.folder / f"{notebook}.ipynb").read_text(encoding="utf-8")
        for cell in json.loads(text)["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
                return list(cell.get("outputs", []))
        return []

    def journal(self) -> Mapping[str, Any]:
        """Return what ipv6grader notes of each notebook; nothing after stock nbgrader."""
        path = self.folder / ".ipv6grader.json"
        if not path.is_file():
            return {}
        found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["notebooks"]
        return found


def hand_in(root: Path, folder: Path, handed: Iterable[HandIn]) -> Path:
    """Copy a course root, and put hand-ins, and what a person marked before, into the copy."""
    leave = shutil.ignore_patterns("submitted", "autograded", "feedback")
    shutil.copytree(root, folder, ignore=leave)
    marked = []
    for entry in handed:
        entry.write(folder)
        if entry.marks:
            marked.append(entry)
    _write_marks(folder, marked)
    return folder


def _write_marks(root: Path, marked: Sequence[HandIn]) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        for entry in marked:
            gradebook.update_or_create_student(entry.student)
            gradebook.update_or_create_submission(entry.assignment, entry.student)
            for mark in entry.marks:
                where = (mark.grade_id, mark.notebook, entry.assignment, entry.student)
                if mark.comment is not None:
                    gradebook.find_comment(*where).manual_comment = mark.comment
                else:
                    grade = gradebook.find_grade(*where)
                    grade.manual_score, grade.extra_credit = mark.manual, mark.extra
        gradebook.db.commit()


def stock(root: Path, folder: Path, handed: Sequence[HandIn]) -> dict[Key, Graded]:
    """Grade with stock nbgrader, several processes side by side."""
    shares = _shares(handed, STOCK_WORKERS)

    def grade(number: int) -> dict[Key, Graded]:
        share = shares[number]
        copy = hand_in(root, folder / str(number), share)
        for assignment in sorted({entry.assignment for entry in share}):
            try:
                stock_nbgrader.grade(copy, assignment)
            except stock_nbgrader.NbgraderError:
                _one_by_one(copy, [entry for entry in share if entry.assignment == assignment])
        return read(copy, share)

    with ThreadPoolExecutor(STOCK_WORKERS) as pool:
        results = list(pool.map(grade, range(len(shares))))
    return {key: graded for result in results for key, graded in result.items()}


def _one_by_one(root: Path, handed: Iterable[HandIn]) -> None:
    """Grade what a batch left undone: some submissions make stock nbgrader stop altogether."""
    for entry in handed:
        if not (root / "autograded" / entry.student / entry.assignment).is_dir():
            student = f"--student={entry.student}"
            try:
                stock_nbgrader.nbgrader(root, "autograde", entry.assignment, student)
            except stock_nbgrader.NbgraderError as error:
                log = root / f"{entry.student}-{entry.assignment}.log"
                log.write_text(str(error), encoding="utf-8")


def _shares(handed: Sequence[HandIn], number: int) -> list[list[HandIn]]:
    """Return the hand-ins in shares of about as many notebooks; an assignment stays together."""
    by_assignment: dict[str, list[HandIn]] = {}
    for entry in handed:
        by_assignment.setdefault(entry.assignment, []).append(entry)
    weights = {
        name: sum(len(entry.notebooks) for entry in entries)
        for name, entries in by_assignment.items()
    }
    shares: list[list[HandIn]] = [[] for _ in range(number)]
    loads = [0] * number
    for name in sorted(weights, key=lambda name: -weights[name]):
        least = loads.index(min(loads))
        shares[least] += by_assignment[name]
        loads[least] += weights[name]
    return [share for share in shares if share]


def ours(
    root: Path, folder: Path, handed: Sequence[HandIn], *options: str
) -> tuple[dict[Key, Graded], str]:
    """Grade with `ipv6grader autograde`; return what came out and what it said."""
    copy = hand_in(root, folder, handed)
    said = []
    for assignment in sorted({entry.assignment for entry in handed}):
        done = run(copy, "ipv6grader", "autograde", assignment, *options)
        # 1: somebody must look at a submission. Python's own 1 says why.
        if done.returncode not in (0, 1) or "Traceback (most" in done.stdout:
            raise RuntimeError(f"ipv6grader autograde {assignment}: {done.stdout}")
        said.append(f"$ ipv6grader autograde {assignment} -> {done.returncode}\n{done.stdout}")
    return read(copy, handed), "\n".join(said)


def run(root: Path, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of this environment in a course root; its errors go with what it says."""
    scripts = Path(sys.executable).parent
    environ = {
        **os.environ,
        "PATH": os.pathsep.join([str(scripts), os.environ.get("PATH", "")]),
        "COLUMNS": "160",
    }
    return subprocess.run(
        [scripts / program, *arguments],
        cwd=root,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read(root: Path, handed: Iterable[HandIn]) -> dict[Key, Graded]:
    """Read the gradebook of a course root."""
    from nbgrader.api import Gradebook, MissingEntry

    found = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        for entry in handed:
            graded = Graded(root / "autograded" / entry.student / entry.assignment)
            found[entry.student, entry.assignment] = graded
            try:
                submission = gradebook.find_submission(entry.assignment, entry.student)
            except MissingEntry:
                continue
            graded.whole = {
                "timestamp": submission.timestamp,
                "seconds late": submission.total_seconds_late,
                **_sums(submission),
            }
            for notebook in submission.notebooks:
                graded.notebooks[notebook.name] = {
                    **_sums(notebook),
                    "failed tests": notebook.failed_tests,
                }
                for grade in notebook.grades:
                    graded.cells[notebook.name, grade.name] = {
                        "automatic": grade.auto_score,
                        "manual": grade.manual_score,
                        "extra": grade.extra_credit,
                        "score": grade.score,
                        "of": grade.max_score,
                        "needs a person": grade.needs_manual_grade,
                    }
                for comment in notebook.comments:
                    graded.cells.setdefault((notebook.name, comment.name), {}).update(
                        {"comment": comment.auto_comment, "by hand": comment.manual_comment}
                    )
    return found


def _sums(row: Any) -> dict[str, Any]:
    """Return what submissions and their notebooks both have."""
    return {
        "score": row.score,
        "of": row.max_score,
        "code": row.code_score,
        "written": row.written_score,
        "tasks": row.task_score,
        "penalty": row.late_submission_penalty,
        "needs a person": row.needs_manual_grade,
    }
