"""A small TCP, RFC 9293: enough for a request and its response, as any other TCP speaks it.

The states and what an event does to them are in tables and short functions, in the RFC's order:
section 3.10.7.3 is `Connection._in_syn_sent`, 3.10.7.4 is `Connection._in_other_states`.

What it has: the handshake, the MSS option, retransmission with the timer of RFC 6298, slow start,
congestion avoidance and fast retransmit (RFC 5681), segments out of order, orderly close from
either side, RST, zero-window probes, and path MTU discovery by Packet Too Big. What it does not
have, and does not announce: window scaling, selective acknowledgments, timestamps, urgent data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ipv6course.network import surface
from ipv6course.network.wire import MalformedError, icmpv6, ipv6
from ipv6course.network.wire import tcp as wire
from ipv6course.network.wire.tcp import Flag, Segment, pull_tcp, push_tcp

if TYPE_CHECKING:
    from ipv6course.network.icmp import Problem
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet
    from ipv6course.network.timers import Timer

WINDOW = 0xFFFF  # what this TCP takes at once: the most that can be said without scaling
MAXIMUM_SEGMENT_LIFETIME = 120.0  # seconds, RFC 9293 section 3.4.2
FIRST_TIMEOUT = 1.0  # seconds, RFC 6298 section 2.1; also the least, section 2.4
LONGEST_TIMEOUT = 60.0  # RFC 6298 section 2.5
MOST_RETRANSMISSIONS = 8  # more than 100 s, R2 of RFC 9293 section 3.8.3
DUPLICATES_FOR_LOSS = 3  # RFC 5681 section 3.2

_MODULUS = 1 << 32


class TcpError(ConnectionError):
    """A connection that could not be made, or that ended before its time."""


class State(Enum):
    """Where a connection is in its life, RFC 9293 section 3.3.2."""

    SYN_SENT = "SYN-SENT"
    SYN_RECEIVED = "SYN-RECEIVED"
    ESTABLISHED = "ESTABLISHED"
    FIN_WAIT_1 = "FIN-WAIT-1"
    FIN_WAIT_2 = "FIN-WAIT-2"
    CLOSE_WAIT = "CLOSE-WAIT"
    CLOSING = "CLOSING"
    LAST_ACK = "LAST-ACK"
    TIME_WAIT = "TIME-WAIT"
    CLOSED = "CLOSED"


# The figure of RFC 9293 section 3.3.2, an event a table.
_AFTER_CLOSE = {State.ESTABLISHED: State.FIN_WAIT_1, State.CLOSE_WAIT: State.LAST_ACK}
_AFTER_OUR_FIN_WAS_ACKNOWLEDGED = {
    State.FIN_WAIT_1: State.FIN_WAIT_2,
    State.CLOSING: State.TIME_WAIT,
    State.LAST_ACK: State.CLOSED,
}
_AFTER_THEIR_FIN = {
    State.ESTABLISHED: State.CLOSE_WAIT,
    State.FIN_WAIT_1: State.CLOSING,
    State.FIN_WAIT_2: State.TIME_WAIT,
}
_MAY_SEND = {State.ESTABLISHED, State.CLOSE_WAIT}
_MAY_RECEIVE = {State.ESTABLISHED, State.FIN_WAIT_1, State.FIN_WAIT_2}

Key = tuple[bytes, int, bytes, int]
"""Own address and port, the peer's address and port."""


def _after(number: int, than: int) -> bool:
    """Return whether a sequence number comes after another, RFC 9293 section 3.4."""
    return 0 < (number - than) % _MODULUS < _MODULUS // 2


@dataclass(slots=True)
class _Sent:
    """A segment that was sent and not acknowledged."""

    sequence: int
    data: bytes
    flags: Flag
    when: float
    is_again: bool = False
    """Whether it was sent more than once; then it measures no time, RFC 6298 section 3."""

    @property
    def end(self) -> int:
        length = len(self.data) + bool(self.flags & (Flag.SYN | Flag.FIN))
        return (self.sequence + length) % _MODULUS


class Connection:
    """A connection. `Tcp.connect` makes one, and `Tcp.listen` for each peer that comes."""

    def __init__(
        self,
        tcp: Tcp,
        key: Key,
        interface: Interface | None,
        state: State,
    ) -> None:
        self.tcp = tcp
        self.node = tcp.node
        self.key = key
        self.interface = interface
        """Where segments leave, where the route does not say it."""
        self.state = state
        self.received = bytearray()
        """All that came in, in order."""
        self.error: str | None = None
        """Why it ended before its time."""
        self.on_data: Callable[[Connection], None] | None = None
        """Called when `received` grows, and when the peer has closed its side."""
        self.on_end: Callable[[Connection], None] | None = None
        """Called once: it is closed, or waits in TIME-WAIT."""
        self.peer_has_closed = False
        self.retransmissions = 0
        """How often something was sent again."""
        self._initial = self.node.random.getrandbits(32)
        self._unacknowledged = self._next = self._initial
        self._expected = 0
        self._peer_window = 0
        self._peer_mss = wire.DEFAULT_MSS
        self._to_send = bytearray()
        self._wants_close = False
        self._fin_sent = False
        self._flight: list[_Sent] = []
        self._early: dict[int, Segment] = {}
        self._timer: Timer | None = None
        self._timeout = FIRST_TIMEOUT
        self._smoothed: float | None = None
        self._variation = 0.0
        self._tries = 0
        self._congestion_window = 0
        self._threshold = 1 << 30
        self._duplicates = 0
        self._recover: int | None = None
        """While a loss is repaired: what had been sent when it was noticed, RFC 6582."""
        self._has_ended = False

    # --- What its user does -------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Send data, now or as soon as it may.

        Raises:
            TcpError: This side is closed already.
        """
        if self._wants_close or self.state is State.CLOSED:
            raise TcpError(f"this side of the connection is closed ({self.state.value})")
        with self.node.asked():
            self._to_send += data
            self._push()

    def close(self) -> None:
        """Send no more: the FIN goes after all data. What the peer sends still comes in."""
        with self.node.asked():
            self._wants_close = True
            if self.state is State.SYN_SENT:
                self._end(None)
            else:
                self._push()

    def abort(self) -> None:
        """End it at once, with a RST, RFC 9293 section 3.10.5."""
        with self.node.asked():
            if self.state not in (State.SYN_SENT, State.CLOSED, State.TIME_WAIT):
                self._transmit(Flag.RST, self._next, b"")
            self._end("it was aborted here")

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come in."""
        return self._has_ended

    @property
    def mss(self) -> int:
        """The most data in one segment: what the peer takes and what the path carries."""
        path = self.node.path_mtu.to(self.key[2], self.interface) - ipv6.HEADER - wire.HEADER
        return min(self._peer_mss, path)

    def __repr__(self) -> str:
        return f"<Connection {self.node.name}:{self.key[1]} {self.state.value}>"

    # --- In -----------------------------------------------------------------------------------

    def handle_segment(self, segment: Segment) -> None:
        """Take a segment of this connection."""
        if self.state is State.SYN_SENT:
            self._in_syn_sent(segment)
        else:
            self._in_other_states(segment)

    def _in_syn_sent(self, segment: Segment) -> None:
        """RFC 9293 section 3.10.7.3."""
        acknowledges = bool(segment.flags & Flag.ACK)
        if acknowledges and segment.acknowledgment != self._next:
            if not segment.flags & Flag.RST:
                self.tcp.reset(self.key, segment)
            return
        if segment.flags & Flag.RST:
            if acknowledges:
                self._end("the connection was refused: the port is closed there (RST)")
            return
        if not segment.flags & Flag.SYN:
            return
        self.take_syn(segment)
        if not acknowledges:  # both sides opened at once
            self.state = State.SYN_RECEIVED
            self._retransmit_first()
            return
        self._take_acknowledgment(segment)
        self.state = State.ESTABLISHED
        self._acknowledge()
        self._push()

    def take_syn(self, segment: Segment) -> None:
        """Note what the peer's SYN says."""
        self._expected = (segment.sequence + 1) % _MODULUS
        self._peer_window = segment.window
        if segment.mss is not None:
            self._peer_mss = max(segment.mss, 1)
        # RFC 5681 section 3.1: the initial window.
        self._congestion_window = self.mss * (2 if self.mss > 2190 else 3 if self.mss > 1095 else 4)

    def _in_other_states(self, segment: Segment) -> None:
        """RFC 9293 section 3.10.7.4, in its order: sequence, RST, SYN, ACK, data, FIN."""
        if not self._is_acceptable(segment):
            if not segment.flags & Flag.RST:
                self._acknowledge()
            return
        if segment.flags & Flag.RST:
            if segment.sequence == self._expected:
                self._end("the peer reset the connection (RST)")
            else:
                self._acknowledge()  # a challenge: only who knows the number may reset it
            return
        if segment.flags & Flag.SYN:
            self._acknowledge()  # a challenge again, RFC 5961 section 4
            return
        if not segment.flags & Flag.ACK:
            return
        if self.state is State.SYN_RECEIVED:
            if segment.acknowledgment != self._next:
                self.tcp.reset(self.key, segment)
                return
            self.state = State.ESTABLISHED
        if not self._take_acknowledgment(segment):
            return
        if segment.data or segment.flags & Flag.FIN:
            self._take_data(segment)
        self._push()

    def _is_acceptable(self, segment: Segment) -> bool:
        """Return whether any of it lies in the window, the four cases of section 3.10.7.4."""
        first = (segment.sequence - self._expected) % _MODULUS
        if segment.length == 0:
            return first < WINDOW
        last = (segment.sequence + segment.length - 1 - self._expected) % _MODULUS
        return first < WINDOW or last < WINDOW

    def _take_acknowledgment(self, segment: Segment) -> bool:
        """Note what the peer has got. Return whether the segment is to be looked at further."""
        number = segment.acknowledgment
        if _after(number, self._next):
            self._acknowledge()  # of something that was never sent
            return False
        if not _after(number, self._unacknowledged):
            self._note_duplicate(segment)
            self._peer_window = segment.window
            return True
        acknowledged = (number - self._unacknowledged) % _MODULUS
        self._unacknowledged = number
        self.tcp.confirm(self.key[2], self.interface)
        self._peer_window = segment.window
        self._tries = self._duplicates = 0
        done: list[_Sent] = []
        while self._flight and not _after(self._flight[0].end, number):
            done.append(self._flight.pop(0))
        # Karn's algorithm, RFC 6298 section 3; and what waited at the peer for something that was
        # sent again says nothing about the path either.
        if done and not any(sent.is_again for sent in done):
            self._measure(self.node.now - done[-1].when)
        if self._recover is not None and not _after(self._recover, number):
            self._recover = None
        if self._recover is None or not self._flight:
            self._grow(acknowledged)
            self._set_timer(anew=True)
        else:  # a partial acknowledgment: what follows was lost too, RFC 6582 section 3.2
            self._retransmit_first()
        if self._fin_sent and number == self._next:
            self._become(_AFTER_OUR_FIN_WAS_ACKNOWLEDGED)
        return True

    def _note_duplicate(self, segment: Segment) -> None:
        """Count acknowledgments that repeat themselves, RFC 5681 sections 2 and 3.2."""
        repeats = (
            self._flight
            and segment.length == 0
            and segment.acknowledgment == self._unacknowledged
            and segment.window == self._peer_window
        )
        if not repeats:
            return
        self._duplicates += 1
        if self._duplicates == DUPLICATES_FOR_LOSS and self._recover is None:
            self._recover = self._next
            self._halve()
            self._congestion_window = self._threshold
            self._retransmit_first()

    def _take_data(self, segment: Segment) -> None:
        self._early[segment.sequence] = segment
        grew = False
        while (following := self._following()) is not None:
            skip = (self._expected - following.sequence) % _MODULUS
            data = following.data[skip:]
            if data and self.state in _MAY_RECEIVE:
                self.received += data
                grew = True
            self._expected = (self._expected + len(data)) % _MODULUS
            if following.flags & Flag.FIN:
                self._expected = (self._expected + 1) % _MODULUS
                self._early.clear()
                self.peer_has_closed = grew = True
                self._become(_AFTER_THEIR_FIN)
        self._acknowledge()
        if grew and self.on_data is not None:
            self.on_data(self)

    def _following(self) -> Segment | None:
        """Return the segment that holds the next octet that is expected; forget what is old."""
        for sequence, segment in sorted(self._early.items()):
            first = (self._expected - sequence) % _MODULUS
            if first < segment.length:
                del self._early[sequence]
                return segment
            if first < _MODULUS // 2:
                del self._early[sequence]
        return None

    # --- Out ----------------------------------------------------------------------------------

    def open(self) -> None:
        """Send the SYN, or the SYN and ACK."""
        flags = Flag.SYN | (Flag.ACK if self.state is State.SYN_RECEIVED else Flag(0))
        self._next = (self._initial + 1) % _MODULUS
        self._flight.append(_Sent(self._initial, b"", flags, self.node.now))
        self._transmit(flags, self._initial, b"")
        self._set_timer()

    def _push(self) -> None:
        """Send what the peer's window and the congestion window allow."""
        if self.state not in _MAY_SEND:
            return
        window = min(self._peer_window, self._congestion_window)
        while self._to_send:
            room = window - (self._next - self._unacknowledged) % _MODULUS
            if room <= 0 and (self._flight or self._peer_window):
                return
            data = bytes(self._to_send[: max(1, min(room, self.mss))])  # 1: a zero-window probe
            del self._to_send[: len(data)]
            self._send_new(data, Flag.ACK if self._to_send else Flag.ACK | Flag.PSH)
            if room <= 0:
                return
        if self._wants_close and not self._fin_sent:
            self._fin_sent = True
            self._send_new(b"", Flag.FIN | Flag.ACK)
            self._become(_AFTER_CLOSE)

    def _send_new(self, data: bytes, flags: Flag) -> None:
        sent = _Sent(self._next, data, flags, self.node.now)
        self._flight.append(sent)
        self._next = sent.end
        self._transmit(flags, sent.sequence, data)
        self._set_timer()

    def _acknowledge(self) -> None:
        self._transmit(Flag.ACK, self._next, b"")

    def _transmit(self, flags: Flag, sequence: int, data: bytes) -> None:
        is_first = bool(flags & Flag.SYN)
        segment = Segment(
            self.key[1],
            self.key[3],
            sequence,
            self._expected if flags & Flag.ACK else 0,
            flags,
            WINDOW,
            data,
            mss=self.tcp.announced_mss(self.key[2], self.interface) if is_first else None,
        )
        self.tcp.transmit(self.key, segment, self.interface)

    # --- Loss: RFC 6298 and RFC 5681 ----------------------------------------------------------

    def _set_timer(self, *, anew: bool = False) -> None:
        if self._timer is not None and (anew or not self._flight):
            self._timer.cancel()
            self._timer = None
        if self._flight and self._timer is None:
            self._timer = self.node.timers.at(self.node.now + self._timeout, self._time_out)

    def _time_out(self) -> None:
        self._timer = None
        if not self._flight:
            return
        self._tries += 1
        if self._tries > MOST_RETRANSMISSIONS:
            self._end("the peer does not answer: the connection timed out")
            return
        if not self._peer_window and self.state is not State.SYN_SENT:
            self._tries = 1  # a probe of a closed window never gives up, section 3.8.6.1
        self._recover = self._next
        self._halve()
        self._congestion_window = self.mss
        self._timeout = min(self._timeout * 2, LONGEST_TIMEOUT)
        self._retransmit_first()

    def _retransmit_first(self) -> None:
        if not self._flight:
            return
        first = self._flight[0]
        first.is_again = True
        self.retransmissions += 1
        if len(first.data) > self.mss:  # the path has become narrower
            self._split(first)
            first = self._flight[0]
        flags = first.flags
        if flags & Flag.SYN and self.state is State.SYN_RECEIVED:
            flags |= Flag.ACK
        self._transmit(flags, first.sequence, first.data)
        self._set_timer(anew=True)

    def _split(self, sent: _Sent) -> None:
        parts, size = [], self.mss
        for at in range(0, len(sent.data), size):
            flags = sent.flags if at + size >= len(sent.data) else Flag.ACK
            sequence = (sent.sequence + at) % _MODULUS
            parts.append(_Sent(sequence, sent.data[at : at + size], flags, sent.when, True))
        self._flight[:1] = parts

    def _measure(self, seconds: float) -> None:
        """Set the retransmission timeout from a round-trip time, RFC 6298 section 2."""
        if self._smoothed is None:
            self._smoothed, self._variation = seconds, seconds / 2
        else:
            self._variation += (abs(self._smoothed - seconds) - self._variation) / 4
            self._smoothed += (seconds - self._smoothed) / 8
        found = self._smoothed + 4 * self._variation
        self._timeout = min(max(found, FIRST_TIMEOUT), LONGEST_TIMEOUT)

    def _grow(self, acknowledged: int) -> None:
        """Widen the congestion window, RFC 5681 section 3.1."""
        size = self.mss
        if self._congestion_window < self._threshold:  # slow start
            self._congestion_window += min(acknowledged, size)
        else:
            self._congestion_window += max(1, size * size // self._congestion_window)

    def _halve(self) -> None:
        in_flight = (self._next - self._unacknowledged) % _MODULUS
        self._threshold = max(in_flight // 2, 2 * self.mss)

    def path_is_narrower(self) -> None:
        """Send again what was too big for the path, RFC 8201 section 5.4."""
        if self._flight and len(self._flight[0].data) > self.mss:
            for sent in self._flight[:]:
                if len(sent.data) > self.mss:
                    self._flight.remove(sent)
                    self._flight.insert(0, sent)
                    self._split(sent)
            self._flight.sort(key=lambda sent: (sent.sequence - self._unacknowledged) % _MODULUS)
            for sent in self._flight:
                sent.is_again = True
                self._transmit(sent.flags, sent.sequence, sent.data)
            self.retransmissions += 1
            self._set_timer(anew=True)

    # --- The end ------------------------------------------------------------------------------

    def _become(self, table: dict[State, State]) -> None:
        self.state = table.get(self.state, self.state)
        if self.state is State.TIME_WAIT:
            self._stop_timer()
            self._timer = self.node.timers.at(
                self.node.now + 2 * MAXIMUM_SEGMENT_LIFETIME, lambda: self._end(None)
            )
            self._tell_end()
        elif self.state is State.CLOSED:
            self._end(None)

    def _end(self, error: str | None) -> None:
        if not self._has_ended:
            self.error = error
        self._stop_timer()
        self.state = State.CLOSED
        self.tcp.connections.pop(self.key, None)
        self._tell_end()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell_end(self) -> None:
        if not self._has_ended:
            self._has_ended = True
            if self.on_end is not None:
                self.on_end(self)

    def handle_problem(self, problem: Problem) -> None:
        """Take an ICMPv6 error: RFC 9293 section 3.9.2.2, and RFC 5927 section 5.2 for when."""
        sequence = int.from_bytes(problem.payload[4:8], "big")
        if _after(sequence, self._next) or _after(self._unacknowledged, sequence):
            return  # about nothing that is under way: forged, or late
        if problem.type == icmpv6.PACKET_TOO_BIG:
            self.path_is_narrower()
        elif (
            problem.type == icmpv6.DESTINATION_UNREACHABLE
            and problem.code in _HARD
            and self.state in (State.SYN_SENT, State.SYN_RECEIVED)
        ):
            self._end(f"the destination is unreachable: {_HARD[problem.code]}")


# Destination Unreachable codes that end an opening, RFC 9293 section 3.9.2.2.
_HARD = {1: "communication is administratively prohibited", 4: "the port is closed"}

Serve = Callable[[bytes], bytes | None]
"""Takes all of a request that has come so far; returns the response, or None: there is more to
come. It is also called when the client has closed its side."""


class Tcp:
    """TCP of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.connections: dict[Key, Connection] = {}
        self.listeners: dict[int, Callable[[Connection], None]] = {}
        """Who gets the connections to a port."""
        node.next_headers[ipv6.TCP] = self.handle_packet
        node.icmp.listeners.append(self._hear_problem)

    # --- What a lesson calls ------------------------------------------------------------------

    def listen(
        self,
        port: int,
        serve: Serve | None = None,
        *,
        accept: Callable[[Connection], None] | None = None,
    ) -> None:
        """Open a port.

        Args:
            port: 1 to 65,535.
            serve: Takes all of a request that has come so far, and returns the response; None
                means that there is more to come. After the response the server closes.
            accept: Instead of `serve`: takes each connection as it is opened.

        Raises:
            ValueError: The port is impossible, or open already, or nobody serves.
        """
        surface.check_port(port)
        if port in self.listeners:
            raise ValueError(f"TCP port {port} of {self.node.name} is open already; close it first")
        if serve is not None:
            self.listeners[port] = lambda connection: _serve(connection, serve)
        elif accept is not None:
            self.listeners[port] = accept
        else:
            raise ValueError("who serves the port? Give serve=… or accept=…")

    def close(self, port: int) -> None:
        """Open a port no more; connections go on."""
        self.listeners.pop(port, None)

    def connect(
        self,
        destination: object,
        port: int,
        *,
        source: object = None,
        interface: Interface | str | None = None,
    ) -> Connection:
        """Begin a connection.

        Args:
            destination: Text, a netaddr value or 16 octets; a zone names the interface.
            port: Of the destination.
            source: None: chosen by RFC 6724.
            interface: None: the route says it.

        Raises:
            TcpError: There is no source address.
        """
        to, out = surface.destination(self.node, destination, interface)
        surface.check_port(port)
        with self.node.asked():
            own = surface.packed(source) if source is not None else None
            own = own or self.node.choose_source(to, out)
            if own is None:
                raise TcpError(f"{self.node.name} has no address to send from")
            own_port = surface.free_port(self.node, {key[1] for key in self.connections})
            key = (own, own_port, to, port)
            connection = self.connections[key] = Connection(self, key, out, State.SYN_SENT)
            connection.open()
        return connection

    def request(
        self,
        destination: object,
        port: int,
        data: bytes,
        seconds: float = 120.0,
        *,
        source: object = None,
        interface: Interface | str | None = None,
    ) -> bytes:
        """Send a request, and wait for the whole response: until the server closes.

        Args:
            destination: Text or a netaddr value; a zone names the interface.
            port: Of the server.
            data: The request.
            seconds: The longest to wait, virtual.
            source: None: chosen by RFC 6724.
            interface: None: the route says it.

        Raises:
            TcpError: The connection was refused, reset, or timed out.
        """
        connection = self.connect(destination, port, source=source, interface=interface)
        connection.send(data)
        connection.on_data = lambda one: one.close() if one.peer_has_closed else None
        world = self.node.world
        assert world is not None, f"{self.node.name} is in no network; network.add(…) puts it there"
        if not world.run_until(
            lambda: connection.is_over or connection.state is State.LAST_ACK, seconds
        ):
            connection.abort()
            raise TcpError(f"no response within {seconds:g} s")
        if connection.error is not None:
            raise TcpError(connection.error)
        return bytes(connection.received)

    # --- In and out ---------------------------------------------------------------------------

    def handle_packet(self, packet: Packet) -> None:
        """Take a segment. What is wrong is dropped; what belongs to nothing is reset."""
        if packet.is_to_group or packet.source == ipv6.UNSPECIFIED:
            return  # RFC 9293 section 3.9.2.3
        if self.node.is_anycast(packet.destination, packet.interface):
            return  # the next segment may reach another node; Linux does so, too
        try:
            segment = pull_tcp(packet.source, packet.destination, packet.payload)
        except MalformedError:
            return
        key = (packet.destination, segment.destination_port, packet.source, segment.source_port)
        connection = self.connections.get(key)
        if connection is None:
            self._in_no_connection(key, segment, packet)
        elif (
            connection.state is State.TIME_WAIT
            and segment.flags & Flag.SYN
            and segment.destination_port in self.listeners
        ):
            del self.connections[key]  # the peer opens anew, RFC 9293 section 3.6.1
            self._in_no_connection(key, segment, packet)
        else:
            connection.handle_segment(segment)

    def _in_no_connection(self, key: Key, segment: Segment, packet: Packet) -> None:
        """RFC 9293 sections 3.10.7.1 (CLOSED) and 3.10.7.2 (LISTEN)."""
        if segment.flags & Flag.RST:
            return
        accept = self.listeners.get(segment.destination_port)
        if accept is None or segment.flags & Flag.ACK:
            self.reset(key, segment)
        elif segment.flags & Flag.SYN:
            back = packet.interface if ipv6.is_link_local(packet.source) else None
            connection = Connection(self, key, back, State.SYN_RECEIVED)
            self.connections[key] = connection
            connection.take_syn(segment)
            accept(connection)
            connection.open()

    def reset(self, key: Key, segment: Segment) -> None:
        """Answer a segment that nobody expects, RFC 9293 section 3.10.7.1."""
        if segment.flags & Flag.ACK:
            answer = Segment(key[1], key[3], segment.acknowledgment, 0, Flag.RST, 0)
        else:
            acknowledgment = (segment.sequence + segment.length) % _MODULUS
            answer = Segment(key[1], key[3], 0, acknowledgment, Flag.RST | Flag.ACK, 0)
        self.transmit(key, answer, None)

    def transmit(self, key: Key, segment: Segment, interface: Interface | None) -> None:
        """Send a segment. Where there is no way for it now, the timer tries again."""
        self.node.send_payload(
            ipv6.TCP,
            push_tcp(key[0], key[2], segment),
            key[2],
            source=key[0],
            interface=interface,
        )

    def confirm(self, destination: bytes, interface: Interface | None) -> None:
        """Tell the neighbor cache that the next hop forwards, RFC 4861 section 7.3.1."""
        if ipv6.is_link_local(destination):
            if interface is not None:
                self.node.neighbors.confirm(interface, destination)
            return
        route = self.node.route_to(destination, interface)
        if route is not None and route.interface is not None:
            self.node.neighbors.confirm(route.interface, route.next_hop or destination)

    def announced_mss(self, destination: bytes, interface: Interface | None) -> int:
        """Return the MSS to announce: what fits into the link's MTU, RFC 9293 section 3.7.1."""
        return self._link_mtu(destination, interface) - ipv6.HEADER - wire.HEADER

    def _link_mtu(self, destination: bytes, interface: Interface | None) -> int:
        if interface is None:
            route = self.node.route_to(destination)
            interface = route.interface if route is not None else None
        found = interface or next(iter(self.node.interfaces.values()))
        return found.mtu

    def _hear_problem(self, problem: Problem) -> None:
        if problem.next_header != ipv6.TCP or len(problem.payload) < 8:
            return
        ports = problem.payload[:2], problem.payload[2:4]
        own, peer = (int.from_bytes(port, "big") for port in ports)
        connection = self.connections.get((problem.source, own, problem.destination, peer))
        if connection is not None:
            connection.handle_problem(problem)


def _serve(connection: Connection, serve: Serve) -> None:
    """Answer one request, and close."""
    state = {"is_answered": False}

    def look(connection: Connection) -> None:
        if not state["is_answered"]:
            response = serve(bytes(connection.received))
            if response is not None:
                state["is_answered"] = True
                connection.send(response)
                connection.close()
        if connection.peer_has_closed:
            connection.close()

    connection.on_data = look
