"""What `verify` says of the upper layers, and of what is reserved or out of use."""

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
                yield fault(
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
    for header, after in packets(told):
        for layer in after:
            if layer.name == "TCP" and value_of(layer, "SYN") and value_of(layer, "FIN"):
                yield fault(
                    layer,
                    layer["SYN"],
                    "RFC 9293 section 3.5",
                    N_("A connection does not begin and end at once: SYN and FIN."),
                    WARNING,
                )
            if layer.name == "RIPng" and value_of(layer, "command") == 2:
                if header["Hop Limit"].value != 255:
                    yield fault(
                        header,
                        header["Hop Limit"],
                        "RFC 2080 section 2.4.2",
                        N_("Responses of RIPng have 255, so that none comes from another link."),
                    )
                if not is_link_local(header["Source Address"].raw):
                    yield fault(
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
        code = value_of(field, "option-code")
        if code in _OLD_DHCPV6:
            yield fault(
                layer,
                field,
                "RFC 9915 section 21.1",
                N_("{name} is obsolete."),
                WARNING,
                name=_OLD_DHCPV6[code],
            )
        first, second = value_of(field, "T1"), value_of(field, "T2")
        if first and second and first > second:
            yield fault(
                layer,
                field["T1"],
                field.rfc,
                N_("T1 ({first} s) is after T2 ({second} s); clients discard it."),
                first=first,
                second=second,
            )
        preferred, valid = value_of(field, "preferred-lifetime"), value_of(field, "valid-lifetime")
        if preferred is not None and valid is not None and preferred > valid:
            yield fault(
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
