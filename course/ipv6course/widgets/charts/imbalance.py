"""The imbalance: what each country or group holds per head, against the world's mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import (
    COLOURS,
    INK,
    QUIET,
    Chart,
    Table,
    Translate,
    draw,
    log_axis,
    rounded,
    short,
)

ROW = 24  # pixels of each row

LABELS = {
    "name": N_("Name"),
    "people": N_("People"),
    "each": N_("{unit} per head"),
    "mean": N_("all of these together: {mean}"),
    "sentence": N_(
        "{most} has {high} {unit} per head, {least} has {low}: {times} times as many. All of these "
        "together have {mean}."
    ),
    "sentence-none": N_(
        "{most} has {high} {unit} per head, and {least} has none. All of these together have "
        "{mean}."
    ),
    "zero": N_("Not drawn, because they hold nothing: {names}."),
    "nothing": N_("There is nothing to draw."),
}


class Share(NamedTuple):
    """What one of them has."""

    name: str
    """A country, region or other group."""
    held: float
    """What it holds."""
    people: float
    """How many people it has."""


def imbalance_chart(
    rows: Iterable[tuple[str, float, float]],
    *,
    title: str,
    unit: str,
    note: str,
    translate: Translate = _,
) -> Chart:
    """Draw a point for each on a logarithmic axis, and a line at the mean of all together.

    Args:
        rows: Name, what is held, and how many people. Up to about 40 can be read.
        title: What is compared.
        unit: What is held, such as "IPv4 addresses".
        note: The date and source of the data.
        translate: Turns an English label into the learner's language.

    Raises:
        ValueError: One has no people.
    """
    shares = sorted((Share(*row) for row in rows), key=_per_head)
    words = {name: translate(text) for name, text in LABELS.items()}
    each = words["each"].format(unit=unit)
    drawn = [share for share in shares if share.held > 0]
    missing = ", ".join(share.name for share in shares if share.held <= 0)
    mean = sum(s.held for s in shares) / sum(s.people for s in shares) if shares else 0
    said = words["mean"].format(mean=short(rounded(mean, 3) or 0))
    figure = draw(
        [_points(drawn), *_mean_line(drawn, mean, said)],
        title=title,
        note=f"{note}. {words['zero'].format(names=missing)}" if missing else note,
        x=log_axis(map(_per_head, drawn)) | {"title": {"text": each}, "zeroline": False},
        y={"type": "category", "categoryarray": [share.name for share in drawn], "dtick": 1},
        height=ROW * len(drawn) + 90,
    )
    table = Table(
        title=title,
        columns=(words["name"], unit, words["people"], each),
        rows=tuple((s.name, s.held, s.people, _per_head(s)) for s in reversed(shares)),
        note=note,
    )
    return Chart(figure, table, _sentence(shares, mean, unit, words), translate)


def _per_head(share: Share) -> float:
    if share.people <= 0:
        raise ValueError(f"{share.name} has {share.people} people; leave it out")
    return share.held / share.people


def _points(shares: list[Share]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [rounded(_per_head(share)) for share in shares],
        "y": [share.name for share in shares],
        "showlegend": False,
        "marker": {"size": 11, "color": COLOURS[0], "line": {"color": INK, "width": 1}},
        "hovertemplate": "%{y}: %{x}<extra></extra>",
    }


def _mean_line(shares: list[Share], mean: float, said: str) -> list[dict[str, Any]]:
    if not shares:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [rounded(mean)] * 2,
            "y": [shares[0].name, shares[-1].name],
            "name": said,
            "line": {"color": QUIET, "dash": "dash", "width": 2},
            "hoverinfo": "name",
        }
    ]


def _sentence(shares: list[Share], mean: float, unit: str, words: Mapping[str, str]) -> str:
    if not shares:
        return words["nothing"]
    least, most = shares[0], shares[-1]
    low, high = _per_head(least), _per_head(most)
    return words["sentence" if low else "sentence-none"].format(
        most=most.name,
        high=short(rounded(high, 3) or 0),
        least=least.name,
        low=short(rounded(low, 3) or 0),
        times=short(rounded(high / low, 2) or 0) if low else "",
        unit=unit,
        mean=short(rounded(mean, 3) or 0),
    )
