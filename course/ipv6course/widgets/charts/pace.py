"""Pace: how a number grows or changes with time, one line a series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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
    short,
)

MONTH = 2_629_746_000  # milliseconds of a mean month of the calendar: 400 years / 4800
MOST_MARKED = 40  # with more points a line has no markers: they would hide it

LABELS = {
    "period": N_("Period"),
    "sentence": N_("{name} has the highest value: {most} in {when}. Its last is {last} in {end}."),
    "sentence-last": N_("{name} has the highest value: {most} in {when}, which is the last."),
    "nothing": N_("There is nothing to draw."),
    "no-date": N_("no date"),
    "not-drawn": N_("Delegations without a date are in the table only."),
    "partial": N_("The last period, {period}, is not over."),
    "no-place": N_("Values of 0 have no place on a logarithmic axis; the line has a gap there."),
}


def pace_chart(
    series: Mapping[str, Iterable[tuple[str | None, float | None]]],
    *,
    title: str,
    unit: str,
    note: str,
    log: bool = False,
    partial: str = "",
    translate: Translate = _,
) -> Chart:
    """Draw series by year or month. The table has the newest period first.

    Args:
        series: Pairs of period and value, by the name of the series. A period is a year, a month
            or a day: `2018`, `2018-10`, `2018-10-13`; None is what has no date, and is only in the
            table. The value None is a gap in the line. Of the rows of `ipv6data.queries.pace`:
            `[(row.period, row.records) for row in rows]`.
        title: What the values are.
        unit: Of what; it stands at the axis.
        note: The date and source of the data.
        log: Whether each step of the axis is ten times the one before.
        partial: The period that was not over on the data's date; its point is hollow.
        translate: Turns an English label into the learner's language.
    """
    given = {name: list(pairs) for name, pairs in series.items()}
    points = {name: _dated(pairs) for name, pairs in given.items()}
    words = {name: translate(text) for name, text in LABELS.items()}
    values = [value for pairs in points.values() for _when, value in pairs if value is not None]
    periods = sorted({when for pairs in points.values() for when, _value in pairs})
    has_undated = any(when is None for pairs in given.values() for when, _value in pairs)
    notes = [
        f"{note}.",
        words["partial"].format(period=partial) if partial in periods else "",
        words["not-drawn"] if has_undated else "",
        words["no-place"] if log and any(value <= 0 for value in values) else "",
    ]
    scale = log_axis(values) if log else {"rangemode": "tozero", "tickformat": "~s"}
    figure = draw(
        [
            _line(name, pairs, place, log, partial)
            for place, (name, pairs) in enumerate(points.items())
        ],
        title=title,
        note=" ".join(filter(None, notes)),
        x={"type": "date", "hoverformat": "%Y-%m" if _has_months(periods) else "%Y"},
        y=scale | {"title": {"text": unit}},
    )
    by_period = {name: dict(pairs) for name, pairs in given.items()}
    rows = [(when, *(by_period[name].get(when) for name in points)) for when in periods[::-1]]
    if has_undated:
        rows.append((words["no-date"], *(by_period[name].get(None) for name in points)))
    table = Table(
        title=f"{title} ({unit})",
        columns=(words["period"], *points),
        rows=tuple(rows),
        note=note,
    )
    return Chart(figure, table, _sentence(points, words), translate)


def _dated(pairs: Iterable[tuple[str | None, float | None]]) -> list[tuple[str, float | None]]:
    return sorted(
        ((when, value) for when, value in pairs if when is not None), key=lambda pair: pair[0]
    )


def _line(
    name: str, pairs: list[tuple[str, float | None]], place: int, log: bool, partial: str
) -> dict[str, Any]:
    colour, dash, marker, _pattern = look_of(name, place)
    trace: dict[str, Any] = {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        **_places([when for when, _value in pairs]),
        "y": [
            None if value is None or (log and value <= 0) else rounded(value)
            for _when, value in pairs
        ],
        "line": {"color": colour, "dash": dash, "width": 2},
    }
    if len(pairs) <= MOST_MARKED:
        trace["mode"] = "lines+markers"
        trace["marker"] = {"symbol": marker, "size": 7}
        if pairs and pairs[-1][0] == partial:
            symbols = [marker] * (len(pairs) - 1)
            trace["marker"]["symbol"] = [*symbols, f"{marker}-open"]
    return trace


def _places(periods: list[str]) -> dict[str, Any]:
    """Return where the points are: many months in a row as their first and their distance.

    That saves half of the figure. From the middle of a month, steps of a mean month stay within
    the right month for longer than there are delegations; a point is at most three days off.
    """
    if len(periods) > MOST_MARKED and all(map(_follows, periods, periods[1:])):
        return {"x0": f"{periods[0]}-15", "dx": MONTH}
    return {"x": periods}


def _follows(month: str, other: str) -> bool:
    """Return whether the other is the month after."""
    if len(month) != 7 or len(other) != 7:
        return False
    return 12 * int(month[:4]) + int(month[5:]) + 1 == 12 * int(other[:4]) + int(other[5:])


def _has_months(periods: list[str]) -> bool:
    return any("-" in when for when in periods)


def _sentence(
    points: Mapping[str, list[tuple[str, float | None]]], words: Mapping[str, str]
) -> str:
    known = [
        (value, name, when)
        for name, pairs in points.items()
        for when, value in pairs
        if value is not None
    ]
    if not known:
        return words["nothing"]
    most, name, when = max(known, key=lambda point: point[0])
    end, last = [(when, value) for when, value in points[name] if value is not None][-1]
    return words["sentence" if when < end else "sentence-last"].format(
        name=name,
        most=short(rounded(most) or 0),
        when=when,
        last=short(rounded(last) or 0),
        end=end,
    )
