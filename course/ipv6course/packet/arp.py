"""ARP, RFC 826: what IPv4 has where IPv6 has Neighbor Discovery."""

from __future__ import annotations

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import ETHER_TYPES, Packet

RFC = "RFC 826"
HEADER = Layout(
    RFC,
    Row("Hardware Type", 16, N_("{value}; 1 is Ethernet")),
    Row("Protocol Type", 16, "@ethertype"),
    Row("Hardware Length", 8),
    Row("Protocol Length", 8),
    Row("Operation", 16, lambda value: Words(
        {1: N_("request: who has this address?"), 2: N_("reply")}.get(value, N_("other")))),
)  # fmt: skip
ADDRESSES = Layout(
    RFC,
    Row("Sender Hardware Address", 48, None, "mac"),
    Row("Sender Protocol Address", 32, None, "ipv4"),
    Row("Target Hardware Address", 48, None, "mac"),
    Row("Target Protocol Address", 32, None, "ipv4"),
)


def arp(reader: Reader, packet: Packet) -> None:
    """Read an ARP message."""
    with reader.group("ARP", RFC) as (inside, _):
        values = inside.read(HEADER)
        hardware, protocol = values["Hardware Length"], values["Protocol Length"]
        if (hardware, protocol) == (6, 4):
            inside.read(ADDRESSES)
        else:
            for name in ("Sender", "Target"):
                inside.octets(f"{name} Hardware Address", hardware, RFC)
                inside.octets(f"{name} Protocol Address", protocol, RFC)
    reader.end = reader.at


ETHER_TYPES[0x0806] = arp
