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
from ipv6course.network.wire import icmpv6
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
        node.on_begin.append(self._begin)

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

    def _begin(self, interface: Interface) -> None:
        """Put the routes back of an interface that was off: the leases went on meanwhile.

        RFC 8987 section 4.3, S-2: they are kept, so that nothing has to be learnt anew. Linux knows
        of no leases; there the program that installed the routes does so.
        """
        for route, _ in self._routes.values():
            if route.interface is interface:
                self.node.routes.add(route)

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
        self.invalidated: set[Key] = set()
        """Prefixes that were delegated before; until they are again, nobody sends from them."""
        self._ended: dict[tuple[bytes, str], Route] = {}
        """The way back to hosts that still have addresses of a subnet that ended."""
        node.on_begin.append(self._begin)
        node.hooks["prerouting"].append(self._may_pass)

    def close(self) -> None:
        """Take nothing any more: something else does it from now on."""
        self.node.on_begin.remove(self._begin)
        self.node.hooks["prerouting"].remove(self._may_pass)

    def _begin(self, interface: Interface) -> None:
        """Give an interface that was off its subnets again: RFC 7084 L-2 asks for one on each."""
        for place, subnet in list(self.assigned.items()):
            if subnet.interface is interface and subnet.valid_until > self.node.now:
                self._assign(place, subnet)

    def follow(self, dialogue: Dialogue) -> None:
        """Take what a client got; it is put into `Dhcpv6Client.on_change`."""
        if dialogue.interface is not self.upstream:
            return
        leases = {(lease.value, lease.length): lease for lease in dialogue.leases(IaPd)}
        for key in [key for key in self._blocked if key not in leases]:
            self.node.routes.remove(self._blocked.pop(key))
            self.invalidated.add(key)
        self.invalidated -= leases.keys()
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
        self._forget(place)
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
        route = Route(
            int.from_bytes(ended.prefix, "big"),
            *(_SUBNET, ended.interface),
            metric=256,
            origin="dhcp",
            valid_until=ended.valid_until,
        )
        if ended.valid_until > now and ended.interface.carries_ipv6:
            self._ended[place] = route
            self.node.routes.add(route)
            if not math.isinf(ended.valid_until):
                self.node.timers.at(ended.valid_until, lambda: self._forget(place, route))
        self._tell(AssignedSubnet(ended.interface, ended.prefix, now, now))

    def _forget(self, place: tuple[bytes, str], only: Route | None = None) -> None:
        route = self._ended.get(place)
        if route is not None and only in (None, route):
            del self._ended[place]
            self.node.routes.remove(route)

    def _tell(self, subnet: AssignedSubnet) -> None:
        for listener in self.on_change:
            listener(subnet)

    def _may_pass(self, data: bytes, came: Interface | None, out: Interface | None) -> bool:
        """Refuse packets from a prefix that has ended, with the reason, RFC 7084 L-14."""
        if not self.invalidated or came is None or came not in self.downstream:
            return True
        source = int.from_bytes(data[8:24], "big")
        if not any(
            source >> 128 - length == int.from_bytes(prefix, "big") >> 128 - length
            for prefix, length in self.invalidated
        ):
            return True
        code = icmpv6.FAILED_POLICY
        self.node.icmp.error(data, came, icmpv6.DESTINATION_UNREACHABLE, code)
        return False
