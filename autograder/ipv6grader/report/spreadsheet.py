"""The report as a CSV file: a line for each learner, with the points of every cell.

RFC 4180, "Common Format and MIME Type for Comma-Separated Values (CSV) Files", section 2: CRLF,
quotes where they are needed, a quote doubled. The first columns are named as `nbgrader export`
names them. A text that a spreadsheet would run as a formula gets an apostrophe in front.
"""

import csv
import io
import re
from collections.abc import Sequence

from ipv6grader.report.contents import Report, Submission
from ipv6grader.report.plain_text import one_line

_LONGEST = 1000  # characters of a cell
# "CSV Injection" (OWASP): what a spreadsheet takes for the beginning of a formula, also in full
# width. Where the spreadsheet's own separator is another one, a cell begins inside of a text.
_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_BEGINS = re.compile(f"'*[{_FORMULA}]")
_INSIDE = re.compile(f'([;,|][\\s"]*)([{_FORMULA}])')
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_HEADER = (
    "assignment",
    "student_id",
    "last_name",
    "first_name",
    "status",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "seconds_late",
    "wall_seconds",
    "cpu_seconds",
    "mode",
    "repaired",
    "needs_person",
)


def rows(report: Report) -> str:
    """Return the CSV file: the header, then every learner of the course."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    cells = [neutral(f"{cell.notebook}/{cell.name}") for cell in report.cells]
    writer.writerow([*_HEADER, *cells])
    for one in report.submissions:
        writer.writerow(_line(report, one))
    return text.getvalue()


def _line(report: Report, one: Submission) -> list[str]:
    scores = one.scores or (None,) * len(report.cells)
    return [
        neutral(report.assignment),
        neutral(one.student),
        neutral(one.last_name),
        neutral(one.first_name),
        one.status.value,
        _number(one.raw_score),
        _number(one.penalty if one.raw_score is not None else None),
        _number(one.score),
        _number(report.max_score),
        _number(one.seconds_late if one.raw_score is not None else None),
        _number(one.seconds),
        _number(one.cpu_seconds),
        neutral(" ".join(one.modes)),
        _joined(one.repaired),
        _joined(one.person),
        *map(_number, scores),
    ]


def _joined(sentences: Sequence[str]) -> str:
    return neutral(" ".join(sentences))


def neutral(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe in front of it.

    A plain number stays, also with a sign: `+22670123456` is somebody's id and no formula.
    """
    text = _INSIDE.sub(r"\1'\2", one_line(text, _LONGEST))
    if _BEGINS.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _number(value: float | None) -> str:
    """Return a number with at most 5 decimals, as nbgrader's own numbers: with a point."""
    if value is None:
        return ""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
