"""Delegation files into a database: all of them or, if anything is wrong, none.

Rules: a file is what its first bytes say (plain, gzip, bzip2 or xz), whatever its name. The old
database is copied, the copy is filled, and the copy takes its place in one step (`database`), so a
reader sees the old or the new and a kill leaves the old. What is loaded is not loaded again.
"""

import bz2
import lzma
import shutil
import sqlite3
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ipv6data import database as place
from ipv6data.delegated import DelegatedError, Problem, Statistics, read
from ipv6data.loading import described, find_snapshot, load

_PACKED: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ),
}
_NOT_READ = {
    b"PK\x03\x04": "a zip archive",
    b"\x28\xb5\x2f\xfd": "packed by zstd",
    b"\xff\xfe": "in UTF-16",
    b"\xfe\xff": "in UTF-16",
    b"SQLite format 3": "a database",
}
_MOST = 1 << 29
"""Bytes of a file, unpacked. The largest that a registry publishes has some 20 MB."""

OnProgress = Callable[[str, int, int], None]
"""Called with what is being done, how much of the work is done, and how much it is in all."""


@dataclass(slots=True)
class FileReport:
    """What became of one file."""

    name: str
    what: str = ""
    """The snapshot, in words."""
    outcome: str = "not read"
    """'loaded', 'already loaded' or 'not read'."""
    records: dict[str, int] = field(default_factory=dict)
    """How many records of each type were loaded."""
    lines: dict[str, int] = field(default_factory=dict)
    """How many lines of each kind the file has; see `delegated.Statistics`."""
    left: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What an ingest did."""

    database: Path
    files: list[FileReport]


def ingest(
    files: Iterable[Path],
    database: Path | None = None,
    *,
    lenient: bool = False,
    on_progress: OnProgress = lambda what, done, of: None,
) -> Report:
    """Load delegation files into a database.

    Args:
        files: Plain or packed by gzip, bzip2 or xz; classic or extended; version 2 or 2.3.
        database: Where to. A new file holds only what is loaded. If it is left out, the learner's
            own database, which begins as a copy of the shipped facts.
        lenient: Load what is right of a file, and report what was left.
        on_progress: Is told how far the work is.

    Raises:
        DelegatedError: Files are wrong; it names all the problems of all the files. The database
            is as it was. With `lenient`, only if no file could be read at all.
        ValueError: The database is not one of ours, or of another version.
        OSError: The database cannot be written.
        TimeoutError: Another process works on the database and does not end.
    """
    paths = list(files)
    path = database or place.own_database()
    try:
        with place.alone(path), place.replacing(path) as part:
            _begin(path, part, new=database is not None)
            with closing(sqlite3.connect(part)) as data:
                place.quick(data)
                place.drop_indexes(data)
                reports = _load_all(data, paths, lenient, on_progress)
                if all(report.outcome != "loaded" for report in reports):
                    raise _NothingNewError(reports)
                on_progress("indexes", len(paths), len(paths))
                place.finish(data)
    except _NothingNewError as nothing:
        return Report(path, nothing.reports)
    except sqlite3.Error as error:
        raise OSError(f"{path} could not be written: {error}") from error
    return Report(path, reports)


def read_file(path: Path, *, lenient: bool = False) -> Statistics:
    """Read a delegation file from disk.

    Args:
        path: Plain, or packed by gzip, bzip2 or xz; its first bytes decide.
        lenient: As for `delegated.read`.

    Raises:
        DelegatedError: The file cannot be read or unpacked, or is no delegation file.
    """
    return read(_text(path), path.name, lenient=lenient)


class _NothingNewError(Exception):
    """There is nothing to write; takes the work back."""

    def __init__(self, reports: list[FileReport]) -> None:
        super().__init__()
        self.reports = reports


def _begin(path: Path, part: Path, new: bool) -> None:
    """Put what the new database begins with in its place: the old one, or an empty one."""
    old = path if new or path.is_file() else place.default_database()
    if old.is_file() and old.stat().st_size:
        if place.made_with(old) != place.schema_version():
            raise ValueError(
                f"{old} is no database of this version of the course; take another name"
            )
        shutil.copyfile(old, part)
    else:
        place.new_database(part).close()


def _load_all(
    data: sqlite3.Connection, paths: list[Path], lenient: bool, on_progress: OnProgress
) -> list[FileReport]:
    reports: list[FileReport] = []
    problems: list[Problem] = []
    for number, (path, text) in enumerate(_texts(paths)):
        on_progress(path.name, number, len(paths))
        report = FileReport(path.name)
        try:
            _load_file(data, read(text(), path.name, lenient=lenient), report)
        except DelegatedError as error:
            report.left = error.problems
            problems += error.problems
        reports.append(report)
    if problems and (not lenient or all(report.outcome == "not read" for report in reports)):
        raise DelegatedError(*problems)
    return reports


def _load_file(data: sqlite3.Connection, statistics: Statistics, report: FileReport) -> None:
    report.what = described(statistics)
    report.lines, report.left, report.notes = statistics.lines, statistics.left, statistics.notes
    found = find_snapshot(data, statistics)
    if found and found[1] == "records":
        report.outcome = "already loaded"
        return
    load(data, statistics)
    report.records = dict(Counter(statistics.records.type))
    report.outcome = "loaded"


def _texts(paths: list[Path]) -> Iterator[tuple[Path, Callable[[], str]]]:
    """Yield each path and what returns its text; the next file is unpacked while one is loaded.

    A browser's Python starts no threads; there a file is unpacked when it is asked for.
    """
    if sys.platform == "emscripten":
        yield from ((path, partial(_text, path)) for path in paths)
        return
    with ThreadPoolExecutor(1) as beside:
        ahead = [beside.submit(_text, path) for path in paths[:1]]
        for number, path in enumerate(paths):
            ahead += [beside.submit(_text, path) for path in paths[number + 1 : number + 2]]
            yield path, ahead.pop(0).result


def _text(path: Path) -> str:
    """Return a file's text.

    Raises:
        DelegatedError: It cannot be read or unpacked, or is something else.
    """
    content = _content(path)
    for mark, what in _NOT_READ.items():
        if content.startswith(mark):
            raise _unreadable(path, f"the file is {what}")
    return content.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, f"it cannot be read ({error.strerror})") from None
    try:
        for mark, stream in _PACKED.items():
            if content.startswith(mark):
                content = _unpacked(content, stream)
    except (EOFError, OSError, zlib.error, lzma.LZMAError):
        raise _unreadable(
            path, "the packed file is cut off or damaged", "all of it; fetch it again"
        ) from None
    if len(content) > _MOST:
        raise _unreadable(path, f"it has more than {_MOST >> 20} MB", "a registry's file")
    return content


def _unpacked(content: bytes, stream: Callable[[], Any]) -> bytes:
    """Unpack one or more packed streams, up to a little more than the most that is read."""
    pieces: list[bytes] = []
    room = _MOST + 1
    while content and room:
        unpacking = stream()
        pieces.append(unpacking.decompress(content, room))
        room -= len(pieces[-1])
        if not unpacking.eof and room:
            raise EOFError
        content = unpacking.unused_data.lstrip(b"\0")
    return b"".join(pieces)


def _unreadable(
    path: Path,
    reason: str,
    expected: str = "a delegation file, plain or packed by gzip, bzip2 or xz",
) -> DelegatedError:
    return DelegatedError(Problem(str(path), None, reason, expected))
