"""`verify`: what is wrong in a packet, where, and by which RFC.

The rules are the functions in `RULES`. Each looks at the explanation and yields findings. A packet
that an ICMPv6 error quotes is not judged: routers changed it, and cut it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explaining import explain
from ipv6course.packet.explanation import Explanation, Field, Words

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a packet."""

    where: str
    """The header and its field, such as "IPv6: Hop Limit"."""
    octet: int
    """The field's first octet, counted from the packet's first, 0."""
    words: Words
    rfc: str
    """The RFC and section that it breaks."""
    severity: str
    """"error": receivers drop it, or an RFC forbids it; "warning": an RFC advises against it."""

    @property
    def what(self) -> str:
        """What is wrong and what would be right, in the learner's language."""
        return str(self.words)

    def __str__(self) -> str:
        return f"{self.severity}: {self.where} (octet {self.octet}): {self.what} [{self.rfc}]"


def verify(data: bytes | Explanation, link: str = "ethernet") -> list[Finding]:
    """Return what is wrong with a packet, in the order of its octets; an empty list is a good one.

    Args:
        data: The octets; or an explanation, which is then not made anew.
        link: What they begin with, as for `explain`.

    Raises:
        ValueError: `data` is not octets, or `link` is not known.
    """
    told = data if isinstance(data, Explanation) else explain(data, link)
    findings = [finding for rule in RULES for finding in rule(told)]
    return sorted(findings, key=lambda finding: finding.octet)


def _finding(
    layer: Field,
    field: Field | None,
    rfc: str,
    sentence: str,
    severity: str = ERROR,
    **values: object,
) -> Finding:
    at = field or layer
    where = f"{layer.name}: {field.name}" if field is not None else layer.name
    return Finding(where, at.offset, Words(sentence, values), rfc, severity)


def _packets(told: Explanation) -> Iterator[tuple[Field, list[Field]]]:
    """Yield each IPv6 header with the headers after it, up to the next IP header."""
    layers = told.layers
    for number, layer in enumerate(layers):
        if layer.name == "IPv6" and layer.get("Destination Address") is not None:
            after = []
            for later in layers[number + 1 :]:
                if later.name in ("IPv6", "IPv4"):
                    break
                after.append(later)
            yield layer, after


def _outer_end(told: Explanation, header: Field) -> int:
    """Return where the packets end that this one is in: what is after is of none of them."""
    end = len(told.data)
    for layer in told.layers:
        if layer is header:
            break
        if layer.name == "IPv6" and (length := _value(layer, "Payload Length")):
            end = min(end, layer.end + length)
        elif layer.name == "IPv4" and (length := _value(layer, "Total Length")):
            end = min(end, layer.offset + length)
    return end


def _value(layer: Field, name: str) -> Any:
    found = layer.get(name)
    return None if found is None else found.value


def _octets(layer: Field, name: str) -> bytes:
    found = layer.get(name)
    return b"" if found is None else found.raw


# --- Lengths and checksums ----------------------------------------------------------------------


def sense(told: Explanation) -> Iterator[Finding]:
    """Where nothing could be understood any more."""
    if told.where_sense_ended is not None:
        last = [layer for layer in told.layers if layer.name != "Rest"]
        name = last[-1].name if last else "?"
        rfc = last[-1].rfc if last else ""
        yield Finding(name, told.where_sense_ended, told._why, rfc, ERROR)


def lengths(told: Explanation) -> Iterator[Finding]:
    """Payload Length and the octets that are there."""
    ether = told.get("Ethernet")
    for header, after in _packets(told):
        length = header["Payload Length"]
        there = _outer_end(told, header) - header.end
        jumbo = [o for h in after for o in h.children if o.name == "Jumbo Payload"]
        if not jumbo and length.value > there:
            yield _finding(
                header,
                length,
                "RFC 8200 section 3",
                N_("It says {value} octets, but only {there} follow."),
                value=length.value,
                there=there,
            )
        yield from _jumbogram(header, length, jumbo, after)
    rest = told.get("Rest")
    if rest is not None and told.where_sense_ended is None:
        padded = ether is not None and rest.end <= 60  # octets of the shortest frame, no FCS
        if not padded:
            yield _finding(
                rest,
                None,
                "RFC 8200 section 3",
                N_("{length} octets follow that the packet's length does not count."),
                WARNING,
                length=rest.length,
            )
    if ether is not None and len(told.data) - ether.length > 1500 + 4 * len(_tags(told)):
        yield _finding(
            ether,
            None,
            "RFC 2464 section 2",
            N_("{octets} octets after the Ethernet header; it carries 1500."),
            WARNING,
            octets=len(told.data) - ether.length,
        )


def _tags(told: Explanation) -> list[Field]:
    return [layer for layer in told.layers if layer.name == "VLAN Tag"]


def _jumbogram(
    header: Field, length: Field, jumbo: list[Field], after: list[Field]
) -> Iterator[Finding]:
    for option in jumbo:
        value = _value(option, "Jumbo Payload Length")
        if length.value:
            yield _finding(
                header,
                length,
                "RFC 2675 section 3",
                N_("It must be 0 where there is a Jumbo Payload option."),
            )
        if value is not None and value <= 0xFFFF:
            yield _finding(
                option,
                option["Jumbo Payload Length"],
                "RFC 2675 section 3",
                N_("{value} fits into the Payload Length; a jumbogram has more than 65,535."),
                value=value,
            )
        if any(layer.name == "Fragment" for layer in after):
            yield _finding(
                option, None, "RFC 2675 section 3", N_("A jumbogram cannot be fragmented.")
            )


_CHECKSUM_RFC = {
    "ICMPv6": "RFC 4443 section 2.3",
    "UDP": "RFC 8200 section 8.1",
    "TCP": "RFC 9293 section 3.1",
}
# UDP ports of tunnels that RFC 6936 section 4 lets go without a checksum.
_TUNNELS = {4341: "LISP", 4789: "VXLAN", 4790: "VXLAN-GPE", 6081: "Geneve", 2268: "AMT"}


def checksums(told: Explanation) -> Iterator[Finding]:
    """Checksums of the upper layers."""
    for name, at, value, expected, right in told.facts.get("checksums", ()):
        if not right:
            words = Words(
                N_("The checksum is 0x{value:04x}; 0x{expected:04x} belongs here."),
                {"value": value, "expected": expected},
            )
            rfc = _CHECKSUM_RFC.get(name, "RFC 8200 section 8.1")
            yield Finding(f"{name}: Checksum", at, words, rfc, ERROR)
    for _header, after in _packets(told):
        for layer in after:
            if layer.name == "UDP" and _value(layer, "Checksum") == 0:
                port = _value(layer, "Destination Port")
                tunnel = _TUNNELS.get(port)
                yield _finding(
                    layer,
                    layer["Checksum"],
                    "RFC 8200 section 8.1",
                    N_("No checksum; RFC 6935 allows it to {tunnel} if both ends are set so.")
                    if tunnel
                    else N_(
                        "No checksum (0): over IPv6 it is not optional, and receivers drop the "
                        "packet. Only tunnels may do so (RFC 6935 section 5)."
                    ),
                    WARNING if tunnel else ERROR,
                    tunnel=tunnel,
                )


def udp_lengths(told: Explanation) -> Iterator[Finding]:
    """UDP's own length, against what the IP header leaves for it."""
    for header, after in _packets(told):
        end = min(header.end + header["Payload Length"].value, _outer_end(told, header))
        fragmented = any(layer.name == "Fragment" for layer in after)
        for layer in after:
            length = layer.get("Length") if layer.name == "UDP" else None
            if length is None or length.value < 8 or fragmented:
                continue
            there = end - layer.offset
            if length.value > there:
                yield _finding(
                    layer,
                    length,
                    "RFC 768",
                    N_("It says {value} octets, but the packet has {there} for it."),
                    value=length.value,
                    there=there,
                )
            elif length.value < there:
                yield _finding(
                    layer,
                    length,
                    "RFC 768",
                    N_("It says {value} octets, but {there} are there; who reads the rest?"),
                    WARNING,
                    value=length.value,
                    there=there,
                )


# --- Addresses ----------------------------------------------------------------------------------


def addresses(told: Explanation) -> Iterator[Finding]:
    """Sources and destinations that no packet may have."""
    for header, after in _packets(told):
        for end in ("Source Address", "Destination Address"):
            field = header[end]
            for test, rfc, severity, sentence in _FORBIDDEN:
                if test(field.raw, end[0] == "S"):
                    yield _finding(header, field, rfc, sentence, severity, address=field.value)
        if not any(header["Source Address"].raw) and not _may_be_unspecified(after):
            yield _finding(
                header,
                header["Source Address"],
                "RFC 4291 section 2.5.2",
                N_(
                    "The unspecified address is a source only before a node has an address: in "
                    "duplicate address detection, router solicitations and MLD."
                ),
                WARNING,
            )


def _may_be_unspecified(after: list[Field]) -> bool:
    types = (133, 135, 131, 132, 143)
    return any(layer.name == "ICMPv6" and _value(layer, "Type") in types for layer in after)


_Test = Callable[[bytes, bool], bool]
_FORBIDDEN: tuple[tuple[_Test, str, str, str], ...] = (
    (lambda a, source: source and a[0] == 0xFF, "RFC 4291 section 2.7", ERROR,
     N_("{address} is a group; a packet comes from one node.")),
    (lambda a, source: not source and not any(a), "RFC 4291 section 2.5.2", ERROR,
     N_("The unspecified address is no destination.")),
    (lambda a, source: a == bytes(15) + b"\1", "RFC 4291 section 2.5.3", ERROR,
     N_("The loopback address never leaves its node.")),
    (lambda a, source: a[:12] == bytes(10) + b"\xff\xff", "RFC 6890 section 2.2.3", ERROR,
     N_("{address} is IPv4-mapped: it stands for IPv4 inside a node, and is not for the wire.")),
    (lambda a, source: a[:12] == bytes(12) and any(a[12:15]), "RFC 4291 section 2.5.5.1", WARNING,
     N_("{address} is IPv4-compatible, which is deprecated.")),
    (lambda a, source: a[0] == 0xFE and a[1] & 0xC0 == 0xC0, "RFC 3879 section 4", WARNING,
     N_("{address} is site-local, which is deprecated; unique local addresses replace it.")),
    (lambda a, source: not source and a[0] == 0xFF and a[1] & 15 == 0, "RFC 4291 section 2.7",
     ERROR, N_("{address} is a group of the reserved scope 0: no packet goes there.")),
    (lambda a, source: not source and a[0] == 0xFF and a[1] & 15 == 1, "RFC 4291 section 2.7",
     ERROR, N_("{address} is a group within one interface; it must not be on a link.")),
    (lambda a, source: not source and a[0] == 0xFF and a[1] & 15 == 15, "RFC 4291 section 2.7",
     WARNING, N_("{address} is a group of the reserved scope f; it is treated as global.")),
)  # fmt: skip


def link_layer(told: Explanation) -> Iterator[Finding]:
    """MAC addresses, against each other and the IPv6 destination."""
    ether = told.get("Ethernet")
    if ether is None or ether.get("Type") is None:
        return
    if ether["Source"].raw[0] & 1:
        yield _finding(
            ether,
            ether["Source"],
            "IEEE 802",
            N_("The source is a group's address; a frame comes from one station."),
        )
    header = next(iter(_packets(told)), None)
    if header is None:
        return
    destination, mac = header[0]["Destination Address"], ether["Destination"]
    if destination.raw[0] == 0xFF:
        wanted = b"\x33\x33" + destination.raw[12:]
        if mac.raw != wanted:
            unicast = not mac.raw[0] & 1
            yield _finding(
                ether,
                mac,
                "RFC 6085 section 3" if unicast else "RFC 2464 section 7",
                N_(
                    "{group} goes to {wanted}. One station's address is allowed only where "
                    "just one station listens."
                )
                if unicast
                else N_("{group} goes to {wanted}."),
                WARNING if unicast else ERROR,
                group=destination.value,
                wanted=wanted.hex(":"),
            )
    elif mac.raw[0] & 1:
        yield _finding(
            ether,
            mac,
            "RFC 2464 section 6",
            N_("A packet to the one address {address} goes to many stations."),
            WARNING,
            address=destination.value,
        )


# --- Extension headers --------------------------------------------------------------------------

# RFC 8200 section 4.1. Destination Options have two places.
_ORDER = {
    "Hop-by-Hop Options": 0, "Destination Options": 1, "Routing": 2, "Fragment": 3,
    "Authentication Header": 4, "Encapsulating Security Payload": 5, "Mobility": 7,
}  # fmt: skip


def order(told: Explanation) -> Iterator[Finding]:
    """The order of extension headers, and how often each may be."""
    for _header, after in _packets(told):
        chain = [layer for layer in after if layer.name in _ORDER]
        highest, seen = -1, dict.fromkeys(_ORDER, 0)
        for number, layer in enumerate(chain):
            seen[layer.name] += 1
            place = _ORDER[layer.name]
            options = layer.name == "Destination Options"
            if layer.name == "Hop-by-Hop Options" and number:
                yield _finding(
                    layer,
                    None,
                    "RFC 8200 section 4.1",
                    N_(
                        "Hop-by-Hop Options stand right after the IPv6 header, or are "
                        "not there; here receivers answer with Parameter Problem."
                    ),
                )
            elif seen[layer.name] > (2 if options else 1):
                yield _finding(
                    layer,
                    None,
                    "RFC 8200 section 4.1",
                    N_("{name} is here for the {times}. time."),
                    WARNING,
                    name=layer.name,
                    times=seen[layer.name],
                )
            elif place < highest and not options:
                yield _finding(
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
    for _header, after in _packets(told):
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
        kind = 0 if option.name == "Pad1" else _value(option, "Option Type")
        padding = padding + option.length if kind in (0, 1) else 0
        if padding > 7:
            yield _finding(
                layer,
                option,
                "RFC 4942 section 2.1.9.5",
                N_("{octets} octets of padding; 7 align everything."),
                WARNING,
                octets=padding,
            )
            padding = -0xFFFF  # once is enough
        if kind == 1 and any(_octets(option, "PadN data")):
            yield _finding(
                layer,
                option,
                "RFC 8200 section 4.2",
                N_("Padding has octets that are not 0: something may hide there."),
                WARNING,
            )
        if kind in _SHAPES:
            yield from _shape(layer, option, _SHAPES[kind])
        if kind == 0x63:
            yield _finding(
                layer,
                option,
                "RFC 9008 section 4.2",
                N_("0x63 is deprecated for RPL; 0x23 replaces it."),
                WARNING,
            )
    hop_by_hop = layer.name == "Hop-by-Hop Options"
    for option in layer.children[2:]:
        kind = _value(option, "Option Type")
        if kind in (0x05, 0xC2) and not hop_by_hop:
            yield _finding(
                layer,
                option,
                option.rfc,
                N_("{name} is an option for every hop; it has no effect here."),
                ERROR,
                name=option.name,
            )
        if kind in (0xC9, 0x04) and hop_by_hop:
            yield _finding(
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
        yield _finding(
            layer,
            option,
            option.rfc,
            N_("{name} has {value} octets of data; it needs {length}."),
            name=option.name,
            value=field.value,
            length=length,
        )
    if (option.offset - layer.offset) % multiple != rest:
        yield _finding(
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
    for _header, after in _packets(told):
        for layer in after:
            if layer.name != "Routing" or layer.get("Segments Left") is None:
                continue
            kind, left = layer["Routing Type"].value, layer["Segments Left"]
            if kind == 0:
                yield _finding(
                    layer,
                    layer["Routing Type"],
                    "RFC 5095 section 3",
                    N_(
                        "Type 0 is deprecated: it let senders multiply traffic. "
                        "Receivers with segments left answer with Parameter Problem."
                    ),
                )
            if kind == 2 and left.value != 1:
                yield _finding(
                    layer,
                    left,
                    "RFC 6275 section 6.4",
                    N_("It is {value}; type 2 has exactly 1."),
                    value=left.value,
                )
            last = _value(layer, "Last Entry")
            if kind == 4 and last is not None and left.value > last + 1:
                yield _finding(
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
                        yield _finding(
                            layer,
                            address,
                            "RFC 8200 section 4.4",
                            N_("{address} is a group; a node of a route is not."),
                            address=address.value,
                        )


def fragments(told: Explanation) -> Iterator[Finding]:
    """Fragment headers."""
    for header, after in _packets(told):
        for number, layer in enumerate(after):
            if layer.name != "Fragment" or layer.get("Identification") is None:
                continue
            end = header.end + header["Payload Length"].value
            octets = end - layer.end
            offset = 8 * layer["Fragment Offset"].value
            if layer["M"].value and octets % 8:
                yield _finding(
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
                yield _finding(
                    layer,
                    layer["Fragment Offset"],
                    "RFC 8200 section 4.5",
                    N_("The whole packet would have more than 65,535 octets."),
                )
            if not offset and not layer["M"].value:
                yield _finding(
                    layer,
                    None,
                    "RFC 8021 section 3",
                    N_(
                        "An atomic fragment: one piece needs no fragment header, and it "
                        "is considered harmful."
                    ),
                    WARNING,
                )
            yield from _in_fragment(layer, after[number + 1 :], told)


def _in_fragment(layer: Field, within: list[Field], told: Explanation) -> Iterator[Finding]:
    for later in within:
        kind = _value(later, "Type")
        if later.name == "ICMPv6" and kind in (*range(133, 138), 148, 149):
            yield _finding(
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
        yield _finding(
            layer,
            None,
            "RFC 7112 section 5",
            N_("The first fragment must hold all headers, up to the upper layer's."),
        )


# --- ICMPv6 -------------------------------------------------------------------------------------


def icmpv6(told: Explanation) -> Iterator[Finding]:
    """ICMPv6 of all kinds."""
    for header, after in _packets(told):
        for layer in after:
            if layer.name == "ICMPv6" and layer.get("Checksum") is not None:
                kind = layer["Type"].value
                if kind in _NEIGHBOR_DISCOVERY:
                    yield from _neighbor_discovery(header, layer, kind)
                elif kind in (130, 131, 132, 143):
                    yield from _listeners(header, layer, after, kind)
                elif kind < 128:
                    yield from _errors(header, layer, kind)


_NEIGHBOR_DISCOVERY = {
    133: "RFC 4861 section 6.1.1",
    134: "RFC 4861 section 6.1.2",
    135: "RFC 4861 section 7.1.1",
    136: "RFC 4861 section 7.1.2",
    137: "RFC 4861 section 8.1",
    141: "RFC 3122 section 4.3.1",
    142: "RFC 3122 section 4.3.2",
}
_RS, _RA, _NS, _NA, _REDIRECT = range(133, 138)


def _neighbor_discovery(header: Field, layer: Field, kind: int) -> Iterator[Finding]:
    rfc = _NEIGHBOR_DISCOVERY[kind]
    source, destination = header["Source Address"], header["Destination Address"]
    if header["Hop Limit"].value != 255:
        yield _finding(
            header,
            header["Hop Limit"],
            rfc,
            N_(
                "It is {value}; 255 proves that no router has forwarded the message, and "
                "receivers ignore any other."
            ),
            value=header["Hop Limit"].value,
        )
    if layer["Code"].value:
        yield _finding(layer, layer["Code"], rfc, N_("It must be 0."))
    if kind in (_RA, _REDIRECT) and not _is_link_local(source.raw):
        yield _finding(
            header,
            source,
            rfc,
            N_("{address} is not link-local, as a router's address has to be here."),
            address=source.value,
        )
    target = layer.get("Target Address")
    if target is not None and target.raw[0] == 0xFF:
        yield _finding(layer, target, rfc, N_("The target is a group; it has to be one address."))
    if kind == _NA and destination.raw[0] == 0xFF and _value(layer, "S"):
        yield _finding(
            layer,
            layer["S"],
            rfc,
            N_("An advertisement to a group answers no solicitation: S must be 0."),
        )
    if not any(source.raw):
        yield from _from_nobody(header, layer, kind, rfc)
    elif kind == _RS and destination.raw[0] != 0xFF:
        yield _finding(
            header,
            destination,
            "RFC 4861 section 6.3.7",
            N_("Solicitations go to all routers, ff02::2."),
            WARNING,
        )
    if kind == _NS and destination.raw[0] == 0xFF and target is not None:
        yield from _solicited_node(header, layer, target)
    yield from _nd_options(layer, kind)


def _from_nobody(header: Field, layer: Field, kind: int, rfc: str) -> Iterator[Finding]:
    own = layer.get("Source Link-Layer Address")
    if own is not None and kind in (_RS, _NS):
        yield _finding(
            layer,
            own,
            rfc,
            N_(
                "From the unspecified address, it must not tell a link-layer address: "
                "nobody could answer to it yet."
            ),
        )
    destination = header["Destination Address"]
    solicited = bytes.fromhex("ff02" + "00" * 9 + "01ff")
    if kind == _NS and not destination.raw.startswith(solicited):
        yield _finding(
            header,
            destination,
            rfc,
            N_("Duplicate address detection asks the solicited-node group."),
        )
    if kind == _NA:
        yield _finding(
            header,
            header["Source Address"],
            "RFC 4861 section 4.4",
            N_("An advertisement comes from an address of the interface."),
        )


def _solicited_node(header: Field, layer: Field, target: Field) -> Iterator[Finding]:
    wanted = bytes.fromhex("ff02" + "00" * 9 + "01ff") + target.raw[13:]
    destination = header["Destination Address"]
    if destination.raw != wanted:
        yield _finding(
            header,
            destination,
            "RFC 4861 section 7.2.2",
            N_("{target} is asked in its solicited-node group, which ends in {end}."),
            WARNING,
            target=target.value,
            end=target.raw[13:].hex(),
        )


# Units of 8 octets by option type, where there is one length only. RFC 4861 section 4.6 and others.
_UNITS = {3: (4,), 5: (1,), 13: (2,), 24: (1, 2, 3), 26: (1,), 33: (2, 3, 4, 5), 34: (2, 3),
          35: (3,), 36: (1,), 38: (2,)}  # fmt: skip


def _nd_options(layer: Field, kind: int) -> Iterator[Finding]:
    for option in layer.children:
        if option.get("Length") is None or not option.children or option.name == "Invoking Packet":
            continue
        number, units = _value(option, "Type"), option["Length"].value
        if number in _UNITS and units not in _UNITS[number]:
            yield _finding(
                layer,
                option,
                option.rfc,
                N_("{name} has length {units}; it needs {right}."),
                name=option.name,
                units=units,
                right=", ".join(map(str, _UNITS[number])),
            )
        if number == 25 and (units < 3 or units % 2 == 0):
            yield _finding(
                layer,
                option,
                "RFC 8106 section 5.3.1",
                N_("{name} has length {units}; 3 is one server, and each further one adds 2."),
                name=option.name,
                units=units,
            )
        if number == 3:
            yield from _prefix(layer, option)
        if number == 5 and (_value(option, "MTU") or 1280) < 1280:
            yield _finding(
                option,
                option["MTU"],
                "RFC 8200 section 5",
                N_("{value} is less than 1280, which every link of IPv6 carries."),
                value=_value(option, "MTU"),
            )
        if number == 24 and option.get("Prefix Length") is not None:
            needed = (option["Prefix Length"].value + 63) // 64 + 1
            if option["Prefix Length"].value > 128 or units < needed:
                yield _finding(
                    option,
                    option["Prefix Length"],
                    "RFC 4191 section 2.3",
                    N_("A prefix of {bits} bits does not fit into length {units}."),
                    bits=option["Prefix Length"].value,
                    units=units,
                )
        if number == 38 and (_value(option, "PLC") or 0) > 5:
            yield _finding(
                option,
                option["PLC"],
                "RFC 8781 section 4",
                N_("Code {value} stands for no prefix length; 0 to 5 do."),
                value=_value(option, "PLC"),
            )


def _prefix(layer: Field, option: Field) -> Iterator[Finding]:
    if option.get("Prefix") is None:
        return
    preferred, valid = option["Preferred Lifetime"], option["Valid Lifetime"]
    if preferred.value > valid.value:
        yield _finding(
            option,
            preferred,
            "RFC 4862 section 5.5.3 (c)",
            N_(
                "Preferred for longer ({preferred} s) than valid ({valid} s); hosts "
                "ignore the prefix."
            ),
            preferred=preferred.value,
            valid=valid.value,
        )
    if _is_link_local(option["Prefix"].raw):
        yield _finding(
            option,
            option["Prefix"],
            "RFC 4861 section 4.6.2",
            N_("The link-local prefix is not announced; hosts ignore it."),
            WARNING,
        )
    length = option["Prefix Length"]
    if length.value > 128:
        yield _finding(option, length, "RFC 4861 section 4.6.2", N_("A prefix has 0 to 128 bits."))
    elif option["A"].value and length.value != 64:
        yield _finding(
            option,
            length,
            "RFC 4862 section 5.5.3 (d)",
            N_("A is set, but with {value} bits hosts make no address; on Ethernet they need 64."),
            WARNING,
            value=length.value,
        )


def _listeners(header: Field, layer: Field, after: list[Field], kind: int) -> Iterator[Finding]:
    rfc = "RFC 9777 section 5" if kind in (130, 143) else "RFC 2710 section 3"
    source, hops = header["Source Address"], header["Hop Limit"]
    if hops.value != 1:
        yield _finding(header, hops, rfc, N_("It is {value}; MLD has 1."), value=hops.value)
    if not _is_link_local(source.raw) and (any(source.raw) or kind == 130):
        yield _finding(
            header, source, rfc, N_("{address} is not link-local."), address=source.value
        )
    alert = any(o.name == "Router Alert" for h in after for o in h.children)
    if not alert:
        yield _finding(
            layer,
            None,
            rfc,
            N_("There is no Router Alert option in front, so routers may not see it."),
        )


def _errors(header: Field, layer: Field, kind: int) -> Iterator[Finding]:
    rfc = "RFC 4443 section 2.4"
    size = header["Payload Length"].value + 40
    if size > 1280:
        yield _finding(
            layer,
            None,
            f"{rfc} (c)",
            N_("An error of {size} octets; with its IPv6 header it has at most 1280."),
            size=size,
        )
    if header["Destination Address"].raw[0] == 0xFF:
        yield _finding(
            header,
            header["Destination Address"],
            f"{rfc} (d)",
            N_("An error goes to the sender of a packet, never to a group."),
        )
    mtu = layer.get("MTU")
    if mtu is not None and mtu.value < 1280:
        yield _finding(
            layer,
            mtu,
            "RFC 8201 section 4",
            N_("{value} is less than 1280; the sender does not go below 1280."),
            WARNING,
            value=mtu.value,
        )
    quoted = layer.get("Invoking Packet")
    if quoted is not None:
        yield from _invoking(layer, quoted, kind)


def _invoking(layer: Field, quoted: Field, kind: int) -> Iterator[Finding]:
    rfc = "RFC 4443 section 2.4 (e)"
    inner = quoted.get("ICMPv6")
    if inner is not None and (_value(inner, "Type") or 0) in (*range(1, 128), 137):
        yield _finding(layer, inner, rfc, N_("An error or a redirect must not cause an error."))
    ip = quoted.get("IPv6")
    if ip is None or ip.get("Destination Address") is None:
        return
    exempt = kind == 2 or (kind == 4 and _value(layer, "Code") == 2)
    if ip["Destination Address"].raw[0] == 0xFF and not exempt:
        yield _finding(
            layer,
            ip["Destination Address"],
            rfc,
            N_("A packet to a group causes no such error: all of the group would answer."),
        )
    source = ip["Source Address"]
    if source.raw[0] == 0xFF or not any(source.raw):
        yield _finding(
            layer,
            source,
            rfc,
            N_("{address} is not one node; nobody could be told of the error."),
            address=source.value,
        )


def _is_link_local(address: bytes) -> bool:
    return address[0] == 0xFE and address[1] & 0xC0 == 0x80


# --- The upper layers, and what is out of use ---------------------------------------------------

_ZERO = ("Reserved", "Reserved1", "Reserved2", "Unused", "Res", "Resvd", "must be zero", "MBZ")


def reserved(told: Explanation) -> Iterator[Finding]:
    """Fields that senders write 0 into."""
    for layer in told.layers:
        for _depth, field in _without_quotes(layer):
            if (
                field.name in _ZERO
                and any(field.raw)
                and field.value
                and field.value != bytes(field.length)
            ):
                yield _finding(
                    layer,
                    field,
                    field.rfc,
                    N_("The field is reserved: senders write 0 into it."),
                    WARNING,
                )


def _without_quotes(field: Field, depth: int = 0) -> Iterator[tuple[int, Field]]:
    yield depth, field
    if field.name != "Invoking Packet":
        for child in field.children:
            yield from _without_quotes(child, depth + 1)


def upper(told: Explanation) -> Iterator[Finding]:
    """TCP's flags, RIPng's hop limit, DHCPv6's times and options."""
    for header, after in _packets(told):
        for layer in after:
            if layer.name == "TCP" and _value(layer, "SYN") and _value(layer, "FIN"):
                yield _finding(
                    layer,
                    layer["SYN"],
                    "RFC 9293 section 3.5",
                    N_("A connection does not begin and end at once: SYN and FIN."),
                    WARNING,
                )
            if layer.name == "RIPng" and _value(layer, "command") == 2:
                if header["Hop Limit"].value != 255:
                    yield _finding(
                        header,
                        header["Hop Limit"],
                        "RFC 2080 section 2.4.2",
                        N_("Responses of RIPng have 255, so that none comes from another link."),
                    )
                if not _is_link_local(header["Source Address"].raw):
                    yield _finding(
                        header,
                        header["Source Address"],
                        "RFC 2080 section 2.4.2",
                        N_("A router's response comes from its link-local address."),
                    )
            if layer.name == "DHCPv6":
                yield from _dhcpv6(layer)


# RFC 9915 section 21 and its appendix on what changed: no new implementation uses them.
_OLD_DHCPV6 = {4: "OPTION_IA_TA", 12: "OPTION_UNICAST"}


def _dhcpv6(layer: Field) -> Iterator[Finding]:
    for _depth, field in layer.walk():
        code = _value(field, "option-code")
        if code in _OLD_DHCPV6:
            yield _finding(
                layer,
                field,
                "RFC 9915 section 21.1",
                N_("{name} is obsolete."),
                WARNING,
                name=_OLD_DHCPV6[code],
            )
        first, second = _value(field, "T1"), _value(field, "T2")
        if first and second and first > second:
            yield _finding(
                layer,
                field["T1"],
                field.rfc,
                N_("T1 ({first} s) is after T2 ({second} s); clients discard it."),
                first=first,
                second=second,
            )
        preferred, valid = _value(field, "preferred-lifetime"), _value(field, "valid-lifetime")
        if preferred is not None and valid is not None and preferred > valid:
            yield _finding(
                layer,
                field["preferred-lifetime"],
                field.rfc,
                N_(
                    "Preferred for longer ({preferred} s) than valid ({valid} s); "
                    "clients discard it."
                ),
                preferred=preferred,
                valid=valid,
            )


Rule = Callable[[Explanation], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    sense, lengths, checksums, udp_lengths, addresses, link_layer, order, options, routing,
    fragments, icmpv6, reserved, upper,
)  # fmt: skip
