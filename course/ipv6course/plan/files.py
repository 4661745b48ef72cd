"""Address plans as files: YAML (read in two ways, written in one) and CSV (RFC 4180).

Reading refuses early: too large, not UTF-8, characters that cannot be seen. Writing makes the whole
text before anything leaves this module, so no file can end up half written because a plan could not
be written.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ipv6course.plan.check import TOP, smallest_containers
from ipv6course.plan.node import KEYS, Layout, Node
from ipv6course.plan.raw import Found, node_of, nodes_of
from ipv6course.plan.refusals import UNSEEN, Refused, shown

MOST_CHARACTERS = 50_000_000  # about 500,000 prefixes
MOST_FULL_YAML = 1_000_000  # the full YAML reader needs some 5 seconds for as many
COLUMNS = ("name", "prefix", "parent", "kind", "purpose", "notes")

_FREE_OF_QUOTES = re.compile(r"[^\W\d_](?:[^:#\\\n]|:(?=[^ \n])|(?<! )#)*")
_PREFIX = re.compile("[0-9a-f][0-9a-f:]*/[0-9]+")
# Words that some version of YAML takes for a truth value or for nothing.
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "y", "n", "null"])
_NOT_IN_FILE = re.compile(UNSEEN.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))


def is_csv(path: Path) -> bool:
    """Return whether a plan's file is CSV, and not YAML, by the end of its name.

    Raises:
        ValueError: Its name does not end in .yaml, .yml or .csv.
    """
    suffix = path.suffix.lower()
    if suffix not in (".yaml", ".yml", ".csv"):
        raise Refused("suffix", name=shown(path.name))
    return suffix == ".csv"


def read_bytes(path: Path) -> bytes:
    """Read a plan's file, or as much of it as shows that it is too large.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return file.read(4 * MOST_CHARACTERS + 1)  # a character has up to 4 bytes


def _text(source: object) -> str:
    """Decode a file, and refuse what no plan has."""
    if isinstance(source, bytes | bytearray | memoryview):
        source = bytes(source)
        if len(source) > 4 * MOST_CHARACTERS:
            raise Refused("huge", most=MOST_CHARACTERS)
        try:
            source = source.decode("utf-8")
        except UnicodeDecodeError as why:
            raise Refused("encoding", at=why.start + 1) from None
    if not isinstance(source, str):
        raise Refused("source-type", kind=type(source).__name__)
    if len(source) > MOST_CHARACTERS:
        raise Refused("huge", most=MOST_CHARACTERS)
    text = source.removeprefix("\ufeff").replace("\r\n", "\n")  # spreadsheets write both
    unseen = _NOT_IN_FILE.search(text)
    if unseen:
        line = text.count("\n", 0, unseen.start()) + 1
        reason = Refused("unseen-in-file", character=f"U+{ord(unseen[0]):04X}")
        raise Refused("line", line=line, why=reason)
    return text


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from walking a growing plan again and again.

    Reading makes some hundred thousand objects, and no cycles among them. With the collector on,
    half of the time goes to looking for cycles.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# --- YAML ---------------------------------------------------------------------------------------


def read_yaml(source: object) -> tuple[list[Node], tuple[str, ...]]:
    """Read a plan from YAML, see `AddressPlan.from_yaml`.

    Returns:
        The nodes at the top, and the comment lines at the end. How the nodes fit is not checked.

    Raises:
        ValueError: It is no plan.
    """
    return nodes_of(_found_in(_text(source)))


def _found_in(text: str) -> Found:
    """Read YAML by the fast reader, and where that is not certain by the full one."""
    from ipv6course.plan.plain_yaml import NotPlain, read_plain

    try:
        return read_plain(text)
    except NotPlain as stop:
        if len(text) > MOST_FULL_YAML:
            why = Refused("yaml-slow", most=MOST_FULL_YAML)
            raise Refused("line", line=stop.line, why=why) from None
    from ipv6course.plan.full_yaml import read_full

    return read_full(text)


def write_yaml(tops: Iterable[Node], tail: Iterable[str] = ()) -> str:
    """Write nodes as YAML that `read_yaml` reads, with their comments."""
    lines: list[str] = []
    waiting: list[tuple[Node | str, int]] = [(node, 0) for node in reversed(list(tops))]
    empty = not waiting
    while waiting:
        node, column = waiting.pop()
        if isinstance(node, str):  # the rest of a node whose children are written
            lines.append(node)
            continue
        before, after = _node_lines(node, column)
        lines += before
        waiting += [(line, 0) for line in reversed(after)]
        waiting += [(child, column + 4) for child in reversed(node.children)]
    lines += ["[]"] * empty
    lines += tail
    return "\n".join(lines) + "\n"


def _node_lines(node: Node, column: int) -> tuple[list[str], list[str]]:
    """Write the lines of a node that stand before its children and after them."""
    layout = node.layout or _BARE
    above, beside = dict(layout.above), dict(layout.beside)
    texts = {"name": node.name, "prefix": node.text, "kind": node.kind}
    texts |= {"purpose": node.purpose, "notes": node.notes}
    before: list[str] = []
    lines = before
    after: list[str] = []
    for place, key in enumerate(_keys(node, layout)):
        indent = " " * column + ("  " if place else "- ")
        lines += [
            " " * (column + 2 * bool(place)) + line if line else "" for line in above.get(key, ())
        ]
        comment = f"  {beside[key]}" if key in beside else ""
        if key != "children":
            lines.append(f"{indent}{key}: {scalar(texts[key])}{comment}")
        else:
            lines.append(f"{indent}{key}:{'' if node.children else ' []'}{comment}")
            lines = after
    return before, after


_BARE = Layout()


def _keys(node: Node, layout: Layout) -> list[str]:
    """Return the keys that a node is written with: those of its file, then what came later."""
    said = {"name": True, "prefix": True, "kind": node.kind, "purpose": node.purpose}
    said |= {"notes": node.notes, "children": node.children}
    new = [key for key in KEYS if said[key] and key not in layout.keys]
    if not layout.keys or "children" not in layout.keys:
        return [*layout.keys, *new]
    at = layout.keys.index("children")
    return [*layout.keys[:at], *new, *layout.keys[at:]]


def scalar(text: str) -> str:
    """Write a text so that every version of YAML reads it as that text."""
    if _PREFIX.fullmatch(text):
        return text
    if _FREE_OF_QUOTES.fullmatch(text) and text[-1] != " " and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


# --- CSV: RFC 4180 ------------------------------------------------------------------------------


def read_csv(source: object) -> list[Node]:
    """Read a plan from CSV, see `AddressPlan.from_csv`.

    Returns:
        The nodes at the top. How the nodes fit is not checked.

    Raises:
        ValueError: It is no plan.
    """
    rows = _rows(_text(source))
    _line, columns = next(rows, (1, []))
    columns = [column.strip().lower() for column in columns]
    if not {"name", "prefix"} <= set(columns) <= set(COLUMNS) or len(set(columns)) < len(columns):
        raise Refused("line", line=1, why=Refused("csv-header", columns=",".join(COLUMNS)))
    nodes = []
    above = []
    for line, cells in rows:
        if len(cells) != len(columns):
            why = Refused("csv-cells", count=len(cells), columns=len(columns))
            raise Refused("line", line=line, why=why)
        fields = dict(zip(columns, cells, strict=True))
        above.append(fields.pop("parent", ""))
        nodes.append(node_of(fields, line))
    if "parent" in columns:
        return _assemble(nodes, _named_parents(nodes, above))
    return _assemble(nodes, smallest_containers(nodes))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as problem:
        why = Refused("csv", problem=shown(str(problem))[1:-1])
        raise Refused("line", line=line, why=why) from None


def _named_parents(nodes: list[Node], above: list[str]) -> list[int]:
    """Find the place of each node's parent by its path."""
    paths: dict[str, int] = {}
    for place, (node, path) in enumerate(zip(nodes, above, strict=True)):
        whole = f"{path}/{node.name}" if path else node.name
        first = paths.setdefault(whole, place)
        if first != place:
            why = Refused("duplicate", node=node.label, other=nodes[first].label)
            raise Refused("line", line=node.line, why=why)
    parents = []
    for node, path in zip(nodes, above, strict=True):
        if path and path not in paths:
            why = Refused("csv-parent", path=shown(path), name=shown(node.name))
            raise Refused("line", line=node.line, why=why)
        parents.append(paths[path] if path else TOP)
    return parents


def _assemble(nodes: list[Node], parents: list[int]) -> list[Node]:
    """Make trees of a list of nodes without children and of the places of their parents."""
    below: list[list[int]] = [[] for _ in nodes]
    tops: list[int] = []
    for place, parent in enumerate(parents):
        (tops if parent == TOP else below[parent]).append(place)
    order = list(tops)
    for place in order:  # grows while it is walked: each node after its parent
        order += below[place]
    for place in reversed(order):
        if below[place]:
            node = nodes[place]
            children = tuple([nodes[child] for child in below[place]])
            nodes[place] = Node(
                node.name, node.first, node.length, node.kind, node.purpose, node.notes, children,
                node.line,
            )  # fmt: skip
    return [nodes[place] for place in tops]


def write_csv(walked: Iterable[tuple[str, Node]]) -> str:
    """Write nodes as CSV that `read_csv` reads."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for path, node in walked:
        parent = path[: -len(node.name) - 1]
        writer.writerow((node.name, node.text, parent, node.kind, node.purpose, node.notes))
    return text.getvalue()
