"""Address resolution, the neighbor cache and unreachability detection, RFC 4861 section 7.

What happens in which state is a table, `_ROWS`: RFC 4861's appendix C, row by row. What a state
does when it is entered is another, `Neighbors._entering`.

A neighbor that does not answer three times in three seconds is given up, RFC 4861 section 10. RFC
7048 allows more patience where there is no other neighbor to turn to. It allows it, no more; Linux
has none by default either (`mcast_resolicit` is 0).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import netaddr

from ipv6course.network import neighbor_messages
from ipv6course.network.wire import icmpv6, ipv6, nd

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet
    from ipv6course.network.timers import Timer

# RFC 4861 section 10.
MOST_GROUP_SOLICITATIONS = 3  # MAX_MULTICAST_SOLICIT
MOST_UNICAST_SOLICITATIONS = 3  # MAX_UNICAST_SOLICIT
FIRST_PROBE_DELAY = 5.0  # seconds, DELAY_FIRST_PROBE_TIME
MOST_ANYCAST_DELAY = 1.0  # seconds, MAX_ANYCAST_DELAY_TIME
LEAST_RANDOM, MOST_RANDOM = 0.5, 1.5  # MIN_RANDOM_FACTOR, MAX_RANDOM_FACTOR
# "Every few hours", section 6.3.4, so that nodes don't keep step by chance.
_NEW_RANDOM_AFTER = 2 * 3600.0  # seconds
MOST_WAITING = 64  # packets for one neighbor; section 7.2.2 asks for one at least
MOST_NEIGHBORS = 1024  # of one node: Linux's net.ipv6.neigh.default.gc_thresh3
_RECENT = 5.0  # seconds; what was used since then is not thrown away, as on Linux


class Reachability(Enum):
    """The states of RFC 4861 section 7.3.2, in iproute2's words."""

    FAILED = "FAILED"
    """No address was found. For the RFC there is no entry; it is kept to be seen."""
    INCOMPLETE = "INCOMPLETE"
    """It is being asked for."""
    REACHABLE = "REACHABLE"
    STALE = "STALE"
    """It was right once. It is used, and looked at when it is."""
    DELAY = "DELAY"
    """It is used; a hint from the upper layer is waited for."""
    PROBE = "PROBE"
    """The neighbor itself is asked."""
    PERMANENT = "PERMANENT"
    """Somebody configured it; nothing changes it."""


class Event(Enum):
    """What can happen to an entry."""

    PACKET = "a packet is to be sent"
    DELAY_OVER = "no hint came from the upper layer"
    ASK_AGAIN = "no answer, and fewer than the most solicitations"
    GIVE_UP = "no answer, and all solicitations sent"
    TIME_OVER = "the reachable time is over"
    CONFIRMED = "the upper layer saw the neighbor answer"
    HEARD_SAME = "a solicitation, RA or redirect with the link-layer address that is known"
    HEARD_NEW = "the same with another one, or with the first"
    # A neighbor advertisement: its flags, and its target link-layer address.
    NA_SOLICITED_SAME = "S=1 O=0, the same"
    NA_SOLICITED_OTHER = "S=1 O=0, another"
    NA_SOLICITED_NONE = "S=1, none"
    NA_SOLICITED_OVERRIDE = "S=1 O=1, any"
    NA_SAME = "S=0 O=0, the same"
    NA_OTHER = "S=0 O=0, another"
    NA_NONE = "S=0, none"
    NA_OVERRIDE_SAME = "S=0 O=1, the same"
    NA_OVERRIDE_OTHER = "S=0 O=1, another"


_S, _E = Reachability, Event
_KNOWN = (_S.REACHABLE, _S.STALE, _S.DELAY, _S.PROBE)  # "!INCOMPLETE" in appendix C
_NOT_REACHABLE = (_S.STALE, _S.DELAY, _S.PROBE)
_SOLICITED_WITH_MAC = (_E.NA_SOLICITED_SAME, _E.NA_SOLICITED_OTHER, _E.NA_SOLICITED_OVERRIDE)
_UNSOLICITED_WITH_MAC = (_E.NA_SAME, _E.NA_OTHER, _E.NA_OVERRIDE_SAME, _E.NA_OVERRIDE_OTHER)

# Old states, events, whether the link-layer address that came is recorded, new state. What is not
# here changes nothing. A state is entered anew even where it was the old one.
_ROWS: tuple[tuple[tuple[Reachability, ...], tuple[Event, ...], bool, Reachability], ...] = (
    # Address resolution
    ((_S.FAILED,), (_E.PACKET,), False, _S.INCOMPLETE),
    ((_S.INCOMPLETE,), (_E.ASK_AGAIN,), False, _S.INCOMPLETE),
    ((_S.INCOMPLETE,), (_E.GIVE_UP,), False, _S.FAILED),
    ((_S.INCOMPLETE,), _SOLICITED_WITH_MAC, True, _S.REACHABLE),
    ((_S.INCOMPLETE,), _UNSOLICITED_WITH_MAC, True, _S.STALE),
    ((_S.INCOMPLETE, _S.FAILED), (_E.HEARD_NEW,), True, _S.STALE),
    # Neighbor unreachability detection
    ((_S.REACHABLE,), (_E.TIME_OVER,), False, _S.STALE),
    ((_S.STALE,), (_E.PACKET,), False, _S.DELAY),
    ((_S.DELAY,), (_E.DELAY_OVER,), False, _S.PROBE),
    ((_S.PROBE,), (_E.ASK_AGAIN,), False, _S.PROBE),
    ((_S.PROBE,), (_E.GIVE_UP,), False, _S.FAILED),
    (_KNOWN, (_E.CONFIRMED,), False, _S.REACHABLE),
    # What the neighbor, or another, says
    (_KNOWN, (_E.HEARD_NEW,), True, _S.STALE),
    (_KNOWN, (_E.NA_SOLICITED_SAME, _E.NA_SOLICITED_NONE), False, _S.REACHABLE),
    (_KNOWN, (_E.NA_SOLICITED_OVERRIDE,), True, _S.REACHABLE),
    (_KNOWN, (_E.NA_OVERRIDE_OTHER,), True, _S.STALE),
    ((_S.REACHABLE,), (_E.NA_SOLICITED_OTHER, _E.NA_OTHER), False, _S.STALE),
)
_TABLE = {
    (state, event): (records, new)
    for states, events, records, new in _ROWS
    for state in states
    for event in events
}

# In these states packets are sent; the entry is good until something happens.
_SENDING = frozenset((_S.DELAY, _S.PROBE, _S.PERMANENT))
_NEVER = -math.inf


@dataclass(slots=True, eq=False)
class Neighbor:
    """An entry of the neighbor cache."""

    interface: Interface
    address: bytes
    mac: bytes | None = None
    reachability: Reachability = Reachability.FAILED
    is_router: bool = False
    is_usable_until: float = _NEVER
    """Until then packets are sent without a question."""
    used: float = _NEVER
    """When a packet was last sent to it, at least; seconds."""
    changed: float = 0.0
    """When it got into its state; seconds."""
    solicitations: int = 0
    """How many were sent since it got into its state."""
    waiting: deque[bytes] = field(default_factory=deque)
    """Packets that wait for its link-layer address."""
    timer: Timer | None = None

    @property
    def state(self) -> str:
        """The state, in iproute2's word."""
        return self.reachability.value

    @property
    def ip(self) -> netaddr.IPAddress:
        """The address, as netaddr's value."""
        return netaddr.IPAddress(int.from_bytes(self.address, "big"), 6)


class Neighbors:
    """What a node knows of its neighbors, on all of its interfaces."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.most = MOST_NEIGHBORS
        self.overflows = 0
        """How often there was no room for another neighbor."""
        self.no_longer_router: list[Callable[[Interface, bytes], None]] = []
        """Who is told that a neighbor was a router, and says that it is none, section 7.2.5."""
        self.heard_of_tentative: Callable[[Interface, nd.Message, bool], None] | None = None
        """Duplicate address detection: takes what is about an address that is being tested, and
        whether its source is unspecified."""
        self._cache: dict[tuple[Interface, bytes], Neighbor] = {}
        self._reachable: dict[Interface, tuple[int, float, float]] = {}
        self._entering: dict[Reachability, Callable[[Neighbor], None]] = {
            Reachability.FAILED: self._fail,
            Reachability.INCOMPLETE: self._solicit,
            Reachability.REACHABLE: self._rely_on,
            Reachability.DELAY: self._wait_for_hint,
            Reachability.PROBE: self._solicit,
        }
        node.icmp_types[nd.NEIGHBOR_SOLICITATION] = self._hear_solicitation
        node.icmp_types[nd.NEIGHBOR_ADVERTISEMENT] = self._hear_advertisement

    # --- Sending ------------------------------------------------------------------------------

    def send(self, interface: Interface, next_hop: bytes, data: bytes) -> None:
        """Send a packet to a neighbor; it waits where the neighbor's MAC address is not known."""
        entry = self._cache.get((interface, next_hop))
        if entry is not None and entry.is_usable_until > self.node.now:
            self.node.transmit(interface, entry.mac, data)  # type: ignore[arg-type]
            return
        self._send_with_care(entry or self._new(interface, next_hop), data)

    def _send_with_care(self, entry: Neighbor | None, data: bytes) -> None:
        if entry is None:
            return  # no room for it
        entry.used = self.node.now
        self._look_at_time(entry)
        if entry.reachability in (Reachability.FAILED, Reachability.INCOMPLETE):
            if len(entry.waiting) >= MOST_WAITING:
                entry.waiting.popleft()  # section 7.2.2: the newest replaces the oldest
            entry.waiting.append(data)  # before the question, which takes its source from it
            self._happen(entry, Event.PACKET)
            return
        self._happen(entry, Event.PACKET)
        if entry.mac is not None:
            self.node.transmit(entry.interface, entry.mac, data)

    # --- What others know ---------------------------------------------------------------------

    def entries(self) -> list[Neighbor]:
        """Return what is known of the neighbors now, in the order in which it was learnt."""
        with self.node.asked():
            for entry in self._cache.values():
                self._look_at_time(entry)
        return list(self._cache.values())

    def get(self, interface: Interface, address: bytes) -> Neighbor | None:
        """Return the entry of a neighbor; None: there is none."""
        entry = self._cache.get((interface, address))
        if entry is not None:
            self._look_at_time(entry)
        return entry

    def is_reachable(self, interface: Interface, address: bytes) -> bool:
        """Return whether a neighbor is reachable or probably so, RFC 4861 section 6.3.6 (1)."""
        entry = self.get(interface, address)
        return entry is not None and entry.mac is not None and entry.state != "FAILED"

    def confirm(self, interface: Interface, address: bytes) -> None:
        """Take an upper layer's word that a neighbor answers, RFC 4861 section 7.3.1.

        Args:
            interface: Where the packets to it leave.
            address: The neighbor's: the next hop, not what lies beyond it.
        """
        entry = self._cache.get((interface, address))
        if entry is not None:
            self._happen(entry, Event.CONFIRMED)

    def confirm_way(self, destination: bytes) -> None:
        """Take an upper layer's word that packets to a destination arrive: its first hop works."""
        route = self.node.route_to(destination)
        if route is not None and route.interface is not None:
            self.confirm(route.interface, route.next_hop or destination)

    def learn(
        self, interface: Interface, address: bytes, mac: bytes, *, is_router: bool | None = None
    ) -> None:
        """Take a link-layer address that a solicitation, an RA or a redirect told, section 7.2.3.

        Args:
            interface: Where it was heard.
            address: The neighbor's.
            mac: Its link-layer address; one that is not of 6 octets is ignored.
            is_router: Whether it is a router; None: that was not said.
        """
        if len(mac) != len(interface.mac) or mac[0] & 1:
            return
        entry = self._cache.get((interface, address)) or self._new(interface, address)
        if entry is None:
            return
        if is_router is not None:
            entry.is_router = is_router
        self._look_at_time(entry)
        self._happen(entry, Event.HEARD_SAME if mac == entry.mac else Event.HEARD_NEW, mac)

    def set_permanent(self, interface: Interface, address: bytes, mac: bytes) -> None:
        """Configure a neighbor; nothing that is heard changes it."""
        entry = self._cache.get((interface, address)) or self._new(interface, address)
        if entry is not None:
            entry.mac = mac
            self._enter(entry, Reachability.PERMANENT)

    def forget(self, interface: Interface, address: bytes) -> bool:
        """Remove an entry. Return whether there was one."""
        entry = self._cache.pop((interface, address), None)
        if entry is not None and entry.timer is not None:
            entry.timer.cancel()
        return entry is not None

    def flush(self, interface: Interface | None = None) -> None:
        """Remove what was learnt, on one interface or on all; what was configured stays."""
        for entry in list(self._cache.values()):
            is_there = interface is None or entry.interface is interface
            if is_there and entry.reachability is not Reachability.PERMANENT:
                self.forget(entry.interface, entry.address)

    def end(self, interface: Interface) -> None:
        """Forget all of an interface that was switched off, what was configured too, as Linux."""
        for entry in [one for one in self._cache.values() if one.interface is interface]:
            self.forget(interface, entry.address)

    def probe(self, interface: Interface, address: bytes) -> None:
        """Ask a neighbor that is not used whether it is there, RFC 4191 section 3.5."""
        entry = self.get(interface, address) or self._new(interface, address)
        if entry is not None and entry.reachability is Reachability.FAILED:
            entry.reachability = Reachability.INCOMPLETE
            entry.solicitations = MOST_GROUP_SOLICITATIONS - 1  # a single one is asked for
            self._solicit(entry)

    # --- The state machine --------------------------------------------------------------------

    def _happen(self, entry: Neighbor, event: Event, mac: bytes | None = None) -> None:
        row = _TABLE.get((entry.reachability, event))
        if row is None:
            return
        records, new = row
        if records and mac is not None:
            entry.mac = mac
        self._enter(entry, new)

    def _enter(self, entry: Neighbor, new: Reachability) -> None:
        if entry.timer is not None:
            entry.timer.cancel()
            entry.timer = None
        if entry.reachability is not new:
            entry.solicitations = 0
            entry.changed = self.node.now
        entry.reachability = new
        entry.is_usable_until = math.inf if new in _SENDING else _NEVER
        action = self._entering.get(new)
        if action is not None:
            action(entry)
        if entry.mac is not None and entry.waiting:
            waiting, entry.waiting = entry.waiting, deque()
            for data in waiting:
                self.send(entry.interface, entry.address, data)

    def _look_at_time(self, entry: Neighbor) -> None:
        """REACHABLE ends by itself; no timer is needed for what is seen only when it is used."""
        is_reachable = entry.reachability is Reachability.REACHABLE
        if is_reachable and entry.is_usable_until <= self.node.now:
            self._happen(entry, Event.TIME_OVER)

    def _rely_on(self, entry: Neighbor) -> None:
        entry.is_usable_until = self.node.now + self.reachable_time(entry.interface)

    def _wait_for_hint(self, entry: Neighbor) -> None:
        self._after(entry, FIRST_PROBE_DELAY, Event.DELAY_OVER)

    def _solicit(self, entry: Neighbor) -> None:
        """Ask for a neighbor's address: all who could have it, or in PROBE itself."""
        is_probe = entry.reachability is Reachability.PROBE
        entry.solicitations += 1
        most = MOST_UNICAST_SOLICITATIONS if is_probe else MOST_GROUP_SOLICITATIONS
        event = Event.ASK_AGAIN if entry.solicitations < most else Event.GIVE_UP
        self._after(entry, entry.interface.settings.retrans_time_ms / 1000, event)
        self.solicit(entry.interface, entry.address, entry.mac if is_probe else None, entry.waiting)

    def _fail(self, entry: Neighbor) -> None:
        entry.mac = None
        waiting, entry.waiting = entry.waiting, deque()
        for data in waiting:  # section 7.2.2: each of them is reported
            self.node.icmp.error(
                data, None, icmpv6.DESTINATION_UNREACHABLE, icmpv6.ADDRESS_UNREACHABLE
            )

    def _after(self, entry: Neighbor, seconds: float, event: Event) -> None:
        entry.timer = self.node.timers.at(
            self.node.now + seconds, lambda: self._happen(entry, event)
        )

    def reachable_time(self, interface: Interface) -> float:
        """Return how long a confirmation holds, seconds: half to one and a half times the base."""
        base = interface.settings.base_reachable_time_ms
        known, seconds, until = self._reachable.get(interface, (0, 0.0, _NEVER))
        if known != base or until <= self.node.now:
            seconds = base / 1000 * self.node.random.uniform(LEAST_RANDOM, MOST_RANDOM)
            until = self.node.now + _NEW_RANDOM_AFTER
            self._reachable[interface] = (base, seconds, until)
        return seconds

    # --- Room ---------------------------------------------------------------------------------

    def _new(self, interface: Interface, address: bytes) -> Neighbor | None:
        """Make an entry, which begins as none does: FAILED. None: there is no room."""
        if len(self._cache) >= self.most and not self._make_room():
            self.overflows += 1
            return None
        entry = Neighbor(interface, address, changed=self.node.now)
        self._cache[interface, address] = entry
        return entry

    def _make_room(self) -> bool:
        """Throw away what failed, else the neighbor that was used longest ago, as Linux does."""
        failed = [e for e in self._cache.values() if e.reachability is Reachability.FAILED]
        if not failed:
            idle = [entry for entry in self._cache.values() if self._is_idle(entry)]
            failed = sorted(idle, key=lambda entry: entry.used)[:1]
        for entry in failed:
            self.forget(entry.interface, entry.address)
        return bool(failed)

    def _is_idle(self, entry: Neighbor) -> bool:
        self._look_at_time(entry)
        last = max(entry.used, entry.changed)
        return entry.reachability is Reachability.STALE and last <= self.node.now - _RECENT

    # --- Solicitations and advertisements -----------------------------------------------------

    def solicit(
        self,
        interface: Interface,
        target: bytes,
        mac: bytes | None = None,
        causes: deque[bytes] | None = None,
    ) -> None:
        """Send a neighbor solicitation, RFC 4861 section 7.2.2.

        Args:
            interface: Where the neighbor is.
            target: Its address.
            mac: Its link-layer address, to ask it alone; None: the group that it is in.
            causes: The packets that wait for the answer. The first one's source is taken, where
                this node sends it: then the answerer learns what it needs next.
        """
        source = self._source(interface, causes)
        if source is None:
            return  # it has no address yet; unspecified would mean something else here
        neighbor_messages.send(
            self.node,
            interface,
            nd.NeighborSolicitation(target, (nd.SourceLinkLayer(interface.mac),)),
            source=source,
            destination=target if mac else ipv6.solicited_node(target),
            mac=mac,
        )

    def _source(self, interface: Interface, causes: deque[bytes] | None) -> bytes | None:
        if causes:
            here = interface.addresses.get(causes[0][8:24])
            if here is not None and here.is_assigned:
                return here.address
        if interface.link_local is not None:
            return interface.link_local
        return next((a.address for a in interface.addresses.values() if a.is_assigned), None)

    def advertise(
        self,
        interface: Interface,
        target: bytes,
        destination: bytes = ipv6.ALL_NODES,
        *,
        solicited: bool = False,
        override: bool = True,
        with_mac: bool = True,
    ) -> None:
        """Send a neighbor advertisement, RFC 4861 sections 7.2.4 and 7.2.6.

        Args:
            interface: Where it leaves.
            target: An address of this interface; it is the source, too, unless it is anycast.
            destination: Who gets it.
            solicited: Whether it answers a solicitation.
            override: Whether it replaces another link-layer address.
            with_mac: Whether it tells the link-layer address.
        """
        options = (nd.TargetLinkLayer(interface.mac),) if with_mac else ()
        source: bytes | None = target
        if target in interface.anycast:
            source = self.node.choose_source(destination, interface)
        if source is None:
            return
        neighbor_messages.send(
            self.node,
            interface,
            nd.NeighborAdvertisement(target, self.node.is_router, solicited, override, options),
            source=source,
            destination=destination,
        )

    def _hear_solicitation(self, packet: Packet) -> None:
        message = neighbor_messages.receive(packet, nd.NeighborSolicitation)
        if message is None:
            return
        interface, is_test = packet.interface, packet.source == ipv6.UNSPECIFIED
        ours = interface.addresses.get(message.target)
        if ours is None:
            if message.target in interface.anycast:
                self._answer_for_anycast(packet, message)
            return
        if not ours.is_assigned:
            if self.heard_of_tentative is not None:
                self.heard_of_tentative(interface, message, is_test)
            return
        if is_test:  # somebody tests an address that is ours: section 7.2.4
            self.advertise(interface, message.target)
            return
        link_layer = message.find(nd.SourceLinkLayer)
        if link_layer is not None:
            self.learn(interface, packet.source, link_layer.mac)
        # To one who asks this node alone, the link-layer address is nothing new: section 7.2.4
        # allows to leave it out, and then the override flag is 0. Linux does so.
        self.advertise(
            interface,
            message.target,
            packet.source,
            solicited=True,
            override=packet.is_to_group,
            with_mac=packet.is_to_group,
        )

    def _answer_for_anycast(self, packet: Packet, message: nd.NeighborSolicitation) -> None:
        """Answer for an address that other nodes may have, too: RFC 4861 section 7.2.7.

        The override flag is 0, so that the first answer counts, and there is a random delay.
        """
        interface, is_test = packet.interface, packet.source == ipv6.UNSPECIFIED
        link_layer = message.find(nd.SourceLinkLayer)
        if link_layer is not None and not is_test:
            self.learn(interface, packet.source, link_layer.mac)

        def answer() -> None:
            self.advertise(
                interface,
                message.target,
                ipv6.ALL_NODES if is_test else packet.source,
                solicited=not is_test,
                override=False,
                with_mac=packet.is_to_group,
            )

        delay = self.node.random.uniform(0, MOST_ANYCAST_DELAY) if packet.is_to_group else 0.0
        self.node.timers.at(self.node.now + delay, answer)

    def _hear_advertisement(self, packet: Packet) -> None:
        message = neighbor_messages.receive(packet, nd.NeighborAdvertisement)
        if message is None:
            return
        interface, target = packet.interface, message.target
        ours = interface.addresses.get(target)
        if ours is not None:
            if not ours.is_assigned and self.heard_of_tentative is not None:
                self.heard_of_tentative(interface, message, False)
            return  # another one uses an address that is ours: RFC 4862 section 5.4.4 stays silent
        link_layer = message.find(nd.TargetLinkLayer)
        mac = link_layer.mac if link_layer else None
        if mac is not None and (len(mac) != len(interface.mac) or mac[0] & 1):
            return
        entry = self.get(interface, target)
        if entry is None or entry.reachability is Reachability.FAILED:
            self._hear_unasked(interface, message, mac)
        else:
            self._take_advertisement(entry, message, mac)

    def _hear_unasked(
        self, interface: Interface, message: nd.NeighborAdvertisement, mac: bytes | None
    ) -> None:
        """An advertisement of a neighbor that is not known: routers keep it, RFC 9131 section 4.2.

        Hosts discard it, RFC 4861 section 7.2.5. Linux has a setting for it.
        """
        if self.node.is_router and interface.settings.accept_untracked_na and mac is not None:
            self.learn(interface, message.target, mac, is_router=message.router)

    def _take_advertisement(
        self, entry: Neighbor, message: nd.NeighborAdvertisement, mac: bytes | None
    ) -> None:
        is_resolving = entry.reachability is Reachability.INCOMPLETE
        event = _advertisement_event(message, mac, entry.mac)
        is_taken = mac is not None if is_resolving else event not in _NOT_TAKEN
        if is_taken and entry.reachability is not Reachability.PERMANENT:
            was_router, entry.is_router = entry.is_router, message.router
            if was_router and not message.router:
                for tell in self.no_longer_router:
                    tell(entry.interface, entry.address)
        self._happen(entry, event, mac)


# Section 7.2.5 (I): without override, another link-layer address leaves the rest of the entry.
_NOT_TAKEN = (Event.NA_SOLICITED_OTHER, Event.NA_OTHER)


def _advertisement_event(
    message: nd.NeighborAdvertisement, mac: bytes | None, known: bytes | None
) -> Event:
    if mac is None:
        return Event.NA_SOLICITED_NONE if message.solicited else Event.NA_NONE
    if message.solicited and message.override:
        return Event.NA_SOLICITED_OVERRIDE
    if message.solicited:
        return Event.NA_SOLICITED_SAME if mac == known else Event.NA_SOLICITED_OTHER
    if message.override:
        return Event.NA_OVERRIDE_SAME if mac == known else Event.NA_OVERRIDE_OTHER
    return Event.NA_SAME if mac == known else Event.NA_OTHER


def transitions() -> Iterator[tuple[Reachability, Event, bool, Reachability]]:
    """Give the rows of the table: state, event, whether the address is recorded, new state."""
    for (state, event), (records, new) in _TABLE.items():
        yield state, event, records, new
