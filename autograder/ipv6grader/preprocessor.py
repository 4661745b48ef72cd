"""The grader as nbgrader's preprocessors: for `nbgrader autograde` and Formgrader's button.

`ipv6grader.configure(c)` puts them where nbgrader's own stand: `RepairCells` where cells are
overwritten, `IsolatedExecute` for `Execute`, `SaveScores` for `SaveAutoGrades`. Everything else is
nbgrader's, and so are the files and the rows. nbgrader converts a notebook twice: the first time it
is repaired, the second time it is run and scored.

The sandbox lives as long as this process: Formgrader's second submission does not wait for it.
"""

from __future__ import annotations

import atexit
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool

from ipv6grader import grading, layout, scoring
from ipv6grader.course import Course, Submission
from ipv6grader.execution.sandbox import why_no_sandbox
from ipv6grader.grading import Prepared, Released
from ipv6grader.kernel import KernelExecutor
from ipv6grader.model import Executed, Job, Mode, NotebookScores, SourceNotebook
from ipv6grader.released import read_assignment
from ipv6grader.repair import repair
from ipv6grader.submission import parse_submission
from ipv6grader.verdict import Verdicts
from ipv6grader.workers import Executor, sandboxed

_DONE = "ipv6grader"
_UNSAFE = "IsolatedExecute.unsafe: in a kernel of this machine, without a sandbox"


class RepairCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts back what nbgrader needs of a submitted notebook, from the release."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook repaired; each repair is a warning in the log."""
        source = _source(Course.at_work(self.parent), resources)
        repaired = repair(_plain(nb, source.name), source)
        for note in repaired.notes:
            self.log.warning("Repaired: %s", note)
        return nbformat.from_dict(repaired.notebook), resources


class IsolatedExecute(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs a notebook in the sandbox. `Execute`'s own settings hold: timeout, kernel and so on."""

    unsafe = Bool(
        False,
        help="Whether to run submissions in an ordinary kernel: they can do what you can do.",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with the outputs of its run.

        Raises:
            NbGraderException: There is no sandbox, and `unsafe` is not set.
        """
        if not self.unsafe and (why := why_no_sandbox()):
            raise NbGraderException(
                f"{why} Without one, `c.IsolatedExecute.unsafe = True` in nbgrader_config.py "
                "grades: submissions can then do whatever you can do."
            )
        course = Course.at_work(self.parent)
        source = _source(course, resources)
        student = resources["nbgrader"]["student"]
        assignment = resources["nbgrader"]["assignment"]
        place = course.coursedir.format_path(
            course.coursedir.submitted_directory, student, assignment
        )
        submission = Submission(student, assignment, Path(place))
        with _files(course, submission) as (files, given, left_out):
            released = self._release(course, assignment, source, given)
            notebook = _plain(nb, source.name)
            prepared = grading.prepare(course, submission, released, notebook, files, given)
            executed = _WORKER.run(prepared.job, self.unsafe, _lesson(course, released))
        for sentence in left_out:
            self.log.warning("A person must look at %s/%s: %s", student, assignment, sentence)
        nb, executed = grading.with_outputs(prepared.repaired.notebook, executed)
        resources[_DONE] = (prepared, executed)
        return nb, resources

    def _release(
        self, course: Course, assignment: str, source: SourceNotebook, given: Path | None
    ) -> Released:
        if self.unsafe:
            return grading.release(course, source, lambda _source: (Mode.KERNEL, _UNSAFE))
        verdict = Verdicts(course, assignment, sandboxed(()), given, workers=1)
        return grading.release(course, source, verdict)


class SaveScores(SaveAutoGrades):  # type: ignore[misc]
    """Writes the scores into the gradebook, in nbgrader's own rows."""

    _scores: NotebookScores

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Score the notebook that `IsolatedExecute` ran."""
        prepared: Prepared
        executed: Executed
        prepared, executed = resources[_DONE]
        self._scores = scoring.scores(
            nb, prepared.released.source, executed, prepared.repaired.restored
        )
        record = grading.record(prepared, executed, self._scores)
        for sentence in record.person:
            self.log.warning("A person must look at %s: %s", self._where(resources), sentence)
        nb, resources = super().preprocess(nb, resources)
        return nb, resources

    def _where(self, resources: Any) -> str:
        names = resources["nbgrader"]
        return f"{names['student']}/{names['assignment']}/{names['notebook']}"

    def _add_score(self, cell: Any, resources: Any) -> None:
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        score = self._scores.grades[name]
        grade.auto_score = score.auto
        grade.needs_manual_grade = (
            grade.manual_score is not None or score.auto is None or score.review
        )
        self.gradebook.db.commit()

    def _add_comment(self, cell: Any, resources: Any) -> None:
        name = cell.metadata["nbgrader"]["grade_id"]
        comment = self.gradebook.find_comment(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        comment.auto_comment = self._scores.comments[name]
        self.gradebook.db.commit()


class _Worker:
    """The one executor of this process."""

    def __init__(self) -> None:
        self._executor: Executor | None = None
        self._unsafe = False
        self._learned: set[str] = set()
        self._lock = threading.Lock()

    def run(self, job: Job, unsafe: bool, lesson: tuple[str, Job] | None) -> Executed:
        """Run a job; where the executor is spent, once more in a new one."""
        with self._lock:
            try:
                return self._ready(unsafe, lesson).run(job)
            except Exception:
                self.close()
                return self._ready(unsafe, lesson).run(job)

    def close(self) -> None:
        """End the executor."""
        executor, self._executor = self._executor, None
        self._learned.clear()
        if executor is not None:
            executor.close()

    def _ready(self, unsafe: bool, lesson: tuple[str, Job] | None) -> Executor:
        if unsafe is not self._unsafe:
            self.close()
        if self._executor is None:
            self._executor = KernelExecutor() if unsafe else sandboxed(())(0)
            self._unsafe = unsafe
        if lesson is not None and not unsafe and lesson[0] not in self._learned:
            self._learned.add(lesson[0])
            with suppress(Exception):  # it is for speed alone
                self._executor.learn(lesson[1])  # type: ignore[attr-defined]
        return self._executor


_WORKER = _Worker()
atexit.register(_WORKER.close)


def _lesson(course: Course, released: Released) -> tuple[str, Job] | None:
    """Return what the executor may import beforehand, and a name for it."""
    if released.mode is Mode.KERNEL:
        return None
    nobody = Submission("nobody", "release", course.root)
    return released.source.fingerprint, grading.release_job(course, nobody, released)


def _source(course: Course, resources: Any) -> SourceNotebook:
    names = resources["nbgrader"]
    return read_assignment(course.coursedir, names["assignment"])[names["notebook"]]


def _plain(nb: Any, name: str) -> dict[str, Any]:
    return parse_submission(nbformat.v4.writes(nb).encode("utf-8", "replace"), name)


@contextmanager
def _files(course: Course, submission: Submission) -> Iterator[tuple[Path, Path | None, list[str]]]:
    """Lay a submission's files out for the sandbox; nbgrader's own copy followed links."""
    source = layout.source_files(course, submission.assignment)
    contents = layout.read(course, submission)
    with tempfile.TemporaryDirectory(prefix="ipv6grader-") as room:
        files, given = Path(room, "files"), Path(room, "given")
        files.mkdir()
        layout.lay_out(contents, source, files)
        if source:
            layout.lay_out(layout.Contents(), source, given)
        yield files, given if source else None, contents.left_out
