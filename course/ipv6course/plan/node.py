"""One named prefix of an address plan, with those below it. A node never changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from netaddr import IPNetwork

from ipv6course.address.text import N_
from ipv6course.plan.prefix import BITS, network, prefix_text, read_prefix
from ipv6course.plan.refusals import UNSEEN, Label, Refused, shown

KEYS = ("name", "prefix", "kind", "purpose", "notes", "children")
"""The keys of a node in a file, in the order in which a new node is written."""

# kind: what it is
KINDS = {
    "": N_("not said"),
    "block": N_("space for more prefixes below it; not in use by itself"),
    "site": N_("an end site, such as an office, a school or a data centre"),
    "customer": N_("an end site of a customer, delegated to it"),
    "lan": N_("a subnet with hosts"),
    "link": N_("a point-to-point link between routers"),
    "loopback": N_("the address of a router itself"),
    "reserved": N_("kept for later; not given out"),
}
NOT_ASSIGNED = frozenset({"block", "reserved"})  # kinds that, with nothing below, are not in use

# The most characters of each text: so many fit on a screen and in a spreadsheet's cell.
LONGEST = {"name": 100, "purpose": 500, "notes": 5000}
_FORMULA = frozenset("=+-@＝＋－＠")  # spreadsheets take full-width signs too


# Most texts are words; a plan of 100,000 prefixes opens faster when these are seen at once.
_SURELY_FINE = re.compile("[A-Za-z0-9](?:[A-Za-z0-9 ._,-]{0,98}[A-Za-z0-9.])?")


class Layout(NamedTuple):
    """How a node was written in its YAML file: what a round trip keeps besides the values."""

    keys: tuple[str, ...] = ()
    """The node's keys in the order of the file."""
    above: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For a key, the comment lines and empty lines directly above it."""
    beside: tuple[tuple[str, str], ...] = ()
    """For a key, the comment at the end of its line."""


@dataclass(frozen=True, slots=True)
class Node:
    """A named prefix. Make one with `Node.of`, which checks; a plan checks how nodes fit."""

    name: str
    """Unique among its siblings; no '/'."""
    first: int
    """The first address of the prefix, a number of 128 bits."""
    length: int
    """The prefix length, 0 to 128."""
    kind: str = ""
    """One of `KINDS`."""
    purpose: str = ""
    """What it is for, in one line."""
    notes: str = ""
    """Anything else; may have several lines."""
    children: tuple[Node, ...] = ()
    """The prefixes inside this one, in the order in which they were written."""
    line: int | None = None
    """The line of the file in which the node begins, from 1; None for one that came later."""
    layout: Layout | None = None
    """Comments and order of keys in the YAML file."""

    @classmethod
    def of(
        cls,
        name: str,
        prefix: str | IPNetwork,
        *,
        kind: str = "",
        purpose: str = "",
        notes: str = "",
        children: tuple[Node, ...] = (),
    ) -> Node:
        """Make a node.

        Args:
            name: 1 to 100 visible characters, without '/'.
            prefix: Text or a netaddr value.
            kind: One of `KINDS`.
            purpose: One line, at most 500 characters.
            notes: At most 5000 characters; line breaks are allowed.
            children: The nodes below.

        Raises:
            ValueError: One of these is not as described.
        """
        first, length = read_prefix(prefix)
        check_fields(name, kind, purpose, notes)
        return cls(name, first, length, kind, purpose, notes, tuple(children))

    @property
    def prefix(self) -> IPNetwork:
        """The prefix as netaddr's value."""
        return network(self.first, self.length)

    @property
    def end(self) -> int:
        """The address after the last, as a number; 2**128 at most."""
        return self.first + (1 << BITS - self.length)

    @property
    def text(self) -> str:
        """The prefix as text, such as "2001:db8::/32"."""
        return prefix_text(self.first, self.length)

    @property
    def label(self) -> Label:
        """The node as a message names it."""
        return Label(self.name, self.text, self.line)

    def contains(self, first: int, length: int) -> bool:
        """Return whether a prefix is inside this one, or is this one."""
        return length >= self.length and first >> BITS - self.length == self.first >> (
            BITS - self.length
        )

    def moved(self, by: int) -> Node:
        """Return the node and everything below it, `by` addresses further on."""
        if not by:
            return self
        children = tuple(child.moved(by) for child in self.children)  # at most 128 deep
        return replace(self, first=self.first + by, children=children)

    def leaves(self) -> Iterator[Node]:
        """Yield the nodes below that have nothing below them, in order of the file."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if node.children:
                waiting.extend(reversed(node.children))
            else:
                yield node

    def count(self) -> int:
        """Count the node and everything below it."""
        return 1 + sum(child.count() for child in self.children)  # at most 128 deep

    def __eq__(self, other: object) -> bool:
        """Compare what nodes mean: not their lines and layout."""
        if not isinstance(other, Node):
            return NotImplemented
        return self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash((self.name, self.first, self.length))

    def __repr__(self) -> str:
        return f"<Node {self.name!r} {self.text}, {len(self.children)} below>"

    def _meaning(self) -> tuple[Any, ...]:
        said = (self.name, self.first, self.length, self.kind, self.purpose, self.notes)
        return *said, self.children


def check_fields(name: object, kind: object, purpose: object, notes: object) -> None:
    """Check the texts of a node.

    Raises:
        ValueError: One of them has a wrong type, is too long, has a character that cannot be seen,
            or would be a formula in a spreadsheet.
    """
    if name == "":
        raise Refused("empty-name")
    _check_text("name", name)
    if "/" in str(name):
        raise Refused("slash", text=shown(str(name)))
    if not isinstance(kind, str):
        raise Refused("text-type", field="kind", kind=type(kind).__name__)
    if kind not in KINDS:
        raise Refused("kind", kind=shown(kind), kinds=", ".join(filter(None, KINDS)))
    if purpose != "":
        _check_text("purpose", purpose)
    if notes != "":
        _check_text("notes", notes)


def _check_text(field: str, text: object) -> None:
    if not isinstance(text, str):
        raise Refused("text-type", field=field, kind=type(text).__name__)
    if not text or _SURELY_FINE.fullmatch(text):
        return
    if len(text) > LONGEST[field]:
        most = LONGEST[field]
        raise Refused("long-text", field=field, text=shown(text), count=len(text), most=most)
    unseen = UNSEEN.search(text.replace("\n", " ") if field == "notes" else text)
    if unseen:
        character = f"U+{ord(unseen[0]):04X}"
        at = unseen.start() + 1
        raise Refused("unseen", field=field, text=shown(text), character=character, at=at)
    if text[0].isspace() or text[-1].isspace():
        raise Refused("edges", field=field, text=shown(text))
    if text[0] in _FORMULA:
        raise Refused("formula", field=field, text=shown(text), character=text[0])
