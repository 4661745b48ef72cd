"""The subnet-router anycast addresses of a router, RFC 4291 section 2.6.1.

The address of a subnet with zeros after its prefix belongs to all of its routers: a packet to it
reaches one of them, the nearest. Nothing is configured: as on Linux with forwarding on, each
assigned address brings the anycast address of its prefix, and its solicited-node group. Not so on
a link of two routers with a prefix of 127 bits, where it would be the other router's own address
(RFC 6164 section 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipv6course.network.wire import ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node

_LONGEST = 126  # bits of a prefix that has such an address


def subnet_router(address: bytes, length: int) -> bytes | None:
    """Return the subnet-router anycast address of an address's prefix; None: it has none.

    Args:
        address: 16 octets.
        length: The prefix's length in bits.
    """
    if length > _LONGEST:
        return None
    shift = 128 - length
    return (int.from_bytes(address, "big") >> shift << shift).to_bytes(16, "big")


def follow(node: Node, interface: Interface) -> None:
    """Give an interface the anycast addresses that its addresses ask for, and no others."""
    wanted = {
        anycast
        for address in interface.addresses.values()
        if address.is_assigned
        and (anycast := subnet_router(address.address, address.prefix_length)) is not None
        and anycast not in interface.addresses
        and anycast != ipv6.UNSPECIFIED
    }
    before, interface.anycast = interface.anycast, wanted
    for address in sorted(before - wanted):
        node.leave_solicited_node(interface, address)
    for address in sorted(wanted - before):
        node.join(interface, ipv6.solicited_node(address))
