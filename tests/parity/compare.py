"""Finds where ipv6grader gave honest work another score than stock nbgrader, and judges it.

A difference is allowed only where an entry of `IMPROVEMENTS` covers it; each says what is better.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parity import habits
from parity.grading import Graded, Key
from parity.honest import HandIn

_MOST_TOLD = 40  # places
_NOTES = ("repaired", "person", "trouble")


@dataclass(frozen=True)
class Difference:
    """One value that stock nbgrader and ipv6grader see differently."""

    handed: HandIn
    notebook: str
    cell: str
    what: str
    stock_value: Any
    our_value: Any
    stock: Graded
    ours: Graded

    @property
    def habits(self) -> list[str]:
        """What was done to the notebook."""
        return self.handed.habits.get(self.notebook, [])

    @property
    def more(self) -> bool:
        """Whether ours is not less: a repair takes nothing from anybody."""
        return float(self.our_value or 0) >= float(self.stock_value or 0)

    @property
    def place(self) -> str:
        """Whose cell, notebook or submission it is."""
        where = "/".join(filter(None, [self.handed.assignment, self.notebook, self.cell]))
        return f"{where} of {self.handed.student} ({self.handed.person})"

    def __str__(self) -> str:
        return f"{self.what}: stock {self.stock_value!r}, ours {self.our_value!r}"

    def told(self) -> str:
        """Return what was done to the notebook, and what both graders saw."""
        note = self.ours.journal().get(self.notebook, {})
        lines = [f"  habits: {', '.join(self.habits)}; mode: {note.get('mode')}"]
        lines += [f"  {name}: {note[name]}"[:600] for name in _NOTES if note.get(name)]
        if self.cell:
            lines += [
                f"  stock: {_short(self.stock.outputs(self.notebook, self.cell))}",
                f"  ours:  {_short(self.ours.outputs(self.notebook, self.cell))}",
            ]
        return "\n".join(lines)


def _short(outputs: Sequence[Mapping[str, Any]]) -> str:
    """Return outputs in a line each."""
    told = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "error":
            told.append(f"{output['ename']}: {output['evalue'][:300]}")
        elif kind == "stream":
            told.append(f"{output['name']} {''.join(output['text'])[:300]!r}")
        else:
            told.append(f"{kind} {''.join(output['data'].get('text/plain', ''))[:100]!r}")
    return "; ".join(told) or "no output"


@dataclass(frozen=True)
class Improvement:
    """A difference that is meant: the list of exceptions to parity is made of these."""

    name: str
    why: str
    """What is better than stock nbgrader."""
    covers: Callable[[Difference], bool]


def _stock_failed(difference: Difference) -> bool:
    """Whether stock nbgrader gave the submission up for a known reason, and removed it."""
    handed, stock, ours = difference.handed, difference.stock, difference.ours
    if any(map(stock.written, handed.notebooks)):
        return False
    stopping = {habits.copied_test.__name__, habits.left_exit.__name__}
    return bool(stopping & {habit for of in handed.habits.values() for habit in of}) or any(
        (_value(ours.outputs(*place)) or 0) > (row.get("of") or math.inf)
        for place, row in ours.cells.items()
    )


def _value(outputs: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the number that is a cell's result, or None."""
    for output in outputs:
        if output["output_type"] == "execute_result":
            try:
                return float("".join(output["data"]["text/plain"]))
            except ValueError:
                return None
    return None


def _no_points(difference: Difference) -> bool:
    """Whether the cell's value is below 0, not a number, or false."""
    outputs = difference.stock.outputs(difference.notebook, difference.cell)
    value = _value(outputs)
    if value is None:
        return any(
            output["output_type"] == "execute_result"
            and "".join(output["data"].get("text/plain", "")).strip() == "False"
            for output in outputs
        )
    return value < 0 or math.isnan(value)


_REPAIRED = {
    habit.__name__
    for habit in (habits.deleted_ordinary, habits.changed_ordinary, habits.moved_answer)
}
IMPROVEMENTS = (
    Improvement(
        "whole submission failed",
        "Points above the maximum, a kernel that ended, or a test cell that was copied leave stock "
        "nbgrader with no score, the last for all submissions that come after it, too; here the "
        "rest is graded, and a person is asked about what cannot be.",
        _stock_failed,
    ),
    Improvement(
        "no points for less than nothing",
        "Stock nbgrader gives all points for a value below 0, for nan and for False; here that is "
        "nothing, and a person is asked.",
        lambda d: _no_points(d) and d.what in ("automatic", "score", "needs a person"),
    ),
    Improvement(
        "deleted test",
        "Stock nbgrader leaves a deleted test cell to a person; here it is put back and graded.",
        lambda d: habits.deleted_test.__name__ in d.habits and d.stock_value in (None, 0, True),
    ),
    Improvement(
        "repaired",
        "A deleted, emptied or moved cell is put back before grading; it takes points from nobody.",
        lambda d: bool(_REPAIRED & set(d.habits)) and d.more,
    ),
    Improvement(
        "name of one's own",
        "A learner's variable called as a builtin or a helper does not reach the tests in split "
        "mode.",
        lambda d: (
            habits.hidden_builtin.__name__ in d.habits
            and d.more
            and d.ours.journal().get(d.notebook, {}).get("mode", "").startswith("split")
        ),
    ),
)
"""All that may differ. What is not here fails the test."""


@dataclass
class Comparison:
    """What came out of grading the same hand-ins twice."""

    unlisted: list[Difference] = field(default_factory=list)
    allowed: Counter[str] = field(default_factory=Counter)
    """How many cells each improvement covered."""
    submissions: int = 0
    notebooks: int = 0
    cells: int = 0
    modes: Counter[str] = field(default_factory=Counter)
    """How many notebooks went which way."""
    excused: set[Key] = field(default_factory=set)
    """Submissions that an improvement concerns."""

    def add(self, other: "Comparison") -> None:
        """Take in what another comparison found."""
        self.unlisted += other.unlisted
        self.allowed += other.allowed
        self.submissions += other.submissions
        self.notebooks += other.notebooks
        self.cells += other.cells
        self.modes += other.modes
        self.excused |= other.excused

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.modes.items()))
        lines = [
            f"{self.submissions} submissions, {self.notebooks} notebooks ({counts}), "
            f"{self.cells} cells; {len(self.unlisted)} differences that are not listed",
            *(f"  {count} cells: {name}" for name, count in self.allowed.items()),
        ]
        places: dict[str, list[Difference]] = {}
        for difference in self.unlisted:
            places.setdefault(difference.place, []).append(difference)
        for place, differences in [*places.items()][:_MOST_TOLD]:
            lines += [f"{place}: {'; '.join(map(str, differences))}", differences[0].told()]
        if len(places) > _MOST_TOLD:
            lines.append(f"… and {len(places) - _MOST_TOLD} places more")
        return "\n".join(lines)


def compare(
    handed: Sequence[HandIn], stock: Mapping[Key, Graded], ours: Mapping[Key, Graded]
) -> Comparison:
    """Compare what two gradings gave each hand-in."""
    found = Comparison(submissions=len(handed))
    for entry in handed:
        key = entry.student, entry.assignment
        excused = set()
        found.notebooks += len(entry.notebooks)
        found.modes.update(note["mode"] for note in ours[key].journal().values())
        for notebook, cell in sorted(stock[key].cells.keys() | ours[key].cells.keys()):
            found.cells += 1
            for difference in _differences(entry, stock[key], ours[key], notebook, cell):
                allowed = next((e for e in IMPROVEMENTS if e.covers(difference)), None)
                if allowed is None:
                    found.unlisted.append(difference)
                else:
                    excused.add(notebook)
                    found.allowed[allowed.name] += difference.what == "automatic"
        # Sums follow from cells; nbgrader itself adds them up.
        for notebook in sorted(stock[key].notebooks.keys() | ours[key].notebooks.keys()):
            if notebook not in excused:
                found.unlisted += _differences(entry, stock[key], ours[key], notebook)
        if excused:
            found.excused.add(key)
        else:
            found.unlisted += _differences(entry, stock[key], ours[key])
        found.unlisted += _missing(entry, stock[key], ours[key])
    return found


def _differences(
    handed: HandIn, stock: Graded, ours: Graded, notebook: str = "", cell: str = ""
) -> Iterator[Difference]:
    """Yield what differs in a cell, a notebook, or the whole submission."""

    def rows(graded: Graded) -> dict[str, Any]:
        if cell:
            return graded.cells.get((notebook, cell), {})
        return graded.notebooks.get(notebook, {}) if notebook else graded.whole

    theirs, mine = rows(stock), rows(ours)
    for what in {**theirs, **mine}:
        if theirs.get(what) != mine.get(what):
            yield Difference(
                handed, notebook, cell, what, theirs.get(what), mine.get(what), stock, ours
            )


def _missing(handed: HandIn, stock: Graded, ours: Graded) -> Iterator[Difference]:
    """Yield the graded notebooks that are not there."""
    for name in handed.notebooks:
        if not ours.written(name):
            yield Difference(
                handed, name, "", "graded notebook", stock.written(name), False, stock, ours
            )
