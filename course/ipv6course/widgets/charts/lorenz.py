"""The Lorenz curve: how unequally something is shared, and the Gini coefficient beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import QUIET, Chart, Table, Translate, draw, look_of

STEP = 0.01  # points nearer than this in both directions look like one
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)  # the rows of the table

LABELS = {
    "equal": N_("equal shares"),
    "x": N_("Share of {members}, those with least first"),
    "y": N_("Share of {space}"),
    "least": N_("The least, % of {members}"),
    "gini": N_("Gini coefficient"),
    "sentence": N_(
        "{name}: the half of {members} with least has {half} of {space}, and the tenth with most "
        "has {tenth}; the Gini coefficient is {gini}."
    ),
    "nothing": N_("There is nothing to draw."),
}

Curve = Sequence[tuple[float, float]]


def gini(curve: Curve) -> float:
    """Return the Gini coefficient of a curve: 0 where all have the same, near 1 where one has all.

    It is one less twice the area below the curve; between two points the curve is straight.

    Args:
        curve: Pairs of the share of members and of what they have, from (0, 0) to (1, 1).
    """
    area = sum((x - x0) * (y + y0) for (x0, y0), (x, y) in pairwise(curve))
    return 1 - area


def share_of_least(curve: Curve, members: float) -> float:
    """Return what a share of the members has, those with least first.

    Args:
        curve: As `gini`.
        members: Their share, from 0 to 1; between two points the curve is straight.
    """
    for (x0, y0), (x, y) in pairwise(curve):
        if members <= x and x > x0:
            return y0 + (y - y0) * (members - x0) / (x - x0)
    return 1.0


def lorenz_chart(
    curves: Mapping[str, Iterable[tuple[float, float]]],
    *,
    title: str,
    note: str,
    members: str,
    space: str,
    translate: Translate = _,
) -> Chart:
    """Draw Lorenz curves, with the line of equal shares.

    Args:
        curves: By the name of the curve: pairs of the share of members and of what they have, both
            from 0 to 1, those with least first. (0, 0) is added where it is missing.
        title: What is shared among whom.
        note: The date and source of the data.
        members: Who shares, such as "countries".
        space: What is shared, such as "IPv4 addresses".
        translate: Turns an English label into the learner's language.

    Raises:
        ValueError: A curve goes down, or leaves the square from 0 to 1.
    """
    known = {name: _checked(name, list(curve)) for name, curve in curves.items()}
    words = {name: translate(text) for name, text in LABELS.items()}
    names = {"members": members, "space": space}
    axis = {"range": [0, 1], "tickformat": ".0%", "dtick": 0.25, "constrain": "domain"}
    figure = draw(
        [
            *(_line(name, curve, place) for place, (name, curve) in enumerate(known.items())),
            _diagonal(words["equal"]),
        ],
        title=title,
        note=note,
        x=axis | {"title": {"text": words["x"].format(**names)}},
        y=axis | {"title": {"text": words["y"].format(**names)}},
    )
    rows: list[tuple[str | float, ...]] = [
        (f"{share:.0%}", *(100 * share_of_least(curve, share) for curve in known.values()))
        for share in SHARES
    ]
    rows.append((words["gini"], *map(gini, known.values())))
    table = Table(
        title=title,
        columns=(words["least"].format(**names), *(f"{name}, %" for name in known)),
        rows=tuple(rows),
        note=note,
    )
    sentences = [
        words["sentence"].format(
            name=name,
            half=f"{share_of_least(curve, 0.5):.1%}",
            tenth=f"{1 - share_of_least(curve, 0.9):.1%}",
            gini=f"{gini(curve):.2f}",
            **names,
        )
        for name, curve in known.items()
    ]
    return Chart(figure, table, " ".join(sentences) or words["nothing"], translate)


def thinned(curve: Curve, step: float = STEP) -> list[tuple[float, float]]:
    """Return the points of a curve that can be told apart; the first and the last always."""
    found = [*curve[:1]]
    for place, (x, y) in enumerate(curve[1:], start=1):
        far = x - found[-1][0] >= step or y - found[-1][1] >= step
        if far or place == len(curve) - 1:
            found.append((x, y))
    return found


def _checked(name: str, curve: list[tuple[float, float]]) -> list[tuple[float, float]]:
    start = [] if curve and tuple(curve[0]) == (0, 0) else [(0.0, 0.0)]
    whole = start + [(x, y) for x, y in curve]
    for (x0, y0), (x, y) in pairwise(whole):
        if x < x0 or y < y0 or x > 1 + 1e-9 or y > 1 + 1e-9:
            raise ValueError(
                f"the curve {name!r} goes from {x0, y0} to {x, y}; "
                "a Lorenz curve rises from 0 to 1 in both directions"
            )
    return whole


def _line(name: str, curve: Curve, place: int) -> dict[str, Any]:
    colour, dash, _marker, _pattern = look_of(name, place)
    points = thinned(curve)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [round(x, 3) for x, _y in points],
        "y": [round(y, 3) for _x, y in points],
        "line": {"color": colour, "dash": dash, "width": 2},
    }


def _diagonal(name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": QUIET, "width": 1},
        "hoverinfo": "skip",
    }
