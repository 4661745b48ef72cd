"""Files of columns: how a long table of ours is kept small.

Such a file can be read with nothing but Python's standard library:

1. Its first line is JSON: `{"notes": …, "columns": [{…}, …]}`, each column with its `name`, `kind`,
   `rows`, `width` and `bytes`.
2. Then, for every column in that order, an .xz block of so many bytes.
3. A block holds `width` planes of `rows` bytes each: first the lowest byte of every number, then
   the next byte of every number. (Bytes that are alike stand together, and xz likes that.)
4. Kind `number`: those are the values. Kind `step`: each is the difference from the value before,
   modulo 2 to the power of 8 times width. Kind `word`: each is a place in the column's `words`.
"""

import json
import lzma
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, Literal, NamedTuple

_TYPE_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
Kind = Literal["number", "step", "word"]
# How xz may see a block (its lc, lp and pb); the best is taken, and the block itself says which.
_VIEWS = ((3, 0, 0), (3, 0, 2), (4, 0, 0), (0, 0, 0), (1, 1, 1), (0, 2, 2), (2, 2, 2))


class Column(NamedTuple):
    """A column to be written."""

    kind: Kind
    values: Sequence[Any]
    """Whole numbers from 0; of the kind `word` anything that JSON can hold."""


def write_columns(columns: dict[str, Column], notes: Any = None) -> bytes:
    """Return the file.

    Args:
        columns: The columns by name.
        notes: Whatever the reader needs beside them, as JSON can hold it.

    Raises:
        ValueError: A number is negative, or needs more than 8 bytes.
    """
    heads, blocks = [], []
    for name, (kind, values) in columns.items():
        numbers, words = _numbers(kind, values)
        width = _width(name, numbers)
        if kind == "step":
            numbers = [
                (now - before) % (1 << 8 * width)
                for before, now in zip([0, *numbers], numbers, strict=False)
            ]
        block = _smallest(_planes(numbers, width))
        head = {"name": name, "kind": kind, "rows": len(values), "width": width}
        heads.append(head | ({"words": words} if words else {}) | {"bytes": len(block)})
        blocks.append(block)
    line = json.dumps({"notes": notes, "columns": heads}, separators=(",", ":"))
    return b"\n".join([line.encode(), b"".join(blocks)])


def read_columns(data: bytes) -> tuple[dict[str, Sequence[Any]], Any]:
    """Return the columns by name, and the notes.

    Raises:
        ValueError: The file is damaged.
    """
    line, _, blocks = data.partition(b"\n")
    head = json.loads(line)
    columns: dict[str, Sequence[Any]] = {}
    place = 0
    for column in head["columns"]:
        block = blocks[place : place + column["bytes"]]
        place += column["bytes"]
        columns[column["name"]] = _values(column, block)
    return columns, head["notes"]


def _values(column: dict[str, Any], block: bytes) -> Sequence[Any]:
    name, rows, width = column["name"], column["rows"], column["width"]
    try:
        planes = lzma.decompress(block)
    except (lzma.LZMAError, EOFError) as error:
        raise ValueError(f"column {name}: {error}") from error
    if len(planes) != rows * width:
        raise ValueError(f"column {name} has {len(planes)} bytes; it should have {rows * width}")
    together = bytearray(len(planes))
    for plane in range(width):
        together[plane::width] = planes[plane * rows : (plane + 1) * rows]
    numbers = array(_TYPE_CODES[width])
    numbers.frombytes(together)
    if sys.byteorder == "big":
        numbers.byteswap()
    if column["kind"] == "step":
        mask = (1 << 8 * width) - 1
        return [value & mask for value in accumulate(numbers)]
    if column["kind"] == "word":
        return list(map(column["words"].__getitem__, numbers))
    return numbers


def _numbers(kind: Kind, values: Sequence[Any]) -> tuple[Sequence[int], list[Any]]:
    """Return the column as numbers, and the words that they stand for; frequent ones come first."""
    if kind != "word":
        return values, []
    words = sorted(Counter(values).items(), key=lambda item: (-item[1], str(item[0])))
    place = {word: number for number, (word, _count) in enumerate(words)}
    return [place[value] for value in values], [word for word, _count in words]


def _width(name: str, numbers: Iterable[int]) -> int:
    least, most = min(numbers, default=0), max(numbers, default=0)
    for width in _TYPE_CODES:
        if least >= 0 and most < 1 << 8 * width:
            return width
    raise ValueError(f"column {name} goes from {least} to {most}; 8 bytes hold no such number")


def _planes(numbers: Sequence[int], width: int) -> bytes:
    together = array(_TYPE_CODES[width], numbers)
    if sys.byteorder == "big":
        together.byteswap()
    data = together.tobytes()
    return b"".join(data[plane::width] for plane in range(width))


def _smallest(data: bytes) -> bytes:
    preset = 9 | lzma.PRESET_EXTREME
    filters = [
        {"id": lzma.FILTER_LZMA2, "preset": preset, "lc": lc, "lp": lp, "pb": pb}
        for lc, lp, pb in _VIEWS
    ]
    return min((lzma.compress(data, filters=[one]) for one in filters), key=len)
