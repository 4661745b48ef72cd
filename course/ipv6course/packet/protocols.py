"""Who reads what: the tables by EtherType, next header and port, and what a packet is so far.

A protocol is a function that takes a reader at its header, and the packet. It reads its fields, and
returns who reads on; None where it read all. It calls no other, so no depth of headers is a
depth of calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Reader, registered

Step = Callable[[Reader, "Packet"], Any]
"""It returns the next Step, or None. (Python's types have no name for that.)"""

ETHER_TYPES: dict[int, Step] = {}
NEXT_HEADERS: dict[int, Step] = {}
UDP_PORTS: dict[int, Step] = {}

DEEPEST_QUOTE = 8
"""A quoted packet may quote another; so deep is looked."""


@dataclass(slots=True)
class Packet:
    """What the upper layers need to know of the headers before them."""

    source: bytes = b""
    destination: bytes = b""
    """Of the checksum: with a routing header, the final destination, RFC 8200 section 8.1."""
    hop_limit: int = 0
    ends_early: Words | None = None
    """Why bytes may be lacking at the end, and no nonsense: a quote, a fragment."""
    uncheckable: Words | None = None
    """Why the checksum cannot be checked."""
    quotes: int = 0
    """How many packets quote this one."""

    def sum_is(self, reader: Reader, next_header: int, at: int) -> Callable[[Any], Words]:
        """Return what says whether a checksum is right; what it covers goes to the reader's end.

        Args:
            reader: At the header's first octet.
            next_header: The upper layer's number, which is in the pseudo-header.
            at: Where the checksum stands in the header.
        """
        if self.uncheckable is not None:
            reason = self.uncheckable
            return lambda _value: reason
        covered = reader.data[reader.at : reader.end]
        expected = self.expected_sum(covered, next_header, at)

        def says(value: Any) -> Words:
            # Zero has two forms in one's complement; either is right (RFC 1071 section 1).
            right = value == expected or {value, expected} == {0, 0xFFFF}
            reader.told.facts.setdefault("checksums", []).append(
                (reader.told.layers[-1].name, reader.at + at, value, expected, right)
            )
            if right:
                return Words(N_("0x{value:04x} is right"), {"value": value})
            return Words(
                N_("0x{value:04x} is wrong: 0x{expected:04x} belongs here"),
                {"value": value, "expected": expected},
            )

        return says

    def expected_sum(self, covered: bytes, next_header: int, at: int) -> int:
        """Return the checksum that belongs into what is covered, RFC 8200 section 8.1."""
        # One's complement addition of 16-bit words is arithmetic modulo 0xFFFF.
        total = int.from_bytes(self.source + self.destination, "big") + len(covered) + next_header
        total += int.from_bytes(covered + b"\0" if len(covered) & 1 else covered, "big")
        total -= int.from_bytes(covered[at : at + 2], "big") << 8 * (
            len(covered) + (len(covered) & 1) - at - 2
        )
        return 0xFFFF - total % 0xFFFF if total % 0xFFFF else 0


def walk(reader: Reader, packet: Packet, step: Step | None) -> None:
    """Read header after header, until nobody reads on."""
    while step is not None:
        step = step(reader, packet)


def next_step(number: int) -> Step:
    """Return who reads what a next header names."""
    return NEXT_HEADERS.get(number) or unread("protocol", number)


def unread(registry: str, number: int) -> Step:
    """Return a step that takes the rest as it is, for a protocol that is not explained here."""

    def data(reader: Reader, packet: Packet) -> None:
        if reader.left:
            reader.octets("Data", None, "", registered(registry, number))

    return data


def opaque(name: str, sentence: str, rfc: str = "") -> Step:
    """Return a step that takes the rest as it is, and says why."""

    def data(reader: Reader, packet: Packet) -> None:
        if reader.left:
            reader.octets(name, None, rfc, Words(sentence))

    return data


def data(reader: Reader, packet: Packet) -> None:
    """Take the rest as the data of an application."""
    if reader.left:
        reader.octets("Data", None, "", Words(N_("{n} octets of data"), {"n": reader.left}))
