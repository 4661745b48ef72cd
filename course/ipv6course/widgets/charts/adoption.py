"""Allocation against adoption: what a country holds, and how many of its people use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import (
    Chart,
    Table,
    Translate,
    draw,
    log_axis,
    look_of,
    rounded,
)

LABELS = {
    "country": N_("Country"),
    "group": N_("Group"),
    "zero": N_("Not drawn, because they hold nothing: {count}."),
    "strong": N_("Countries that hold more per head also use more: rank correlation {rho}."),
    "weak": N_(
        "What a country holds per head says little about how much is used: rank correlation {rho}."
    ),
    "inverse": N_("Countries that hold more per head use less: rank correlation {rho}."),
    "idle": N_(
        "Of {count} countries drawn, {idle} hold more per head than the middle one and yet have "
        "less use than the middle one."
    ),
    "nothing": N_("There are too few countries to compare."),
}
FEWEST = 3  # fewer countries have no correlation


class Point(NamedTuple):
    """One country."""

    name: str
    """Its name."""
    held: float
    """What it holds, for example /48s a head."""
    percent: float
    """How much of it is used, by somebody's measure."""
    group: str = ""
    """What it belongs to, for example its region."""


def rank_correlation(pairs: list[tuple[float, float]]) -> float:
    """Return Spearman's coefficient: 1 if both rise together, -1 if one rises as the other falls.

    Equal values share the mean of their ranks.

    Raises:
        ValueError: There are fewer than three pairs, or all values of one kind are equal.
    """
    if len(pairs) < FEWEST:
        raise ValueError(f"{len(pairs)} pairs have no correlation; give at least {FEWEST}")
    first, second = (_ranks([pair[kind] for pair in pairs]) for kind in (0, 1))
    middle = (len(pairs) + 1) / 2
    both = sum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True))
    spread = [sum((rank - middle) ** 2 for rank in ranks) for ranks in (first, second)]
    if not all(spread):
        raise ValueError("all values are equal, so there is no correlation")
    return float(both / (spread[0] * spread[1]) ** 0.5)


def adoption_chart(
    points: Iterable[tuple[str, float, float] | tuple[str, float, float, str]],
    *,
    title: str,
    held: str,
    used: str,
    note: str,
    translate: Translate = _,
) -> Chart:
    """Draw a point for each country: to the right is more held, above is more used.

    Args:
        points: Name, what is held per head, the percent that is used, and a group if there is one.
        title: What is compared.
        held: What the horizontal axis has, with its unit. It is logarithmic.
        used: What the vertical axis has.
        note: The date and source of the data.
        translate: Turns an English label into the learner's language.
    """
    rows = [Point(*point) for point in points]
    words = {name: translate(text) for name, text in LABELS.items()}
    drawn = [row for row in rows if row.held > 0]
    groups: dict[str, list[Point]] = {}
    for row in drawn:
        groups.setdefault(row.group, []).append(row)
    zero = words["zero"].format(count=len(rows) - len(drawn))
    figure = draw(
        [_dots(name, groups[name], place) for place, name in enumerate(sorted(groups))],
        title=title,
        note=f"{note}. {zero}" if len(drawn) < len(rows) else note,
        x=log_axis(row.held for row in drawn) | {"title": {"text": held}},
        y={"rangemode": "tozero", "ticksuffix": "%", "title": {"text": used}},
    )
    table = Table(
        title=title,
        columns=(words["country"], words["group"], held, f"{used}, %"),
        rows=tuple(
            (row.name, row.group, row.held, row.percent)
            for row in sorted(rows, key=lambda row: (-row.percent, row.name))
        ),
        note=note,
    )
    return Chart(figure, table, _sentence(drawn, words), translate)


def _dots(name: str, rows: list[Point], place: int) -> dict[str, Any]:
    colour, _dash, marker, _pattern = look_of(name, place)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [rounded(row.held, 3) for row in rows],
        "y": [rounded(row.percent, 3) for row in rows],
        "text": [row.name for row in rows],
        "hovertemplate": "%{text}: %{x}, %{y}<extra></extra>",
        "marker": {"symbol": marker, "size": 8, "color": colour, "opacity": 0.8},
    }


def _sentence(rows: list[Point], words: Mapping[str, str]) -> str:
    try:
        rho = rank_correlation([(row.held, row.percent) for row in rows])
    except ValueError:
        return words["nothing"]
    held = sorted(row.held for row in rows)[len(rows) // 2]
    percent = sorted(row.percent for row in rows)[len(rows) // 2]
    idle = sum(row.held > held and row.percent < percent for row in rows)
    kind = "weak" if abs(rho) < 0.4 else "strong" if rho > 0 else "inverse"
    sentences = (
        words[kind].format(rho=f"{rho:.2f}"),
        words["idle"].format(count=len(rows), idle=idle),
    )
    return " ".join(sentences)


def _ranks(values: list[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    place = 0
    while place < len(order):
        end = place
        while end < len(order) and values[order[end]] == values[order[place]]:
            end += 1
        for index in order[place:end]:
            ranks[index] = (place + 1 + end) / 2
        place = end
    return ranks
