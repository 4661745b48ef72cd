"""Extension headers, RFC 8200 section 4: options, routing, fragment; and the chain of all.

An Encapsulating Security Payload ends what can be read, as does a fragment that is not the first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ipv6course.network.wire import MalformedError, ipv6

UNIT = 8  # octets; a header's length is counted in them, RFC 8200 section 4

# Option types, IANA "Destination Options and Hop-by-Hop Options"
PAD1 = 0x00  # RFC 8200 section 4.2
PADN = 0x01
TUNNEL_LIMIT = 0x04  # RFC 2473 section 4.1.1
ROUTER_ALERT = 0x05  # RFC 2711 section 2.1
MINIMUM_PATH_MTU = 0x30  # RFC 9268 section 6
JUMBO = 0xC2  # RFC 2675 section 2
HOME_ADDRESS = 0xC9  # RFC 6275 section 6.3

# What who does not know an option does: its two highest bits, RFC 8200 section 4.2
SKIP = 0b00
DISCARD = 0b01
DISCARD_AND_REPORT = 0b10
DISCARD_AND_REPORT_UNLESS_GROUP = 0b11
MAY_CHANGE = 0x20  # the third highest: the data may change on the way

# Routing types, IANA "Routing Types"
SOURCE_ROUTE = 0  # RFC 8200's predecessor; deprecated by RFC 5095
MOBILITY = 2  # RFC 6275 section 6.4
RPL_SOURCE_ROUTE = 3  # RFC 6554 section 3
SEGMENTS = 4  # RFC 8754 section 2

# Extension headers, IANA "IPv6 Extension Header Types"; those that have the usual length field
_WITH_LENGTH = {
    ipv6.HOP_BY_HOP,
    ipv6.ROUTING,
    ipv6.DESTINATION_OPTIONS,
    135,  # Mobility, RFC 6275 section 6.1.1
    139,  # Host Identity Protocol, RFC 7401 section 5.1
    140,  # Shim6, RFC 5533 section 5.1
}
EXTENSION_HEADERS = _WITH_LENGTH | {ipv6.FRAGMENT, ipv6.ESP, ipv6.AUTHENTICATION}

_FRAGMENT = struct.Struct("!BBHI")
FRAGMENT_HEADER = _FRAGMENT.size  # 8 octets, RFC 8200 section 4.5
MORE = 0x0001  # the flag M
LARGEST_OFFSET = 0xFFF8  # 13 bits, in units of 8 octets


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a Hop-by-Hop or Destination Options header, RFC 8200 section 4.2."""

    type: int
    data: bytes
    at: int = 0
    """Where it began, in octets from the beginning of its header."""

    @property
    def action(self) -> int:
        """What who does not know it does: its two highest bits."""
        return self.type >> 6


@dataclass(frozen=True, slots=True)
class Options:
    """A Hop-by-Hop or Destination Options header."""

    next_header: int
    length: int
    """Octets of the whole header."""
    options: tuple[Option, ...]
    """Without what only pads."""


@dataclass(frozen=True, slots=True)
class Routing:
    """A Routing header, RFC 8200 section 4.4."""

    next_header: int
    length: int
    """Octets of the whole header."""
    type: int
    segments_left: int
    data: bytes
    """What the type says, from the fifth octet on."""

    @property
    def addresses(self) -> tuple[bytes, ...]:
        """The addresses of types 0 and 2, after their 4 reserved octets."""
        list_ = self.data[4:]
        return tuple(list_[n : n + 16] for n in range(0, len(list_) - 15, 16))


@dataclass(frozen=True, slots=True)
class Fragment:
    """A Fragment header, RFC 8200 section 4.5."""

    next_header: int
    offset: int
    """Octets, a multiple of 8."""
    more: bool
    identification: int

    @property
    def is_atomic(self) -> bool:
        """Whether it is a whole packet after all, RFC 6946."""
        return self.offset == 0 and not self.more


@dataclass(frozen=True, slots=True)
class Link:
    """A header of a chain: which, and where."""

    kind: int
    """The number by which the header before calls it."""
    offset: int
    """Where it begins, in octets from the packet's beginning."""
    length: int
    next_header_at: int
    """Where the number stood that called it."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The extension headers of a packet, and what comes after them."""

    headers: tuple[Link, ...]
    next_header: int | None
    """The upper layer's number; None where it is not in this packet or cannot be read: after an
    ESP header, in a fragment that is not the first, or because the packet was cut before it."""
    offset: int
    """Where the upper layer begins; or where reading ended."""
    next_header_at: int
    """Where the number stood that called what begins at `offset`."""
    final_destination: bytes
    """Beyond a routing header that has segments left, else the header's destination."""
    fragment: Fragment | None = None
    is_cut: bool = False
    """Whether the packet ends before the chain does."""


# --- Options --------------------------------------------------------------------------------------


def push_options(next_header: int, options: tuple[Option, ...] = ()) -> bytes:
    """Write a Hop-by-Hop or Destination Options header, padded to a multiple of 8 octets.

    Each option is put where its definition wants it to begin, as far as it is one of those named
    in this module; others begin where the one before ended.

    Raises:
        ValueError: An option or all of them are too long.
    """
    body = bytearray()
    for option in options:
        if len(option.data) > 0xFF:
            raise ValueError(f"option {option.type:#04x} has {len(option.data)} octets, not to 255")
        unit, rest = _ALIGNMENT.get(option.type, (1, 0))
        body += _padding((rest - (2 + len(body))) % unit)
        body += bytes((option.type, len(option.data))) + option.data
    body += _padding(-(2 + len(body)) % UNIT)
    length = (2 + len(body)) // UNIT - 1
    if length > 0xFF:
        raise ValueError(f"{2 + len(body)} octets of options; a header has at most 2048")
    return bytes((next_header, length)) + body


# xn+y of RFC 8200 section 4.2: the first octet is at a multiple of x, and y
_ALIGNMENT = {
    ROUTER_ALERT: (2, 0),
    MINIMUM_PATH_MTU: (2, 0),
    JUMBO: (4, 2),
    HOME_ADDRESS: (8, 6),
}


def _padding(octets: int) -> bytes:
    if octets == 0:
        return b""
    if octets == 1:
        return bytes((PAD1,))
    return bytes((PADN, octets - 2)) + bytes(octets - 2)


def pull_options(data: bytes) -> Options:
    """Read a Hop-by-Hop or Destination Options header.

    Raises:
        MalformedError: It, or an option in it, ends too early.
    """
    options = tuple(walk_options(data))
    return Options(data[0], (data[1] + 1) * UNIT, options)


def walk_options(data: bytes) -> Iterator[Option]:
    """Read the options of a header one after the other, without those that pad.

    So what stands before a malformed one is read before the error comes.

    Raises:
        MalformedError: The header, or an option in it, ends too early.
    """
    length = _pull_length(data)
    at = 2
    while at < length:
        kind = data[at]
        if kind == PAD1:
            at += 1
            continue
        if at + 1 >= length or at + 2 + data[at + 1] > length:
            raise MalformedError(
                f"the option {kind:#04x} at octet {at} is longer than its header of {length} "
                "octets (RFC 8200 section 4.2)",
                at + 1 if at + 1 < length else at,
            )
        end = at + 2 + data[at + 1]
        if kind != PADN:
            yield Option(kind, data[at + 2 : end], at)
        at = end


def _pull_length(data: bytes) -> int:
    if len(data) < UNIT:
        raise MalformedError(
            f"{len(data)} octets; an extension header has at least {UNIT} (RFC 8200 section 4)",
            0,
        )
    length = (data[1] + 1) * UNIT
    if length > len(data):
        raise MalformedError(
            f"an extension header says that it has {length} octets; there are {len(data)} "
            "(RFC 8200 section 4)",
            1,
        )
    return length


# --- Routing and fragment -------------------------------------------------------------------------


def push_routing(next_header: int, type: int, segments_left: int, data: bytes) -> bytes:
    """Write a Routing header.

    Args:
        next_header: What follows it.
        type: The routing type.
        segments_left: How many nodes are still to be visited.
        data: What the type says; with the 4 octets before it a multiple of 8 octets.

    Raises:
        ValueError: It has another length.
    """
    length, rest = divmod(4 + len(data), UNIT)
    if rest or not 1 <= length <= 0x100:
        raise ValueError(
            f"{len(data)} octets after the first four of a Routing header; the whole is a multiple "
            "of 8, up to 2048 (RFC 8200 section 4.4)"
        )
    return bytes((next_header, length - 1, type, segments_left)) + data


def pull_routing(data: bytes) -> Routing:
    """Read a Routing header.

    Raises:
        MalformedError: It ends too early.
    """
    length = _pull_length(data)
    return Routing(data[0], length, data[2], data[3], data[4:length])


def push_fragment(fragment: Fragment) -> bytes:
    """Write a Fragment header.

    Raises:
        ValueError: The offset is no multiple of 8, or more than 65,528.
    """
    if fragment.offset & 7 or not 0 <= fragment.offset <= LARGEST_OFFSET:
        raise ValueError(
            f"a fragment at octet {fragment.offset}; it is a multiple of 8, up to {LARGEST_OFFSET} "
            "(RFC 8200 section 4.5)"
        )
    flags = fragment.offset | (MORE if fragment.more else 0)
    return _FRAGMENT.pack(fragment.next_header, 0, flags, fragment.identification)


def pull_fragment(data: bytes) -> Fragment:
    """Read a Fragment header.

    Raises:
        MalformedError: It ends too early.
    """
    if len(data) < FRAGMENT_HEADER:
        raise MalformedError(
            f"{len(data)} octets; a Fragment header has {FRAGMENT_HEADER} (RFC 8200 section 4.5)"
        )
    next_header, _, flags, identification = _FRAGMENT.unpack_from(data)
    return Fragment(next_header, flags & LARGEST_OFFSET, bool(flags & MORE), identification)


# --- The chain ------------------------------------------------------------------------------------


def pull_chain(data: bytes) -> Chain:
    """Read the chain of extension headers of a packet, or of the beginning of one.

    Raises:
        MalformedError: It does not begin with an IPv6 header.
    """
    header = ipv6.pull_header(data)
    kind: int | None = header.next_header
    at, called_at = ipv6.HEADER, 6
    destination = header.destination
    fragment = None
    is_cut = False
    links: list[Link] = []
    while kind in EXTENSION_HEADERS:
        length = _length(kind, data, at)
        if length is None or at + length > len(data):
            kind, is_cut = None, True
            break
        links.append(Link(kind, at, length, called_at))
        if kind == ipv6.ESP:
            kind = None  # encrypted
            break
        if kind == ipv6.ROUTING:
            destination = _beyond(data[at : at + length]) or destination
        if kind == ipv6.FRAGMENT:
            fragment = pull_fragment(data[at : at + length])
        kind, called_at, at = data[at], at, at + length
        if fragment is not None and fragment.offset:
            kind = None  # what the number calls is in another fragment
            break
    return Chain(tuple(links), kind, at, called_at, destination, fragment, is_cut)


def _length(kind: int, data: bytes, at: int) -> int | None:
    if at + UNIT > len(data):
        return None
    if kind in (ipv6.FRAGMENT, ipv6.ESP):
        return UNIT  # of ESP: its two fields that are not encrypted, RFC 4303 section 2
    if kind == ipv6.AUTHENTICATION:
        return (data[at + 1] + 2) * 4  # in words of four octets, minus two, RFC 4302 section 2.2
    return (data[at + 1] + 1) * UNIT


def _beyond(data: bytes) -> bytes | None:
    """Return the final destination that a Routing header names; None where it has been reached."""
    routing = pull_routing(data)
    if not routing.segments_left or not routing.addresses:
        return None
    if routing.type == SEGMENTS:
        return routing.addresses[0]  # listed from the last to the first, RFC 8754 section 2
    if routing.type in (SOURCE_ROUTE, MOBILITY):
        return routing.addresses[-1]
    return None
