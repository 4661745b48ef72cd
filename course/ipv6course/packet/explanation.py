"""What an explanation is: a tree of fields, each with its place, value, meaning and RFC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Words(NamedTuple):
    """A sentence for the learner: looked up in their language when it is read, not before."""

    sentence: str
    values: Mapping[str, Any] = {}

    def __str__(self) -> str:
        """Return the sentence in the learner's language."""
        from ipv6course.classroom.messages import _

        return _(self.sentence).format(**self.values) if self.sentence else ""


NOTHING = Words("")


@dataclass(slots=True, eq=False)
class Field:
    """A field of a packet, or a group of fields: a header, an option, a whole packet quoted."""

    name: str
    """What its RFC calls it."""
    offset: int
    """The first octet that it touches, counted from the packet's first octet, 0."""
    length: int
    """How many octets it touches."""
    raw: bytes
    """Those octets."""
    value: Any = None
    """An int, a bool for a flag, netaddr's IPAddress, IPNetwork or EUI, text or bytes; None for a
    group of fields."""
    words: Words = NOTHING
    rfc: str = ""
    """The RFC and the section that define it."""
    bit_offset: int = 0
    """Where it begins in its first octet: 0 is the most significant bit."""
    bit_length: int = 0
    """Its length in bits; that of whole octets is 8 times `length`."""
    children: list[Field] = field(default_factory=list)

    @property
    def meaning(self) -> str:
        """What the value means here, in the learner's language; "" where the name says it."""
        return str(self.words)

    @property
    def end(self) -> int:
        """The first octet after it."""
        return self.offset + self.length

    def __getitem__(self, name: str) -> Field:
        """Return the first child of a name.

        Raises:
            KeyError: It has none of that name.
        """
        found = self.get(name)
        if found is None:
            known = ", ".join(child.name for child in self.children) or "none"
            raise KeyError(f"{self.name} has no field {name!r}; it has: {known}")
        return found

    def get(self, name: str) -> Field | None:
        """Return the first child of a name, or None."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Field]:
        """Return all children of a name."""
        return [child for child in self.children if child.name == name]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Field]]:
        """Yield this field and all below it, each with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    @property
    def shown(self) -> str:
        """The value as text."""
        return show(self.value)

    def __repr__(self) -> str:
        return f"<Field {self.name} at {self.offset}: {self.shown}>"


def show(value: Any) -> str:
    """Return a field's value as text: octets in hexadecimal, at most 32 of them."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value[:32].hex() + ("…" if len(value) > 32 else "")
    return str(value)


@dataclass(slots=True, eq=False)
class Explanation:
    """A packet, explained. `print` shows the tree; a notebook too."""

    data: bytes
    link: str
    """What the bytes begin with: "ethernet", "raw" or "ieee802154"."""
    layers: list[Field] = field(default_factory=list)
    """The headers in order, each with its fields as children."""
    where_sense_ended: int | None = None
    """The octet from which on nothing could be understood; None where all made sense."""
    _why: Words = NOTHING
    facts: dict[str, Any] = field(default_factory=dict)
    """What `verify` needs beside the fields."""

    @property
    def why_sense_ended(self) -> str:
        """Why, in the learner's language; "" where all made sense."""
        return str(self._why)

    def __getitem__(self, name: str | tuple[str, ...]) -> Field:
        """Return the first layer of a name, or a field of it: `["IPv6"]`, `["IPv6", "Version"]`.

        Raises:
            KeyError: There is none of that name.
        """
        names = name if isinstance(name, tuple) else (name,)
        found = next((layer for layer in self.layers if layer.name == names[0]), None)
        if found is None:
            known = ", ".join(layer.name for layer in self.layers) or "none"
            raise KeyError(f"no layer {names[0]!r} here; there are: {known}")
        for inner in names[1:]:
            found = found[inner]
        return found

    def get(self, name: str) -> Field | None:
        """Return the first layer of a name, or None."""
        return next((layer for layer in self.layers if layer.name == name), None)

    def walk(self) -> Iterator[tuple[int, Field]]:
        """Yield every field in the packet's order, each with its depth in the tree."""
        for layer in self.layers:
            yield from layer.walk()

    def at(self, octet: int) -> list[Field]:
        """Return the fields that hold an octet, the outermost first: a way down the tree.

        Where several fields share the octet, the way ends at what holds them all.
        """
        way: list[Field] = []
        below: list[Field] = self.layers
        while True:
            holding = [found for found in below if found.offset <= octet < found.end]
            if len(holding) != 1:
                return way
            way.append(holding[0])
            below = holding[0].children

    def __str__(self) -> str:
        """Return the tree as text, a line a field."""
        lines = []
        for depth, found in self.walk():
            value = f" = {found.shown}" if found.value is not None else ""
            meaning = f": {found.meaning}" if found.meaning else ""
            rfc = f"  [{found.rfc}]" if found.rfc else ""
            lines.append(f"{found.offset:5}  {'  ' * depth}{found.name}{value}{meaning}{rfc}")
        if self.where_sense_ended is not None:
            lines.append(f"{self.where_sense_ended:5}  ⚠ {self.why_sense_ended}")
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))
