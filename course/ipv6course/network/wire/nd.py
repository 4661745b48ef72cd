"""Neighbor Discovery: its five messages, RFC 4861 section 4, and the options of 4.6 and later RFCs.

`push_message` and `pull_message` write and read an ICMPv6 message from its type on; the checksum
is left 0, for the sender fills it in. `why_invalid` is the rest of what a receiver must check: what
is right in itself may still be wrong in the packet that brought it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from ipv6course.network.wire import MalformedError

# ICMPv6 types, RFC 4861 section 4.
ROUTER_SOLICITATION = 133
ROUTER_ADVERTISEMENT = 134
NEIGHBOR_SOLICITATION = 135
NEIGHBOR_ADVERTISEMENT = 136
REDIRECT = 137

HOP_LIMIT = 255  # section 3.1: no router passed it on, so it was sent on this link
INFINITY = 0xFFFFFFFF  # seconds of a lifetime without end, section 4.6.2
LONGEST_ROUTER_LIFETIME = 0xFFFF  # seconds; RFC 8319 section 4 lets all 16 bits count
LONGEST_PREF64_LIFETIME = 65_528  # seconds; RFC 8781 section 4: 13 bits, in units of 8

# Router preference, RFC 4191 section 2.1: two bits, a signed number. 0b10 is reserved.
PREFERENCES = {0b01: 1, 0b00: 0, 0b11: -1}
RESERVED_PREFERENCE = 0b10
_PREFERENCE_BITS = {1: 0b01, 0: 0b00, -1: 0b11}

# Flags of a router advertisement: M and O, RFC 4861 section 4.2; H, RFC 6275 section 7.1; P, RFC
# 4389 section 4.1.3.3.
_MANAGED, _OTHER, _HOME_AGENT, _PROXY = 0x80, 0x40, 0x20, 0x04
# Of a neighbor advertisement, RFC 4861 section 4.4.
_ROUTER, _SOLICITED, _OVERRIDE = 0x80, 0x40, 0x20
# Of a prefix: L and A, RFC 4861 section 4.6.2; R, RFC 6275 section 7.2; P, RFC 9762 section 3.
_ON_LINK, _AUTONOMOUS, _ROUTER_ADDRESS, _DELEGATION = 0x80, 0x40, 0x20, 0x10

# RFC 8781 section 4: the prefix length code.
PREF64_LENGTHS = (96, 64, 56, 48, 40, 32)

_UNIT = 8  # octets; an option's length counts them, section 4.6

_Option = TypeVar("_Option", bound="Option")


# --- Options ------------------------------------------------------------------------------------


class Option:
    """An option of a Neighbor Discovery message."""

    __slots__ = ()

    def content(self) -> bytes:
        """Return what comes after type and length; it is filled up to 8 octets with zeros."""
        raise NotImplementedError

    @property
    def number(self) -> int:
        """Its type."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class UnknownOption(Option):
    """An option of another type, or one whose content makes no sense. Receivers ignore it."""

    type: int
    data: bytes
    """Everything after type and length."""

    @property
    def number(self) -> int:
        """Its type."""
        return self.type

    def content(self) -> bytes:
        """Return its bytes as they came."""
        return self.data


@dataclass(frozen=True, slots=True)
class _KnownOption(Option):
    TYPE: ClassVar[int]

    @property
    def number(self) -> int:
        """Its type."""
        return self.TYPE


@dataclass(frozen=True, slots=True)
class SourceLinkLayer(_KnownOption):
    """The sender's link-layer address, RFC 4861 section 4.6.1."""

    TYPE: ClassVar[int] = 1

    mac: bytes
    """6 octets on Ethernet, RFC 2464 section 6."""

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return self.mac


@dataclass(frozen=True, slots=True)
class TargetLinkLayer(_KnownOption):
    """The target's link-layer address, RFC 4861 section 4.6.1."""

    TYPE: ClassVar[int] = 2

    mac: bytes

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return self.mac


@dataclass(frozen=True, slots=True)
class PrefixInformation(_KnownOption):
    """A prefix, and what it is for, RFC 4861 section 4.6.2."""

    TYPE: ClassVar[int] = 3

    prefix: bytes
    """16 octets; what stands after the prefix length is ignored."""
    length: int
    on_link: bool = True
    """L: addresses in it are neighbors. False says nothing, RFC 5942 section 4."""
    autonomous: bool = True
    """A: hosts make addresses in it, RFC 4862 section 5.5.3."""
    valid: int = 2_592_000
    """Seconds; the default is AdvValidLifetime, RFC 4861 section 6.2.1."""
    preferred: int = 604_800
    """Seconds; AdvPreferredLifetime."""
    router_address: bool = False
    """R: the prefix field is the router's whole address, RFC 6275 section 7.2."""
    delegation: bool = False
    """P: the network would rather delegate a prefix to each host, RFC 9762 section 3."""

    def content(self) -> bytes:
        """Return what comes after type and length."""
        flags = (
            _ON_LINK * self.on_link
            | _AUTONOMOUS * self.autonomous
            | _ROUTER_ADDRESS * self.router_address
            | _DELEGATION * self.delegation
        )
        return _PREFIX.pack(self.length, flags, self.valid, self.preferred, self.prefix)


_PREFIX = struct.Struct("!BBII4x16s")


@dataclass(frozen=True, slots=True)
class RedirectedHeader(_KnownOption):
    """The packet that made the router redirect, or its beginning, RFC 4861 section 4.6.3."""

    TYPE: ClassVar[int] = 4

    packet: bytes

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return bytes(6) + self.packet


@dataclass(frozen=True, slots=True)
class Mtu(_KnownOption):
    """The MTU that every node on the link uses, RFC 4861 section 4.6.4."""

    TYPE: ClassVar[int] = 5

    mtu: int

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return struct.pack("!2xI", self.mtu)


@dataclass(frozen=True, slots=True)
class Nonce(_KnownOption):
    """A random number that tells one's own solicitation from another's, RFC 3971 section 5.3.2.

    Enhanced duplicate address detection sends it, RFC 7527 section 4.1.
    """

    TYPE: ClassVar[int] = 14

    nonce: bytes
    """6 octets at least."""

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return self.nonce


@dataclass(frozen=True, slots=True)
class RouteInformation(_KnownOption):
    """A route through the sender, RFC 4191 section 2.3."""

    TYPE: ClassVar[int] = 24

    prefix: bytes
    """16 octets."""
    length: int
    lifetime: int
    """Seconds."""
    preference: int | None = 0
    """1 high, 0 medium, -1 low; None: the reserved value, with which the option is ignored."""

    def content(self) -> bytes:
        """Return what comes after type and length: no more of the prefix than is needed."""
        octets = 0 if self.length == 0 else 8 if self.length <= 64 else 16
        flags = _preference_bits(self.preference) << 3
        return struct.pack("!BBI", self.length, flags, self.lifetime) + self.prefix[:octets]


@dataclass(frozen=True, slots=True)
class RecursiveDnsServer(_KnownOption):
    """Resolvers, RFC 8106 section 5.1."""

    TYPE: ClassVar[int] = 25

    lifetime: int
    """Seconds; 0: use them no more."""
    servers: tuple[bytes, ...]
    """Addresses of 16 octets, one at least."""

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return struct.pack("!2xI", self.lifetime) + b"".join(self.servers)


@dataclass(frozen=True, slots=True)
class DnsSearchList(_KnownOption):
    """Domains that complete a short name, RFC 8106 section 5.2."""

    TYPE: ClassVar[int] = 31

    lifetime: int
    """Seconds."""
    domains: tuple[str, ...]
    """Such as "example.com", without the dot of the root; in ASCII, names of other scripts in
    their xn-- form."""

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return struct.pack("!2xI", self.lifetime) + b"".join(map(_push_domain, self.domains))


@dataclass(frozen=True, slots=True)
class CaptivePortal(_KnownOption):
    """Where the API of a captive portal is, RFC 8910 section 2.3."""

    TYPE: ClassVar[int] = 37

    uri: str

    def content(self) -> bytes:
        """Return what comes after type and length."""
        return self.uri.encode()


@dataclass(frozen=True, slots=True)
class Pref64(_KnownOption):
    """The prefix of the network's NAT64, RFC 8781 section 4."""

    TYPE: ClassVar[int] = 38

    prefix: bytes
    """16 octets."""
    length: int
    """96, 64, 56, 48, 40 or 32."""
    lifetime: int
    """Seconds; on the wire a multiple of 8, rounded up, 65,528 at most (section 4.1)."""

    def content(self) -> bytes:
        """Return what comes after type and length."""
        lifetime = min(math.ceil(self.lifetime / 8) * 8, LONGEST_PREF64_LIFETIME)
        # The lifetime's last three bits are always 0, so the length's code takes their place.
        return struct.pack("!H", lifetime | PREF64_LENGTHS.index(self.length)) + self.prefix[:12]


def push_option(option: Option) -> bytes:
    """Write an option: its type, its length in units of 8 octets, its content.

    Raises:
        ValueError: It is longer than 2,040 octets.
    """
    content = option.content()
    units = (2 + len(content) + _UNIT - 1) // _UNIT
    if units > 0xFF:
        raise ValueError(
            f"an option of {units * _UNIT} octets; RFC 4861 section 4.6 allows 2040. "
            "What is a list may be given in several options"
        )
    return bytes((option.number, units)) + content.ljust(units * _UNIT - 2, b"\0")


def pull_options(data: bytes) -> tuple[Option, ...]:
    """Read options until the end.

    One of a known type whose content makes no sense is given as `UnknownOption`, for a receiver
    ignores it and takes the rest (RFC 8106 section 5.3.1, for example).

    Raises:
        MalformedError: The length of an option is 0, or reaches beyond the end.
    """
    options: list[Option] = []
    at = 0
    while at < len(data):
        if len(data) - at < 2:
            raise MalformedError(f"an option is cut off after its type, at octet {at} of them")
        number, length = data[at], data[at + 1] * _UNIT
        if length == 0:
            raise MalformedError(
                f"option {number} has length 0, at octet {at} of the options; "
                "such a message is discarded (RFC 4861 section 4.6)"
            )
        if at + length > len(data):
            raise MalformedError(
                f"option {number} has {length} octets, and {len(data) - at} are left"
            )
        options.append(_pull_option(number, data[at + 2 : at + length]))
        at += length
    return tuple(options)


def _pull_option(number: int, content: bytes) -> Option:
    known = _PULL.get(number)
    found = known(content) if known is not None else None
    return UnknownOption(number, content) if found is None else found


def _pull_prefix(content: bytes) -> Option | None:
    if len(content) != _PREFIX.size:
        return None
    length, flags, valid, preferred, prefix = _PREFIX.unpack(content)
    if length > 128:
        return None
    return PrefixInformation(
        prefix,
        length,
        bool(flags & _ON_LINK),
        bool(flags & _AUTONOMOUS),
        valid,
        preferred,
        bool(flags & _ROUTER_ADDRESS),
        bool(flags & _DELEGATION),
    )


def _pull_mtu(content: bytes) -> Option | None:
    return Mtu(int.from_bytes(content[2:6], "big")) if len(content) == 6 else None


def _pull_route(content: bytes) -> Option | None:
    length, flags, lifetime = struct.unpack_from("!BBI", content)
    octets = len(content) - 6
    # RFC 4191 section 2.3: the option's length is 1, 2 or 3, and the prefix's must fit into it.
    if octets > 16 or length > 128 or length > octets * 8:
        return None
    prefix = content[6:].ljust(16, b"\0")
    return RouteInformation(prefix, length, lifetime, PREFERENCES.get(flags >> 3 & 0b11))


def _pull_dns_servers(content: bytes) -> Option | None:
    # RFC 8106 section 5.3.1: (length - 1) % 2 == 0, and 3 at least.
    addresses = content[6:]
    if not addresses or len(addresses) % 16:
        return None
    servers = tuple(addresses[at : at + 16] for at in range(0, len(addresses), 16))
    return RecursiveDnsServer(int.from_bytes(content[2:6], "big"), servers)


def _pull_search_list(content: bytes) -> Option | None:
    try:
        domains = _pull_domains(content[6:])
    except MalformedError:
        return None
    return DnsSearchList(int.from_bytes(content[2:6], "big"), domains) if domains else None


def _pull_pref64(content: bytes) -> Option | None:
    if len(content) != 14:
        return None
    first = int.from_bytes(content[:2], "big")
    if first & 0b111 >= len(PREF64_LENGTHS):
        return None  # RFC 8781 section 4: a reserved code; the option is ignored
    return Pref64(content[2:].ljust(16, b"\0"), PREF64_LENGTHS[first & 0b111], first & ~0b111)


def _pull_portal(content: bytes) -> Option | None:
    try:
        uri = content.rstrip(b"\0").decode("ascii")  # a URI is ASCII, RFC 3986 section 2
    except UnicodeDecodeError:
        return None
    return CaptivePortal(uri) if uri else None


def _pull_redirected(content: bytes) -> Option | None:
    return RedirectedHeader(content[6:])


_PULL: dict[int, Callable[[bytes], Option | None]] = {
    SourceLinkLayer.TYPE: SourceLinkLayer,
    TargetLinkLayer.TYPE: TargetLinkLayer,
    PrefixInformation.TYPE: _pull_prefix,
    RedirectedHeader.TYPE: _pull_redirected,
    Mtu.TYPE: _pull_mtu,
    Nonce.TYPE: Nonce,
    RouteInformation.TYPE: _pull_route,
    RecursiveDnsServer.TYPE: _pull_dns_servers,
    DnsSearchList.TYPE: _pull_search_list,
    CaptivePortal.TYPE: _pull_portal,
    Pref64.TYPE: _pull_pref64,
}


def _push_domain(name: str) -> bytes:
    """Write a domain name, RFC 1035 section 3.1; compression is not allowed here."""
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    for label in labels:
        if not 0 < len(label) < 64:
            raise ValueError(f"{name!r} has a label of {len(label)} octets; RFC 1035 allows 1-63")
    data = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    if len(data) > 255:
        raise ValueError(f"{name!r} needs {len(data)} octets; RFC 1035 section 2.3.4 allows 255")
    return data


def _pull_domains(data: bytes) -> tuple[str, ...]:
    domains: list[str] = []
    labels: list[str] = []
    at = 0
    while at < len(data):
        length = data[at]
        if length > 63 or at + 1 + length > len(data):
            raise MalformedError(f"a label of {length} octets, at octet {at} of the names")
        if length == 0:
            if labels:
                domains.append(".".join(labels))
            labels = []  # and further zeros are padding, RFC 8106 section 5.2
        else:
            label = data[at + 1 : at + 1 + length]
            if not all(0x21 <= octet <= 0x7E and octet != 0x2E for octet in label):
                raise MalformedError(f"a label of a domain name is {label!r}")
            labels.append(label.decode("ascii"))
        at += 1 + length
    if labels:
        raise MalformedError("the last domain name has no end")
    return tuple(domains)


# --- Messages -----------------------------------------------------------------------------------


class Message:
    """A Neighbor Discovery message."""

    __slots__ = ()
    TYPE: ClassVar[int]
    options: tuple[Option, ...]

    def find(self, kind: type[_Option]) -> _Option | None:
        """Return its first option of a kind, such as `SourceLinkLayer`; None: it has none."""
        return next(self.find_all(kind), None)

    def find_all(self, kind: type[_Option]) -> Iterator[_Option]:
        """Return its options of a kind, in order."""
        return (option for option in self.options if isinstance(option, kind))

    def head(self) -> bytes:
        """Return what stands between the checksum and the options."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class RouterSolicitation(Message):
    """A host asks for routers, RFC 4861 section 4.1."""

    TYPE: ClassVar[int] = ROUTER_SOLICITATION

    options: tuple[Option, ...] = ()

    def head(self) -> bytes:
        """Return what stands between the checksum and the options."""
        return bytes(4)


@dataclass(frozen=True, slots=True)
class RouterAdvertisement(Message):
    """A router tells what the link is like, RFC 4861 section 4.2."""

    TYPE: ClassVar[int] = ROUTER_ADVERTISEMENT

    hop_limit: int = 64
    """Cur Hop Limit; 0: this router does not say."""
    managed: bool = False
    """M: addresses are to be had by DHCPv6."""
    other: bool = False
    """O: other settings are to be had by DHCPv6."""
    preference: int | None = 0
    """RFC 4191 section 2.2: 1 high, 0 medium, -1 low. None, the reserved value, is written as it
    came; receivers take it as medium."""
    lifetime: int = 1800
    """Router lifetime, seconds; 0: it is no default router."""
    reachable: int = 0
    """Reachable time, milliseconds; 0: it does not say."""
    retransmission: int = 0
    """Retrans timer, milliseconds; 0: it does not say."""
    options: tuple[Option, ...] = ()
    home_agent: bool = False
    """H, RFC 6275 section 7.1."""
    proxy: bool = False
    """P, RFC 4389 section 4.1.3.3."""

    def head(self) -> bytes:
        """Return what stands between the checksum and the options."""
        flags = (
            _MANAGED * self.managed
            | _OTHER * self.other
            | _HOME_AGENT * self.home_agent
            | _preference_bits(self.preference) << 3
            | _PROXY * self.proxy
        )
        return _ADVERTISEMENT.pack(
            self.hop_limit, flags, self.lifetime, self.reachable, self.retransmission
        )


_ADVERTISEMENT = struct.Struct("!BBHII")


@dataclass(frozen=True, slots=True)
class NeighborSolicitation(Message):
    """Who has this address? RFC 4861 section 4.3."""

    TYPE: ClassVar[int] = NEIGHBOR_SOLICITATION

    target: bytes
    options: tuple[Option, ...] = ()

    def head(self) -> bytes:
        """Return what stands between the checksum and the options."""
        return bytes(4) + self.target


@dataclass(frozen=True, slots=True)
class NeighborAdvertisement(Message):
    """I have this address, RFC 4861 section 4.4."""

    TYPE: ClassVar[int] = NEIGHBOR_ADVERTISEMENT

    target: bytes
    router: bool = False
    """R: the sender is a router."""
    solicited: bool = False
    """S: it answers a solicitation, so it proves that the neighbor is reachable both ways."""
    override: bool = True
    """O: it replaces a link-layer address that is known already."""
    options: tuple[Option, ...] = ()

    def head(self) -> bytes:
        """Return what stands between the checksum and the options."""
        flags = _ROUTER * self.router | _SOLICITED * self.solicited | _OVERRIDE * self.override
        return bytes((flags, 0, 0, 0)) + self.target


@dataclass(frozen=True, slots=True)
class Redirect(Message):
    """A better first hop for a destination, RFC 4861 section 4.5."""

    TYPE: ClassVar[int] = REDIRECT

    target: bytes
    """The better first hop; the destination itself, where that is a neighbor."""
    destination: bytes
    options: tuple[Option, ...] = ()

    def head(self) -> bytes:
        """Return what stands between the checksum and the options."""
        return bytes(4) + self.target + self.destination


def push_message(message: Message) -> bytes:
    """Write an ICMPv6 message, from its type on, with 0 as checksum.

    Raises:
        ValueError: A field or an option does not fit into its place.
    """
    try:
        body = message.head() + b"".join(map(push_option, message.options))
    except struct.error as error:
        raise ValueError(f"a number in {message} does not fit into its field: {error}") from None
    return bytes((message.TYPE, 0, 0, 0)) + body


def pull_message(data: bytes) -> Message:
    """Read an ICMPv6 message of Neighbor Discovery, from its type on.

    Its checksum is not looked at: that takes the addresses of the packet.

    Raises:
        MalformedError: It is too short, its code is not 0, an option is broken, or it is of
            another type.
    """
    if len(data) < 4:
        raise MalformedError(f"{len(data)} octets; an ICMPv6 message has 4 at least")
    known = _MESSAGES.get(data[0])
    if known is None:
        raise MalformedError(f"type {data[0]} is not Neighbor Discovery's (RFC 4861 section 4)")
    least, pull = known
    if len(data) < least:
        raise MalformedError(
            f"{len(data)} octets; a message of type {data[0]} has {least} at least"
        )
    if data[1] != 0:
        raise MalformedError(f"code {data[1]}; Neighbor Discovery has code 0 only")
    return pull(data, pull_options(data[least:]))


def _pull_solicitation(data: bytes, options: tuple[Option, ...]) -> Message:
    return RouterSolicitation(options)


def _pull_advertisement(data: bytes, options: tuple[Option, ...]) -> Message:
    hop_limit, flags, lifetime, reachable, retransmission = _ADVERTISEMENT.unpack_from(data, 4)
    return RouterAdvertisement(
        hop_limit,
        bool(flags & _MANAGED),
        bool(flags & _OTHER),
        PREFERENCES.get(flags >> 3 & 0b11),
        lifetime,
        reachable,
        retransmission,
        options,
        bool(flags & _HOME_AGENT),
        bool(flags & _PROXY),
    )


def _pull_neighbor_solicitation(data: bytes, options: tuple[Option, ...]) -> Message:
    return NeighborSolicitation(data[8:24], options)


def _pull_neighbor_advertisement(data: bytes, options: tuple[Option, ...]) -> Message:
    flags = data[4]
    return NeighborAdvertisement(
        data[8:24],
        bool(flags & _ROUTER),
        bool(flags & _SOLICITED),
        bool(flags & _OVERRIDE),
        options,
    )


def _pull_redirect(data: bytes, options: tuple[Option, ...]) -> Message:
    return Redirect(data[8:24], data[24:40], options)


# How many octets come before the options, and who reads them.
_MESSAGES: dict[int, tuple[int, Callable[[bytes, tuple[Option, ...]], Message]]] = {
    ROUTER_SOLICITATION: (8, _pull_solicitation),
    ROUTER_ADVERTISEMENT: (16, _pull_advertisement),
    NEIGHBOR_SOLICITATION: (24, _pull_neighbor_solicitation),
    NEIGHBOR_ADVERTISEMENT: (24, _pull_neighbor_advertisement),
    REDIRECT: (40, _pull_redirect),
}


def _preference_bits(preference: int | None) -> int:
    return RESERVED_PREFERENCE if preference is None else _PREFERENCE_BITS[preference]


# --- What a receiver must check -------------------------------------------------------------------


def why_invalid(
    message: Message, *, source: bytes, destination: bytes, hop_limit: int
) -> str | None:
    """Return why a receiver must discard a message silently; None: it is valid.

    RFC 4861 sections 6.1.1, 6.1.2, 7.1.1, 7.1.2 and 8.1. The checksum, the code and the lengths
    have been checked before. That a redirect comes from the present first hop, only the receiver
    can know.

    Args:
        message: What was read.
        source: 16 octets, of the packet.
        destination: 16 octets, of the packet.
        hop_limit: Of the packet.
    """
    if hop_limit != HOP_LIMIT:
        return f"its hop limit is {hop_limit}, not 255: it may come from outside the link"
    return _RULES[message.TYPE](message, source, destination)


def _solicitation_fault(message: Message, source: bytes, destination: bytes) -> str | None:
    if source == bytes(16) and message.find(SourceLinkLayer):
        return "its source is unspecified, and yet it has a source link-layer address"
    return None


def _advertisement_fault(message: Message, source: bytes, destination: bytes) -> str | None:
    return None if _is_link_local(source) else "its source is not link-local"


def _neighbor_solicitation_fault(message: Message, source: bytes, dst: bytes) -> str | None:
    assert isinstance(message, NeighborSolicitation)
    if message.target[0] == 0xFF:
        return "its target is multicast"
    if source != bytes(16):
        return None
    if dst[:13] != _SOLICITED_NODE:
        return "its source is unspecified, and its destination is no solicited-node group"
    return _solicitation_fault(message, source, dst)


def _neighbor_advertisement_fault(message: Message, source: bytes, dst: bytes) -> str | None:
    assert isinstance(message, NeighborAdvertisement)
    if message.target[0] == 0xFF:
        return "its target is multicast"
    if dst[0] == 0xFF and message.solicited:
        return "it is to a group, and yet its solicited flag is set"
    return None


def _redirect_fault(message: Message, source: bytes, destination: bytes) -> str | None:
    assert isinstance(message, Redirect)
    if not _is_link_local(source):
        return "its source is not link-local"
    if message.destination[0] == 0xFF:
        return "the destination that it is about is multicast"
    if not (_is_link_local(message.target) or message.target == message.destination):
        return "its target is neither link-local nor the destination itself"
    return None


_RULES: dict[int, Callable[[Message, bytes, bytes], str | None]] = {
    ROUTER_SOLICITATION: _solicitation_fault,
    ROUTER_ADVERTISEMENT: _advertisement_fault,
    NEIGHBOR_SOLICITATION: _neighbor_solicitation_fault,
    NEIGHBOR_ADVERTISEMENT: _neighbor_advertisement_fault,
    REDIRECT: _redirect_fault,
}

_SOLICITED_NODE = bytes.fromhex("ff02" + "00" * 9 + "01ff")


def _is_link_local(address: bytes) -> bool:
    return address[0] == 0xFE and address[1] & 0xC0 == 0x80
