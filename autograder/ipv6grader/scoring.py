"""What the cells of a graded notebook are worth.

Honest work gets exactly nbgrader's score: `nbgrader.utils.determine_grade` decides, and the comment
"No response." is SaveAutoGrades' own. Any error, and any text on stderr, is 0 points, as there.
nbgrader differs, or fails the whole submission, in these cases, which are decided here:

======================================  =========================  =========================
a test cell …                           nbgrader                   here
======================================  =========================  =========================
was not run                             full points                0, and a person looks
has a result, then an error or stderr   the result counts          0, and a person looks
gives `nan`, or less than 0             full points                0, and a person looks
gives `False`                           full points                0, and a person looks
gives `np.float64(0.5)` or the like     full points                the number
gives a number in some other cover      full points                full, and a person looks
gives more than its points, infinity    the submission fails       a person decides
gives a result without text             the submission fails       a person decides
is worth 0 points, and gives a number   the submission fails       0
looks as if it was tampered with        full points                a person decides
======================================  =========================  =========================

Any other result that is no number, such as `True` or a text, is full points, as nbgrader has it:
many test cells end in an expression that is not meant as partial credit. Of several results the
first counts. A manually graded cell that was deleted is 0 as an empty one, and a person looks, for
the answer may stand in another cell.
"""

import math
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import (
    compute_checksum,
    determine_grade,
    has_failed,
    is_grade,
    is_solution,
    is_task,
)

from ipv6grader.model import Executed, Notebook, NotebookScores, Score, SourceNotebook

NO_RESPONSE = "No response."
"""nbgrader's comment on an answer cell that was left as it was."""

_NUMBER = r"[-+]?(?:[\d_]+\.?[\d_]*|\.\d+)(?:[eE][-+]?\d+)?|nan|[-+]?inf(?:inity)?"
# Numbers that print with their type since numpy 2, and the standard library's own.
_TYPED = re.compile(
    rf"(?:(?:np|numpy)\.(?:float|int|uint|longdouble)\d*\(\s*'?|Decimal\(')({_NUMBER})'?\)"
)
_FRACTION = re.compile(r"Fraction\((-?\d{1,100}), (\d{1,100})\)")
# A number as a text, alone in a container, or as the first of a call's arguments.
_COVERED = re.compile(
    rf"""['"](?:{_NUMBER})['"]|[\w.]*[\[({{]+\s*['"]?(?:{_NUMBER})['"]?(?:,\s*\w+=[\w.'<>]+)*,?[\])}}]+"""
)
_LONGEST_NUMBER = 200


def scores(
    notebook: Notebook,
    source: SourceNotebook,
    executed: Executed | None = None,
    restored: Collection[str] = (),
) -> NotebookScores:
    """Score a notebook that was repaired and run.

    Args:
        notebook: The repaired notebook, with its outputs checked and cleaned.
        source: The notebook as it was released.
        executed: How it was run: why cells were not, and what looks like tampering.
        restored: The grade_ids of cells that `repair` put back.

    Returns:
        A score for every grade cell, and a comment (or None) for every solution and task cell.

    Raises:
        ValueError: A grade cell of the release is not in the notebook: it was not repaired.
    """
    grades: dict[str, Score] = {}
    comments: dict[str, str | None] = {}
    for content in notebook["cells"]:
        if "nbgrader" not in content["metadata"]:
            continue
        cell = _node(content)
        name = cell.metadata.nbgrader["grade_id"]
        if is_grade(cell):
            grades[name] = _score(cell, executed or Executed(), name in restored)
        if is_solution(cell) or is_task(cell):
            blank = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comments[name] = NO_RESPONSE if blank and not is_task(cell) else None
    missing = {cell.grade_id for cell in source.cells if cell.grade} - set(grades)
    if missing:
        raise ValueError(
            f"{source.name} has no cells {', '.join(sorted(missing))}: repair it before scoring."
        )
    return NotebookScores(grades, comments)


def _node(cell: Mapping[str, Any]) -> NotebookNode:
    """Return a cell as nbgrader's functions take it, without walking through what is in it."""
    node = NotebookNode(cell)
    node.metadata = NotebookNode(nbgrader=NotebookNode(cell["metadata"]["nbgrader"]))
    if "outputs" in cell:
        node.outputs = [NotebookNode(output) for output in cell["outputs"]]
    return node


def _score(cell: NotebookNode, executed: Executed, was_missing: bool) -> Score:
    if is_solution(cell):
        auto, _maximum = determine_grade(cell)
        if auto == 0 and was_missing:
            return Score(
                0.0, review=True, why="The cell was deleted: look for the answer elsewhere."
            )
        return Score(_points(auto))
    if cell.cell_type != "code":
        return Score(_points(determine_grade(cell)[0]))
    if executed.tampering:
        return Score(None, review=True, why=executed.tampering[0])
    if has_failed(cell):
        return _failed(cell)
    if cell.get("execution_count") is None and cell.source.strip():
        return Score(0.0, review=True, why=executed.trouble or "The test cell was not run.")
    result = next((out for out in cell.outputs if out.output_type == "execute_result"), None)
    if result is None:
        return Score(_points(determine_grade(cell)[0]))
    return _partial(cell, result.get("data", {}).get("text/plain"))


def _failed(cell: NotebookNode) -> Score:
    """Score a cell with an error: 0, whatever came before it."""
    first = next(
        output
        for output in cell.outputs
        if output.output_type == "execute_result"
        or has_failed(NotebookNode(cell, outputs=[output]))
    )
    if first.output_type == "execute_result":
        return Score(0.0, review=True, why="The test cell gave a result and then an error.")
    return Score(0.0)


def _partial(cell: NotebookNode, text: object) -> Score:
    """Score a cell by its result, which may be partial credit."""
    maximum = float(cell.metadata.nbgrader["points"])
    if isinstance(text, list):
        text = "".join(text)
    if not isinstance(text, str) or not text:
        return Score(None, review=True, why="The result of the test cell has no text.")
    if text.strip() == "False":
        return Score(0.0, review=True, why="The result of the test cell is False.")
    value = number(text)
    shown = text[:40]
    if value is None:
        if len(text) <= _LONGEST_NUMBER and _COVERED.fullmatch(text.strip()):
            why = f"The result of the test cell, {shown}, may be meant as partial credit."
            return Score(maximum, review=True, why=why)
        return Score(maximum)  # as determine_grade; it would repeat a long text in its warning
    if maximum == 0:
        return Score(0.0)
    if math.isnan(value) or value < 0:
        return Score(0.0, review=True, why=f"The result of the test cell is {shown}.")
    if value > maximum:
        why = f"The result of the test cell, {shown}, is over its {maximum:g} points."
        return Score(None, review=True, why=why)
    why = "" if _is_plain(text) else f"The result of the test cell, {shown}, counts as its number."
    return Score(value, why=why)


def number(text: str) -> float | None:
    """Return the number that a result's text is, or None where it is no number.

    Beyond what nbgrader reads (`float`), these are numbers: `np.float64(0.5)` and other numpy
    scalars, `Decimal('0.5')` and `Fraction(1, 2)`.
    """
    if _is_plain(text):
        return float(text)
    text = text.strip()
    if len(text) > _LONGEST_NUMBER:
        return None
    if typed := _TYPED.fullmatch(text):
        return float(Decimal(typed[1].replace("_", "")))
    if (fraction := _FRACTION.fullmatch(text)) and int(fraction[2]):
        return float(Fraction(int(fraction[1]), int(fraction[2])))
    return None


def _is_plain(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _points(value: float | None) -> float | None:
    return None if value is None else float(value)
