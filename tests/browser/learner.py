"""A learner's folder between tests: made fresh, with answers filled in, and read back."""

import json
import shutil
import urllib.request
from pathlib import Path

import nbformat
import pytest
from _pytest.mark import ParameterSet
from lab import RunningLab
from nbformat import NotebookNode

from ipv6course.authoring.outline import read_outline
from ipv6course.authoring.text_lesson import lesson_paths
from ipv6course.places import modules_folder


class LearnerFolder:
    """The folder that a running lab works in.

    Lessons go by `module/lesson`, such as `addressing/01-text`.
    """

    def __init__(self, lab: RunningLab) -> None:
        self._lab = lab
        self._build = lab.state / "build"

    @property
    def lessons(self) -> list[str]:
        """The names of all lessons, in order."""
        return [f"{module['name']}/{lesson['name']}" for module, lesson in self._outline()]

    def checks(self, lesson: str) -> list[str]:
        """Return the grade_ids of a lesson's checks, in order."""
        return next(
            [check["id"] for check in entry["checks"]]
            for module, entry in self._outline()
            if f"{module['name']}/{entry['name']}" == lesson
        )

    def title(self, lesson: str) -> str:
        """Return the title that the home page shows."""
        return next(
            str(entry["title"])
            for module, entry in self._outline()
            if f"{module['name']}/{entry['name']}" == lesson
        )

    def _outline(self) -> list[tuple[dict, dict]]:
        course = json.loads((self._lab.state / "course.json").read_text("utf-8"))
        return [(module, lesson) for module in course for lesson in module["lessons"]]

    def path(self, lesson: str) -> Path:
        """Return the learner's own notebook."""
        return self._lab.home / "work" / f"{lesson}.ipynb"

    def read(self, lesson: str) -> NotebookNode:
        """Return the learner's notebook as it is on disk."""
        return nbformat.read(self.path(lesson), as_version=4)

    def solve(self, lesson: str) -> None:
        """Put the reference solution into every solution cell of the learner's notebook."""
        nbformat.write(self.solved(lesson), self.path(lesson))

    def solved(self, lesson: str) -> NotebookNode:
        """Return a release with the reference solution in every solution cell."""
        solutions = {
            grade_id: cell.source
            for cell in self._built("source", lesson).cells
            if (grade_id := solution_id(cell))
        }
        notebook = self._built("release", lesson)
        for cell in notebook.cells:
            cell.source = solutions.get(solution_id(cell), cell.source)
        return notebook

    def _built(self, stage: str, lesson: str) -> NotebookNode:
        return nbformat.read(self._build / stage / f"{lesson}.ipynb", as_version=4)

    def hidden_lines(self, lesson: str) -> set[str]:
        """Return the lines of a lesson's source that its release does not have."""
        source, release = (
            {line.strip() for cell in self._built(stage, lesson).cells for line in _lines(cell)}
            for stage in ("source", "release")
        )
        return {line for line in source - release if len(line) > 12}

    def passed(self, lesson: str) -> set[str]:
        """Return the checks that are recorded as passed; a broken record is an error."""
        records = (self._lab.state / "progress" / lesson).glob("*.json")
        return {path.stem for path in records if json.loads(path.read_text("utf-8"))["passed"]}

    def make_fresh(self) -> None:
        """Undo what a learner did: work, progress, id, settings, open tabs and kernels."""
        self._shut_kernels_down()
        work = self._lab.home / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(self._build / "release", work)
        shutil.rmtree(self._lab.state / "progress", ignore_errors=True)
        (self._lab.state / "learner.json").unlink(missing_ok=True)
        shutil.rmtree(self._lab.state / "lab", ignore_errors=True)

    def _shut_kernels_down(self) -> None:
        for kernel in self._ask("GET", "kernels"):
            self._ask("DELETE", f"kernels/{kernel['id']}")

    def _ask(self, method: str, what: str) -> list[dict]:
        request = urllib.request.Request(
            f"{self._lab.origin}/api/{what}",
            method=method,
            headers={"Authorization": f"token {self._lab.token}"},
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read() or b"[]")


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's name of a cell, or empty."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def solution_id(cell: NotebookNode) -> str:
    """Return nbgrader's name of a cell that a learner fills in, or empty."""
    return grade_id(cell) if cell.metadata.get("nbgrader", {}).get("solution") else ""


def _lines(cell: NotebookNode) -> list[str]:
    return str(cell.source).split("\n")


def outputs(notebook: NotebookNode, kind: str) -> list[tuple[NotebookNode, NotebookNode]]:
    """Return the outputs of a kind, each after its cell."""
    return [(c, o) for c in notebook.cells for o in c.get("outputs", []) if o.output_type == kind]


def lesson_names() -> list[str]:
    """Return the names of all lessons, in order, without building anything."""
    modules = modules_folder()
    return [
        f"{module.name}/{path.stem}"
        for module in read_outline(modules)
        for path in lesson_paths(modules, module.name)
    ]


def one_a_module(names: list[str], position: int) -> list[str | ParameterSet]:
    """Return lessons as parameters: `make test` runs one a module, `make prove` all.

    In `make test` every lesson runs in Pyodide.
    """
    modules: dict[str, list[str]] = {}
    for name in names:
        modules.setdefault(name.partition("/")[0], []).append(name)
    sample = {lessons[position] for lessons in modules.values()}
    return [
        name if name in sample else pytest.param(name, marks=pytest.mark.prove) for name in names
    ]
