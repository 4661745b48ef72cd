"""Prefix lengths: how many blocks of each length there are, as bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import (
    INK,
    Chart,
    Table,
    Translate,
    draw,
    log_axis,
    look_of,
)

LABELS = {
    "length": N_("Prefix length"),
    "sentence": N_("{name}: {share} of {total} prefixes are a /{length}, the most common length."),
    "nothing": N_("There is nothing to draw."),
}


def lengths_chart(
    series: Mapping[str, Iterable[tuple[int, int]]],
    *,
    title: str,
    note: str,
    unit: str,
    log: bool = True,
    translate: Translate = _,
) -> Chart:
    """Draw how many prefixes of each length there are.

    Args:
        series: Pairs of prefix length and number of prefixes, by the name of the series.
        title: Whose prefixes they are.
        note: The date and source of the data.
        unit: What is counted, such as "delegations".
        log: Whether each step of the axis is ten times the one before. It begins below 1 then, so
            that a single prefix has a bar; a bar's length is no measure there, its end is.
        translate: Turns an English label into the learner's language.
    """
    counts: dict[str, dict[int, int]] = {}
    for name, pairs in series.items():
        at = counts.setdefault(name, {})
        for length, number in pairs:
            at[length] = at.get(length, 0) + number
    words = {name: translate(text) for name, text in LABELS.items()}
    lengths = sorted({length for at in counts.values() for length in at})
    scale: dict[str, Any] = {"tickformat": "~s"}
    if log:
        scale = log_axis(float(number) for at in counts.values() for number in at.values())
        if "range" in scale:
            scale["range"] = [-0.3, scale["range"][1]]
    figure = draw(
        [_bars(name, at, place) for place, (name, at) in enumerate(counts.items())],
        title=title,
        note=note,
        x={"title": {"text": words["length"]}, "tickprefix": "/", "tickformat": "d"},
        y=scale | {"title": {"text": unit}},
        barmode="group",
        bargap=0.15,
    )
    table = Table(
        title=f"{title} ({unit})",
        columns=(words["length"], *counts),
        rows=tuple(
            (f"/{length}", *(at.get(length, 0) for at in counts.values())) for length in lengths
        ),
        note=note,
    )
    return Chart(figure, table, _sentence(counts, words), translate)


def _bars(name: str, at: Mapping[int, int], place: int) -> dict[str, Any]:
    colour, _dash, _marker, pattern = look_of(name, place)
    lengths = sorted(at)
    return {
        "type": "bar",
        "name": name,
        "x": lengths,
        "y": [at[length] for length in lengths],
        "hovertemplate": "/%{x}: %{y}",
        "marker": {
            "color": colour,
            "line": {"color": INK, "width": 1},
            "pattern": {"shape": pattern, "bgcolor": colour, "fgcolor": "#ffffff", "size": 6},
        },
    }


def _sentence(counts: Mapping[str, Mapping[int, int]], words: Mapping[str, str]) -> str:
    sentences = []
    for name, at in counts.items():
        total = sum(at.values())
        if total:
            length = max(at, key=lambda length: (at[length], -length))
            share = f"{at[length] / total:.0%}"
            sentences.append(
                words["sentence"].format(name=name, share=share, total=f"{total:,}", length=length)
            )
    return " ".join(sentences) or words["nothing"]
