"""Router discovery: solicitations, what advertisements tell, redirects; RFC 4861 sections 6.3, 8.

A host does all of this. A router does it on interfaces whose `accept_ra` is 2, as on the side of
its provider; that it hears advertisements at all is for `on_advertisement`.

Two texts ask for more, and neither this room nor Linux does it by itself:

* RFC 8028, which updates RFC 4861: the host sends a packet to a router that advertised the prefix
  of the packet's source address. Here and on Linux the destination alone decides. (The other half
  is here: the source fits the router, RFC 6724 section 5 rule 5.5.) On Linux an administrator
  writes rules for it, by `ip -6 rule add from PREFIX`.
* RFC 4311: traffic to different destinations is shared out among equivalent routers. Here and on
  Linux the first of them gets all, until it fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import netaddr

from ipv6course.network import neighbor_messages
from ipv6course.network.lifetimes import seconds
from ipv6course.network.routes import Route
from ipv6course.network.wire import ipv6, nd

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface, InterfaceAddress
    from ipv6course.network.node import Node, Packet
    from ipv6course.network.timers import Timer

ROUTE_METRIC = 1024  # Linux: IP6_RT_PRIO_USER
ON_LINK_METRIC = 256  # Linux: IP6_RT_PRIO_ADDRCONF
BETWEEN_PROBES = 60.0  # seconds for each router, RFC 4191 section 3.5
BACKOFF_RANDOM = 0.1  # RAND of RFC 9915 section 15, which RFC 7559 section 2 uses

AdvertisementListener = Callable[["Interface", nd.RouterAdvertisement, bytes], None]


@dataclass(slots=True, eq=False)
class DefaultRouter:
    """A router of the default router list, RFC 4861 section 5.1."""

    interface: Interface
    address: bytes
    until: float
    """Virtual seconds; its router lifetime ends then."""
    preference: int
    """1 high, 0 medium, -1 low."""

    @property
    def ip(self) -> netaddr.IPAddress:
        """The address, as netaddr's value."""
        return _netaddr(self.address)


@dataclass(slots=True, eq=False)
class OnLinkPrefix:
    """A prefix of the prefix list: its addresses are neighbors, RFC 4861 section 5.1."""

    interface: Interface
    prefix: bytes
    length: int
    until: float
    """Virtual seconds; its valid lifetime ends then."""

    @property
    def network(self) -> netaddr.IPNetwork:
        """The prefix, as netaddr's value."""
        return netaddr.IPNetwork((int.from_bytes(self.prefix, "big"), self.length), version=6)


@dataclass(slots=True, eq=False)
class DnsServer:
    """A resolver that a router told of, RFC 8106 section 5.1."""

    interface: Interface
    address: bytes
    until: float
    router: bytes

    @property
    def ip(self) -> netaddr.IPAddress:
        """The address, as netaddr's value."""
        return _netaddr(self.address)


@dataclass(slots=True, eq=False)
class SearchDomain:
    """A domain that completes short names, RFC 8106 section 5.2."""

    interface: Interface
    name: str
    until: float
    router: bytes


@dataclass(slots=True, eq=False)
class Nat64Prefix:
    """The prefix of a NAT64, RFC 8781."""

    interface: Interface
    prefix: bytes
    length: int
    until: float
    router: bytes

    @property
    def network(self) -> netaddr.IPNetwork:
        """The prefix, as netaddr's value."""
        return netaddr.IPNetwork((int.from_bytes(self.prefix, "big"), self.length), version=6)


@dataclass(slots=True)
class _Solicitations:
    """Where the solicitations of one interface are, RFC 7559 section 2."""

    sent: int = 0
    wait: float = 0.0
    timer: Timer | None = None
    is_over: bool = False


class Discovery:
    """What a node knows from routers."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.on_advertisement: list[AdvertisementListener] = []
        """Who is told of each valid advertisement: the interface, what it says, its source."""
        self.portals: dict[Interface, str] = {}
        """Where a captive portal's API is, RFC 8910."""
        self._routers: dict[tuple[Interface, bytes], DefaultRouter] = {}
        self._on_link: dict[tuple[Interface, bytes, int], OnLinkPrefix] = {}
        self._routes: dict[tuple[Interface, int, int, bytes | None], Route] = {}
        self._ends: dict[tuple[Interface, int, int, bytes | None], Timer] = {}
        self._dns: dict[tuple[Interface, bytes], DnsServer] = {}
        self._search: dict[tuple[Interface, str], SearchDomain] = {}
        self._nat64: dict[tuple[Interface, bytes, int], Nat64Prefix] = {}
        self._redirects: dict[bytes, tuple[Interface, bytes]] = {}
        self._solicitations: dict[Interface, _Solicitations] = {}
        self._probed: dict[tuple[Interface, bytes], float] = {}
        self._mtus: dict[Interface, int] = {}
        node.icmp_types[nd.ROUTER_ADVERTISEMENT] = self._hear_advertisement
        node.icmp_types[nd.REDIRECT] = self._hear_redirect
        node.neighbors.no_longer_router.append(self._forget_router)
        node.configuration.on_assigned.append(self._address_is_there)

    # --- What is known --------------------------------------------------------------------------

    @property
    def routers(self) -> list[DefaultRouter]:
        """The default routers, in the order in which they were heard."""
        return [router for router in self._routers.values() if router.until > self._now]

    @property
    def prefixes(self) -> list[OnLinkPrefix]:
        """The prefixes whose addresses are neighbors."""
        return [prefix for prefix in self._on_link.values() if prefix.until > self._now]

    @property
    def dns_servers(self) -> list[DnsServer]:
        """The resolvers, in the order in which they were told."""
        return [server for server in self._dns.values() if server.until > self._now]

    @property
    def search_list(self) -> list[SearchDomain]:
        """The domains that complete short names, in order."""
        return [domain for domain in self._search.values() if domain.until > self._now]

    @property
    def pref64(self) -> list[Nat64Prefix]:
        """The prefixes of NAT64s."""
        return [prefix for prefix in self._nat64.values() if prefix.until > self._now]

    @property
    def redirects(self) -> dict[bytes, tuple[Interface, bytes]]:
        """The destinations that were redirected, and their better first hops, section 8.3."""
        return dict(self._redirects)

    @property
    def _now(self) -> float:
        world = self.node.world
        return self.node.now if world is None else world.now

    # --- Solicitations --------------------------------------------------------------------------

    def begin(self, interface: Interface) -> None:
        """An interface was switched on. Solicitations wait for its link-local address, if any."""
        has_one = any(ipv6.is_link_local(octets) for octets in interface.addresses)
        if not has_one:
            self.solicit(interface)

    def end(self, interface: Interface) -> None:
        """An interface was switched off: forget what was heard there."""
        state = self._solicitations.pop(interface, None)
        if state is not None and state.timer is not None:
            state.timer.cancel()
        for router in [key for key in self._routers if key[0] is interface]:
            self._forget_router(*router)
        everything: tuple[dict[Any, Any], ...] = (
            self._on_link,
            self._routes,
            self._dns,
            self._search,
            self._nat64,
        )
        for known in everything:
            for key in [key for key in known if key[0] is interface]:
                del known[key]
        self.portals.pop(interface, None)
        if interface in self._mtus:
            interface.mtu = self._mtus.pop(interface)

    def forget_mtu(self, interface: Interface) -> None:
        """An administrator says what the link's MTU is: what routers said counts no more."""
        self._mtus.pop(interface, None)

    def _address_is_there(self, interface: Interface, address: InterfaceAddress) -> None:
        if ipv6.is_link_local(address.address) and interface not in self._solicitations:
            self.solicit(interface)

    def listens(self, interface: Interface) -> bool:
        """Return whether advertisements configure an interface."""
        return interface.settings.accept_ra >= (2 if self.node.is_router else 1)

    def solicit(self, interface: Interface) -> None:
        """Begin to ask for routers, after a random delay, RFC 4861 section 6.3.7."""
        if not self.listens(interface) or interface.settings.router_solicitations == 0:
            return
        with self.node.asked():
            old = self._solicitations.get(interface)
            if old is not None and old.timer is not None:
                old.timer.cancel()
            state = self._solicitations[interface] = _Solicitations()
            most = interface.settings.router_solicitation_delay
            delay = self.node.random.uniform(0, most)
            state.timer = self.node.timers.at(
                self.node.now + delay, lambda: self._ask(interface, state)
            )

    def _ask(self, interface: Interface, state: _Solicitations) -> None:
        settings = interface.settings
        most = settings.router_solicitations
        if state.is_over or (0 <= most <= state.sent):
            return
        source = interface.link_local or ipv6.UNSPECIFIED
        options = (nd.SourceLinkLayer(interface.mac),) if source != ipv6.UNSPECIFIED else ()
        neighbor_messages.send(
            self.node,
            interface,
            nd.RouterSolicitation(options),
            source=source,
            destination=ipv6.ALL_ROUTERS,
        )
        state.sent += 1
        state.wait = self._next_wait(interface, state)
        state.timer = self.node.timers.at(
            self.node.now + state.wait, lambda: self._ask(interface, state)
        )

    def _next_wait(self, interface: Interface, state: _Solicitations) -> float:
        """RFC 7559 section 2: twice as long each time, up to an hour; RFC 4861: 4 s each time."""
        settings = interface.settings
        first = float(settings.router_solicitation_interval)
        if settings.router_solicitations >= 0:
            return first
        random = self.node.random.uniform(-BACKOFF_RANDOM, BACKOFF_RANDOM)
        most = settings.router_solicitation_max_interval
        wait = 2 * state.wait + random * state.wait if state.wait else first + random * first
        return most + random * most if wait > most else wait

    # --- Advertisements -------------------------------------------------------------------------

    def _hear_advertisement(self, packet: Packet) -> None:
        message = neighbor_messages.receive(packet, nd.RouterAdvertisement)
        if message is None:
            return
        interface, router = packet.interface, packet.source
        if self.listens(interface):
            self._take(interface, router, message)
        for tell in tuple(self.on_advertisement):
            tell(interface, message, router)

    def _take(self, interface: Interface, router: bytes, message: nd.RouterAdvertisement) -> None:
        """Do what an advertisement tells, RFC 4861 section 6.3.4."""
        state = self._solicitations.get(interface)
        if message.lifetime and state is not None and state.sent:
            # Section 6.3.7: only once one was sent, and a default router has answered.
            state.is_over = True
            if state.timer is not None:
                state.timer.cancel()
        self._take_parameters(interface, message)
        link_layer = message.find(nd.SourceLinkLayer)
        if link_layer is not None:
            self.node.neighbors.learn(interface, router, link_layer.mac, is_router=True)
        else:
            known = self.node.neighbors.get(interface, router)
            if known is not None:
                known.is_router = True
        self._take_router(interface, router, message)
        for option in message.options:
            take = _TAKE.get(type(option))
            if take is not None:
                take(self, interface, router, option)

    def _take_parameters(self, interface: Interface, message: nd.RouterAdvertisement) -> None:
        settings = interface.settings
        if message.hop_limit:
            settings.hop_limit = message.hop_limit
        if message.reachable:
            settings.base_reachable_time_ms = message.reachable
        if message.retransmission:
            settings.retrans_time_ms = message.retransmission

    def _take_router(
        self, interface: Interface, router: bytes, message: nd.RouterAdvertisement
    ) -> None:
        """The default route: of the header, or of a route information ::/0, RFC 4191 3.1."""
        lifetime: float = message.lifetime
        preference = message.preference or 0  # a reserved one is medium, RFC 4191 section 2.2
        for option in message.find_all(nd.RouteInformation):
            if option.length == 0 and option.preference is not None:
                lifetime, preference = seconds(option.lifetime), option.preference
        if not lifetime:
            self._forget_router(interface, router)
            return
        until = self.node.now + lifetime
        known = self._routers.get((interface, router))
        if known is None:
            self._routers[interface, router] = DefaultRouter(interface, router, until, preference)
        else:
            known.until, known.preference = until, preference
        self._put_route(interface, 0, 0, router, until, preference)

    def _take_prefix(self, interface: Interface, router: bytes, option: nd.Option) -> None:
        assert isinstance(option, nd.PrefixInformation)
        if option.on_link and not ipv6.is_link_local(option.prefix):
            self._take_on_link(interface, option)
        self.node.configuration.hear_prefix(interface, option)

    def _take_on_link(self, interface: Interface, option: nd.PrefixInformation) -> None:
        shift = 128 - option.length
        first = int.from_bytes(option.prefix, "big") >> shift << shift
        key = (interface, first.to_bytes(16, "big"), option.length)
        until = self.node.now + seconds(option.valid)
        if not option.valid:  # RFC 4861 section 6.3.4: it times out at once
            self._on_link.pop(key, None)
            self._drop_route(interface, first, option.length, None)
            return
        self._on_link[key] = OnLinkPrefix(interface, key[1], option.length, until)
        self._put_route(interface, first, option.length, None, until, 0)

    def _take_route(self, interface: Interface, router: bytes, option: nd.Option) -> None:
        assert isinstance(option, nd.RouteInformation)
        if option.preference is None or option.length == 0:
            return  # reserved: the option is ignored, RFC 4191 section 2.3; ::/0 was taken before
        shift = 128 - option.length
        first = int.from_bytes(option.prefix, "big") >> shift << shift
        if not option.lifetime:
            self._drop_route(interface, first, option.length, router)
            return
        until = self.node.now + seconds(option.lifetime)
        self._put_route(interface, first, option.length, router, until, option.preference)

    def _take_mtu(self, interface: Interface, router: bytes, option: nd.Option) -> None:
        assert isinstance(option, nd.Mtu)
        most = self._mtus.setdefault(interface, interface.mtu)
        if ipv6.MINIMUM_MTU <= option.mtu <= most:  # else: ignored, and to be logged
            interface.mtu = option.mtu

    def _take_dns(self, interface: Interface, router: bytes, option: nd.Option) -> None:
        assert isinstance(option, nd.RecursiveDnsServer)
        until = self.node.now + seconds(option.lifetime)
        for address in option.servers:
            key = (interface, address)
            if not option.lifetime:
                self._dns.pop(key, None)
            elif key in self._dns:
                self._dns[key].until = until
            else:
                self._dns[key] = DnsServer(interface, address, until, router)

    def _take_search(self, interface: Interface, router: bytes, option: nd.Option) -> None:
        assert isinstance(option, nd.DnsSearchList)
        until = self.node.now + seconds(option.lifetime)
        for name in option.domains:
            key = (interface, name.lower())
            if not option.lifetime:
                self._search.pop(key, None)
            elif key in self._search:
                self._search[key].until = until
            else:
                self._search[key] = SearchDomain(interface, name, until, router)

    def _take_nat64(self, interface: Interface, router: bytes, option: nd.Option) -> None:
        assert isinstance(option, nd.Pref64)
        key = (interface, option.prefix, option.length)
        if not option.lifetime:
            self._nat64.pop(key, None)
            return
        until = self.node.now + option.lifetime
        self._nat64[key] = Nat64Prefix(interface, option.prefix, option.length, until, router)

    def _take_portal(self, interface: Interface, router: bytes, option: nd.Option) -> None:
        assert isinstance(option, nd.CaptivePortal)
        self.portals[interface] = option.uri

    # --- Routes -------------------------------------------------------------------------------

    def _put_route(
        self,
        interface: Interface,
        prefix: int,
        length: int,
        next_hop: bytes | None,
        until: float,
        preference: int,
    ) -> None:
        if next_hop is None and self._is_configured(interface, prefix, length):
            return  # an administrator said it: it does not end
        route = Route(
            prefix,
            length,
            interface,
            next_hop,
            metric=ON_LINK_METRIC if next_hop is None else ROUTE_METRIC,
            origin="kernel" if next_hop is None else "ra",
            preference=preference,
            valid_until=until,
        )
        self._routes[interface, prefix, length, next_hop] = route
        self.node.routes.add(route)
        key = (interface, prefix, length, next_hop)
        old = self._ends.pop(key, None)
        if old is not None:
            old.cancel()
        if not math.isinf(until):
            self._ends[key] = self.node.timers.at(until, lambda: self._expire(route))

    def _is_configured(self, interface: Interface, prefix: int, length: int) -> bool:
        return any(
            route.interface is interface
            and (route.prefix, route.length, route.next_hop) == (prefix, length, None)
            and math.isinf(route.valid_until)
            and self._routes.get((interface, prefix, length, None)) != route
            for route in self.node.routes
        )

    def _expire(self, route: Route) -> None:
        assert route.interface is not None
        key = (route.interface, route.prefix, route.length, route.next_hop)
        if self._routes.get(key) is not route:
            return  # it was told anew
        if route.next_hop is not None and route.length == 0:
            self._forget_router(route.interface, route.next_hop)
        else:
            self._drop_route(*key)

    def _drop_route(
        self, interface: Interface, prefix: int, length: int, next_hop: bytes | None
    ) -> None:
        route = self._routes.pop((interface, prefix, length, next_hop), None)
        # A configured one of the same way may have replaced it; that one stays.
        if route is not None and any(there == route for there in self.node.routes):
            self.node.routes.remove(route)

    def _forget_router(self, interface: Interface, router: bytes) -> None:
        """It is no default router any more: nothing goes to it, RFC 4861 sections 6.3.5, 7.2.5."""
        self._routers.pop((interface, router), None)
        self._drop_route(interface, 0, 0, router)
        self._redirects = {
            destination: way
            for destination, way in self._redirects.items()
            if way != (interface, router)
        }

    def route_to(self, destination: bytes, interface: Interface | None = None) -> Route | None:
        """Return the route to a destination: by reachability, then length, then preference.

        RFC 4861 section 6.3.6 and RFC 4191 section 3.2. Where no router is known to be reachable,
        the one that has failed longest ago is tried, so that each gets its turn.
        """
        redirected = self._redirected(destination, interface)
        if redirected is not None:
            return redirected
        candidates = self.node.routes.candidates(destination)
        is_here = bool(candidates) and interface in (None, candidates[0].interface)
        if is_here and self._is_hopeful(candidates[0]):
            return candidates[0]
        best: Route | None = None
        avoided: list[Route] = []
        for route in self._matching(destination, interface):
            if self._is_hopeful(route):
                best = route
                break
            avoided.append(route)
        if best is None and avoided:
            longest = [route for route in avoided if route.length == avoided[0].length]
            best = min(longest, key=self._tried)
        for route in avoided:
            if route is not best:
                self._probe(route)
        return best

    def _matching(self, destination: bytes, interface: Interface | None) -> Iterator[Route]:
        for route in self.node.routes.matching(destination):
            if interface is None or route.interface is interface:
                yield route

    def _is_hopeful(self, route: Route) -> bool:
        """Whether a route may be used at once; only routers that were heard of are avoided."""
        if route.origin != "ra" or route.interface is None or route.next_hop is None:
            return True
        return self.node.neighbors.is_reachable(route.interface, route.next_hop)

    def _tried(self, route: Route) -> tuple[bool, float, int, int]:
        assert route.interface is not None and route.next_hop is not None
        entry = self.node.neighbors.get(route.interface, route.next_hop)
        has_failed = entry is not None and entry.state == "FAILED"
        when = entry.changed if has_failed and entry is not None else 0.0
        return (has_failed, when, route.metric, -route.preference)

    def _probe(self, route: Route) -> None:
        """Ask a router that would have been used, once a minute at most, RFC 4191 section 3.5."""
        assert route.interface is not None and route.next_hop is not None
        key = (route.interface, route.next_hop)
        if self._probed.get(key, -math.inf) + BETWEEN_PROBES > self.node.now:
            return
        self._probed[key] = self.node.now
        self.node.neighbors.probe(*key)

    # --- Redirects ------------------------------------------------------------------------------

    def _hear_redirect(self, packet: Packet) -> None:
        """Take a better first hop, RFC 4861 sections 8.1 and 8.3."""
        message = neighbor_messages.receive(packet, nd.Redirect)
        interface = packet.interface
        if message is None or self.node.is_router or not interface.settings.accept_redirects:
            return
        present = self.route_to(message.destination, interface)
        if present is None or (present.next_hop or message.destination) != packet.source:
            return  # not from the router that is asked at present
        is_neighbor = message.target == message.destination
        self._redirects[message.destination] = (interface, message.target)
        link_layer = message.find(nd.TargetLinkLayer)
        if link_layer is not None:
            is_router = None if is_neighbor else True
            self.node.neighbors.learn(
                interface, message.target, link_layer.mac, is_router=is_router
            )

    def _redirected(self, destination: bytes, interface: Interface | None) -> Route | None:
        way = self._redirects.get(destination) if self._redirects else None
        if way is None or (interface is not None and way[0] is not interface):
            return None
        entry = self.node.neighbors.get(*way)
        if entry is not None and entry.state == "FAILED":
            del self._redirects[destination]  # section 7.3.3: begin anew at the routes
            return None
        return Route(
            int.from_bytes(destination, "big"),
            128,
            way[0],
            None if way[1] == destination else way[1],
            origin="redirect",
        )


_TAKE: dict[type[nd.Option], Callable[[Discovery, Interface, bytes, nd.Option], None]] = {
    nd.PrefixInformation: Discovery._take_prefix,
    nd.RouteInformation: Discovery._take_route,
    nd.Mtu: Discovery._take_mtu,
    nd.RecursiveDnsServer: Discovery._take_dns,
    nd.DnsSearchList: Discovery._take_search,
    nd.Pref64: Discovery._take_nat64,
    nd.CaptivePortal: Discovery._take_portal,
}


def _netaddr(address: bytes) -> netaddr.IPAddress:
    return netaddr.IPAddress(int.from_bytes(address, "big"), 6)
