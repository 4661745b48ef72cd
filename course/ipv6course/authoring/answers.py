"""An exercise's answers: whole replacements for its solution cell, right ones and wrong ones.

`answers/<exercise>.py` beside the lesson holds percent cells::

    # %% right: one line
    def shorten(group): ...

    # %% wrong: keeps one zero too many
    # points=[0, 2] hint="leading-zeros-kept" met="visible"
    def shorten(group): ...

The attributes may also stand in the title line. Text before the first cell is a note to authors.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

_TITLE = re.compile(r"# %% (?P<kind>right|wrong): (?P<title>[^\n]*?)\s*$")
_ATTRIBUTE = re.compile(
    r"""\b(?P<name>points|hint|met|cell)=(?P<value>\[[^\]]*\]|"[^"]*"|'[^']*')"""
)


class AnswersError(ValueError):
    """An answers file that cannot be read. `line` is where, from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise."""

    right: bool
    title: str
    source: str
    line: int
    """The line of the file, from 1, of the answer's title."""
    points: tuple[float, ...] | None = None
    """What each test cell should give; None stands for all its points."""
    hint: str = ""
    """Id of the hint that a wrong answer should meet first."""
    met: str = ""
    """`visible` or `hidden`: which kind of test should notice."""
    cell: str = ""
    """grade_id of the solution cell to replace, where the exercise has several."""


def read_answers(path: Path) -> list[Answer]:
    """Read an answers file.

    Raises:
        AnswersError: A title or an attribute is malformed; it says where.
        OSError: There is no such file.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("# %%")]
    answers = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        answers.append(_read_answer(lines[start:end], start + 1))
    return answers


def _read_answer(lines: list[str], line: int) -> Answer:
    title = _TITLE.match(lines[0])
    if title is None:
        raise AnswersError(line, "a cell title reads '# %% right: …' or '# %% wrong: …'")
    header, body = [title["title"]], lines[1:]
    while body and body[0].startswith("# ") and _ATTRIBUTE.search(body[0]):
        header.append(body.pop(0))
    attributes: dict[str, str | list[float]] = {}
    for match in _ATTRIBUTE.finditer(" ".join(header)):
        try:
            attributes[match["name"]] = ast.literal_eval(match["value"])
        except (ValueError, SyntaxError):
            raise AnswersError(line, f"{match[0]} is not a Python literal") from None
    points = attributes.get("points")
    return Answer(
        right=title["kind"] == "right",
        title=_ATTRIBUTE.sub("", title["title"]).strip(),
        source="\n".join(body).strip("\n"),
        line=line,
        points=tuple(map(float, points)) if isinstance(points, list) else None,
        hint=str(attributes.get("hint", "")),
        met=str(attributes.get("met", "")),
        cell=str(attributes.get("cell", "")),
    )
