"""DHCPv6, RFC 9915, with its options; those of softwires, RFC 7598 and RFC 6334, too."""

from __future__ import annotations

from collections.abc import Callable

import netaddr

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.ipv6 import address_words
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.names import read_name
from ipv6course.packet.neighbor_discovery import seconds
from ipv6course.packet.protocols import UDP_PORTS, Packet
from ipv6course.packet.registry import named, rfc_of

RELAY_FORW, RELAY_REPL = 12, 13
DEEPEST = 24
"""Options in options, and relayed messages in relayed messages, are read so deep."""

MESSAGE = Layout(
    "RFC 9915 section 8",
    Row("msg-type", 8, "@dhcpv6-message"),
    Row("transaction-id", 24, N_("the answer has the same number")),
)
RELAYED = Layout(
    "RFC 9915 section 9",
    Row("msg-type", 8, "@dhcpv6-message"),
    Row("hop-count", 8, N_("{value} relay agents before this one")),
    Row("link-address", 128, N_("the client's link: {value}"), "address"),
    Row("peer-address", 128, N_("who sent it to the relay agent: {value}"), "address"),
)


def dhcpv6(reader: Reader, packet: Packet) -> None:
    """Read a DHCPv6 message."""
    _message(reader, "DHCPv6")


def _message(reader: Reader, name: str) -> None:
    kind = reader.data[reader.at] if reader.left else 0
    layout = RELAYED if kind in (RELAY_FORW, RELAY_REPL) else MESSAGE
    with reader.group(name, layout.rfc, registered("dhcpv6-message", kind)) as (inside, _):
        inside.read(layout)
        options(inside)


def options(inside: Reader) -> None:
    """Read options until the end, RFC 9915 section 21.1."""
    while inside.left:
        _option(inside)


def _option(inside: Reader) -> None:
    code = int.from_bytes(inside.data[inside.at : min(inside.at + 2, inside.end)], "big")
    rfc = rfc_of("dhcpv6-option", code, "RFC 9915 section 21.1")
    entry = named("dhcpv6-option", code)
    with inside.group(entry.name if entry else "Option", rfc) as (option, _):
        option.number("option-code", 2, rfc, registered("dhcpv6-option", code))
        length = option.number("option-len", 2, rfc, Words(N_("octets after this field")))
        if length > option.left:
            raise option.nonsense(
                N_("The option has {length} octets, but only {left} are left around it."),
                length=length, left=option.left,
            )  # fmt: skip
        option.end = option.at + length
        reads = OPTIONS.get(code)
        if reads is not None and option.depth < DEEPEST:
            reads(option, rfc)
        if option.left:
            option.octets("option-data", None, rfc)


Option = Callable[[Reader, str], None]


def _fields(*rows: Row, then: Option | None = None) -> Option:
    layouts: dict[str, Layout] = {}

    def read(option: Reader, rfc: str) -> None:
        if rfc not in layouts:
            layouts[rfc] = Layout(rfc, *rows)
        option.read(layouts[rfc])
        if then is not None:
            then(option, rfc)

    return read


def _suboptions(option: Reader, rfc: str) -> None:
    options(option)


_DUID_TYPES: dict[int, tuple[Row, ...]] = {
    1: (Row("hardware type", 16, N_("{value}; 1 is Ethernet")),
        Row("time", 32, N_("{value} s after 2000-01-01 00:00 UTC"))),
    2: (Row("enterprise-number", 32),),
    3: (Row("hardware type", 16, N_("{value}; 1 is Ethernet")),),
}  # fmt: skip


def _duid(option: Reader, rfc: str) -> None:
    if not option.left:
        raise option.short(2, "DUID")
    with option.group("DUID", "RFC 9915 section 11.1") as (duid, found):
        kind = duid.number("DUID-Type", 2, rfc, Words("{name}", {"name": _DUID_NAMES.get(
            int.from_bytes(duid.data[duid.at : duid.at + 2], "big"), "?")}))  # fmt: skip
        section = f"RFC 9915 section 11.{kind + 1}" if kind in _DUID_NAMES else rfc
        if kind in _DUID_TYPES:
            duid.read(Layout(section, *_DUID_TYPES[kind]))
        if duid.left:
            duid.octets({1: "link-layer address", 2: "identifier", 3: "link-layer address",
                         4: "UUID"}.get(kind, "identifier"), None, section)  # fmt: skip
        found.words = Words("{name}", {"name": _DUID_NAMES.get(kind, "DUID")})


_DUID_NAMES = {1: "DUID-LLT", 2: "DUID-EN", 3: "DUID-LL", 4: "DUID-UUID"}


def _addresses(name: str) -> Option:
    def read(option: Reader, rfc: str) -> None:
        option.addresses(name, rfc)

    return read


def _names(name: str) -> Option:
    def read(option: Reader, rfc: str) -> None:
        while option.left:
            read_name(option, name, rfc, compressed=False)

    return read


def _codes(option: Reader, rfc: str) -> None:
    while option.left:
        code = int.from_bytes(option.data[option.at : min(option.at + 2, option.end)], "big")
        option.number("requested-option-code", 2, rfc, registered("dhcpv6-option", code))


def _text(name: str) -> Option:
    def read(option: Reader, rfc: str) -> None:
        if option.left:
            raw = option.data[option.at : option.end]
            option.octets(name, None, rfc, value=raw.decode("utf-8", "replace"))

    return read


def _octets(name: str) -> Option:
    def read(option: Reader, rfc: str) -> None:
        if option.left:
            option.octets(name, None, rfc)

    return read


def _lengthy(name: str) -> Option:
    """Return what reads items, each after its length of 2 octets."""

    def read(option: Reader, rfc: str) -> None:
        while option.left:
            with option.group(name, rfc) as (item, _):
                item.octets("data", item.number("len", 2, rfc), rfc)

    return read


def _vendor(option: Reader, rfc: str) -> None:
    with_code = "vendor-option-data"
    while option.left:
        with option.group(with_code, rfc) as (item, _):
            item.number("sub-opt-code", 2, rfc)
            item.octets("sub-option-data", item.number("sub-option-len", 2, rfc), rfc)


def _relayed(option: Reader, rfc: str) -> None:
    _message(option, "DHCP-relay-message")


def _prefix(length_name: str, name: str, then: Option | None = None) -> Option:
    """Return what reads a prefix of as many octets as its length needs."""

    def read(option: Reader, rfc: str) -> None:
        length = option.number(length_name, 1, rfc, Words(N_("in bits")))
        if length > 128:
            raise option.nonsense(
                N_("A prefix length of {length}; IPv6 has 128 bits."), at=option.at - 1,
                length=length,
            )  # fmt: skip
        octets = (length + 7) // 8
        if octets:
            raw = option.data[option.at : min(option.at + octets, option.end)]
            address = netaddr.IPAddress(int.from_bytes(raw + bytes(16 - len(raw)), "big"), 6)
            option.octets(name, octets, rfc,
                          Words("{address}/{length}", {"address": address, "length": length}),
                          address)  # fmt: skip
        if then is not None:
            then(option, rfc)

    return read


def _rule_prefix(option: Reader, rfc: str) -> None:
    length = option.data[option.at - 5]
    if length > 32:
        raise option.nonsense(
            N_("prefix4-len is {length}; IPv4 has 32 bits."), at=option.at - 5, length=length
        )
    _prefix("prefix6-len", "ipv6-prefix", _suboptions)(option, rfc)


def _port_set(option: Reader, rfc: str) -> None:
    length = option.data[option.at - 3]
    if length > 16:
        raise option.nonsense(
            N_("PSID-len is {length}; a port has 16 bits."), at=option.at - 3, length=length
        )


def _excluded(option: Reader, rfc: str) -> None:
    option.number("prefix-len", 1, rfc)
    option.octets("IPv6 subnet ID", None, rfc)


def _status(option: Reader, rfc: str) -> None:
    code = int.from_bytes(option.data[option.at : min(option.at + 2, option.end)], "big")
    option.number("status-code", 2, rfc, registered("dhcpv6-status", code))
    _text("status-message")(option, rfc)


def _fqdn(option: Reader, rfc: str) -> None:
    option.read(_FQDN)
    if option.left:
        # RFC 4704 section 4.2: a partial name has no root label at its end.
        raw = option.data[option.at : option.end]
        if raw[-1]:
            option.octets("Domain Name", None, rfc, Words(N_("a partial name")))
        else:
            read_name(option, "Domain Name", rfc, compressed=False)


_FQDN = Layout(
    "RFC 4704 section 4.1",
    Row("MBZ", 5),
    Row("N", 1, (N_("the server may update DNS"), N_("no DNS updates, please")), "flag"),
    Row("O", 1, (N_("as the client wished"), N_("the server decided otherwise")), "flag"),
    Row("S", 1, (N_("the client updates AAAA"), N_("the server updates AAAA")), "flag"),
)
_IAID = Row("IAID", 32, N_("which identity association of the client"))
_T1 = Row("T1", 32, N_("renew after {value} s; 0: the client decides"))
_T2 = Row("T2", 32, N_("rebind after {value} s; 0: the client decides"))
_PREFERRED = Row("preferred-lifetime", 32, seconds)
_VALID = Row("valid-lifetime", 32, seconds)
_ADDRESS = Row("IPv6-address", 128, address_words, "address")

OPTIONS: dict[int, Option] = {
    1: _duid,
    2: _duid,
    3: _fields(_IAID, _T1, _T2, then=_suboptions),
    4: _fields(_IAID, then=_suboptions),
    5: _fields(_ADDRESS, _PREFERRED, _VALID, then=_suboptions),
    6: _codes,
    7: _fields(Row("pref-value", 8, N_("{value}; 255: take this server at once"))),
    8: _fields(Row("elapsed-time", 16, N_("in hundredths of a second: {value}"))),
    9: _relayed,
    11: _fields(Row("protocol", 8), Row("algorithm", 8), Row("RDM", 8),
                Row("replay detection", 64), then=_octets("authentication information")),
    12: _fields(Row("server-address", 128, address_words, "address")),
    13: _status,
    15: _lengthy("user-class-data"),
    16: _fields(Row("enterprise-number", 32), then=_lengthy("vendor-class-data")),
    17: _fields(Row("enterprise-number", 32), then=_vendor),
    18: _octets("interface-id"),
    19: _fields(Row("msg-type", 8, "@dhcpv6-message")),
    21: _names("SIP Server Domain Name"),
    22: _addresses("SIP server (IPv6 address)"),
    23: _addresses("DNS-recursive-name-server"),
    24: _names("searchlist"),
    25: _fields(_IAID, _T1, _T2, then=_suboptions),
    26: _fields(_PREFERRED, _VALID, Row("prefix-length", 8, N_("the first {value} bits")),
                Row("IPv6-prefix", 128, address_words, "address"), then=_suboptions),
    31: _addresses("SNTP server (IPv6 address)"),
    32: _fields(Row("information-refresh-time", 32, seconds)),
    37: _fields(Row("enterprise-number", 32), then=_octets("remote-id")),
    38: _octets("subscriber-id"),
    39: _fqdn,
    56: _octets("suboptions"),
    59: _text("boot-file-url"),
    64: _names("tunnel-endpoint-name"),
    67: _excluded,
    79: _fields(Row("link-layer type", 16), then=_octets("link-layer address")),
    82: _fields(Row("SOL_MAX_RT value", 32, N_("{value} s"))),
    83: _fields(Row("INF_MAX_RT value", 32, N_("{value} s"))),
    89: _fields(
        Row("reserved", 7),
        Row("F", 1, (N_("a basic mapping rule"), N_("a forwarding mapping rule")), "flag"),
        Row("ea-len", 8, N_("{value} bits of an IPv4 address and a port set")),
        Row("prefix4-len", 8, N_("the first {value} bits")),
        Row("ipv4-prefix", 32, None, "ipv4"),
        then=_rule_prefix,
    ),
    90: _fields(Row("br-ipv6-address", 128, address_words, "address")),
    91: _prefix("dmr-prefix6-len", "dmr-ipv6-prefix"),
    92: _fields(
        Row("ipv4-address", 32, None, "ipv4"),
        then=_prefix("bindprefix6-len", "bind-ipv6-prefix", _suboptions),
    ),
    93: _fields(
        Row("offset", 8, N_("the first {value} bits of a port are not the port set's")),
        Row("PSID-len", 8, N_("the port set identifier has {value} bits")),
        Row("PSID", 16, N_("the port set, in the first bits")),
        then=_port_set,
    ),
    94: _suboptions,
    95: _suboptions,
    96: _suboptions,
    103: _text("URI"),
    113: _fields(
        Row("asm-length", 8), Row("ASM_mPrefix64", 96, None, "bytes"),
        Row("ssm-length", 8), Row("SSM_mPrefix64", 96, None, "bytes"),
        then=_prefix("unicast-length", "uPrefix64"),
    ),
}  # fmt: skip
UDP_PORTS.update({546: dhcpv6, 547: dhcpv6})
