"""A routing table: the longest prefix wins, then the lowest metric."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import netaddr

from ipv6course.network.interface import Interface

_MOST_CACHED = 4096


@dataclass(frozen=True, slots=True)
class Route:
    """Where packets to a prefix go."""

    prefix: int
    """The first address, as a number of 128 bits."""
    length: int
    interface: Interface | None
    """None: nowhere. A blackhole, as a router holds for its own prefix."""
    next_hop: bytes | None = None
    """The neighbor; None where the destination itself is a neighbor."""
    metric: int = 1024
    origin: str = "static"
    """iproute2's "proto": "kernel", "static", "ra", "dhcp", "ripng"."""
    preference: int = 0
    """RFC 4191 section 2.1: 1 high, 0 medium, -1 low."""
    valid_until: float = math.inf
    kind: str = "unicast"
    """iproute2's type: "unicast", "blackhole" or "unreachable"."""

    @property
    def network(self) -> netaddr.IPNetwork:
        """The prefix, as netaddr's value."""
        return netaddr.IPNetwork((self.prefix, self.length), version=6)


class RouteTable:
    """The routes of one node. Looking up is cached; every change empties the cache."""

    def __init__(self) -> None:
        self._by_length: dict[int, dict[int, list[Route]]] = {}
        self._lengths: list[int] = []
        self._cache: dict[bytes, tuple[Route, ...]] = {}

    def add(self, route: Route) -> None:
        """Add a route; one with the same prefix, next hop, interface and origin is replaced."""
        routes = self._by_length.setdefault(route.length, {}).setdefault(route.prefix, [])
        routes[:] = [other for other in routes if not _is_same_way(other, route)]
        routes.append(route)
        routes.sort(key=lambda found: (found.metric, -found.preference))
        self._changed()

    def remove(self, route: Route) -> None:
        """Remove a route; one that is not there is no error."""
        routes = self._by_length.get(route.length, {}).get(route.prefix, [])
        routes[:] = [other for other in routes if not _is_same_way(other, route)]
        if not routes and route.prefix in self._by_length.get(route.length, {}):
            del self._by_length[route.length][route.prefix]
        self._changed()

    def candidates(self, destination: bytes) -> tuple[Route, ...]:
        """Return the routes of the longest prefix that fits, best first; none is possible."""
        found = self._cache.get(destination)
        if found is None:
            if len(self._cache) >= _MOST_CACHED:  # somebody scans: start anew
                self._cache.clear()
            found = self._cache[destination] = self._search(destination)
        return found

    def lookup(self, destination: bytes) -> Route | None:
        """Return the best route, or None."""
        found = self.candidates(destination)
        return found[0] if found else None

    def matching(self, destination: bytes) -> Iterator[Route]:
        """Give all routes that fit, the longest prefix first, and of one length the best first."""
        number = int.from_bytes(destination, "big")
        for length in self._lengths:
            shift = 128 - length
            yield from self._by_length[length].get(number >> shift << shift, ())

    def __iter__(self) -> Iterator[Route]:
        for length in self._lengths:
            for routes in self._by_length[length].values():
                yield from routes

    def _search(self, destination: bytes) -> tuple[Route, ...]:
        number = int.from_bytes(destination, "big")
        for length in self._lengths:
            shift = 128 - length
            routes = self._by_length[length].get(number >> shift << shift)
            if routes:
                return tuple(routes)
        return ()

    def _changed(self) -> None:
        self._cache.clear()
        self._lengths = sorted((n for n, found in self._by_length.items() if found), reverse=True)


def _is_same_way(one: Route, other: Route) -> bool:
    return (
        one.next_hop == other.next_hop
        and one.interface is other.interface
        and one.origin == other.origin
        and one.kind == other.kind
    )
