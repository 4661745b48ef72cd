"""traceroute: the routers on the way, by their Time Exceeded messages, RFC 4443 section 3.3.

Probes with a hop limit of 1, 2, 3 … die one router further each. They are UDP to ports where nobody
listens, or Echo Requests. Printed as the Linux traceroute 2.1 prints it.
"""

from __future__ import annotations

import struct
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
    from ipv6course.network.udp import Datagram

FIRST_PORT = 33434  # traceroute's since 1988; each probe has the next one
SMALLEST = ipv6.HEADER + 8  # octets of a probe without data, UDP and Echo Request alike

# What is written behind a time, by the code of a Destination Unreachable.
_MARKS = {
    icmpv6.NO_ROUTE: "!N",
    icmpv6.PROHIBITED: "!X",
    icmpv6.BEYOND_SCOPE: "!H",
    icmpv6.ADDRESS_UNREACHABLE: "!H",
    icmpv6.PORT_UNREACHABLE: "",  # the destination was reached
}


def mark(type: int, code: int, parameter: int) -> str:
    """Return what traceroute writes behind a time for an ICMPv6 error; "" for the usual ones."""
    if type == icmpv6.DESTINATION_UNREACHABLE:
        return _MARKS.get(code, f"!<{code}>")
    if type == icmpv6.PACKET_TOO_BIG:
        return f"!F-{parameter}"
    if (type, code) == (icmpv6.TIME_EXCEEDED, icmpv6.HOP_LIMIT_EXCEEDED):
        return ""
    return f"!<{type}-{code}>"


@dataclass(slots=True)
class Probe:
    """A probe, and who answered it."""

    hop_limit: int
    sent: float = 0.0
    """Virtual seconds."""
    source: netaddr.IPAddress | None = None
    """Who answered; None: nobody."""
    interface: str = ""
    seconds: float | None = None
    """From the probe to the answer."""
    mark: str = ""
    """What traceroute writes behind the time: "!N" no route, "!H" the address cannot be reached,
    "!X" prohibited, "!F-1280" too big, "!<5>" code 5."""
    is_end: bool = False
    """Whether it came to an end: at the destination, or at an error."""


@dataclass(frozen=True, slots=True)
class Hop:
    """The probes of one hop limit."""

    number: int
    probes: tuple[Probe, ...]

    @property
    def sources(self) -> list[netaddr.IPAddress]:
        """Who answered, each once, in order."""
        return list(dict.fromkeys(probe.source for probe in self.probes if probe.source))


@dataclass(repr=False, slots=True)
class TracerouteResult:
    """The way to a destination. Printed, it looks as traceroute's own output does."""

    destination: netaddr.IPAddress
    name: str
    max_hops: int
    size: int
    """Octets of each probe, its IPv6 header included."""
    zone: str = ""
    is_numeric: bool = False
    hops: list[Hop] = field(default_factory=list)
    failure: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the destination itself answered."""
        return any(self.destination in hop.sources for hop in self.hops)

    def __str__(self) -> str:
        title = (
            f"traceroute to {self.name} ({with_zone(self.destination, self.zone)}), "
            f"{self.max_hops} hops max, {self.size} byte packets"
        )
        lines = [title, *map(self._line, self.hops)]
        if self.failure:
            lines.append(f"connect: {self.failure}")
        return "\n".join(lines)

    __repr__ = __str__

    def _line(self, hop: Hop) -> str:
        line = f"{hop.number:2} "
        last = None
        for probe in hop.probes:
            if probe.source is None:
                line += " *"
                continue
            if probe.source != last:
                address = shown(probe.source, probe.interface)
                line += f" {address}" if self.is_numeric else f" {address} ({address})"
                last = probe.source
            assert probe.seconds is not None
            line += f"  {probe.seconds * 1000:.3f} ms"
            if probe.mark:
                line += f" {probe.mark}"
        return line


class _Run:
    """One call of traceroute, while it lasts: what UDP and ICMP probes share."""

    def __init__(
        self,
        node: Node,
        destination: bytes,
        source: bytes,
        interface: Interface | None,
        data: bytes,
    ) -> None:
        self.node = node
        self.destination = destination
        self.source = source
        self.interface = interface
        self.data = data
        self.waiting: dict[int, Probe] = {}
        """Probes under way, by their number."""

    def send(self, number: int, probe: Probe) -> None:
        """Send a probe."""
        probe.sent = self.node.now
        self.waiting[number] = probe
        self.launch(number, probe.hop_limit)

    def launch(self, number: int, hop_limit: int) -> None:
        """Put a probe's packet on its way."""
        raise NotImplementedError

    def open(self) -> None:
        """Begin to listen for answers."""
        raise NotImplementedError

    def close(self) -> None:
        """Listen no more."""
        raise NotImplementedError

    def note(
        self, number: int, source: bytes, interface: Interface, mark: str, *, is_end: bool
    ) -> None:
        """Take the answer to a probe; a second one changes nothing."""
        probe = self.waiting.pop(number, None)
        if probe is not None:
            probe.source = ip_of(source)
            probe.interface = interface.name
            probe.seconds = self.node.now - probe.sent
            probe.mark = mark
            probe.is_end = is_end

    def note_problem(self, number: int, problem: Problem) -> None:
        """Take an error about a probe."""
        is_on_the_way = (problem.type, problem.code) == (
            icmpv6.TIME_EXCEEDED,
            icmpv6.HOP_LIMIT_EXCEEDED,
        )
        self.note(
            number,
            problem.reporter,
            problem.interface,
            mark(problem.type, problem.code, problem.parameter),
            is_end=not is_on_the_way,
        )


class _UdpRun(_Run):
    """Probes to UDP ports where nobody listens."""

    port = FIRST_PORT

    def open(self) -> None:
        self.socket = self.node.udp.open(receive=self._hear)
        self.socket.on_problem = self._hear_problem

    def close(self) -> None:
        self.socket.close()

    def launch(self, number: int, hop_limit: int) -> None:
        self.socket.send(
            self.data,
            self.destination,
            self.port + number,
            source=self.source,
            interface=self.interface,
            hop_limit=hop_limit,
        )

    def _hear(self, datagram: Datagram) -> None:
        number = datagram.source_port - self.port
        self.note(number, datagram.source, datagram.interface, "", is_end=True)

    def _hear_problem(self, problem: Problem) -> None:
        number = int.from_bytes(problem.payload[2:4], "big") - self.port
        self.note_problem(number, problem)


class _IcmpRun(_Run):
    """Echo Requests; the sequence number is the probe's, from 1."""

    def open(self) -> None:
        self.identifier = free_identifier(self.node)
        self.node.icmp.echoes[self.identifier] = self._hear
        self.node.icmp.listeners.append(self._hear_problem)

    def close(self) -> None:
        del self.node.icmp.echoes[self.identifier]
        self.node.icmp.listeners.remove(self._hear_problem)

    def launch(self, number: int, hop_limit: int) -> None:
        self.node.icmp.send(
            icmpv6.ECHO_REQUEST,
            0,
            struct.pack("!HH", self.identifier, number + 1) + self.data,
            self.destination,
            source=self.source,
            interface=self.interface,
            hop_limit=hop_limit,
        )

    def _hear(self, packet: Packet, echo: icmpv6.Echo) -> None:
        self.note(echo.sequence - 1, packet.source, packet.interface, "", is_end=True)

    def _hear_problem(self, problem: Problem) -> None:
        quoted = problem.payload
        if (
            problem.next_header == ipv6.ICMPV6
            and len(quoted) >= 8
            and quoted[0] == icmpv6.ECHO_REQUEST
            and int.from_bytes(quoted[4:6], "big") == self.identifier
        ):
            self.note_problem(int.from_bytes(quoted[6:8], "big") - 1, problem)


_METHODS: dict[str, type[_Run]] = {"udp": _UdpRun, "icmp": _IcmpRun}


def traceroute(
    node: Node,
    destination: object,
    *,
    method: str = "udp",
    max_hops: int = 30,
    queries: int = 3,
    size: int = 80,
    wait: float = 5.0,
    simultaneous: int = 3,
    numeric: bool = False,
    source: object = None,
    interface: Interface | str | None = None,
) -> TracerouteResult:
    """Find the routers on the way to a destination; virtual time passes meanwhile.

    Args:
        node: Who asks.
        destination: 16 octets, text or a netaddr value; a zone in the text names the interface.
        method: "udp": probes to ports where nobody listens; "icmp": Echo Requests (-I).
        max_hops: The largest hop limit (-m).
        queries: Probes for each hop limit (-q).
        size: Octets of a probe, its IPv6 header included.
        wait: Seconds for each answer (-w).
        simultaneous: Probes under way at once (-N). The real program's default is 16, with which
            the last hop's rate limit is soon reached.
        numeric: Whether addresses are written once, without a name before them (-n).
        source: As the destination; None: chosen by RFC 6724.
        interface: Where they leave; None: the route says it.

    Returns:
        The hops.

    Raises:
        ValueError: A figure is impossible, or the node is in no network.
    """
    if method not in _METHODS:
        raise given.refusal(
            N_("method={method!r}: there are {known}."), method=method, known=", ".join(_METHODS)
        )
    check("max_hops", max_hops, 1, 0xFF)
    check("queries", queries, 1, 10)
    check("size", size, SMALLEST, 65_000)
    check("simultaneous", simultaneous, 1, 1000)
    if not wait > 0:
        raise given.refusal(N_("wait={wait}: it is seconds, and more than 0."), wait=wait)
    to, out = surface.destination(node, destination, interface)
    world_of(node)
    result = TracerouteResult(
        ip_of(to), name_of(destination, to), max_hops, size, zone_of(to, destination, out), numeric
    )
    chosen = surface.packed(source) if source is not None else node.choose_source(to, out)
    if chosen is None or not has_way(node, to, out):
        result.failure = "Network is unreachable"
        return result
    data = bytes(0x40 + (n & 0x3F) for n in range(size - SMALLEST))
    run = _METHODS[method](node, to, chosen, out, data)
    run.open()
    try:
        probes = [Probe(hop) for hop in range(1, max_hops + 1) for _ in range(queries)]
        result.hops = _collect(run, probes, queries, wait, simultaneous)
    finally:
        run.close()
    return result


def _collect(
    run: _Run, probes: list[Probe], queries: int, wait: float, simultaneous: int
) -> list[Hop]:
    """Send the probes in order, so many at once, until the first hop that is an end."""
    world = world_of(run.node)
    end, following = len(probes), 0
    while following < end or run.waiting:
        with run.node.asked():
            while following < end and len(run.waiting) < simultaneous:
                run.send(following, probes[following])
                following += 1
        under_way = len(run.waiting)
        first = min(probe.sent for probe in run.waiting.values())
        world.run_until(lambda: len(run.waiting) < under_way, first + wait - world.now)  # noqa: B023
        for number, probe in tuple(run.waiting.items()):
            if probe.sent + wait <= world.now:
                del run.waiting[number]
        ends = [number for number in range(end) if probes[number].is_end]
        if ends:  # the rest of that hop is still waited for
            end = (ends[0] // queries + 1) * queries
            for number in [number for number in run.waiting if number >= end]:
                del run.waiting[number]
    hops = range(0, end, queries)
    return [Hop(n // queries + 1, tuple(probes[n : n + queries])) for n in hops]
