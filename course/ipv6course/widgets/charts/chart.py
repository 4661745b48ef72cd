"""What all charts share: figure, table and sentence together, and the look of the figures.

The rules:

- Title and source stand inside the figure, above the plot: a picture of the screen has them.
- Plotly does not break lines, so texts are broken here, for a figure of 330 pixels.
- The colours are those of Okabe and Ito (2008), which people with any colour vision can tell
  apart. Each series has also its own dash and marker, so a grey print can be read.
- The paper is white in every theme, as in print.
- A number has as many digits as the picture can show: a notebook with figures stays small.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import floor, log10
from typing import Any

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _

INK = "#1b1b1b"
QUIET = "#595959"  # for what is less important; 7:1 on white
PAPER = "#ffffff"
GRID = "#e3e3e3"
# Okabe and Ito's colours, without yellow, which is too light for a line on white.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#000000", "#cc79a7", "#e69f00", "#56b4e9")
DASHES = ("solid", "dash", "dot", "longdash", "dashdot", "longdashdot", "solid")
MARKERS = ("circle", "square", "triangle-up", "diamond", "x", "cross", "star")
PATTERNS = ("", "/", ".", "\\", "x", "-", "|")

TEXT_SIZE = 12  # pixels
TITLE_SIZE = 15
LINE = 1.3  # the height of a line of text, in sizes
TITLE_WIDTH = 38  # characters that are at most 330 pixels wide
NOTE_WIDTH = 50
MOST_ROWS = 250  # rows of a table that a page shows; `Table.rows` has them all
MOST_LINES = 30  # rows of the text that stands for the page's table where there is no HTML
AXIS_WIDTH = 42  # characters of an axis title that are at most 270 pixels wide
DIGITS = 4  # of a number in a figure

REGISTRIES = {
    "afrinic": "AFRINIC",
    "apnic": "APNIC",
    "arin": "ARIN",
    "lacnic": "LACNIC",
    "ripencc": "RIPE NCC",
}

LABELS = {
    "table": N_("The numbers as a table ({count} rows)"),
    "more": N_("The table has {count} more rows."),
}

Cell = str | int | float | None
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart: plain rows, and the same as text and as an accessible HTML table."""

    title: str
    """What the table says."""
    columns: tuple[str, ...]
    """The names of the columns, with units."""
    rows: tuple[tuple[Cell, ...], ...]
    """The rows. The first column names the row; None is where the data says nothing."""
    note: str = ""
    """The date and source of the data."""

    def text(self, most: int = MOST_ROWS, translate: Translate = _) -> str:
        """Write the table as plain text, numbers to the right.

        Args:
            most: How many rows at most; a line says how many are left out.
            translate: Turns an English label into the learner's language.
        """
        cells = [list(self.columns), *([_text(cell) for cell in row] for row in self.rows[:most])]
        numeric = [self._is_numeric(place) for place in range(len(self.columns))]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [self.title]
        for row in cells:
            parts = [
                f"{text:>{width}}" if right else f"{text:{width}}"
                for text, width, right in zip(row, widths, numeric, strict=True)
            ]
            lines.append("  ".join(parts).rstrip())
        if len(self.rows) > most:
            lines.append(translate(LABELS["more"]).format(count=len(self.rows) - most))
        return "\n".join([*lines, self.note] if self.note else lines)

    def html(self, most: int = MOST_ROWS, translate: Translate = _) -> str:
        """Write the table as HTML, with a caption, and with headers that a screen reader names.

        Args:
            most: How many rows at most; a line says how many are left out.
            translate: Turns an English label into the learner's language.
        """
        numeric = [self._is_numeric(place) for place in range(len(self.columns))]
        head = "".join(
            f'<th scope="col"{_look(right)}>{_cell(name)}</th>'
            for name, right in zip(self.columns, numeric, strict=True)
        )
        body = "".join(self._line(row, numeric) for row in self.rows[:most])
        left = len(self.rows) - most
        more = f"<p>{escape(translate(LABELS['more']).format(count=left))}</p>" if left > 0 else ""
        note = f"<p>{_safe(self.note)}</p>" if self.note else ""
        label = escape(self.title, quote=True)
        return (
            f'{STYLE}<div class="ipv6c" role="region" tabindex="0" aria-label="{label}"><table>'
            f"<caption>{_safe(self.title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{more}{note}</div>"
        )

    def _line(self, row: Sequence[Cell], numeric: Sequence[bool]) -> str:
        first, *others = row
        cells = "".join(
            f"<td{_look(right)}>{_cell(text)}</td>"
            for text, right in zip(map(_text, others), numeric[1:], strict=True)
        )
        name = _text(first)
        return f'<tr><th scope="row">{_cell(name)}</th>{cells}</tr>'

    def _is_numeric(self, place: int) -> bool:
        cells = [row[place] for row in self.rows if row[place] is not None]
        return bool(cells) and all(isinstance(cell, int | float) for cell in cells)


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure, the numbers that it shows, and what it shows in one sentence.

    At the end of a cell it shows all three.
    """

    figure: Any
    """The `plotly.graph_objects.Figure`."""
    table: Table
    """The numbers."""
    sentence: str
    """The main finding."""
    translate: Translate = field(default=_, repr=False)
    """Turns an English label into the learner's language."""

    def outputs(self) -> tuple[dict[str, Any], ...]:
        """Return what a notebook shows, as the data of each output: first the figure, then words.

        The words stand in an output of their own, because a page shows of each output only the
        richest form, and the table must stand beside the figure, not in its place.
        """
        return (
            {
                "application/vnd.plotly.v1+json": plotly_data(self.figure),
                "text/plain": self.sentence,
            },
            {
                "text/html": self.html(),
                "text/plain": self.table.text(MOST_LINES, self.translate),
            },
        )

    def html(self) -> str:
        """Return the sentence, and the table folded away below it, as HTML."""
        label = self.translate(LABELS["table"]).format(count=len(self.table.rows))
        table = self.table.html(translate=self.translate).removeprefix(STYLE)
        return (
            f'{self.sentence_html()}<details class="ipv6c-words"><summary>{escape(label)}'
            f"</summary>{table}</details>"
        )

    def sentence_html(self) -> str:
        """Return the sentence as HTML."""
        return f'{STYLE}<p class="ipv6c-words">{_safe(self.sentence)}</p>'

    def __str__(self) -> str:
        """Return sentence and table as text."""
        return f"{self.sentence}\n\n{self.table.text(translate=self.translate)}"

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for data in self.outputs():
            display(data, raw=True)


def plotly_data(figure: Any) -> dict[str, Any]:
    """Return a figure as a notebook's output has it: without a tool bar, as wide as the page."""
    data: dict[str, Any] = json.loads(figure.to_json())
    data["config"] = {"displayModeBar": False, "responsive": True}
    return data


# --- The look of a figure -----------------------------------------------------------------------


def draw(
    traces: Iterable[dict[str, Any]],
    *,
    title: str,
    note: str,
    x: dict[str, Any],
    y: dict[str, Any],
    height: int = 380,
    **layout: Any,
) -> Any:
    """Put traces into a figure with the course's look.

    Args:
        traces: The traces, as plotly's plain dictionaries.
        title: What the figure shows, with its unit.
        note: The date and source of the data.
        x: What is special about the x axis.
        y: What is special about the y axis.
        height: Pixels of the plot with its axes; title, note and legend come on top.
        layout: More of plotly's layout.

    Returns:
        A `plotly.graph_objects.Figure`.
    """
    import plotly.graph_objects as go

    lines, notes = _broken(title, TITLE_WIDTH), _broken(note, NOTE_WIDTH)
    above = round(LINE * (len(lines) * TITLE_SIZE + len(notes) * TEXT_SIZE)) + 22
    data = list(traces)
    names = [trace["name"] for trace in data if trace.get("showlegend", True) and "name" in trace]
    below = 8 + 19 * _legend_rows(names) if len(names) > 1 else 0
    axis = {
        "gridcolor": GRID,
        "linecolor": INK,
        "zeroline": False,
        "title": {"standoff": 6},
    }
    look = {
        "template": "none",  # the usual one adds 7 kB to every figure
        "title": {
            "text": "<br>".join([*(f"<b>{line}</b>" for line in lines), *map(_small, notes)]),
            "font": {"size": TITLE_SIZE},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 4, "t": 20},
        },
        "font": {"size": TEXT_SIZE, "color": INK},
        "height": height + above + below,
        "autosize": True,
        # Plotly could find these margins itself, and would draw everything twice to do so.
        "margin": {"l": _beside(y), "r": 14, "t": above, "b": _under(x) + below},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "xaxis": _axis(axis, x),
        "yaxis": _axis(axis, y),
        "showlegend": len(names) > 1,
        "hovermode": "closest",
    }
    if len(names) > 1:
        look["legend"] = {
            "orientation": "h",
            "x": 0,
            "xref": "container",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
        }
    return go.Figure({"data": data, "layout": _over(look, layout)})


def look_of(name: str, place: int) -> tuple[str, str, str, str]:
    """Return colour, dash, marker and pattern of a series: a registry has its own in every chart.

    Args:
        name: The name of the series.
        place: Its place among the series, from 0.
    """
    own = list(REGISTRIES.values())
    place = own.index(name) if name in own else place % len(COLOURS)
    return COLOURS[place], DASHES[place], MARKERS[place], PATTERNS[place]


def log_axis(values: Iterable[float]) -> dict[str, Any]:
    """Return an axis whose every step is ten times the one before, with the numbers written out.

    Args:
        values: What is drawn along the axis; what is not above 0 has no place on it.
    """
    above = [value for value in values if value > 0]
    if not above:
        return {"type": "log"}
    low, high = floor(log10(min(above))), floor(log10(max(above))) + 1
    step = max(1, round((high - low) / 7))
    places = range(low, high + 1, step)
    return {
        "type": "log",
        "range": [low, high],
        "tickvals": [10.0**place for place in places],
        "ticktext": [short(10.0**place) for place in places],
    }


def short(value: float) -> str:
    """Write a number as an axis does: 10k, 4M, 2.5G; below one as a decimal fraction."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.3g}"


def isolated(name: str) -> str:
    """Return a name between Unicode's isolates: in a sentence it keeps its own direction."""
    return f"\u2068{name}\u2069"


def rounded(value: float | None, digits: int = DIGITS) -> float | int | None:
    """Return a number with so many significant digits: more cannot be seen in a figure."""
    if value is None or value == 0:
        return value
    if isinstance(value, int) and abs(value) < 10**digits:
        return value
    found = round(value, digits - 1 - floor(log10(abs(value))))
    return int(found) if found == int(found) else found


def _beside(axis: dict[str, Any]) -> int:
    """Return the pixels that a vertical axis needs for its title and its labels."""
    labels = axis.get("ticktext") or axis.get("categoryarray") or ["0.000"]
    widest = max(map(len, labels), default=0)
    return round(12 + 0.58 * TEXT_SIZE * widest) + (24 if "title" in axis else 0)


def _under(axis: dict[str, Any]) -> int:
    """Return the pixels that a horizontal axis needs for its title and its labels."""
    if not axis.get("visible", True):
        return 6
    if "title" not in axis:
        return 30
    return 34 + round(LINE * 14 * len(_broken(axis["title"]["text"], AXIS_WIDTH)))


def _axis(usual: dict[str, Any], special: dict[str, Any]) -> dict[str, Any]:
    """Lay what is special about an axis over what is usual, with its title in lines."""
    axis = _over(usual, special)
    if "text" in axis["title"]:
        axis["title"]["text"] = "<br>".join(_broken(axis["title"]["text"], AXIS_WIDTH))
    return axis


def _broken(text: str, width: int) -> list[str]:
    """Break a text into lines; what plotly would take for HTML is escaped."""
    return [escape(line, quote=False) for line in textwrap.wrap(text, width)]


def _small(line: str) -> str:
    return f'<span style="font-size:{TEXT_SIZE}px;color:{QUIET}">{line}</span>'


def _legend_rows(names: Sequence[str]) -> int:
    """Return how many rows a legend has in a figure of 330 pixels; all entries are equally wide."""
    width = 68 + 7 * max(map(len, names))
    each = max(1, 320 // width)
    return -(-len(names) // each)


def _over(under: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    """Lay one tree of settings over another."""
    both = dict(under)
    for name, value in upper.items():
        old = both.get(name)
        is_tree = isinstance(old, dict) and isinstance(value, dict)
        both[name] = _over(old, value) if is_tree else value  # type: ignore[arg-type]
    return both


# --- The look of a table ------------------------------------------------------------------------

STYLE = """<style>
.ipv6c, .ipv6c-words {color: var(--jp-content-font-color1, #1b1b1b); line-height: 1.4}
.ipv6c {max-height: 40em; overflow: auto; max-width: 100%}
.ipv6c table {border-collapse: collapse; margin: .3em 0}
.ipv6c caption {text-align: start; font-weight: 700; color: inherit}
.ipv6c th, .ipv6c td {text-align: end; padding: .1em 1em .1em 0; vertical-align: top;
  color: inherit; background: none; white-space: normal; min-width: 3em}
.ipv6c .l, .ipv6c tbody th {text-align: start}
.ipv6c td {font-variant-numeric: tabular-nums}
p.ipv6c-words {margin: .4em 0; max-width: 48em}
.ipv6c-words summary {cursor: pointer}
</style>"""


def _look(right: bool) -> str:
    """Return a cell's attributes: most are numbers, to the right, and have none."""
    return "" if right else ' class="l"'


def _cell(text: str) -> str:
    """Escape a cell's text. `dir` on the cell would move it to the other side of its column."""
    return escape(text) if text.isascii() else _safe(text)


def _safe(text: str) -> str:
    """Escape a text; one from right to left keeps its own direction."""
    return f"<bdi>{escape(text)}</bdi>"


def _text(cell: Cell) -> str:
    """Write a cell: whole numbers with commas, others with four digits, nothing as a dash."""
    if cell is None:
        return "-"
    if isinstance(cell, bool | str):
        return str(cell)
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.4g}"
