"""Honest hand-ins, as many as wanted: the same seed gives the same ones.

People know more or less (`strong`, `mixed`, `weak`, `blank`, `unfinished`), and have habits.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import nbformat
from nbformat import NotebookNode

from ipv6course.authoring.gates import Proof
from ipv6course.places import modules_folder
from parity import habits
from parity.course_root import DUE, text_notebooks

NAMES = (
    "amina.k",
    "Tupou-F",
    "josé",
    "Đặng.Văn",
    "مريم",
    "李小龍",
    "zoë_müller",
    "O'Brien",
    "Ana María",
    "Łukasz",
    "さくら",
    "Ὀδυσσεύς",
    "d.rao",
)
_KNOWS = {"strong": 0.95, "mixed": 0.6, "weak": 0.2, "blank": 0.0, "unfinished": 0.5}
_PEOPLE = ("strong",) * 4 + ("mixed",) * 5 + ("weak",) * 2 + ("blank", "unfinished", "unfinished")
_PROSE = (
    "Because equal ratios are equal steps: 10 to 100 is as far as 100 to 1000.",
    "So that it *fits*.\n\n- $y = e^x$\n- <script>alert(1)</script>",
    "من أجل النسب",
    "",
)
_SETTINGS: tuple[dict[str, object] | None, ...] = (
    None,
    {"currency": "USD", "unit": "tonnes", "rate": 2.7},
    {"currency": "USD", "unit": "tonnes", "rate": 1.5},
    {"currency": "usd", "unit": "tonnes", "rate": 3},
    {"currency": "USD", "rate": 3},
)
_TOOLBOX = (
    "def convert(tonnes):\n    return tonnes * 1000\n",
    '"""Mine."""\n\nconvert = lambda t: 1000 * t\n',
    "def convert(tonnes):\n    return int(tonnes) * 1000\n",
    "def convert(tonnes)\n    return tonnes * 1000\n",
)


@dataclass
class Mark:
    """What a person had given before the machine graded: Formgrader writes such rows."""

    notebook: str
    grade_id: str
    manual: float | None = None
    extra: float | None = None
    comment: str | None = None


@dataclass
class HandIn:
    """One submission to an assignment."""

    student: str
    assignment: str
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    timestamp: str | None = None
    person: str = ""
    habits: dict[str, list[str]] = field(default_factory=dict)
    """What was done to each notebook."""
    marks: list[Mark] = field(default_factory=list)

    def write(self, root: Path) -> None:
        """Write it into `submitted/` of a course root."""
        folder = root / "submitted" / self.student / self.assignment
        folder.mkdir(parents=True)
        for name, notebook in self.notebooks.items():
            text = json.dumps(notebook, ensure_ascii=False, indent=1)
            (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        # As `nbgrader collect` leaves it; feedback is released under it.
        (folder / "submission_secret.txt").write_text(f"secret of {self.student}", "utf-8")
        if self.timestamp:
            (folder / "timestamp.txt").write_text(self.timestamp, encoding="utf-8")


def student(number: int) -> str:
    """Return the id of the n-th person."""
    name = NAMES[number % len(NAMES)]
    return name if number < len(NAMES) else f"{name}-{number // len(NAMES)}"


def hand_ins(
    root: Path, assignment: str, count: int, *, seed: str, notebooks: int = 99
) -> list[HandIn]:
    """Return hand-ins to an assignment of the test's own course.

    Args:
        root: The course root in which it is released.
        assignment: Its name.
        count: How many.
        seed: Another one gives others.
        notebooks: The most that somebody hands in.
    """
    known = {text.name: text for text in text_notebooks() if text.assignment == assignment}

    def answer(name: str, cell: NotebookNode, right: bool, random: Random) -> str:
        grade_id = cell.metadata.nbgrader["grade_id"]
        reference = next(
            entry.source
            for entry in nbformat.read(
                root / "source" / assignment / f"{name}.ipynb", as_version=4
            ).cells
            if entry.metadata.get("nbgrader", {}).get("grade_id") == grade_id
        )
        if cell.cell_type == "markdown":
            return random.choice(_PROSE)
        listed = [entry for entry in known[name].answers(grade_id) if entry.right is right]
        number = random.randrange(len(listed) + right)
        return listed[number].source if number < len(listed) else reference

    return [
        _hand_in(
            root, assignment, number, Random(f"{seed}/{assignment}/{number}"), answer, notebooks
        )
        for number in range(count)
    ]


def _hand_in(
    root: Path,
    assignment: str,
    number: int,
    random: Random,
    answer: Callable[[str, NotebookNode, bool, Random], str],
    most: int,
) -> HandIn:
    person = _PEOPLE[random.randrange(len(_PEOPLE))]
    handed = HandIn(student(number), assignment, person=person)
    paths = sorted((root / "release" / assignment).glob("*.ipynb"))
    if random.random() < 0.1:
        most = min(most, len(paths) - 1) or 1
    for path in sorted(random.sample(paths, min(most, len(paths)))):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                _answer(cell, path.stem, person, answer, random)
        every = {**habits.DAMAGING, **habits.HARMLESS}
        handed.habits[path.stem] = [*habits.fall_into(notebook, random, every)]
        handed.notebooks[path.stem] = notebook
    _bring_files(handed, random)
    _hand_in_time(handed, random)
    _mark_by_hand(handed, root, random)
    return handed


def _answer(
    cell: NotebookNode,
    name: str,
    person: str,
    answer: Callable[[str, NotebookNode, bool, Random], str],
    random: Random,
) -> None:
    """Let a person answer in a cell, or not."""
    chance = random.random()
    if person == "blank" or (person != "strong" and chance < 0.08):
        if chance < 0.02:
            cell.source = ""
        return
    cell.source = answer(name, cell, random.random() < _KNOWS[person], random)
    if person == "unfinished" and random.random() < 0.5 and cell.cell_type == "code":
        cell.source = habits.broken(cell.source, random)


def _bring_files(handed: HandIn, random: Random) -> None:
    """Add files beside the notebooks."""
    if random.random() < 0.15:
        handed.files["notes.txt"] = "to do: صيد\n".encode()
        handed.files["more/deep/table.csv"] = b"1,2\n"
        handed.files[".ipynb_checkpoints/old-checkpoint.ipynb"] = b"{}"
    if handed.assignment == "tables":
        if settings := random.choice(_SETTINGS):
            handed.files["settings.json"] = json.dumps(settings).encode()
        if random.random() < 0.8:
            handed.files["toolbox.py"] = random.choice(_TOOLBOX).encode()
        if random.random() < 0.5:
            handed.files["mine.csv"] = b"name,length\nalia,15\nva'a,6\ntulula,9\n"
        if random.random() < 0.2:
            # The instructor's copy comes in its place.
            handed.files["harvest.csv"] = b"island,crop,tonnes\nUpolu,taro,1\n"


def _hand_in_time(handed: HandIn, random: Random) -> None:
    """Hand in before the date, somewhat after it, days after it, or without a time."""
    after = random.choice((None, -90_000, -60, 0, 1200, 4000, 90_000, 400_000))
    if handed.assignment == "pictures":
        after = after or 0  # feedback is released for what has a time
    if after is not None:
        time = datetime.fromisoformat(DUE) + timedelta(seconds=after)
        zone = random.choice((" UTC", "", " +0000"))
        handed.timestamp = f"{time:%Y-%m-%d %H:%M:%S}.123456{zone}"


def _mark_by_hand(handed: HandIn, root: Path, random: Random) -> None:
    """Let a person have marked some cells of an earlier version by hand."""
    if random.random() > 0.12:
        return
    for name in handed.notebooks:
        release = root / "release" / handed.assignment / f"{name}.ipynb"
        for cell in nbformat.read(release, as_version=4).cells:
            meta = cell.metadata.get("nbgrader", {})
            if (meta.get("grade") or meta.get("task")) and random.random() < 0.4:
                handed.marks.append(
                    Mark(
                        name,
                        meta["grade_id"],
                        manual=random.choice((None, 0, 0.5, 1)),
                        extra=random.choice((None, None, 1.5)),
                    )
                )
            if meta.get("solution") and random.random() < 0.4:
                handed.marks.append(Mark(name, meta["grade_id"], comment="Ask me about this."))


def module_hand_ins(
    root: Path, module: str, count: int, *, seed: str, notebooks: int = 99
) -> list[HandIn]:
    """Return hand-ins to a module of the IPv6 course; its answers are mixed at random.

    Args:
        root: The course root in which it is released.
        module: The module's name.
        count: How many.
        seed: Another one gives others.
        notebooks: The most that somebody hands in.
    """
    nothing = [lambda *_: None] * 3
    proof = Proof(module, modules_folder(), root, root, *nothing)  # type: ignore[arg-type]
    return [
        _module_hand_in(root, proof, number, Random(f"{seed}/{module}/{number}"), notebooks)
        for number in range(count)
    ]


def _module_hand_in(root: Path, proof: Proof, number: int, random: Random, most: int) -> HandIn:
    handed = HandIn(student(number), proof.module)
    knows = random.choice((0.95, 0.6, 0.3))
    release = root / "release" / proof.module
    there = [lesson for lesson in proof.lessons if (release / f"{lesson.name}.ipynb").is_file()]
    for lesson in random.sample(there, min(most, len(there))):
        notebook = nbformat.read(release / f"{lesson.name}.ipynb", as_version=4)
        for exercise in lesson.exercises:
            if lesson.tests(exercise):
                listed = proof.answers.get(exercise, [])
                right = random.random() < knows
                kinds = [f"answer-{k}" for k, a in enumerate(listed, 1) if a.right is right]
                variant = random.choice([*kinds, "reference" if right else "blank"])
                proof._answer(notebook, lesson, exercise, variant)
        handed.habits[lesson.name] = [*habits.fall_into(notebook, random, habits.HARMLESS)]
        handed.notebooks[lesson.name] = notebook
    _hand_in_time(handed, random)
    return handed
