"""Bundles: a learner's work as one file, to keep, to hand in, and to take back in the next session.

A bundle is a zip file:

    manifest.json                          who, what, when, and the SHA-256 of every other file
    work/<module>/<lesson>.ipynb           the notebooks
    progress/<module>/<lesson>/<check>.json

Its receipt is the SHA-256 of the whole file. What a manifest says of the learner is a claim: nobody
has signed it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from ipv6course.classroom import identity
from ipv6course.classroom.archive import Archive, ArchiveError, Limits, Member, packed, shown
from ipv6course.classroom.messages import N_, _
from ipv6course.places import (
    course_home,
    free_name,
    placed_versions,
    state_folder,
    write_atomically,
)

Kind = Literal["saved", "handed-in"]
Outcome = Literal["new", "same", "replaced", "kept"]

FORMAT = 1
MANIFEST = "manifest.json"
_LIMITS = Limits(members=2_000, whole=200_000_000)
_WORK = re.compile(r"work/[a-z0-9-]+/[A-Za-z0-9._-]+\.ipynb")
_PROGRESS = re.compile(r"progress/[a-z0-9-]+/[a-z0-9-]+/[A-Za-z0-9._-]+\.json")
_SHA256 = re.compile("[0-9a-f]{64}")

REASONS = {
    "nothing": N_("There is no work to put into a file yet. Open a lesson first."),
    "who": N_(
        "Say on the home page who you are first: your instructor finds your work by your id."
    ),
    "unreadable": N_("It cannot be read as a file of the course. {why}"),
    "not-a-bundle": N_("It is no file of the course: it has no manifest."),
    "manifest": N_("Its manifest cannot be read: {why}"),
    "newer": N_("It was made by a newer version of the course. Update yours first."),
    "foreign": N_("It has the file {name}, which no bundle has."),
    "twice": N_("It has the file {name} twice."),
    "member": N_("Its file {name} is not taken. {why}"),
    "missing": N_("Its file {name} is missing."),
    "changed": N_("Its file {name} is not the one that was put in."),
    "other-learner": N_(
        "It belongs to {theirs}, and you are {yours}. Say on the home page who you are, then take "
        "it again."
    ),
}


class BundleError(ValueError):
    """A bundle is not made or not taken. The text says why."""

    def __init__(self, reason: str, **found: object) -> None:
        super().__init__(_(REASONS[reason]).format(**found))
        self.reason = reason
        """Stable name, a key of `REASONS`."""


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read and is whole."""

    kind: Kind
    learner: str
    """The id that the learner claims, normalised."""
    assignment: str
    """The module; empty for all of them."""
    version: str
    """Of the course that made it."""
    time: datetime
    """When it was made, in UTC, by the learner's clock."""
    files: dict[str, bytes]
    """Everything but the manifest, by name."""
    receipt: str
    """The SHA-256 of the whole file: 64 hexadecimal digits."""


# --- Making ---------------------------------------------------------------------------------------


def make_bundle(kind: Kind, assignment: str = "", now: datetime | None = None) -> Path:
    """Put the learner's work into one file in `bundles/` of the learner's folder.

    The same work at the same second gives the same bytes.

    Args:
        kind: To keep, or to hand in.
        assignment: A module; empty for all of them.
        now: The time; by default the clock's.

    Returns:
        The file's path.

    Raises:
        BundleError: There is nothing to put in, or a guest hands in.
        OSError: The work cannot be read, or the file not written.
    """
    files = _work(assignment)
    if not any(name.startswith("work/") for name in files):
        raise BundleError("nothing")
    learner = identity.current()
    if kind == "handed-in" and learner.is_guest:
        raise BundleError("who")
    time = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    manifest = {
        "format": FORMAT,
        "kind": kind,
        "learner": learner.id,
        "assignment": assignment,
        "version": version("ipv6-course"),
        "time": time.isoformat(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    data = packed({MANIFEST: text.encode(), **files})
    who = re.sub(r"[^\w.@-]+", "_", learner.id)
    name = f"ipv6-{who}-{assignment or 'all'}-{time:%Y%m%dT%H%M%SZ}.zip"
    path = course_home() / "bundles" / name
    write_atomically(path, data)
    return path


def receipt_of(data: bytes) -> str:
    """Return the receipt of a bundle's bytes."""
    return hashlib.sha256(data).hexdigest()


def _work(assignment: str) -> dict[str, bytes]:
    """Return the notebooks and the progress of a module, or of all, by their names in a bundle."""
    places = {
        "work": (course_home() / "work", f"{assignment or '*'}/*.ipynb", _WORK),
        "progress": (state_folder() / "progress", f"{assignment or '*'}/*/*.json", _PROGRESS),
    }
    found = {}
    for part, (folder, pattern, allowed) in places.items():
        for path in sorted(folder.glob(pattern)):
            name = f"{part}/{path.relative_to(folder).as_posix()}"
            if allowed.fullmatch(name) and not path.name.startswith("."):
                found[name] = path.read_bytes()
    return found


# --- Reading --------------------------------------------------------------------------------------


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle, and refuse one that is not exactly what was made.

    Raises:
        BundleError: It is no bundle, or damaged, or has what no bundle has. The text says what.
    """
    try:
        with Archive(data, _LIMITS) as archive:
            members: dict[str, Member] = {}
            for member in archive:
                if members.setdefault(member.name, member) is not member:
                    raise BundleError("twice", name=shown(member.name))
            if MANIFEST not in members:
                raise BundleError("not-a-bundle")
            manifest = _manifest(archive.read(members.pop(MANIFEST)))
            files = {}
            for name, member in members.items():
                if name not in manifest["files"] or not is_bundle_name(name):
                    raise BundleError("foreign", name=shown(name))
                try:
                    files[name] = archive.read(member)
                except ArchiveError as why:
                    raise BundleError("member", name=shown(name), why=why) from None
    except ArchiveError as why:
        raise BundleError("unreadable", why=why) from None
    for name, digest in manifest["files"].items():
        if name not in files:
            raise BundleError("missing", name=shown(name))
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise BundleError("changed", name=shown(name))
    said = {key: manifest[key] for key in ("kind", "learner", "assignment", "version", "time")}
    return Bundle(**said, files=files, receipt=receipt_of(data))


def is_bundle_name(name: str) -> bool:
    """Return whether a bundle may have a file of this name."""
    return bool(_WORK.fullmatch(name) or _PROGRESS.fullmatch(name))


def _manifest(data: bytes) -> dict[str, Any]:
    """Read a manifest; every value has its type, and the learner's id is normalised."""
    try:
        manifest = json.loads(data)
        if manifest["format"] != FORMAT:
            raise BundleError("newer")
        if manifest["kind"] not in ("saved", "handed-in"):
            raise ValueError(shown(str(manifest["kind"])))
        if not re.fullmatch("[a-z0-9-]*", manifest["assignment"]):
            raise ValueError(shown(manifest["assignment"]))
        if not all(_SHA256.fullmatch(digest) for digest in manifest["files"].values()):
            raise ValueError("sha256")
        time = datetime.fromisoformat(manifest["time"]).astimezone(UTC)
        learner = identity.normalise(manifest["learner"])
        version_said = shown(str(manifest["version"]))
    except BundleError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as why:
        raise BundleError("manifest", why=shown(f"{type(why).__name__} {why}")) from None
    return {**manifest, "time": time, "learner": learner, "version": version_said}


# --- Taking back ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """What became, or would become, of one file of a bundle."""

    name: str
    """Its name in the bundle."""
    outcome: Outcome
    """`new`, `same`, `replaced` (what was there is older, or nobody had touched it), or `kept`
    (what is there is newer than the bundle)."""
    beside: str = ""
    """Where the work that was replaced is now, in the learner's folder."""


def restore(
    bundle: Bundle, *, replace_newer: bool = False, dry_run: bool = False
) -> list[Restored]:
    """Take a bundle's work back into the learner's folder.

    Work that is newer than the bundle stays, unless that was asked for. Work that is replaced is
    put beside, as `name.before-restore.ipynb`; nothing is ever lost. Progress is added to.

    Args:
        bundle: What to take.
        replace_newer: Whether to replace work that is newer than the bundle too.
        dry_run: Say what would be done, and write nothing.

    Raises:
        BundleError: It belongs to another learner.
        OSError: The folder cannot be written. Every file is whole, the old one or the new.
    """
    told = identity.current()
    if not told.is_guest and bundle.learner not in (identity.GUEST, identity.normalise(told.id)):
        raise BundleError("other-learner", theirs=bundle.learner, yours=told.id)
    if told.is_guest and bundle.learner != identity.GUEST and not dry_run:
        identity.tell(bundle.learner)
    done = [
        _restore_one(name, data, bundle.time, replace_newer, dry_run)
        for name, data in bundle.files.items()
    ]
    return sorted(done, key=lambda item: item.name)


def _restore_one(
    name: str, data: bytes, time: datetime, replace_newer: bool, dry_run: bool
) -> Restored:
    part, _slash, inside = name.partition("/")
    target = (course_home() / "work" if part == "work" else state_folder() / "progress") / inside
    if not target.exists():
        if not dry_run:
            write_atomically(target, data)
        return Restored(name, "new")
    present = target.read_bytes()
    if present == data or part == "progress":  # a check that has passed has passed
        return Restored(name, "same")
    if _is_untouched(inside, present):
        if not dry_run:
            write_atomically(target, data)
        return Restored(name, "replaced")
    changed = datetime.fromtimestamp(target.stat().st_mtime, UTC)
    if changed > time and not replace_newer:
        return Restored(name, "kept")
    beside = free_name(target, "before-restore")
    if not dry_run:
        write_atomically(beside, present)
        write_atomically(target, data)
    return Restored(name, "replaced", beside.relative_to(course_home()).as_posix())


def _is_untouched(name: str, present: bytes) -> bool:
    """Return whether a notebook is as the course placed it: nobody's work is in it."""
    versions = placed_versions(state_folder() / "placed.json").get(name, [])
    return hashlib.sha256(present).hexdigest() in versions
