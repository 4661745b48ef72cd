"""ICMPv6 of a node: messages in and out, and the rules of errors, RFC 4443 section 2.

The way in: the checksum, then the type's handler (`Node.icmp_types`), then, for an error, whoever
sent the packet that caused it (`Icmp.listeners`). The way out: `send` for any message, `error` for
an error, which first asks whether there may be one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipv6course.network.wire import MalformedError, extension, icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet

ERRORS_A_SECOND = 10.0  # N of RFC 4443 section 2.4 (f), for "a small/mid-size device"
ERRORS_AT_ONCE = 10.0  # B of the same

# Errors that also answer what was sent to a group, RFC 4443 section 2.4 (e.3): one makes path MTU
# discovery work for groups, the other is asked for by the option's sender.
_ALSO_FOR_GROUPS = {
    (icmpv6.PACKET_TOO_BIG, 0),
    (icmpv6.PARAMETER_PROBLEM, icmpv6.UNKNOWN_OPTION),
}


class TokenBucket:
    """How much may happen: so much a second in the long run, and so much at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        """A second."""
        self.burst = burst
        """At once."""
        self._tokens = burst
        self._since = 0.0

    def take(self, now: float) -> bool:
        """Take a token. Return whether there was one."""
        self._tokens = min(self.burst, self._tokens + (now - self._since) * self.rate)
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True, slots=True)
class Problem:
    """An error that was reported for a packet of this node, RFC 4443 section 2.4 (d)."""

    type: int
    code: int
    parameter: int
    """The MTU of a Packet Too Big, the pointer of a Parameter Problem."""
    reporter: bytes
    """Who says it."""
    interface: Interface
    """Where the report came in."""
    invoking: bytes
    """The packet that caused it, as much of it as was quoted."""
    source: bytes
    """The packet's source: this node."""
    destination: bytes
    """The packet's final destination, beyond a routing header."""
    next_header: int
    """The upper layer's number."""
    payload: bytes
    """What was quoted of the upper layer."""
    hop_limit: int
    """Of the report; traceroute guesses the way back from it."""


class Icmp:
    """ICMPv6 of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.listeners: list[Callable[[Problem], None]] = []
        """Who is told of errors: the upper layers. Each looks at `next_header` first."""
        self.echoes: dict[int, Callable[[Packet, icmpv6.Echo], None]] = {}
        """Who waits for Echo Replies, by their identifier."""
        self.bucket = TokenBucket(ERRORS_A_SECOND, ERRORS_AT_ONCE)
        """The rate limit of errors, RFC 4443 section 2.4 (f)."""
        self.answers_groups = True
        """Whether an Echo Request to a group is answered: a choice, RFC 4443 section 4.2."""
        node.next_headers[ipv6.ICMPV6] = self.receive
        node.icmp_types[icmpv6.ECHO_REQUEST] = self._answer
        node.icmp_types[icmpv6.ECHO_REPLY] = self._hand_up_reply

    # --- In ---------------------------------------------------------------------------------------

    def receive(self, packet: Packet) -> None:
        """Take a message. One with a wrong checksum, or too short, is dropped silently."""
        message = packet.payload
        if len(message) < icmpv6.HEADER:
            return
        if ipv6.checksum(packet.source, packet.destination, ipv6.ICMPV6, message):
            return
        handler = self.node.icmp_types.get(message[0])
        if handler is not None:  # else: dropped silently if it informs, section 2.4 (b)
            handler(packet)
        if not message[0] & icmpv6.INFORMATIONAL:
            self._hand_up(packet, message)  # of an unknown type too, section 2.4 (a)

    def _hand_up(self, packet: Packet, message: bytes) -> None:
        """Tell the upper layers of an error, RFC 4443 section 2.4 (d).

        What is not about a packet of this node is nobody's, and where the upper layer was not
        quoted, nobody can be found.
        """
        try:
            error = icmpv6.pull_error(message)
            chain = extension.pull_chain(error.invoking)
        except MalformedError:
            return
        source = error.invoking[8:24]
        is_own = source == ipv6.LOOPBACK or self.node.is_mine(source, packet.interface)
        if chain.next_header is None or not is_own:
            return
        problem = Problem(
            type=error.type,
            code=error.code,
            parameter=error.parameter,
            reporter=packet.source,
            interface=packet.interface,
            invoking=error.invoking,
            source=source,
            destination=chain.final_destination,
            next_header=chain.next_header,
            payload=error.invoking[chain.offset :],
            hop_limit=packet.hop_limit,
        )
        for listener in tuple(self.listeners):
            listener(problem)

    def _answer(self, packet: Packet) -> None:
        """Answer an Echo Request, RFC 4443 section 4.2: with all of its data."""
        if packet.source == ipv6.UNSPECIFIED or (packet.is_to_group and not self.answers_groups):
            return
        # To a group's member: from an address of the interface where it came in. Else: from the
        # address that was asked, section 2.2 (a); an anycast address is no source, (b).
        is_shared = packet.is_to_group or self.node.is_anycast(packet.destination, packet.interface)
        source = None if is_shared else packet.destination
        self.send(
            icmpv6.ECHO_REPLY,
            0,
            packet.payload[icmpv6.HEADER :],
            packet.source,
            source=source,
            interface=self._way_back(packet),
        )

    def _way_back(self, packet: Packet) -> Interface | None:
        if packet.is_to_group or ipv6.is_link_local(packet.source):
            return packet.interface
        return None

    def _hand_up_reply(self, packet: Packet) -> None:
        try:
            echo = icmpv6.pull_echo(packet.payload)
        except MalformedError:
            return
        receiver = self.echoes.get(echo.identifier)
        if receiver is not None:
            receiver(packet, echo)

    # --- Out --------------------------------------------------------------------------------------

    def send(
        self,
        type: int,
        code: int,
        body: bytes,
        destination: bytes,
        *,
        source: bytes | None = None,
        interface: Interface | None = None,
        hop_limit: int | None = None,
        flow_label: int = 0,
    ) -> bytes | None:
        """Send a message.

        Args:
            type: A number of `wire.icmpv6`.
            code: What it means depends on the type.
            body: What follows the checksum.
            destination: 16 octets.
            source: 16 octets; None: chosen by RFC 6724.
            interface: Where it leaves; None: the route says it.
            hop_limit: None: the interface's own; for a group 1, RFC 3493 section 5.2.
            flow_label: 20 bits.

        Returns:
            The packet; None where there is no source address or no way for it.
        """
        if hop_limit is None and destination[0] == 0xFF:
            hop_limit = 1
        return self.node.send_payload(
            ipv6.ICMPV6,
            icmpv6.push_message(type, code, body),
            destination,
            checksum_at=icmpv6.CHECKSUM_AT,
            source=source,
            interface=interface,
            hop_limit=hop_limit,
            flow_label=flow_label,
        )

    def error(
        self,
        data: bytes,
        interface: Interface | None,
        type: int,
        code: int,
        parameter: int = 0,
        *,
        is_link_group: bool = False,
    ) -> bool:
        """Report an error to the source of a packet, where RFC 4443 section 2.4 allows it.

        Args:
            data: The packet that caused it, from its IPv6 header on.
            interface: Where it came in; None: it is this node's own.
            type: 1 to 4.
            code: What it means depends on the type.
            parameter: The MTU of a Packet Too Big, the pointer of a Parameter Problem.
            is_link_group: Whether the frame was sent to a group of the link, or to all of it.

        Returns:
            Whether a report was sent.
        """
        if not may_report(data, type, code, is_link_group=is_link_group):
            return False
        if not self.bucket.take(self.node.now):  # the last question: only what is sent counts
            return False
        destination = data[8:24]
        back = interface if ipv6.is_link_local(destination) else None
        body = parameter.to_bytes(4, "big") + data[: icmpv6.MOST_QUOTED]
        source = self._source(data, interface)
        return self.send(type, code, body, destination, source=source, interface=back) is not None

    def _source(self, data: bytes, interface: Interface | None) -> bytes | None:
        """Return the source of an error, RFC 4443 section 2.2."""
        node = self.node
        source, destination = data[8:24], data[24:40]
        here = interface or next(iter(node.interfaces.values()))
        if node.is_mine(source, here):  # a report to itself, of a packet that could not leave
            return source
        if destination[0] != 0xFF and node.is_mine(destination, here):
            return destination  # (a)
        if ipv6.is_link_local(source):
            return node.choose_source(source, interface)
        # (b): an address of where the report leaves, which its receiver can most likely reach.
        route = node.route_to(source)
        return node.choose_source(source, route.interface if route else interface)


def may_report(data: bytes, type: int, code: int, *, is_link_group: bool = False) -> bool:
    """Return whether an error may be reported for a packet, RFC 4443 section 2.4 (e).

    The rate limit of (f) is not asked here.

    Args:
        data: The packet that caused it.
        type: Of the error that would be sent.
        code: Of the error that would be sent.
        is_link_group: Whether the frame was sent to a group of the link, or to all of it.
    """
    source, destination = data[8:24], data[24:40]
    if source[0] == 0xFF or source == ipv6.UNSPECIFIED:
        return False  # (e.6): it doesn't say who sent it
    is_to_many = destination[0] == 0xFF or is_link_group
    if is_to_many and (type, code) not in _ALSO_FOR_GROUPS:
        return False  # (e.3), (e.4), (e.5)
    try:
        chain = extension.pull_chain(data)
    except MalformedError:
        return True  # what is wrong with it is what shall be reported
    if chain.next_header != ipv6.ICMPV6 or chain.offset >= len(data):
        return True
    kind = data[chain.offset]
    return bool(kind & icmpv6.INFORMATIONAL) and kind != icmpv6.REDIRECT  # (e.1), (e.2)
