"""The IPv4 header, RFC 791: named, and bounded. What it carries is read as over IPv6."""

from __future__ import annotations

from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.ipv6 import TRAFFIC_CLASS
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import (
    ETHER_TYPES,
    NEXT_HEADERS,
    Packet,
    Step,
    next_step,
    opaque,
    unread,
)

RFC = "RFC 791 section 3.1"
_ONLY_IPV6 = {0, 43, 44, 58, 59, 60}
HEADER = Layout(
    RFC,
    Row("Version", 4, N_("IP version {value}")),
    Row("IHL", 4, N_("the header has {value} rows of 32 bits")),
    Row("Type of Service", 8, rfc="RFC 2474 section 3", parts=TRAFFIC_CLASS),
    Row("Total Length", 16, N_("{value} octets, this header included")),
    Row("Identification", 16),
    Row("Reserved", 1, None, "flag"),
    Row("DF", 1, (N_("routers may fragment it"), N_("routers must not fragment it")), "flag"),
    Row("MF", 1, (N_("the last fragment"), N_("more fragments follow")), "flag"),
    Row("Fragment Offset", 13, N_("in units of 8 octets: {value}")),
    Row("Time to Live", 8, N_("IPv6 calls it Hop Limit")),
    Row("Protocol", 8, "@protocol"),
    Row("Header Checksum", 16, rfc="RFC 1071"),
    Row("Source Address", 32, None, "ipv4"),
    Row("Destination Address", 32, None, "ipv4"),
)


def ipv4(reader: Reader, packet: Packet) -> Step | None:
    """Read an IPv4 header."""
    start = reader.at
    with reader.group("IPv4", RFC) as (inside, _):
        if inside.left and inside.data[start] >> 4 != 4:
            raise inside.nonsense(
                N_("The version is {version}; IPv4 has 4."), version=inside.data[start] >> 4
            )
        octets = 4 * (inside.data[start] & 15) if inside.left else 20
        header = inside.data[start : start + octets]
        values = inside.read(HEADER, Header_Checksum=lambda value: _sum(header))
        if octets < 20:
            raise inside.nonsense(N_("IHL is {rows}; it is at least 5."), rows=octets // 4)
        if octets > 20:
            inside.octets("Options", octets - 20, RFC)
    length = values["Total Length"]
    if length < octets:
        raise reader.nonsense(
            N_("Total Length is {length}; the header alone has {octets} octets."),
            length=length, octets=octets,
        )  # fmt: skip
    if start + length > reader.end and packet.uncheckable is None:
        packet.uncheckable = Words(N_("not checked: the packet is not whole"))
    reader.end = min(reader.end, start + length)
    return _after(reader, packet, values, start)


def _after(reader: Reader, packet: Packet, values: dict[str, Any], start: int) -> Step:
    packet.source = reader.data[start + 12 : start + 16]
    packet.destination = reader.data[start + 16 : start + 20]
    if values["Fragment Offset"]:
        return opaque("Fragment Data", N_("a piece from the middle; the first says of what"))
    if values["MF"]:
        packet.uncheckable = Words(N_("not checked: this is only a fragment"))
        packet.ends_early = Words(N_("the packet goes on in the next fragment"))
    number = values["Protocol"]
    return unread("protocol", number) if number in _ONLY_IPV6 else next_step(number)


def _sum(header: bytes) -> Words:
    padded = header + bytes(-len(header) % 2)
    right = int.from_bytes(padded, "big") % 0xFFFF == 0
    return Words(N_("right") if right else N_("wrong"))


NEXT_HEADERS[4] = ipv4
ETHER_TYPES[0x0800] = ipv4
