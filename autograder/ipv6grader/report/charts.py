"""Charts as inline SVG, without a script.

Widths are shares of the page and heights are pixels, so letters keep their size on a small screen.
Each chart is one picture for a screen reader, with a title and a description; the table beside it
has the same figures.
"""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

_COLUMNS_HEIGHT = 150  # pixels of the highest column
_ABOVE, _BELOW = 20, 24  # pixels for the numbers above a column, and the scale below
_ROW, _LABEL, _BAR = 44, 18, 14  # pixels of a row, of its line of text, of a bar


class Bar(NamedTuple):
    """A bar of a chart with rows."""

    label: str
    value: float | None
    """None: there is no figure, and no bar."""
    shown: str
    """The figure as it is written beside the bar."""
    second: bool = False
    """Whether it is of the second kind, in another colour."""


def columns(
    name: str, title: str, description: str, counts: Sequence[int], scale: Sequence[str]
) -> Markup:
    """Return a histogram.

    Args:
        name: An id that no other chart of the page has.
        title: What it is.
        description: What it shows, in a sentence.
        counts: The heights.
        scale: What is written below the left edge of each column, and at the right end.
    """
    most = max(counts, default=0) or 1
    width = 100 / max(len(counts), 1)
    base = _ABOVE + _COLUMNS_HEIGHT
    parts: list[Markup] = []
    for number, count in enumerate(counts):
        height = round(_COLUMNS_HEIGHT * count / most, 1)
        if count:
            parts.append(
                Markup(
                    '<rect class="bar" x="{:.2f}%" y="{:g}" width="{:.2f}%" height="{:g}"/>'
                ).format((number + 0.08) * width, base - height, 0.84 * width, height)
            )
        parts.append(
            Markup('<text x="{:.2f}%" y="{:g}" text-anchor="middle">{}</text>').format(
                (number + 0.5) * width, base - height - 5, count
            )
        )
    parts.append(Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(base))
    for number, text in enumerate(scale):
        anchor = {0: "start", len(counts): "end"}.get(number, "middle")
        parts.append(
            Markup('<text class="scale" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
                number * width, base + 17, anchor, text
            )
        )
    return _picture(name, title, description, base + _BELOW, parts)


def rows(
    name: str,
    title: str,
    description: str,
    bars: Sequence[Bar],
    *,
    low: float = 0.0,
    high: float = 1.0,
) -> Markup:
    """Return a chart with one bar under its label in each row.

    Args:
        name: An id that no other chart of the page has.
        title: What it is.
        description: What it shows, in a sentence.
        bars: The rows.
        low: The value at the left edge; bars begin at 0, which is from low to high.
        high: The value at the right edge.
    """
    span = (high - low) or 1.0
    parts: list[Markup] = []
    zero = 100 * (0 - low) / span
    for number, bar in enumerate(bars):
        top = number * _ROW
        parts.append(
            Markup(
                '<text x="0" y="{0}">{2}</text>'
                '<text class="figure" x="100%" y="{0}" text-anchor="end">{3}</text>'
                '<rect class="track" x="0" y="{1}" width="100%" height="{4}"/>'
            ).format(top + _LABEL - 4, top + _LABEL, bar.label, bar.shown, _BAR)
        )
        if bar.value is not None:
            value = 100 * (min(max(bar.value, low), high) - low) / span
            parts.append(
                Markup('<rect class="{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="{}"/>').format(
                    "bar second" if bar.second else "bar",
                    min(zero, value),
                    top + _LABEL,
                    abs(value - zero),
                    _BAR,
                )
            )
    height = max(len(bars), 1) * _ROW
    if low < 0:
        parts.append(
            Markup('<line class="axis" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1}"/>').format(
                zero, height
            )
        )
    return _picture(name, title, description, height, parts)


def _picture(
    name: str, title: str, description: str, height: float, parts: Sequence[Markup]
) -> Markup:
    return Markup(
        '<svg role="img" aria-labelledby="{0}-t" aria-describedby="{0}-d" width="100%" '
        'height="{1:g}"><title id="{0}-t">{2}</title><desc id="{0}-d">{3}</desc>{4}</svg>'
    ).format(name, height, title, description, Markup("").join(parts))
