"""Layouts: the fields of a header as a table, and the reader that walks bytes along it.

A row says name, bits and meaning. The meaning is a sentence with `{value}` in it, a pair of
sentences for a flag (not set, set), the name of a registry, or a function of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import netaddr

from ipv6course.address.text import N_
from ipv6course.packet.explanation import NOTHING, Explanation, Field, Words
from ipv6course.packet.registry import named

MOST_FIELDS = 20_000
"""So many fields are explained; a packet of 64 KB that is made to have more stops there."""

Meaning = str | tuple[str, str] | Callable[[Any], Words] | None


class Row(NamedTuple):
    """One field of a layout."""

    name: str
    bits: int
    meaning: Meaning = None
    """A sentence, two sentences of a flag, "@registry", or a function."""
    kind: str = "number"
    """"number", "flag", "address", "ipv4", "mac", "bytes"."""
    rfc: str = ""
    """Where it differs from the layout's."""
    parts: tuple[Row, ...] = ()
    """The fields that it is made of; together they have its bits."""


class Layout:
    """The fields of a header; together they are whole octets."""

    def __init__(self, rfc: str, *rows: Row) -> None:
        self.rfc = rfc
        bits = sum(row.bits for row in rows)
        if bits % 8:
            raise ValueError(f"a layout of {bits} bits ({rfc}); it has to be whole octets")
        self.octets = bits // 8
        self.rows = []
        at = 0
        for row in rows:
            self.rows.append((row, at, bits - at - row.bits, (1 << row.bits) - 1, row.rfc or rfc))
            at += row.bits


class SenseEndedError(Exception):
    """From here on the bytes cannot be understood. It never leaves the room."""

    def __init__(self, at: int, words: Words, bound: int | None = None) -> None:
        super().__init__(at)
        self.at = at
        self.words = words
        self.bound = bound
        """Where bytes were lacking, the end that was met; None where there is no sense in them."""


class Reader:
    """A place in the bytes, a bound, and the list into which fields go."""

    __slots__ = ("at", "data", "depth", "end", "into", "stated", "told")

    def __init__(self, told: Explanation, at: int, end: int, into: list[Field]) -> None:
        self.told = told
        self.data = told.data
        self.at = at
        self.end = end
        self.into = into
        self.depth = 0
        self.stated = 0
        """Where a length in the bytes says that this ends; past `end` where octets are lacking."""

    @property
    def left(self) -> int:
        """How many octets are left here."""
        return self.end - self.at

    @property
    def room(self) -> int:
        """How many octets there would be here, were none lacking."""
        return max(self.end, self.stated) - self.at

    @contextmanager
    def until(self, end: int, name: str) -> Iterator[None]:
        """Read as far as a length in the bytes says. Where octets are lacking, read those there.

        Args:
            end: Where it ends by that length.
            name: What it is, for the learner.

        Raises:
            SenseEndedError: After what is there was read, if octets are lacking.
        """
        lacking = self.short(end - self.at, name) if end > self.end else None
        self.stated, self.end = end, min(end, self.end)
        yield
        if lacking is not None:
            lacking.at = self.at
            raise lacking

    def add(self, found: Field) -> Field:
        """Put a field into the tree."""
        count = self.told.facts["fields"] = self.told.facts.get("fields", 0) + 1
        if count > MOST_FIELDS:
            raise SenseEndedError(
                found.offset,
                Words(
                    N_("More than {most} fields; the rest is not explained."), {"most": MOST_FIELDS}
                ),
            )
        self.into.append(found)
        return found

    def nonsense(self, sentence: str, at: int | None = None, **values: object) -> SenseEndedError:
        """Return the error that ends the sense, to be raised."""
        return SenseEndedError(self.at if at is None else at, Words(sentence, values))

    def short(self, needed: int, name: str) -> SenseEndedError:
        """Return the error for bytes that are lacking."""
        return SenseEndedError(
            self.at,
            Words(
                N_("{name} needs {needed} octets, and {left} are left."),
                {"name": name, "needed": needed, "left": self.left},
            ),
            self.end,
        )

    def read(self, layout: Layout, **known: Callable[[Any], Words]) -> dict[str, Any]:
        """Read the fields of a layout.

        Args:
            layout: The table.
            known: Meanings that depend on more than the value, by the field's name with "_" for
                a space.

        Returns:
            The values by name.

        Raises:
            SenseEndedError: Octets are lacking; those fields that are whole are in the tree.
        """
        start, octets = self.at, layout.octets
        if start + octets > self.end:
            return self._read_what_is_there(layout)
        whole = int.from_bytes(self.data[start : start + octets], "big")
        values: dict[str, Any] = {}
        for row, bit, shift, mask, rfc in layout.rows:
            values[row.name] = self._field(row, bit, whole >> shift & mask, rfc, start, known).value
        self.at = start + octets
        return values

    def _read_what_is_there(self, layout: Layout) -> dict[str, Any]:
        start = self.at
        for row, bit, _shift, mask, rfc in layout.rows:
            last = start + (bit + row.bits + 7) // 8
            if last > self.end:
                raise self.short(last - self.at, row.name)
            number = int.from_bytes(self.data[start:last], "big")
            number = number >> (last - start) * 8 - bit - row.bits & mask
            self._field(row, bit, number, rfc, start, {})
            self.at = start + (bit + row.bits) // 8
        raise AssertionError("a layout that fits was read as one that does not")

    def _field(
        self,
        row: Row,
        bit: int,
        number: int,
        rfc: str,
        start: int,
        known: dict[str, Callable[[Any], Words]],
    ) -> Field:
        first = start + bit // 8
        last = start + (bit + row.bits + 7) // 8
        raw = self.data[first:last]
        value: Any = number
        kind = row.kind
        if kind == "flag":
            value = number != 0
        elif kind == "address":
            value = netaddr.IPAddress(number, 6)
        elif kind == "ipv4":
            value = netaddr.IPAddress(number, 4)
        elif kind == "mac":
            value = netaddr.EUI(number, 48, dialect=netaddr.mac_unix_expanded)
        elif kind == "bytes":
            value = raw
        words = NOTHING
        meaning: Meaning = row.meaning
        if known and (given := known.get(row.name.replace(" ", "_"))) is not None:
            meaning = given
        if meaning is not None:
            if isinstance(meaning, str):
                words = (
                    registered(meaning[1:], number)
                    if meaning[0] == "@"
                    else Words(meaning, {"value": value})
                )
            elif isinstance(meaning, tuple):
                words = Words(meaning[number != 0])
            else:
                words = meaning(value)
        found = self.add(
            Field(row.name, first, last - first, raw, value, words, rfc, bit % 8, row.bits)
        )
        if row.parts:
            outer, self.into = self.into, found.children
            below = row.bits
            for part in row.parts:
                below -= part.bits
                part_number = number >> below & (1 << part.bits) - 1
                at = bit + row.bits - below - part.bits
                self._field(part, at, part_number, part.rfc or rfc, start, known)
            self.into = outer
        return found

    def octets(
        self,
        name: str,
        length: int | None = None,
        rfc: str = "",
        words: Words = NOTHING,
        value: Any = None,
    ) -> Field:
        """Read a field of some octets; None: all that are left.

        Raises:
            SenseEndedError: There are not so many.
        """
        if length is None:
            length = self.end - self.at
        if length > self.end - self.at:
            raise self.short(length, name)
        raw = self.data[self.at : self.at + length]
        found = self.add(
            Field(
                name,
                self.at,
                length,
                raw,
                raw if value is None else value,
                words,
                rfc,
                0,
                8 * length,
            )
        )
        self.at += length
        return found

    def address(self, name: str, rfc: str, words: Words = NOTHING) -> Field:
        """Read an IPv6 address."""
        if self.left < 16:
            raise self.short(16, name)
        number = int.from_bytes(self.data[self.at : self.at + 16], "big")
        return self.octets(name, 16, rfc, words, netaddr.IPAddress(number, 6))

    def number(self, name: str, octets: int, rfc: str, words: Words = NOTHING) -> int:
        """Read a whole number."""
        if self.left < octets:
            raise self.short(octets, name)
        value = int.from_bytes(self.data[self.at : self.at + octets], "big")
        self.octets(name, octets, rfc, words, value)
        return value

    def addresses(self, name: str, rfc: str) -> None:
        """Read addresses until the end; what is left then is less than one."""
        while self.left >= 16:
            self.address(name, rfc)
        if self.left:
            raise self.short(16, name)

    @contextmanager
    def group(
        self,
        name: str,
        rfc: str,
        words: Words = NOTHING,
        end: int | None = None,
        offset: int | None = None,
    ) -> Iterator[tuple[Reader, Field]]:
        """Read fields that belong together: a header, an option.

        Where sense ends within, the group is closed with what it has. `end` bounds it; without
        one it is as long as what is read.
        """
        start = self.at if offset is None else offset
        found = self.add(Field(name, start, 0, b"", None, words, rfc))
        inner = Reader(self.told, self.at, self.end if end is None else end, found.children)
        inner.depth = self.depth + 1
        try:
            yield inner, found
            if end is not None and inner.at < end:
                inner.octets("Unknown", None, rfc, Words(N_("More octets than the fields need.")))
        finally:
            last = max([inner.at, *(child.end for child in found.children[-1:])])
            found.length = last - start
            found.raw = self.data[start:last]
            found.bit_length = 8 * found.length
        self.at = inner.at


def registered(registry: str, number: int) -> Words:
    """Return the words for a number of a registry: its name there."""
    entry = named(registry, number)
    if entry is None:
        return Words(N_("not assigned, or not known here"))
    return Words("{name}", {"name": entry.name})
