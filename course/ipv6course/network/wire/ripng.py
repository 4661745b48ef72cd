"""RIPng on the wire, RFC 2080 section 2.1."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ipv6course.network.wire import MalformedError, ipv6

PORT = 521  # section 2
GROUP = bytes.fromhex("ff02" + "00" * 13 + "09")  # section 2.5: all RIPng routers
VERSION = 1
REQUEST = 1
RESPONSE = 2
INFINITY = 16  # section 2.1: not reachable
HOP_LIMIT = 255  # section 2.4.2: of what is sent to the group

HEADER = 4  # octets
ENTRY = 20
_NEXT_HOP = 0xFF  # the metric of an entry that says a next hop, section 2.1.1

_HEADER = struct.Struct("!BBH")
_ENTRY = struct.Struct("!16sHBB")


@dataclass(frozen=True, slots=True)
class Entry:
    """A destination and how far it is."""

    prefix: bytes
    """16 octets."""
    length: int
    metric: int
    """1 to 15 hops; 16: not reachable."""
    tag: int = 0
    next_hop: bytes = ipv6.UNSPECIFIED
    """A link-local address; ::, and whatever is no link-local address, means the sender."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response."""

    command: int
    entries: tuple[Entry, ...]


WHOLE_TABLE = Message(REQUEST, (Entry(ipv6.UNSPECIFIED, 0, INFINITY),))
"""The request for everything, section 2.4.1."""


def most_entries(mtu: int) -> int:
    """Return how many entries fit into one packet, section 2.1."""
    return (mtu - ipv6.HEADER - 8 - HEADER) // ENTRY


def push_message(message: Message) -> bytes:
    """Write a message. Entries with a next hop other than the sender follow one that says it."""
    parts = [_HEADER.pack(message.command, VERSION, 0)]
    next_hop = ipv6.UNSPECIFIED
    for entry in message.entries:
        if entry.next_hop != next_hop:
            next_hop = entry.next_hop
            parts.append(_ENTRY.pack(next_hop, 0, 0, _NEXT_HOP))
        parts.append(_ENTRY.pack(entry.prefix, entry.tag, entry.length, entry.metric))
    return b"".join(parts)


def pull_message(data: bytes) -> Message:
    """Read a message. What an entry says is not judged here: one bad entry spoils no other.

    Raises:
        MalformedError: It is too short, of another version, or an entry is cut off.
    """
    if len(data) < HEADER:
        raise MalformedError(f"{len(data)} octets; RIPng's header has 4 (RFC 2080 section 2.1)")
    command, version, _ = _HEADER.unpack_from(data)
    if version != VERSION:
        raise MalformedError(f"version {version}; RIPng has 1 (RFC 2080 section 2.1)")
    if command not in (REQUEST, RESPONSE):
        raise MalformedError(f"command {command}; there are 1 and 2 (RFC 2080 section 2.1)")
    if (len(data) - HEADER) % ENTRY:
        raise MalformedError(
            f"{len(data) - HEADER} octets of entries; each has {ENTRY} (RFC 2080 section 2.1)"
        )
    entries = []
    next_hop = ipv6.UNSPECIFIED
    for at in range(HEADER, len(data), ENTRY):
        prefix, tag, length, metric = _ENTRY.unpack_from(data, at)
        if metric == _NEXT_HOP:
            # Section 2.1.1: one that is not link-local is treated as ::, the sender.
            next_hop = prefix if ipv6.is_link_local(prefix) else ipv6.UNSPECIFIED
        else:
            entries.append(Entry(prefix, length, metric, tag, next_hop))
    return Message(command, tuple(entries))
