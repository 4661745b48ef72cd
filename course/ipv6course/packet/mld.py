"""Multicast Listener Discovery: version 2, RFC 9777, and version 1, RFC 2710."""

from __future__ import annotations

from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.icmpv6 import BODIES
from ipv6course.packet.ipv6 import address_words
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import Packet

_MLDV1 = "RFC 2710 section 3"
_QUERY = "RFC 9777 section 5.1"
_REPORT = "RFC 9777 section 5.2"
VERSION_2_QUERY = 28  # octets, ICMPv6's four included; a shorter one is of version 1, section 8.1


def _group(value: Any) -> Words:
    if int(value) == 0:
        return Words(N_("unspecified: the query is about all groups"))
    return address_words(value)


def response_code(code: int) -> int:
    """Return the milliseconds of a Maximum Response Code, RFC 9777 section 5.1.3."""
    if code < 0x8000:
        return code
    return (code & 0xFFF | 0x1000) << (code >> 12 & 7) + 3


def query_interval(code: int) -> int:
    """Return the seconds of a QQIC, RFC 9777 section 5.1.9."""
    if code < 128:
        return code
    return (code & 15 | 16) << (code >> 4 & 7) + 3


_VERSION_1 = Layout(
    _MLDV1,
    Row("Maximum Response Delay", 16, N_("{value} ms")),
    Row("Reserved", 16),
    Row("Multicast Address", 128, _group, "address"),
)
_VERSION_2 = Layout(
    _QUERY,
    Row("Maximum Response Code", 16, lambda code: Words(
        N_("listeners answer within {ms} ms"), {"ms": response_code(code)})),
    Row("Reserved", 16),
    Row("Multicast Address", 128, _group, "address"),
    Row("Resv", 4),
    Row("S", 1, (N_("routers update their timers"), N_("other routers leave their timers")),
        "flag"),
    Row("QRV", 3, N_("the querier sends what matters {value} times")),
    Row("QQIC", 8, lambda code: Words(
        N_("a query comes every {s} s"), {"s": query_interval(code)})),
    Row("Number of Sources", 16),
)  # fmt: skip


def query(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
    """Read a query; its length tells the version, RFC 9777 section 8.1."""
    if inside.left + 4 < VERSION_2_QUERY:
        inside.read(_VERSION_1)
        return
    count = inside.read(_VERSION_2)["Number of Sources"]
    for _ in range(count):
        inside.address("Source Address", _QUERY)
    _additional(inside, _QUERY)


def version_1(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
    """Read a report or a done message of version 1."""
    inside.read(_VERSION_1)
    _additional(inside, _MLDV1)


_HEAD = Layout(_REPORT, Row("Reserved", 16), Row("Nr of Mcast Address Records", 16))
_RECORD = Layout(
    "RFC 9777 section 5.2.5",
    Row("Record Type", 8, "@mld-record"),
    Row("Aux Data Len", 8, N_("in units of 4 octets: {value}")),
    Row("Number of Sources", 16),
    Row("Multicast Address", 128, _group, "address"),
)


def report(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
    """Read a report of version 2."""
    for _ in range(inside.read(_HEAD)["Nr of Mcast Address Records"]):
        with inside.group("Multicast Address Record", _RECORD.rfc) as (record, _found):
            got = record.read(_RECORD)
            for _ in range(got["Number of Sources"]):
                record.address("Source Address", _RECORD.rfc)
            if got["Aux Data Len"]:
                record.octets("Auxiliary Data", 4 * got["Aux Data Len"], _RECORD.rfc)
    _additional(inside, _REPORT)


def _additional(inside: Reader, rfc: str) -> None:
    if inside.left:
        inside.octets("Additional Data", None, rfc, Words(N_("ignored, but in the checksum")))


BODIES.update({130: query, 131: version_1, 132: version_1, 143: report})
