"""Address resolution and the neighbor cache, RFC 4861 section 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node


class Neighbors:
    """What a node knows of its neighbors, on all of its interfaces."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._macs: dict[tuple[str, bytes], bytes] = {}

    def send(self, interface: Interface, next_hop: bytes, data: bytes) -> None:
        """Send a packet to a neighbor; it waits where the neighbor's MAC address is not known."""
        mac = self._macs.get((interface.name, next_hop))
        if mac is not None:
            self.node.transmit(interface, mac, data)
