"""The MAC header of IEEE 802.15.4, with which 6LoWPAN begins. Its numbers are little-endian."""

from __future__ import annotations

from typing import Any

import netaddr

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import Packet, Step, opaque
from ipv6course.packet.sixlowpan import sixlowpan

RFC = "IEEE 802.15.4 section 7.2"
_TYPES = {0: N_("a beacon"), 1: N_("data"), 2: N_("an acknowledgment"), 3: N_("a MAC command")}
_MODES = (N_("none"), N_("reserved"), N_("a short address, 16 bits"), N_("an EUI-64"))
NONE, SHORT, EXTENDED = 0, 2, 3
DATA = 1

# The two octets of Frame Control, each from its highest bit: the standard counts from the lowest.
CONTROL = Layout(
    RFC,
    Row("Reserved", 1),
    Row("PAN ID Compression", 1, (N_("PAN IDs as the modes say"), N_("one PAN ID is left out")),
        "flag"),
    Row("AR", 1, (N_("no acknowledgment wanted"), N_("an acknowledgment is wanted")), "flag"),
    Row("Frame Pending", 1, (N_("no more frames"), N_("more frames wait")), "flag"),
    Row("Security Enabled", 1, (N_("not protected"), N_("protected")), "flag"),
    Row("Frame Type", 3, lambda value: Words(_TYPES.get(value, N_("another type")))),
    Row("Source Addressing Mode", 2, lambda value: Words(_MODES[value])),
    Row("Frame Version", 2, N_("{value}; 0: 2003, 1: 2006, 2: 2015 and newer")),
    Row("Destination Addressing Mode", 2, lambda value: Words(_MODES[value])),
    Row("IE Present", 1, None, "flag"),
    Row("Sequence Number Suppression", 1, None, "flag"),
)  # fmt: skip


def mac_header(reader: Reader, packet: Packet) -> Step | None:
    """Read a MAC header."""
    with reader.group("IEEE 802.15.4", RFC) as (inside, _):
        got = inside.read(CONTROL)
        if not (got["Sequence Number Suppression"] and got["Frame Version"] == 2):
            inside.number("Sequence Number", 1, RFC)
        to, by = got["Destination Addressing Mode"], got["Source Addressing Mode"]
        if 1 in (to, by):
            raise inside.nonsense(N_("Addressing mode 1 is reserved."))
        to_pan, by_pan = pans(got)
        if to_pan:
            _little(inside, "Destination PAN ID", 2)
        _address(inside, "Destination Address", to)
        if by_pan:
            _little(inside, "Source PAN ID", 2)
        _address(inside, "Source Address", by)
        if got["Security Enabled"]:
            _security(inside)
    if got["Frame Type"] != DATA:
        return opaque("MAC Payload", N_("no data frame, so no IPv6"), RFC)
    if got["Security Enabled"]:
        return opaque("Private Payload", N_("protected by the link layer"), RFC)
    if got["IE Present"]:
        return opaque("Data", N_("information elements first; not explained here"), RFC)
    return sixlowpan


def pans(got: dict[str, Any]) -> tuple[bool, bool]:
    """Return whether the destination's and the source's PAN ID are there, section 7.2.2.6."""
    to, by = got["Destination Addressing Mode"], got["Source Addressing Mode"]
    compressed = got["PAN ID Compression"]
    if got["Frame Version"] < 2:
        return to != NONE, by != NONE and not (compressed and to != NONE)
    if to == by == NONE:
        return compressed, False
    if by == NONE:
        return not compressed, False
    if to == NONE:
        return False, not compressed
    if to == by == EXTENDED:
        return not compressed, False
    return True, not compressed


def _little(inside: Reader, name: str, octets: int) -> None:
    raw = inside.data[inside.at : min(inside.at + octets, inside.end)]
    value = int.from_bytes(raw, "little")
    inside.octets(name, octets, RFC, Words("0x{value:04x}", {"value": value}), value)


def _address(inside: Reader, name: str, mode: int) -> None:
    if mode == SHORT:
        _little(inside, name, 2)
    elif mode == EXTENDED:
        raw = inside.data[inside.at : min(inside.at + 8, inside.end)]
        value = netaddr.EUI(int.from_bytes(raw, "little"), 64, dialect=netaddr.eui64_unix_expanded)
        inside.octets(name, 8, RFC, Words(N_("the octets are backwards on the air")), value)


_SECURITY = Layout(
    "IEEE 802.15.4 section 9.4",
    Row("Reserved", 1),
    Row("ASN in Nonce", 1),
    Row("Frame Counter Suppression", 1, None, "flag"),
    Row("Key Identifier Mode", 2),
    Row("Security Level", 3),
)
_KEY_OCTETS = (0, 1, 5, 9)


def _security(inside: Reader) -> None:
    rfc = "IEEE 802.15.4 section 9.4"
    with inside.group("Auxiliary Security Header", rfc) as (header, _):
        got = header.read(_SECURITY)
        if not got["Frame Counter Suppression"]:
            _little(header, "Frame Counter", 4)
        octets = _KEY_OCTETS[got["Key Identifier Mode"]]
        if octets:
            header.octets("Key Identifier", octets, rfc)
