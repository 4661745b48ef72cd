"""What lies in an autograded folder: the notebooks' errors, and ipv6grader's journal.

Both are read as if a learner had written them, for under stock nbgrader a learner's own files are
copied there. Files are opened once, without following links, and only up to a size.
"""

import json
import math
import os
import re
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ipv6grader.layout import JOURNAL
from ipv6grader.report.messages import _
from ipv6grader.report.plain_text import one_line

_LARGEST = 16_000_000  # bytes of a notebook; nbgrader's LimitOutput leaves far less
_MOST_PARTS = 500_000  # lists and objects in a file; each costs memory, however short it is written
_SENTENCE = 240  # characters
_MOST_SENTENCES = 12  # of one kind, for one notebook
_HINT = re.compile(r"\[([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\]\s*")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,16}\b")


class UnreadableError(ValueError):
    """A file cannot be read. The text is a sentence that says why."""


class Met(NamedTuple):
    """What a test cell said when it failed."""

    cell: str
    hint: str
    error: str
    text: str


@dataclass(frozen=True)
class JournalEntry:
    """How one notebook was graded."""

    mode: str
    why: str
    repaired: tuple[str, ...]
    person: tuple[str, ...]


@dataclass(frozen=True)
class Journal:
    """How one submission was graded."""

    version: str
    seconds: float | None
    cpu_seconds: float | None
    notebooks: dict[str, JournalEntry] = field(default_factory=dict)
    person: tuple[str, ...] = ()
    """Why a person must look at the submission as a whole."""


def read_journal(folder: Path, submitted: Path, notebooks: Collection[str]) -> Journal | None:
    """Return the journal of an autograded folder; None where stock nbgrader has graded.

    A file that the learner handed in under the journal's name, and that was copied, is none.

    Args:
        folder: The autograded folder.
        submitted: The folder that was handed in.
        notebooks: The names of the assignment's notebooks; others are left out.
    """
    try:
        data = _read(folder / JOURNAL)
    except (OSError, UnreadableError):
        return None
    try:
        if _read(submitted / JOURNAL) == data:
            return None
    except (OSError, UnreadableError):
        pass
    try:
        found = _parsed(data)
    except UnreadableError:
        return None
    if not isinstance(found, dict):
        return None
    entries = found.get("notebooks")
    entries = entries if isinstance(entries, dict) else {}
    return Journal(
        one_line(str(found.get("version"))[:40], 40),
        _seconds(found.get("seconds")),
        _seconds(found.get("cpu_seconds")),
        {name: _entry(entries[name]) for name in notebooks if isinstance(entries.get(name), dict)},
        _sentences(found.get("person")),
    )


def _entry(found: dict[str, Any]) -> JournalEntry:
    trouble = one_line(found.get("trouble"), _SENTENCE)
    return JournalEntry(
        mode=one_line(found.get("mode"), 20) or "?",
        why=one_line(found.get("why"), _SENTENCE),
        repaired=_sentences(found.get("repaired")),
        person=(*_sentences(found.get("person")), *([trouble] if trouble else [])),
    )


def _sentences(found: object) -> tuple[str, ...]:
    if not isinstance(found, list):
        return ()
    lines = (one_line(sentence, _SENTENCE) for sentence in found[:_MOST_SENTENCES])
    return tuple(line for line in lines if line)


def _seconds(found: object) -> float | None:
    if isinstance(found, int | float) and not isinstance(found, bool) and 0 <= found < 1e9:
        return float(found)
    return None


def released_order(folders: Iterable[Path], notebooks: Collection[str]) -> list[tuple[str, str]]:
    """Return notebook and grade_id of the released cells, in the order of the lesson.

    Args:
        folders: The release, and where else to look.
        notebooks: The names of the assignment's notebooks.
    """
    order: list[tuple[str, str]] = []
    for name in sorted(notebooks):
        for folder in folders:
            try:
                cells = _cells(folder / f"{name}.ipynb")
            except (OSError, UnreadableError):
                continue
            order += [(name, id_) for cell in cells if (id_ := _nbgrader(cell).get("grade_id"))]
            break
    return order


def mistakes_in(notebook: Path, tests: Collection[str]) -> list[Met]:
    """Return what the failed test cells of an autograded notebook said, one a cell.

    Args:
        notebook: The file.
        tests: The grade_ids of its test cells; what else is called one is left out.

    Raises:
        UnreadableError: It is no notebook, or too large.
        OSError: It cannot be read.
    """
    met: dict[str, Met] = {}
    for cell in _cells(notebook):
        nbgrader = _nbgrader(cell)
        name = nbgrader.get("grade_id")
        if (
            cell.get("cell_type") == "code"
            and nbgrader.get("grade") is True
            and nbgrader.get("solution") is not True
            and isinstance(name, str)
            and name in tests
            and name not in met
        ):
            outputs = cell.get("outputs")
            what = _said(name, outputs if isinstance(outputs, list) else [])
            if what is not None:
                met[name] = what
    return list(met.values())


def _said(cell: str, outputs: list[Any]) -> Met | None:
    """Return the first error among outputs, else the first text on stderr, which costs as much."""
    stderr = None
    for output in outputs:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "error":
            return _error(cell, output.get("ename"), output.get("evalue"))
        if stderr is None and output.get("name") == "stderr":
            text = output.get("text")
            lines = text if isinstance(text, list) else [text]
            first = one_line(next((line for line in lines if isinstance(line, str)), ""), 120)
            stderr = Met(cell, "", "stderr", first)
    return stderr


def _error(cell: str, ename: object, evalue: object) -> Met:
    line = _ADDRESS.sub("0x…", one_line(evalue, 200))
    if hint := _HINT.match(line):
        return Met(cell, hint[1], "", line[hint.end() :])
    return Met(cell, "", one_line(ename, 60) or "?", one_line(line, 120))


def _cells(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook, whatever else is in it.

    Raises:
        UnreadableError: It is no notebook, or too large.
        OSError: It cannot be read.
    """
    notebook = _parsed(_read(path))
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise UnreadableError(_("It is no notebook."))
    return [cell for cell in cells if isinstance(cell, dict)]


def _nbgrader(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _read(path: Path) -> bytes:
    """Return the content of an ordinary file of at most 16 MB."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):  # not every system has all
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        kind = os.fstat(file.fileno())
        if not stat.S_ISREG(kind.st_mode):
            raise UnreadableError(_("It is no ordinary file."))
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise UnreadableError(_("It is larger than {size} MB.").format(size=_LARGEST // 10**6))
    return data


def _parsed(data: bytes) -> object:
    """Return the JSON of a file.

    Raises:
        UnreadableError: It is none, or one that would fill the memory.
    """
    if data.count(b"[") + data.count(b"{") > _MOST_PARTS:
        raise UnreadableError(_("It has more parts than any notebook."))
    try:
        return json.loads(data, parse_constant=lambda _name: math.nan)
    except (ValueError, RecursionError):
        raise UnreadableError(_("It is no JSON.")) from None
