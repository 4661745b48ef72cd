"""The exercise gates: through real grading, every answer scores what its author declares.

For each learner: the reference solution gives all points, the blank release gives none, each right
answer gives all, each wrong answer gives its declared points and meets its declared hint. The k-th
answer of every exercise goes into one submission, so a module of many exercises needs few of them.

The gates grade with whatever callable they are given; they know nbgrader's folders, not its grader.
"""

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ipv6course.authoring.answers import Answer, read_answers
from ipv6course.authoring.text_lesson import REGION, TextLesson, lesson_paths, read_lesson

Grade = Callable[[Path, str], None]
"""Grades every submission to an assignment in an nbgrader course root."""
Feedback = Callable[[Path, str], None]
"""Writes the feedback on every graded submission to an assignment."""
Scores = Callable[[Path, str, str], dict[tuple[str, str], float]]
"""Returns the points of a student's submission by (lesson, grade_id), from the gradebook."""

_OPENS = re.compile(r"#|\w+ = [\[({]$")  # a comment, or the name alone of a list that follows
_HINT = re.compile(r"^\[([a-z0-9-]+)\]")


@dataclass(frozen=True)
class Variant:
    """What every exercise is answered with in one submission."""

    name: str
    """`reference`, `blank`, or `answer-K`, K from 1."""
    learners: tuple[str, ...]


@dataclass
class Expectation:
    """What one exercise of one submission should score."""

    lesson: str
    exercise: str
    tests: list[tuple[str, float]]
    """grade_id and points of each test cell."""
    points: list[float]
    answer: Answer | None = None


@dataclass
class Proof:
    """A module ready to be proven: its lessons, its built course root, and how to grade."""

    module: str
    modules: Path
    course_root: Path
    """An nbgrader course root in which the module is released, with its gradebook."""
    folder: Path
    """Where copies of the course root go, one a batch of variants."""
    grade: Grade
    scores: Scores
    feedback: Feedback
    """Called for the blank, whose feedback is searched for hidden lines."""
    failures: list[str] = field(default_factory=list)
    submissions: int = 0
    answers_graded: int = 0

    @cached_property
    def lessons(self) -> list[TextLesson]:
        """The module's lessons."""
        return [read_lesson(path) for path in lesson_paths(self.modules, self.module)]

    @cached_property
    def answers(self) -> dict[str, list[Answer]]:
        """The answers by exercise."""
        folder = self.modules / self.module / "answers"
        return {path.stem: read_answers(path) for path in sorted(folder.glob("*.py"))}

    def run(self, variants: Sequence[Variant], workers: int = 2) -> list[str]:
        """Grade all variants and return what did not come out as declared."""
        with ThreadPoolExecutor(workers) as pool:
            for failures in pool.map(self._prove_batch, _batches(variants)):
                self.failures += failures
        return self.failures

    def _prove_batch(self, batch: list[Variant]) -> list[str]:
        root = self.folder / batch[0].name
        shutil.copytree(self.course_root, root)
        expected = {
            variant.name: [
                entry for lesson in self.lessons for entry in self._submit(root, lesson, variant)
            ]
            for variant in batch
        }
        self.grade(root, self.module)
        if "blank" in expected:
            self.feedback(root, self.module)
        return [
            failure
            for variant in batch
            for failure in self._judge_variant(root, variant, expected[variant.name])
        ]

    def _judge_variant(
        self, root: Path, variant: Variant, expected: list[Expectation]
    ) -> Iterator[str]:
        self.submissions += len(variant.learners)
        self.answers_graded += len(variant.learners) * sum(e.answer is not None for e in expected)
        for learner in variant.learners:
            where = f"{self.module}, {variant.name}, {learner}"
            yield from (f"{where}: {text}" for text in self._judge(root, learner, expected))
            if variant.name == "blank":
                yield from (f"{where}: {text}" for text in self._leaks(root, learner))

    def _submit(self, root: Path, lesson: TextLesson, variant: Variant) -> list[Expectation]:
        """Write a lesson's notebook into every learner's submission; return what to expect."""
        release = root / "release" / self.module / f"{lesson.name}.ipynb"
        notebook = nbformat.read(release, as_version=4)
        expected = [
            self._answer(notebook, lesson, exercise, variant.name)
            for exercise in lesson.exercises
            if lesson.tests(exercise)
        ]
        for learner in variant.learners:
            path = root / "submitted" / learner / self.module / release.name
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)
        return expected

    def _answer(
        self, notebook: NotebookNode, lesson: TextLesson, exercise: str, variant: str
    ) -> Expectation:
        """Put a variant's answer to an exercise into the notebook."""
        tests = [(cell.grade_id, float(cell.nbgrader["points"])) for cell in lesson.tests(exercise)]
        full = [points for _test, points in tests]
        if variant == "blank":
            return Expectation(lesson.name, exercise, tests, [0.0] * len(full))
        number = int(variant.rpartition("-")[2]) if variant.startswith("answer-") else 0
        listed = self.answers.get(exercise, [])
        answer = listed[number - 1] if 0 < number <= len(listed) else None
        for cell in lesson.solutions(exercise):
            source = cell.source
            if answer and answer.cell in ("", cell.grade_id):
                source = answer.source
            _cell(notebook, cell.grade_id)["source"] = source
        points = list(answer.points) if answer and answer.points is not None else full
        return Expectation(lesson.name, exercise, tests, points, answer)

    def _judge(self, root: Path, learner: str, expected: list[Expectation]) -> Iterator[str]:
        scores = self.scores(root, self.module, learner)
        for entry in expected:
            path = root / "autograded" / learner / self.module / f"{entry.lesson}.ipynb"
            if not path.is_file():
                yield f"{entry.lesson} was not graded"
                continue
            graded = nbformat.read(path, as_version=4)
            given = [scores.get((entry.lesson, test), -1.0) for test, _points in entry.tests]
            title = f" '{entry.answer.title}'" if entry.answer else ""
            if given != entry.points:
                yield f"{entry.exercise}{title} scored {given}, declared {entry.points}"
            if entry.answer and not entry.answer.right:
                met = [hint for test, _points in entry.tests if (hint := hint_of(graded, test))]
                if met[:1] != [entry.answer.hint]:
                    yield f"{entry.exercise}{title} met {met}, declared '{entry.answer.hint}'"

    def _leaks(self, root: Path, learner: str) -> Iterator[str]:
        """Yield each hidden line of the module that a learner could read."""
        shown = [root / "release" / self.module, root / "feedback" / learner / self.module]
        for lesson in self.lessons:
            secret = secret_lines(lesson)
            for folder in shown:
                for path in sorted(folder.glob(f"{lesson.name}.*")):
                    text = _readable(path)
                    yield from (f"{path.name} shows: {line}" for line in secret if line in text)


def _batches(variants: Sequence[Variant]) -> list[list[Variant]]:
    """Return variants together that can share a gradebook: no learner hands in twice."""
    batches: list[list[Variant]] = []
    for variant in variants:
        learners = set(variant.learners)
        for batch in batches:
            if not any(learners & set(other.learners) for other in batch):
                batch.append(variant)
                break
        else:
            batches.append([variant])
    return batches


def hint_of(notebook: NotebookNode, grade_id: str) -> str:
    """Return the id of the hint that a graded test cell shows, or empty."""
    for output in _cell(notebook, grade_id).get("outputs", []):
        if output["output_type"] == "error":
            found = _HINT.match(output["evalue"])
            return found[1] if found else f"{output['ename']}: {output['evalue']}"
    return ""


def secret_lines(lesson: TextLesson) -> set[str]:
    """Return the lines of solutions and hidden tests that stand nowhere else in the lesson."""
    secret: set[str] = set()
    visible: set[str] = set()
    for cell in lesson.cells:
        inside = False
        for line in map(str.strip, cell.source.split("\n")):
            begins, ends = zip(*REGION.values(), strict=True)
            inside = (inside or line in begins) and line not in ends
            (secret if inside else visible).add(line)
    words = {line for line in secret - visible if len(line) > 12 and not _OPENS.match(line)}
    text = "\n".join(visible)
    return {line for line in words if line not in text}


def visible_failures(notebook: NotebookNode, expected_hints: dict[str, str]) -> list[str]:
    """Return the test cells of an executed release that did not show the hint they should."""
    return [
        f"{test}: shows '{hint_of(notebook, test)}', declared '{hint}'"
        for test, hint in expected_hints.items()
        if hint_of(notebook, test) != hint
    ]


def _cell(notebook: NotebookNode, grade_id: str) -> dict[str, Any]:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            return cell  # type: ignore[no-any-return]
    raise LookupError(f"the notebook has no cell '{grade_id}'")


def _readable(path: Path) -> str:
    """Return a notebook's or an HTML page's text with its escapes undone."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)
    return html.unescape(re.sub(r"<[^>]*>", "", text))
