"""The hostile submissions of `tests/hostile/`, and the course root in which they are graded.

A file there is a submission. tests/hostile/README.md says what is in it; here it is read, checked,
and put into `submitted/`. Nothing of a file runs here but its `edit` and `make`.
"""

import json
import re
import runpy
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbgrader.api import Gradebook, MissingEntry

from ipv6course.authoring.stock_nbgrader import nbgrader

FOLDER = Path(__file__).parent.parent / "hostile"
ASSIGNMENT = "target"
NOTEBOOK = "exercises"
POINTS = {"add-visible": 1, "add-hidden": 2, "greet-test": 1, "positive-test": 2, "longest-test": 3}
SOLUTIONS = ("add", "greet", "positive", "longest", "explain")
# Short, for some of the submissions do nothing but wait for it.
CELL_SECONDS = 3
CONFIG = f"""\
c = get_config()
c.CourseDirectory.course_id = "hostile"
c.Execute.timeout = {CELL_SECONDS}
"""
_ANSWER = "A list holds values in an order."


@dataclass(frozen=True)
class Expected:
    """What comes of a submission."""

    points: Mapping[str, float | None]
    """By grade_id, None for a cell that waits for a person; empty where the word says all."""
    word: str = ""
    """`at most`, `person`, `review`, `undetected`, `fails`, `not run`; else empty."""

    @classmethod
    def read(cls, text: str, words: tuple[str, ...]) -> "Expected":
        """Read one line of a file's head.

        Raises:
            ValueError: It names a cell that is not there, or too many points.
        """
        word = text.split(":")[0]
        if word in words:
            return cls({}, word)
        if text.startswith("at most "):
            return cls(cls.read(text.removeprefix("at most "), ()).points, "at most")
        points: dict[str, float | None] | None
        points = {"full": dict(POINTS), "zero": dict.fromkeys(POINTS, 0)}.get(text)
        if points is None:
            points = dict(POINTS)
            for item in text.split():
                name, _, number = item.partition("=")
                if name in POINTS and number == "none":
                    points[name] = None
                    continue
                if name not in POINTS or not 0 <= float(number) < POINTS[name]:
                    raise ValueError(f"{item!r} is not a cell with fewer points than its maximum")
                points[name] = float(number)
        return cls(points)


@dataclass(frozen=True)
class Attack:
    """One hostile submission."""

    path: Path
    what: str
    """What it does, in a sentence."""
    stock: Expected
    """What stock nbgrader gives."""
    split: Expected
    shared: Expected

    @property
    def name(self) -> str:
        """Its file's name, and its student's id."""
        return self.path.stem

    @property
    def gains(self) -> bool:
        """Whether stock nbgrader gives it points that it does not deserve."""
        deserved = self.split.points
        return any(
            (given or 0) > (deserved.get(name) or 0) for name, given in self.stock.points.items()
        )


def read_attack(path: Path) -> Attack:
    """Read a file's head.

    Raises:
        ValueError: A line is missing, or says what cannot be.
    """
    head = re.match(r"(# [^\n]*\n)+", path.read_text(encoding="utf-8"))
    lines = [line[2:] for line in (head.group() if head else "").splitlines()]
    said = dict(line.split(": ", 1) for line in lines if re.match(r"(stock|split|shared): ", line))
    if not lines or lines[0].split(":")[0] in said or set(said) != {"stock", "split", "shared"}:
        raise ValueError(f"{path.name}: a sentence, and the lines stock:, split: and shared:")
    split = Expected.read(said["split"], ("person",))
    if said["shared"] == "as split":
        shared = split
    else:
        shared = Expected.read(said["shared"], ("person", "review", "undetected"))
    what = " ".join(line for line in lines if line.split(":")[0] not in said)
    return Attack(path, what, Expected.read(said["stock"], ("fails", "not run")), split, shared)


def attacks() -> list[Attack]:
    """Return all hostile submissions, by name."""
    return [read_attack(path) for path in sorted(FOLDER.glob("*.py"))]


HONEST: Mapping[str, Mapping[str, str]] = {
    "amina.k": {},
    "goran": {"add": "def add(a, b):\n    return int(a) + int(b)", "explain": "Many things."},
    "blank": dict.fromkeys(SOLUTIONS, ""),
    "josé": {
        "longest": "def longest(words):\n    return sorted(words, key=len)[-1]",
        "greet": "def greet(name):\n    print(f'Hello, {name}!')",
    },
    "nadia": {
        "positive": "import sys\n\ndef positive(numbers):\n    print('!', file=sys.stderr)\n"
        "    return [n for n in numbers if n > 0]"
    },
    "Tupou-F": {"add": "def add(a, b:\n    return a + b", "longest": "longest = len"},
    "zoe": {
        "positive": "def positive(numbers):\n    while numbers:\n        pass\n    return []",
        "greet": "display('once')\n'again'\ndef greet(name):\n    return 'Hello, ' + name + '!'",
    },
}
"""Honest submissions: the reference, but for these cells. Ids stand all over the alphabet."""

HONEST_POINTS: Mapping[str, Mapping[str, float]] = {
    "amina.k": POINTS,
    "goran": {**POINTS, "add-hidden": 0},
    "blank": dict.fromkeys(POINTS, 0),
    "josé": {**POINTS, "greet-test": 0, "longest-test": 2},
    "nadia": {**POINTS, "positive-test": 0},
    "Tupou-F": {**POINTS, "add-visible": 0, "add-hidden": 0, "longest-test": 0},
    "zoe": {**POINTS, "positive-test": 0},
}
"""What stock nbgrader gives each of them, alone."""


@dataclass(frozen=True)
class Course:
    """An nbgrader course root with the one assignment."""

    root: Path

    @property
    def release(self) -> Path:
        """What learners were given."""
        return self.root / "release" / ASSIGNMENT

    def submission(self, student: str) -> Path:
        """Return the folder of a submission."""
        return self.root / "submitted" / student / ASSIGNMENT

    def autograded(self, student: str) -> Path:
        """Return the folder that grading writes."""
        return self.root / "autograded" / student / ASSIGNMENT

    def hand_in(self, student: str, answers: Mapping[str, str]) -> Path:
        """Hand in the reference with other answers; return the notebook's path."""
        folder = self.submission(student)
        shutil.copytree(self.release, folder)
        path = folder / f"{NOTEBOOK}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        reference = json.loads((self.root / "reference.json").read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id in SOLUTIONS and answers.get(grade_id) != "":
                cell["source"] = answers.get(grade_id, reference[grade_id])
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    def hand_in_attack(self, attack: Attack, given: Mapping[str, Any]) -> None:
        """Hand in a hostile submission, which finds what is `given` in `canaries.json`."""
        path = self.hand_in(attack.name, {})
        text = attack.path.read_text(encoding="utf-8")
        (path.parent / "canaries.json").write_text(json.dumps(given), encoding="utf-8")
        if "\n# %% " in text:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            _put_cells(notebook, text)
            path.write_text(json.dumps(notebook), encoding="utf-8")
            return
        functions = runpy.run_path(str(attack.path))
        if "edit" in functions:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            functions["edit"](notebook)
            path.write_text(json.dumps(notebook), encoding="utf-8")
        else:
            functions["make"](self.release, path.parent)

    def add_student(self, student: str, last_name: str) -> None:
        """Add somebody to the gradebook."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            gradebook.add_student(student, last_name=last_name)

    def grades(self, student: str) -> dict[str, tuple[float | None, bool]] | None:
        """Return each cell's automatic points and whether a person must look; None for no record.

        A manually graded answer is left out.
        """
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            try:
                submission = gradebook.find_submission(ASSIGNMENT, student)
            except MissingEntry:
                return None
            return {
                grade.name: (grade.auto_score, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.name in POINTS
            }

    def points(self, student: str) -> dict[str, float | None]:
        """Return each cell's automatic points; nothing for no record."""
        return {name: points for name, (points, _) in (self.grades(student) or {}).items()}

    def journal(self, student: str) -> dict[str, Any]:
        """Return what the grader wrote about a submission."""
        path = self.autograded(student) / ".ipv6grader.json"
        journal: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return journal

    def all_grades(self) -> dict[str, Any]:
        """Return what the gradebook has of every submission."""
        with sqlite3.connect(self.root / "gradebook.db") as connection:
            students = [row[0] for row in connection.execute("SELECT id FROM student")]
        return {student: self.grades(student) for student in students}


def _put_cells(notebook: dict[str, Any], text: str) -> None:
    """Replace solution cells by a file's percent cells, and insert its extra cells."""
    places = {
        cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]
    }
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        title = cell.metadata.get("title", "")
        if title in SOLUTIONS:
            places[title]["source"] = cell.source
        elif title.startswith(("extra after ", "extra before ")):
            _, where, name = title.split()
            at = notebook["cells"].index(places[name]) + (where == "after")
            extra = nbformat.v4.new_code_cell(cell.source, id=f"extra-{at}")
            notebook["cells"].insert(at, extra)
        elif title:
            raise ValueError(f"no cell {title!r} in the assignment")


def make_course(root: Path, secrets: Mapping[str, str]) -> Course:
    """Make a course root with the assignment, released by stock nbgrader.

    Args:
        root: A folder that is not there yet.
        secrets: By `hidden` and `reference`: what stands in a hidden test and in the solution.
    """
    source = root / "source" / ASSIGNMENT
    shutil.copytree(FOLDER / "target", source)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    text = (source / f"{NOTEBOOK}.md").read_text(encoding="utf-8")
    for name in ("hidden", "reference"):
        text = text.replace(f"@{name}@", secrets[name])
    (source / f"{NOTEBOOK}.md").unlink()
    notebook = jupytext.reads(text, fmt="md:myst")
    reference = {"explain": _ANSWER}
    for number, cell in enumerate(notebook.cells):
        about = cell.metadata.get("nbgrader", {})
        cell.id = about.get("grade_id", f"cell-{number}")
        if about.get("solution") and not about["grade"]:
            marks = ("### BEGIN", "### END", f"# {secrets['reference']}")
            lines = [line for line in cell.source.split("\n") if not line.strip().startswith(marks)]
            reference[about["grade_id"]] = "\n".join(lines)
    nbformat.write(notebook, source / f"{NOTEBOOK}.ipynb")
    nbgrader(root, "generate_assignment", ASSIGNMENT)
    (root / "reference.json").write_text(json.dumps(reference), encoding="utf-8")
    return Course(root)
