"""What `verify` says of extension headers: order, options, routing, fragments."""

from __future__ import annotations

from collections.abc import Iterator

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Explanation, Field
from ipv6course.packet.findings import (
    ERROR,
    WARNING,
    Finding,
    fault,
    octets_of,
    packets,
    value_of,
)

# RFC 8200 section 4.1. Destination Options have two places.
_ORDER = {
    "Hop-by-Hop Options": 0, "Destination Options": 1, "Routing": 2, "Fragment": 3,
    "Authentication Header": 4, "Encapsulating Security Payload": 5, "Mobility": 7,
}  # fmt: skip


def order(told: Explanation) -> Iterator[Finding]:
    """The order of extension headers, and how often each may be."""
    for _header, after in packets(told):
        chain = [layer for layer in after if layer.name in _ORDER]
        highest, seen = -1, dict.fromkeys(_ORDER, 0)
        for number, layer in enumerate(chain):
            seen[layer.name] += 1
            place = _ORDER[layer.name]
            options = layer.name == "Destination Options"
            if layer.name == "Hop-by-Hop Options" and number:
                yield fault(
                    layer,
                    None,
                    "RFC 8200 section 4.1",
                    N_(
                        "Hop-by-Hop Options stand right after the IPv6 header, or are "
                        "not there; here receivers answer with Parameter Problem."
                    ),
                )
            elif seen[layer.name] > (2 if options else 1):
                yield fault(
                    layer,
                    None,
                    "RFC 8200 section 4.1",
                    N_("{name} is here for the {times}. time."),
                    WARNING,
                    name=layer.name,
                    times=seen[layer.name],
                )
            elif place < highest and not options:
                yield fault(
                    layer,
                    None,
                    "RFC 8200 section 4.1",
                    N_("{name} belongs before the header in front of it."),
                    WARNING,
                    name=layer.name,
                )
            highest = max(highest, 6 if options and highest > 1 else place)


def options(told: Explanation) -> Iterator[Finding]:
    """Options of Hop-by-Hop and Destination Options headers."""
    for _header, after in packets(told):
        for layer in after:
            if layer.name in ("Hop-by-Hop Options", "Destination Options"):
                yield from _options(layer)


# By type: the length of the data, and the alignment x n + y, RFC 8200 section 4.2.
_SHAPES = {
    0x04: (1, 1, 0), 0x05: (2, 2, 0), 0xC2: (4, 4, 2), 0xC9: (16, 8, 6), 0x30: (4, 2, 0),
}  # fmt: skip


def _options(layer: Field) -> Iterator[Finding]:
    padding = 0
    for option in layer.children[2:]:
        kind = 0 if option.name == "Pad1" else value_of(option, "Option Type")
        padding = padding + option.length if kind in (0, 1) else 0
        if padding > 7:
            yield fault(
                layer,
                option,
                "RFC 4942 section 2.1.9.5",
                N_("{octets} octets of padding; 7 align everything."),
                WARNING,
                octets=padding,
            )
            padding = -0xFFFF  # once is enough
        if kind == 1 and any(octets_of(option, "PadN data")):
            yield fault(
                layer,
                option,
                "RFC 8200 section 4.2",
                N_("Padding has octets that are not 0: something may hide there."),
                WARNING,
            )
        if kind in _SHAPES:
            yield from _shape(layer, option, _SHAPES[kind])
        if kind == 0x63:
            yield fault(
                layer,
                option,
                "RFC 9008 section 4.2",
                N_("0x63 is deprecated for RPL; 0x23 replaces it."),
                WARNING,
            )
    hop_by_hop = layer.name == "Hop-by-Hop Options"
    for option in layer.children[2:]:
        kind = value_of(option, "Option Type")
        if kind in (0x05, 0xC2) and not hop_by_hop:
            yield fault(
                layer,
                option,
                option.rfc,
                N_("{name} is an option for every hop; it has no effect here."),
                ERROR,
                name=option.name,
            )
        if kind in (0xC9, 0x04) and hop_by_hop:
            yield fault(
                layer,
                option,
                option.rfc,
                N_("{name} is an option for the destination."),
                ERROR,
                name=option.name,
            )


def _shape(layer: Field, option: Field, shape: tuple[int, int, int]) -> Iterator[Finding]:
    length, multiple, rest = shape
    field = option.get("Opt Data Len")
    if field is not None and field.value != length:
        yield fault(
            layer,
            option,
            option.rfc,
            N_("{name} has {value} octets of data; it needs {length}."),
            name=option.name,
            value=field.value,
            length=length,
        )
    if (option.offset - layer.offset) % multiple != rest:
        yield fault(
            layer,
            option,
            "RFC 8200 section 4.2",
            N_("{name} begins at octet {at} of its header; it belongs at {multiple}n + {rest}."),
            WARNING,
            name=option.name,
            at=option.offset - layer.offset,
            multiple=multiple,
            rest=rest,
        )


def routing(told: Explanation) -> Iterator[Finding]:
    """Routing headers."""
    for _header, after in packets(told):
        for layer in after:
            if layer.name != "Routing" or layer.get("Segments Left") is None:
                continue
            kind, left = layer["Routing Type"].value, layer["Segments Left"]
            if kind == 0:
                yield fault(
                    layer,
                    layer["Routing Type"],
                    "RFC 5095 section 3",
                    N_(
                        "Type 0 is deprecated: it let senders multiply traffic. "
                        "Receivers with segments left answer with Parameter Problem."
                    ),
                )
            if kind == 2 and left.value != 1:
                yield fault(
                    layer,
                    left,
                    "RFC 6275 section 6.4",
                    N_("It is {value}; type 2 has exactly 1."),
                    value=left.value,
                )
            last = value_of(layer, "Last Entry")
            if kind == 4 and last is not None and left.value > last + 1:
                yield fault(
                    layer,
                    left,
                    "RFC 8754 section 4.3.1.1",
                    N_("It is {value}, but the list has {count} segments."),
                    value=left.value,
                    count=last + 1,
                )
            for name in ("Address", "Segment List"):
                for address in layer.all(name):
                    if address.length == 16 and address.raw[0] == 0xFF:
                        yield fault(
                            layer,
                            address,
                            "RFC 8200 section 4.4",
                            N_("{address} is a group; a node of a route is not."),
                            address=address.value,
                        )


def fragments(told: Explanation) -> Iterator[Finding]:
    """Fragment headers."""
    for header, after in packets(told):
        for number, layer in enumerate(after):
            if layer.name != "Fragment" or layer.get("Identification") is None:
                continue
            end = header.end + header["Payload Length"].value
            octets = end - layer.end
            offset = 8 * layer["Fragment Offset"].value
            if layer["M"].value and octets % 8:
                yield fault(
                    layer,
                    layer["M"],
                    "RFC 8200 section 4.5",
                    N_(
                        "Another fragment follows, so this one's {octets} octets would "
                        "have to be a multiple of 8."
                    ),
                    octets=octets,
                )
            before = layer.offset - header.end
            if before + offset + octets > 0xFFFF:
                yield fault(
                    layer,
                    layer["Fragment Offset"],
                    "RFC 8200 section 4.5",
                    N_("The whole packet would have more than 65,535 octets."),
                )
            if not offset and not layer["M"].value:
                yield fault(
                    layer,
                    None,
                    "RFC 8021 section 4",
                    N_(
                        "An atomic fragment: one piece needs no fragment header, and it "
                        "is considered harmful."
                    ),
                    WARNING,
                )
            yield from _in_fragment(layer, after[number + 1 :], told)


def _in_fragment(layer: Field, within: list[Field], told: Explanation) -> Iterator[Finding]:
    for later in within:
        kind = value_of(later, "Type")
        if later.name == "ICMPv6" and kind in (*range(133, 138), 148, 149):
            yield fault(
                layer,
                None,
                "RFC 6980 section 5",
                N_(
                    "Neighbor Discovery must not be fragmented: it could hide from "
                    "guards. Receivers ignore it."
                ),
            )
    upper = [later for later in within if later.name not in _ORDER]
    first = layer["Fragment Offset"].value == 0
    if first and layer["M"].value and (not upper or "cut" in told.facts):
        yield fault(
            layer,
            None,
            "RFC 7112 section 5",
            N_("The first fragment must hold all headers, up to the upper layer's."),
        )
