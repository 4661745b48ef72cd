"""Extensions of ICMP errors, RFC 4884: a header, and objects behind it. Of these, MPLS labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import Packet

STRUCTURE_RFC = "RFC 4884 section 7"
OBJECT_RFC = "RFC 4884 section 8"

# IANA's registry "ICMP Extension Object Classes".
MPLS = 1
CLASSES = {
    MPLS: "MPLS Label Stack",  # RFC 4950
    2: "Interface Information",  # RFC 5837
    3: "Interface Identification",  # RFC 8335
    4: "Extended Information",  # RFC 8883
}

HEADER = Layout(
    STRUCTURE_RFC,
    Row("Version", 4, N_("version {value} of these extensions; 2 is the only one")),
    Row("Reserved", 12),
    Row("Checksum", 16),
)
OBJECT = Layout(
    OBJECT_RFC,
    Row("Length", 16, N_("the object has {value} octets, this header included")),
    Row("Class-Num", 8, lambda value: Words("{name}", {"name": CLASSES.get(value, "")})),
    Row("C-Type", 8),
)
LABEL = Layout(
    "RFC 4950 section 5",
    Row("Label", 20, N_("the packet came with the MPLS label {value}")),
    Row("EXP", 3, N_("its traffic class: {value}")),
    Row("S", 1, (N_("another label follows"), N_("the last label of the stack")), "flag"),
    Row("TTL", 8, N_("the label's own hop limit: {value}")),
)
_INCOMING = 1  # the C-Type of a label stack, RFC 4950 section 5


def extensions(inside: Reader, packet: Packet) -> None:
    """Read the extension structure of an error, to its end."""
    with inside.group("Extension Structure", STRUCTURE_RFC) as (structure, _):
        known = {"Checksum": _sum_is(structure, packet)} if structure.left >= HEADER.octets else {}
        structure.read(HEADER, **known)
        while structure.left:
            _object(structure)


def _object(structure: Reader) -> None:
    with structure.group("Object", OBJECT_RFC) as (one, _):
        got = one.read(OBJECT)
        octets = got["Length"] - OBJECT.octets
        if octets < 0:
            raise one.nonsense(
                N_("An object of {length} octets has no room for its own header of 4."),
                at=one.at - OBJECT.octets,
                length=got["Length"],
            )
        with one.until(one.at + octets, "Object"):
            if (got["Class-Num"], got["C-Type"]) == (MPLS, _INCOMING):
                while one.left >= LABEL.octets:
                    with one.group("Label Stack Entry", LABEL.rfc) as (entry, _):
                        entry.read(LABEL)
            if one.left:
                one.octets("Object Payload", None, OBJECT_RFC)


def _sum_is(structure: Reader, packet: Packet) -> Callable[[Any], Words]:
    """Return what says whether the structure's own checksum is right; 0 is none."""
    at, covered = structure.at + 2, structure.data[structure.at : structure.end]
    expected = Packet().expected_sum(covered, -len(covered), 2)  # no pseudo-header

    def says(value: Any) -> Words:
        if value == 0:
            return Words(N_("no checksum was made"))
        if packet.uncheckable is not None:
            return packet.uncheckable
        right = value == expected or {value, expected} == {0, 0xFFFF}
        structure.told.facts.setdefault("checksums", []).append(
            ("Extension Structure", at, value, expected, right)
        )
        sentence = (
            N_("0x{value:04x} is right")
            if right
            else N_("0x{value:04x} is wrong: 0x{expected:04x} belongs here")
        )
        return Words(sentence, {"value": value, "expected": expected})

    return says
