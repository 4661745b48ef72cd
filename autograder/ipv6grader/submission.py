"""Reads a submitted notebook, whatever its bytes are.

Rules:

- The result is plain nbformat 4.5 with nothing in it that nbformat's schema refuses, or there is a
  `SubmissionError` whose one sentence says what is wrong. Nothing else is raised.
- Outputs go unread: grading makes them anew, and they may be large.
- What takes much memory to parse is parsed in a process with limits, never in this one.
- Links, pipes and devices are not read: a submission may hold a link to somebody else's file.
- What other editors change without harm is no error: sources as lists, Windows line ends, a byte
  order mark, UTF-16, no ids, no outputs, fields of their own.
"""

import json
import math
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

import nbformat

from ipv6grader.model import Notebook

MAX_BYTES = 100_000_000
"""The largest notebook that is read, as nbgrader's `CourseDirectory.max_file_size`."""
_MAX_CELLS = 10_000
_MAX_TEXT = 20_000_000  # characters of all cells together
_MAX_DEPTH = 40  # of metadata; honest notebooks stay under 10
_MAX_BITS = 1024  # of whole numbers; Python refuses to write very long ones

# What is parsed in this process: an empty list of three bytes takes 64 in memory.
_SMALL_BYTES = 8_000_000
_SMALL_VALUES = 500_000
_LARGE_CONTENT = 64_000_000
_APART_SECONDS = 60
_APART_MEMORY = 1_500_000_000
_APART = f"""
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({_APART_MEMORY}, {_APART_MEMORY}))
except ImportError:
    pass
data = sys.stdin.buffer.read()
notebook = json.loads(data.decode(json.detect_encoding(data)), strict=False)
del data
sheets = [notebook, *notebook.get("worksheets", [])]
for cell in [cell for sheet in sheets for cell in sheet.get("cells", [])]:
    cell.pop("outputs", None)
content = json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace")
if len(content) > {_LARGE_CONTENT}:
    sys.exit("it is too large even without its outputs")
sys.stdout.buffer.write(content)
"""

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_IMAGE = re.compile(r"image/[a-z0-9.+-]+")
_CELL_TYPES = ("code", "markdown", "raw")


class SubmissionError(Exception):
    """A submitted notebook can't be graded. Its text says what is wrong, in one sentence."""


def read_submission(path: Path, max_bytes: int = MAX_BYTES) -> Notebook:
    """Read a submitted notebook.

    Args:
        path: The submitted file.
        max_bytes: The largest size that is accepted.

    Returns:
        The notebook in nbformat 4.5. Code cells have no outputs; `id` is empty where it is unfit.

    Raises:
        SubmissionError: It isn't a notebook that can be graded.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            raise SubmissionError(f"{path.name} is a link to another file, not a notebook.")
        with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SubmissionError(f"{path.name} is not an ordinary file.")
            if status.st_size > max_bytes:
                raise SubmissionError(
                    f"{path.name} has {status.st_size:,} bytes; at most {max_bytes:,} are read."
                )
            return _read(file, path.name, max_bytes)
    except OSError as error:
        raise SubmissionError(f"{path.name} can't be read: {error.strerror}.") from error


def parse_submission(data: bytes, name: str = "The notebook") -> Notebook:
    """Read a submitted notebook from its bytes: see `read_submission`."""
    return _tidy(_upgrade(_load(data, name), name), name)


def _read(file: BinaryIO, name: str, max_bytes: int) -> Notebook:
    data = file.read(min(max_bytes, _SMALL_BYTES) + 1)
    if len(data) > _SMALL_BYTES or _values(data) > _SMALL_VALUES:
        os.lseek(file.fileno(), 0, os.SEEK_SET)  # not `seek`: the other process has no buffer
        data = _without_outputs(file, name)
        if len(data) > _LARGE_CONTENT or _values(data) > _SMALL_VALUES:
            raise SubmissionError(f"{name} is too large even without its outputs.")
    return parse_submission(data, name)


def _values(data: bytes) -> int:
    """Return at least how many values a JSON text has."""
    return sum(data.count(mark) for mark in (b",", b"[", b"{", b":"))


def _without_outputs(file: BinaryIO, name: str) -> bytes:
    """Read a large notebook in a process of its own, and return it without outputs."""
    command = [sys.executable, "-I", "-S", "-c", _APART]
    try:
        done = subprocess.run(command, stdin=file, capture_output=True, timeout=_APART_SECONDS)
    except subprocess.TimeoutExpired:
        raise SubmissionError(f"{name} takes more than {_APART_SECONDS} s to read.") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1][:200]
        raise SubmissionError(f"{name} is not a notebook that can be read: {said or 'no memory'}.")
    return done.stdout


def _load(data: bytes, name: str) -> dict[str, Any]:
    """Parse JSON."""
    if not data.strip(b"\0 \t\r\n"):
        raise SubmissionError(f"{name} is empty.")
    try:
        content = json.loads(data.decode(json.detect_encoding(data)), strict=False)
    except UnicodeDecodeError:
        raise SubmissionError(f"{name} is not text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise SubmissionError(
            f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise SubmissionError(f"{name} is nested too deep.") from None
    except ValueError:
        raise SubmissionError(f"{name} has a number with too many digits.") from None
    if not isinstance(content, dict):
        raise SubmissionError(f"{name} is JSON, but not a notebook.")
    return content


def _upgrade(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a notebook as nbformat 4 has it."""
    major = content.get("nbformat")
    if type(major) is not int:
        major = 3 if "cells" not in content and "worksheets" in content else 4
    if major > 4:
        raise SubmissionError(
            f"{name} is in nbformat {str(major)[:20]}, which is newer than this program; "
            "save it as nbformat 4."
        )
    if major == 4:
        return content
    for sheet in _dicts(content.get("worksheets")):
        for cell in _dicts(sheet.get("cells")):
            if "outputs" in cell:
                cell["outputs"] = []
    if not is_sound(content):
        raise SubmissionError(f"{name} is nested too deep, or has text that is not Unicode.")
    try:
        content["nbformat"] = major
        converted = dict(nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4))
        for cell in converted["cells"]:
            cell["id"] = ""  # nbformat made it at random
    except Exception as error:  # nbformat raises whatever the junk in it leads to
        raise SubmissionError(
            f"{name} is in nbformat {str(major)[:20]} and can't be converted to nbformat 4: "
            f"{type(error).__name__}."
        ) from error
    return converted


def _dicts(value: object) -> Iterable[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _tidy(content: dict[str, Any], name: str) -> Notebook:
    """Return a notebook with what nbformat's schema allows, and no outputs."""
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise SubmissionError(f"{name} has no list of cells, so it is not a notebook.")
    if len(cells) > _MAX_CELLS:
        raise SubmissionError(f"{name} has {len(cells):,} cells; at most {_MAX_CELLS:,} are read.")
    tidy = [_cell(cell, f"Cell {number} of {name}") for number, cell in enumerate(cells, 1)]
    if sum(len(cell["source"]) for cell in tidy) > _MAX_TEXT:
        raise SubmissionError(f"{name} has more than {_MAX_TEXT:,} characters in its cells.")
    return {
        "cells": tidy,
        "metadata": _metadata(content.get("metadata"), _NOTEBOOK_METADATA),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell: object, place: str) -> dict[str, Any]:
    if not isinstance(cell, dict):
        raise SubmissionError(f"{place} is no cell.")
    kind = cell.get("cell_type")
    if kind not in _CELL_TYPES:
        kind = "code" if "outputs" in cell or "execution_count" in cell else "raw"
    identity = cell.get("id")
    fit = isinstance(identity, str) and _CELL_ID.fullmatch(identity)
    tidy: dict[str, Any] = {
        "cell_type": kind,
        "id": identity if fit else "",
        "metadata": _metadata(cell.get("metadata"), _CELL_METADATA),
        "source": _text(cell.get("source", ""), place),
    }
    if kind == "code":
        tidy |= {"execution_count": None, "outputs": []}
    elif pictures := _attachments(cell.get("attachments")):
        tidy["attachments"] = pictures
    return tidy


def _text(source: object, place: str) -> str:
    """Return a source as one text of Unicode, with line ends as on Linux."""
    if source is None:
        return ""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise SubmissionError(f"The source of {place[:1].lower()}{place[1:]} is not text.")
    if not source.isascii():  # half of a surrogate pair can be in JSON, but in no file
        source = source.encode("utf-8", "replace").decode()
    return source.replace("\r\n", "\n")


def _attachments(value: object) -> dict[str, Any]:
    """Return the images that a cell of text brings with it."""
    if not isinstance(value, dict) or not is_sound(value):
        return {}
    bundles = {
        name: {
            kind: data
            for kind, data in bundle.items()
            if _IMAGE.fullmatch(kind) and isinstance(data, str)
        }
        for name, bundle in value.items()
        if isinstance(bundle, dict)
    }
    return {name: bundle for name, bundle in bundles.items() if bundle}


def _metadata(value: object, known: dict[str, Callable[[Any], bool]]) -> dict[str, Any]:
    """Return the metadata that nbformat's schema allows."""
    if not isinstance(value, dict):
        return {}
    return {
        key: entry
        for key, entry in value.items()
        if known.get(key, _any)(entry) and is_sound(key) and is_sound(entry)
    }


def is_sound(value: object) -> bool:
    """Tell whether a value is one that JSON in UTF-8 can hold, and is nested little."""
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH):
        deeper: list[object] = []
        for item in level:
            if isinstance(item, str):
                if not (item.isascii() or item.encode("utf-8", "replace").decode() == item):
                    return False
            elif isinstance(item, dict):
                deeper += item
                deeper += item.values()
            elif isinstance(item, list):
                deeper += item
            elif isinstance(item, float):
                if not math.isfinite(item):
                    return False
            elif isinstance(item, int):
                if item.bit_length() > _MAX_BITS:
                    return False
            elif item is not None:
                return False
        if not deeper:
            return True
        level = deeper
    return False


def _any(_value: Any) -> bool:
    return True


def _none(_value: Any) -> bool:
    return False


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _is_language(value: Any) -> bool:
    """Tell whether a `language_info` is as nbconvert needs it."""
    texts = ("file_extension", "mimetype", "pygments_lexer")
    return (
        isinstance(value, dict)
        and isinstance(value.get("name"), str)
        and all(isinstance(value.get(key, ""), str) for key in texts)
        and isinstance(value.get("codemirror_mode", ""), str | dict)
    )


def _are_tags(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(tag, str) and re.fullmatch("[^,]+", tag) for tag in value)
        and len(set(value)) == len(value)
    )


# nbformat 4.5's schema. Saved states of widgets, signatures and the like are out of date.
_NOTEBOOK_METADATA = {
    "kernelspec": lambda value: (
        isinstance(value, dict)
        and all(isinstance(value.get(key), str) for key in ("name", "display_name"))
    ),
    "language_info": _is_language,
    "title": _is(str),
    "authors": _is(list),
    **dict.fromkeys(("orig_nbformat", "orig_nbformat_minor", "signature", "widgets"), _none),
    "celltoolbar": _none,
}
_CELL_METADATA = {
    "nbgrader": _is(dict),
    "deletable": _is(bool),
    "editable": _is(bool),
    "format": _is(str),
    "jupyter": _is(dict),
    "name": lambda value: isinstance(value, str) and re.search("^.+$", value) is not None,
    "tags": _are_tags,
    # What belongs to outputs goes with them, as in nbconvert's ClearOutputPreprocessor.
    **dict.fromkeys(("collapsed", "execution", "scrolled"), _none),
}
