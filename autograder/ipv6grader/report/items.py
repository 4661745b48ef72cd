"""Item analysis: how hard an exercise is, and whether it tells strong learners from weak ones.

Difficulty is the share of points earned: the mean of the points over the maximum.

Discrimination is the corrected item-total correlation: Pearson's r between the points x of the
exercise and the points T - x of all others. "Corrected", for with x in both, any exercise
correlates with the total: S. Henrysson, "Correction of item-total correlations in item analysis",
Psychometrika 28 (1963), 211-218, https://doi.org/10.1007/BF02289618.

Points that a person has still to give are no zeros. They are left out, and T - x is taken as the
share of what is decided; where nothing is open, that is the same correlation.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ipv6grader.report.contents import Cell, Item
from ipv6grader.report.messages import _

FEWEST = 10
"""With fewer submissions a correlation is chance. Of samples of 10 in which there is none at all,
one in 20 is still beyond -0.63 or 0.63."""
_SAME = 1e-9  # points; sums of fractions differ by less

Scores = Sequence[float | None]
"""The points of one submission, cell by cell; None where they are open."""


class _Pair(NamedTuple):
    points: float
    rest: float | None
    """The share of points earned elsewhere; None where nothing else is decided."""


def by_exercise(cells: Sequence[Cell]) -> list[tuple[int, ...]]:
    """Return the positions of the cells of each exercise, in the order of the first of each."""
    groups: dict[tuple[str, str], list[int]] = {}
    for position, cell in enumerate(cells):
        groups.setdefault((cell.notebook, cell.exercise), []).append(position)
    return [tuple(group) for group in groups.values()]


def by_cell(cells: Sequence[Cell]) -> tuple[list[Cell], list[tuple[int, ...]]]:
    """Return the cells as exercises of their own, and their positions one by one."""
    alone = [replace(cell, exercise=cell.name) for cell in cells]
    return alone, [(position,) for position in range(len(cells))]


def analyse(
    cells: Sequence[Cell], groups: Sequence[tuple[int, ...]], scores: Sequence[Scores]
) -> list[Item]:
    """Return how each group of cells worked.

    Args:
        cells: The assignment's cells.
        groups: Positions of cells that make one exercise, for each exercise.
        scores: The points of each graded submission.
    """
    return [_item(cells, group, scores) for group in groups]


def _item(cells: Sequence[Cell], group: tuple[int, ...], scores: Sequence[Scores]) -> Item:
    first = cells[group[0]]
    most = sum(cells[position].points for position in group)
    pairs = [pair for line in scores if (pair := _pair(cells, group, line))]
    points = [pair.points for pair in pairs]
    discrimination, why_not = _discrimination(pairs)
    if scores and not pairs:
        why_not = _("A person has still to give its points.")
    return Item(
        notebook=first.notebook,
        name=first.exercise,
        points=most,
        cells=len(group),
        by_person=any(cells[position].by_person for position in group),
        scored=len(pairs),
        share=statistics.fmean(points) / most if points and most > 0 else None,
        full=sum(value >= most - _SAME for value in points),
        none=sum(value <= _SAME for value in points),
        discrimination=discrimination,
        why_not=why_not,
    )


def _pair(cells: Sequence[Cell], group: tuple[int, ...], line: Scores) -> _Pair | None:
    """Return the points for the group and the share elsewhere; None while the group is open."""
    mine = 0.0
    for position in group:
        value = line[position]
        if value is None:
            return None
        mine += value
    rest = most = 0.0
    for position, value in enumerate(line):
        if value is not None and position not in group:
            rest += value
            most += cells[position].points
    return _Pair(mine, rest / most if most > 0 else None)


def _discrimination(pairs: Sequence[_Pair]) -> tuple[float | None, str]:
    """Return the corrected item-total correlation, or None and why there is none."""
    both = [(pair.points, pair.rest) for pair in pairs if pair.rest is not None]
    if not both and pairs:
        return None, _("There is no other exercise to compare with.")
    if len(both) < FEWEST:
        return None, _("Too few submissions: it takes {count}.").format(count=FEWEST)
    points, rests = zip(*both, strict=True)
    if max(points) - min(points) < _SAME:
        return None, _("All have the same points.")
    if max(rests) - min(rests) < _SAME:
        return None, _("All have the same points in the other exercises.")
    return statistics.correlation(points, rests), ""


def reading(item: Item) -> str:
    """Return in words what the discrimination of an exercise means."""
    value = item.discrimination
    if value is None:
        return item.why_not
    if value < 0:
        return _("Look at it first: those who do well elsewhere do worse here.")
    if value < 0.2:
        return _("It says little about how the others went.")
    return _("Those who do well here do well elsewhere.")


def exercise_of(name: str, solutions: Mapping[str, object] | Sequence[str]) -> str:
    """Return the solution cell that a cell's name points to, else its own name.

    `double-2`, `double_2` and `double2` point to `double`, where there is such a solution cell.
    """
    fitting = [
        solution
        for solution in solutions
        if name.startswith(solution) and name[len(solution) :].strip("-_. ").isdigit()
    ]
    return max(fitting, key=len, default=name)
