"""A chart as inline SVG, without a script: the page is printed, mailed and kept for years.

Widths are shares of the page and heights are pixels, so letters keep their size on a small screen.
The table beside each chart has the same figures.
"""

from collections.abc import Callable, Sequence

from markupsafe import Markup

_HEIGHT = 130  # pixels of the highest column
_ABOVE, _BELOW = 20, 22  # pixels for the highest number, and for the scale


def columns(
    name: str,
    title: str,
    description: str,
    values: Sequence[tuple[str, float]],
    shown: Callable[[float], str],
) -> Markup:
    """Return columns over time; the highest has its number, and the scale its two ends.

    Args:
        name: An id that no other chart of the page has.
        title: What it is.
        description: What it shows, in a sentence.
        values: What is written below a column, and its height.
        shown: Writes a height as a number.
    """
    most = max((value for _label, value in values), default=0) or 1
    width = 100 / max(len(values), 1)
    base = _ABOVE + _HEIGHT
    parts: list[Markup] = []
    for number, (_label, value) in enumerate(values):
        height = round(_HEIGHT * value / most, 1)
        if height:
            parts.append(
                Markup(
                    '<rect class="bar" x="{:.2f}%" y="{:g}" width="{:.2f}%" height="{:g}"/>'
                ).format((number + 0.1) * width, base - height, 0.8 * width, height)
            )
    if values:
        highest = max(range(len(values)), key=lambda number: values[number][1])
        place = min(max((highest + 0.5) * width, 8), 92)  # so that the number stays on the page
        text = Markup('<text x="{:.2f}%" y="{}" text-anchor="middle">{}</text>')
        parts.append(text.format(place, _ABOVE - 6, shown(values[highest][1])))
    parts.append(Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(base))
    if values:
        ends = [(0, "0%", "start"), (-1, "100%", "end")]
        for end, edge, anchor in ends[: len(values)]:
            parts.append(
                Markup('<text class="scale" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                    edge, base + 16, anchor, values[end][0]
                )
            )
    return _picture(name, title, description, base + _BELOW, parts)


def _picture(
    name: str, title: str, description: str, height: float, parts: Sequence[Markup]
) -> Markup:
    return Markup(
        '<svg role="img" aria-labelledby="{0}-t" aria-describedby="{0}-d" width="100%" '
        'height="{1:g}"><title id="{0}-t">{2}</title><desc id="{0}-d">{3}</desc>{4}</svg>'
    ).format(name, height, title, description, Markup("").join(parts))
