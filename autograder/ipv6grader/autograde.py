"""The batch: every submission to an assignment, graded once, whatever happens on the way.

Rules:

- This process is the only one that writes in the course. Workers run cells and write nothing.
- A submission's folder is made beside its place, in `.ipv6grader-staging`. Then its scores are
  committed to the gradebook, and then the folder is renamed into place, with its journal in it.
  Killed anywhere before that, the submission is graded again by the next run, to the same scores.
- What is wrong with a submission is told, and the batch goes on. What is wrong with the disk or the
  gradebook stops the batch, for it would be wrong with every submission.
- At most twice as many submissions as there are workers are under way. Of a submission that is
  done nothing is kept but counts, and a line if a person must look at it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from nbgrader.utils import chdir, rmtree

from ipv6grader import gradebook, grading, journal, layout
from ipv6grader.course import Course, CourseError, Submission
from ipv6grader.gradebook import GradebookError, GradebookWriter
from ipv6grader.grading import Prepared, Released, Verdict
from ipv6grader.journal import Journal
from ipv6grader.layout import Contents
from ipv6grader.model import Executed, Job, Mode
from ipv6grader.released import AssignmentError, read_assignment
from ipv6grader.submission import SubmissionError, read_submission
from ipv6grader.workers import Pool, PoolLostError, WorkerError

STAGING = ".ipv6grader-staging"
_GIVEN = "given"
_STOPS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE}
_MOST_REASONS = 5  # that are kept of one submission; its journal has them all
_MOST_WAYS = 1000


class BatchStoppedError(RuntimeError):
    """The batch cannot go on; what was done stays done. The text says why, and what to do."""


@dataclass(frozen=True)
class NeedsPerson:
    """A submission that a person must look at."""

    student: str
    graded: bool
    """Whether it has scores of its present version."""
    reasons: tuple[str, ...]


@dataclass
class Summary:
    """What a batch did."""

    assignment: str
    total: int = 0
    graded: int = 0
    unchanged: int = 0
    repaired: int = 0
    """Submissions in which something was repaired."""
    missing: int = 0
    """Notebooks that were not handed in; they have 0 points."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Notebooks that are not the assignment's, by name."""
    people: list[NeedsPerson] = field(default_factory=list)
    ways: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How notebooks were run, and why: by name, mode and reason."""
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def done(self) -> int:
        """How many submissions are dealt with."""
        return self.graded + self.unchanged + sum(not person.graded for person in self.people)


@dataclass
class _UnderWay:
    """A submission that a worker has."""

    submission: Submission
    contents: Contents
    fingerprint: str
    stage: Path
    prepared: list[Prepared]


Observer = Callable[[Summary], None]


class Batch:
    """Grades the submissions to one assignment of a course.

    Attributes:
        course: The course root.
        assignment: The assignment's name.
        released: Its notebooks.
        submissions: What was handed in.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        verdict: Verdict,
        students: Iterable[str] = (),
        *,
        force: bool = False,
        patience: float = 60.0,
    ) -> None:
        """Read the assignment.

        Args:
            course: The course root.
            assignment: The assignment's name.
            verdict: How each of its notebooks is to be run.
            students: Ids or patterns; none: everybody.
            force: Grade what is unchanged, too; `Autograde.force` says the same.
            patience: How many seconds to wait for a gradebook that another program keeps locked.

        Raises:
            CourseError: The assignment, or one of the students, is not there.
        """
        self.course = course
        self.assignment = assignment
        self.force = force or course.converter.force
        self.submissions = course.submissions(assignment, students)
        try:
            sources = read_assignment(course.coursedir, assignment)
        except AssignmentError as why:
            raise CourseError(str(why)) from None
        self.released: dict[str, Released] = {
            name: grading.release(course, source, verdict) for name, source in sources.items()
        }
        self._source = layout.source_files(course, assignment)
        self._steps = grading.output_steps(course)
        self._settings = self._fingerprint_of_settings()
        self._patience = patience
        self._numbers = count()

    def release_jobs(self) -> list[Job]:
        """Return the notebooks as they were released, as jobs: there is no answer in them."""
        nobody = Submission("nobody", self.assignment, self.course.root)
        return [
            grading.release_job(self.course, nobody, released)
            for released in self.released.values()
            if released.mode is not Mode.KERNEL
        ]

    def changed(self) -> Iterator[tuple[Submission, str]]:
        """Yield what would be graded, and why it could not be; nothing is written."""
        for submission in self.submissions:
            try:
                contents = layout.read(self.course, submission)
                if self.force or not self._unchanged(submission, self._fingerprint(contents)):
                    self._known(contents, Summary(self.assignment))
                    yield submission, ""
            except (SubmissionError, OSError) as why:
                yield submission, str(why)

    def run(self, pool: Pool, observe: Observer = lambda summary: None) -> Summary:
        """Grade.

        Args:
            pool: Who runs the notebooks. It is left open.
            observe: Called after each submission with what was done so far.

        Raises:
            BatchStoppedError: The disk, the gradebook or the workers' scheduler does not go on.
            CourseLockedError: Somebody else is grading in this course.
            KeyboardInterrupt: Ctrl+C; what was under way is graded by the next run.
        """
        summary = Summary(self.assignment, total=len(self.submissions))
        config = self.course.converter.config
        coursedir = self.course.coursedir
        begun = time.monotonic()
        try:
            with (
                chdir(str(self.course.root)),  # as nbgrader, for the sake of hooks
                journal.lock(self.course.root, f"autograde {self.assignment}"),
                GradebookWriter(
                    coursedir.db_url,
                    coursedir.course_id,
                    self.assignment,
                    create_student=self.course.converter.create_student,
                    config=config,
                    longest_wait=self._patience,
                ) as writer,
                self._staging() as staging,
            ):
                self._run(pool, writer, staging, summary, observe)
        except (GradebookError, PoolLostError) as why:
            raise BatchStoppedError(str(why)) from why
        except OSError as why:
            raise BatchStoppedError(_disk(why)) from why
        summary.seconds = time.monotonic() - begun
        return summary

    # --- the window -------------------------------------------------------------------------

    def _run(
        self,
        pool: Pool,
        writer: GradebookWriter,
        staging: Path,
        summary: Summary,
        observe: Observer,
    ) -> None:
        under_way: dict[Future[list[Executed]], _UnderWay] = {}

        def finish_some() -> None:
            done, _rest = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                work = under_way.pop(future)
                with self._reported(work.submission, summary, work.stage):
                    self._finish(work, future.result(), writer, summary)
                observe(summary)

        for submission in self.submissions:
            while len(under_way) >= 2 * pool.size:
                finish_some()
            with self._reported(submission, summary, staging / str(next(self._numbers))) as stage:
                work = self._begin(submission, stage, writer, summary)
                if work is not None:
                    under_way[pool.submit([item.job for item in work.prepared])] = work
            observe(summary)
        while under_way:
            finish_some()

    @contextlib.contextmanager
    def _reported(self, submission: Submission, summary: Summary, stage: Path) -> Iterator[Path]:
        """Turn what goes wrong with one submission into a line for a person."""
        try:
            yield stage
            return
        except (SubmissionError, gradebook.SubmissionError, WorkerError) as why:
            reason = str(why)
        except (GradebookError, PoolLostError):
            raise
        except OSError as why:
            if why.errno in _STOPS:
                raise
            reason = f"A file of it cannot be read or written: {why}"
        except Exception as why:  # the next submission may do better
            place = traceback.extract_tb(why.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            reason = f"The grader itself failed: {type(why).__name__}: {str(why)[:300]} ({where})"
        if stage.exists():
            rmtree(str(stage))
        summary.people.append(NeedsPerson(submission.student, False, (reason,)))

    # --- one submission ---------------------------------------------------------------------

    def _begin(
        self, submission: Submission, stage: Path, writer: GradebookWriter, summary: Summary
    ) -> _UnderWay | None:
        """Prepare a submission; None where it is as it was graded."""
        contents = layout.read(self.course, submission)
        fingerprint = self._fingerprint(contents)
        if not self.force and (old := self._unchanged(submission, fingerprint, writer)):
            summary.unchanged += 1
            self._tell(submission, old, summary)
            return None
        if self._hook("pre_convert_hook", submission, contents):  # it may have changed the files
            contents = layout.read(self.course, submission)
            fingerprint = self._fingerprint(contents)
        known = self._known(contents, summary)
        folder = stage / "new"
        folder.mkdir(parents=True)
        place = self.course.autograded(submission.student, submission.assignment)
        (stage / "place").write_text(str(place), encoding="utf-8", errors="surrogateescape")
        layout.lay_out(contents, self._source, folder)
        limit = self.course.coursedir.max_file_size * 1000
        given = stage.parent / _GIVEN
        prepared = [
            grading.prepare(
                self.course,
                submission,
                self.released[name],
                read_submission(path, limit),
                folder,
                given if given.is_dir() else None,
            )
            for name, path in known.items()
        ]
        return _UnderWay(submission, contents, fingerprint, stage, prepared)

    def _known(self, contents: Contents, summary: Summary) -> dict[str, Path]:
        """Return the notebooks that are the assignment's; the others are skipped."""
        known = {name: path for name, path in contents.notebooks.items() if name in self.released}
        if not known:
            there = ", ".join(sorted(contents.notebooks)[:5]) or "no notebook at all"
            raise SubmissionError(
                f"None of its notebooks is the assignment's: there is {there}; the assignment has "
                f"{', '.join(self.released)}. Name the file as it was released."
            )
        for name in contents.notebooks.keys() - known.keys():
            if len(summary.unknown) < 100:
                summary.unknown[name] += 1
        return known

    def _finish(
        self,
        work: _UnderWay,
        executed: list[Executed],
        writer: GradebookWriter,
        summary: Summary,
    ) -> None:
        """Write what running gave: folder, gradebook, and the folder into its place."""
        folder = work.stage / "new"
        results = {
            prepared.released.source.name: grading.finish(self._steps, prepared, ran)
            for prepared, ran in zip(work.prepared, executed, strict=True)
        }
        for name, graded in results.items():
            (folder / f"{name}.ipynb").write_text(graded.text, encoding="utf-8", newline="\n")
        entry = Journal(
            fingerprint=work.fingerprint,
            graded=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(sum(ran.wall_seconds for ran in executed), 4),
            cpu_seconds=round(sum(ran.cpu_seconds for ran in executed), 4),
            notebooks={name: graded.record for name, graded in results.items()},
            person=work.contents.left_out,
        )
        journal.write(entry, folder)
        self._set_permissions(folder)
        writer.record(
            work.submission.student,
            work.contents.timestamp,
            {name: graded.scores for name, graded in results.items()},
        )
        self._put_in_place(work.submission, work.stage)
        summary.graded += 1
        summary.cpu_seconds += entry.cpu_seconds
        summary.missing += len(self.released) - len(results)
        summary.repaired += any(record.repaired for record in entry.notebooks.values())
        for name, record in entry.notebooks.items():
            if len(summary.ways) < _MOST_WAYS:
                summary.ways[name, record.mode, record.why] += 1
        self._tell(work.submission, entry, summary)
        self._hook("post_convert_hook", work.submission, work.contents)

    def _tell(self, submission: Submission, entry: Journal, summary: Summary) -> None:
        if reasons := entry.reasons:
            kept = tuple(reason[:400] for reason in reasons[:_MOST_REASONS])
            summary.people.append(NeedsPerson(submission.student, True, kept))

    def _hook(self, name: str, submission: Submission, contents: Contents) -> bool:
        """Call a hook of the course as nbgrader does: what goes wrong in it stops nothing."""
        hook = getattr(self.course.converter, name)
        if not hook:
            return False
        with contextlib.suppress(Exception):
            hook(
                assignment=submission.assignment,
                student=submission.student,
                notebooks=[str(path) for path in contents.notebooks.values()],
            )
        return True

    # --- fingerprints -----------------------------------------------------------------------

    def _fingerprint_of_settings(self) -> str:
        """Return what of the assignment and of the settings decides a graded submission."""
        config = self.course.converter.config
        sections = ("AssignLatePenalties", "LateSubmissionPlugin", "OverwriteCells")
        settings = {
            "version": journal.ENGINE_VERSION,
            "notebooks": {
                name: [item.source.fingerprint, item.mode.value, item.kernel_name]
                for name, item in self.released.items()
            },
            "files": layout.fingerprint(self._source),
            "seconds": self.course.cell_seconds,
            "kernel": self.course.kernel_options,
            "steps": [_traits(step) for step in self._steps],
            "config": {name: dict(config[name]) for name in sections if name in config},
        }
        return json.dumps(settings, sort_keys=True, default=_named)

    def _fingerprint(self, contents: Contents) -> str:
        return hashlib.sha256(f"{contents.fingerprint} {self._settings}".encode()).hexdigest()

    def _unchanged(
        self, submission: Submission, fingerprint: str, writer: GradebookWriter | None = None
    ) -> Journal | None:
        """Return the journal of a submission that is graded as it is."""
        folder = self.course.autograded(submission.student, submission.assignment)
        entry = journal.read(folder)
        if entry is None or entry.fingerprint != fingerprint:
            return None
        for name in entry.notebooks:
            path = folder / f"{name}.ipynb"
            if not path.is_file() or not path.stat().st_size:
                return None
        if writer is not None and not writer.has(submission.student):
            return None  # an older copy of the gradebook was brought back
        return entry

    # --- folders ----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _staging(self) -> Iterator[Path]:
        """Give a folder beside the graded ones; what a killed run left there is cleared first."""
        staging = self.course.staging / STAGING
        self._recover(staging)
        staging.mkdir(parents=True)
        if self.course.coursedir.groupshared:
            _share(self.course.staging)
        if self._source:
            layout.lay_out(Contents(), self._source, staging / _GIVEN)
        try:
            yield staging
        finally:
            rmtree(str(staging))

    def _recover(self, staging: Path) -> None:
        """Bring back a graded folder that was moved aside for a new one that never came."""
        if not staging.is_dir():
            return
        for stage in staging.iterdir():
            with contextlib.suppress(FileNotFoundError):
                text = (stage / "place").read_text(encoding="utf-8", errors="surrogateescape")
                if text and not os.path.lexists(text) and (stage / "old").is_dir():
                    (stage / "old").rename(text)
        rmtree(str(staging))

    def _put_in_place(self, submission: Submission, stage: Path) -> None:
        place = self.course.autograded(submission.student, submission.assignment)
        place.parent.mkdir(parents=True, exist_ok=True)
        if self.course.coursedir.groupshared:
            _share(place.parent)
        if os.path.lexists(place):
            place.rename(stage / "old")
        (stage / "new").rename(place)
        rmtree(str(stage))

    def _set_permissions(self, folder: Path) -> None:
        """Do what nbgrader's `set_permissions` does."""
        for parent, _folders, names in os.walk(folder):
            for name in names:
                Path(parent, name).chmod(self.course.permissions)
            if self.course.coursedir.groupshared:
                _share(Path(parent))


def _share(folder: Path) -> None:
    """Let the group write into a folder, and let what comes into it be the group's."""
    mode = folder.stat().st_mode
    if mode & 0o2770 != 0o2770:
        with contextlib.suppress(PermissionError):  # another instructor's
            folder.chmod((mode | 0o2770) & 0o2777)


def _traits(step: Any) -> list[Any]:
    names = sorted(step.trait_names(config=True))
    return [type(step).__name__, {name: getattr(step, name) for name in names}]


def _named(value: Any) -> Any:
    """Return what stands for a value that is no JSON: the same in every process."""
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, Mapping):
        return dict(value)
    return getattr(value, "__qualname__", type(value).__name__)


def _disk(why: OSError) -> str:
    place = f" ({why.filename})" if why.filename else ""
    if why.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{place}. Make room; then run this again."
    return f"The course cannot be written: {why}. Mend it; then run this again."
