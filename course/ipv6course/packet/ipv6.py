"""The IPv6 header, RFC 8200 section 3."""

from __future__ import annotations

from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import ETHER_TYPES, NEXT_HEADERS, Packet, Step, next_step

RFC = "RFC 8200 section 3"
HOP_BY_HOP = 0

_ECN = (
    N_("Not-ECT: the sender does not use ECN"),
    N_("ECT(1)"),
    N_("ECT(0): the sender understands ECN"),
    N_("CE: congestion was met on the way"),
)


def address_words(value: Any) -> Words:
    """Return what kind of address it is, in short; `ipv6course.address.describe` says it all."""
    number = int(value)
    top = number >> 112
    if number == 0:
        return Words(N_("unspecified: no address yet"))
    if number == 1:
        return Words(N_("loopback"))
    if top >> 8 == 0xFF:
        if number >> 24 == 0xFF0200000000000000000001FF:
            return Words(N_("a solicited-node group: whoever has an address ending so"))
        return _GROUPS.get(number, Words(N_("multicast")))
    if top >> 6 == 0xFE80 >> 6:
        return Words(N_("link-local unicast"))
    if top >> 9 == 0xFC >> 1:
        return Words(N_("unique local unicast"))
    if number >> 32 == 0xFFFF:
        return Words(N_("IPv4-mapped: it must not be on the wire"))
    return Words(N_("unicast"))


_GROUPS = {
    0xFF02 << 112 | 1: Words(N_("all nodes on the link")),
    0xFF02 << 112 | 2: Words(N_("all routers on the link")),
    0xFF02 << 112 | 9: Words(N_("all RIPng routers on the link")),
    0xFF02 << 112 | 0x16: Words(N_("all MLDv2 routers on the link")),
    0xFF02 << 112 | 0x1A: Words(N_("all RPL nodes on the link")),
    0xFF02 << 112 | 0xFB: Words(N_("multicast DNS on the link")),
    0xFF02 << 112 | 0x10002: Words(N_("all DHCPv6 relay agents and servers on the link")),
}

TRAFFIC_CLASS = (
    Row("DSCP", 6, "@dscp", rfc="RFC 2474 section 3"),
    Row("ECN", 2, lambda value: Words(_ECN[value]), rfc="RFC 3168 section 5"),
)
HEADER = Layout(
    RFC,
    Row("Version", 4, N_("IP version {value}")),
    Row("Traffic Class", 8, rfc="RFC 8200 section 7", parts=TRAFFIC_CLASS),
    Row("Flow Label", 20, lambda value: Words(
        N_("the flow that the packet belongs to") if value else N_("of no flow")
    ), rfc="RFC 6437 section 2"),
    Row("Payload Length", 16, N_("{value} octets follow this header, extension headers included")),
    Row("Next Header", 8, "@protocol"),
    Row("Hop Limit", 8, N_("{value} more routers may forward it, less one")),
    Row("Source Address", 128, address_words, "address", "RFC 4291"),
    Row("Destination Address", 128, address_words, "address", "RFC 4291"),
)  # fmt: skip


def _hops(value: Any) -> Words:
    if value == 255:
        return Words(N_("no router has forwarded it, so it comes from this link"))
    return Words(N_("each router takes one off, and drops it at 0"), {"value": value})


def ipv6(reader: Reader, packet: Packet) -> Step | None:
    """Read the fixed header."""
    with reader.group("IPv6", RFC) as (inside, _):
        if inside.left and inside.data[inside.at] >> 4 != 6:
            raise inside.nonsense(
                N_("The version is {version}; IPv6 has 6."),
                version=inside.data[inside.at] >> 4,
            )
        next_header = inside.data[inside.at + 6 : inside.at + 7]
        values = inside.read(
            HEADER,
            Payload_Length=lambda value: _length(value, reader, next_header),
            Hop_Limit=_hops,
        )
    return _after(reader, packet, values)


def _length(value: Any, reader: Reader, next_header: bytes) -> Words:
    there = reader.left - 40
    if value == 0 and next_header == b"\0":
        return Words(N_("a jumbogram; its option tells the length (RFC 2675)"))
    if value > there:
        return Words(
            N_("{value} octets should follow this header, but only {there} are there"),
            {"value": value, "there": there},
        )
    return Words(N_("{value} octets follow this header"), {"value": value})


def _after(reader: Reader, packet: Packet, values: dict[str, Any]) -> Step:
    start = reader.at - 40
    packet.source = reader.data[start + 8 : start + 24]
    packet.destination = reader.data[start + 24 : start + 40]
    packet.hop_limit = values["Hop Limit"]
    length, number = values["Payload Length"], values["Next Header"]
    there = reader.left
    if length or number != HOP_BY_HOP:
        reader.end = min(reader.end, reader.at + length)
    if length > there and packet.quotes:
        packet.ends_early = Words(N_("the quote ends here; the packet went on"))
    if length > there and packet.uncheckable is None:
        packet.uncheckable = Words(N_("not checked: the packet is not whole"))
    return next_step(number)


NEXT_HEADERS[41] = ipv6
ETHER_TYPES[0x86DD] = ipv6
