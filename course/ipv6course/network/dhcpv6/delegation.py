"""Delegated prefixes: routes to them at the provider, subnets of them at the customer.

`DelegatedRoutes` is the provider's side: whoever delegated a prefix sends packets for it to the
router that got it (RFC 8987 section 4.2). `Subnets` is the customer's: a prefix becomes a subnet of
64 bits on each interface that does not lead to the provider (RFC 9915 section 18.2.10.1, RFC 7084
section 4.3).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import netaddr

from ipv6course.network.interface import Interface, InterfaceAddress
from ipv6course.network.routes import Route
from ipv6course.network.timers import Timer
from ipv6course.network.wire.dhcpv6 import IaPd

if TYPE_CHECKING:
    from ipv6course.network.dhcpv6.bindings import Binding
    from ipv6course.network.dhcpv6.client import Dialogue, Lease
    from ipv6course.network.node import Node

_SUBNET = 64  # bits, RFC 4291 section 2.5.4
_ROUTER = 1  # the router's own interface identifier in each subnet

Key = tuple[bytes, int]


class DelegatedRoutes:
    """The routes of a delegating router, or of a relay agent, to the prefixes of its clients."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._routes: dict[Key, tuple[Route, Timer | None]] = {}

    def add(
        self, prefix: bytes, length: int, interface: Interface, next_hop: bytes, until: float
    ) -> None:
        """Add a route, or prolong it; a time that has passed removes it.

        Args:
            prefix: 16 octets.
            length: Bits.
            interface: Where the client is.
            next_hop: The client's link-local address.
            until: Virtual seconds.
        """
        self._end((prefix, length))
        if until <= self.node.now:
            return
        number = int.from_bytes(prefix, "big")
        route = Route(
            number, length, interface, next_hop, metric=1024, origin="dhcp", valid_until=until
        )
        self.node.routes.add(route)
        key = (prefix, length)
        timer = None
        if not math.isinf(until):
            timer = self.node.timers.at(until, lambda: self._end(key))
        self._routes[key] = (route, timer)

    def remove(self, prefix: bytes, length: int, next_hop: bytes) -> None:
        """Remove a route, if it leads to that client."""
        found = self._routes.get((prefix, length))
        if found is not None and found[0].next_hop == next_hop:
            self._end((prefix, length))

    def follow(self, binding: Binding, interface: Interface | None, is_given: bool) -> None:
        """Do what a server's binding asks for; it is put into `Dhcpv6Server.on_binding`."""
        if binding.kind is not IaPd or interface is None:
            return
        until = binding.valid_until if is_given else -math.inf
        self.add(binding.value, binding.length, interface, binding.peer, until)

    def _end(self, key: Key) -> None:
        found = self._routes.pop(key, None)
        if found is not None:
            route, timer = found
            self.node.routes.remove(route)
            if timer is not None:
                timer.cancel()


@dataclass(frozen=True, slots=True)
class AssignedSubnet:
    """A subnet of a delegated prefix, on one of the customer's links. Times are virtual seconds."""

    interface: Interface
    prefix: bytes
    preferred_until: float
    valid_until: float

    @property
    def network(self) -> netaddr.IPNetwork:
        """The subnet, as netaddr's value."""
        return netaddr.IPNetwork((int.from_bytes(self.prefix, "big"), _SUBNET), version=6)


class Subnets:
    """What a customer's router does with the prefixes that it gets."""

    def __init__(self, node: Node, upstream: Interface, downstream: list[Interface]) -> None:
        """Prepare for prefixes; `follow` takes them.

        Args:
            node: The customer's router.
            upstream: Where the provider is.
            downstream: Who gets subnet 1, 2, and so on; subnet 0 where there is only one.
        """
        self.node = node
        self.upstream = upstream
        self.downstream = downstream
        self.assigned: dict[tuple[bytes, str], AssignedSubnet] = {}
        self.on_change: list[Callable[[AssignedSubnet], None]] = []
        """Who advertises subnets; one that ended has times that have passed, RFC 9096 3.5."""
        self._blocked: dict[Key, Route] = {}

    def follow(self, dialogue: Dialogue) -> None:
        """Take what a client got; it is put into `Dhcpv6Client.on_change`."""
        if dialogue.interface is not self.upstream:
            return
        leases = {(lease.value, lease.length): lease for lease in dialogue.leases(IaPd)}
        for key in [key for key in self._blocked if key not in leases]:
            self.node.routes.remove(self._blocked.pop(key))
        wanted = {
            (subnet.prefix, subnet.interface.name): subnet
            for lease in leases.values()
            for subnet in self._cut(lease)
        }
        for place in [place for place in self.assigned if place not in wanted]:
            self._withdraw(place)
        for key, lease in leases.items():
            self._block(key, lease)
        for place, subnet in wanted.items():
            self._assign(place, subnet)

    def _cut(self, lease: Lease) -> list[AssignedSubnet]:
        room = 1 << max(0, _SUBNET - lease.length)
        if lease.length > _SUBNET:
            return []  # RFC 7084 WPD-3: not enough for a subnet; it is logged by who looks
        first = 1 if room > len(self.downstream) else 0
        return [
            AssignedSubnet(
                interface,
                (int.from_bytes(lease.value, "big") + (number << 128 - _SUBNET)).to_bytes(
                    16, "big"
                ),
                lease.preferred_until,
                lease.valid_until,
            )
            for number, interface in zip(range(first, room), self.downstream, strict=False)
        ]

    def _block(self, key: Key, lease: Lease) -> None:
        # What no subnet has must not go back to the provider, in a loop: RFC 7084 WPD-5.
        number = int.from_bytes(lease.value, "big")
        route = Route(
            *(number, lease.length, None),
            origin="dhcp",
            kind="unreachable",
            valid_until=lease.valid_until,
        )
        self.node.routes.add(route)
        self._blocked[key] = route

    def _assign(self, place: tuple[bytes, str], subnet: AssignedSubnet) -> None:
        address = subnet.prefix[:8] + _ROUTER.to_bytes(8, "big")
        self.node.configuration.add(
            subnet.interface,
            InterfaceAddress(
                address,
                _SUBNET,
                preferred_until=subnet.preferred_until,
                valid_until=subnet.valid_until,
            ),
        )
        self.assigned[place] = subnet
        self._tell(subnet)

    def _withdraw(self, place: tuple[bytes, str]) -> None:
        ended = self.assigned.pop(place)
        address = ended.prefix[:8] + _ROUTER.to_bytes(8, "big")
        self.node.configuration.remove(ended.interface, address)
        now = self.node.now
        self._tell(AssignedSubnet(ended.interface, ended.prefix, now, now))

    def _tell(self, subnet: AssignedSubnet) -> None:
        for listener in self.on_change:
            listener(subnet)
