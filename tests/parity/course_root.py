"""The course of the parity test as an nbgrader course root.

Its assignments are folders in `course/`: text notebooks (MyST), the files that lie beside them, and
`answers/NOTEBOOK.py` with answers to the solution cells. A text notebook begins with two lines::

    mode: split | shared | kernel | any
    why: "…"

which say how its author expects it to be graded. `any`: split or shared, as far as the grader can
carry what passes between learner and test; the scores are the same either way.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

import jupytext
import nbformat
from nbformat import NotebookNode
from ruamel.yaml import YAML

from ipv6course.authoring.answers import Answer, read_answers
from ipv6course.authoring.notebook import source_notebook
from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6course.authoring.text_lesson import lesson_paths, read_lesson
from ipv6course.places import modules_folder

COURSE = Path(__file__).parent / "course"
ASSIGNMENTS = tuple(sorted(folder.name for folder in COURSE.iterdir() if folder.is_dir()))
DUE = "2025-03-07 18:00:00"
"""When hand-ins to every assignment are due, in UTC."""
CONFIG = """\
import sys
from pathlib import Path

c = get_config()
here = Path(__file__).parent
sys.path.insert(0, str(here))

c.CourseDirectory.course_id = "parity"
c.CourseDirectory.root = str(here)
c.Exchange.root = str(here / "exchange")
c.Autograde.exclude_overwriting = {"tables": ["settings.json", "toolbox.py"]}
c.AssignLatePenalties.plugin_class = "late.OnePointADay"
c.ExecutePreprocessor.timeout = 20
"""
LATE = '''\
"""How this course treats what is late."""

from nbgrader.plugins import BasePlugin


class OnePointADay(BasePlugin):
    """An hour is forgiven; then every day that began costs a point of each notebook."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if total_seconds_late < 3600:
            return None
        return 1 + total_seconds_late // 86400
'''
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class TextNotebook:
    """A notebook of the course as it stands in `course/`."""

    assignment: str
    name: str
    mode: str
    """`split`, `shared`, `kernel` or `any`."""
    why: str
    text: str

    def source(self) -> NotebookNode:
        """Return the notebook that nbgrader's `generate_assignment` takes."""
        read = jupytext.reads(self.text, fmt={"extension": ".md", "format_name": "myst"})
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": _KERNEL})
        for number, cell in enumerate(read.cells):
            if written := cell.metadata.get("nbgrader"):
                cell.metadata["nbgrader"] = _whole(written)
            cell["id"] = f"{self.name}-{number}"
            notebook.cells.append(cell)
        return notebook

    def answers(self, grade_id: str) -> list[Answer]:
        """Return the answers to a solution cell."""
        return [
            answer for answer in _answers(self.assignment, self.name) if answer.cell == grade_id
        ]


def _whole(written: dict[str, object]) -> dict[str, object]:
    """Return nbgrader's metadata with what the text leaves out."""
    solution, task = bool(written.get("solution")), bool(written.get("task"))
    return {
        "grade": "points" in written and not task,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": task,
        **written,
    }


@cache
def _answers(assignment: str, name: str) -> list[Answer]:
    return read_answers(COURSE / assignment / "answers" / f"{name}.py")


@cache
def text_notebooks() -> tuple[TextNotebook, ...]:
    """Return every notebook of the course."""
    found = []
    for path in sorted(COURSE.glob("*/*.md")):
        _, header, text = path.read_text(encoding="utf-8").split("---\n", 2)
        said = YAML(typ="safe").load(header)
        found.append(TextNotebook(path.parent.name, path.stem, said["mode"], said["why"], text))
    return tuple(found)


def _taken(seed: str, most: int) -> list[TextNotebook]:
    """Return notebooks of every assignment, at most so many."""
    taken = []
    for assignment in ASSIGNMENTS:
        own = [notebook for notebook in text_notebooks() if notebook.assignment == assignment]
        taken += Random(f"{seed}/{assignment}").sample(own, min(most, len(own)))
    return taken


def files_of(assignment: str) -> list[Path]:
    """Return the files that lie beside the notebooks, as paths below the assignment's folder."""
    folder = COURSE / assignment
    return [
        path.relative_to(folder)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".md"
        and "answers" not in path.relative_to(folder).parts
    ]


def make_root(folder: Path, *, seed: str, notebooks: int = 99) -> Path:
    """Write the course root, and let stock nbgrader generate every assignment.

    Args:
        folder: The root; it is made.
        seed: Which notebooks are taken.
        notebooks: The most that are taken of an assignment.
    """
    folder.mkdir(parents=True)
    (folder / "exchange").mkdir()
    (folder / "exchange").chmod(0o777)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (folder / "late.py").write_text(LATE, encoding="utf-8")
    for notebook in _taken(seed, notebooks):
        path = folder / "source" / notebook.assignment / f"{notebook.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook.source(), path)
    for assignment in ASSIGNMENTS:
        for name in files_of(assignment):
            target = folder / "source" / assignment / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(COURSE / assignment / name, target)
    nbgrader(folder, "generate_assignment", "*")
    set_due(folder)
    return folder


def set_due(folder: Path) -> None:
    """Give every assignment of a course root the same date."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for assignment in [entry.name for entry in gradebook.assignments]:
            gradebook.update_or_create_assignment(assignment, duedate=DUE)


def make_module_root(
    folder: Path, modules: Iterable[str], *, seed: str, notebooks: int = 99
) -> Path:
    """Write a course root with modules of the IPv6 course, with the classroom's own settings.

    Args:
        folder: The root; it is made.
        modules: The names of the modules.
        seed: Which lessons are taken.
        notebooks: The most lessons that are taken of a module.
    """
    template = files("ipv6course.commands").joinpath("nbgrader_config.py.template")
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(template.read_text("utf-8"), encoding="utf-8")
    for module in modules:
        paths = lesson_paths(modules_folder(), module)
        taken = Random(f"{seed}/{module}").sample(paths, min(notebooks, len(paths)))
        for path in taken:
            target = folder / "source" / module / f"{path.stem}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(source_notebook(read_lesson(path)), target)
    nbgrader(folder, "generate_assignment", "*")
    set_due(folder)
    return folder
