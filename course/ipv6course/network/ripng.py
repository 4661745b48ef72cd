"""RIPng, the simplest of the routing protocols inside a site, RFC 2080.

Every router tells its neighbors, each 30 seconds, how many hops it needs to each prefix. Who hears
it adds one, and keeps the smallest. A prefix that was learned from a link is told there as not
reachable (split horizon with poisoned reverse, section 2.6), so two routers do not believe each
other in a circle. A destination that is lost is said once more, at once, with 16: not reachable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipv6course.network.interface import Interface
from ipv6course.network.routes import Route
from ipv6course.network.wire import MalformedError, ipv6
from ipv6course.network.wire.ripng import (
    GROUP,
    HOP_LIMIT,
    INFINITY,
    PORT,
    REQUEST,
    RESPONSE,
    WHOLE_TABLE,
    Entry,
    Message,
    most_entries,
    pull_message,
    push_message,
)

if TYPE_CHECKING:
    from ipv6course.network.node import Node
    from ipv6course.network.udp import Datagram, UdpSocket

# Section 2.3, in seconds.
UPDATE = 30.0
UPDATE_SPREAD = 15.0
"""The update is sent up to so much earlier or later, so that routers do not all speak at once."""
TIMEOUT = 180.0
GARBAGE = 120.0
TRIGGERED = (1.0, 5.0)
"""Between two triggered updates, section 2.5.1."""

COST = 1
"""Of each network, in hops."""
METRIC = 120
"""Of the routes in the table, so that one set by hand with a lower metric wins."""


@dataclass(slots=True, eq=False)
class Destination:
    """What a router knows of a prefix, section 2."""

    prefix: int
    length: int
    metric: int
    interface: Interface
    """Where it was heard, or where it is."""
    next_hop: bytes | None = None
    """None: the prefix is on this link."""
    tag: int = 0
    valid_until: float = math.inf
    """When the timeout ends, in virtual seconds."""
    gone_at: float = math.inf
    """When it is forgotten, once it is not reachable."""
    is_changed: bool = True


class Ripng:
    """RIPng of one router."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.interfaces: list[Interface] = []
        """Where it speaks."""
        self.table: dict[tuple[int, int], Destination] = {}
        """By prefix and length."""
        self._socket: UdpSocket | None = None
        self._is_update_due = False
        self._quiet_until = 0.0

    def start(self, interfaces: list[Interface]) -> None:
        """Speak RIPng on some interfaces. The prefixes of all its interfaces are told there."""
        if self._socket is None:
            self._socket = self.node.udp.open(PORT, self._receive)
            self.node.after(0.0, self._begin)
        for interface in interfaces:
            if interface not in self.interfaces:
                self.interfaces.append(interface)
                self.node.join(interface, GROUP)

    def _begin(self) -> None:
        """Ask the neighbors for their tables, and begin to speak."""
        if any(interface.link_local is None and interface.is_up for interface in self.interfaces):
            self.node.after(1.0, self._begin)  # an address is still being tested
            return
        for interface in self.interfaces:
            self._send(interface, WHOLE_TABLE)
        self._update()
        self.node.after(1.0, self._look)

    # --- In ---------------------------------------------------------------------------------------

    def _receive(self, datagram: Datagram) -> None:
        if datagram.interface not in self.interfaces:
            return
        try:
            message = pull_message(datagram.data)
        except MalformedError:
            return
        if message.command == REQUEST:
            self._answer(message, datagram)
        elif self._is_from_neighbor(datagram):
            for entry in message.entries:
                self._learn(entry, datagram)

    @staticmethod
    def _is_from_neighbor(datagram: Datagram) -> bool:
        """Section 2.4.2: a response is from the RIPng port of a neighbor, and of nobody else."""
        return (
            datagram.source_port == PORT
            and ipv6.is_link_local(datagram.source)
            and (datagram.destination != GROUP or datagram.hop_limit == HOP_LIMIT)
        )

    def _answer(self, message: Message, datagram: Datagram) -> None:
        """Answer a request, section 2.4.1: for everything, or for some prefixes."""
        self._take_connected()
        if message == WHOLE_TABLE:
            entries = self._told_on(datagram.interface)
        else:
            entries = [
                Entry(one.prefix, one.length, self._metric_of(one), one.tag)
                for one in message.entries
            ]
        if entries:
            self._send_entries(datagram.interface, entries, datagram.source, datagram.source_port)

    def _metric_of(self, entry: Entry) -> int:
        known = self.table.get((int.from_bytes(entry.prefix, "big"), entry.length))
        return INFINITY if known is None else known.metric

    def _learn(self, entry: Entry, datagram: Datagram) -> None:
        """Take an entry of a response, section 2.4.2."""
        if not is_sensible(entry):
            return
        prefix = int.from_bytes(entry.prefix, "big")
        next_hop = datagram.source if entry.next_hop == ipv6.UNSPECIFIED else entry.next_hop
        metric = min(entry.metric + COST, INFINITY)
        known = self.table.get((prefix, entry.length))
        if known is None:
            if metric < INFINITY:
                known = Destination(
                    prefix, entry.length, metric, datagram.interface, next_hop, entry.tag
                )
                self.table[prefix, entry.length] = known
                self._use(known)
            return
        if known.next_hop is None:
            return  # what is on a link of its own is nearest
        is_same = known.next_hop == next_hop and known.interface is datagram.interface
        if is_same and metric < INFINITY:
            known.valid_until = self.node.now + TIMEOUT
        is_old = known.valid_until - self.node.now < TIMEOUT / 2
        is_better = metric < known.metric or (metric == known.metric < INFINITY and is_old)
        if metric != known.metric if is_same else is_better:
            self._change(known, metric, datagram, next_hop, entry.tag)

    def _change(
        self, known: Destination, metric: int, datagram: Datagram, next_hop: bytes, tag: int
    ) -> None:
        if metric >= INFINITY:
            self._lose(known)
            return
        self._drop(known)
        known.metric, known.tag = metric, tag
        known.interface, known.next_hop = datagram.interface, next_hop
        self._use(known)

    # --- The table --------------------------------------------------------------------------------

    def _use(self, known: Destination) -> None:
        known.valid_until = self.node.now + TIMEOUT
        known.gone_at = math.inf
        self.node.routes.add(self._route(known))
        self._trigger(known)

    def _route(self, known: Destination) -> Route:
        return Route(
            known.prefix,
            known.length,
            known.interface,
            known.next_hop,
            metric=METRIC + known.metric,
            origin="ripng",
        )

    def _drop(self, known: Destination) -> None:
        if known.next_hop is not None:
            self.node.routes.remove(self._route(known))

    def _lose(self, known: Destination) -> None:
        """A destination is not reachable any more: say so, and forget it later, section 2.3."""
        if known.metric >= INFINITY:
            return
        self._drop(known)
        known.metric = INFINITY
        known.valid_until = math.inf
        known.gone_at = self.node.now + GARBAGE
        self._trigger(known)

    def _take_connected(self) -> None:
        """Take the prefixes of the router's own links, and lose those that are not there now."""
        here: set[tuple[int, int]] = set()
        for route in self.node.routes:
            interface = route.interface
            if route.origin != "kernel" or interface is None or not interface.is_up:
                continue
            if ipv6.is_link_local(route.prefix.to_bytes(16, "big")):
                continue
            key = (route.prefix, route.length)
            here.add(key)
            known = self.table.get(key)
            if known is None or known.next_hop is not None or known.metric >= INFINITY:
                if known is not None:
                    self._drop(known)
                self.table[key] = Destination(*key, COST, interface)
                self._trigger(self.table[key])
        for key, known in self.table.items():
            if known.next_hop is None and key not in here:
                self._lose(known)

    def _look(self) -> None:
        """Once a second: which destinations have timed out, and which are forgotten."""
        self._take_connected()
        now = self.node.now
        for key, known in [*self.table.items()]:
            if known.gone_at <= now:
                del self.table[key]
            elif known.valid_until <= now:
                self._lose(known)
        self.node.after(1.0, self._look)

    # --- Out --------------------------------------------------------------------------------------

    def _update(self) -> None:
        """Tell everything, and set the time of the next update."""
        self._take_connected()
        for interface in self.interfaces:
            self._send_entries(interface, self._told_on(interface))
        for known in self.table.values():
            known.is_changed = False
        spread = self.node.random.uniform(-UPDATE_SPREAD, UPDATE_SPREAD)
        self.node.after(UPDATE + spread, self._update)

    def _trigger(self, known: Destination) -> None:
        """Tell what changed, at once, but not more often than each 1 to 5 seconds."""
        known.is_changed = True
        if not self._is_update_due:
            self._is_update_due = True
            self.node.after(max(0.0, self._quiet_until - self.node.now), self._tell_changes)

    def _tell_changes(self) -> None:
        self._is_update_due = False
        self._quiet_until = self.node.now + self.node.random.uniform(*TRIGGERED)
        for interface in self.interfaces:
            changes = [entry for known, entry in self._pairs(interface) if known.is_changed]
            if changes:
                self._send_entries(interface, changes)
        for known in self.table.values():
            known.is_changed = False

    def _told_on(self, interface: Interface) -> list[Entry]:
        return [entry for _, entry in self._pairs(interface)]

    def _pairs(self, interface: Interface) -> list[tuple[Destination, Entry]]:
        """Return what is told on a link: what was learned there is not reachable through here."""
        found = []
        for known in self.table.values():
            is_learned_here = known.next_hop is not None and known.interface is interface
            metric = INFINITY if is_learned_here else known.metric
            entry = Entry(known.prefix.to_bytes(16, "big"), known.length, metric, known.tag)
            found.append((known, entry))
        return found

    def _send_entries(
        self,
        interface: Interface,
        entries: list[Entry],
        destination: bytes = GROUP,
        port: int = PORT,
    ) -> None:
        most = most_entries(interface.mtu)
        for begin in range(0, len(entries), most):
            message = Message(RESPONSE, tuple(entries[begin : begin + most]))
            self._send(interface, message, destination, port)

    def _send(
        self,
        interface: Interface,
        message: Message,
        destination: bytes = GROUP,
        port: int = PORT,
    ) -> None:
        if self._socket is None or interface.link_local is None or not interface.is_up:
            return
        to_link = destination == GROUP or ipv6.is_link_local(destination)
        self._socket.send(
            push_message(message),
            destination,
            port,
            source=interface.link_local if to_link else None,
            interface=interface,
            hop_limit=HOP_LIMIT,
        )


def is_sensible(entry: Entry) -> bool:
    """Return whether an entry may be believed, section 2.4.2."""
    return (
        1 <= entry.metric <= INFINITY
        and entry.length <= 128
        and not ipv6.is_multicast(entry.prefix)
        and not ipv6.is_link_local(entry.prefix)
        and int.from_bytes(entry.prefix, "big") & (1 << 128 - entry.length) - 1 == 0
    )
