"""What a reader finds in a YAML file before it becomes nodes: texts, lines and comments."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from ipv6course.plan.node import KEYS, Layout, Node, check_fields
from ipv6course.plan.prefix import read_prefix
from ipv6course.plan.refusals import Refused, shown

# More than this is nesting for its own sake: each level needs at least one more bit of prefix.
DEEPEST = 129


class Raw:
    """A node as it stands in a file, not yet checked."""

    __slots__ = ("children", "fields", "layout", "line")

    def __init__(self, line: int) -> None:
        self.line = line
        self.fields: dict[str, str] = {}  # key: text; "children" is here with "" as its text
        self.children: list[Raw] = []
        self.layout: Layout | None = None


Place = tuple[int, Raw, str]
"""Where a key stands: its line, its node and the key."""


class Comment(NamedTuple):
    """A comment, or an empty line."""

    line: int
    text: str
    """From '#' to the end of the line; "" for an empty line."""
    alone: bool
    """Whether nothing else is in the line."""


class Found(NamedTuple):
    """All that a reader finds in a file."""

    tops: list[Raw]
    raws: list[Raw]
    """All nodes, each after the one that it is below."""
    places: list[Place]
    """All keys, in order of the file."""
    comments: list[Comment]


def set_field(raw: Raw, key: str, text: str, line: int) -> None:
    """Give a node a key.

    Raises:
        ValueError: The key is not known, or is there already.
    """
    if key not in KEYS:
        why = Refused("key", key=shown(key)[1:-1], keys=", ".join(KEYS))
        raise Refused("line", line=line, why=why)
    if key in raw.fields:
        raise Refused("line", line=line, why=Refused("key-twice", key=key))
    raw.fields[key] = text


def nodes_of(found: Found) -> tuple[list[Node], tuple[str, ...]]:
    """Make nodes of what a reader found.

    Returns:
        The nodes at the top, and the comment lines at the end of the file.

    Raises:
        ValueError: A node has no name or prefix, or one of its texts is not right.
    """
    tail = _attach_comments(found)
    made: dict[int, Node] = {}
    for raw in reversed(found.raws):  # those below come first
        children = tuple([made.pop(id(child)) for child in raw.children])
        made[id(raw)] = node_of(raw.fields, raw.line, children, raw.layout)
    return [made[id(raw)] for raw in found.tops], tail


def node_of(
    fields: dict[str, str], line: int, children: tuple[Node, ...] = (), layout: Layout | None = None
) -> Node:
    """Make one node of its texts.

    Raises:
        ValueError: The message says what is wrong, and the line.
    """
    try:
        name, prefix = fields.get("name"), fields.get("prefix")
        if name is None or prefix is None:
            raise Refused("key-missing", key="name" if name is None else "prefix")
        first, length = read_prefix(prefix)
        kind = fields.get("kind", "")
        purpose, notes = fields.get("purpose", ""), fields.get("notes", "")
        check_fields(name, kind, purpose, notes)
    except Refused as why:
        raise Refused("line", line=line, why=why) from None
    return Node(name, first, length, kind, purpose, notes, children, line, layout)


def _attach_comments(found: Found) -> tuple[str, ...]:
    """Give each node the comments at its keys; return those at the end of the file."""
    usual: dict[tuple[str, ...], bool] = {}  # few orders of keys are in use
    for raw in found.raws:
        keys = tuple(raw.fields)
        if keys not in usual:
            usual[keys] = keys == tuple(key for key in KEYS if key in raw.fields)
        # An empty value is written only where the file had it; 'children' has no text of its own.
        empty = list(raw.fields.values()).count("") > bool(raw.children)
        if empty or not usual[keys]:
            raw.layout = Layout(keys)
    if not found.comments:
        return ()
    lines = [line for line, _raw, _key in found.places]
    above: dict[int, list[str]] = {}  # number of the key: lines
    beside: dict[int, str] = {}
    for comment in found.comments:
        after = bisect_right(lines, comment.line)
        if comment.alone:
            above.setdefault(after, []).append(comment.text)
        else:
            # Of several in one value (a list in brackets over many lines) the first is kept.
            beside.setdefault(max(after - 1, 0), comment.text)
    tail = tuple(above.pop(len(lines), ()))
    for number in sorted(above.keys() | beside.keys()):
        if number >= len(lines):
            continue
        _line, raw, key = found.places[number]
        layout = raw.layout or Layout(tuple(raw.fields))
        if number in above:
            layout = layout._replace(above=(*layout.above, (key, tuple(above[number]))))
        if number in beside:
            layout = layout._replace(beside=(*layout.beside, (key, beside[number])))
        raw.layout = layout
    return tail
