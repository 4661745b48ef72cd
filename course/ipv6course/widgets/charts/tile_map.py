"""The map as a tile grid: one tile for each of the 249 countries and territories.

A small island has as much room as the largest country, and no outline is fetched from anywhere.
`tiles.csv` has the places: ours, roughly as on a map, no two countries on one tile. Darker is
more. A code in small letters has no data, so no colour has to say it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import Chart, Table, Translate, draw, rounded, short

TILES = Path(__file__).with_name("tiles.csv")
# From light to dark; each with dark or white letters has a contrast of more than 4.5.
STEPS = ("#e3eef9", "#bcd7ef", "#8cbde0", "#2166ac", "#08306b")
EMPTY = "#f4f4f4"

LABELS = {
    "country": N_("Country"),
    "code": N_("Code"),
    "none": N_("no data (small letters)"),
    "range": N_("{low} to {high}"),
    "one": N_("{low}"),
    "sentence": N_(
        "{title}: the highest is {most} in {most_name}, and {count} of 249 countries and "
        "territories have no more than {low}; {missing} have no data."
    ),
    "nothing": N_("{title}: there is no data for any country."),
}


class Place(NamedTuple):
    """Where a country's tile is."""

    row: int
    """From 0, from the top."""
    column: int
    """From 0, from the left."""


@cache
def tiles() -> dict[str, Place]:
    """Return the place of each country's tile, by its code."""
    with TILES.open(encoding="utf-8", newline="") as lines:
        return {
            row["cc"]: Place(int(row["row"]), int(row["column"])) for row in csv.DictReader(lines)
        }


def steps(values: Sequence[float], count: int = len(STEPS)) -> list[float]:
    """Return the least value of each class, so that the classes have about equally many members.

    Args:
        values: The values; their order does not matter.
        count: How many classes at most. Equal values are never parted, so there may be fewer.
    """
    ordered = sorted(values)
    found: list[float] = []
    for place in range(count):
        edge = ordered[place * len(ordered) // count] if ordered else 0
        if ordered and edge not in found:
            found.append(edge)
    return found


def tile_map_chart(
    values: Mapping[str, float | None],
    *,
    title: str,
    unit: str,
    note: str,
    names: Mapping[str, str],
    edges: Sequence[float] | None = None,
    translate: Translate = _,
) -> Chart:
    """Draw a value of each country as a grid of tiles.

    Args:
        values: The values by country code. A code that is missing has no data; one that is no
            country of ISO 3166-1, such as EU, has no tile and is only in the table.
        title: What the values are.
        unit: Of what; the name of the table's column.
        note: The date and source of the data.
        names: The countries' names by code.
        edges: The least value of each class, ascending, five at most; by default such that the
            classes have equally many members.
        translate: Turns an English label into the learner's language.

    Raises:
        ValueError: There are too many classes, or they do not ascend.
    """
    known = {cc: value for cc, value in values.items() if value is not None}
    lows = list(steps(list(known.values())) if edges is None else edges)
    if len(lows) > len(STEPS) or lows != sorted(set(lows)):
        raise ValueError(f"{lows} are no classes; give at most {len(STEPS)} numbers that ascend")
    words = {name: translate(text) for name, text in LABELS.items()}
    traces = [_grid(known, lows, names, unit, words), *_legend(known, lows, words)]
    hidden = {"visible": False}
    figure = draw(
        traces,
        title=title,
        note=note,
        x=hidden,
        y=hidden | {"autorange": "reversed"},
        height=420,
        margin={"l": 2, "r": 2},
    )
    rows = sorted(known.items(), key=lambda item: (-item[1], item[0]))
    table = Table(
        title=title,
        columns=(words["country"], words["code"], unit),
        rows=tuple((names.get(cc, cc), cc, value) for cc, value in rows),
        note=note,
    )
    return Chart(figure, table, _sentence(title, rows, names, words), translate)


def _grid(
    known: Mapping[str, float],
    lows: Sequence[float],
    names: Mapping[str, str],
    unit: str,
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Return the heat map: the class of each tile, 0 where there is no data."""
    places = tiles()
    width = max(place.column for place in places.values()) + 1
    depth = max(place.row for place in places.values()) + 1
    classes: list[list[int | None]] = [[None] * width for _row in range(depth)]
    codes = [[""] * width for _row in range(depth)]
    said = [[""] * width for _row in range(depth)]
    for cc, (row, column) in places.items():
        value = known.get(cc)
        classes[row][column] = _class(value, lows)
        codes[row][column] = cc.lower() if value is None else cc
        text = words["none"] if value is None else f"{short(value)} {unit}"
        said[row][column] = f"{names.get(cc, cc)}: {text}"
    colours = [EMPTY, *STEPS]
    edges = [place / len(colours) for place in range(len(colours) + 1)]
    scale = [
        [edge, colour]
        for place, colour in enumerate(colours)
        for edge in (edges[place], edges[place + 1])
    ]
    return {
        "type": "heatmap",
        "z": classes,
        "zmin": -0.5,
        "zmax": len(colours) - 0.5,
        "text": codes,
        "texttemplate": "%{text}",
        "textfont": {"size": 9},
        "customdata": said,
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
        "colorscale": scale,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }


def _class(value: float | None, lows: Sequence[float]) -> int:
    """Return a value's class from 1; 0 has no data. What is below the first class is in it."""
    if value is None:
        return 0
    return max(1, sum(value >= low for low in lows))


def _legend(
    known: Mapping[str, float], lows: Sequence[float], words: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a trace without points for each class: plotly makes the legend of them."""
    entries = []
    for place, colour in enumerate(STEPS[: len(lows)], start=1):
        members = [value for value in known.values() if _class(value, lows) == place]
        if members:
            low, high = short(_rounded(min(members))), short(_rounded(max(members)))
            kind = "one" if low == high else "range"
            entries.append((words[kind].format(low=low, high=high), colour))
    if len(known.keys() & tiles().keys()) < len(tiles()):
        entries.append((words["none"], EMPTY))
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [None],
            "y": [None],
            "name": name,
            "marker": {"symbol": "square", "size": 12, "color": colour, "line": {"width": 1}},
        }
        for name, colour in entries
    ]


def _rounded(value: float) -> float:
    return rounded(value, 3) or 0


def _sentence(
    title: str,
    rows: Sequence[tuple[str, float]],
    names: Mapping[str, str],
    words: Mapping[str, str],
) -> str:
    if not rows:
        return words["nothing"].format(title=title)
    values = sorted(value for _cc, value in rows)
    low = values[len(values) // 2]
    top, most = rows[0]
    return words["sentence"].format(
        title=title,
        most=short(_rounded(most)),
        most_name=names.get(top, top),
        count=sum(value <= low for value in values),
        low=short(_rounded(low)),
        missing=len(tiles().keys() - {cc for cc, _value in rows}),
    )
