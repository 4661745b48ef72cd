"""Multicast Listener Discovery on the wire: version 2, RFC 9777 section 5, and 1, RFC 2710.

A message starts at its ICMPv6 type. The checksum is left zero: who sends it knows the addresses.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from ipv6course.network.wire import MalformedError, ipv6

QUERY = 130  # RFC 9777 section 5
REPORT_1 = 131  # RFC 2710 section 3; version 1
DONE = 132  # RFC 2710 section 3; version 1
REPORT = 143  # RFC 9777 section 5.2

ALL_MLD2_ROUTERS = bytes.fromhex("ff02" + "00" * 13 + "16")  # RFC 9777 section 5.2.15
# RFC 9777 section 5: in a hop-by-hop header, so that every router looks; RFC 2711 section 2.1.
ROUTER_ALERT = bytes.fromhex("05020000")
_PAD_2 = bytes.fromhex("0100")  # PadN of two octets, RFC 8200 section 4.2

LARGEST_INTERVAL = 8387584  # what 3 bits of exponent and 12 of mantissa can say

_QUERY_1 = struct.Struct("!BBHHH16s")
_QUERY_2 = struct.Struct("!BBH")
_REPORT = struct.Struct("!BBHHH")
_RECORD = struct.Struct("!BBH16s")


class RecordType(IntEnum):
    """What a record says of a group, RFC 9777 section 5.2.13."""

    IS_INCLUDE = 1
    """Listens to the sources given, and no others."""
    IS_EXCLUDE = 2
    """Listens to all sources but those given; with none given, to everybody."""
    TO_INCLUDE = 3
    """Has changed to IS_INCLUDE; with no source, it has left the group."""
    TO_EXCLUDE = 4
    """Has changed to IS_EXCLUDE; with no source, it has joined the group."""
    ALLOW = 5
    """Listens to these sources too."""
    BLOCK = 6
    """Listens to these sources no more."""


@dataclass(frozen=True, slots=True)
class Query:
    """A router asks who listens, RFC 9777 section 5.1."""

    group: bytes = ipv6.UNSPECIFIED
    """Which group; the unspecified address asks for all of them: a General Query."""
    response_delay: int = 10_000
    """Milliseconds in which to answer; the wire has 16 bits, from 32768 on as a short float."""
    suppress: bool = False
    """The S flag: other routers leave their timers as they are."""
    robustness: int = 2
    """The querier's Robustness Variable; 0 where it is more than 7."""
    interval: int = 125
    """The querier's Query Interval in seconds; from 128 on as a short float."""
    sources: tuple[bytes, ...] = ()
    version: int = 2
    """1 is a query of 24 octets, RFC 9777 section 8.1."""

    @property
    def is_general(self) -> bool:
        """Whether it asks for all groups."""
        return self.group == ipv6.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class Record:
    """What a listener says of one group, RFC 9777 section 5.2.5."""

    type: int
    """A number of `RecordType`; a receiver ignores those that it does not know."""
    group: bytes
    sources: tuple[bytes, ...] = ()
    auxiliary: bytes = b""
    """Always none in MLDv2; a receiver ignores it, section 5.2.11."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a listener listens to, RFC 9777 section 5.2."""

    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class OldReport:
    """A report or a Done of version 1, RFC 2710 section 3."""

    group: bytes
    is_done: bool = False


Message = Query | Report | OldReport


def push_mld(message: Message) -> bytes:
    """Write a message; its checksum is zero."""
    match message:
        case Query(version=1):
            delay = min(message.response_delay, 0xFFFF)
            return _QUERY_1.pack(QUERY, 0, 0, delay, 0, message.group)
        case Query():
            robustness = message.robustness if message.robustness <= 7 else 0
            first = _QUERY_1.pack(QUERY, 0, 0, push_code(message.response_delay), 0, message.group)
            last = _QUERY_2.pack(
                message.suppress << 3 | robustness,
                push_short_code(message.interval),
                len(message.sources),
            )
            return b"".join((first, last, *message.sources))
        case OldReport():
            kind = DONE if message.is_done else REPORT_1
            return _QUERY_1.pack(kind, 0, 0, 0, 0, message.group)
        case Report():
            parts = [_REPORT.pack(REPORT, 0, 0, 0, len(message.records))]
            for record in message.records:
                auxiliary = len(record.auxiliary) // 4
                parts.append(
                    _RECORD.pack(record.type, auxiliary, len(record.sources), record.group)
                )
                parts.extend((*record.sources, record.auxiliary))
            return b"".join(parts)


def pull_mld(data: bytes) -> Message:
    """Read a message; what stands after it is ignored, RFC 9777 sections 5.1.12 and 5.2.12.

    Raises:
        MalformedError: It is too short, or no message of MLD.
    """
    kind = data[0] if data else None
    if kind == REPORT:
        return Report(tuple(_pull_records(data)))
    if kind not in (QUERY, REPORT_1, DONE):
        raise MalformedError(f"ICMPv6 type {kind} is not of MLD (RFC 9777 section 5)")
    if len(data) < _QUERY_1.size:
        raise MalformedError(f"{len(data)} octets; a message of MLD has 24 or more (RFC 9777)")
    delay, group = int.from_bytes(data[4:6], "big"), data[8:24]
    if kind != QUERY:
        return OldReport(_group(group), kind == DONE)
    if group != ipv6.UNSPECIFIED:
        _group(group)
    if len(data) == _QUERY_1.size:
        return Query(group, delay, version=1)
    if len(data) < _QUERY_1.size + _QUERY_2.size:
        raise MalformedError(
            f"a query of {len(data)} octets; version 1 has 24, version 2 has 28 or more "
            "(RFC 9777 section 8.1)"
        )
    flags, code, count = _QUERY_2.unpack_from(data, _QUERY_1.size)
    sources = _pull_sources(data, _QUERY_1.size + _QUERY_2.size, count)
    return Query(
        group, pull_code(delay), bool(flags & 8), flags & 7, pull_short_code(code), sources
    )


def push_code(milliseconds: int) -> int:
    """Return the Maximum Response Code of a delay, rounded down, RFC 9777 section 5.1.3."""
    if milliseconds < 0x8000:
        return max(milliseconds, 0)
    exponent = min(milliseconds, LARGEST_INTERVAL).bit_length() - 16
    return 0x8000 | exponent << 12 | (min(milliseconds, LARGEST_INTERVAL) >> exponent + 3) & 0xFFF


def pull_code(code: int) -> int:
    """Return the milliseconds of a Maximum Response Code, RFC 9777 section 5.1.3."""
    if code < 0x8000:
        return code
    return (code & 0xFFF | 0x1000) << (code >> 12 & 7) + 3


def push_short_code(seconds: int) -> int:
    """Return the code of a Query Interval, rounded down, RFC 9777 section 5.1.9."""
    if seconds < 0x80:
        return max(seconds, 0)
    seconds = min(seconds, 31744)  # (0xF | 0x10) << 7 + 3
    exponent = seconds.bit_length() - 8
    return 0x80 | exponent << 4 | (seconds >> exponent + 3) & 0xF


def pull_short_code(code: int) -> int:
    """Return the seconds of a Querier's Query Interval Code, RFC 9777 section 5.1.9."""
    if code < 0x80:
        return code
    return (code & 0xF | 0x10) << (code >> 4 & 7) + 3


def push_packet(message: Message, source: bytes, destination: bytes) -> bytes:
    """Write the whole packet: hop limit 1, and the Router Alert option, RFC 9777 section 5."""
    body = ipv6.with_checksum(source, destination, ipv6.ICMPV6, push_mld(message), 2)
    options = bytes((ipv6.ICMPV6, 0)) + ROUTER_ALERT + _PAD_2
    return ipv6.push_packet(
        ipv6.HOP_BY_HOP, options + body, source=source, destination=destination, hop_limit=1
    )


def has_router_alert(packet: bytes) -> bool:
    """Return whether a packet has a hop-by-hop header with Router Alert for MLD in it."""
    if packet[6] != ipv6.HOP_BY_HOP or len(packet) < ipv6.HEADER + 8:
        return False
    at, end = ipv6.HEADER + 2, ipv6.HEADER + 8 * (packet[ipv6.HEADER + 1] + 1)
    while at < min(end, len(packet) - 1):
        if packet[at] == 0:  # Pad1
            at += 1
            continue
        if packet[at : at + 4] == ROUTER_ALERT:
            return True
        at += 2 + packet[at + 1]
    return False


def _pull_records(data: bytes) -> list[Record]:
    if len(data) < _REPORT.size:
        raise MalformedError(f"{len(data)} octets; a report has 8 or more (RFC 9777 section 5.2)")
    found, at = [], _REPORT.size
    for number in range(int.from_bytes(data[6:8], "big")):
        if len(data) < at + _RECORD.size:
            raise MalformedError(
                f"record {number + 1} at octet {at} is cut off; a record has 20 octets or more "
                "(RFC 9777 section 5.2.5)"
            )
        kind, words, count, group = _RECORD.unpack_from(data, at)
        sources = _pull_sources(data, at + _RECORD.size, count)
        at += _RECORD.size + 16 * count
        if len(data) < at + 4 * words:
            raise MalformedError(
                f"the auxiliary data of record {number + 1} at octet {at} is cut off; it says "
                f"{4 * words} octets (RFC 9777 section 5.2.7)"
            )
        found.append(Record(kind, _group(group), sources, data[at : at + 4 * words]))
        at += 4 * words
    return found


def _pull_sources(data: bytes, at: int, count: int) -> tuple[bytes, ...]:
    if len(data) < at + 16 * count:
        raise MalformedError(
            f"{count} sources are said to stand at octet {at}, and {(len(data) - at) // 16} do "
            "(RFC 9777 sections 5.1.10 and 5.2.8)"
        )
    return tuple(data[at + 16 * n : at + 16 * n + 16] for n in range(count))


def _group(address: bytes) -> bytes:
    if address[0] != 0xFF:
        raise MalformedError(f"{address.hex(':', 2)} is no multicast address (RFC 4291 2.7)")
    return address
