"""Opens what learners handed in: bundles, notebooks, zip files of platforms, folders.

Everything comes from strangers. Nothing is written here, nothing is unpacked to where its name
says, and whatever is not taken is named with its reason.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ipv6course.classroom import identity
from ipv6course.classroom.archive import Archive, ArchiveError, Limits, Member, refuse_name
from ipv6course.classroom.bundle import MANIFEST, BundleError, read_bundle
from ipv6course.classroom.messages import _
from ipv6course.instructor.platform_names import HandedInName, Owner, lesson_of, read_name

_LARGEST = 50_000_000  # bytes of one file in a platform's zip file, or in a folder
_PLATFORM = Limits(members=20_000, size=_LARGEST, whole=2_000_000_000)
_NESTED = Limits(members=2_000, whole=200_000_000)
_WHOLE = 4_000_000_000  # bytes of everything that one file unpacks to
_DEEPEST = 3  # a zip file in a zip file in a zip file
_NOTEBOOK = 20_000_000  # bytes
# What operating systems and editors put into zip files by themselves.
_NOBODYS = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Refused:
    """A file that is not taken."""

    source: str
    """Where it is: files and members, outermost first."""
    reason: str
    fix: str = ""
    """What the instructor can do."""


@dataclass(frozen=True)
class HandedIn:
    """Notebooks that somebody handed in together."""

    source: str
    notebooks: dict[tuple[str, str], bytes]
    """By assignment and lesson."""
    time: datetime
    """When, as far as is known: naive, in UTC, as nbgrader writes it."""
    owner: Owner | None
    """Who the platform says it is of."""
    folders: tuple[str, ...] = ()
    """The names around it, innermost first; one of them may be somebody's."""
    learner: str | None = None
    """Who the bundle says it is of; None for a bare notebook."""
    receipt: str = ""
    copy: tuple[int, int] = (0, 0)
    """What decides where the times are equal: Canvas's upload and the copy's number."""
    notes: tuple[str, ...] = ()


@dataclass
class Release:
    """What was released: the lessons of each assignment, and the exercises of each lesson."""

    lessons: dict[str, set[str]]
    exercises: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """The nbgrader ids in the released notebook, by assignment and lesson."""


def exercises_of(notebook: object) -> set[str]:
    """Return the nbgrader ids of a notebook; whatever it is."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    found = set()
    for cell in cells if isinstance(cells, list) else []:
        metadata = cell.get("metadata") if isinstance(cell, dict) else None
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
        if isinstance(name, str):
            found.add(name)
    return found


class _Opener:
    """Opens files, one by one, within one budget."""

    def __init__(self, release: Release, now: datetime) -> None:
        self._release = release
        self._now = now
        self._left = _WHOLE

    # --- files and folders ------------------------------------------------------------------------

    def path(self, path: Path) -> Iterator[HandedIn | Refused]:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield Refused(str(path), _("It is no file and no folder."))
        elif path.is_dir():
            yield from self._folder(path)
        else:
            yield from self._file(path, path.name, str(path))

    def _folder(self, folder: Path) -> Iterator[HandedIn | Refused]:
        for parent, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if name not in _NOBODYS)
            for name in sorted({*files, *folders}):
                path = Path(parent, name)
                inside = path.relative_to(folder).as_posix()
                if path.is_symlink():
                    yield Refused(str(path), _("It is a link."))
                elif name in files and not _is_nobodys(inside):
                    yield from self._file(path, f"{folder.absolute().name}/{inside}", str(path))

    def _file(self, path: Path, inside: str, source: str) -> Iterator[HandedIn | Refused]:
        try:
            stat = path.stat()
            time = datetime.fromtimestamp(stat.st_mtime, UTC).replace(tzinfo=None)
            if path.suffix.lower() == ".zip" and not _is_bundle_sized(stat.st_size):
                with Archive(path, _PLATFORM) as archive:
                    yield from self._members(archive, (path.stem,), source, time, 1)
                return
            with path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except ArchiveError as why:
            yield Refused(source, str(why))
            return
        except (OSError, ValueError, OverflowError) as why:
            yield Refused(source, _("It cannot be read: {why}").format(why=why))
            return
        yield from self._data(data, inside, (), source, time, 0)

    # --- what is inside ---------------------------------------------------------------------------

    def _data(
        self,
        data: bytes,
        inside: str,
        around: tuple[str, ...],
        source: str,
        time: datetime,
        depth: int,
        outer: HandedInName | None = None,
    ) -> Iterator[HandedIn | Refused]:
        """Open one file, by what it is rather than by what it is called."""
        name = read_name(inside)
        if outer is not None and outer.owner is not None:
            # What is inside of a zip file was named by the learner, what is around it was not.
            name = HandedInName(outer.owner, name.file, outer.upload)
        folders = (*reversed(inside.split("/")[:-1]), *around)
        if name.plugin != "file":
            yield Refused(source, _("It was typed into Moodle and is no file."))
        elif data[:2] == b"PK" or name.file.lower().endswith(".zip"):
            yield from self._zip(data, name, folders, source, time, depth)
        elif name.file.endswith(".ipynb"):
            yield self._notebook(data, name, folders, source, time)
        else:
            yield Refused(source, _("It is no bundle and no notebook."))

    def _zip(
        self,
        data: bytes,
        name: HandedInName,
        folders: tuple[str, ...],
        source: str,
        time: datetime,
        depth: int,
    ) -> Iterator[HandedIn | Refused]:
        try:
            with Archive(data, _NESTED if depth else _PLATFORM) as archive:
                if any(member.name == MANIFEST for member in archive):
                    yield self._bundle(data, name, folders, source)
                elif depth >= _DEEPEST:
                    yield Refused(source, _("It is a zip file in too many zip files."))
                else:
                    around = (name.file.removesuffix(".zip"), *folders)
                    yield from self._members(archive, around, source, time, depth + 1, name)
        except ArchiveError as why:
            yield Refused(source, str(why))

    def _members(
        self,
        archive: Archive,
        around: tuple[str, ...],
        source: str,
        time: datetime,
        depth: int,
        outer: HandedInName | None = None,
    ) -> Iterator[HandedIn | Refused]:
        for member in archive:
            where = f"{source} › {member.name}"
            try:
                name = _utf8_name(member)
                if _is_nobodys(name):
                    continue
                data = archive.read(member)
                self._left -= len(data)
                if self._left < 0:
                    raise ArchiveError("whole", most=_WHOLE)
            except ArchiveError as why:
                yield Refused(where, str(why))
                continue
            own = _member_time(member) or time
            yield from self._data(data, name, around, f"{source} › {name}", own, depth, outer)

    def _bundle(
        self, data: bytes, name: HandedInName, folders: tuple[str, ...], source: str
    ) -> HandedIn | Refused:
        try:
            bundle = read_bundle(data)
        except BundleError as why:
            return Refused(source, str(why), _("Ask the learner to hand in again."))
        notebooks = {}
        for path, content in bundle.files.items():
            part, module, *rest = path.split("/")
            lesson = rest[0].removesuffix(".ipynb") if rest else ""
            if part == "work" and lesson in self._release.lessons.get(module, ()):
                if reason := self._is_wrong(content, module, lesson):
                    return Refused(f"{source} › {path}", reason)
                notebooks[module, lesson] = content
        if not notebooks:
            return Refused(source, _("It has no notebook of a lesson that was released here."))
        time = bundle.time.replace(tzinfo=None)
        notes = []
        if time > self._now:
            time = self._now
            notes.append(_("its clock was ahead; the time is now's"))
        learner: str | None = bundle.learner
        if bundle.learner == identity.GUEST:
            learner = None
            notes.append(_("it was worked on as a guest; values of the learner's own are wrong"))
        return HandedIn(
            source,
            notebooks,
            time,
            name.owner,
            folders,
            learner,
            bundle.receipt,
            (name.upload, 0),
            tuple(notes),
        )

    def _notebook(
        self,
        data: bytes,
        name: HandedInName,
        folders: tuple[str, ...],
        source: str,
        time: datetime,
    ) -> HandedIn | Refused:
        found = {
            assignment: of
            for assignment, lessons in self._release.lessons.items()
            if (of := lesson_of(name.file, lessons))
        }
        named = [assignment for assignment in found if assignment in folders]
        if len(found) > 1 and len(named) == 1:
            found = {named[0]: found[named[0]]}
        if not found:
            return Refused(source, _("It is called like no lesson that was released here."))
        if len(found) > 1:
            return Refused(
                source,
                _("Several assignments have a lesson of this name: {assignments}.").format(
                    assignments=", ".join(sorted(found))
                ),
                _("Say which one: --assignment NAME."),
            )
        ((assignment, (lesson, copy)),) = found.items()
        if reason := self._is_wrong(data, assignment, lesson):
            return Refused(source, reason, _("Ask the learner to hand in again."))
        return HandedIn(
            source,
            {(assignment, lesson): data},
            min(time, self._now),
            name.owner,
            folders,
            copy=(name.upload, copy),
        )

    def _is_wrong(self, data: bytes, assignment: str, lesson: str) -> str:
        """Return why a notebook is not taken; empty for one that nbgrader can grade."""
        import nbformat

        if len(data) > _NOTEBOOK:
            return _("It is too large for a notebook.")
        try:
            notebook = json.loads(data)
            if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
                return _("It is no notebook of version 4.")
            nbformat.validate(notebook, relax_add_props=True)
        except (ValueError, RecursionError, nbformat.ValidationError):
            return _("It is no whole notebook.")
        released = self._release.exercises.get((assignment, lesson), set())
        if released and not released & exercises_of(notebook):
            return _("It has none of the lesson's exercises.")
        return ""


def _is_nobodys(name: str) -> bool:
    return any(part in _NOBODYS or part.startswith("._") for part in name.split("/"))


def _is_bundle_sized(size: int) -> bool:
    """Return whether a zip file is read at once; a large one is read member by member."""
    return size <= _LARGEST


def _utf8_name(member: Member) -> str:
    """Return a member's name; some tools write UTF-8 and do not say so.

    APPNOTE, ".ZIP File Format Specification", section D.1: without the flag, it is code page 437.
    """
    name = member.name
    if not member.info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
        refuse_name(name)
    return name


def _member_time(member: Member) -> datetime | None:
    try:
        time = datetime(*member.info.date_time)
    except ValueError:
        return None
    return time if time.year > 1980 else None


def open_handed_in(path: Path, release: Release, now: datetime) -> Iterator[HandedIn | Refused]:
    """Open a file or a folder, and yield what is in it.

    Args:
        path: A bundle, a notebook, a zip file or a folder.
        release: What was released.
        now: The time, naive, in UTC: nothing was handed in later.
    """
    yield from _Opener(release, now).path(path)
