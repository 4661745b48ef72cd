"""Reads zip files that strangers made, every member judged before a byte is unpacked; writes ours.

The rules:

* Nothing is ever unpacked to where its name says: a member is bytes in memory, and whoever asked
  decides where they go.
* A member that is refused says why, and the others can still be read.
* Sizes are believed only to refuse early; unpacking stops where the limit is.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from ipv6course.classroom.messages import N_, _

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what browsers and learning platforms write
# Control characters, lone surrogates, and the marks that reorder text (Unicode UAX 9). The joiners
# U+200C and U+200D stay: names in several scripts need them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first date that a zip file can hold
_SHOWN = 80  # characters of a member's name that a message repeats

REASONS = {
    "not-a-zip": N_("It is not a zip file, or it is damaged. Ask for it again."),
    "too-many": N_("It has {count} files; at most {most} are read."),
    "no-name": N_("It has no name."),
    "absolute": N_("Its name is the name of a place on a computer, not inside of the zip file."),
    "upwards": N_("Its name leads out of the zip file with '..'."),
    "character": N_("Its name has the character {character}, which hides what the name is."),
    "long-name": N_("Its name has {count} characters; at most {most} are taken."),
    "link": N_("It is a link or a device, not a file."),
    "password": N_("It is locked with a password. Ask for it without one."),
    "method": N_("It is packed in a way that is not read here. Pack it as an ordinary zip file."),
    "large": N_("It has {size} bytes; at most {most} are taken."),
    "bomb": N_("It is packed {ratio} times smaller than it is. No notebook is like that."),
    "whole": N_("The zip file unpacks to more than {most} bytes in all."),
    "damaged": N_("It is damaged: what it unpacks to is not what was packed."),
}


class ArchiveError(ValueError):
    """A zip file, or a member of it, is not read. The text says why."""

    def __init__(self, reason: str, **found: object) -> None:
        super().__init__(_(REASONS[reason]).format(**found))
        self.reason = reason
        """Stable name, a key of `REASONS`."""


@dataclass(frozen=True)
class Limits:
    """How much is read of one zip file."""

    members: int = 5_000
    name: int = 255
    """Characters of a member's name."""
    size: int = 20_000_000
    """Bytes of one member, unpacked."""
    whole: int = 1_000_000_000
    """Bytes of all members that are read."""
    ratio: int = 200
    """How much smaller a member may be packed; asked only of members over 1 MB."""


def shown(name: str) -> str:
    """Return a name that a stranger chose, cut and escaped, so that it can be printed."""
    safe = _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], name[: _SHOWN + 1])
    return safe if len(safe) <= _SHOWN else f"{safe[: _SHOWN - 3]}..."


@dataclass(frozen=True)
class Member:
    """One file in a zip file."""

    name: str
    """As it stands there; for a message, use `shown`."""
    refusal: ArchiveError | None
    """Why it is not read, or None."""
    info: zipfile.ZipInfo


class Archive:
    """A zip file that is open. Iterate over it for its members; use it in a `with`."""

    def __init__(self, source: Path | bytes, limits: Limits | None = None) -> None:
        """Open a zip file.

        Args:
            source: Its path, or its bytes.
            limits: How much is read of it.

        Raises:
            ArchiveError: It is no zip file, or has too many members.
            OSError: It cannot be read.
        """
        self._limits = limits or Limits()
        self._left = self._limits.whole
        try:
            self._zip = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
            raise ArchiveError("not-a-zip") from None
        count = len(self._zip.infolist())
        if count > self._limits.members:
            self._zip.close()
            raise ArchiveError("too-many", count=count, most=self._limits.members)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def __iter__(self) -> Iterator[Member]:
        """Yield each file, judged by all that can be known without unpacking it."""
        for info in self._zip.infolist():
            if info.filename.endswith("/"):  # `is_dir` fails on a name that is empty
                continue
            try:
                self._judge(info)
            except ArchiveError as refusal:
                yield Member(info.filename, refusal, info)
            else:
                yield Member(info.filename, None, info)

    def read(self, member: Member) -> bytes:
        """Unpack a member.

        Raises:
            ArchiveError: It is refused, damaged, or larger than it says and than is allowed.
        """
        if member.refusal is not None:
            raise member.refusal
        try:
            with self._zip.open(member.info) as file:
                # No more than it says: zipfile unpacks all that is asked for, then cuts off a lie.
                most = min(self._limits.size, self._left, member.info.file_size)
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
            self._left -= min(self._left, member.info.file_size)  # it was unpacked all the same
            raise ArchiveError("damaged") from None
        if len(data) > self._left:
            raise ArchiveError("whole", most=self._limits.whole)
        if len(data) > self._limits.size:
            raise ArchiveError("large", size=len(data), most=self._limits.size)
        self._left -= len(data)
        return data

    def _judge(self, info: zipfile.ZipInfo) -> None:
        # Python cuts a name at a NUL and turns backslashes around; the name as it stands decides.
        refuse_name(info.orig_filename, self._limits.name)
        refuse_name(info.filename, self._limits.name)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise ArchiveError("link")
        if info.flag_bits & 0x1:
            raise ArchiveError("password")
        if info.compress_type not in _METHODS:
            raise ArchiveError("method")
        if info.file_size > self._limits.size:
            raise ArchiveError("large", size=info.file_size, most=self._limits.size)
        ratio = info.file_size // max(info.compress_size, 1)
        if info.file_size > 1_000_000 and ratio > self._limits.ratio:
            raise ArchiveError("bomb", ratio=ratio)


def refuse_name(name: str, longest: int = Limits.name) -> None:
    """Refuse a member's name that is not plainly a path inside of the zip file.

    Raises:
        ArchiveError: It leads elsewhere, or has characters that hide what it is.
    """
    unsafe = _UNSAFE.search(name)
    if unsafe:
        raise ArchiveError("character", character=f"U+{ord(unsafe[0]):04X}")
    if len(name) > longest:
        raise ArchiveError("long-name", count=len(name), most=longest)
    if not name:
        raise ArchiveError("no-name")
    parts = re.split(r"[/\\]", name)
    if parts[0] == "" or re.match(r"[A-Za-z]:", name):
        raise ArchiveError("absolute")
    if ".." in parts:
        raise ArchiveError("upwards")


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file: members in the given order, all with one date, so the bytes repeat."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _OLDEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return output.getvalue()
