"""UDP of a node: sockets by port, RFC 768 and RFC 8200 section 8.1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import netaddr

from ipv6course.network import surface
from ipv6course.network.wire import MalformedError, icmpv6, ipv6
from ipv6course.network.wire.udp import pull_udp, push_udp

if TYPE_CHECKING:
    from ipv6course.network.icmp import Problem
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet

_MOST_KEPT = 10_000  # datagrams that nobody fetched


@dataclass(frozen=True, slots=True)
class Datagram:
    """A datagram that came in."""

    data: bytes
    source: bytes
    source_port: int
    destination: bytes
    destination_port: int
    interface: Interface
    """Where it came in."""
    hop_limit: int
    time: float
    """Virtual seconds."""

    @property
    def source_ip(self) -> netaddr.IPAddress:
        """Who sent it, as netaddr's value."""
        return netaddr.IPAddress(int.from_bytes(self.source, "big"), 6)


@dataclass(slots=True, eq=False)
class UdpSocket:
    """A port of a node. `Udp.open` makes it."""

    node: Node
    port: int
    receive: Callable[[Datagram], None] | None = None
    """Who takes what comes in; None: it is kept in `received`."""
    received: list[Datagram] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """ICMPv6 errors about what was sent from here, oldest first."""
    on_problem: Callable[[Problem], None] | None = None
    """Who is told of an error at once."""

    def send(
        self,
        data: bytes,
        destination: object,
        port: int,
        *,
        source: object = None,
        interface: Interface | str | None = None,
        hop_limit: int | None = None,
    ) -> bool:
        """Send a datagram.

        Args:
            data: What it carries.
            destination: 16 octets, text or a netaddr value; a zone in the text names the interface.
            port: Where it is to be received.
            source: As the destination; None: chosen by RFC 6724.
            interface: Where it leaves; needed for groups and link-local destinations where the node
                has several.
            hop_limit: None: the interface's own; 1 for a group, RFC 3493 section 5.2.

        Returns:
            Whether there was a source address and a way for it.
        """
        to, out = surface.destination(self.node, destination, interface)
        surface.check_port(port)
        chosen = surface.packed(source) if source is not None else None
        with self.node.asked():
            if chosen is None:
                chosen = self.node.choose_source(to, out)
            if chosen is None:
                return False
            if hop_limit is None and ipv6.is_multicast(to):
                hop_limit = 1
            packet = push_udp(chosen, to, self.port, port, data)
            sent = self.node.send_payload(
                ipv6.UDP, packet, to, source=chosen, interface=out, hop_limit=hop_limit
            )
        return sent is not None

    def close(self) -> None:
        """Give the port back."""
        self.node.udp.sockets.pop(self.port, None)


class Udp:
    """UDP of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.sockets: dict[int, UdpSocket] = {}
        """By their port."""
        node.next_headers[ipv6.UDP] = self.handle_packet
        node.icmp.listeners.append(self._hear_problem)

    def open(
        self, port: int | None = None, receive: Callable[[Datagram], None] | None = None
    ) -> UdpSocket:
        """Open a port.

        Args:
            port: 1 to 65,535; None: a free one, chosen at random.
            receive: Who takes what comes in; None: it is kept in the socket's `received`.

        Raises:
            ValueError: The port is impossible, or open already.
        """
        if port is None:
            port = surface.free_port(self.node, self.sockets)
        surface.check_port(port)
        if port in self.sockets:
            raise ValueError(f"UDP port {port} of {self.node.name} is open already; close it first")
        socket = self.sockets[port] = UdpSocket(self.node, port, receive)
        return socket

    def handle_packet(self, packet: Packet) -> None:
        """Take a datagram. What is wrong is dropped; a closed port is answered."""
        try:
            header, data = pull_udp(packet.source, packet.destination, packet.payload)
        except MalformedError:
            return
        socket = self.sockets.get(header.destination_port)
        if socket is None:
            self.node.icmp.error(  # RFC 4443 section 3.1; for a group it sends nothing
                packet.data,
                packet.interface,
                icmpv6.DESTINATION_UNREACHABLE,
                icmpv6.PORT_UNREACHABLE,
            )
            return
        datagram = Datagram(
            data,
            packet.source,
            header.source_port,
            packet.destination,
            header.destination_port,
            packet.interface,
            packet.hop_limit,
            self.node.now,
        )
        if socket.receive is not None:
            socket.receive(datagram)
        elif len(socket.received) < _MOST_KEPT:
            socket.received.append(datagram)

    def _hear_problem(self, problem: Problem) -> None:
        if problem.next_header != ipv6.UDP or len(problem.payload) < 4:
            return
        socket = self.sockets.get(int.from_bytes(problem.payload[:2], "big"))
        if socket is not None:
            socket.problems.append(problem)
            if socket.on_problem is not None:
                socket.on_problem(problem)
