"""A lesson as its author writes it: a MyST text notebook with nbgrader's metadata.

Authors write nbgrader's own keys and leave out what follows from the others: a cell with
`solution: true` is where the learner works; a cell with `points` is a locked test.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jupytext.myst
import yaml  # type: ignore[import-untyped]  # jupytext reads metadata with it
from jupytext.myst import MystMetadataParsingError
from nbformat import ValidationError

REGION = {
    "solution": ("### BEGIN SOLUTION", "### END SOLUTION"),
    "hidden tests": ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"),
    "mark scheme": ("### BEGIN MARK SCHEME", "### END MARK SCHEME"),
}


class LessonTextError(ValueError):
    """The text is not a MyST notebook at all. Its message names file and line."""


@dataclass(frozen=True)
class Cell:
    """One cell of a text lesson."""

    kind: str
    """`code` or `markdown`."""
    source: str
    metadata: dict[str, Any]
    line: int
    """The line of the file, from 1, on which the source begins."""

    @cached_property
    def nbgrader(self) -> dict[str, Any]:
        """Nbgrader's metadata as the author wrote it; empty for an ordinary cell."""
        value = self.metadata.get("nbgrader", {})
        return value if isinstance(value, dict) else {}

    @property
    def grade_id(self) -> str:
        """Nbgrader's name of the cell, or empty."""
        return str(self.nbgrader.get("grade_id", ""))

    @property
    def is_solution(self) -> bool:
        """Whether the learner answers here."""
        return self.nbgrader.get("solution") is True

    @property
    def is_test(self) -> bool:
        """Whether this is a locked cell of tests, worth points."""
        return bool(self.nbgrader) and not self.is_solution

    @property
    def exercise(self) -> str:
        """The exercise that the cell belongs to: a test's grade_id is the exercise's and a number.

        An exercise with several solution cells names it in each of them (`exercise: …`).
        """
        if self.is_test:
            return re.sub(r"-\d+$", "", self.grade_id)
        return str(self.metadata.get("exercise", self.grade_id))


@dataclass(frozen=True)
class TextLesson:
    """A whole lesson."""

    path: Path
    metadata: dict[str, Any]
    """The `ipv6course` table of the front matter: title, minutes, goals, allow."""
    cells: tuple[Cell, ...]

    @property
    def module(self) -> str:
        """The module's name, which is nbgrader's assignment."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """The lesson's file name without its ending, which is nbgrader's notebook."""
        return self.path.stem

    @property
    def title(self) -> str:
        """What a learner calls the lesson."""
        return str(self.metadata.get("title", self.name))

    def solutions(self, exercise: str) -> list[Cell]:
        """Return the solution cells of an exercise."""
        return [cell for cell in self.cells if cell.is_solution and cell.exercise == exercise]

    def tests(self, exercise: str) -> list[Cell]:
        """Return the test cells of an exercise, in order."""
        return [cell for cell in self.cells if cell.is_test and cell.exercise == exercise]

    @property
    def exercises(self) -> list[str]:
        """The exercises in the order of their first solution cell."""
        return list(dict.fromkeys(cell.exercise for cell in self.cells if cell.is_solution))

    def withheld(self, exercise: str) -> list[str]:
        """Return the calls that an exercise withholds."""
        cells = self.solutions(exercise)
        return [call for cell in cells for call in cell.metadata.get("withheld", [])]


def lesson_paths(modules: Path, module: str) -> list[Path]:
    """Return the text lessons of a module, in order."""
    return sorted((modules / module).glob("[0-9][0-9]-*.md"))


def read_lesson(path: Path) -> TextLesson:
    """Read a text lesson.

    Raises:
        LessonTextError: The front matter or a cell's metadata cannot be read.
    """
    text = path.read_text(encoding="utf-8")
    try:
        notebook = jupytext.myst.myst_to_notebook(text, add_source_map=True)
    except (MystMetadataParsingError, ValidationError, ValueError, yaml.YAMLError) as error:
        raise _unreadable(path, str(error)) from None
    lines = text.splitlines()
    cells = []
    for node, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        line = _line_of(node.source, lines, start)
        cells.append(Cell(node.cell_type, node.source, _plain(node.metadata), line))
    metadata = _plain(notebook.metadata.get("ipv6course"))
    return TextLesson(path, metadata if isinstance(metadata, dict) else {}, tuple(cells))


def _unreadable(path: Path, said: str) -> LessonTextError:
    """Return jupytext's refusal with the line of the file and what to do."""
    lines = [int(number) for number in re.findall(r"\bline (\d+)", said)]
    if " cell " in said.partition("\n")[0]:
        line, fix = lines[0], "write the cell's metadata as YAML between two '---' lines"
    else:
        # YAML counts from the line after '---', and names the place of the error last.
        line, fix = lines[-1] + 1 if lines else 1, "write it as YAML between two '---' lines"
    what = said.partition("\n")[0].rstrip(";, ")
    return LessonTextError(f"{path}:{line}: {what}\n    fix: {fix}")


def _plain(metadata: Any) -> Any:
    """Return nbformat's mapping as plain dicts and lists."""
    if isinstance(metadata, dict):
        return {key: _plain(value) for key, value in metadata.items()}
    if isinstance(metadata, list):
        return [_plain(item) for item in metadata]
    return metadata


def _line_of(source: str, lines: list[str], start: int) -> int:
    """Return the line, from 1, on which a cell's source begins; the search starts at `start`."""
    first = source.split("\n", 1)[0]
    for number in range(start, len(lines)):
        if lines[number] == first:
            return number + 1
    return start + 1
