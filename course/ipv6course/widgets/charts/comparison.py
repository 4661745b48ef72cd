"""A comparison: how many times the world's mean each of a few countries has, by measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import (
    INK,
    QUIET,
    Chart,
    Table,
    Translate,
    draw,
    isolated,
    log_axis,
    look_of,
    rounded,
    short,
)

LABELS = {
    "measure": N_("Measure"),
    "axis": N_("times the world's mean"),
    "world": N_("the world's mean"),
    "zero": N_("Not drawn, because it is nothing: {names}."),
    "sentence": N_("{measure}: {most} has {high} times the world's mean, {least} has {low} times."),
    "one": N_("{measure}: {most} has {high} times the world's mean."),
    "nothing": N_("Nothing is chosen yet."),
}


def comparison_chart(
    ratios: Mapping[str, Iterable[tuple[str, float | None]]],
    *,
    title: str,
    note: str,
    translate: Translate = _,
) -> Chart:
    """Draw a row for each measure and a mark for each country.

    Args:
        ratios: By the country's name: pairs of a measure and how many times the world's mean the
            country has. None is unknown. All countries have the same measures.
        title: What is compared.
        note: The date and source of the data.
        translate: Turns an English label into the learner's language.
    """
    known = {name: dict(pairs) for name, pairs in ratios.items()}
    words = {name: translate(text) for name, text in LABELS.items()}
    measures = list(next(iter(known.values()), {}))
    values = [value for pairs in known.values() for value in pairs.values() if value]
    none = [name for name, pairs in known.items() if 0 in pairs.values()]
    zero = words["zero"].format(names=", ".join(map(isolated, none)))
    traces = [_marks(name, pairs, place) for place, (name, pairs) in enumerate(known.items())]
    figure = draw(
        [*traces, *_world(measures, words["world"])],
        title=title,
        note=f"{note}. {zero}" if none else note,
        x=log_axis([1, *values]) | {"title": {"text": words["axis"]}},
        y={"type": "category", "categoryarray": measures, "autorange": "reversed"},
        height=60 * max(1, len(measures)) + 70,
    )
    table = Table(
        title=f"{title} ({words['axis']})",
        columns=(words["measure"], *known),
        rows=tuple((m, *(pairs.get(m) for pairs in known.values())) for m in measures),
        note=note,
    )
    return Chart(figure, table, _sentence(measures, known, words), translate)


def _marks(name: str, pairs: Mapping[str, float | None], place: int) -> dict[str, Any]:
    colour, _dash, marker, _pattern = look_of(name, place)
    shown = {measure: value for measure, value in pairs.items() if value}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [rounded(value, 3) for value in shown.values()],
        "y": list(shown),
        "marker": {
            "symbol": marker,
            "size": 12,
            "color": colour,
            "line": {"color": INK, "width": 1},
        },
    }


def _world(measures: list[str], name: str) -> list[dict[str, Any]]:
    if not measures:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [1] * len(measures),
            "y": measures,
            "line": {"color": QUIET, "dash": "dash", "width": 2},
            "hoverinfo": "name",
        }
    ]


def _sentence(
    measures: list[str],
    known: Mapping[str, Mapping[str, float | None]],
    words: Mapping[str, str],
) -> str:
    """Say the measure in which the countries are furthest apart."""
    best: tuple[float, str, list[tuple[float, str]]] | None = None
    for measure in measures:
        order = sorted(
            (pairs[measure] or 0.0, name)
            for name, pairs in known.items()
            if pairs.get(measure) is not None
        )
        if order:
            apart = order[-1][0] / max(order[0][0], 1e-9) if len(order) > 1 else 0.0
            if best is None or apart > best[0]:
                best = (apart, measure, order)
    if best is None:
        return words["nothing"]
    _apart, measure, order = best
    (low, least), (high, most) = order[0], order[-1]
    return words["sentence" if len(order) > 1 else "one"].format(
        measure=measure,
        most=isolated(most),
        high=short(rounded(high, 3) or 0),
        least=isolated(least),
        low=short(rounded(low, 3) or 0),
    )
