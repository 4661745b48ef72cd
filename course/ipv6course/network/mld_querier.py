"""Multicast Listener Discovery of a router: it asks who listens, RFC 9777 section 7.

A router learns to which groups, and from which sources, there are listeners on a link; not who they
are. What a report changes is two tables, `CURRENT` and `CHANGED`, row by row as in section 7.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import netaddr

from ipv6course.network.mld import ROBUSTNESS, believable, is_reported
from ipv6course.network.wire import ipv6, mld
from ipv6course.network.wire.mld import OldReport, Query, Record, RecordType, Report

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet
    from ipv6course.network.timers import Timer

# RFC 9777 section 9, seconds.
QUERY_INTERVAL = 125.0
QUERY_RESPONSE_INTERVAL = 10.0
LAST_LISTENER_QUERY_INTERVAL = 1.0

Sources = frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Listeners:
    """What a router knows of one group, for a lesson to look at."""

    group: netaddr.IPAddress
    mode: str
    """"INCLUDE": only from `sources`; "EXCLUDE": from all but `excluded`."""
    sources: tuple[netaddr.IPAddress, ...]
    excluded: tuple[netaddr.IPAddress, ...]
    seconds: float
    """Until it is forgotten, unless somebody reports again."""


@dataclass(slots=True)
class _Group:
    """Section 7.2: filter mode, filter timer, and source records."""

    is_exclude: bool = False
    until: float = 0.0
    """The filter timer."""
    wanted: dict[bytes, float] = field(default_factory=dict)
    """A of INCLUDE (A), X of EXCLUDE (X, Y): sources, and when their timers end."""
    excluded: set[bytes] = field(default_factory=set)
    """Y of EXCLUDE (X, Y)."""

    def advance(self, now: float) -> bool:
        """Let timers end that have, section 7.2.2. Return whether anything is left."""
        for source, until in list(self.wanted.items()):
            if until <= now:
                del self.wanted[source]
                if self.is_exclude:
                    self.excluded.add(source)
        if self.is_exclude and self.until <= now:
            self.is_exclude = False
            self.excluded.clear()
        return self.is_exclude or bool(self.wanted)


@dataclass(frozen=True, slots=True)
class _Step:
    """What a record does to a group: its new sources, and what is asked."""

    is_exclude: bool
    wanted: Sources
    excluded: Sources = frozenset()
    to_full: Sources = frozenset()
    """Sources whose timer begins anew: (B)=MALI."""
    to_filter: Sources = frozenset()
    """Sources whose timer is set to the filter timer's: (A-X-Y)=Filter Timer."""
    ask: Sources = frozenset()
    """Q(MA, …): these sources are asked about."""
    asks_group: bool = False
    """Q(MA): the group is asked about."""
    renews: bool = False
    """Filter Timer=MALI."""


_Row = Callable[[Sources, Sources, Sources], _Step]
# In INCLUDE (A): a is A, y is empty. In EXCLUDE (X, Y): a is X, y is Y. b is what the record lists.
TABLE: dict[tuple[bool, RecordType], _Row] = {
    # Section 7.4.1, current state.
    (False, RecordType.IS_INCLUDE): lambda a, y, b: _Step(False, a | b, to_full=b),
    (False, RecordType.IS_EXCLUDE): lambda a, y, b: _Step(True, a & b, b - a, renews=True),
    (True, RecordType.IS_INCLUDE): lambda a, y, b: _Step(True, a | b, y - b, to_full=b),
    (True, RecordType.IS_EXCLUDE): lambda a, y, b: _Step(
        True, b - y, y & b, to_full=b - a - y, renews=True
    ),
    # Section 7.4.2, changes.
    (False, RecordType.ALLOW): lambda a, y, b: _Step(False, a | b, to_full=b),
    (False, RecordType.BLOCK): lambda a, y, b: _Step(False, a, ask=a & b),
    (False, RecordType.TO_EXCLUDE): lambda a, y, b: _Step(
        True, a & b, b - a, ask=a & b, renews=True
    ),
    (False, RecordType.TO_INCLUDE): lambda a, y, b: _Step(False, a | b, to_full=b, ask=a - b),
    (True, RecordType.ALLOW): lambda a, y, b: _Step(True, a | b, y - b, to_full=b),
    (True, RecordType.BLOCK): lambda a, y, b: _Step(
        True, a | (b - y), y, to_filter=b - a - y, ask=b - y
    ),
    (True, RecordType.TO_EXCLUDE): lambda a, y, b: _Step(
        True, b - y, y & b, to_filter=b - a - y, ask=b - y, renews=True
    ),
    (True, RecordType.TO_INCLUDE): lambda a, y, b: _Step(
        True, a | b, y - b, to_full=b, ask=a - b, asks_group=True
    ),
}


class MldQuerier:
    """The router's side on one interface. `Router` does not begin it by itself; see `start`."""

    def __init__(self, node: Node, interface: Interface) -> None:
        """Make the querier of an interface.

        Args:
            node: The router.
            interface: Where it asks.
        """
        self.node = node
        self.interface = interface
        self.robustness = ROBUSTNESS
        self.query_interval = QUERY_INTERVAL
        self.response_interval = QUERY_RESPONSE_INTERVAL
        """Seconds in which all listeners answer a General Query, section 9.3."""
        self.is_querier = True
        """Whether it asks; else a router with a lower address does, section 7.6.2."""
        self._groups: dict[bytes, _Group] = {}
        self._timer: Timer | None = None
        self._startup_left = 0

    @property
    def listening_interval(self) -> float:
        """Seconds after which silence means nobody: MALI, section 9.4."""
        return self.robustness * self.query_interval + self.response_interval

    @property
    def last_listener_time(self) -> float:
        """Seconds in which the last listener must answer: LLQT, section 9.10."""
        return self.robustness * LAST_LISTENER_QUERY_INTERVAL

    def start(self) -> None:
        """Begin to ask, and to listen to reports."""
        self.node.join(self.interface, mld.ALL_MLD2_ROUTERS)
        _chain(self.node, mld.QUERY, self._receive)
        _chain(self.node, mld.REPORT, self._receive)
        _chain(self.node, mld.REPORT_1, self._receive)
        _chain(self.node, mld.DONE, self._receive)
        self._startup_left = self.robustness  # section 9.7
        with self.node.asked():
            self._ask_all()

    def groups(self) -> list[Listeners]:
        """Return the groups that have listeners on this link."""
        return [self._shown(address, group) for address, group in self._alive().items()]

    def wants(self, group: bytes, source: bytes) -> bool:
        """Return whether a packet is wanted on this link, section 7.3."""
        found = self._alive().get(group)
        if found is None:
            return False
        return source not in found.excluded if found.is_exclude else source in found.wanted

    def _alive(self) -> dict[bytes, _Group]:
        now = self.node.world.now if self.node.world is not None else self.node.now
        self._groups = {key: group for key, group in self._groups.items() if group.advance(now)}
        return self._groups

    def _shown(self, address: bytes, group: _Group) -> Listeners:
        until = group.until if group.is_exclude else max(group.wanted.values())
        return Listeners(
            _ip(address),
            "EXCLUDE" if group.is_exclude else "INCLUDE",
            tuple(_ip(source) for source in sorted(group.wanted)),
            tuple(_ip(source) for source in sorted(group.excluded)),
            until - self.node.now,
        )

    # --- Asking -------------------------------------------------------------------------------

    def _ask_all(self) -> None:
        """Send a General Query, and set the timer for the next one."""
        if self.interface.link_local is None:  # section 5.1.14: a query needs a source
            self._set_timer(1.0)
            return
        if self.is_querier:
            self._send(self._query(int(self.response_interval * 1000)))
        self.is_querier = True  # also: the other querier has not been heard for too long
        self._startup_left -= 1
        self._set_timer(self.query_interval / 4 if self._startup_left > 0 else self.query_interval)

    def _set_timer(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.node.timers.at(self.node.now + seconds, self._ask_all)

    def _query(self, response_delay: int) -> Query:
        return Query(
            response_delay=response_delay,
            robustness=self.robustness,
            interval=int(self.query_interval),
        )

    def _send(self, query: Query) -> None:
        source = self.interface.link_local
        if source is None:
            return
        to = ipv6.ALL_NODES if query.is_general else query.group  # section 5.1.15
        self.node.send(mld.push_packet(query, source, to), interface=self.interface)

    def _ask(self, group: bytes, sources: Sources, left: int) -> None:
        """Ask about a group, or some of its sources, section 7.6.3; and again after a second."""
        if not self.is_querier or left <= 0 or group not in self._alive():
            return
        query = replace(
            self._query(int(LAST_LISTENER_QUERY_INTERVAL * 1000)),
            group=group,
            suppress=left < self.robustness and self._heard_since(group, sources),
            sources=tuple(sorted(sources)),
        )
        self._send(query)
        self.node.timers.at(
            self.node.now + LAST_LISTENER_QUERY_INTERVAL,
            lambda: self._ask(group, sources, left - 1),
        )

    def _heard_since(self, group: bytes, sources: Sources) -> bool:
        found, soon = self._groups[group], self.node.now + self.last_listener_time
        if sources:
            return all(found.wanted.get(source, 0.0) > soon for source in sources)
        return found.until > soon

    def _lower(self, group: _Group, sources: Sources, *, is_all: bool) -> None:
        """Give listeners only a short time to answer."""
        soon = self.node.now + self.last_listener_time
        if is_all:
            group.until = min(group.until, soon)
        for source in sources:
            if source in group.wanted:
                group.wanted[source] = min(group.wanted[source], soon)

    # --- Hearing ------------------------------------------------------------------------------

    def _receive(self, packet: Packet) -> None:
        if packet.interface is not self.interface:
            return
        message = believable(packet)
        if isinstance(message, Query):
            self._hear_query(packet.source, message)
        elif isinstance(message, Report):
            for record in message.records:
                self._hear(record)
        elif isinstance(message, OldReport):  # section 8.3.2: as if it were of version 2
            kind = RecordType.TO_INCLUDE if message.is_done else RecordType.IS_EXCLUDE
            self._hear(Record(kind, message.group))

    def _hear_query(self, source: bytes, query: Query) -> None:
        """Another router asks: the lowest address wins, section 7.6.2."""
        own = self.interface.link_local
        if own is None or source >= own:
            return
        self.is_querier = False
        if query.version == 2:
            self.robustness = query.robustness or ROBUSTNESS
            self.query_interval = float(query.interval) or QUERY_INTERVAL
        # Section 9.5: Other Querier Present Timeout.
        self._set_timer(self.robustness * self.query_interval + self.response_interval / 2)
        if not query.is_general and not query.suppress:
            group = self._alive().get(query.group)
            if group is not None:
                self._lower(group, frozenset(query.sources), is_all=not query.sources)

    def _hear(self, record: Record) -> None:
        if record.type not in list(RecordType) or not is_reported(record.group):
            return
        now = self.node.now
        group = self._alive().get(record.group, _Group())
        row = TABLE[group.is_exclude, RecordType(record.type)]
        step = row(frozenset(group.wanted), frozenset(group.excluded), frozenset(record.sources))
        full, filters = now + self.listening_interval, group.until
        group.is_exclude = step.is_exclude
        group.excluded = set(step.excluded)
        timers = dict(group.wanted)
        timers |= dict.fromkeys(step.to_filter, filters) | dict.fromkeys(step.to_full, full)
        group.wanted = {source: timers.get(source, full) for source in step.wanted}
        if step.renews:
            group.until = full
        if not group.is_exclude and not group.wanted:
            return
        self._groups[record.group] = group
        if not self.is_querier:
            return  # the querier asks, and lowers all timers by what it asks
        if step.asks_group:
            self._lower(group, frozenset(), is_all=True)
            self._ask(record.group, frozenset(), self.robustness)
        if step.ask:
            self._lower(group, step.ask, is_all=False)
            self._ask(record.group, step.ask, self.robustness)


def _ip(address: bytes) -> netaddr.IPAddress:
    return netaddr.IPAddress(int.from_bytes(address, "big"), 6)


def _chain(node: Node, kind: int, handler: Callable[[Packet], None]) -> None:
    """Give messages of a type to one more handler."""
    before = node.icmp_types.get(kind)

    def both(packet: Packet) -> None:
        if before is not None:
            before(packet)
        handler(packet)

    node.icmp_types[kind] = both
