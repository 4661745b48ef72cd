"""RIPng, RFC 2080."""

from __future__ import annotations

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.ipv6 import address_words
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import UDP_PORTS, Packet

RFC = "RFC 2080 section 2.1"
HEADER = Layout(
    RFC,
    Row("command", 8, lambda value: Words(
        {1: N_("a request"), 2: N_("a response")}.get(value, N_("unknown")))),
    Row("version", 8, N_("version {value}; RFC 2080 defines 1")),
    Row("must be zero", 16),
)  # fmt: skip


def _metric(value: int) -> Words:
    if value == 0xFF:
        return Words(N_("not a route; the entries after it go through this next hop"))
    if value >= 16:
        return Words(N_("unreachable"))
    return Words(N_("{value} hops"), {"value": value})


ENTRY = Layout(
    RFC,
    Row("IPv6 prefix", 128, address_words, "address"),
    Row("route tag", 16),
    Row("prefix len", 8, N_("the first {value} bits")),
    Row("metric", 8, _metric),
)


def ripng(reader: Reader, packet: Packet) -> None:
    """Read a RIPng message."""
    with reader.group("RIPng", RFC) as (inside, _):
        inside.read(HEADER)
        while inside.left:
            with inside.group("Route Table Entry", RFC) as (entry, _found):
                entry.read(ENTRY)


UDP_PORTS[521] = ripng
