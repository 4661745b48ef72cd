"""Multicast Listener Discovery of a node as listener, RFC 9777 section 6.

`Node.join` and `Node.leave` say what it listens to; from here the routers and the switches get to
know. A change is reported at once, and again, for a report may be lost; a query is answered after a
random delay. Where a router speaks version 1 only, so does the node (section 8.2.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipv6course.network.wire import MalformedError, ethernet, ipv6, mld
from ipv6course.network.wire.mld import Query, Record, RecordType, Report

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet
    from ipv6course.network.timers import Timer

ROBUSTNESS = 2  # RFC 9777 section 9.1: how many reports may be lost, less one
UNSOLICITED_REPORT_INTERVAL = 1.0  # seconds, section 9.11
_UNREPORTED_SCOPES = (0, 1)  # reserved, and interface-local: section 6


@dataclass(frozen=True, slots=True)
class Filter:
    """From which sources a group's packets are wanted, RFC 9777 section 4.2."""

    is_exclude: bool
    """Whether `sources` are those that are not wanted; else only they are wanted."""
    sources: frozenset[bytes] = frozenset()

    def lets_pass(self, source: bytes) -> bool:
        """Return whether packets from a source are wanted."""
        return (source in self.sources) != self.is_exclude


EVERYBODY = Filter(is_exclude=True)
NOBODY = Filter(is_exclude=False)


@dataclass(slots=True)
class _OnInterface:
    """What is to be said on one interface."""

    has_begun: bool = False
    filters: dict[bytes, Filter] = field(default_factory=dict)
    changes: dict[bytes, tuple[Filter, int]] = field(default_factory=dict)
    """Groups whose change is still to be reported: what the routers knew before, and how often."""
    change_timer: Timer | None = None
    answers: dict[bytes, tuple[Timer, frozenset[bytes]]] = field(default_factory=dict)
    """Answers that wait: to a query about a group, or about all (the unspecified address)."""
    robustness: int = ROBUSTNESS
    old_querier_until: float = 0.0
    """Until then a router of version 1 is there, section 8.2.1."""
    last_source: bytes = ipv6.UNSPECIFIED


class Mld:
    """The listener of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._on: dict[Interface, _OnInterface] = {}
        self._filters_input = False
        node.icmp_types[mld.QUERY] = self._receive_query

    # --- What it listens to -------------------------------------------------------------------

    def begin(self, interface: Interface) -> None:
        """The interface is switched on: report what it listens to."""
        on = self._state(interface)
        on.has_begun = True
        for group in on.filters:
            self._changed(interface, group, NOBODY)

    def listen(self, interface: Interface, group: bytes, wanted: Filter) -> None:
        """Change what is wanted of a group, RFC 9777 section 6.1.

        `Node.join` wants everybody, `Node.leave` nobody. Source-specific multicast (RFC 4607) wants
        some: `Filter(is_exclude=False, sources=frozenset({…}))`.
        """
        on = self._state(interface)
        before = on.filters.get(group, NOBODY)
        if before == wanted:
            return
        if wanted == NOBODY:
            del on.filters[group]
            interface.groups.discard(group)
        else:
            on.filters[group] = wanted
            interface.groups.add(group)
        interface.group_macs = {ethernet.multicast_mac(other) for other in interface.groups}
        if wanted.sources and not self._filters_input:
            self._filters_input = True
            self.node.hooks["input"].append(self._is_wanted)
        self._changed(interface, group, before)

    def link_local_is_ready(self, interface: Interface) -> None:
        """Report all again: until now reports had no source that routers believe, RFC 3590."""
        on = self._state(interface)
        if on.has_begun and on.last_source == ipv6.UNSPECIFIED:
            for group in on.filters:
                self._changed(interface, group, NOBODY)

    def _is_wanted(self, data: bytes, interface: Interface | None, _out: Interface | None) -> bool:
        if data[24] != 0xFF or interface is None:
            return True
        return self._state(interface).filters.get(data[24:40], EVERYBODY).lets_pass(data[8:24])

    def _state(self, interface: Interface) -> _OnInterface:
        return self._on.setdefault(interface, _OnInterface())

    # --- Changes, section 6.1 -----------------------------------------------------------------

    def _changed(self, interface: Interface, group: bytes, before: Filter) -> None:
        on = self._state(interface)
        if not on.has_begun or not is_reported(group):
            return
        known = on.changes.get(group, (before, 0))[0]
        on.changes[group] = (known, on.robustness)
        if on.change_timer is not None:
            on.change_timer.cancel()
        # "Immediately": what changes at one time goes into one report.
        with self.node.asked():
            on.change_timer = self.node.timers.at(
                self.node.now, lambda: self._report_changes(interface)
            )

    def _report_changes(self, interface: Interface) -> None:
        on = self._state(interface)
        on.change_timer = None
        records: list[Record] = []
        for group, (before, times) in list(on.changes.items()):
            records += _difference(group, before, on.filters.get(group, NOBODY))
            if times > 1:
                on.changes[group] = (before, times - 1)
            else:
                del on.changes[group]
        self._send(interface, records)
        if on.changes:
            delay = self.node.random.uniform(0, UNSOLICITED_REPORT_INTERVAL)
            on.change_timer = self.node.timers.at(
                self.node.now + delay, lambda: self._report_changes(interface)
            )

    # --- Queries, sections 6.2 and 6.3 --------------------------------------------------------

    def _receive_query(self, packet: Packet) -> None:
        """Take a query; one that cannot be a router's on this link is dropped."""
        query = believable(packet)
        if not isinstance(query, Query):
            return
        interface, on = packet.interface, self._state(packet.interface)
        if query.version == 1:
            # Section 9.12: Older Version Querier Present Timeout.
            seconds = on.robustness * 125 + query.response_delay / 1000
            on.old_querier_until = self.node.now + seconds
        elif query.robustness:
            on.robustness = query.robustness
        if not query.is_general and query.group not in on.filters:
            return
        when = self.node.now + self.node.random.uniform(0, query.response_delay / 1000)
        sources = frozenset(query.sources)
        general = on.answers.get(ipv6.UNSPECIFIED)
        if general is not None and general[0].when <= when:
            return  # all will be told anyway, rule 1
        waiting = on.answers.pop(query.group, None)
        if waiting is not None:  # rules 4 and 5: the earlier time, and both questions
            waiting[0].cancel()
            when = min(when, waiting[0].when)
            sources = sources | waiting[1] if sources and waiting[1] else frozenset()
        timer = self.node.timers.at(when, lambda: self._answer(interface, query.group))
        on.answers[query.group] = (timer, sources)

    def _answer(self, interface: Interface, group: bytes) -> None:
        on = self._state(interface)
        _, asked = on.answers.pop(group)
        groups = on.filters if group == ipv6.UNSPECIFIED else {group: on.filters.get(group, NOBODY)}
        records = []
        for one, wanted in groups.items():
            record = _current(one, wanted, asked)
            if record is not None and is_reported(one):
                records.append(record)
        self._send(interface, records)

    # --- Out ----------------------------------------------------------------------------------

    def _send(self, interface: Interface, records: list[Record]) -> None:
        if not records:
            return
        on = self._state(interface)
        # RFC 9777 section 5.2.14: a link-local address, or none yet.
        source = on.last_source = interface.link_local or ipv6.UNSPECIFIED
        if on.old_querier_until > self.node.now:
            self._send_old(interface, records, source)
            return
        # Section 5.2.16: what does not fit goes into another report.
        room = (interface.mtu - ipv6.HEADER - 8 - 8) // 20
        for at in range(0, len(records), room):
            report = Report(tuple(records[at : at + room]))
            packet = mld.push_packet(report, source, mld.ALL_MLD2_ROUTERS)
            self.node.send(packet, interface=interface)

    def _send_old(self, interface: Interface, records: list[Record], source: bytes) -> None:
        for record in records:
            is_done = record.type == RecordType.TO_INCLUDE and not record.sources
            to = ipv6.ALL_ROUTERS if is_done else record.group  # RFC 2710 section 3
            message = mld.OldReport(record.group, is_done)
            self.node.send(mld.push_packet(message, source, to), interface=interface)


def is_reported(group: bytes) -> bool:
    """Return whether routers are told of a group: not of ff02::1, RFC 9777 section 6."""
    return group != ipv6.ALL_NODES and group[1] & 0xF not in _UNREPORTED_SCOPES


def believable(packet: Packet) -> mld.Message | None:
    """Read a message that came in, if it is one of this link's, RFC 9777 sections 6.2 and 7.4.

    Its source is link-local, its hop limit 1, and it has the Router Alert option.
    """
    if not ipv6.is_link_local(packet.source) or packet.hop_limit != 1:
        return None
    if not mld.has_router_alert(packet.data):
        return None
    try:
        return mld.pull_mld(packet.payload)
    except MalformedError:
        return None


def _difference(group: bytes, before: Filter, now: Filter) -> list[Record]:
    """Return the records of a change, the table of RFC 9777 section 6.1."""
    old, new = before.sources, now.sources
    if before.is_exclude != now.is_exclude:
        kind = RecordType.TO_EXCLUDE if now.is_exclude else RecordType.TO_INCLUDE
        return [Record(kind, group, tuple(sorted(new)))]
    allowed, blocked = (old - new, new - old) if now.is_exclude else (new - old, old - new)
    records = []
    if allowed:
        records.append(Record(RecordType.ALLOW, group, tuple(sorted(allowed))))
    if blocked:
        records.append(Record(RecordType.BLOCK, group, tuple(sorted(blocked))))
    return records


def _current(group: bytes, wanted: Filter, asked: frozenset[bytes]) -> Record | None:
    """Return the record that answers a query, RFC 9777 section 6.3."""
    if not asked:
        if wanted == NOBODY:
            return None
        kind = RecordType.IS_EXCLUDE if wanted.is_exclude else RecordType.IS_INCLUDE
        return Record(kind, group, tuple(sorted(wanted.sources)))
    found = asked - wanted.sources if wanted.is_exclude else asked & wanted.sources
    return Record(RecordType.IS_INCLUDE, group, tuple(sorted(found))) if found else None
