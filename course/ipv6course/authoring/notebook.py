"""A text lesson as an nbgrader source notebook."""

from typing import Any

import nbformat
from nbformat import NotebookNode

from ipv6course.authoring.text_lesson import Cell, TextLesson

_SCHEMA_VERSION = 3
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def source_notebook(lesson: TextLesson) -> NotebookNode:
    """Return the notebook that nbgrader's `generate_assignment` takes.

    Two builds of one text give the same notebook, cell ids included.
    """
    cells = [_node(lesson, cell, position) for position, cell in enumerate(lesson.cells)]
    metadata = {
        "kernelspec": _KERNEL,
        "language_info": {"name": "python"},
        "ipv6course": {"lesson": f"{lesson.module}/{lesson.name}", "title": lesson.title},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _node(lesson: TextLesson, cell: Cell, position: int) -> NotebookNode:
    new = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
    metadata = dict(cell.metadata)
    if cell.nbgrader:
        metadata["nbgrader"] = _nbgrader(cell)
    if cell.is_test and cell.kind == "code":
        # Folded, so that a learner meets one line: what the cell is for. A click unfolds it.
        metadata["jupyter"] = {"source_hidden": True}
    return new(source=_source(lesson, cell), metadata=metadata, id=cell.grade_id or str(position))


def _nbgrader(cell: Cell) -> dict[str, Any]:
    """Return nbgrader's metadata with everything that the author may leave out."""
    written = cell.nbgrader
    graded = "points" in written
    return {
        "grade": graded,
        "grade_id": cell.grade_id,
        "locked": not cell.is_solution,
        "schema_version": _SCHEMA_VERSION,
        "solution": cell.is_solution,
        "task": False,
        **({"points": written["points"]} if graded else {}),
    }


def _source(lesson: TextLesson, cell: Cell) -> str:
    """Return the cell's source; a test cell says first what it is, and what is withheld."""
    if not cell.is_test or cell.kind != "code":
        return cell.source
    lines = [f"# Check: run this cell to check your answer ({_points(cell)})."]
    if calls := lesson.withheld(cell.exercise):
        arguments = ", ".join(f'"{name}"' for name in [cell.exercise, *calls])
        lines.append(f"lesson.withhold({arguments})")
    return "\n".join([*lines, cell.source])


def _points(cell: Cell) -> str:
    points = cell.nbgrader["points"]
    return "1 point" if points == 1 else f"{points} points"
