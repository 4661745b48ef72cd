"""What `verify` says of lengths and checksums."""

from __future__ import annotations

from collections.abc import Iterator

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Explanation, Field, Words
from ipv6course.packet.findings import (
    ERROR,
    WARNING,
    Finding,
    fault,
    outer_end,
    packets,
    value_of,
)


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
    for header, after in packets(told):
        length = header["Payload Length"]
        there = outer_end(told, header) - header.end
        jumbo = [o for h in after for o in h.children if o.name == "Jumbo Payload"]
        if not jumbo and length.value > there:
            yield fault(
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
            yield fault(
                rest,
                None,
                "RFC 8200 section 3",
                N_("{length} octets follow that the packet's length does not count."),
                WARNING,
                length=rest.length,
            )
    if ether is not None and len(told.data) - ether.length > 1500 + 4 * len(_tags(told)):
        yield fault(
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
        value = value_of(option, "Jumbo Payload Length")
        if length.value:
            yield fault(
                header,
                length,
                "RFC 2675 section 3",
                N_("It must be 0 where there is a Jumbo Payload option."),
            )
        if value is not None and value <= 0xFFFF:
            yield fault(
                option,
                option["Jumbo Payload Length"],
                "RFC 2675 section 3",
                N_("{value} fits into the Payload Length; a jumbogram has more than 65,535."),
                value=value,
            )
        if any(layer.name == "Fragment" for layer in after):
            yield fault(option, None, "RFC 2675 section 3", N_("A jumbogram cannot be fragmented."))


_CHECKSUM_RFC = {
    "ICMPv6": "RFC 4443 section 2.3",
    "UDP": "RFC 8200 section 8.1",
    "TCP": "RFC 9293 section 3.1",
    "Extension Structure": "RFC 4884 section 7",
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
    for _header, after in packets(told):
        for layer in after:
            if layer.name == "UDP" and value_of(layer, "Checksum") == 0:
                port = value_of(layer, "Destination Port")
                tunnel = _TUNNELS.get(port)
                yield fault(
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
    for header, after in packets(told):
        end = min(header.end + header["Payload Length"].value, outer_end(told, header))
        fragmented = any(layer.name == "Fragment" for layer in after)
        for layer in after:
            length = layer.get("Length") if layer.name == "UDP" else None
            if length is None or length.value < 8 or fragmented:
                continue
            there = end - layer.offset
            if length.value > there:
                yield fault(
                    layer,
                    length,
                    "RFC 768",
                    N_("It says {value} octets, but the packet has {there} for it."),
                    value=length.value,
                    there=there,
                )
            elif length.value < there:
                yield fault(
                    layer,
                    length,
                    "RFC 768",
                    N_("It says {value} octets, but {there} are there; who reads the rest?"),
                    WARNING,
                    value=length.value,
                    there=there,
                )
