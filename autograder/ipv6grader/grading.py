"""One notebook's way, but for its running: from hostile bytes to a job, from outputs to scores.

Both ways of grading go through here, the batch and nbgrader's own `autograde`, so that they cannot
differ. After a notebook has run, its outputs go through nbgrader's own preprocessors in the
order of `Autograde.autograde_preprocessors`, as the course configures them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import IgnorePattern, LimitOutput

from ipv6grader import outputs, scoring
from ipv6grader.course import Course, Submission
from ipv6grader.execution.names import names_of
from ipv6grader.execution.signs import signs
from ipv6grader.journal import NotebookRecord
from ipv6grader.model import (
    Executed,
    Job,
    JobCell,
    Mode,
    Notebook,
    NotebookScores,
    Output,
    Repaired,
    SourceNotebook,
)
from ipv6grader.repair import repair

Verdict = Callable[[SourceNotebook], tuple[Mode, str]]
"""How a notebook of the assignment is to be run, and why: never a matter of a submission."""
_SKIPPED = "skip-execution"  # nbclient runs no cell with this tag


@dataclass(frozen=True)
class Released:
    """A notebook of the assignment, with what is the same for every submission."""

    source: SourceNotebook
    mode: Mode
    why: str
    answers: frozenset[str]
    """The names that solution cells define."""
    imports: Mapping[str, str]
    """What they import: statements, by the name that each binds."""
    known_signs: frozenset[str]
    """What the instructor's own answers use, and so is no sign of tampering."""
    kernel_name: str


@dataclass(frozen=True)
class Prepared:
    """A learner's notebook, repaired and ready to be run."""

    released: Released
    repaired: Repaired
    job: Job


@dataclass(frozen=True)
class Graded:
    """A learner's notebook after it has run."""

    text: str
    """The notebook as it is written."""
    scores: NotebookScores
    record: NotebookRecord


def release(course: Course, source: SourceNotebook, verdict: Verdict) -> Released:
    """Return what is the same for every submission's notebook of this name."""
    texts = [*source.reference.values(), *(c.source for c in source.cells if c.solution)]
    names = [names_of(text) for text in texts]
    imports = {name: statement for cell in names for name, statement in cell.imports.items()}
    answers = frozenset[str]().union(*(cell.bound for cell in names)) - imports.keys()
    known = frozenset[str]().union(*map(signs, texts))
    mode, why = verdict(source)
    spec = source.metadata.get("kernelspec", {})
    kernel = course.kernel_name or str(spec.get("name") or "python3")
    return Released(source, mode, why, answers, imports, known, kernel)


def prepare(
    course: Course,
    submission: Submission,
    released: Released,
    notebook: Notebook,
    files: Path | None,
    given: Path | None = None,
) -> Prepared:
    """Repair a notebook, and make the job that runs it.

    Args:
        course: The course root.
        submission: Whose it is.
        released: What it was before the learner had it.
        notebook: What was handed in.
        files: The folder with the submission's other files.
        given: A folder with the instructor's files alone.
    """
    repaired = repair(notebook, released.source)
    cells = _job_cells(repaired, released.source)
    job = _job(course, submission, released, cells)
    return Prepared(released, repaired, replace(job, files=files, given=given))


def release_job(course: Course, submission: Submission, released: Released) -> Job:
    """Return a notebook as it was released as a job: no answer and no hidden test is in it."""
    cells = tuple(
        JobCell(index, cell.released)
        for index, cell in enumerate(released.source.cells)
        if cell.cell_type == "code" and cell.released.strip()
    )
    return replace(_job(course, submission, released, cells), mode=Mode.SHARED)


def _job(
    course: Course, submission: Submission, released: Released, cells: tuple[JobCell, ...]
) -> Job:
    return Job(
        student=submission.student,
        assignment=submission.assignment,
        notebook=released.source.name,
        cells=cells,
        files=None,
        directory=course.working_directory(submission.student, submission.assignment),
        mode=released.mode,
        cell_seconds=course.cell_seconds,
        kernel_name=released.kernel_name,
        answers=released.answers,
        imports=released.imports,
        known_signs=released.known_signs,
        kernel_options=course.kernel_options,
    )


def _job_cells(repaired: Repaired, source: SourceNotebook) -> tuple[JobCell, ...]:
    """Return the cells that nbclient would run: code that is not blank and not tagged away."""
    tests = {cell.grade_id for cell in source.cells if cell.is_test}
    cells = []
    for index, cell in enumerate(repaired.notebook["cells"]):
        if cell["cell_type"] != "code" or not cell["source"].strip():
            continue
        tags = cell["metadata"].get("tags", [])
        if isinstance(tags, list) and _SKIPPED in tags:
            continue
        settings = cell["metadata"].get("nbgrader", {})
        grade_id = str(settings.get("grade_id", ""))
        cells.append(
            JobCell(
                index=index,
                source=cell["source"],
                is_test=grade_id in tests,
                trusted=repaired.trusted.get(index),
                grade_id=grade_id,
            )
        )
    return tuple(cells)


def finish(steps: Sequence[Any], prepared: Prepared, executed: Executed) -> Graded:
    """Put the outputs of a run in, and score them.

    Args:
        steps: What `output_steps` gave.
        prepared: The notebook.
        executed: What running it gave; every output is checked here.
    """
    notebook, executed = with_outputs(prepared.repaired.notebook, executed)
    for step in steps:
        notebook, _resources = step(notebook, {})
    scores = scoring.scores(
        notebook, prepared.released.source, executed, prepared.repaired.restored
    )
    return Graded(
        text=_text(notebook),
        scores=scores,
        record=record(prepared, executed, scores),
    )


def _text(notebook: Any) -> str:
    """Return a notebook as a file has it: a line for each cell.

    nbformat's own writer copies it all first, and its indentation takes Python's slow encoder.
    """
    rest = {name: value for name, value in notebook.items() if name != "cells"}
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in notebook["cells"])
    return f'{{"cells": [\n{cells}\n],\n{json.dumps(rest, ensure_ascii=False)[1:]}\n'


def with_outputs(repaired: Notebook, executed: Executed) -> tuple[Any, Executed]:
    """Return a repaired notebook with the outputs of its run, and the run with outputs checked."""
    notebook = nbformat.from_dict(repaired)
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            try:
                accepted = outputs.accept(executed.outputs.get(index, []))
            except outputs.OutputError as why:  # never full points by accident
                accepted = [_refused(str(why))]
                executed.trouble = executed.trouble or str(why)
            if index in executed.outputs:
                executed.outputs[index] = accepted
            cell.outputs = [nbformat.from_dict(output) for output in accepted]
            cell.execution_count = executed.counts.get(index)
    return notebook, executed


def _refused(why: str) -> Output:
    name = "OutputError"
    return {"output_type": "error", "ename": name, "evalue": why, "traceback": [f"{name}: {why}"]}


def output_steps(course: Course) -> list[Any]:
    """Return nbgrader's preprocessors between running and scoring, as the course has them."""
    kinds = (IgnorePattern, ClearMetadataPreprocessor, LimitOutput)
    return [course.preprocessor(kind) for kind in kinds]


def record(prepared: Prepared, executed: Executed, scores: NotebookScores) -> NotebookRecord:
    """Return what the journal keeps of a notebook's grading."""
    person = [*executed.tampering]
    if executed.trouble:
        person.append(executed.trouble)
    for grade_id, score in scores.grades.items():
        if score.review:
            person.append(f"{grade_id}: {score.why}" if score.why else f"{grade_id} needs a look")
    mode = executed.mode or prepared.job.mode
    return NotebookRecord(
        mode=mode.value,
        why=executed.why or prepared.released.why,
        repaired=list(prepared.repaired.notes),
        person=list(dict.fromkeys(person)),
        trouble=executed.trouble,
    )
