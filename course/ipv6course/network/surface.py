"""The room's surface: what a lesson gives, made into what is used inside."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from ipv6course.address import given
from ipv6course.address.text import N_

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node

# RFC 6335 section 6, the dynamic ports.
FIRST_EPHEMERAL, LAST_EPHEMERAL = 49152, 65535


def packed(address: object) -> bytes:
    """Return the 16 octets of an address that is given as octets, text or a netaddr value.

    Raises:
        ValueError: It is not one IPv6 address.
    """
    if isinstance(address, bytes) and len(address) == 16:
        return address
    return bytes(given.address(address).packed)


def destination(
    node: Node, address: object, interface: Interface | str | None
) -> tuple[bytes, Interface | None]:
    """Return a destination and where packets to it leave.

    Args:
        node: Who sends.
        address: As `packed` takes it; a zone in its text names the interface, RFC 4007 section 11.
        interface: An interface or its name; it counts more than the zone.

    Raises:
        ValueError: It is not one IPv6 address, or the node has no such interface.
    """
    if isinstance(interface, str):
        interface = node.interface(interface)
    if isinstance(address, bytes) and len(address) == 16:
        return address, interface
    found, zone = given.address_and_zone(address)
    if interface is None and zone is not None:
        interface = node.interface(zone)
    return bytes(found.packed), interface


def check_port(port: int) -> None:
    """Raise where a number is no port.

    Raises:
        ValueError: It is not from 1 to 65,535.
    """
    if not isinstance(port, int) or not 0 < port <= 0xFFFF:
        raise given.refusal(N_("{port} is not a port; a port is from 1 to 65535."), port=port)


def free_port(node: Node, taken: Container[int]) -> int:
    """Return a port that is free, chosen at random, RFC 6056 section 3.3.1.

    Raises:
        ValueError: Every one of the 16,384 is taken.
    """
    span = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1
    first = node.random.randrange(span)
    for step in range(span):
        port = FIRST_EPHEMERAL + (first + step) % span
        if port not in taken:
            return port
    raise ValueError(f"{node.name} has no free port left; close some")
