"""Fragments, RFC 8200 section 4.5: only the source makes them, only the destination joins them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipv6course.network.timers import Timer
from ipv6course.network.wire import extension, icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet

REASSEMBLY_SECONDS = 60.0  # RFC 8200 section 4.5
MOST_HELD = 4 * 1024 * 1024  # octets; Linux's net.ipv6.ip6frag_high_thresh

_PAYLOAD_LENGTH_AT = 4  # where the IPv6 header has it
_OFFSET_AT = 2  # where the Fragment header has its offset

# What must be in the first fragment of an upper layer, as far as it is one that has ports or types.
_UPPER_HEADER = {ipv6.TCP: 20, ipv6.UDP: 8, ipv6.ICMPV6: 8}


def split(data: bytes, mtu: int, identification: int) -> list[bytes]:
    """Return the fragments of a packet, RFC 8200 section 4.5.

    Args:
        data: The whole packet.
        mtu: Octets that a fragment may have, from its IPv6 header on.
        identification: 32 bits, which all fragments get.

    Returns:
        The fragments in order; a packet that fits comes back whole, with no Fragment header.

    Raises:
        ValueError: It is a fragment already, or its headers do not fit into the first.
        MalformedError: It has no IPv6 header.
    """
    if len(data) <= mtu:
        return [data]
    chain = extension.pull_chain(data)
    if chain.fragment is not None:
        raise ValueError("this packet is a fragment already; a fragment is not split again")
    at, called_at = _per_fragment(chain)
    room = (mtu - at - extension.FRAGMENT_HEADER) // extension.UNIT * extension.UNIT
    needed = chain.offset + _UPPER_HEADER.get(chain.next_header or 0, 0) - at
    if room < max(extension.UNIT, min(needed, len(data) - at)):
        raise ValueError(
            f"the headers have {at + needed} octets and do not fit into the first fragment of "
            f"{mtu} (RFC 7112 section 5)"
        )
    head = bytearray(data[:at])
    next_header, head[called_at] = head[called_at], ipv6.FRAGMENT
    rest = data[at:]
    pieces = []
    for offset in range(0, len(rest), room):
        piece = rest[offset : offset + room]
        more = offset + room < len(rest)
        header = extension.push_fragment(
            extension.Fragment(next_header, offset, more, identification)
        )
        length = at - ipv6.HEADER + len(header) + len(piece)
        head[4:6] = length.to_bytes(2, "big")
        pieces.append(b"".join((head, header, piece)))
    return pieces


def _per_fragment(chain: extension.Chain) -> tuple[int, int]:
    """Return where the Fragment header goes, and where the number stands that will call it.

    Before it stay the headers that nodes on the way need: up to the Routing header, or else the
    Hop-by-Hop Options.
    """
    at, called_at = ipv6.HEADER, 6
    for link in chain.headers:
        if link.kind in (ipv6.HOP_BY_HOP, ipv6.ROUTING):
            at, called_at = link.offset + link.length, link.offset
    return at, called_at


@dataclass(slots=True)
class _Reassembly:
    """A packet of which some fragments have come."""

    timer: Timer
    begins: list[int] = field(default_factory=list)
    """Where the fragments begin, in order; they don't overlap."""
    pieces: list[bytes] = field(default_factory=list)
    """The fragments, in the same order."""
    octets: int = 0
    """Of all of them."""
    first: Packet | None = None
    """The fragment with offset 0."""
    length: int | None = None
    """Of the whole, known once the last fragment has come."""
    is_refused: bool = False
    """Fragments overlapped: nothing of it is taken any more, RFC 5722 section 4."""

    def is_repeated(self, begin: int, piece: bytes) -> bool:
        """Return whether this very fragment has come before: the network may deliver one twice."""
        at = bisect_left(self.begins, begin)
        return at < len(self.begins) and self.begins[at] == begin and self.pieces[at] == piece

    def overlaps(self, begin: int, end: int, *, more: bool) -> bool:
        """Return whether a fragment contradicts those that came before, RFC 5722 section 4.

        It covers what another one covers; it ends after the last one, or is a second last one; it
        is the last one and ends too early; or it is empty and has no place of its own.
        """
        at = bisect_left(self.begins, begin)
        if at and self.begins[at - 1] + len(self.pieces[at - 1]) > begin:
            return True
        if begin == end or (at < len(self.begins) and self.begins[at] < end):
            return True
        if self.length is not None:
            return end > self.length or not more
        return not more and at < len(self.begins)

    def put(self, begin: int, piece: bytes) -> None:
        """Keep a fragment."""
        at = bisect_left(self.begins, begin)
        self.begins.insert(at, begin)
        self.pieces.insert(at, piece)
        self.octets += len(piece)


_Key = tuple[bytes, bytes, int, "Interface | None"]


class Fragments:
    """Reassembly of one node, and the identifications that it gives out."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._waiting: dict[_Key, _Reassembly] = {}
        self._octets = 0  # of all that wait
        self._identifications: dict[bytes, int] = {}

    @property
    def waiting(self) -> int:
        """How many packets are being put together."""
        return len(self._waiting)

    # --- Out --------------------------------------------------------------------------------------

    def identification(self, destination: bytes) -> int:
        """Return the next identification for a destination.

        Counted for each destination, from a random beginning: nobody else can guess it, and none
        comes twice within a packet's life, RFC 7739 section 5.2.
        """
        last = self._identifications.get(destination)
        if last is None:
            if len(self._identifications) >= 4096:
                self._identifications.clear()
            last = self.node.random.getrandbits(32)
        found = self._identifications[destination] = (last + 1) & 0xFFFFFFFF
        return found

    # --- In ---------------------------------------------------------------------------------------

    def take(self, packet: Packet) -> Packet | None:
        """Take a packet that stands at its Fragment header.

        Returns:
            The whole packet, which goes on after where the Fragment header was; None where more
            is missing, or it was refused.
        """
        if len(packet.data) < packet.offset + extension.FRAGMENT_HEADER:
            self._complain(packet, icmpv6.ERRONEOUS_FIELD, _PAYLOAD_LENGTH_AT)
            return None
        fragment = extension.pull_fragment(packet.payload)
        piece = packet.data[packet.offset + extension.FRAGMENT_HEADER :]
        if fragment.offset == 0 and not _has_whole_chain(packet.data):
            self._complain(packet, icmpv6.INCOMPLETE_FIRST_FRAGMENT, 0)
            return None
        if fragment.is_atomic:  # by itself, whatever else has its identification: RFC 6946
            return _joined(packet, fragment, piece)
        if fragment.more and len(piece) % extension.UNIT:
            self._complain(packet, icmpv6.ERRONEOUS_FIELD, _PAYLOAD_LENGTH_AT)
            return None
        before = packet.offset - ipv6.HEADER
        if before + fragment.offset + len(piece) > ipv6.LARGEST_PAYLOAD:
            self._complain(packet, icmpv6.ERRONEOUS_FIELD, packet.offset + _OFFSET_AT)
            return None
        return self._collect(packet, fragment, piece)

    def _collect(self, packet: Packet, fragment: extension.Fragment, piece: bytes) -> Packet | None:
        # One packet's fragments may come over several links, if its addresses mean the same there.
        is_local = packet.is_to_group or ipv6.is_link_local(packet.destination)
        where = packet.interface if is_local else None
        key = (packet.source, packet.destination, fragment.identification, where)
        found = self._waiting.get(key)
        if self._octets + len(piece) > MOST_HELD:
            return None
        if found is None:
            timer = self.node.timers.at(
                self.node.now + REASSEMBLY_SECONDS, lambda: self._give_up(key)
            )
            found = self._waiting[key] = _Reassembly(timer)
        begin, end = fragment.offset, fragment.offset + len(piece)
        if found.is_refused or found.is_repeated(begin, piece):
            return None
        if found.overlaps(begin, end, more=fragment.more):
            self._octets -= found.octets
            self._waiting[key] = _Reassembly(found.timer, is_refused=True)
            return None
        found.put(begin, piece)
        self._octets += len(piece)
        if begin == 0:
            found.first = packet
        if not fragment.more:
            found.length = end
        if found.octets != found.length or found.first is None:
            return None
        found.timer.cancel()
        self._forget(key)
        before = found.first.offset - ipv6.HEADER
        if before + found.octets > ipv6.LARGEST_PAYLOAD:
            return None  # the first has more headers before it than the last had
        first = extension.pull_fragment(found.first.payload)
        return _joined(found.first, first, b"".join(found.pieces))

    def _forget(self, key: _Key) -> _Reassembly:
        found = self._waiting.pop(key)
        self._octets -= found.octets
        return found

    def _give_up(self, key: _Key) -> None:
        """Report to the source that its fragments did not all come, if the first one did."""
        found = self._forget(key)
        if found.first is not None:
            self.node.icmp.error(
                found.first.data,
                found.first.interface,
                icmpv6.TIME_EXCEEDED,
                icmpv6.REASSEMBLY_EXCEEDED,
            )

    def _complain(self, packet: Packet, code: int, pointer: int) -> None:
        self.node.icmp.error(packet.data, packet.interface, icmpv6.PARAMETER_PROBLEM, code, pointer)


def _has_whole_chain(data: bytes) -> bool:
    """Return whether all headers, the upper layer's included, are in it, RFC 7112 section 5."""
    chain = extension.pull_chain(data)
    if chain.is_cut:
        return False
    return len(data) - chain.offset >= _UPPER_HEADER.get(chain.next_header or 0, 0)


def _joined(first: Packet, fragment: extension.Fragment, whole: bytes) -> Packet:
    """Return the packet as it was before it was split: without the Fragment header."""
    head = bytearray(first.data[: first.offset])
    head[first.next_header_at] = fragment.next_header
    head[4:6] = (first.offset - ipv6.HEADER + len(whole)).to_bytes(2, "big")
    return type(first)(
        bytes(head) + whole,
        first.interface,
        first.source_mac,
        first.source,
        first.destination,
        first.hop_limit,
        fragment.next_header,
        first.offset,
        first.next_header_at,
        was_fragmented=True,
    )
