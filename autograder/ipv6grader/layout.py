"""A submission's folder: what is in it, and what of it goes into the graded folder.

A submission is hostile. Symbolic links, pipes and devices are never opened; sizes and numbers are
bounded; nothing that a name says leads out of the folder. What is left out is named, for a person.
The files of the instructor's `source/` are trusted, and come over the learner's.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from ipv6grader.course import Course, Submission
from ipv6grader.submission import SubmissionError

JOURNAL = ".ipv6grader.json"
"""What a graded folder remembers of its grading; a learner's file of that name is left out."""
_MOST_FILES = 10_000
_DEEPEST = 32
_LONGEST = 1000  # bytes of a path in the submission


@dataclass
class Contents:
    """What a submission holds.

    Attributes:
        notebooks: The notebooks' files by nbgrader's notebook id.
        files: Every other file by its path in the folder, of the learner and then of `source/`.
        left_out: What was not taken, one sentence each.
        timestamp: When it was handed in: naive, in UTC.
        fingerprint: SHA-256 over the content of everything that was taken.
    """

    notebooks: dict[str, Path] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    timestamp: datetime | None = None
    fingerprint: str = ""


def read(course: Course, submission: Submission) -> Contents:
    """Look at a submission.

    Args:
        course: The course root, for what is ignored and how large files may be.
        submission: Which one.

    Raises:
        SubmissionError: It is no folder, or a notebook or the timestamp cannot be read.
        OSError: The disk does not answer.
    """
    contents = Contents()
    try:
        submission.student.encode()
    except UnicodeEncodeError:
        raise SubmissionError("Its folder's name is not UTF-8; rename the folder.") from None
    if submission.folder.is_symlink() or not submission.folder.is_dir():
        raise SubmissionError("It is no folder; links are not followed.")
    digest = hashlib.sha256()
    for path, entry in _walk(course, submission.folder, contents.left_out):
        content = hashlib.sha256()
        if "/" not in path and path.endswith(".ipynb"):
            contents.notebooks[path.removesuffix(".ipynb")] = entry
        elif fnmatch.fnmatchcase(Path(path).name, "*.ipynb") or path == JOURNAL:
            continue  # as nbgrader, which takes notebooks of the folder itself only
        else:
            contents.files[path] = entry
        _hash(entry, content)
        digest.update(f"{len(os.fsencode(path))} ".encode() + os.fsencode(path) + content.digest())
    if "timestamp.txt" in contents.files:
        contents.timestamp = _time(contents.files["timestamp.txt"])
    contents.fingerprint = digest.hexdigest()
    return contents


def source_files(course: Course, assignment: str) -> dict[str, Path]:
    """Return the instructor's files that come over the learners', by their path in the folder."""
    folder = course.source(assignment)
    kept = set(course.converter.exclude_overwriting.get(assignment, []))
    files = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(course, name))
        for name in sorted(names):
            path = Path(parent, name)
            inside = path.relative_to(folder).as_posix()
            if not (_ignored(course, name) or name.endswith(".ipynb") or inside in kept):
                files[inside] = path
    return files


def fingerprint(files: dict[str, Path]) -> str:
    """Return a SHA-256 over files' names and content."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        content = hashlib.sha256()
        _hash(path, content)
        digest.update(f"{len(os.fsencode(name))} ".encode() + os.fsencode(name) + content.digest())
    return digest.hexdigest()


def lay_out(contents: Contents, source: dict[str, Path], folder: Path) -> None:
    """Copy a submission's files, and the instructor's over them, into an empty folder.

    Raises:
        OSError: The disk is full, or a file went away.
    """
    folders = {str(parent) for name in source for parent in Path(name).parents}
    for name, path in contents.files.items():
        parents = {str(parent) for parent in Path(name).parents}
        if name in source or name in folders or parents & source.keys():
            continue  # the instructor's file or folder stands there
        _copy(path, folder / name, follow=False)
    for name, path in source.items():
        _copy(path, folder / name, follow=True)


def _walk(course: Course, folder: Path, left_out: list[str]) -> Iterator[tuple[str, Path]]:
    """Yield the regular files that are taken, in the order of their paths."""
    most = course.coursedir.max_file_size * 1000
    room = course.coursedir.max_dir_size * 1000
    waiting: list[tuple[str, Path, int]] = [("", folder, 0)]
    taken = 0
    while waiting:
        prefix, here, depth = waiting.pop()
        with os.scandir(here) as scanned:
            entries = sorted(scanned, key=lambda entry: os.fsencode(entry.name))
        for entry in entries:
            name = prefix + entry.name
            if _ignored(course, entry.name):
                continue
            if len(os.fsencode(name)) > _LONGEST:
                left_out.append(f"{name[:60]!r}… has too long a name and was left out.")
                continue
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                if depth < _DEEPEST and not entry.name.endswith(".ipynb"):
                    waiting.append((f"{name}/", Path(entry.path), depth + 1))
                elif depth >= _DEEPEST:
                    left_out.append(f"{name!r} lies too deep and was left out.")
                continue
            why = ""
            if not stat.S_ISREG(status.st_mode):
                kind = "a link" if stat.S_ISLNK(status.st_mode) else "no ordinary file"
                why = f"{name!r} is {kind}"
            elif status.st_size > most:
                why = f"{name!r} is larger than CourseDirectory.max_file_size"
            elif status.st_size > room:
                why = f"{name!r} is more than CourseDirectory.max_dir_size allows in all"
            elif taken >= _MOST_FILES:
                why = f"{name!r} is one of more than {_MOST_FILES} files"
            if why and not prefix and entry.name.endswith(".ipynb"):
                raise SubmissionError(f"The notebook {why}; ask for it again.")
            if why and name == "timestamp.txt":
                raise SubmissionError(f"{why}, so the time of handing in is unknown.")
            if why:
                if len(left_out) < 20:
                    left_out.append(f"{why}, and was left out.")
                continue
            taken, room = taken + 1, room - status.st_size
            yield name, Path(entry.path)


def _ignored(course: Course, name: str) -> bool:
    """Return whether nbgrader's `ignore` names it; a pattern meets a dot only with a dot."""
    return any(
        fnmatch.fnmatch(name, pattern) and (not name.startswith(".") or pattern.startswith("."))
        for pattern in course.coursedir.ignore
    )


def _open(path: Path, follow: bool = False) -> int:
    """Open an ordinary file for reading; a link, a pipe or a device is refused, not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SubmissionError(f"{path.name!r} is no ordinary file.")
    return handle


def _read(path: Path, most: int) -> bytes:
    with os.fdopen(_open(path), "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise SubmissionError(f"{path.name!r} is larger than {most:,} bytes.")
    return data


def _hash(path: Path, digest: hashlib._Hash) -> None:
    with os.fdopen(_open(path, follow=True), "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)


def _copy(path: Path, target: Path, follow: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(_open(path, follow), "rb") as file, target.open("xb") as copy:
        shutil.copyfileobj(file, copy, 1 << 20)
        mode = os.fstat(file.fileno()).st_mode
    target.chmod((mode & 0o777) | 0o600)  # as shutil.copy; until the course's permissions are set


def _time(path: Path) -> datetime | None:
    """Return the time in `timestamp.txt`, as nbgrader reads it; None where it is empty."""
    text = _read(path, 1000).decode("utf-8", "replace").strip()
    try:
        return parse_utc(text) if text else None
    except (ValueError, OverflowError, TypeError, AttributeError):
        raise SubmissionError(f"timestamp.txt holds no time: {text[:60]!r}; correct it.") from None
