"""Extension headers and their options, RFC 8200 section 4."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.ipv6 import address_words
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.protocols import NEXT_HEADERS, Packet, Step, next_step, opaque
from ipv6course.packet.registry import named, rfc_of

HOP_BY_HOP, ROUTING, FRAGMENT, ESP, AUTHENTICATION = 0, 43, 44, 50, 51
NO_NEXT_HEADER, DESTINATION_OPTIONS, MOBILITY, HIP, SHIM6 = 59, 60, 135, 139, 140

JUMBO, HOME_ADDRESS = 0xC2, 0xC9  # option types
_ACTIONS = (
    N_("who does not know the option skips it"),
    N_("who does not know the option discards the packet"),
    N_("who does not know the option discards the packet and tells the sender"),
    N_("who does not know the option discards the packet and, unless it went to a group, "
       "tells the sender"),
)  # fmt: skip
OPTION_TYPE = Layout(
    "RFC 8200 section 4.2",
    Row("Action", 2, lambda value: Words(_ACTIONS[value])),
    Row("Change", 1, (N_("its data stay as they are"), N_("routers may change its data")), "flag"),
    Row("Rest", 5),
)
_START = Row("Next Header", 8, "@protocol")


def _units(value: Any) -> Words:
    return Words(
        N_("the header has {octets} octets; 8, and 8 for each"),
        {"value": value, "octets": 8 + 8 * value},
    )


_ROUTER_ALERTS = {
    0: N_("the packet carries a Multicast Listener Discovery message"),
    1: N_("the packet carries an RSVP message"),
    2: N_("the packet carries an Active Networks message"),
}


# What is in the options, by type: the layout of the data.
OPTIONS: dict[int, Layout] = {
    0x04: Layout(
        "RFC 2473 section 4.1.1", Row("Tunnel Encapsulation Limit", 8, N_("{value} more tunnels"))
    ),
    0x05: Layout(
        "RFC 2711 section 2.1",
        Row("Value", 16, lambda value: Words(
            _ROUTER_ALERTS.get(value, N_("routers look into the packet")))),
    ),
    JUMBO: Layout(
        "RFC 2675 section 2", Row("Jumbo Payload Length", 32, N_("{value} octets after the header"))
    ),
    HOME_ADDRESS: Layout(
        "RFC 6275 section 6.3", Row("Home Address", 128, address_words, "address")
    ),
    0x30: Layout(
        "RFC 9268 section 5",
        Row("Min-PMTU", 16, N_("the smallest MTU on the way so far: {value}")),
        Row("Rtn-PMTU", 15, N_("the smallest MTU of the way back, in units of 2: {value}")),
        Row("R", 1, (N_("no answer wanted"), N_("the receiver shall answer")), "flag"),
    ),
    0x0F: Layout(
        "RFC 8250 section 3.2.1",
        Row("ScaleDTLR", 8), Row("ScaleDTLS", 8), Row("PSN This Packet", 16),
        Row("PSN Last Received", 16), Row("Delta Time Last Received", 16),
        Row("Delta Time Last Sent", 16),
    ),
    0x12: Layout(
        "RFC 9343 section 3.1",
        Row("FlowMonID", 20), Row("L", 1, None, "flag"), Row("D", 1, None, "flag"),
        Row("Reserved", 10),
    ),
}  # fmt: skip
_RPL = Layout(
    "RFC 6553 section 3",
    Row("O", 1, (N_("it goes up, to the root"), N_("it goes down, from the root")), "flag"),
    Row("R", 1, (N_("no rank error so far"), N_("a rank error was met")), "flag"),
    Row("F", 1, (N_("no forwarding error"), N_("the router above cannot forward it")), "flag"),
    Row("Unused", 5),
    Row("RPLInstanceID", 8, N_("RPL instance {value}")),
    Row("SenderRank", 16, N_("the sender's rank: {value}")),
)
OPTIONS[0x63] = OPTIONS[0x23] = _RPL  # RFC 9008 section 4.2 changed the number


def option_header(name: str, rfc: str) -> Step:
    """Return what reads a header of options: Hop-by-Hop Options, Destination Options."""
    header = Layout(rfc, _START, Row("Hdr Ext Len", 8, _units))

    def read(reader: Reader, packet: Packet) -> Step:
        with reader.group(name, rfc) as (inside, _):
            values = inside.read(header)
            with _rest(inside, values["Hdr Ext Len"], 2):
                while inside.left:
                    _option(inside, reader, packet)
        return next_step(values["Next Header"])

    return read


def _rest(inside: Reader, units: int, behind: int) -> AbstractContextManager[None]:
    """Bound the rest of a header of 8 + 8 × units octets, of which some are behind."""
    return inside.until(inside.at - behind + 8 + 8 * units, N_("the rest of the header"))


def _option(inside: Reader, outer: Reader, packet: Packet) -> None:
    number = inside.data[inside.at]
    rfc = rfc_of("ipv6-option", number, "RFC 8200 section 4.2")
    entry = named("ipv6-option", number)
    name = entry.name if entry else "Option"
    if number == 0:  # Pad1 has neither length nor data
        inside.octets("Pad1", 1, rfc, Words(N_("one octet of padding")), 0)
        return
    with inside.group(name, rfc) as (option, found):
        with option.group(
            "Option Type", "RFC 8200 section 4.2", registered("ipv6-option", number)
        ) as (bits, kind):
            bits.read(OPTION_TYPE)
        kind.value = number
        length = option.number("Opt Data Len", 1, rfc, Words(N_("octets after this one")))
        if length > inside.room - 2:
            raise option.nonsense(
                N_("{name} has {length} octets of data, but its header has only {left} left."),
                name=name,
                length=length,
                left=inside.room - 2,
            )
        with option.until(option.at + length, name):
            layout = OPTIONS.get(number)
            if layout and length >= layout.octets:
                values = option.read(layout)
                if number == JUMBO:
                    _jumbo(outer, values["Jumbo Payload Length"])
                elif number == HOME_ADDRESS:  # it is the source of the checksum, RFC 6275 11.3.1
                    packet.source = values["Home Address"].packed
            if option.left:
                option.octets("PadN data" if number == 1 else "Option Data", None, rfc)
        found.value = None


def _jumbo(reader: Reader, length: int) -> None:
    """Bound the packet by its jumbo payload length, counted from the fixed header's end."""
    start = next((layer for layer in reversed(reader.into) if layer.name == "IPv6"), None)
    if start is not None and length > 0xFFFF:
        reader.end = min(reader.end, start.end + length)


# --- Routing ----------------------------------------------------------------------------------

ROUTING_HEADER = Layout(
    "RFC 8200 section 4.4",
    _START,
    Row("Hdr Ext Len", 8, _units),
    Row("Routing Type", 8, "@routing-type"),
    Row("Segments Left", 8, N_("{value} nodes of the list are still to be visited")),
)
_RESERVED = Layout("RFC 8200 section 4.4", Row("Reserved", 32))
_SRH = Layout(
    "RFC 8754 section 2",
    Row("Last Entry", 8, N_("the list's last element has the number {value}")),
    Row("Flags", 8),
    Row("Tag", 16),
)
_SOURCE_ROUTE = Layout(
    "RFC 6554 section 3",
    Row("CmprI", 4, N_("{value} octets are left out of each address but the last")),
    Row("CmprE", 4, N_("{value} octets are left out of the last address")),
    Row("Pad", 4, N_("{value} octets of padding")),
    Row("Reserved", 20),
)


def routing(reader: Reader, packet: Packet) -> Step:
    """Read a routing header of any type."""
    with reader.group("Routing", "RFC 8200 section 4.4") as (inside, _):
        values = inside.read(ROUTING_HEADER)
        with _rest(inside, values["Hdr Ext Len"], 4):
            kind = values["Routing Type"]
            final = _ROUTING_TYPES.get(kind, _other_routing)(inside, values)
    if values["Segments Left"]:
        if final is not None:
            packet.destination = final  # RFC 8200 section 8.1
        elif packet.uncheckable is None:
            packet.uncheckable = Words(N_("not checked: the final destination is not known"))
    return next_step(values["Next Header"])


def _type_0(inside: Reader, values: dict[str, Any]) -> bytes | None:
    inside.read(_RESERVED)
    found = None
    while inside.left >= 16:
        found = inside.address("Address", "RFC 5095").raw
    return found


def _type_2(inside: Reader, values: dict[str, Any]) -> bytes | None:
    inside.read(_RESERVED)
    return inside.address("Home Address", "RFC 6275 section 6.4").raw


def _segments(inside: Reader, values: dict[str, Any]) -> bytes | None:
    last = inside.read(_SRH)["Last Entry"]
    first = None
    for number in range(last + 1):
        if inside.room < 16:
            raise inside.nonsense(
                N_("Last Entry says that there are {count} segments; there are {found}."),
                count=last + 1,
                found=number,
            )
        found = inside.address(
            "Segment List", "RFC 8754 section 2",
            Words(N_("segment {number}; the list is backwards, 0 is the last to be visited"),
                  {"number": number}),
        )  # fmt: skip
        first = first or found.raw
    while inside.left:
        _srh_tlv(inside)
    return first


def _srh_tlv(inside: Reader) -> None:
    number = inside.data[inside.at]
    if number == 0:
        inside.octets("Pad1", 1, "RFC 8754 section 2.1.1.1", value=0)
        return
    rfc = "RFC 8754 section 2.1"
    with inside.group("TLV", rfc, registered("srh-tlv", number)) as (tlv, _):
        tlv.number("Type", 1, rfc, registered("srh-tlv", number))
        length = tlv.number("Length", 1, rfc)
        tlv.octets("Value", length, rfc)


def _source_route(inside: Reader, values: dict[str, Any]) -> bytes | None:
    got = inside.read(_SOURCE_ROUTE)
    each, last, pad = 16 - got["CmprI"], 16 - got["CmprE"], got["Pad"]
    rest = inside.room - pad
    if rest < last or (rest - last) % each:
        raise inside.nonsense(
            N_("{rest} octets are no whole number of addresses; RFC 6554 section 3"), rest=rest
        )
    for _ in range((rest - last) // each):
        inside.octets(
            "Addresses",
            each,
            "RFC 6554 section 3",
            Words(N_("its last octets; the first are those of the destination")),
        )
    inside.octets(
        "Addresses",
        last,
        "RFC 6554 section 3",
        Words(N_("its last octets; the first are those of the destination")),
    )
    if pad:
        inside.octets("Padding", pad, "RFC 6554 section 3")
    return None


def _other_routing(inside: Reader, values: dict[str, Any]) -> bytes | None:
    if inside.left:
        inside.octets("type-specific data", None, "RFC 8200 section 4.4")
    return None


_ROUTING_TYPES: dict[int, Callable[[Reader, dict[str, Any]], bytes | None]] = {
    0: _type_0,
    2: _type_2,
    3: _source_route,
    4: _segments,
}

# --- Fragment ---------------------------------------------------------------------------------

FRAGMENT_HEADER = Layout(
    "RFC 8200 section 4.5",
    _START,
    Row("Reserved", 8),
    Row("Fragment Offset", 13, lambda value: Words(
        N_("it begins at octet {octets} of the packet's fragmentable part"),
        {"octets": 8 * value})),
    Row("Res", 2),
    Row("M", 1, (N_("the last fragment"), N_("more fragments follow")), "flag"),
    Row("Identification", 32, N_("the fragments of one packet have the same number")),
)  # fmt: skip


def fragment(reader: Reader, packet: Packet) -> Step:
    """Read a fragment header. Only the first fragment has the headers after it."""
    with reader.group("Fragment", "RFC 8200 section 4.5") as (inside, found):
        values = inside.read(FRAGMENT_HEADER)
    if values["Fragment Offset"]:
        return opaque(
            "Fragment Data", N_("a piece from the middle; the first fragment says of what")
        )
    if values["M"]:
        packet.uncheckable = Words(N_("not checked: this is only a fragment"))
        packet.ends_early = Words(N_("the packet goes on in the next fragment"))
    else:
        found.words = Words(N_("an atomic fragment: the whole packet in one, RFC 6946"))
    return next_step(values["Next Header"])


# --- IPsec and the rest -----------------------------------------------------------------------

AH = Layout(
    "RFC 4302 section 2",
    _START,
    Row("Payload Len", 8, lambda value: Words(
        N_("the header has {octets} octets; 4 for each, and 8"),
        {"value": value, "octets": 4 * value + 8})),
    Row("Reserved", 16),
    Row("Security Parameters Index", 32, N_("the security association")),
    Row("Sequence Number", 32, N_("packet {value} of it")),
)  # fmt: skip
ESP_HEADER = Layout(
    "RFC 4303 section 2",
    Row("Security Parameters Index", 32, N_("the security association")),
    Row("Sequence Number", 32, N_("packet {value} of it")),
)


def authentication(reader: Reader, packet: Packet) -> Step:
    """Read an Authentication Header; its length counts units of 4 octets, not 8."""
    with reader.group("Authentication Header", "RFC 4302 section 2") as (inside, _):
        values = inside.read(AH)
        left = 4 * values["Payload Len"] + 8 - 12
        if left < 0:
            raise inside.nonsense(
                N_("Payload Len is {value}; an Authentication Header has at least 1."),
                at=inside.at,
                value=values["Payload Len"],
            )
        if left:
            inside.octets("Integrity Check Value", left, "RFC 4302 section 2.6")
    return next_step(values["Next Header"])


def esp(reader: Reader, packet: Packet) -> Step | None:
    """Read what of ESP is not encrypted."""
    with reader.group("Encapsulating Security Payload", "RFC 4303 section 2") as (inside, _):
        inside.read(ESP_HEADER)
        if inside.left:
            inside.octets(
                "Payload Data",
                None,
                "RFC 4303 section 2",
                Words(N_("encrypted; padding, next header and check value too")),
            )
    return None


def named_header(name: str, rfc: str) -> Step:
    """Return what reads an extension header of the common form, without its contents."""
    header = Layout(rfc, _START, Row("Header Len", 8, _units))

    def read(reader: Reader, packet: Packet) -> Step:
        with reader.group(name, rfc) as (inside, _):
            values = inside.read(header)
            with _rest(inside, values["Header Len"], 2):
                inside.octets("Contents", None, rfc, Words(N_("not explained here")))
        return next_step(values["Next Header"])

    return read


def no_next_header(reader: Reader, packet: Packet) -> Step:
    """Take what follows No Next Header: it must be ignored, RFC 8200 section 4.7."""
    return opaque("Ignored", N_("No Next Header came before: receivers ignore it"),
                  "RFC 8200 section 4.7")  # fmt: skip


NEXT_HEADERS.update({
    HOP_BY_HOP: option_header("Hop-by-Hop Options", "RFC 8200 section 4.3"),
    DESTINATION_OPTIONS: option_header("Destination Options", "RFC 8200 section 4.6"),
    ROUTING: routing,
    FRAGMENT: fragment,
    AUTHENTICATION: authentication,
    ESP: esp,
    NO_NEXT_HEADER: no_next_header,
    MOBILITY: named_header("Mobility", "RFC 6275 section 6.1"),
    HIP: named_header("Host Identity Protocol", "RFC 7401 section 5.1"),
    SHIM6: named_header("Shim6", "RFC 5533 section 5.1"),
})  # fmt: skip
