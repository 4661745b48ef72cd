"""Copies built files into a folder where somebody works, and never overwrites that work.

A file that was changed since it was placed stays as it is; a newer version is put beside it, as
`name.new.ipynb`. A file that nobody touched is brought up to date.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ipv6course.places import free_name, placed_versions, write_atomically

Outcome = Literal["new", "same", "updated", "kept", "beside"]


@dataclass(frozen=True)
class Placed:
    """What became of one file."""

    name: str
    """Its path inside the folder, with slashes."""
    outcome: Outcome
    """`new`, `same`, `updated` (nobody had touched it), `kept` (there is nothing newer than what
    its owner changed) or `beside` (a newer version lies beside the changed one)."""
    beside: str = ""
    """The path of the newer version, for `beside`."""


def place(
    files: Mapping[str, Path], folder: Path, record: Path, *, dry_run: bool = False
) -> list[Placed]:
    """Place files in a folder.

    Args:
        files: Sources by their path inside the folder.
        folder: Where somebody works.
        record: A JSON file that remembers what was placed.
        dry_run: Say what would be done, and write nothing.

    Raises:
        OSError: The folder cannot be written. Files placed so far are whole and remembered.
    """
    remembered = placed_versions(record)
    outcomes = []
    for name, source in files.items():
        text = source.read_text(encoding="utf-8")
        outcome = _place_one(name, text, folder, remembered, dry_run)
        outcomes.append(outcome)
        if not dry_run and outcome.outcome != "same":
            write_atomically(record, json.dumps(remembered, indent=1, sort_keys=True) + "\n")
    return outcomes


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _place_one(
    name: str, text: str, folder: Path, remembered: dict[str, list[str]], dry_run: bool
) -> Placed:
    target, versions = folder / name, remembered.setdefault(name, [])
    # A file that is no text any more is changed work too.
    present = target.read_text(encoding="utf-8", errors="replace") if target.exists() else None
    known = _hash(text) in versions
    if present is not None:
        if present == text and known:
            return Placed(name, "same")
        if present != text and _hash(present) not in versions:
            return _keep(name, text, folder, versions, known, dry_run)
    if not dry_run:
        write_atomically(target, text)
        if not known:
            versions.append(_hash(text))
    return Placed(name, "new" if present is None else "updated")


def _keep(
    name: str, text: str, folder: Path, versions: list[str], known: bool, dry_run: bool
) -> Placed:
    """Leave a changed file alone; offer the text beside it once."""
    if known:
        return Placed(name, "kept")
    beside = free_name(folder / name, "new").relative_to(folder).as_posix()
    if not dry_run:
        write_atomically(folder / beside, text)
        versions.append(_hash(text))
    return Placed(name, "beside", beside)
