"""Router advertisements: when they are sent and what is in them, RFC 4861 section 6.2.

Each interface that advertises has a `_Sender`. It sends to all nodes at random intervals, three
times more often at first (section 6.2.4), and answers solicitations (section 6.2.6). `load` takes
a radvd.conf. What other routers say on the link is compared with it (section 6.2.7).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import netaddr

from ipv6course.network import neighbor_messages, radvd_conf
from ipv6course.network.wire import ethernet, ipv6, nd

if TYPE_CHECKING:
    from ipv6course.network.dhcpv6.delegation import AssignedSubnet
    from ipv6course.network.interface import Interface, InterfaceAddress
    from ipv6course.network.node import Packet
    from ipv6course.network.radvd_conf import InterfaceSettings, MoreSpecificRoute, Prefix
    from ipv6course.network.router import Router
    from ipv6course.network.timers import Timer

# RFC 4861 section 10.
INITIAL_INTERVAL = 16.0  # seconds, MAX_INITIAL_RTR_ADVERT_INTERVAL
INITIAL_ADVERTISEMENTS = 3  # MAX_INITIAL_RTR_ADVERTISEMENTS
MOST_ANSWER_DELAY = 0.5  # seconds, MAX_RA_DELAY_TIME

_HEAD = 16  # octets of an advertisement before its options, section 4.2
_TWO_HOURS = 7200  # seconds: no host makes a prefix's life shorter, RFC 4862 section 5.5.3 (e)
_NEVER = -math.inf


class Advertising:
    """The advertisements of one router."""

    def __init__(self, router: Router) -> None:
        self.router = router
        self.configuration = radvd_conf.Configuration([])
        self.inconsistencies: list[str] = []
        """What other routers on a link say that contradicts this one, a sentence each."""
        self._senders: dict[str, _Sender] = {}
        self._is_started = False
        router.icmp_types[nd.ROUTER_SOLICITATION] = self._hear_solicitation
        router.discovery.on_advertisement.append(self._compare)
        router.configuration.on_assigned.append(self._address_is_there)

    def load(self, text: str) -> list[str]:
        """Advertise from now on what a radvd.conf says.

        An interface that advertised, and does no more, says so with a last advertisement (section
        6.2.5).

        Returns:
            A sentence for each line that has no effect.

        Raises:
            ValueError: The text is wrong, or names an interface that is not there.
        """
        configuration = radvd_conf.parse(text)
        not_honoured = list(configuration.not_honoured)
        for settings in configuration.interfaces:
            if settings.name not in self.router.interfaces:
                not_honoured.append(_missing(self.router, settings))
        self._stop_all()
        self.configuration = configuration
        if self._is_started:
            self._start_all()
        return not_honoured

    def text(self) -> str:
        """Print what is advertised, as a radvd.conf."""
        return self.configuration.text()

    def start(self) -> None:
        """Begin: the router was switched on."""
        self._is_started = True
        self._start_all()

    def follow(self, subnet: AssignedSubnet) -> None:
        """Hear of a subnet of a delegated prefix: one that ended is said to have, at once."""
        sender = self._senders.get(subnet.interface.name)
        if sender is None:
            return
        if subnet.valid_until > self.router.now:
            sender.expect(subnet.prefix)
        else:
            sender.end(subnet.prefix)

    def is_advertising(self, interface: Interface) -> bool:
        """Return whether it advertises on an interface, section 6.2.2."""
        return interface.name in self._senders

    def _start_all(self) -> None:
        for settings in self.configuration.interfaces:
            interface = self.router.interfaces.get(settings.name)
            if settings.send and interface is not None:
                sender = self._senders[settings.name] = _Sender(self.router, interface, settings)
                sender.start()

    def _stop_all(self) -> None:
        for sender in self._senders.values():
            sender.stop()
        self._senders.clear()

    def _address_is_there(self, interface: Interface, address: InterfaceAddress) -> None:
        sender = self._senders.get(interface.name)
        if sender is None:
            return
        if ipv6.is_link_local(address.address):
            sender.start()
        else:
            sender.is_there(radvd_conf.network(address.address, address.prefix_length))

    # --- In ---------------------------------------------------------------------------------------

    def _hear_solicitation(self, packet: Packet) -> None:
        message = neighbor_messages.receive(packet, nd.RouterSolicitation)
        if message is None:
            return
        known = message.find(nd.SourceLinkLayer)
        if known is not None and packet.source != ipv6.UNSPECIFIED:
            self.router.neighbors.learn(
                packet.interface, packet.source, known.mac, is_router=False
            )  # section 6.2.6: who solicits is a host
        sender = self._senders.get(packet.interface.name)
        if sender is not None:
            sender.answer(packet.source)

    def _compare(self, interface: Interface, message: nd.RouterAdvertisement, other: bytes) -> None:
        sender = self._senders.get(interface.name)
        if sender is None:
            return
        for what in _contradictions(sender.message(), message):
            self._note(interface, other, what)

    def _note(self, interface: Interface, other: bytes, what: str) -> None:
        from ipv6course.classroom.messages import _

        sentence = _("{interface}: {other} advertises another {what} than this router.").format(
            interface=interface.name,
            other=netaddr.IPAddress(int.from_bytes(other, "big"), 6),
            what=what,
        )
        if sentence not in self.inconsistencies:
            self.inconsistencies.append(sentence)


def _missing(router: Router, settings: InterfaceSettings) -> str:
    from ipv6course.address.given import refusal
    from ipv6course.address.text import N_
    from ipv6course.classroom.messages import _

    line, known = settings.lines["interface"], ", ".join(router.interfaces)
    if not settings.ignore_missing:
        raise refusal(
            N_("radvd.conf, line {line}: {router} has no interface {name}; it has: {known}"),
            line=line,
            router=router.name,
            name=settings.name,
            known=known,
        )
    return _(
        "radvd.conf, line {line}: {router} has no interface {name}, and IgnoreIfMissing is on, so "
        "nothing is advertised there; it has: {known}"
    ).format(line=line, router=router.name, name=settings.name, known=known)


class _Sender:
    """The advertisements of one interface."""

    def __init__(self, router: Router, interface: Interface, settings: InterfaceSettings) -> None:
        self.router = router
        self.interface = interface
        self.settings = settings
        self._since = router.now
        """When it got its configuration; DecrementLifetimes counts from here."""
        self._initial = INITIAL_ADVERTISEMENTS
        self._last_to_all = _NEVER
        self._timer: Timer | None = None
        self._answers: dict[bytes, Timer] = {}
        self._last_said: dict[bytes, tuple[Prefix, float]] = {}
        """The prefixes that stood for ::/64, and until when they are valid for who heard of it."""
        self._ended: dict[bytes, tuple[Prefix, float]] = {}
        """Of these, those that ended before, RFC 9096 section 3.5."""
        self._expected: set[bytes] = set()

    # --- When ---

    def expect(self, prefix: bytes) -> None:
        """Advertise a new prefix as soon as the router's own address in it is assigned."""
        self._ended.pop(prefix, None)
        if prefix not in self._last_said:
            self._expected.add(prefix)

    def is_there(self, prefix: bytes) -> None:
        """Advertise a prefix that was expected."""
        if prefix in self._expected:
            self._expected.discard(prefix)
            self._hurry()

    def end(self, prefix: bytes) -> None:
        """Say at once, and as long as somebody may use it, that a prefix has ended.

        RFC 7084 L-13 wants it at once, RFC 9096 section 3.5 as long as it was said to be valid.
        """
        self._expected.discard(prefix)
        said = self._last_said.pop(prefix, None)
        if said is not None and said[1] > self.router.now:
            self._ended[prefix] = said
            self._hurry()

    def _hurry(self) -> None:
        if self._timer is not None:
            self._at(max(self.router.now, self._last_to_all + self.settings.min_delay))

    def start(self) -> None:
        """Begin to advertise, as soon as there is a source for it."""
        if self._source() is not None and self._timer is None:
            self._at(self.router.now)

    def stop(self) -> None:
        """Advertise no more, and say so, section 6.2.5."""
        for timer in (self._timer, *self._answers.values()):
            if timer is not None:
                timer.cancel()
        if self._source() is not None and self._last_to_all != _NEVER:
            self._send_to_all(is_last=True)

    def answer(self, host: bytes) -> None:
        """Answer a solicitation after a random delay, section 6.2.6."""
        settings, now = self.settings, self.router.now
        if settings.clients and host not in settings.clients:
            return
        delay = self.router.random.uniform(0, MOST_ANSWER_DELAY)
        may_be_unicast = host != ipv6.UNSPECIFIED
        if may_be_unicast and (settings.solicited_unicast or settings.unicast_only):
            waiting = self._answers.get(host)
            if waiting is None or not waiting.is_waiting:
                self._answers[host] = self.router.timers.at(now + delay, lambda: self._to(host))
            return
        if settings.unicast_only or settings.clients:
            return
        # To all, but not sooner than MIN_DELAY_BETWEEN_RAS after the last one.
        when = max(now + delay, self._last_to_all + settings.min_delay + delay)
        if self._timer is None or when < self._timer.when:
            self._at(when)

    def _at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.router.timers.at(when, self._unasked)

    def _unasked(self) -> None:
        settings = self.settings
        if settings.clients:
            for client in settings.clients:
                self._to(client)
        elif not settings.unicast_only:
            self._send_to_all()
        interval = self.router.random.uniform(settings.shortest_interval, settings.max_interval)
        if self._initial > 0:  # section 6.2.4
            self._initial -= 1
            if self._initial:
                interval = min(interval, INITIAL_INTERVAL)
        self._at(self.router.now + interval)

    # --- What ---

    def _send_to_all(self, *, is_last: bool = False) -> None:
        self._last_to_all = self.router.now
        self._to(ipv6.ALL_NODES, is_last=is_last)

    def _to(self, destination: bytes, *, is_last: bool = False) -> None:
        source = self._source()
        if source is None:
            return
        for message in self._fitting(self.message(is_last=is_last)):
            neighbor_messages.send(
                self.router,
                self.interface,
                message,
                source=source,
                destination=destination,
                mac=ethernet.multicast_mac(destination) if destination[0] == 0xFF else None,
            )

    def _source(self) -> bytes | None:
        """Return the source: the link-local address, section 4.2, or the one that was chosen."""
        for chosen in self.settings.sources:
            address = self.interface.addresses.get(chosen)
            if address is not None and address.is_assigned and ipv6.is_link_local(chosen):
                return chosen
        return None if self.settings.sources else self.interface.link_local

    def message(self, *, is_last: bool = False) -> nd.RouterAdvertisement:
        """Return an advertisement with all options, in radvd's order.

        Args:
            is_last: Whether the router will advertise no more.
        """
        settings = self.settings
        return nd.RouterAdvertisement(
            hop_limit=settings.hop_limit,
            managed=settings.managed,
            other=settings.other,
            preference=settings.preference,
            lifetime=0 if is_last else settings.router_lifetime,
            reachable=settings.reachable,
            retransmission=settings.retransmission,
            options=tuple(self._options(is_last)),
        )

    def _options(self, is_last: bool) -> Iterator[nd.Option]:
        settings = self.settings
        for prefix in settings.prefixes:
            yield from self._prefixes(prefix, is_last)
        yield from self._ended_prefixes()
        for route in settings.routes:
            yield self._route(route, is_last)
        # radvd 2.19's default; its manual says twice as long, RFC 8106 section 5.1 three times.
        usual = int(settings.max_interval)
        for dns in settings.resolvers:
            lifetime = usual if dns.lifetime is None else dns.lifetime
            yield nd.RecursiveDnsServer(0 if is_last and dns.flush else lifetime, dns.servers)
        for search in settings.search_lists:
            lifetime = usual if search.lifetime is None else search.lifetime
            yield nd.DnsSearchList(0 if is_last and search.flush else lifetime, search.domains)
        if settings.link_mtu:
            yield nd.Mtu(settings.link_mtu)
        if settings.source_link_layer:
            yield nd.SourceLinkLayer(self.interface.mac)
        for nat64 in settings.nat64:
            longest = min(int(3 * settings.max_interval), radvd_conf.LONGEST_PREF64)
            lifetime = longest if nat64.lifetime is None else nat64.lifetime
            yield nd.Pref64(nat64.address, nat64.length, 0 if is_last else lifetime)
        if settings.captive_portal:
            yield nd.CaptivePortal(settings.captive_portal)

    def _prefixes(self, prefix: Prefix, is_last: bool) -> Iterator[nd.PrefixInformation]:
        for one in self._expanded(prefix):
            valid, preferred = one.valid, one.preferred
            if one.decrement:
                passed = int(self.router.now - self._since)
                valid, preferred = max(0, valid - passed), max(0, preferred - passed)
                if not preferred and one.preferred + self.settings.max_interval < passed:
                    continue  # its end has been said
            if is_last and one.deprecate:
                valid, preferred = min(valid, _TWO_HOURS), 0
            yield nd.PrefixInformation(
                one.address,
                one.length,
                on_link=one.on_link,
                autonomous=one.autonomous,
                valid=valid,
                preferred=preferred,
                router_address=one.router_address,
            )

    def _ended_prefixes(self) -> Iterator[nd.PrefixInformation]:
        """Return the prefixes that ended, with the flags that they had and no time to live."""
        for prefix, (one, until) in list(self._ended.items()):
            if until <= self.router.now:
                del self._ended[prefix]
                continue
            yield nd.PrefixInformation(
                one.address,
                one.length,
                on_link=one.on_link,
                autonomous=one.autonomous,
                valid=0,
                preferred=0,
                router_address=one.router_address,
            )

    def _expanded(self, prefix: Prefix) -> Iterator[Prefix]:
        """Return the prefix itself; of ::/64 those of the interface's addresses."""
        if not prefix.is_automatic:
            yield prefix
            return
        seen = set()
        for address in self.interface.addresses.values():
            if address.is_assigned and not ipv6.is_link_local(address.address):
                length = address.prefix_length
                network = radvd_conf.network(address.address, length)
                if network not in seen:
                    seen.add(network)
                    # No longer than it is delegated, RFC 9915 section 18.2.10.1.
                    valid = self._at_most(prefix.valid, address.valid_until)
                    preferred = self._at_most(prefix.preferred, address.preferred_until)
                    one = replace(
                        prefix, address=network, length=length, valid=valid, preferred=preferred
                    )
                    self._last_said[network] = one, self.router.now + valid
                    yield one

    def _at_most(self, lifetime: int, until: float) -> int:
        return int(max(0.0, min(lifetime, until - self.router.now)))

    def _route(self, route: MoreSpecificRoute, is_last: bool) -> nd.RouteInformation:
        usual = int(3 * self.settings.max_interval)
        lifetime = usual if route.lifetime is None else route.lifetime
        return nd.RouteInformation(
            route.address,
            route.length,
            0 if is_last and route.remove else lifetime,
            route.preference,
        )

    def _fitting(self, message: nd.RouterAdvertisement) -> Iterator[nd.RouterAdvertisement]:
        """Return one or more advertisements that fit into the link's MTU, section 6.2.3.

        Fragments are not allowed here, RFC 6980 section 5.
        """
        most = self.interface.mtu
        if self.settings.message_size:
            most = min(most, self.settings.message_size)
        room = most - ipv6.HEADER - _HEAD
        chosen: list[nd.Option] = []
        used = 0
        for option in message.options:
            length = len(nd.push_option(option))
            if chosen and used + length > room:
                yield replace(message, options=tuple(chosen))
                chosen, used = [], 0
            chosen.append(option)
            used += length
        yield replace(message, options=tuple(chosen))


def _contradictions(ours: nd.RouterAdvertisement, theirs: nd.RouterAdvertisement) -> Iterator[str]:
    """Return what two routers on a link should agree on and don't, RFC 4861 section 6.2.7.

    What one of them leaves unspecified is no contradiction.
    """
    pairs: list[tuple[str, int, int]] = [
        ("AdvCurHopLimit", ours.hop_limit, theirs.hop_limit),
        ("AdvReachableTime", ours.reachable, theirs.reachable),
        ("AdvRetransTimer", ours.retransmission, theirs.retransmission),
    ]
    mtus = ours.find(nd.Mtu), theirs.find(nd.Mtu)
    if mtus[0] is not None and mtus[1] is not None:
        pairs.append(("AdvLinkMTU", mtus[0].mtu, mtus[1].mtu))
    yield from (name for name, one, other in pairs if one and other and one != other)
    if ours.managed != theirs.managed:
        yield "AdvManagedFlag"
    if ours.other != theirs.other:
        yield "AdvOtherConfigFlag"
    mine = {(p.prefix, p.length): p for p in ours.options if isinstance(p, nd.PrefixInformation)}
    for prefix in theirs.options:
        if not isinstance(prefix, nd.PrefixInformation):
            continue
        same = mine.get((prefix.prefix, prefix.length))
        if same is not None and same.valid != prefix.valid:
            yield "AdvValidLifetime"
        if same is not None and same.preferred != prefix.preferred:
            yield "AdvPreferredLifetime"
