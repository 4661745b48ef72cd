"""Neighbor Discovery, RFC 4861, and its options from every RFC in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import netaddr

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.icmpv6 import BODIES, Body, quote
from ipv6course.packet.ipv6 import address_words
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.names import read_name
from ipv6course.packet.protocols import Packet
from ipv6course.packet.registry import named, rfc_of

INFINITY = 0xFFFFFFFF  # RFC 4861 section 4.6.2


def seconds(value: int) -> Words:
    """Return a lifetime in words."""
    if value == INFINITY:
        return Words(N_("for ever"))
    return Words(N_("{value} s"), {"value": value})


_PREFERENCES = (N_("medium"), N_("high"), N_("reserved: read as medium"), N_("low"))


def _preference(value: int) -> Words:
    return Words(_PREFERENCES[value])


def _milliseconds(value: int) -> Words:
    if value == 0:
        return Words(N_("this router does not say"))
    return Words(N_("{value} ms"), {"value": value})


def _hop_limit(value: int) -> Words:
    if value == 0:
        return Words(N_("this router does not say"))
    return Words(N_("hosts begin their packets with {value}"), {"value": value})


def _lifetime(value: int) -> Words:
    if value == 0:
        return Words(N_("it is no default router"))
    return Words(N_("a default router for {value} s"), {"value": value})


_RA = "RFC 4861 section 4.2"
MESSAGES = {
    133: Layout("RFC 4861 section 4.1", Row("Reserved", 32)),
    134: Layout(
        _RA,
        Row("Cur Hop Limit", 8, _hop_limit),
        Row("M", 1, (N_("no addresses by DHCPv6"), N_("addresses by DHCPv6")), "flag"),
        Row("O", 1, (N_("nothing else by DHCPv6"), N_("other settings by DHCPv6")), "flag"),
        Row("H", 1, (N_("no home agent"), N_("a home agent")), "flag", "RFC 6275 section 7.1"),
        Row("Prf", 2, _preference, rfc="RFC 4191 section 2.2"),
        Row("P", 1, (N_("not passed on by a proxy"), N_("passed on by a proxy")), "flag",
            "RFC 4389 section 4.1.3.3"),
        Row("Reserved", 2),
        Row("Router Lifetime", 16, _lifetime),
        Row("Reachable Time", 32, _milliseconds),
        Row("Retrans Timer", 32, _milliseconds),
    ),
    135: Layout(
        "RFC 4861 section 4.3",
        Row("Reserved", 32),
        Row("Target Address", 128, N_("who has {value}?"), "address"),
    ),
    136: Layout(
        "RFC 4861 section 4.4",
        Row("R", 1, (N_("the sender is no router"), N_("the sender is a router")), "flag"),
        Row("S", 1, (N_("nobody asked for it"), N_("the answer to a solicitation")), "flag"),
        Row("O", 1, (N_("a cached address stays"), N_("it replaces a cached address")), "flag"),
        Row("Reserved", 29),
        Row("Target Address", 128, N_("{value} is here"), "address"),
    ),
    137: Layout(
        "RFC 4861 section 4.5",
        Row("Reserved", 32),
        Row("Target Address", 128, N_("go through {value}"), "address"),
        Row("Destination Address", 128, N_("to reach {value}"), "address"),
    ),
    141: Layout("RFC 3122 section 2.1", Row("Reserved", 32)),
    142: Layout("RFC 3122 section 2.2", Row("Reserved", 32)),
    148: Layout("RFC 3971 section 6.4.1", Row("Identifier", 16), Row("Component", 16)),
    149: Layout(
        "RFC 3971 section 6.4.2",
        Row("Identifier", 16), Row("All Components", 16), Row("Component", 16),
        Row("Reserved", 16),
    ),
}  # fmt: skip
_DUPLICATE = Layout(
    "RFC 8505 section 4.2",
    Row("Status", 8, "@earo-status"),
    Row("TID", 8, N_("transaction {value}")),
    Row("Registration Lifetime", 16, N_("{value} minutes")),
)


def message(layout: Layout) -> Body:
    """Return what reads a message: its fields, then its options."""

    def read(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
        inside.read(layout)
        while inside.left:
            option(inside, packet)

    return read


def _duplicate(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
    """Read a Duplicate Address Request or Confirmation: its Code tells how long the ROVR is."""
    inside.read(_DUPLICATE)
    units = values["Code"] & 0xF  # the Code Suffix, 1 to 4; 0 is RFC 6775's, with 64 bits
    inside.octets("ROVR", 8 * units if 1 <= units <= 4 else 8, _DUPLICATE.rfc)
    inside.address("Registered Address", _DUPLICATE.rfc)
    if inside.left:
        inside.octets("Data", None, _DUPLICATE.rfc)


BODIES.update({number: message(layout) for number, layout in MESSAGES.items()})
BODIES.update({157: _duplicate, 158: _duplicate})


def option(inside: Reader, packet: Packet) -> None:
    """Read one option, RFC 4861 section 4.6."""
    number = inside.data[inside.at]
    entry = named("nd-option", number)
    rfc = rfc_of("nd-option", number, "RFC 4861 section 4.6")
    with inside.group(entry.name if entry else "Option", rfc) as (within, _):
        within.number("Type", 1, rfc, registered("nd-option", number))
        if not within.left:
            raise within.short(1, "Length")
        units = within.data[within.at]
        within.number(
            "Length", 1, rfc, Words(N_("{octets} octets; 8 for each"), {"octets": 8 * units})
        )
        if units == 0:
            raise within.nonsense(
                N_("An option of length 0; the packet must be discarded (RFC 4861 section 4.6)."),
                at=within.at - 1,
            )
        with within.until(within.at - 2 + 8 * units, entry.name if entry else "Option"):
            reads = OPTIONS.get(number)
            if reads is not None:
                reads(within, packet, rfc)
            if within.left and within.room == within.left:
                within.octets(
                    "Padding" if reads else "Data", None, rfc,
                    Words(N_("octets that fill the last unit of 8")) if reads else Words(""),
                )  # fmt: skip


Option = Callable[[Reader, Packet, str], None]


def _fields(rfc: str, *rows: Row) -> Option:
    layout = Layout(rfc, *rows)

    def read(within: Reader, packet: Packet, cited: str) -> None:
        within.read(layout)

    return read


def _link_layer(within: Reader, packet: Packet, rfc: str) -> None:
    if within.left == 6:
        number = int.from_bytes(within.data[within.at : within.at + 6], "big")
        within.octets(
            "Link-Layer Address",
            6,
            rfc,
            value=netaddr.EUI(number, 48, dialect=netaddr.mac_unix_expanded),
        )
    else:
        within.octets("Link-Layer Address", None, rfc)


def _redirected(within: Reader, packet: Packet, rfc: str) -> None:
    within.octets("Reserved", 6, rfc)
    quote(within, packet, within.end)


_ROUTE = Layout(
    "RFC 4191 section 2.3",
    Row("Prefix Length", 8, N_("the first {value} bits")),
    Row("Resvd", 3),
    Row("Prf", 2, _preference),
    Row("Resvd", 3),
    Row("Route Lifetime", 32, seconds),
)


def _route(within: Reader, packet: Packet, rfc: str) -> None:
    got = within.read(_ROUTE)
    length = got["Prefix Length"]
    octets = min(within.left, 16)
    if within.left:
        raw = within.data[within.at : within.at + octets]
        address = netaddr.IPAddress(int.from_bytes(raw + bytes(16 - octets), "big"), 6)
        within.octets("Prefix", octets, rfc,
                      Words(N_("{address}/{length}"), {"address": address, "length": length}),
                      address)  # fmt: skip


_LIFETIME = Layout("RFC 8106", Row("Reserved", 16), Row("Lifetime", 32, seconds))


def _dns_servers(within: Reader, packet: Packet, rfc: str) -> None:
    within.read(_LIFETIME)
    while within.left >= 16:
        within.address("Address of IPv6 Recursive DNS Server", rfc)


def _search_list(within: Reader, packet: Packet, rfc: str) -> None:
    within.read(_LIFETIME)
    while within.left and within.data[within.at]:  # a zero octet here is padding
        read_name(within, "Domain Name", rfc, compressed=False)


_PREF64_LENGTHS = {0: 96, 1: 64, 2: 56, 3: 48, 4: 40, 5: 32}  # RFC 8781 section 4
_PREF64 = Layout(
    "RFC 8781 section 4",
    Row("Scaled Lifetime", 13, lambda value: Words(N_("{s} s; units of 8"), {"s": 8 * value})),
    Row("PLC", 3, lambda value: Words(
        N_("the prefix has {length} bits") if value in _PREF64_LENGTHS
        else N_("not defined: the option is ignored"),
        {"length": _PREF64_LENGTHS.get(value)})),
)  # fmt: skip


def _pref64(within: Reader, packet: Packet, rfc: str) -> None:
    code = within.read(_PREF64)["PLC"]
    if within.left < 12:
        raise within.short(12, "Prefix")
    high = int.from_bytes(within.data[within.at : within.at + 12], "big")
    address = netaddr.IPAddress(high << 32, 6)
    within.octets(
        "Highest 96 bits of the Prefix", 12, rfc,
        Words("{address}/{length}", {"address": address, "length": _PREF64_LENGTHS.get(code, "?")}),
        address,
    )  # fmt: skip


def _portal(within: Reader, packet: Packet, rfc: str) -> None:
    text = within.data[within.at : within.end].rstrip(b"\0")
    if text:
        within.octets("URI", len(text), rfc, value=text.decode("utf-8", "replace"))


def _nonce(within: Reader, packet: Packet, rfc: str) -> None:
    within.octets("Nonce", None, rfc,
                  Words(N_("the sender knows its own solicitation again by it")))  # fmt: skip


_EARO = Layout(
    "RFC 8505 section 4.1",
    Row("Status", 8, "@earo-status"),
    Row("Opaque", 8),
    Row("Reserved", 1),
    Row("C", 1, (N_("no Crypto-ID"), N_("the ROVR is a Crypto-ID")), "flag", "RFC 9927"),
    Row("P", 2, lambda value: Words(
        (N_("unicast"), N_("multicast"), N_("anycast"), N_("reserved"))[value]),
        rfc="RFC 9685 section 7.1"),
    Row("I", 2, N_("how the Opaque field is read")),
    Row("R", 1, (N_("no routing service wanted"), N_("the router shall announce the address")),
        "flag"),
    Row("T", 1, (N_("TID is not used"), N_("TID counts")), "flag"),
    Row("TID", 8, N_("transaction {value}")),
    Row("Registration Lifetime", 16, N_("{value} minutes")),
)  # fmt: skip


def _earo(within: Reader, packet: Packet, rfc: str) -> None:
    within.read(_EARO)
    within.octets("ROVR", None, rfc, Words(N_("who registers: 64, 128, 192 or 256 bits")))


def _opaque(name: str, reserved: int = 0) -> Option:
    def read(within: Reader, packet: Packet, rfc: str) -> None:
        if reserved:
            within.octets("Reserved", reserved, rfc)
        if within.left:
            within.octets(name, None, rfc)

    return read


def _addresses(within: Reader, packet: Packet, rfc: str) -> None:
    within.octets("Reserved", 6, rfc)
    while within.left >= 16:
        within.address("IPv6 Address", rfc)


_PREFIX = Layout(
    "RFC 4861 section 4.6.2",
    Row("Prefix Length", 8, N_("the first {value} bits")),
    Row("L", 1, (N_("nothing is said about on-link"), N_("its addresses are on this link")),
        "flag"),
    Row("A", 1, (N_("not for SLAAC"), N_("hosts make addresses of it, by SLAAC")), "flag"),
    Row("R", 1, (N_("a prefix"), N_("the router's whole address")), "flag",
        "RFC 6275 section 7.2"),
    Row("P", 1, (N_("no prefix delegation"), N_("hosts shall ask for a prefix by DHCPv6-PD")),
        "flag", "RFC 9762 section 4"),
    Row("Reserved1", 4),
    Row("Valid Lifetime", 32, seconds),
    Row("Preferred Lifetime", 32, seconds),
    Row("Reserved2", 32),
    Row("Prefix", 128, address_words, "address"),
)  # fmt: skip


def _prefix(within: Reader, packet: Packet, rfc: str) -> None:
    within.read(_PREFIX)


OPTIONS: dict[int, Option] = {
    1: _link_layer,
    2: _link_layer,
    3: _prefix,
    4: _redirected,
    5: _fields("RFC 4861 section 4.6.4", Row("Reserved", 16), Row("MTU", 32, N_("{value} octets"))),
    7: _fields("RFC 6275 section 7.3", Row("Reserved", 16), Row("Advertisement Interval", 32)),
    8: _fields("RFC 6275 section 7.4", Row("Reserved", 16), Row("Home Agent Preference", 16),
               Row("Home Agent Lifetime", 16)),
    9: _addresses,
    10: _addresses,
    11: _opaque("CGA Parameters"),
    12: _opaque("Digital Signature", 2),
    13: _fields("RFC 3971 section 5.3.1", Row("Reserved", 48), Row("Timestamp", 64)),
    14: _nonce,
    24: _route,
    25: _dns_servers,
    26: _fields("RFC 5175 section 4", Row("Reserved", 48)),
    31: _search_list,
    33: _earo,
    34: _fields("RFC 6775 section 4.2", Row("Context Length", 8, N_("the first {value} bits")),
                Row("Res", 3), Row("C", 1, None, "flag"), Row("CID", 4, N_("context {value}")),
                Row("Reserved", 16), Row("Valid Lifetime", 16, N_("{value} minutes"))),
    35: _fields("RFC 6775 section 4.3", Row("Version Low", 16), Row("Version High", 16),
                Row("Valid Lifetime", 16, N_("{value} minutes")),
                Row("6LBR Address", 128, address_words, "address")),
    36: _fields("RFC 7400 section 3.3", Row("Capabilities", 48)),
    37: _portal,
    38: _pref64,
    39: _opaque("Crypto-ID Parameters"),
}  # fmt: skip
