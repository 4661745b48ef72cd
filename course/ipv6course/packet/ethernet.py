"""Ethernet frames, with VLAN tags (IEEE 802.3, 802.1Q; IPv6 over it: RFC 2464)."""

from __future__ import annotations

from typing import Any

import netaddr

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.protocols import ETHER_TYPES, Packet, Step, opaque, unread

RFC = "RFC 2464 section 3"
SMALLEST_TYPE = 0x0600  # below it the field is a length, IEEE 802.3


def _who(value: netaddr.EUI) -> Words:
    number = int(value)
    if number == (1 << 48) - 1:
        return Words(N_("broadcast: every station on the link; IPv6 never uses it"))
    if number >> 32 == 0x3333:
        return Words(N_("a multicast group of IPv6: 33:33 and the group's last four octets"))
    if number >> 40 & 1:
        return Words(N_("a group of stations"))
    if number >> 40 & 2:
        return Words(N_("one station; the address was chosen locally"))
    return Words(N_("one station; its maker chose the address"))


def _type(value: int) -> Words:
    if value < SMALLEST_TYPE:
        return Words(N_("a length, not a type: an IEEE 802.3 frame"))
    return Words("0x{value:04x}: {name}", {"value": value, "name": registered("ethertype", value)})


HEADER = Layout(
    RFC,
    Row("Destination", 48, _who, "mac"),
    Row("Source", 48, _who, "mac"),
    Row("Type", 16, _type),
)
TAG = Layout(
    "IEEE 802.1Q",
    Row("Priority", 3, N_("priority {value}; 7 is the highest")),
    Row("Drop Eligible", 1, (N_("kept"), N_("may be dropped first")), "flag"),
    Row("VLAN Identifier", 12, N_("VLAN {value}; 0 is a priority tag, no VLAN")),
    Row("Type", 16, _type),
)


def ethernet(reader: Reader, packet: Packet) -> Step | None:
    """Read an Ethernet header."""
    with reader.group("Ethernet", RFC) as (inside, _):
        values = inside.read(HEADER)
    return _next(reader, values)


def tag(reader: Reader, packet: Packet) -> Step | None:
    """Read a VLAN tag."""
    with reader.group("VLAN Tag", "IEEE 802.1Q") as (inside, _):
        values = inside.read(TAG)
    return _next(reader, values)


def _next(reader: Reader, values: dict[str, Any]) -> Step:
    number = values["Type"]
    if number < SMALLEST_TYPE:
        reader.end = min(reader.end, reader.at + number)
        return opaque("Data", N_("IEEE 802.2 LLC; no IPv6, which uses a type (RFC 2464)"))
    return ETHER_TYPES.get(number) or unread("ethertype", number)


ETHER_TYPES.update({0x8100: tag, 0x88A8: tag})
