"""Path MTU discovery, RFC 8201: what a node has learned about how long a packet may be.

A path is known by its destination, RFC 8201 section 5.2. What was learned is forgotten after ten
minutes, for the path may have changed; the next long packet then finds out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import netaddr

from ipv6course.network.wire import MalformedError, icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet

FORGOTTEN_AFTER = 600.0  # seconds, RFC 8201 section 5.3; Linux's net.ipv6.route.mtu_expires
_MOST_KNOWN = 4096  # paths


@dataclass(frozen=True, slots=True)
class PathMtu:
    """What is known of one path."""

    destination: netaddr.IPAddress
    mtu: int
    """Octets of the longest packet, from its IPv6 header on."""
    valid_until: float
    """Virtual seconds."""


class PathMtus:
    """The paths of one node. Only those stand here that are narrower than their first link."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._learned: dict[tuple[bytes, Interface | None], tuple[int, float]] = {}
        node.icmp_types[icmpv6.PACKET_TOO_BIG] = self._learn

    def to(self, destination: bytes, interface: Interface | None = None) -> int:
        """Return how long a packet to a destination may be.

        Args:
            destination: 16 octets.
            interface: Where it leaves; None: the route says it.

        Returns:
            Octets, from its IPv6 header on; 1280 at least.
        """
        node = self.node
        if interface is None:
            route = node.route_to(destination)
            interface = route.interface if route else None
        first = interface.mtu if interface else ipv6.LARGEST_PAYLOAD + ipv6.HEADER
        key = self._key(destination, interface)
        mtu, until = self._learned.get(key, (first, 0.0))
        if key in self._learned and until <= node.now:
            del self._learned[key]
            mtu = first
        return max(min(mtu, first), ipv6.MINIMUM_MTU)

    def entries(self) -> list[PathMtu]:
        """Return what is known, in the order in which it was learned."""
        return [
            PathMtu(netaddr.IPAddress(int.from_bytes(destination, "big"), 6), mtu, until)
            for (destination, _), (mtu, until) in self._learned.items()
            if until > self.node.now
        ]

    def flush(self) -> None:
        """Forget all, as `ip -6 route flush cache` does."""
        self._learned.clear()

    def learn(self, destination: bytes, mtu: int, interface: Interface | None = None) -> bool:
        """Take note of a path's MTU; what is not smaller than what is known says nothing new.

        Args:
            destination: 16 octets.
            mtu: Octets. Less than 1280 is no IPv6 link's and doesn't count, RFC 8201 section 4.
            interface: Of a link-local destination.

        Returns:
            Whether it is new.
        """
        if mtu < ipv6.MINIMUM_MTU or mtu >= self.to(destination, interface):
            return False
        if len(self._learned) >= _MOST_KNOWN:
            del self._learned[next(iter(self._learned))]
        key = self._key(destination, interface)
        self._learned[key] = (mtu, self.node.now + FORGOTTEN_AFTER)
        return True

    def _learn(self, packet: Packet) -> None:
        """Take a Packet Too Big, RFC 8201 section 4.

        It counts only if it answers a packet of this node that was longer than what it reports.
        Anybody can send one; who doesn't see the packets can only guess.
        """
        try:
            error = icmpv6.pull_error(packet.payload)
            header = ipv6.pull_header(error.invoking)
        except MalformedError:
            return
        length = ipv6.HEADER + header.payload_length
        if length > error.parameter and self.node.is_mine(header.source, packet.interface):
            self.learn(header.destination, error.parameter, packet.interface)

    def _key(
        self, destination: bytes, interface: Interface | None
    ) -> tuple[bytes, Interface | None]:
        is_local = ipv6.is_link_local(destination) or destination[0] == 0xFF
        return destination, interface if is_local else None
