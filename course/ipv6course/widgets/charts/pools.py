"""Pools: what a registry has of each status over time, one layer on the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import Chart, Table, Translate, draw, rounded, short

# Colour and pattern of each status: a status is known by its pattern too.
STATUSES = {
    "allocated": ("#0072b2", ""),
    "assigned": ("#56b4e9", "/"),
    "reserved": ("#e69f00", "x"),
    "available": ("#ffffff", "."),
}

LABELS = {
    "date": N_("Date"),
    "allocated": N_("allocated"),
    "assigned": N_("assigned"),
    "reserved": N_("reserved"),
    "available": N_("available"),
    "sentence": N_(
        "From {begin} to {end}, available space went from {available0} to {available1}, and "
        "reserved space from {reserved0} to {reserved1} ({unit})."
    ),
    "nothing": N_("There is nothing to draw."),
}


def pools_chart(
    rows: Iterable[tuple[str, str, float]],
    *,
    title: str,
    unit: str,
    note: str,
    statuses: Iterable[str] = tuple(STATUSES),
    translate: Translate = _,
) -> Chart:
    """Draw the space of each status as layers. The table has the newest date first.

    Args:
        rows: Date, status and size. A date without a status has nothing of it.
        title: Whose space it is.
        unit: Of what, such as "addresses".
        note: The date and source of the data.
        statuses: Which of them are drawn, from the lowest layer. What is free is often too little
            to be seen on top of what is held: draw "reserved" and "available" alone then.
        translate: Turns an English label into the learner's language.

    Raises:
        ValueError: There is no such status.
    """
    shown = tuple(statuses)
    for status in shown:
        if status not in STATUSES:
            raise ValueError(f"{status!r} is no status; use {', '.join(STATUSES)}")
    sizes: dict[str, dict[str, float]] = {}
    for date, status, size in rows:
        at = sizes.setdefault(date, {})
        at[status] = at.get(status, 0) + size
    dates = sorted(sizes)
    words = {name: translate(text) for name, text in LABELS.items()}
    figure = draw(
        [_layer(status, words[status], dates, sizes) for status in shown],
        title=title,
        note=note,
        x={"type": "date", "hoverformat": "%Y-%m-%d"},
        y={"rangemode": "tozero", "tickformat": "~s", "title": {"text": unit}},
    )
    table = Table(
        title=f"{title} ({unit})",
        columns=(words["date"], *(words[status] for status in shown)),
        rows=tuple(
            (date, *(sizes[date].get(status, 0) for status in shown)) for date in reversed(dates)
        ),
        note=note,
    )
    return Chart(figure, table, _sentence(dates, sizes, unit, words), translate)


def _layer(
    status: str, name: str, dates: list[str], sizes: dict[str, dict[str, float]]
) -> dict[str, Any]:
    colour, pattern = STATUSES[status]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": dates,
        "y": [rounded(sizes[date].get(status, 0), 5) for date in dates],
        "stackgroup": "one",
        "line": {"color": "#1b1b1b", "width": 1},
        "fillcolor": colour,
        "fillpattern": {"shape": pattern, "bgcolor": colour, "fgcolor": "#1b1b1b", "size": 7},
    }


def _sentence(
    dates: list[str], sizes: dict[str, dict[str, float]], unit: str, words: dict[str, str]
) -> str:
    if not dates:
        return words["nothing"]
    begin, end = dates[0], dates[-1]
    return words["sentence"].format(
        begin=begin,
        end=end,
        available0=_size(sizes[begin], "available"),
        available1=_size(sizes[end], "available"),
        reserved0=_size(sizes[begin], "reserved"),
        reserved1=_size(sizes[end], "reserved"),
        unit=unit,
    )


def _size(at: dict[str, float], status: str) -> str:
    return short(rounded(at.get(status, 0)) or 0)
