"""The connections that a filter knows: what `ct state` asks for, as Linux keeps them.

A connection is known by the addresses, the protocol, and the ports (or the identifier of an echo).
It is *new* until a packet comes the other way; then it is *established*. An ICMPv6 error about it
is *related*. Neighbor Discovery and MLD are not tracked. What fits nothing is *invalid*.

Simpler than the kernel: no TCP windows, no helpers, and TCP's states only as far as its time-outs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ipv6course.network.filter_expressions import (
    ESTABLISHED,
    INVALID,
    NEW,
    RELATED,
    UNTRACKED,
    upper_layer,
)
from ipv6course.network.wire import icmpv6, ipv6

# Seconds; the defaults of Linux's net.netfilter.nf_conntrack_…_timeout.
_ICMP = 30
_UDP, _UDP_STREAM = 30, 120
_GENERIC = 600
_SYN_SENT, _SYN_RECEIVED, _ESTABLISHED, _FIN, _CLOSED = 120, 60, 432_000, 120, 10

_FIN_BIT, _SYN_BIT, _RST_BIT, _ACK_BIT = 0x01, 0x02, 0x04, 0x10

# An echo and its answer, RFC 4443 section 4; a node information query and its, RFC 4620.
_ANSWERS = {128: 129, 129: 128, 139: 140, 140: 139}
_BEGINS = (128, 139)
_NOT_TRACKED = frozenset((130, 131, 132, 133, 134, 135, 136, 143))


class _Flow(NamedTuple):
    """One direction of a connection."""

    source: bytes
    destination: bytes
    protocol: int
    first: int
    """The source port; of an echo its type."""
    second: int
    """The destination port; of an echo its identifier."""


@dataclass(slots=True)
class Connection:
    """A connection, under the flow of the packet that began it."""

    flow: _Flow
    until: float
    """Virtual seconds; then it is forgotten, unless a packet comes before."""
    is_answered: bool = False


class Connections:
    """The connections that went through a node, or to it, or from it."""

    def __init__(self) -> None:
        self._by_flow: dict[_Flow, Connection] = {}

    def __len__(self) -> int:
        return len({id(one) for one in self._by_flow.values()})

    def see(self, data: bytes, now: float) -> int:
        """Take a packet that arrives, or leaves this node, before any rule has seen it.

        Returns:
            The state of its connection, one of the bits of `ct state`.
        """
        flow = _flow(data)
        if flow is None:
            return INVALID
        if flow.protocol == ipv6.ICMPV6:
            if flow.first in _NOT_TRACKED:
                return UNTRACKED
            if not flow.first & icmpv6.INFORMATIONAL:
                return self._error_state(data, now)
        connection = self._known(flow, now)
        if connection is None:
            return NEW if _may_begin(flow, data) else INVALID
        is_reply = connection.flow != flow
        if not connection.is_answered and _tcp_flags(flow, data) & _RST_BIT:
            self._forget(connection)  # a port that is closed
            return ESTABLISHED if is_reply else NEW
        connection.is_answered = connection.is_answered or is_reply
        connection.until = now + _timeout(connection, data)
        return ESTABLISHED if connection.is_answered else NEW

    def begin(self, data: bytes, now: float) -> None:
        """Take a packet that passed all rules: where it is the first of a connection, note it."""
        flow = _flow(data)
        if flow is not None and self._known(flow, now) is None and _may_begin(flow, data):
            connection = Connection(flow, now)
            connection.until = now + _timeout(connection, data)
            self._by_flow[flow] = self._by_flow[_other_way(flow)] = connection

    def _known(self, flow: _Flow, now: float) -> Connection | None:
        connection = self._by_flow.get(flow)
        if connection is not None and connection.until <= now:
            self._forget(connection)
            return None
        return connection

    def _forget(self, connection: Connection) -> None:
        self._by_flow.pop(connection.flow, None)
        self._by_flow.pop(_other_way(connection.flow), None)

    def _error_state(self, data: bytes, now: float) -> int:
        # An error is about the packet in it, which went the other way, and goes to its sender.
        _, at, _ = upper_layer(data, through_authentication=True)
        inner = data[at + 8 :]
        if len(inner) < ipv6.HEADER or inner[8:24] != data[24:40]:
            return INVALID
        flow = _flow(inner)
        return RELATED if flow is not None and self._known(flow, now) else INVALID


def _flow(data: bytes) -> _Flow | None:
    protocol, at, is_later = upper_layer(data, through_authentication=True)
    if protocol is None or is_later or protocol == ipv6.NO_NEXT_HEADER:
        return None
    first = second = 0
    if protocol in (ipv6.TCP, ipv6.UDP):
        if at + 8 > len(data):
            return None
        first, second = data[at] << 8 | data[at + 1], data[at + 2] << 8 | data[at + 3]
    elif protocol == ipv6.ICMPV6:
        if at + 8 > len(data):
            return None
        first = data[at]
        second = data[at + 4] << 8 | data[at + 5] if first in _ANSWERS else data[at + 1]
    return _Flow(data[8:24], data[24:40], protocol, first, second)


def _other_way(flow: _Flow) -> _Flow:
    if flow.protocol == ipv6.ICMPV6:
        answer = _ANSWERS.get(flow.first, flow.first)
        return _Flow(flow.destination, flow.source, flow.protocol, answer, flow.second)
    return _Flow(flow.destination, flow.source, flow.protocol, flow.second, flow.first)


def _tcp_flags(flow: _Flow, data: bytes) -> int:
    _, at, _ = upper_layer(data, through_authentication=True)
    return data[at + 13] if flow.protocol == ipv6.TCP and at + 14 <= len(data) else 0


def _may_begin(flow: _Flow, data: bytes) -> bool:
    if flow.protocol == ipv6.ICMPV6:
        return flow.first in _BEGINS
    if flow.protocol != ipv6.TCP:
        return True
    # A SYN begins one. So does an ACK: Linux picks up what ran before it began to look
    # (nf_conntrack_tcp_loose).
    flags = _tcp_flags(flow, data)
    if flags & _RST_BIT:
        return False
    if flags & _SYN_BIT:
        return not flags & _ACK_BIT
    return not flags & _FIN_BIT and bool(flags & _ACK_BIT)


def _timeout(connection: Connection, data: bytes) -> float:
    flow = connection.flow
    if flow.protocol == ipv6.ICMPV6:
        return _ICMP
    if flow.protocol == ipv6.UDP:
        return _UDP_STREAM if connection.is_answered else _UDP
    if flow.protocol != ipv6.TCP:
        return _GENERIC
    flags = _tcp_flags(flow, data)
    if flags & _RST_BIT:
        return _CLOSED
    if flags & _SYN_BIT:
        return _SYN_RECEIVED if flags & _ACK_BIT else _SYN_SENT
    return _FIN if flags & _FIN_BIT else _ESTABLISHED
