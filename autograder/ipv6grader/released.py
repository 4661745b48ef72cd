"""The assignment as it was released: what submissions are measured against.

Rules:

- The gradebook decides which notebooks and which cells count, their points, and the text of locked
  cells: hidden tests are nowhere else. It was written by `nbgrader generate_assignment`.
- `release/` decides the order, the ordinary cells and nbformat's ids, for it is what learners got.
  Where it is gone, `source/` stands in, prepared by nbgrader's own preprocessors.
- `source/` gives the instructor's solutions. They are for reading alone.

Where gradebook and release contradict each other there is no right score, and it is an error.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import api
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata, InstantiateTests, SaveCells
from nbgrader.utils import is_locked
from sqlalchemy.engine import make_url

from ipv6grader.model import SourceCell, SourceNotebook

_ASSIGN = "nbgrader generate_assignment"
# Steps of `generate_assignment` that write to the gradebook, start a kernel, or complain.
_NOT_FOR_READING = (SaveCells, InstantiateTests, CheckCellMetadata)
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError)


class AssignmentError(Exception):
    """An assignment can't be read as it was released. Its text says what to do."""


def read_assignment(
    coursedir: CourseDirectory, assignment: str, gradebook: api.Gradebook | None = None
) -> dict[str, SourceNotebook]:
    """Read an assignment's notebooks as the instructor released them.

    Args:
        coursedir: Where nbgrader's folders and gradebook are; its configuration counts.
        assignment: The assignment's name.
        gradebook: The gradebook, where it is open already.

    Returns:
        The notebooks by nbgrader's notebook id, in the order of their names.

    Raises:
        AssignmentError: It was never generated, or its release can't be read, or contradicts the
            gradebook.
    """
    if gradebook is not None:
        return _read(coursedir, assignment, gradebook)
    url = make_url(coursedir.db_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise AssignmentError(
            f"There is no gradebook {url.database}. Run '{_ASSIGN} {assignment}' in the course's "
            "folder, or name that folder with --course-dir."
        )
    with api.Gradebook(coursedir.db_url, coursedir.course_id) as opened:
        return _read(coursedir, assignment, opened)


def _read(
    coursedir: CourseDirectory, assignment: str, gradebook: api.Gradebook
) -> dict[str, SourceNotebook]:
    try:
        rows = sorted(gradebook.find_assignment(assignment).notebooks, key=lambda row: row.name)
    except api.MissingEntry:
        rows = []
    if not rows:
        raise AssignmentError(
            f"The gradebook knows no notebooks of the assignment '{assignment}'. "
            f"Run '{_ASSIGN} {assignment}'."
        )
    return {row.name: _read_notebook(coursedir, assignment, row) for row in rows}


def _read_notebook(
    coursedir: CourseDirectory, assignment: str, row: api.Notebook
) -> SourceNotebook:
    """Bring together what gradebook, release and source say of a notebook."""

    def path(step: str) -> Path:
        folder = coursedir.format_path(step, ".", assignment)
        return Path(folder) / f"{row.name}.ipynb"

    release, source = path(coursedir.release_directory), path(coursedir.source_directory)
    written = _load(source, assignment) if source.is_file() else None
    if release.is_file():
        released = _load(release, assignment)
    elif written is not None:
        released = _as_released(coursedir, NotebookNode(nbformat.from_dict(written)), source)
    else:
        raise AssignmentError(
            f"Neither {release} nor {source} is there, so the order of its cells is unknown. "
            f"Put one of them back, and run '{_ASSIGN} {assignment}' if it was changed."
        )
    place = release if release.is_file() else source
    cells = tuple(_cells(released["cells"], row, f"{place} ('{_ASSIGN} {assignment}' writes it)"))
    metadata = {k: v for k, v in released.get("metadata", {}).items() if k != "celltoolbar"}
    kernelspec = json.loads(row.kernelspec) if row.kernelspec else None
    if kernelspec:  # as nbgrader's OverwriteKernelspec
        metadata["kernelspec"] = kernelspec
    answers = {cell.grade_id for cell in cells if cell.solution}
    reference: dict[str, str] = {
        name: cell["source"]
        for cell in (written or {"cells": ()})["cells"]
        if (name := str(_settings(cell).get("grade_id"))) in answers
    }
    notebook = SourceNotebook(row.name, cells, metadata, reference=reference)
    return replace(notebook, fingerprint=_fingerprint(notebook))


def _load(path: Path, assignment: str) -> dict[str, Any]:
    """Read an instructor's notebook; a cell without an id stays without one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        if content.get("nbformat", 0) < 4:
            content = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4)
            for cell in content["cells"]:  # nbformat made them at random
                cell.pop("id", None)
        for cell in content["cells"]:
            text = cell["source"]
            cell["source"] = text if isinstance(text, str) else "".join(text)
            cell.setdefault("metadata", {})
    except _UNREADABLE as error:
        raise AssignmentError(
            f"{path} can't be read as a notebook ({error}). Run '{_ASSIGN} {assignment} --force'."
        ) from error
    return dict(content)


def _as_released(coursedir: CourseDirectory, notebook: NotebookNode, path: Path) -> NotebookNode:
    """Do to a source notebook what `generate_assignment` does, as far as learners see it."""
    converter = GenerateAssignment(coursedir=coursedir, parent=coursedir)
    resources: dict[str, Any] = {"metadata": {"path": str(path.parent)}}
    for step in converter.preprocessors:
        if not issubclass(step, _NOT_FOR_READING):
            try:
                notebook, resources = step(parent=converter).preprocess(notebook, resources)
            except (RuntimeError, ValueError, KeyError) as error:
                raise AssignmentError(f"{path}: {error}") from error
    return notebook


def _cells(cells: Iterable[Mapping[str, Any]], row: api.Notebook, place: str) -> Iterator[Any]:
    """Yield the cells in the order of the release, with what the gradebook knows of them."""
    known = {cell.name: cell for cell in row.source_cells}
    grades = {cell.name: cell.max_score for cell in row.grade_cells}
    tasks = {cell.name: cell.max_score for cell in row.task_cells}
    solutions = {cell.name for cell in row.solution_cells}
    for cell in cells:
        settings = _settings(cell)
        grade_id = str(settings.get("grade_id", ""))
        entry = known.pop(grade_id, None)
        plain = SourceCell(
            cell_type=cell["cell_type"],
            source=cell["source"],
            released=cell["source"],
            id=cell.get("id", ""),
            metadata={k: v for k, v in cell["metadata"].items() if k != "nbgrader"},
            attachments=cell.get("attachments", {}),
        )
        if entry is None:
            if settings.get("grade") or settings.get("solution") or settings.get("task"):
                raise AssignmentError(
                    f"The cell '{grade_id}' of {place} is not in the gradebook, or stands twice."
                )
            yield plain
            continue
        points = grades.get(grade_id, tasks.get(grade_id))
        graded = replace(
            plain,
            cell_type=entry.cell_type,
            source=entry.source if entry.locked else plain.source,
            grade_id=grade_id,
            grade=grade_id in grades,
            solution=grade_id in solutions,
            task=grade_id in tasks,
            locked=bool(entry.locked),
            points=None if points is None else float(points),
            checksum=entry.checksum,
        )
        yield replace(graded, metadata={**plain.metadata, "nbgrader": _complete(graded, settings)})
    if known:
        names = ", ".join(f"'{name}'" for name in sorted(known))
        raise AssignmentError(f"The gradebook has the cells {names}, but they are not in {place}.")


def _settings(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return nbgrader's metadata of a cell; empty where it has none."""
    settings = cell["metadata"].get("nbgrader")
    return settings if isinstance(settings, Mapping) else {}


_VALIDATOR = MetadataValidator()


def _complete(cell: SourceCell, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return nbgrader's metadata in its present form, with the gradebook's values."""
    allowed = _VALIDATOR.schema["properties"]
    complete = {key: value for key, value in settings.items() if key in allowed}
    complete |= {
        "schema_version": MetadataValidator.schema_version,
        "grade": cell.grade,
        "solution": cell.solution,
        "task": cell.task,
        "cell_type": cell.cell_type,
    }
    if is_locked(NotebookNode(metadata={"nbgrader": complete})) != cell.locked:
        complete["locked"] = cell.locked
    complete.setdefault("locked", cell.locked)
    if cell.points is None:
        complete.pop("points", None)
    elif complete.get("points") != cell.points:
        complete["points"] = cell.points
    if cell.checksum is None:
        complete.pop("checksum", None)
    else:
        complete["checksum"] = cell.checksum
    return complete


def _fingerprint(notebook: SourceNotebook) -> str:
    """Return the SHA-256 of all that decides a score."""
    content = asdict(notebook)
    del content["fingerprint"], content["reference"]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
