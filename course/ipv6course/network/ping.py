"""ping: Echo Requests to a node, and what comes back, printed as iputils' ping prints it."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import netaddr

from ipv6course.address import given
from ipv6course.address.text import N_
from ipv6course.network import surface
from ipv6course.network.probing import (
    check,
    free_identifier,
    has_way,
    ip_of,
    name_of,
    shown,
    with_zone,
    world_of,
    zone_of,
)
from ipv6course.network.wire import icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.icmp import Problem
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet

ECHO_HEADER = 8  # octets, RFC 4443 section 4.1
LARGEST = ipv6.LARGEST_PAYLOAD - ECHO_HEADER
WAIT = 10.0  # seconds for the last answer where none has come: iputils' -W
_TIMESTAMP = struct.Struct("<QQ")  # where iputils notes when it sent: seconds, microseconds
_MICRO = 1_000_000

# The words of iputils, by type and code.
_UNREACHABLE = {
    icmpv6.NO_ROUTE: "No route",
    icmpv6.PROHIBITED: "Administratively prohibited",
    icmpv6.BEYOND_SCOPE: "Beyond scope of source address",
    icmpv6.ADDRESS_UNREACHABLE: "Address unreachable",
    icmpv6.PORT_UNREACHABLE: "Port unreachable",
}
_EXCEEDED = {
    icmpv6.HOP_LIMIT_EXCEEDED: "Hop limit",
    icmpv6.REASSEMBLY_EXCEEDED: "Defragmentation failure",
}
_PARAMETER = {
    icmpv6.ERRONEOUS_FIELD: "Wrong header field",
    icmpv6.UNKNOWN_NEXT_HEADER: "Unknown header",
    icmpv6.UNKNOWN_OPTION: "Unknown option",
}


def describe(type: int, code: int, parameter: int) -> str:
    """Return what an ICMPv6 error says, in iputils' words."""
    if type == icmpv6.DESTINATION_UNREACHABLE:
        return f"Destination unreachable: {_UNREACHABLE.get(code, f'Unknown code {code}')}"
    if type == icmpv6.PACKET_TOO_BIG:
        return f"Packet too big: mtu={parameter}" + (f", code={code}" if code else "")
    if type == icmpv6.TIME_EXCEEDED:
        return f"Time exceeded: {_EXCEEDED.get(code, f'code {code}')}"
    if type == icmpv6.PARAMETER_PROBLEM:
        return f"Parameter problem: {_PARAMETER.get(code, f'code {code}')} at {parameter}"
    return f"unknown icmp type: {type}"


@dataclass(frozen=True, slots=True)
class PingReply:
    """An Echo Reply."""

    sequence: int
    """Of the request that it answers; the first is 1."""
    source: netaddr.IPAddress
    interface: str
    """Where it came in."""
    hop_limit: int
    octets: int
    """ICMPv6 header and data."""
    seconds: float | None
    """The round trip; None where the request had no room for a time: under 16 octets of data."""
    is_duplicate: bool
    """Whether this request had been answered before."""


@dataclass(frozen=True, slots=True)
class PingError:
    """An ICMPv6 error about a request."""

    sequence: int
    source: netaddr.IPAddress
    """Who reports it."""
    interface: str
    type: int
    code: int
    parameter: int
    """The MTU of a Packet Too Big, the pointer of a Parameter Problem."""

    @property
    def text(self) -> str:
        """What it says, in iputils' words."""
        return describe(self.type, self.code, self.parameter)


@dataclass(frozen=True, slots=True)
class TooLong:
    """A request that was not sent: it is longer than the path, and must not be split."""

    sequence: int
    mtu: int
    """Octets of the longest packet that the path is known to carry."""


@dataclass(repr=False, slots=True)
class PingResult:
    """What became of some Echo Requests. Printed, it looks as iputils' ping does."""

    destination: netaddr.IPAddress
    name: str
    """The destination as it was given."""
    size: int
    """Octets of data in each request."""
    origin: str = ""
    """Source and interface, where one of them was asked for."""
    zone: str = ""
    """The interface that the destination names."""
    events: list[PingReply | PingError | TooLong] = field(default_factory=list)
    """What happened, in order."""
    transmitted: int = 0
    seconds: float = 0.0
    """From the first request to the last."""
    pipe: int = 0
    """The most requests that were under way at once."""
    failure: str = ""
    """Why not even one was sent: "Network is unreachable"."""

    @property
    def replies(self) -> list[PingReply]:
        """The answers, duplicates among them."""
        return [event for event in self.events if isinstance(event, PingReply)]

    @property
    def errors(self) -> list[PingError]:
        """The ICMPv6 errors."""
        return [event for event in self.events if isinstance(event, PingError)]

    @property
    def received(self) -> int:
        """How many requests were answered."""
        return sum(not reply.is_duplicate for reply in self.replies)

    @property
    def loss(self) -> float:
        """The share of requests that were not answered, 0 to 1."""
        return 1 - self.received / self.transmitted if self.transmitted else 1.0

    @property
    def round_trips(self) -> list[float]:
        """Seconds of each answer that has a time."""
        return [reply.seconds for reply in self.replies if reply.seconds is not None]

    def __str__(self) -> str:
        if self.failure:
            return f"ping: connect: {self.failure}"
        numeric = with_zone(self.destination, self.zone)
        title = f"PING {self.name}({numeric}) {self.origin}{self.size} data bytes"
        return "\n".join([title, *map(self._line, self.events), "", *self._statistics()])

    __repr__ = __str__

    def _line(self, event: PingReply | PingError | TooLong) -> str:
        if isinstance(event, TooLong):
            return f"ping: local error: message too long, mtu: {event.mtu}"
        source = shown(event.source, event.interface)
        if isinstance(event, PingError):
            return f"From {source} icmp_seq={event.sequence} {event.text}"
        line = (
            f"{event.octets} bytes from {source}: icmp_seq={event.sequence} ttl={event.hop_limit}"
        )
        if event.seconds is not None:
            line += f" time={_milliseconds(round(event.seconds * _MICRO))} ms"
        if event.is_duplicate and not self.destination.is_multicast():
            line += " (DUP!)"
        return line

    def _statistics(self) -> list[str]:
        repeats = len(self.replies) - self.received
        errors = sum(not isinstance(event, PingReply) for event in self.events)
        counts = f"{self.transmitted} packets transmitted, {self.received} received"
        if repeats:
            counts += f", +{repeats} duplicates"
        if errors:
            counts += f", +{errors} errors"
        lost = 100 * (self.transmitted - self.received) / self.transmitted
        counts += f", {lost:g}% packet loss, time {round(self.seconds * 1000)}ms"
        last = [self._times()] if self.round_trips else []
        if self.pipe > 1:
            last.append(f"pipe {self.pipe}")
        # Where nobody answered, iputils ends with an empty line.
        return [f"--- {self.name} ping statistics ---", counts, ", ".join(last)]

    def _times(self) -> str:
        micro = [round(seconds * _MICRO) for seconds in self.round_trips]
        mean = sum(micro) // len(micro)
        variance = (sum(one * one for one in micro) - sum(micro) ** 2 // len(micro)) // len(micro)
        figures = (min(micro), mean, max(micro), math.isqrt(variance))
        times = "/".join(f"{one // 1000}.{one % 1000:03}" for one in figures)
        return f"rtt min/avg/max/mdev = {times} ms"


def _milliseconds(micro: int) -> str:
    """Write microseconds as iputils does: in milliseconds, with three digits that count."""
    if micro >= 100_000 - 50:
        return f"{(micro + 500) // 1000}"
    if micro >= 10_000 - 5:
        return f"{(micro + 50) // 1000}.{(micro + 50) % 1000 // 100}"
    if micro >= 1000:
        return f"{(micro + 5) // 1000}.{(micro + 5) % 1000 // 10:02}"
    return f"0.{micro:03}"


class _Run:
    """One call of ping, while it lasts."""

    def __init__(
        self,
        node: Node,
        result: PingResult,
        *,
        destination: bytes,
        source: bytes,
        interface: Interface | None,
        hop_limit: int | None,
        may_fragment: bool,
    ) -> None:
        self.node = node
        self.result = result
        self.destination = destination
        self.source = source
        self.interface = interface
        self.hop_limit = hop_limit
        self.may_fragment = may_fragment
        self.identifier = free_identifier(node)
        self.flow_label = node.random.getrandbits(20)  # one flow, RFC 6437 section 3
        self._sent: dict[int, float] = {}
        self._answered: set[int] = set()

    def is_over(self, count: int) -> bool:
        """Return whether every request has come to something."""
        failed = len(self.result.events) - len(self.result.replies)
        return len(self._answered) + failed >= count

    def send(self, sequence: int) -> None:
        """Send a request."""
        now = self.node.now
        self.result.transmitted += 1
        self._sent[sequence] = now
        length = ipv6.HEADER + ECHO_HEADER + self.result.size
        mtu = self.node.path_mtu.to(self.destination, self.interface)
        if length > mtu and not self.may_fragment:
            self.result.events.append(TooLong(sequence, mtu))
            return
        body = struct.pack("!HH", self.identifier, sequence & 0xFFFF)
        self.node.icmp.send(
            icmpv6.ECHO_REQUEST,
            0,
            body + _data(self.result.size, now),
            self.destination,
            source=self.source,
            interface=self.interface,
            hop_limit=self.hop_limit,
            flow_label=self.flow_label,
        )

    def hear(self, packet: Packet, echo: icmpv6.Echo) -> None:
        """Take an Echo Reply with this run's identifier."""
        sent = self._sent.get(echo.sequence)
        if sent is None:
            return
        result = self.result
        has_time = len(echo.data) >= _TIMESTAMP.size
        result.events.append(
            PingReply(
                echo.sequence,
                ip_of(packet.source),
                packet.interface.name,
                packet.hop_limit,
                ECHO_HEADER + len(echo.data),
                self.node.now - sent if has_time else None,
                echo.sequence in self._answered,
            )
        )
        self._answered.add(echo.sequence)
        result.pipe = max(result.pipe, result.transmitted - echo.sequence + 1)

    def hear_problem(self, problem: Problem) -> None:
        """Take an error, if it is about a request of this run."""
        quoted = problem.payload
        if (
            problem.next_header != ipv6.ICMPV6
            or len(quoted) < ECHO_HEADER
            or quoted[0] != icmpv6.ECHO_REQUEST
            or int.from_bytes(quoted[4:6], "big") != self.identifier
        ):
            return
        self.result.events.append(
            PingError(
                int.from_bytes(quoted[6:8], "big"),
                ip_of(problem.reporter),
                problem.interface.name,
                problem.type,
                problem.code,
                problem.parameter,
            )
        )

    def linger(self, wait: float, interval: float) -> float:
        """Return how long the last answers are waited for, as iputils does it."""
        if not self._answered:
            return wait
        return max(2 * max(self.result.round_trips, default=0.0), interval)


def _data(size: int, now: float) -> bytes:
    """Return what iputils puts into a request: the time, and then each octet its own place."""
    data = bytes(n & 0xFF for n in range(size))
    if size < _TIMESTAMP.size:
        return data
    seconds, micro = divmod(round(now * _MICRO), _MICRO)
    return _TIMESTAMP.pack(seconds, micro) + data[_TIMESTAMP.size :]


def ping(
    node: Node,
    destination: object,
    *,
    count: int = 3,
    size: int = 56,
    hop_limit: int | None = None,
    source: object = None,
    interface: Interface | str | None = None,
    interval: float = 1.0,
    wait: float = WAIT,
    fragment: bool = True,
) -> PingResult:
    """Send Echo Requests, and let virtual time pass until they are answered or given up.

    Args:
        node: Who sends.
        destination: 16 octets, text or a netaddr value; a zone in the text names the interface.
        count: How many requests.
        size: Octets of data in each.
        hop_limit: 1 to 255; None: the interface's own, or 1 for a group.
        source: As the destination; None: chosen by RFC 6724.
        interface: Where they leave; None: the route says it.
        interval: Seconds from one to the next.
        wait: Seconds for the last answer, where none has come at all.
        fragment: Whether a request may be sent in fragments.

    Returns:
        What happened.

    Raises:
        ValueError: A figure is impossible, or the node is in no network.
    """
    check("count", count, 1, 0xFFFF)
    check("size", size, 0, LARGEST)
    if hop_limit is not None:
        check("hop_limit", hop_limit, 1, 0xFF)
    if not interval > 0 or not wait > 0:
        raise given.refusal(
            N_("interval={interval} and wait={wait}: both are seconds, and more than 0."),
            interval=interval,
            wait=wait,
        )
    to, out = surface.destination(node, destination, interface)
    world = world_of(node)
    result = PingResult(
        ip_of(to), name_of(destination, to), size, zone=zone_of(to, destination, out)
    )
    chosen = surface.packed(source) if source is not None else node.choose_source(to, out)
    if chosen is None or not has_way(node, to, out):
        result.failure = "Network is unreachable"
        return result
    if source is not None or interface is not None:
        result.origin = f"from {ip_of(chosen)} {out.name if out and interface else ''}: "
    run = _Run(
        node,
        result,
        destination=to,
        source=chosen,
        interface=out,
        hop_limit=hop_limit,
        may_fragment=fragment,
    )
    node.icmp.echoes[run.identifier] = run.hear
    node.icmp.listeners.append(run.hear_problem)
    try:
        for sequence in range(1, count + 1):
            if sequence > 1:
                world.run_until(lambda: False, interval)
                result.seconds = interval * (sequence - 1)
            with node.asked():
                run.send(sequence)
        is_over: Callable[[], bool] = lambda: run.is_over(count)  # noqa: E731
        if not world.run_until(lambda: is_over() or bool(result.replies), wait):
            return result
        world.run_until(is_over, run.linger(wait, interval))
        return result
    finally:
        del node.icmp.echoes[run.identifier]
        node.icmp.listeners.remove(run.hear_problem)
