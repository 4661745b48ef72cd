"""`diagram`: headers as the RFCs draw them, 32 bits a row, with the values in the boxes."""

from __future__ import annotations

import html
from collections.abc import Iterable
from textwrap import wrap

from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.packet.explaining import explain
from ipv6course.packet.explanation import Explanation, Field, Words

ROW = 32  # bits
_RULER = "+" + "-+" * ROW
_TENS = " " + "".join(f"{n // 10 if n % 10 == 0 else '':2}" for n in range(ROW))
_ONES = " " + "".join(f"{n % 10:<2}" for n in range(ROW))
_GOES_ON = Words(N_("(goes on)"))
_MOST_ROWS = 8
"""A field of more rows (data) is drawn with its first and a row of dots."""


def diagram(
    data: bytes | Explanation | Field,
    headers: str | Iterable[str] = (),
    *,
    link: str = "ethernet",
    values: bool = True,
) -> str:
    """Draw headers as the RFCs do: rows of 32 bits, a box a field, its value in the box.

    Args:
        data: The octets, or an explanation, or one field of it, such as an option.
        headers: The names of the headers to draw, such as "IPv6"; none: all.
        link: What the octets begin with, as for `explain`.
        values: Whether the values are drawn; False gives the RFC's empty figure.

    Returns:
        Text of 65 columns, headers one after another, each under its name.

    Raises:
        ValueError: There is no header of a name.
    """
    return "\n\n".join(
        "\n".join(
            [f"{layer.name} ({layer.rfc})" if layer.rfc else layer.name, *_draw(layer, values)]
        )
        for layer in _chosen(data, headers, link)
    )


def _chosen(
    data: bytes | Explanation | Field, headers: str | Iterable[str], link: str
) -> list[Field]:
    if isinstance(data, Field):
        layers = [data]
    else:
        layers = (data if isinstance(data, Explanation) else explain(data, link)).layers
    names = [headers] if isinstance(headers, str) else list(headers)
    for name in names:
        if all(layer.name != name for layer in layers):
            raise refusal(
                N_("There is no header {name} in this packet; it has: {known}."),
                name=repr(name)[:60], known=", ".join(layer.name for layer in layers),
            )  # fmt: skip
    return [layer for layer in layers if not names or layer.name in names]


def leaves(layer: Field) -> list[tuple[int, int, Field]]:
    """Return the boxes of a header: first bit, counted from the header's; bits; the field.

    A field whose parts are smaller than it (Traffic Class) is one box, as the RFCs draw it; a
    group (an option, a quoted packet) is the boxes of its fields.
    """
    found = []
    base = 8 * layer.offset
    stack = [layer]
    while stack:
        field = stack.pop()
        if field.children and (field.value is None or field is layer):
            stack += reversed(field.children)
        elif field.bit_length:
            found.append((8 * field.offset + field.bit_offset - base, field.bit_length, field))
    return found


def _draw(layer: Field, values: bool) -> list[str]:
    lines = [_TENS.rstrip(), _ONES.rstrip(), _RULER]
    row: list[tuple[int, int, str]] = []  # first bit, bits, text
    at = 0
    for first, bits, field in leaves(layer):
        if first > at:
            row, lines, at = _fill(row, lines, at, first - at, "")
        text = field.name
        if values:
            text = f"{text}\n{_short(field)}"
        row, lines, at = _fill(row, lines, at, bits, text)
        at = first + bits
    if row:
        lines += _boxes(row)
    return lines


def _short(field: Field) -> str:
    if isinstance(field.value, bool):
        return str(int(field.value))
    return field.shown


def _fill(
    row: list[tuple[int, int, str]], lines: list[str], at: int, bits: int, text: str
) -> tuple[list[tuple[int, int, str]], list[str], int]:
    """Put a field into the row, and into the next rows where it is longer."""
    column = at % ROW
    if column + bits <= ROW:
        row.append((column, bits, text))
        if column + bits == ROW:
            lines += _boxes(row)
            row = []
        return row, lines, at + bits
    if column == 0:  # some rows of its own
        whole, rest = divmod(bits, ROW)
        lines += _tall(text, whole)
        if rest:
            row = [(0, rest, str(_GOES_ON))]
        return row, lines, at + bits
    row.append((column, ROW - column, text))
    lines += _boxes(row)
    return _fill([], lines, at + ROW - column, bits - (ROW - column), str(_GOES_ON))


def _tall(text: str, rows: int) -> list[str]:
    """Draw a box over whole rows: `+` at the ends of the lines between them, as RFC 8200 does."""
    width = 2 * ROW - 1
    words = [line for part in text.split("\n") for line in wrap(part, width) or [""]]
    height = 2 * min(rows, _MOST_ROWS) - 1
    above = max(0, (height - len(words)) // 2)
    inside = [""] * above + words
    inside += [""] * (height - len(inside))
    edges = ["|" if number % 2 == 0 else "+" for number in range(len(inside))]
    if rows > _MOST_ROWS:
        edges[-2:] = [".", "."] if len(edges) > 2 else edges[-2:]
    drawn = [f"{edge}{line:^{width}}{edge}" for edge, line in zip(edges, inside, strict=True)]
    return [*drawn, _RULER]


def _boxes(row: list[tuple[int, int, str]]) -> list[str]:
    """Draw one row: each box as high as its text needs; narrow ones have it letter by letter."""
    cells = []
    for _column, bits, text in row:
        width = 2 * bits - 1
        lines: list[str] = []
        for part in text.split("\n"):
            lines += wrap(part, width, break_long_words=True) or [""]
        cells.append((width, lines))
    height = max(len(lines) for _, lines in cells)
    drawn = []
    for number in range(height):
        line = "|".join(
            f"{lines[number] if number < len(lines) else '':^{width}}" for width, lines in cells
        )
        drawn.append(f"|{line}|")
    used = sum(bits for _, bits, _ in row) * 2 + 1
    return [*drawn, _RULER[:used] if row[-1][0] + row[-1][1] < ROW else _RULER]


def diagram_html(
    data: bytes | Explanation | Field, headers: str | Iterable[str] = (), *, link: str = "ethernet"
) -> str:
    """Draw headers as tables of HTML, 32 columns a row; each box tells its meaning when touched.

    Args and errors are those of `diagram`. Everything from the packet is escaped.
    """
    return "\n".join(_table(layer) for layer in _chosen(data, headers, link))


def _table(layer: Field) -> str:
    rows: list[str] = []
    cells: list[str] = []
    at = 0
    for first, bits, field in leaves(layer):
        at = first
        first_piece = True
        while bits > 0:
            column = at % ROW
            here = min(bits, ROW - column)
            if column == 0 and bits >= 2 * ROW:
                here = bits - bits % ROW  # one high box for all its whole rows
            cells.append(_cell(field, min(here, ROW), first_piece))
            at, bits, first_piece = at + here, bits - here, False
            if at % ROW == 0:
                rows.append("<tr>" + "".join(cells) + "</tr>")
                cells = []
    if cells:
        rows.append("<tr>" + "".join(cells) + "</tr>")
    caption = html.escape(f"{layer.name} ({layer.rfc})" if layer.rfc else layer.name)
    columns = f'<colgroup><col span="{ROW}" style="width:{100 / ROW}%"></colgroup>'
    return (
        f'<table class="packet-diagram"><caption>{caption}</caption>{columns}'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(field: Field, columns: int, first: bool) -> str:
    title = html.escape(" ".join(filter(None, (field.meaning, field.rfc))), quote=True)
    name = html.escape(field.name)
    shown = html.escape(_short(field)) if first else "…"
    return f'<td colspan="{columns}" title="{title}">{name}<br><b>{shown}</b></td>'
