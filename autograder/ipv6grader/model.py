"""What the parts of the grader hand each other: plain records, no behaviour.

A notebook is a `dict` as nbformat 4 writes it, but each `source` is one string. Points are floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]
"""A notebook: nbformat 4 as JSON, each `source` joined to one string."""
Output = dict[str, Any]
"""An output of a code cell, as nbformat 4 has it."""


@dataclass(frozen=True)
class SourceCell:
    """A cell of the assignment as the instructor released it."""

    cell_type: str
    """`code`, `markdown` or `raw`."""
    source: str
    """Of a locked cell: its text with hidden tests. Of any other: what was released."""
    id: str = ""
    """nbformat's id of the cell in the release; empty where it has none."""
    grade_id: str = ""
    """nbgrader's name of the cell; empty for a cell without nbgrader's metadata."""
    grade: bool = False
    solution: bool = False
    task: bool = False
    locked: bool = False
    """Whether nbgrader restores its text: test cells, tasks, and read-only cells."""
    points: float | None = None
    """The maximum, of a grade or task cell."""
    checksum: str | None = None
    """nbgrader's checksum of the released cell."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """All metadata in the release."""
    released: str = ""
    """Its text in the release: of a locked cell, without hidden tests."""
    attachments: Mapping[str, Any] = field(default_factory=dict)
    """What nbformat keeps beside a text: images by name."""

    @property
    def is_test(self) -> bool:
        """Whether its outputs decide its points."""
        return self.cell_type == "code" and self.grade and not self.solution


@dataclass(frozen=True)
class SourceNotebook:
    """A notebook of the assignment as the instructor released it."""

    name: str
    """nbgrader's notebook id: the file's name without `.ipynb`."""
    cells: tuple[SourceCell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """The notebook's metadata, with the kernelspec that nbgrader remembers."""
    fingerprint: str = ""
    """SHA-256 over everything above: other cells, other points, another fingerprint."""
    reference: Mapping[str, str] = field(default_factory=dict)
    """The instructor's own text of each solution cell, by grade_id; never shown, never run here."""


@dataclass(frozen=True)
class Repaired:
    """A submission's notebook, in which nothing that nbgrader needs is missing or changed."""

    notebook: Notebook
    trusted: Mapping[int, str]
    """For each code cell that the instructor gave and the learner does not answer in: its position
    in `notebook["cells"]`, and the instructor's own text."""
    notes: tuple[str, ...] = ()
    """What was repaired, one sentence each."""
    restored: frozenset[str] = frozenset()
    """The grade_ids of cells that the submission did not have, and that were put back."""


class Mode(Enum):
    """How a notebook's cells are run."""

    SPLIT = "split"
    """The learner's cells in one process, the tests in another."""
    SHARED = "shared"
    """All cells in one process."""
    IN_PLACE = "split in place"
    """As `SPLIT`, and what the learner's code does to an argument is done to the test's own."""
    KERNEL = "kernel"
    """All cells in a real Jupyter kernel."""

    @property
    def is_split(self) -> bool:
        """Whether learner and tests have a process each."""
        return self in (Mode.SPLIT, Mode.IN_PLACE)


@dataclass(frozen=True)
class JobCell:
    """A code cell to run."""

    index: int
    """Its position among all cells of the notebook."""
    source: str
    is_test: bool = False
    trusted: str | None = None
    """The instructor's text of a cell that the learner does not answer in."""
    grade_id: str = ""


@dataclass(frozen=True)
class Job:
    """One notebook of one submission, to be run."""

    student: str
    assignment: str
    notebook: str
    cells: tuple[JobCell, ...]
    files: Path | None
    """A folder with the other files of the submission; None where it has none."""
    directory: str
    """The working directory in nbgrader's course root, such as `autograded/amina.k/addressing`."""
    mode: Mode
    cell_seconds: float | None = 30.0
    """The longest that one cell may take; None for no limit."""
    kernel_name: str = "python3"
    answers: frozenset[str] = frozenset()
    """The names that solution cells of the assignment define."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """What the instructor's own answers import: statements, by the name that each binds."""
    given: Path | None = None
    """A folder with the instructor's own files, which the test process sees in split mode."""
    known_signs: frozenset[str] = frozenset()
    """What the instructor's own answers use, and so is no sign of tampering (`signs.py`)."""
    kernel_options: Mapping[str, Any] = field(default_factory=dict)
    """What the course configures of nbgrader's `Execute` beside time limit and kernel, as JSON."""


@dataclass
class Executed:
    """What running a job gave. All of it came from a child: it is checked, never believed."""

    outputs: dict[int, list[Output]] = field(default_factory=dict)
    """By the cell's position; a cell that was not run is not in it."""
    counts: dict[int, int | None] = field(default_factory=dict)
    """The execution counts, by the cell's position."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    trouble: str = ""
    """Why the notebook was not run to its end, in a sentence; empty where it was."""
    mode: Mode | None = None
    """How the cells were run, where that is not what the job asked for."""
    why: str = ""
    """Why they were run in that other way, in a sentence."""
    tampering: list[str] = field(default_factory=list)
    """What looks as if the submission had reached for its own marks, one sentence each."""
    changed_arguments: bool = False
    """Whether the learner's code changed what a test had given it: with `Mode.SPLIT`, its copy."""


@dataclass(frozen=True)
class Score:
    """What one grade or task cell is worth."""

    auto: float | None
    """The points; None where a person decides."""
    review: bool = False
    """Whether a person should look at it, although there is a score."""
    why: str = ""
    """A sentence for the instructor, where the score is not what nbgrader's own rule gives."""


@dataclass(frozen=True)
class NotebookScores:
    """What goes into the gradebook for one notebook."""

    grades: Mapping[str, Score]
    """By grade_id, every grade cell; task cells are left to people."""
    comments: Mapping[str, str | None]
    """The automatic comment by grade_id, of every solution and task cell."""
