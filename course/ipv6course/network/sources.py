"""The source addresses of a node: it collects what RFC 6724 section 5 looks at, and asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ipv6course.network import surface
from ipv6course.network.interface import State
from ipv6course.network.selection import (
    MAPPED,
    Candidate,
    Choice,
    Destination,
    Place,
    PolicyTable,
    SourceQuestion,
    choose_source,
    order_destinations,
)
from ipv6course.network.wire import ipv6
from ipv6course.network.wire.nd import PrefixInformation

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface, InterfaceAddress
    from ipv6course.network.node import Node
    from ipv6course.network.wire.nd import RouterAdvertisement


class Sources:
    """Which address a node sends from."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.policy: PolicyTable | None = None
        """The node's policy table; None: RFC 6724's."""
        self._advertised: dict[tuple[str, int, int], dict[bytes, float]] = {}
        node.discovery.on_advertisement.append(self.hear)

    def choose(self, destination: bytes, interface: Interface | None = None) -> Choice:
        """Choose the source for a destination.

        Args:
            destination: 16 octets.
            interface: Where the packet leaves; None: the route says it.
        """
        node = self.node
        next_hop = None
        is_on_link = ipv6.is_multicast(destination) or ipv6.is_link_local(destination)
        if not is_on_link:
            route = node.route_to(destination, interface)
            if route is not None:
                interface, next_hop = route.interface or interface, route.next_hop
        interface = interface or node._first_interface()
        # Section 4: on a link, only its own addresses. A router may take any of its addresses; for
        # a host the outgoing interface's are recommended. A packet to oneself leaves nowhere.
        is_mine = node.is_mine(destination, interface)
        everywhere = not is_on_link and (node.is_router or is_mine)
        interfaces = list(node.interfaces.values()) if everywhere else [interface]
        question = SourceQuestion(
            destination,
            interface.name,
            next_hop,
            self.policy,
            prefer_temporary=interface.settings.use_tempaddr >= 2,
        )
        return choose_source(question, self._candidates(interfaces))

    def explain(self, destination: object, interface: Interface | str | None = None) -> Choice:
        """Choose the source for a destination, for a lesson to print.

        Args:
            destination: Text or a netaddr value; a zone in the text names the interface.
            interface: Where the packet leaves; None: the route says it.
        """
        return self.choose(*surface.destination(self.node, destination, interface))

    def order(self, destinations: list[object]) -> list[Place]:
        """Put destinations into the order in which they are tried, RFC 6724 section 6."""
        found = []
        for given in destinations:
            address, interface = surface.destination(self.node, given, None)
            found.append(Destination(address, self._usable_source(address, interface)))
        return order_destinations(found, self.policy)

    def _usable_source(self, address: bytes, interface: Interface | None) -> Candidate | None:
        node = self.node
        if address[:12] == MAPPED:
            return None  # nodes of this room speak IPv6 only
        is_on_link = ipv6.is_multicast(address) or ipv6.is_link_local(address)
        if not is_on_link and not node.is_mine(address, interface or node._first_interface()):
            route = node.route_to(address, interface)
            if route is None or route.interface is None:
                return None  # rule 1: no way there
        return self.choose(address, interface).source

    def _candidates(self, interfaces: list[Interface]) -> Iterator[Candidate]:
        for interface in interfaces:
            for address in interface.addresses.values():
                if address.is_assigned:
                    yield Candidate(
                        address.address,
                        address.prefix_length,
                        interface.name,
                        is_deprecated=address.state is State.DEPRECATED,
                        is_temporary=address.origin == "temporary",
                        routers=self._routers(interface, address),
                    )

    def hear(self, interface: Interface, advertisement: RouterAdvertisement, router: bytes) -> None:
        """Remember which router advertised which prefix; rule 5.5 asks for it."""
        for option in advertisement.options:
            if isinstance(option, PrefixInformation):
                key = (interface.name, _first_bits(option.prefix, option.length), option.length)
                self._advertised.setdefault(key, {})[router] = self.node.now + option.valid

    def _routers(self, interface: Interface, address: InterfaceAddress) -> frozenset[bytes]:
        if not self._advertised:
            return frozenset()
        length = address.prefix_length
        key = (interface.name, _first_bits(address.address, length), length)
        known = self._advertised.get(key, {})
        return frozenset(router for router, until in known.items() if until > self.node.now)


def _first_bits(address: bytes, length: int) -> int:
    return int.from_bytes(address, "big") >> 128 - length
