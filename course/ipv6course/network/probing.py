"""What ping and traceroute share: reading what is asked for, and writing addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import netaddr

from ipv6course.address import given
from ipv6course.address.text import N_
from ipv6course.network.wire import ipv6

if TYPE_CHECKING:
    from ipv6course.network.device import World
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node


def shown(address: netaddr.IPAddress, interface: str) -> str:
    """Write an address; a link-local one with the interface where it is meant, RFC 4007 11.2."""
    return with_zone(address, interface if ipv6.is_link_local(address.packed) else "")


def with_zone(address: netaddr.IPAddress, zone: str) -> str:
    """Write an address, with a zone where it has one."""
    return f"{address}%{zone}" if zone else str(address)


def ip_of(packed: bytes) -> netaddr.IPAddress:
    """Return the netaddr value of 16 octets."""
    return netaddr.IPAddress(int.from_bytes(packed, "big"), 6)


def free_identifier(node: Node) -> int:
    """Return an identifier for Echo Requests that nobody uses, by chance."""
    while (found := node.random.getrandbits(16)) in node.icmp.echoes:
        pass
    return found


def check(name: str, figure: object, least: int, most: int) -> None:
    """Raise where a figure is no whole number of a range.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(figure, int) or isinstance(figure, bool) or not least <= figure <= most:
        raise given.refusal(
            N_("{name}={figure!r}: it is a whole number from {least} to {most}."),
            name=name,
            figure=figure,
            least=least,
            most=most,
        )


def world_of(node: Node) -> World:
    """Return what lets time pass for a node.

    Raises:
        ValueError: It is in no network.
    """
    if node.world is None:
        raise given.refusal(
            N_("{name} is in no network; network.add(…) puts it there."), name=node.name
        )
    return node.world


def has_way(node: Node, to: bytes, out: Interface | None) -> bool:
    """Return whether a node can send to a destination at all."""
    if to[0] == 0xFF or to == ipv6.LOOPBACK or ipv6.is_link_local(to):
        return True
    if node.route_to(to, out) is not None:
        return True
    here = out or next(iter(node.interfaces.values()))
    return node.is_mine(to, here) or node.is_anycast(to, here)


def name_of(destination: object, to: bytes) -> str:
    """Return a destination as it was given."""
    return destination if isinstance(destination, str) else str(ip_of(to))


def zone_of(to: bytes, destination: object, out: Interface | None) -> str:
    """Return the interface that a destination's text names; "" where it names none."""
    has_zone = isinstance(destination, str) and "%" in destination
    return out.name if out is not None and has_zone else ""
