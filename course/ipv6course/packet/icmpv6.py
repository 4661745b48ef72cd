"""ICMPv6, RFC 4443, and what else uses its types; the messages of other RFCs have their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.icmp_extensions import extensions
from ipv6course.packet.layout import Layout, Reader, Row, SenseEndedError, registered
from ipv6course.packet.protocols import DEEPEST_QUOTE, NEXT_HEADERS, Packet, Step, walk
from ipv6course.packet.registry import named, rfc_of

ICMPV6 = 58
RFC = "RFC 4443 section 2.1"

Body = Callable[[Reader, Packet, dict[str, Any]], None]
BODIES: dict[int, Body] = {}
"""Who reads a message after its first four octets, by type."""


def _type(value: Any) -> Words:
    return registered("icmpv6-type", value)


HEADER = Layout(
    RFC,
    Row("Type", 8, _type),
    Row("Code", 8),
    Row("Checksum", 16),
)


def icmpv6(reader: Reader, packet: Packet) -> Step | None:
    """Read an ICMPv6 message."""
    number = reader.data[reader.at] if reader.left else 0
    rfc = rfc_of("icmpv6-type", number, RFC)
    says = packet.sum_is(reader, ICMPV6, 2) if reader.left >= 4 else None
    entry = named("icmpv6-type", number)
    with reader.group("ICMPv6", rfc, Words("{name}", {"name": entry.name if entry else ""})) as (
        inside,
        _,
    ):
        known: dict[str, Callable[[Any], Words]] = {"Code": lambda code: _code(number, code)}
        if says:
            known["Checksum"] = says
        values = inside.read(HEADER, **known)
        BODIES.get(number, _unknown)(inside, packet, values)
    return None


def _code(number: int, code: int) -> Words:
    entry = named("icmpv6-code", number << 8 | code)
    if entry is not None:
        return Words("{name}", {"name": entry.name})
    if named("icmpv6-code", number << 8) is None and code == 0:
        return Words("")
    return Words(N_("not a code of this type"))


def _unknown(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
    if inside.left:
        inside.octets("Message Body", None, RFC)


def body(layout: Layout, rest: str | None = None) -> Body:
    """Return what reads a message of fixed fields, and then the rest under one name."""

    def read(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
        inside.read(layout)
        if rest is not None and inside.left:
            inside.octets(rest, None, layout.rfc)

    return read


# --- Errors, RFC 4443 section 3 ---------------------------------------------------------------

_LENGTH = Row("Length", 8, lambda value: Words(
    N_("the quote has {octets} octets, extensions follow") if value
    else N_("the quote goes to the end"), {"octets": 8 * value}), rfc="RFC 4884 section 4",
)  # fmt: skip
_UNUSED = Layout("RFC 4443 section 3.1", _LENGTH, Row("Unused", 24))
_TIME = Layout("RFC 4443 section 3.3", _LENGTH, Row("Unused", 24))
_MTU = Layout(
    "RFC 4443 section 3.2", Row("MTU", 32, N_("packets of up to {value} octets fit the next link"))
)
_POINTER = Layout(
    "RFC 4443 section 3.4", Row("Pointer", 32, N_("the trouble is at octet {value} of the packet"))
)


def error(layout: Layout) -> Body:
    """Return what reads an error: its fields, the packet that it quotes, extensions."""

    def read(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
        got = inside.read(layout)
        octets = 8 * got.get("Length", 0)
        end = inside.end
        if 0 < octets <= inside.left:
            end = inside.at + octets
        quote(inside, packet, end)
        if inside.left:
            extensions(inside, packet)

    return read


def quote(inside: Reader, packet: Packet, end: int) -> None:
    """Read the packet that an error quotes, as far as it is there."""
    from ipv6course.packet.ipv6 import ipv6

    with inside.group(
        "Invoking Packet", "RFC 4443 section 2.4 (c)", Words(N_("the packet that met the error"))
    ) as (within, _):
        within.end = end
        if packet.quotes >= DEEPEST_QUOTE:
            within.octets("Data", None, "", Words(N_("a quote in a quote in …; not looked into")))
            return
        quoted = Packet(
            uncheckable=Words(N_("not checked: a quote, perhaps not whole")),
            quotes=packet.quotes + 1,
        )
        try:
            walk(within, quoted, ipv6)
        except SenseEndedError as ended:
            if quoted.ends_early is None or ended.bound != within.end:
                raise
        within.end = end
        within.at = max(child.end for child in within.into)
        if within.left:
            words = quoted.ends_early or Words(N_("octets after the quoted packet"))
            within.octets("Data", None, "", words)


BODIES.update({1: error(_UNUSED), 2: error(_MTU), 3: error(_TIME), 4: error(_POINTER)})

# --- Echo, RFC 4443 section 4; other small messages -------------------------------------------


def _echo(rfc: str) -> Layout:
    return Layout(
        rfc,
        Row("Identifier", 16, N_("which ping it belongs to: {value}")),
        Row("Sequence Number", 16, N_("number {value} of it")),
    )


BODIES[128] = body(_echo("RFC 4443 section 4.1"), "Data")
BODIES[129] = body(_echo("RFC 4443 section 4.2"), "Data")
BODIES[160] = body(
    Layout(
        "RFC 8335 section 2",
        Row("Identifier", 16),
        Row("Sequence Number", 8),
        Row("Reserved", 7),
        Row("L", 1, (N_("the interface is elsewhere"), N_("the interface is local")), "flag"),
    ),
    "Extension Structure",
)
BODIES[161] = body(
    Layout(
        "RFC 8335 section 3",
        Row("Identifier", 16),
        Row("Sequence Number", 8),
        Row("State", 3),
        Row("Reserved", 2),
        Row("A", 1, None, "flag"),
        Row("4", 1, None, "flag"),
        Row("6", 1, None, "flag"),
    )
)
BODIES[139] = BODIES[140] = body(
    Layout("RFC 4620 section 4", Row("Qtype", 16), Row("Flags", 16), Row("Nonce", 64)), "Data"
)
BODIES[138] = body(
    Layout(
        "RFC 2894 section 3.1",
        Row("SequenceNumber", 32),
        Row("SegmentNumber", 8),
        Row("Flags", 8),
        Row("MaxDelay", 16),
        Row("reserved", 32),
    ),
    "RR Message Body",
)
BODIES[151] = body(
    Layout("RFC 4286 section 3", Row("Query Interval", 16), Row("Robustness Variable", 16))
)

NEXT_HEADERS[ICMPV6] = icmpv6
