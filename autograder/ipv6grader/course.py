"""An nbgrader course root, opened as nbgrader's own commands open it.

nbgrader decides: its `AutogradeApp` reads `nbgrader_config.py` (of the folder and of Jupyter's
configuration path), and its `Autograde` and preprocessors hold what was configured. Nothing is read
a second way here. The configuration is the instructor's own program.
"""

from __future__ import annotations

import glob
import json
import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.apps.autogradeapp import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.utils import chdir
from rapidfuzz import fuzz, process


class CourseError(ValueError):
    """A course, or what is asked of it, is not in order. The text says what and how to mend it."""


@dataclass(frozen=True)
class Submission:
    """A learner's folder of one assignment, as it was handed in."""

    student: str
    assignment: str
    folder: Path


class _Said(logging.Handler):
    """Keeps what nbgrader says, for an error's text."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.lines) < 100:  # a long life says the same many times
            self.lines.append(record.getMessage())


class Course:
    """A course root with its configuration.

    Attributes:
        root: The course's folder, absolute.
        coursedir: nbgrader's `CourseDirectory`.
        converter: nbgrader's `Autograde`, with the traits that are configured.
        notices: What of the configuration has no effect here, one sentence each.
    """

    def __init__(self, folder: Path) -> None:
        """Read the configuration.

        Args:
            folder: Where one would run `nbgrader autograde`.

        Raises:
            CourseError: It is no course root, or its configuration does not run.
        """
        folder = folder.expanduser().absolute()
        if not folder.is_dir():
            raise CourseError(f"{folder} is no folder; name the root of an nbgrader course")
        said = _Said()
        app = self._open(folder, said)
        try:
            converter = Autograde(coursedir=app.coursedir, parent=app)
            exporter = converter.exporter_class(parent=converter, config=converter.config)
            self._adopt(converter, exporter)
        except CourseError:
            raise
        except Exception as why:  # a trait refuses, or a hook's module does not import
            raise CourseError(_config_error(folder, why)) from None

    @classmethod
    def at_work(cls, exporter: Any) -> Course:
        """Return the course of an `nbgrader autograde` that is under way.

        Args:
            exporter: The parent of its preprocessors.

        Raises:
            CourseError: Its configuration does not fit.
        """
        course = cls.__new__(cls)
        course._adopt(exporter.parent, exporter)
        return course

    def _adopt(self, converter: Any, exporter: Any) -> None:
        self.converter: Any = converter
        self.coursedir: Any = converter.coursedir
        self.root = Path(self.coursedir.root)
        self._exporter: Any = exporter
        self.execute: Any = self.preprocessor(Execute)
        self.notices: list[str] = []
        self._check()

    def _open(self, folder: Path, said: _Said) -> Any:
        log = logging.Logger("ipv6grader.nbgrader", logging.WARNING)
        log.addHandler(said)
        try:
            with chdir(str(folder)):  # nbgrader reads the configuration of where it is started
                app = AutogradeApp(log=log, raise_config_file_errors=True)
                app.initialize([])
        except (Exception, SystemExit) as why:  # whatever a program can raise
            reason = said.lines[-1] if isinstance(why, SystemExit) else why
            raise CourseError(_config_error(folder, reason)) from None
        return app

    def _check(self) -> None:
        """Refuse what would be graded wrongly; note what has no effect."""
        if not self.execute.enabled:
            raise CourseError(
                "Execute.enabled is False in the configuration, but a score comes from running the "
                "notebook here; take that line out, or use `nbgrader autograde --no-execute`"
            )
        stock = {kind.__name__ for kind in _stock_preprocessors()}
        for trait in ("sanitize_preprocessors", "autograde_preprocessors"):
            for kind in getattr(self.converter, trait):
                name = getattr(kind, "__name__", str(kind)).rpartition(".")[2]
                module = kind if isinstance(kind, str) else getattr(kind, "__module__", "")
                if name not in stock and not module.startswith("ipv6grader."):
                    self.notices.append(
                        f"Autograde.{trait} names {name}, which is not run here; "
                        "`nbgrader autograde` runs it"
                    )
        if self.execute.timeout_func is not None:
            self.notices.append(
                "Execute.timeout_func is not used here; Execute.timeout is the limit of every cell"
            )

    # --- settings ---------------------------------------------------------------------------

    def preprocessor(self, kind: type) -> Any:
        """Return one of nbgrader's preprocessors as `nbgrader autograde` would set it up."""
        return kind(parent=self._exporter)

    @property
    def cell_seconds(self) -> float | None:
        """The longest that one cell may take; None for no limit."""
        timeout = self.execute.timeout
        return float(timeout) if timeout and timeout > 0 else None

    @property
    def kernel_name(self) -> str:
        """The kernel that every notebook must run in; empty: the one that its source names."""
        return str(self.execute.kernel_name)

    @cached_property
    def kernel_options(self) -> dict[str, Any]:
        """Return the traits of `Execute` that are configured, beside time limit and kernel.

        What is no JSON, such as a hook, cannot reach another process and is left out.
        """
        stock = Execute()
        options = {}
        for name in sorted(self.execute.trait_names(config=True)):
            value = getattr(self.execute, name)
            if name in ("timeout", "timeout_func", "kernel_name", "enabled"):
                continue
            if value != getattr(stock, name) and _is_json(value):
                options[name] = value
        return options

    @property
    def permissions(self) -> int:
        """The mode of graded files: nbgrader writes it in octal digits, as in 444."""
        return int(str(self.converter.permissions), 8)

    # --- places -----------------------------------------------------------------------------

    def source(self, assignment: str) -> Path:
        """Return the folder of the instructor's version of an assignment."""
        return Path(self.coursedir.format_path(self.coursedir.source_directory, ".", assignment))

    def autograded(self, student: str, assignment: str) -> Path:
        """Return the folder of a graded submission."""
        step = self.coursedir.autograded_directory
        return Path(os.path.normpath(self.coursedir.format_path(step, student, assignment)))

    def working_directory(self, student: str, assignment: str) -> str:
        """Return where stock nbgrader runs a submission's kernel, relative to the root."""
        return os.path.relpath(self.autograded(student, assignment), self.root)

    @property
    def staging(self) -> Path:
        """The folder of all graded submissions: the part of their paths that is the same in all."""
        parts: list[str] = []
        for part in self.autograded("\0", "\0").parts:
            if "\0" in part:
                break
            parts.append(part)
        return Path(*parts)

    def submissions(self, assignment: str, students: Iterable[str] = ()) -> list[Submission]:
        """Return what was handed in, in the order of the students' ids.

        Args:
            assignment: The assignment's name.
            students: Ids or, as with nbgrader, patterns; none: everybody.

        Raises:
            CourseError: A name matches nothing; the text says which, and what is near.
        """
        if self.coursedir.notebook_id != "*":
            raise CourseError(
                f"CourseDirectory.notebook_id is '{self.coursedir.notebook_id}' in the "
                "configuration, but whole submissions are graded here; take that line out"
            )
        if assignment != assignment.strip() or not re.fullmatch(r"(?!\.\.?$)[^+/\\]+", assignment):
            raise CourseError(f"'{assignment}' is no assignment's name")
        asked = list(students)
        found: dict[str, Submission] = {}
        for pattern in asked or ["*"]:
            some = self._matching(assignment, pattern)
            if not some and asked:
                raise CourseError(self._nobody(assignment, pattern))
            found |= {submission.student: submission for submission in some}
        excluded = set(filter(None, self.coursedir.student_id_exclude.split(",")))
        for student in excluded:
            found.pop(student, None)
        if not found:
            raise CourseError(self._nothing(assignment))
        return [found[student] for student in sorted(found)]

    def _matching(self, assignment: str, pattern: str) -> list[Submission]:
        step = self.coursedir.submitted_directory
        exact = Path(self.coursedir.format_path(step, pattern, assignment))
        if "*" not in pattern and os.path.lexists(exact):  # an id such as `[x]` is no pattern
            return [Submission(pattern, assignment, exact)]
        known = self.coursedir.format_path(
            re.escape(step), "(?P<student>[^/\\\\]+)", re.escape(assignment), escape=True
        )
        wanted = re.compile(known, re.DOTALL)
        structure = self.coursedir.directory_structure.format(
            nbgrader_step=glob.escape(step),
            student_id=pattern,
            assignment_id=glob.escape(assignment),
        )
        places = glob.iglob(structure, root_dir=self.root)  # noqa: PTH207 (as nbgrader)
        return [
            Submission(match["student"], assignment, place)
            for place in (self.root / path for path in places)
            if (match := wanted.fullmatch(str(place))) and place.is_dir()
        ]

    def _nobody(self, assignment: str, pattern: str) -> str:
        near = process.extractOne(
            pattern, [item.student for item in self._matching(assignment, "*")], scorer=fuzz.ratio
        )
        place = self.coursedir.format_path(self.coursedir.submitted_directory, pattern, assignment)
        meant = f"; did you mean {near[0]!r}?" if near and near[1] > 50 else ""
        return f"student {pattern!r} handed nothing in: there is no {place}{meant}"

    def _nothing(self, assignment: str) -> str:
        names = {
            Path(path).name
            for path in glob.glob(  # noqa: PTH207 (as nbgrader)
                self.coursedir.format_path(self.coursedir.submitted_directory, "*", "*")
            )
        }
        place = self.coursedir.format_path(self.coursedir.submitted_directory, "*", assignment)
        listed = ", ".join(sorted(names)[:10])
        there = f"there is {listed}" if names else "nothing was handed in at all"
        return f"nobody handed in '{assignment}': {place} matches nothing ({there})"


def _stock_preprocessors() -> list[type]:
    return [
        *Autograde.sanitize_preprocessors.default(),
        *Autograde.autograde_preprocessors.default(),
    ]


def _config_error(folder: Path, why: object) -> str:
    said = f"{type(why).__name__}: {why}" if isinstance(why, Exception) else str(why)
    return f"the nbgrader configuration of {folder} is not in order: {said}"


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
