"""What `verify` says of ICMPv6: Neighbor Discovery, listeners, errors."""

from __future__ import annotations

from collections.abc import Iterator

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Explanation, Field
from ipv6course.packet.findings import (
    WARNING,
    Finding,
    fault,
    is_link_local,
    packets,
    value_of,
)


def icmpv6(told: Explanation) -> Iterator[Finding]:
    """ICMPv6 of all kinds."""
    for header, after in packets(told):
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
        yield fault(
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
        yield fault(layer, layer["Code"], rfc, N_("It must be 0."))
    if kind in (_RA, _REDIRECT) and not is_link_local(source.raw):
        yield fault(
            header,
            source,
            rfc,
            N_("{address} is not link-local, as a router's address has to be here."),
            address=source.value,
        )
    target = layer.get("Target Address")
    if target is not None and target.raw[0] == 0xFF:
        yield fault(layer, target, rfc, N_("The target is a group; it has to be one address."))
    if kind == _NA and destination.raw[0] == 0xFF and value_of(layer, "S"):
        yield fault(
            layer,
            layer["S"],
            rfc,
            N_("An advertisement to a group answers no solicitation: S must be 0."),
        )
    if not any(source.raw):
        yield from _from_nobody(header, layer, kind, rfc)
    elif kind == _RS and destination.raw[0] != 0xFF:
        yield fault(
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
        yield fault(
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
        yield fault(
            header,
            destination,
            rfc,
            N_("Duplicate address detection asks the solicited-node group."),
        )
    if kind == _NA:
        yield fault(
            header,
            header["Source Address"],
            "RFC 4861 section 4.4",
            N_("An advertisement comes from an address of the interface."),
        )


def _solicited_node(header: Field, layer: Field, target: Field) -> Iterator[Finding]:
    wanted = bytes.fromhex("ff02" + "00" * 9 + "01ff") + target.raw[13:]
    destination = header["Destination Address"]
    if destination.raw != wanted:
        yield fault(
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
        number, units = value_of(option, "Type"), option["Length"].value
        if number in _UNITS and units not in _UNITS[number]:
            yield fault(
                layer,
                option,
                option.rfc,
                N_("{name} has length {units}; it needs {right}."),
                name=option.name,
                units=units,
                right=", ".join(map(str, _UNITS[number])),
            )
        if number == 25 and (units < 3 or units % 2 == 0):
            yield fault(
                layer,
                option,
                "RFC 8106 section 5.3.1",
                N_("{name} has length {units}; 3 is one server, and each further one adds 2."),
                name=option.name,
                units=units,
            )
        if number == 3:
            yield from _prefix(layer, option)
        if number == 5 and (value_of(option, "MTU") or 1280) < 1280:
            yield fault(
                option,
                option["MTU"],
                "RFC 8200 section 5",
                N_("{value} is less than 1280, which every link of IPv6 carries."),
                value=value_of(option, "MTU"),
            )
        if number == 24 and option.get("Prefix Length") is not None:
            needed = (option["Prefix Length"].value + 63) // 64 + 1
            if option["Prefix Length"].value > 128 or units < needed:
                yield fault(
                    option,
                    option["Prefix Length"],
                    "RFC 4191 section 2.3",
                    N_("A prefix of {bits} bits does not fit into length {units}."),
                    bits=option["Prefix Length"].value,
                    units=units,
                )
        if number == 38 and (value_of(option, "PLC") or 0) > 5:
            yield fault(
                option,
                option["PLC"],
                "RFC 8781 section 4",
                N_("Code {value} stands for no prefix length; 0 to 5 do."),
                value=value_of(option, "PLC"),
            )


def _prefix(layer: Field, option: Field) -> Iterator[Finding]:
    if option.get("Prefix") is None:
        return
    preferred, valid = option["Preferred Lifetime"], option["Valid Lifetime"]
    if preferred.value > valid.value:
        yield fault(
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
    if is_link_local(option["Prefix"].raw):
        yield fault(
            option,
            option["Prefix"],
            "RFC 4861 section 4.6.2",
            N_("The link-local prefix is not announced; hosts ignore it."),
            WARNING,
        )
    length = option["Prefix Length"]
    if length.value > 128:
        yield fault(option, length, "RFC 4861 section 4.6.2", N_("A prefix has 0 to 128 bits."))
    elif option["A"].value and length.value != 64:
        yield fault(
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
        yield fault(header, hops, rfc, N_("It is {value}; MLD has 1."), value=hops.value)
    if not is_link_local(source.raw) and (any(source.raw) or kind == 130):
        yield fault(header, source, rfc, N_("{address} is not link-local."), address=source.value)
    alert = any(o.name == "Router Alert" for h in after for o in h.children)
    if not alert:
        yield fault(
            layer,
            None,
            rfc,
            N_("There is no Router Alert option in front, so routers may not see it."),
        )


def _errors(header: Field, layer: Field, kind: int) -> Iterator[Finding]:
    rfc = "RFC 4443 section 2.4"
    size = header["Payload Length"].value + 40
    if size > 1280:
        yield fault(
            layer,
            None,
            f"{rfc} (c)",
            N_("An error of {size} octets; with its IPv6 header it has at most 1280."),
            size=size,
        )
    if header["Destination Address"].raw[0] == 0xFF:
        yield fault(
            header,
            header["Destination Address"],
            f"{rfc} (d)",
            N_("An error goes to the sender of a packet, never to a group."),
        )
    mtu = layer.get("MTU")
    if mtu is not None and mtu.value < 1280:
        yield fault(
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
    if inner is not None and (value_of(inner, "Type") or 0) in (*range(1, 128), 137):
        yield fault(layer, inner, rfc, N_("An error or a redirect must not cause an error."))
    ip = quoted.get("IPv6")
    if ip is None or ip.get("Destination Address") is None:
        return
    exempt = kind == 2 or (kind == 4 and value_of(layer, "Code") == 2)
    if ip["Destination Address"].raw[0] == 0xFF and not exempt:
        yield fault(
            layer,
            ip["Destination Address"],
            rfc,
            N_("A packet to a group causes no such error: all of the group would answer."),
        )
    source = ip["Source Address"]
    if source.raw[0] == 0xFF or not any(source.raw):
        yield fault(
            layer,
            source,
            rfc,
            N_("{address} is not one node; nobody could be told of the error."),
            address=source.value,
        )
