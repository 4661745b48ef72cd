"""Read the plain form of YAML, fast: one 'key: value' a line, as this course and most people write.

The full reader of ruamel.yaml takes 20 seconds for a plan of 100,000 prefixes, because it is pure
Python and allows for all of YAML. This one reads the part that a plan is normally written in. It
reads a line only where it is certain what YAML means by it. For every other line it raises
`NotPlain`, and the full reader decides (`full_yaml`). The tests hold the two against each other.
"""

from __future__ import annotations

import json
import re

from ipv6course.plan.raw import DEEPEST, Comment, Found, Raw, set_field
from ipv6course.plan.refusals import Refused

NOTHING = frozenset({"~", "null", "Null", "NULL"})  # YAML 1.2.2 section 10.3.2: no value

_LINE = re.compile("( *)(- +)?([A-Za-z_]+):(?: +(.*))?")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*"')
_SINGLE = re.compile("'(?:[^']|'')*'")


class NotPlain(Exception):  # noqa: N818 - not an error: it calls the full reader
    """A line that only the full reader can read."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Level:
    """An open list of nodes: where its dashes stand, where the keys of its last node stand."""

    __slots__ = ("dash", "key", "raw")

    def __init__(self, dash: int, key: int, raw: Raw) -> None:
        self.dash = dash
        self.key = key
        self.raw = raw


def read_plain(text: str) -> Found:
    """Read a plan in plain YAML.

    Args:
        text: The file's text, without carriage returns and invisible characters.

    Raises:
        NotPlain: A line is not in plain form. Nothing is said about whether it is right.
        ValueError: A key is not known or is there twice, or the nesting is too deep.
    """
    found = Found([], [], [], [])
    places = found.places
    levels: list[_Level] = []
    opened = False  # whether the last key was 'children' with nothing after it
    for number, line in enumerate(text.split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            _comment_line(line, number, found)
            continue
        indent, dash, key, rest = match.groups()
        value = rest
        # A value of letters, digits and signs that mean nothing in YAML needs no closer look.
        if not rest or not rest[0].isalnum() or "#" in rest or ": " in rest or rest[-1] in ": ":
            value = _value(rest or "", number, found)
        elif value in NOTHING:
            value = ""
        column = len(indent)
        if dash:
            _begin_node(found, levels, column, column + len(dash), opened, number)
        else:
            if not levels or levels[-1].key != column:
                _return_to(levels, column, number)
            if opened and not levels[-1].raw.children:
                raise NotPlain(number)  # 'children:' and then no list
        raw = levels[-1].raw
        places.append((number, raw, key))
        if key != "children":
            if value == "[]" and rest[0] == "[":
                raise NotPlain(number)
            set_field(raw, key, value, number)
            opened = False
        else:
            set_field(raw, key, "", number)
            opened = not rest or rest[0] == "#"
            if not opened and (value != "[]" or rest[0] != "["):
                raise NotPlain(number)
    if opened:
        raise NotPlain(number)
    if text.endswith("\n") or not text:
        found.comments.pop()  # the empty line after the last line break is none
    return found


def _begin_node(
    found: Found, levels: list[_Level], dash: int, key: int, opened: bool, line: int
) -> None:
    """Begin a node, in the list that is open at the column of its dash or in a new one."""
    raw = Raw(line)
    if opened and dash >= levels[-1].key:
        levels[-1].raw.children.append(raw)
        if len(levels) >= DEEPEST:
            raise Refused("line", line=line, why=Refused("deep", most=DEEPEST - 1))
        levels.append(_Level(dash, key, raw))
    else:
        if opened:
            raise NotPlain(line)
        while levels and levels[-1].dash > dash:
            levels.pop()
        if not levels:
            if found.tops:
                raise NotPlain(line)
            levels.append(_Level(dash, key, raw))
        elif levels[-1].dash != dash:
            raise NotPlain(line)
        level = levels[-1]
        level.key, level.raw = key, raw
        (levels[-2].raw.children if len(levels) > 1 else found.tops).append(raw)
    found.raws.append(raw)


def _return_to(levels: list[_Level], column: int, line: int) -> None:
    """Close the lists that end before a key in this column."""
    while levels and levels[-1].key > column:
        if levels[-1].dash < column:
            raise NotPlain(line)
        levels.pop()
    if not levels or levels[-1].key != column:
        raise NotPlain(line)


def _comment_line(line: str, number: int, found: Found) -> None:
    text = line.strip(" ")
    if text and text[0] != "#":
        raise NotPlain(number)
    found.comments.append(Comment(number, text, alone=True))


def _value(rest: str, line: int, found: Found) -> str:
    """Read one value and the comment after it."""
    quoted = _DOUBLE.match(rest) or _SINGLE.match(rest)
    if quoted:
        end = quoted.end()
        value = json.loads(quoted[0]) if rest[0] == '"' else quoted[0][1:-1].replace("''", "'")
    else:
        hash_at = 0 if rest.startswith("#") else rest.find(" #")
        end = len(rest) if hash_at < 0 else hash_at
        value = rest[:end].rstrip(" ")
        usual = value[:1].isalnum() and ": " not in value and value[-1:] != ":"
        if value in NOTHING:
            value = ""
        elif value not in ("", "[]") and not usual:
            raise NotPlain(line)
    after = rest[end:]
    comment = after.lstrip(" ")
    if comment:
        if comment[0] != "#" or (after[0] != " " and value):
            raise NotPlain(line)
        found.comments.append(Comment(line, comment, alone=False))
    return str(value)
