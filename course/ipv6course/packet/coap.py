"""CoAP, RFC 7252 section 3: the header, token and options, named."""

from __future__ import annotations

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.protocols import UDP_PORTS, Packet
from ipv6course.packet.registry import named, rfc_of

RFC = "RFC 7252 section 3"
_TYPES = (N_("Confirmable"), N_("Non-confirmable"), N_("Acknowledgement"), N_("Reset"))
HEADER = Layout(
    RFC,
    Row("Version", 2, N_("version {value}")),
    Row("Type", 2, lambda value: Words(_TYPES[value])),
    Row("Token Length", 4, N_("{value} octets")),
    Row("Code", 8, "@coap-code"),
    Row("Message ID", 16, N_("the acknowledgement has the same number")),
)
_OPTION = Layout(
    "RFC 7252 section 3.1",
    Row("Option Delta", 4, N_("{value} more than the option before; 13 and 14: see below")),
    Row("Option Length", 4, N_("{value} octets; 13 and 14: see below")),
)
_TEXT = {3, 8, 11, 15, 20, 35, 39}  # options whose value is text, RFC 7252 table 4


def coap(reader: Reader, packet: Packet) -> None:
    """Read a CoAP message."""
    with reader.group("CoAP", RFC) as (inside, _):
        got = inside.read(HEADER)
        if got["Version"] != 1:
            raise inside.nonsense(
                N_("CoAP of version {version}; RFC 7252 defines 1."), at=inside.at - 4,
                version=got["Version"],
            )  # fmt: skip
        if got["Token Length"] > 8:
            raise inside.nonsense(
                N_("A token of {length} octets; 9 to 15 are a format error (RFC 7252 section 3)."),
                length=got["Token Length"],
            )
        if got["Token Length"]:
            inside.octets("Token", got["Token Length"], RFC)
        number = 0
        while inside.left:
            if inside.data[inside.at] == 0xFF:
                inside.octets("Payload Marker", 1, RFC, value=0xFF)
                if not inside.left:
                    raise inside.nonsense(
                        N_("A payload marker with nothing after it (RFC 7252 section 3)."),
                        at=inside.at - 1,
                    )
                inside.octets("Payload", None, RFC)
                return
            number = _option(inside, number)


def _option(inside: Reader, before: int) -> int:
    with inside.group("Option", "RFC 7252 section 3.1") as (option, found):
        got = option.read(_OPTION)
        delta = _extended(option, got["Option Delta"], "Option Delta (extended)")
        length = _extended(option, got["Option Length"], "Option Length (extended)")
        number = before + delta
        entry = named("coap-option", number)
        found.name = entry.name if entry else "Option"
        found.words = registered("coap-option", number)
        if length:
            rfc = rfc_of("coap-option", number, "RFC 7252 section 3.1")
            raw = option.data[option.at : option.at + length]
            value = raw.decode("utf-8", "replace") if number in _TEXT else None
            option.octets("Option Value", length, rfc, value=value)
    return number


def _extended(option: Reader, nibble: int, name: str) -> int:
    if nibble == 15:
        raise option.nonsense(
            N_("15 is reserved for the payload marker (RFC 7252 section 3.1)."), at=option.at - 1
        )
    if nibble == 13:
        return 13 + option.number(name, 1, "RFC 7252 section 3.1", Words(N_("and 13")))
    if nibble == 14:
        return 269 + option.number(name, 2, "RFC 7252 section 3.1", Words(N_("and 269")))
    return nibble


UDP_PORTS[5683] = coap
