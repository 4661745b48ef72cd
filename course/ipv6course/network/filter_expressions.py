"""What a filter rule can look at: nftables' expressions for IPv6, and the values they take.

`Glance` is a packet as a rule sees it. How far it sees is the kernel's way (its `ipv6_find_hdr`):
it walks the chain of extension headers to the upper layer, and gives up where a header is cut off.
Of a fragment that is not the first it knows the protocol, and nothing of its header; a rule that
asks for a port then does not match. The tables name nftables' words, and no others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ipv6course.network.wire import ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node

_WALKED = frozenset(
    (
        ipv6.HOP_BY_HOP,
        ipv6.ROUTING,
        ipv6.FRAGMENT,
        ipv6.AUTHENTICATION,
        ipv6.DESTINATION_OPTIONS,
        ipv6.NO_NEXT_HEADER,
    )
)
_MOBILITY = 135  # RFC 6275 section 6.1

# Bits of ct state, as the kernel numbers them.
INVALID, ESTABLISHED, RELATED, NEW, UNTRACKED = 0x01, 0x02, 0x04, 0x08, 0x40


class Glance:
    """A packet, where it came in and where it goes out, as far as a rule can see it."""

    __slots__ = (
        "data",
        "incoming",
        "is_later_fragment",
        "node",
        "outgoing",
        "protocol",
        "state",
        "transport",
    )

    def __init__(
        self,
        node: Node,
        data: bytes,
        incoming: Interface | None,
        outgoing: Interface | None,
        state: int = 0,
    ) -> None:
        self.node = node
        self.data = data
        self.incoming = incoming
        self.outgoing = outgoing
        self.state = state
        """Its connection's state, where connections are tracked."""
        self.protocol: int | None
        """The upper layer's number; None where the chain of headers is broken."""
        self.transport: int
        """Where the upper layer's header begins."""
        self.is_later_fragment: bool
        self.protocol, self.transport, self.is_later_fragment = upper_layer(data)

    def load(self, offset: int, octets: int) -> int | None:
        """Return a number in the upper layer's header; None where it is not in this packet."""
        if self.protocol is None or self.is_later_fragment:
            return None
        start = self.transport + offset
        if start + octets > len(self.data):
            return None
        return int.from_bytes(self.data[start : start + octets], "big")

    def load_at(self, header: int, offset: int, octets: int) -> int | None:
        """Return a number in the first extension header of a kind; None where there is none."""
        start = find_header(self.data, header)
        if start is None or start + offset + octets > len(self.data):
            return None
        return int.from_bytes(self.data[start + offset : start + offset + octets], "big")


def upper_layer(
    data: bytes, *, through_authentication: bool = False
) -> tuple[int | None, int, bool]:
    """Return a packet's upper-layer protocol, where its header is, and whether it is not there.

    The last is so in a fragment that is not the first. The first is None where the chain breaks.

    Args:
        data: The packet.
        through_authentication: Whether it looks behind an Authentication Header. For nftables'
            rules that is an upper layer; connection tracking looks behind it.
    """
    number, at = data[6], ipv6.HEADER
    while number in _WALKED and number != ipv6.NO_NEXT_HEADER:
        if number == ipv6.AUTHENTICATION and not through_authentication:
            break
        if at + 2 > len(data):
            return None, at, False
        following = data[at]
        if number == ipv6.FRAGMENT:
            if at + 4 > len(data):
                return None, at, False
            if data[at + 2] or data[at + 3] & 0xF8:
                is_upper = following not in _WALKED or following == ipv6.NO_NEXT_HEADER
                return (following if is_upper else None), at, True
        at += header_length(number, data[at + 1])
        number = following
    return number, at, False


def find_header(data: bytes, wanted: int) -> int | None:
    """Return where the first header of a kind begins; None where there is none in reach."""
    number, at = data[6], ipv6.HEADER
    while number != wanted:
        if number not in _WALKED or number == ipv6.NO_NEXT_HEADER or at + 4 > len(data):
            return None
        if number == ipv6.FRAGMENT and (data[at + 2] or data[at + 3] & 0xF8):
            return None
        following = data[at]
        at += header_length(number, data[at + 1])
        number = following
    return at if at + 2 <= len(data) else None


def header_length(number: int, length: int) -> int:
    """Return the octets of an extension header, from its number and its length field."""
    if number == ipv6.FRAGMENT:
        return 8  # RFC 8200 section 4.5
    if number == ipv6.AUTHENTICATION:
        return (length + 2) * 4  # RFC 4302 section 2.2
    return (length + 1) * 8  # RFC 8200 section 4


# --- Values ---------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """A kind of value: nftables' data type."""

    name: str
    bits: int
    names: dict[str, int]
    is_mask: bool = False
    """Whether a list of its words means: any of them."""


_PROTOCOLS = {
    "hopopt": 0,
    "tcp": 6,
    "udp": 17,
    "ipv6": 41,
    "ipv6-route": 43,
    "ipv6-frag": 44,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "ipv6-icmp": 58,
    "icmpv6": 58,
    "ipv6-nonxt": 59,
    "ipv6-opts": 60,
    "ospf": 89,
    "sctp": 132,
    "udplite": 136,
}
# The words of Debian's /etc/services that lessons have use for.
_SERVICES = {
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "domain": 53,
    "tftp": 69,
    "http": 80,
    "ntp": 123,
    "snmp": 161,
    "bgp": 179,
    "https": 443,
    "syslog": 514,
    "dhcpv6-client": 546,
    "dhcpv6-server": 547,
    "domain-s": 853,
    "mdns": 5353,
}
ICMPV6_TYPES = {
    "destination-unreachable": 1,
    "packet-too-big": 2,
    "time-exceeded": 3,
    "parameter-problem": 4,
    "echo-request": 128,
    "echo-reply": 129,
    "mld-listener-query": 130,
    "mld-listener-report": 131,
    "mld-listener-done": 132,
    "mld-listener-reduction": 132,
    "nd-router-solicit": 133,
    "nd-router-advert": 134,
    "nd-neighbor-solicit": 135,
    "nd-neighbor-advert": 136,
    "nd-redirect": 137,
    "router-renumbering": 138,
    "ind-neighbor-solicit": 141,
    "ind-neighbor-advert": 142,
    "mld2-listener-report": 143,
}
ICMPV6_CODES = {
    "no-route": 0,
    "admin-prohibited": 1,
    "addr-unreachable": 3,
    "port-unreachable": 4,
    "policy-fail": 5,
    "reject-route": 6,
}
_TCP_FLAGS = {
    "fin": 0x01,
    "syn": 0x02,
    "rst": 0x04,
    "psh": 0x08,
    "ack": 0x10,
    "urg": 0x20,
    "ecn": 0x40,
    "cwr": 0x80,
}
_STATES = {
    "invalid": INVALID,
    "new": NEW,
    "established": ESTABLISHED,
    "related": RELATED,
    "untracked": UNTRACKED,
}
_DSCP = {
    **{f"cs{n}": n << 3 for n in range(8)},  # RFC 2474 section 4.2.2.2
    **{f"af{n}{p}": n << 3 | p << 1 for n in range(1, 5) for p in range(1, 4)},  # RFC 2597
    "ef": 0x2E,  # RFC 3246
}

ADDRESS = Kind("ipv6_addr", 128, {})
PROTOCOL = Kind("inet_proto", 8, _PROTOCOLS)
SERVICE = Kind("inet_service", 16, _SERVICES)
INTERFACE_NAME = Kind("ifname", 0, {})
EXISTENCE = Kind("boolean", 1, {"exists": 1, "missing": 0})
STATE = Kind("ct_state", 32, _STATES, True)
FLAGS = Kind("tcp_flag", 8, _TCP_FLAGS, True)
_TYPE = Kind("icmpv6_type", 8, ICMPV6_TYPES)
_CODE = Kind("icmpv6_code", 8, ICMPV6_CODES)
_FAMILY = Kind("nf_proto", 8, {"ipv4": 2, "ipv6": 10})
_BIT = Kind("integer", 1, {})
_OCTET = Kind("integer", 8, {})
_WORD = Kind("integer", 16, {})
_LONG = Kind("integer", 32, {})

SET_KINDS = {kind.name: kind for kind in (ADDRESS, PROTOCOL, SERVICE, INTERFACE_NAME, _TYPE)}
"""What a named set may hold."""


# --- Selectors ------------------------------------------------------------------------------------

Value = int | str
Load = Callable[[Glance], "Value | None"]


class Selector(NamedTuple):
    """Something of a packet that a rule can ask for."""

    kind: Kind
    load: Load
    """Gives None where the packet has no such thing; the rule then does not match."""


def _upper(protocol: int, kind: Kind, offset: int, octets: int) -> Selector:
    # "tcp dport" also asks whether it is TCP: nft adds that to the rule by itself.
    def load(glance: Glance) -> int | None:
        return glance.load(offset, octets) if glance.protocol == protocol else None

    return Selector(kind, load)


def _any_upper(kind: Kind, offset: int, octets: int) -> Selector:
    return Selector(kind, lambda glance: glance.load(offset, octets))


def _extension(header: int, kind: Kind, offset: int, octets: int, shift: int = 0) -> Selector:
    def load(glance: Glance) -> int | None:
        found = glance.load_at(header, offset, octets)
        return None if found is None else found >> shift & (1 << kind.bits) - 1

    return Selector(kind, load)


def _exists(header: int) -> Selector:
    return Selector(EXISTENCE, lambda glance: int(find_header(glance.data, header) is not None))


def _fixed(kind: Kind, offset: int, octets: int, shift: int = 0, bits: int = 0) -> Selector:
    keep = (1 << (bits or octets * 8)) - 1

    def load(glance: Glance) -> int:
        return int.from_bytes(glance.data[offset : offset + octets], "big") >> shift & keep

    return Selector(kind, load)


def _reverse_path(with_interface: bool) -> Load:
    def load(glance: Glance) -> int:
        interface = glance.incoming if with_interface else None
        return int(has_reverse_path(glance.node, glance.data[8:24], interface))

    return load


def has_reverse_path(node: Node, source: bytes, interface: Interface | None) -> bool:
    """Return whether a packet's source is reachable by the way it came, RFC 3704.

    As the kernel's `fib saddr . iif oif`: a route through that interface is enough, even where a
    longer prefix leads elsewhere; so on the side of the default route everything has one. (RFC
    3704 section 2.2 would have only the best route count.) None as interface: any route, the loose
    form of section 2.4.
    """
    if node.is_mine(source, interface or next(iter(node.interfaces.values()))):
        return False  # one's own address does not come from outside
    if interface is not None and ipv6.is_link_local(source):
        return True
    number = int.from_bytes(source, "big")
    for route in node.routes:
        shift = 128 - route.length
        if (
            route.interface is not None
            and (interface is None or route.interface is interface)
            and number >> shift == route.prefix >> shift
        ):
            return True
    return False


def _name(interface: Interface | None) -> str:
    return interface.name if interface is not None else ""


SELECTORS: dict[tuple[str, ...], Selector] = {
    ("ip6", "saddr"): _fixed(ADDRESS, 8, 16),
    ("ip6", "daddr"): _fixed(ADDRESS, 24, 16),
    ("ip6", "nexthdr"): _fixed(PROTOCOL, 6, 1),
    ("ip6", "hoplimit"): _fixed(_OCTET, 7, 1),
    ("ip6", "length"): _fixed(_WORD, 4, 2),
    ("ip6", "dscp"): _fixed(Kind("dscp", 6, _DSCP), 0, 2, 6, 6),
    ("ip6", "flowlabel"): _fixed(Kind("integer", 20, {}), 1, 3, 0, 20),
    ("icmpv6", "type"): _upper(ipv6.ICMPV6, _TYPE, 0, 1),
    ("icmpv6", "code"): _upper(ipv6.ICMPV6, _CODE, 1, 1),
    ("icmpv6", "parameter-problem"): _upper(ipv6.ICMPV6, _LONG, 4, 4),
    ("icmpv6", "mtu"): _upper(ipv6.ICMPV6, _LONG, 4, 4),
    ("icmpv6", "id"): _upper(ipv6.ICMPV6, _WORD, 4, 2),
    ("icmpv6", "sequence"): _upper(ipv6.ICMPV6, _WORD, 6, 2),
    ("tcp", "sport"): _upper(ipv6.TCP, SERVICE, 0, 2),
    ("tcp", "dport"): _upper(ipv6.TCP, SERVICE, 2, 2),
    ("tcp", "flags"): _upper(ipv6.TCP, FLAGS, 13, 1),
    ("udp", "sport"): _upper(ipv6.UDP, SERVICE, 0, 2),
    ("udp", "dport"): _upper(ipv6.UDP, SERVICE, 2, 2),
    ("udp", "length"): _upper(ipv6.UDP, _WORD, 4, 2),
    ("th", "sport"): _any_upper(SERVICE, 0, 2),
    ("th", "dport"): _any_upper(SERVICE, 2, 2),
    ("hbh", "nexthdr"): _extension(ipv6.HOP_BY_HOP, PROTOCOL, 0, 1),
    ("hbh", "hdrlength"): _extension(ipv6.HOP_BY_HOP, _OCTET, 1, 1),
    ("dst", "nexthdr"): _extension(ipv6.DESTINATION_OPTIONS, PROTOCOL, 0, 1),
    ("dst", "hdrlength"): _extension(ipv6.DESTINATION_OPTIONS, _OCTET, 1, 1),
    ("rt", "nexthdr"): _extension(ipv6.ROUTING, PROTOCOL, 0, 1),
    ("rt", "hdrlength"): _extension(ipv6.ROUTING, _OCTET, 1, 1),
    ("rt", "type"): _extension(ipv6.ROUTING, _OCTET, 2, 1),
    ("rt", "seg-left"): _extension(ipv6.ROUTING, _OCTET, 3, 1),
    ("frag", "nexthdr"): _extension(ipv6.FRAGMENT, PROTOCOL, 0, 1),
    ("frag", "frag-off"): _extension(ipv6.FRAGMENT, Kind("integer", 13, {}), 2, 2, 3),
    ("frag", "more-fragments"): _extension(ipv6.FRAGMENT, _BIT, 2, 2),
    ("frag", "id"): _extension(ipv6.FRAGMENT, _LONG, 4, 4),
    ("exthdr", "hbh"): _exists(ipv6.HOP_BY_HOP),
    ("exthdr", "frag"): _exists(ipv6.FRAGMENT),
    ("exthdr", "rt"): _exists(ipv6.ROUTING),
    ("exthdr", "dst"): _exists(ipv6.DESTINATION_OPTIONS),
    ("exthdr", "mh"): _exists(_MOBILITY),
    ("meta", "l4proto"): Selector(PROTOCOL, lambda glance: glance.protocol),
    ("meta", "nfproto"): Selector(_FAMILY, lambda glance: 10),
    ("meta", "length"): Selector(_LONG, lambda glance: len(glance.data)),
    ("iifname",): Selector(INTERFACE_NAME, lambda glance: _name(glance.incoming)),
    ("oifname",): Selector(INTERFACE_NAME, lambda glance: _name(glance.outgoing)),
    ("ct", "state"): Selector(STATE, lambda glance: glance.state),
    ("fib", "saddr", ".", "iif", "oif"): Selector(EXISTENCE, _reverse_path(True)),
    ("fib", "saddr", "oif"): Selector(EXISTENCE, _reverse_path(False)),
}
SYNONYMS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("meta", "iifname"): ("iifname",),
    ("meta", "oifname"): ("oifname",),
}
