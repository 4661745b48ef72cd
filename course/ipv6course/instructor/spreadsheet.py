"""CSV files from and for spreadsheets and learning platforms.

Reading believes nothing: encoding and separator are found out, and a file that is broken says on
which line. Writing is RFC 4180, "Common Format and MIME Type for Comma-Separated Values (CSV)
Files", section 2: CRLF, quotes where they are needed, a quote doubled.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ipv6course.classroom.messages import _

_LARGEST = 20_000_000  # bytes; a roster of 100,000 people has less
_SEPARATORS = ",;\t"
# "CSV Injection" (OWASP): what a spreadsheet takes for the beginning of a formula, also in the
# full width that some of them fold. A separator inside of a text begins a cell where the
# spreadsheet's own separator is another one: French Excel splits at ';'.
_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_BEGINS = re.compile(f"'*[{_FORMULA}]")
_INSIDE = re.compile(f'([;,|][\\s"]*)([{_FORMULA}])')
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

Cell = str | float | None
"""Text, a number, or nothing."""


class SpreadsheetError(ValueError):
    """A CSV file cannot be read. The text says where and why."""


@dataclass(frozen=True)
class Table:
    """A CSV file as it was read."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    """Line number in the file, and the cells, as many as the header has."""
    encoding: str
    """`utf-8`, `utf-16` or `cp1252`; the last one is a guess."""


def read_table(path: Path) -> Table:
    """Read a CSV file of Moodle, Canvas, Excel or anybody.

    Raises:
        SpreadsheetError: It is no text, or broken; the line is named.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise SpreadsheetError(_("It is larger than any roster."))
    text, encoding = _decoded(data)
    first, _newline, rest = text.partition("\n")
    skipped = 0
    if said := re.fullmatch(r"sep=(.)\s*", first):  # Excel's own way to name the separator
        text, separator, skipped = rest, said[1], 1
    else:
        separator = max(_SEPARATORS, key=first.count)
    rows = _rows(text, separator, skipped)
    if not rows:
        raise SpreadsheetError(_("It is empty."))
    header = [clean(name) for name in rows[0][1]]
    width = len(header)
    even = [(line, [*cells, *[""] * width][:width]) for line, cells in rows[1:]]
    return Table(header, even, encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding, without the byte-order mark."""
    if data[:2] in (b"PK", b"\xd0\xcf"):
        raise SpreadsheetError(
            _("It is a workbook of a spreadsheet. Save it as 'CSV UTF-8' and take that file.")
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _attempt(data, "utf-16"), "utf-16"
    for order in ("utf-16-le", "utf-16-be"):  # without the mark: every other byte of ASCII is 0
        if data[0 if order.endswith("be") else 1 :: 2][:20].count(0) > 10:
            return _attempt(data, order), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return _attempt(data, "cp1252"), "cp1252"


def _attempt(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as why:
        line = data[: why.start].count(b"\n") + 1
        raise SpreadsheetError(
            _("Line {line} is no text. Save the file as 'CSV UTF-8'.").format(line=line)
        ) from None


def _rows(text: str, separator: str, skipped: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line + skipped, cells))
            line = reader.line_num + 1
    except csv.Error as why:
        raise SpreadsheetError(
            _("Line {line} is broken: {why}.").format(line=line + skipped, why=why)
        ) from None
    return rows


def clean(text: str) -> str:
    """Return a cell's text on one line, with no character that hides or reorders it."""
    kept = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace()
        or character in "\u200c\u200d"  # names in several scripts need the joiners
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    return " ".join("".join(kept).split())


# --- Writing --------------------------------------------------------------------------------------


def written(rows: Iterable[Sequence[Cell]], *, byte_order_mark: bool) -> bytes:
    """Return a CSV file: RFC 4180 in UTF-8, formulas neutralised, numbers as numbers.

    Args:
        rows: The header first.
        byte_order_mark: Whether Excel is told that it is UTF-8.
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        [
            "" if cell is None else neutral(cell) if isinstance(cell, str) else number(cell)
            for cell in row
        ]
        for row in rows
    )
    return text.getvalue().encode("utf-8-sig" if byte_order_mark else "utf-8")


def neutral(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe in front of it.

    A plain number stays, also with a sign: `+22670123456` is somebody's id and no formula.
    """
    text = _INSIDE.sub(r"\1'\2", clean(text))
    if _BEGINS.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def original(text: str) -> str:
    """Return the text that `neutral` was given, as far as it begins like a formula."""
    return text[1:] if text.startswith("'") and _BEGINS.match(text) else text


def number(value: float) -> str:
    """Return a number with at most 5 decimals, which is what Moodle's gradebook keeps."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
