"""What `verify` says of addresses, of IPv6 and of the link."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Explanation, Field
from ipv6course.packet.findings import (
    ERROR,
    WARNING,
    Finding,
    fault,
    packets,
    value_of,
)


def addresses(told: Explanation) -> Iterator[Finding]:
    """Sources and destinations that no packet may have."""
    for header, after in packets(told):
        for end in ("Source Address", "Destination Address"):
            field = header[end]
            for test, rfc, severity, sentence in _FORBIDDEN:
                if test(field.raw, end[0] == "S"):
                    yield fault(header, field, rfc, sentence, severity, address=field.value)
        if not any(header["Source Address"].raw) and not _may_be_unspecified(after):
            yield fault(
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
    return any(layer.name == "ICMPv6" and value_of(layer, "Type") in types for layer in after)


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
        yield fault(
            ether,
            ether["Source"],
            "IEEE 802",
            N_("The source is a group's address; a frame comes from one station."),
        )
    header = next(iter(packets(told)), None)
    if header is None:
        return
    destination, mac = header[0]["Destination Address"], ether["Destination"]
    if destination.raw[0] == 0xFF:
        wanted = b"\x33\x33" + destination.raw[12:]
        if mac.raw != wanted:
            unicast = not mac.raw[0] & 1
            yield fault(
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
        yield fault(
            ether,
            mac,
            "RFC 2464 section 6",
            N_("A packet to the one address {address} goes to many stations."),
            WARNING,
            address=destination.value,
        )
