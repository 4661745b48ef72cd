"""What a node does with extension headers, RFC 8200 section 4: in the order in which they stand.

The destination looks at all of them. A router on the way looks at most at the Hop-by-Hop Options,
and only if it is configured to do so, RFC 8200 section 4 and RFC 9673.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipv6course.network.wire import MalformedError, extension, icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet

MOST_OPTIONS = 8  # that don't pad, in one header: RFC 8504 section 5.3


@dataclass(slots=True)
class Limits:
    """How much a node is ready to process; more is discarded and reported, RFC 8883 section 2."""

    headers: int | None = None
    """Extension headers of a packet; None: as many as there are."""
    options: int | None = MOST_OPTIONS
    """Options of a header."""


class ExtensionHeaders:
    """The extension headers of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.limits = Limits()
        self.options: dict[int, Callable[[bytes, extension.Option], None]] = {
            extension.ROUTER_ALERT: lambda data, option: None,
        }
        """Options that it knows, and what it does with the packet and the option."""
        self.hop_by_hop_on_the_way = False
        """Whether it looks at the Hop-by-Hop Options of a packet that it forwards: at the first
        option, RFC 9673 section 5.2. By default it doesn't, and forwards the packet."""
        self._handlers: dict[int, Callable[[Packet], Packet | None]] = {
            ipv6.HOP_BY_HOP: self._options,
            ipv6.DESTINATION_OPTIONS: self._options,
            ipv6.ROUTING: self._routing,
            ipv6.FRAGMENT: node.fragments.take,
        }

    def __contains__(self, next_header: int) -> bool:
        return next_header in self._handlers

    def process(self, packet: Packet) -> Packet | None:
        """Process the extension headers of a packet for this node.

        Returns:
            The packet, which stands at its upper layer; None where it was discarded, or where
            other fragments of it are missing.
        """
        found: Packet | None = packet
        seen = 0
        while found is not None and found.next_header in self._handlers:
            seen += 1
            if found.next_header == ipv6.HOP_BY_HOP and found.offset != ipv6.HEADER:
                # Anywhere but first it is as good as unknown, RFC 8200 section 4.
                self._refuse(found, icmpv6.UNKNOWN_NEXT_HEADER, found.next_header_at)
                return None
            if self.limits.headers is not None and seen > self.limits.headers:
                self._refuse(found, icmpv6.TOO_MANY_EXTENSION_HEADERS, found.offset)
                return None
            found = self._handlers[found.next_header](found)
        return found

    def may_forward(self, data: bytes, interface: Interface) -> bool:
        """Process the Hop-by-Hop Options of a packet that is to be forwarded.

        Args:
            data: The packet; its first next header is 0.
            interface: Where it came in.

        Returns:
            Whether it goes on. That it has such a header is no reason to drop it, RFC 9673
            section 5.1; an option that its sender wants nobody to pass who does not know it, is.
        """
        if not self.hop_by_hop_on_the_way:
            return True
        try:
            for option in extension.walk_options(data[ipv6.HEADER :]):
                return self._may_pass(data, interface, option, ipv6.HEADER)
        except MalformedError as error:
            pointer = ipv6.HEADER + (error.at or 0)
            self._report(data, interface, icmpv6.ERRONEOUS_FIELD, pointer)
            return False
        return True

    # --- Header by header -------------------------------------------------------------------------

    def _options(self, packet: Packet) -> Packet | None:
        """Process Hop-by-Hop or Destination Options, from left to right."""
        data, begin = packet.data, packet.offset
        seen = 0
        try:
            for option in extension.walk_options(packet.payload):
                seen += 1
                if self.limits.options is not None and seen > self.limits.options:
                    self._refuse(packet, icmpv6.TOO_MANY_OPTIONS, begin + option.at)
                    return None
                if not self._may_pass(data, packet.interface, option, begin):
                    return None
        except MalformedError as error:
            self._refuse(packet, icmpv6.ERRONEOUS_FIELD, begin + (error.at or 0))
            return None
        return _advanced(packet, (data[begin + 1] + 1) * extension.UNIT)

    def _may_pass(
        self, data: bytes, interface: Interface, option: extension.Option, begin: int
    ) -> bool:
        """Process one option. An unknown one says itself what is done, RFC 8200 section 4.2."""
        known = self.options.get(option.type)
        if known is not None:
            known(data, option)
            return True
        if option.action == extension.SKIP:
            return True
        is_to_group = data[24] == 0xFF
        if option.action == extension.DISCARD_AND_REPORT or (
            option.action == extension.DISCARD_AND_REPORT_UNLESS_GROUP and not is_to_group
        ):
            self._report(data, interface, icmpv6.UNKNOWN_OPTION, begin + option.at)
        return False

    def _routing(self, packet: Packet) -> Packet | None:
        """Process a Routing header. No type is known: 0 is forbidden, RFC 5095 section 3.

        So where segments are left the packet is discarded, and else the header is ignored, RFC 8200
        section 4.4.
        """
        try:
            routing = extension.pull_routing(packet.payload)
        except MalformedError as error:
            self._refuse(packet, icmpv6.ERRONEOUS_FIELD, packet.offset + (error.at or 0))
            return None
        if routing.segments_left:
            self._refuse(packet, icmpv6.ERRONEOUS_FIELD, packet.offset + 2)
            return None
        return _advanced(packet, routing.length)

    def _refuse(self, packet: Packet, code: int, pointer: int) -> None:
        """Discard a packet, and say why."""
        self._report(packet.data, packet.interface, code, pointer)

    def _report(self, data: bytes, interface: Interface, code: int, pointer: int) -> None:
        self.node.icmp.error(data, interface, icmpv6.PARAMETER_PROBLEM, code, pointer)


def _advanced(packet: Packet, length: int) -> Packet:
    """Return the packet at its next header."""
    packet.next_header = packet.data[packet.offset]
    packet.next_header_at = packet.offset
    packet.offset += length
    return packet
