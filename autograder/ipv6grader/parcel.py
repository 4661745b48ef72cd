"""A submission's jobs on their way to another machine, and what running them gave on its way back.

Rules:

- No file system is shared: files travel as bytes. Only what `layout` took is there to be read.
- The way there is from the batch, which is trusted. The way back carries what hostile code may have
  written: it is one JSON text, bounded, and read with checks; outputs are for `outputs.accept`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ipv6grader.kernel import MOST_BYTES, job_from_json, job_to_json, result_from_plain
from ipv6grader.model import Executed, Job, Mode

Files = list[tuple[str, int, bytes]]
"""Files of a folder: path in it, permissions, content."""
_MOST_SENTENCES = 200


@dataclass(frozen=True)
class Parcel:
    """The jobs of one submission, as plain values."""

    jobs: list[str]
    """Each job as JSON, without its files."""
    files: list[Files]
    """What the folders hold that jobs name; several jobs may name one."""
    places: list[int | None]
    """For each job which of the folders it has."""
    given: list[bool]
    """For each job whether it has the instructor's files."""


def pack(jobs: Sequence[Job]) -> Parcel:
    """Return the jobs of one submission as plain values.

    Raises:
        OSError: A file cannot be read.
    """
    folders = list(dict.fromkeys(job.files for job in jobs if job.files is not None))
    return Parcel(
        jobs=[job_to_json(job) for job in jobs],
        files=[read_files(folder) for folder in folders],
        places=[None if job.files is None else folders.index(job.files) for job in jobs],
        given=[job.given is not None for job in jobs],
    )


def unpack(parcel: Parcel, room: Path, given: Path | None) -> list[Job]:
    """Write the files of a parcel into an empty folder, and return its jobs.

    Args:
        parcel: What `pack` gave.
        room: The folder.
        given: Where the instructor's files are on this machine.
    """
    for number, files in enumerate(parcel.files):
        write_files(files, room / str(number))
    return [
        replace(
            job_from_json(text)[0],
            files=None if place is None else room / str(place),
            given=given if has_given else None,
        )
        for text, place, has_given in zip(parcel.jobs, parcel.places, parcel.given, strict=True)
    ]


def read_files(folder: Path) -> Files:
    """Return what a folder of the batch's own making holds: ordinary files only."""
    files = []
    for parent, _folders, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            mode = path.stat().st_mode & 0o777
            files.append((path.relative_to(folder).as_posix(), mode, path.read_bytes()))
    return files


def write_files(files: Files, folder: Path) -> None:
    """Write files into a folder, which is made."""
    folder.mkdir(parents=True)
    for name, mode, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(mode)


def results_to_json(results: Iterable[Executed]) -> str:
    """Return what running a submission's jobs gave as one text; too large a part is left out."""
    texts: list[str] = []
    room = MOST_BYTES
    for executed in results:
        text = _to_json(executed)
        if len(text) > room:
            text = _to_json(
                Executed(
                    cpu_seconds=executed.cpu_seconds,
                    wall_seconds=executed.wall_seconds,
                    trouble="The outputs are more than a worker sends.",
                )
            )
        texts.append(text)
        room -= len(text)
    return f"[{','.join(texts)}]"


def results_from_json(text: object, number: int) -> list[Executed]:
    """Read what `results_to_json` wrote, or what hostile code made of it.

    Args:
        text: What came.
        number: How many jobs there were.

    Raises:
        ValueError: It is not of that form.
    """
    if not isinstance(text, str) or len(text) > MOST_BYTES + 10_000 * number:
        raise ValueError("the worker answered no text, or too long a one")
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("the worker answered something nested too deep") from None
    if not isinstance(found, list) or len(found) != number:
        raise ValueError("the worker answered something else than it was asked")
    return [_from_plain(plain) for plain in found]


def _to_json(executed: Executed) -> str:
    plain = {**vars(executed), "mode": executed.mode.value if executed.mode else None}
    try:
        return json.dumps(plain)
    except (ValueError, TypeError, RecursionError):
        return json.dumps({**vars(Executed(trouble="The outputs cannot be sent.")), "mode": None})


def _from_plain(plain: Any) -> Executed:
    executed = result_from_plain(plain)
    modes = {mode.value: mode for mode in Mode}
    mode, why, tampering = (plain.get(name) for name in ("mode", "why", "tampering"))
    executed.mode = modes.get(mode) if isinstance(mode, str) else None
    executed.why = why[:300] if isinstance(why, str) else ""
    if isinstance(tampering, list):
        executed.tampering = [str(item)[:300] for item in tampering[:_MOST_SENTENCES]]
    return executed
