"""RPL's control messages, RFC 6550 section 6: named, with their fixed fields and options."""

from __future__ import annotations

from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.icmpv6 import BODIES
from ipv6course.packet.ipv6 import address_words
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.protocols import Packet

RFC = "RFC 6550 section 6"
_INSTANCE = Row("RPLInstanceID", 8, N_("RPL instance {value}"))
_DODAG = Row("DODAGID", 128, address_words, "address")
CODES = {
    0x00: Layout("RFC 6550 section 6.2", Row("Flags", 8), Row("Reserved", 8)),
    0x01: Layout(
        "RFC 6550 section 6.3",
        _INSTANCE,
        Row("Version Number", 8),
        Row("Rank", 16, N_("the sender's rank: {value}")),
        Row("G", 1, (N_("a floating DODAG"), N_("a grounded DODAG")), "flag"),
        Row("0", 1),
        Row("MOP", 3, N_("mode of operation {value}")),
        Row("Prf", 3, N_("preference {value}; 7 is the most preferred root")),
        Row("DTSN", 8),
        Row("Flags", 8),
        Row("Reserved", 8),
        _DODAG,
    ),
    0x02: Layout(
        "RFC 6550 section 6.4",
        _INSTANCE,
        Row("K", 1, (N_("no acknowledgment"), N_("an acknowledgment is wanted")), "flag"),
        Row("D", 1, (N_("no DODAGID"), N_("the DODAGID follows")), "flag"),
        Row("Flags", 6),
        Row("Reserved", 8),
        Row("DAOSequence", 8),
    ),
    0x03: Layout(
        "RFC 6550 section 6.5",
        _INSTANCE,
        Row("D", 1, (N_("no DODAGID"), N_("the DODAGID follows")), "flag"),
        Row("Reserved", 7),
        Row("DAOSequence", 8),
        Row("Status", 8, N_("{value}; 0 is unqualified acceptance")),
    ),
}
OPTION = Layout("RFC 6550 section 6.7.1", Row("Option Type", 8, "@rpl-option"))


def message(inside: Reader, packet: Packet, values: dict[str, Any]) -> None:
    """Read a control message; secure ones, and codes of other RFCs, are not looked into."""
    layout = CODES.get(values["Code"])
    if layout is None:
        if inside.left:
            inside.octets("Base", None, RFC)
        return
    got = inside.read(layout)
    if got.get("D"):
        inside.address("DODAGID", layout.rfc)
    while inside.left:
        _option(inside)


def _option(inside: Reader) -> None:
    number = inside.data[inside.at]
    rfc = "RFC 6550 section 6.7"
    if number == 0:
        inside.octets("Pad1", 1, "RFC 6550 section 6.7.2", value=0)
        return
    with inside.group("Option", rfc, registered("rpl-option", number)) as (option, _):
        option.read(OPTION)
        length = option.number("Option Length", 1, rfc, Words(N_("octets after this one")))
        if length:
            option.octets("Option Data", length, rfc)


BODIES[155] = message
