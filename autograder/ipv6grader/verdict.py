"""How a notebook of an assignment is to be run: in split mode, in shared mode, or in a real kernel.

Rules:

- The verdict depends on the assignment alone, never on a submission.
- A notebook that needs what only a kernel has is run in a kernel.
- It is run in split mode if answers to it score the same, cell by cell, in split and in shared
  mode. The answers are the blank release, the instructor's own, and those that a package offers
  under the entry point `ipv6grader.answers`.
- A test for which the instructor's own answer earns nothing proves nothing: shared mode it is.
- Verdicts are kept in the course root by the fingerprints of notebook and own answers;
  a change is tried anew.
"""

import ast
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from threading import Lock
from typing import Any

from ipv6grader import grading, journal
from ipv6grader.course import Course, Submission
from ipv6grader.execution.names import as_python
from ipv6grader.model import Mode, Notebook, SourceNotebook
from ipv6grader.workers import Executor

REMEMBERED = Path(".ipv6grader", "verdicts.json")
"""The file in the course root."""
_NOBODY = "verdict"
_REFERENCE = "the instructor's own answer"
_KERNEL_MODULES = frozenset(("subprocess", "multiprocessing", "pty", "ipykernel", "comm"))
_KERNEL_CALLS = frozenset(("os.system", "os.popen", "os.fork", "os.spawnl", "os.posix_spawn"))
_SHELL_CALLS = frozenset(("system", "getoutput", "kernel"))
_SHELL_MAGICS = frozenset(("bash", "sh", "script", "perl", "ruby", "pypy", "python2", "javascript"))

Sheet = Mapping[str, str]
"""An answer to each solution cell of a notebook, by grade_id."""
Tell = Callable[[str, int, int], None]
"""Is told a notebook's name, how many of its answers were tried, and how many there are."""


class Verdicts:
    """Decides about the notebooks of one assignment.

    Args:
        course: The course root.
        assignment: The assignment's name.
        make_executor: Makes what runs notebooks; it is told which worker's.
        files: A folder with the assignment's files.
        workers: How many answers are tried at a time.
        tell: What shows progress.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        make_executor: Callable[[int], Executor],
        files: Path | None = None,
        workers: int = 2,
        tell: Tell = lambda name, done, total: None,
    ) -> None:
        self._course = course
        self._assignment = assignment
        self._make_executor = make_executor
        self._files = files
        self._workers = workers
        self._tell = tell
        self._path = course.root / REMEMBERED

    def __call__(self, source: SourceNotebook) -> tuple[Mode, str]:
        """Return how a notebook is run, and why; it is tried where that is not known yet."""
        if why := needs_kernel(source):
            return Mode.KERNEL, why
        key = f"{journal.ENGINE_VERSION} {source.fingerprint} {_fingerprint(source.reference)}"
        known = self._remembered()
        if key not in known:
            mode, why = self._find(source)
            known[key] = [mode.value, why]
            self._remember(known)
        mode_name, why = known[key]
        return Mode(mode_name), why

    def _find(self, source: SourceNotebook) -> tuple[Mode, str]:
        """Return the first way of splitting in which answers score as in shared mode."""
        why = ""
        for mode in (Mode.SPLIT, Mode.IN_PLACE):
            why = self._difference(source, mode)
            if not why:
                return mode, "Its answers score the same in shared mode."
        return Mode.SHARED, why

    def _difference(self, source: SourceNotebook, mode: Mode) -> str:
        """Return where a mode and shared mode differ, in a sentence; empty where they agree."""
        sheets = [({}, "the blank notebook"), (source.reference, _REFERENCE)]
        sheets += [
            (sheet, f"answer {number}")
            for number, sheet in enumerate(offered(self._assignment), 1)
            if any(cell.grade_id in sheet for cell in source.cells)
        ]
        executors = [self._make_executor(number) for number in range(self._workers)]
        free = [*executors]
        done, lock = 0, Lock()

        def compare(item: tuple[Sheet, str]) -> str:
            nonlocal done
            with lock:
                executor = free.pop()
            try:
                found = self._compare(source, mode, *item, executor)
            finally:
                with lock:
                    free.append(executor)
                    done += 1
                    self._tell(source.name, done, len(sheets))
            return found

        try:
            with ThreadPoolExecutor(self._workers) as pool:
                return next((found for found in pool.map(compare, sheets) if found), "")
        finally:
            for executor in executors:
                executor.close()

    def _compare(
        self, source: SourceNotebook, mode: Mode, sheet: Sheet, title: str, executor: Executor
    ) -> str:
        split, shared = (self._scores(source, sheet, way, executor) for way in (mode, Mode.SHARED))
        for cell in split:
            if split[cell] != shared[cell]:
                points = f"{split[cell]} in split mode and {shared[cell]} in shared mode"
                return f"Cell '{cell}' scores {points} with {title}."
        worth = {cell.grade_id for cell in source.cells if cell.points}
        if title == _REFERENCE and (unproven := [c for c in split if split[c] == 0 and c in worth]):
            # Such a test may read a file that learners hand in: there it would find none.
            return f"Cell '{unproven[0]}' gives {title} no points, so that nothing is shown by it."
        return ""

    def _scores(
        self, source: SourceNotebook, sheet: Sheet, mode: Mode, executor: Executor
    ) -> dict[str, float | None]:
        released = grading.release(self._course, source, lambda _source: (mode, ""))
        submission = Submission(_NOBODY, self._assignment, self._course.root)
        prepared = grading.prepare(
            self._course, submission, released, answered(source, sheet), self._files, self._files
        )
        executed = executor.run(prepared.job)
        executed.tampering.clear()  # these are the instructor's answers
        graded = grading.finish([], prepared, executed)
        return {name: score.auto for name, score in graded.scores.grades.items()}

    def _remembered(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            known = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(known, dict):
                return known
        return {}

    def _remember(self, known: Mapping[str, Any]) -> None:
        self._path.parent.mkdir(exist_ok=True)
        beside = self._path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        beside.replace(self._path)


def _fingerprint(reference: Sheet) -> str:
    """Return a hash of the instructor's own answers, which are no part of the notebook's."""
    return hashlib.sha256(json.dumps(dict(reference), sort_keys=True).encode()).hexdigest()[:16]


def offered(assignment: str) -> list[Sheet]:
    """Return the answers to an assignment that installed packages offer."""
    return [
        sheet
        for entry in entry_points(group="ipv6grader.answers")
        for sheet in entry.load()(assignment)
    ]


def answered(source: SourceNotebook, sheet: Sheet) -> Notebook:
    """Return the release of a notebook with these answers in it."""
    cells = []
    for cell in source.cells:
        text = sheet.get(cell.grade_id, cell.source) if cell.solution else cell.source
        made: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "metadata": dict(cell.metadata),
            "source": text,
        }
        if cell.id:
            made["id"] = cell.id
        if cell.cell_type == "code":
            made |= {"outputs": [], "execution_count": None}
        cells.append(made)
    return {
        "cells": cells,
        "metadata": dict(source.metadata),
        "nbformat": 4,
        "nbformat_minor": 5 if all("id" in cell for cell in cells) else 4,
    }


def needs_kernel(source: SourceNotebook) -> str:
    """Return why the assignment's own cells need a real kernel; empty where they need none."""
    spec = source.metadata.get("kernelspec", {})
    language = str(spec.get("language") or "python") if isinstance(spec, Mapping) else "python"
    name = str(spec.get("name") or "python3") if isinstance(spec, Mapping) else "python3"
    if language.lower() != "python" and not name.startswith("python"):
        return f"Its language is {language}."
    texts = [cell.source for cell in source.cells if cell.cell_type == "code"]
    for text in [*texts, *source.reference.values()]:
        if found := next(_kernel_uses(text), ""):
            return f"Its own cells use {found}."
    return ""


def _kernel_uses(text: str) -> Iterator[str]:
    """Yield what in a cell only a kernel has."""
    try:
        tree = ast.parse(as_python(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in tree.body:
        if any(isinstance(inner, ast.Await) for inner in _outside_functions(statement)):
            yield "`await` outside a function"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of = ast.unparse(node.value)
            if f"{of}.{node.attr}" in _KERNEL_CALLS:
                yield f"`{of}.{node.attr}`"
            if of == "get_ipython()" and node.attr in _SHELL_CALLS:
                yield "another program (`!`)" if node.attr != "kernel" else "the kernel itself"
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "get_ipython().run_cell_magic":
            name = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
            if name in _SHELL_MAGICS:
                yield f"`%%{name}`"
        names: Sequence[str] = ()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        yield from (f"`{n}`" for n in names if n.partition(".")[0] in _KERNEL_MODULES)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)
