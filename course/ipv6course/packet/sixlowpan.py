"""6LoWPAN: the dispatch of RFC 4944, and the fields of IPHC and NHC of RFC 6282.

The fields are named as they are on the air. What they stand for (decompression with contexts) is
the subject of the room `iot`.
"""

from __future__ import annotations

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.ipv6 import TRAFFIC_CLASS, ipv6
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import UDP_PORTS, Packet, Step, data, next_step, opaque

_4944 = "RFC 4944 section 5"
_6282 = "RFC 6282 section 3.1"


def sixlowpan(reader: Reader, packet: Packet) -> Step | None:
    """Read a dispatch, and go on with what it names."""
    if not reader.left:
        return None
    first = reader.data[reader.at]
    packet.uncheckable = Words(N_("not checked: the addresses are compressed"))
    for bits, value, step in DISPATCHES:
        if first >> 8 - bits == value:
            return step(reader, packet)  # type: ignore[no-any-return]
    return opaque("Data", N_("a dispatch that is not assigned, or not explained here"), _4944)


def _uncompressed(reader: Reader, packet: Packet) -> Step:
    reader.octets("6LoWPAN Dispatch", 1, "RFC 4944 section 5.1",
                  Words(N_("an IPv6 header follows, not compressed")), 0x41)  # fmt: skip
    packet.uncheckable = None
    return ipv6


def _page(reader: Reader, packet: Packet) -> Step:
    page = reader.data[reader.at] & 15
    words = Words(N_("dispatches are now those of page {page}"), {"page": page})
    reader.octets("6LoWPAN Page Switch", 1, "RFC 8025 section 3", words, page)
    if page:
        return opaque("Data", N_("page 1 and above are not explained here"), "RFC 8138 section 4")
    return sixlowpan


_FRAG1 = Layout(
    "RFC 4944 section 5.3",
    Row("dispatch", 5),
    Row("datagram_size", 11, N_("the whole packet has {value} octets, not compressed")),
    Row("datagram_tag", 16, N_("the fragments of one packet have the same number")),
)
_OFFSET = Layout(
    "RFC 4944 section 5.3",
    Row("datagram_offset", 8, lambda value: Words(
        N_("it begins at octet {octets} of the packet"), {"octets": 8 * value})),
)  # fmt: skip


def _first_fragment(reader: Reader, packet: Packet) -> Step:
    with reader.group("6LoWPAN Fragment", "RFC 4944 section 5.3") as (inside, _):
        inside.read(_FRAG1)
    packet.ends_early = Words(N_("the packet goes on in the next fragment"))
    return sixlowpan


def _next_fragment(reader: Reader, packet: Packet) -> Step:
    with reader.group("6LoWPAN Fragment", "RFC 4944 section 5.3") as (inside, _):
        inside.read(_FRAG1)
        inside.read(_OFFSET)
    return opaque("Fragment Data", N_("a piece from the middle; the first fragment says of what"))


_MESH = Layout(
    "RFC 4944 section 5.2",
    Row("dispatch", 2),
    Row("V", 1, (N_("the originator is an EUI-64"), N_("the originator is 16 bits")), "flag"),
    Row("F", 1, (N_("the final address is an EUI-64"), N_("the final address is 16 bits")), "flag"),
    Row("Hops Left", 4, N_("{value}; 15: the next octet says")),
)


def _mesh(reader: Reader, packet: Packet) -> Step:
    with reader.group("6LoWPAN Mesh", "RFC 4944 section 5.2") as (inside, _):
        got = inside.read(_MESH)
        if got["Hops Left"] == 15:
            inside.number("Deep Hops Left", 1, "RFC 4944 section 11.1")
        inside.octets("Originator Address", 2 if got["V"] else 8, "RFC 4944 section 5.2")
        inside.octets("Final Destination Address", 2 if got["F"] else 8, "RFC 4944 section 5.2")
    return sixlowpan


def _broadcast(reader: Reader, packet: Packet) -> Step:
    with reader.group("6LoWPAN Broadcast", "RFC 4944 section 11.1") as (inside, _):
        inside.octets("LOWPAN_BC0", 1, "RFC 4944 section 11.1", value=0x50)
        inside.number("Sequence Number", 1, "RFC 4944 section 11.1")
    return sixlowpan


# --- IPHC ---------------------------------------------------------------------------------------

_HOPS = (N_("the hop limit is carried"), N_("1"), N_("64"), N_("255"))
_FLOW = (
    N_("ECN, DSCP and flow label are carried"),
    N_("ECN and flow label are carried; DSCP is 0"),
    N_("ECN and DSCP are carried; the flow label is 0"),
    N_("all of them are 0 and left out"),
)
IPHC = Layout(
    _6282,
    Row("dispatch", 3),
    Row("TF", 2, lambda value: Words(_FLOW[value])),
    Row("NH", 1, (N_("the next header is carried"), N_("the next header is compressed")), "flag"),
    Row("HLIM", 2, lambda value: Words(_HOPS[value])),
    Row("CID", 1, (N_("context 0"), N_("an octet says which contexts")), "flag"),
    Row("SAC", 1, (N_("the source without context"), N_("the source by a context")), "flag"),
    Row("SAM", 2, N_("how much of the source is carried")),
    Row("M", 1, (N_("to one node"), N_("to a group")), "flag"),
    Row("DAC", 1, (N_("the destination without context"), N_("the destination by a context")),
        "flag"),
    Row("DAM", 2, N_("how much of the destination is carried")),
)  # fmt: skip
_CONTEXTS = Layout("RFC 6282 section 3.1.2", Row("SCI", 4, N_("context {value} of the source")),
                   Row("DCI", 4, N_("context {value} of the destination")))  # fmt: skip
_DSCP_ROW, _ECN_ROW = TRAFFIC_CLASS
_INLINE_FLOW = (
    Layout("RFC 6282 section 3.2.1", _ECN_ROW, _DSCP_ROW, Row("rsv", 4), Row("Flow Label", 20)),
    Layout("RFC 6282 section 3.2.1", _ECN_ROW, Row("rsv", 2), Row("Flow Label", 20)),
    Layout("RFC 6282 section 3.2.1", _ECN_ROW, _DSCP_ROW),
)
# Octets that are carried, by (SAC, SAM) and by (M, DAC, DAM); None is reserved. RFC 6282 3.1.1.
SOURCE = {
    (False, 0): 16, (False, 1): 8, (False, 2): 2, (False, 3): 0,
    (True, 0): 0, (True, 1): 8, (True, 2): 2, (True, 3): 0,
}  # fmt: skip
DESTINATION = {
    (False, False, 0): 16, (False, False, 1): 8, (False, False, 2): 2, (False, False, 3): 0,
    (False, True, 0): None, (False, True, 1): 8, (False, True, 2): 2, (False, True, 3): 0,
    (True, False, 0): 16, (True, False, 1): 6, (True, False, 2): 4, (True, False, 3): 1,
    (True, True, 0): 6, (True, True, 1): None, (True, True, 2): None, (True, True, 3): None,
}  # fmt: skip


def iphc(reader: Reader, packet: Packet) -> Step:
    """Read a compressed IPv6 header."""
    with reader.group("6LoWPAN IPHC", _6282) as (inside, _):
        got = inside.read(IPHC)
        if got["CID"]:
            inside.read(_CONTEXTS)
        if got["TF"] < 3:
            inside.read(_INLINE_FLOW[got["TF"]])
        number = None if got["NH"] else inside.read(_NEXT)["Next Header"]
        if got["HLIM"] == 0:
            inside.number("Hop Limit", 1, "RFC 6282 section 3.2.1")
        _carried(inside, "Source Address", SOURCE[got["SAC"], got["SAM"]])
        _carried(inside, "Destination Address", DESTINATION[got["M"], got["DAC"], got["DAM"]])
    return nhc if number is None else next_step(number)


_NEXT = Layout("RFC 6282 section 3.2.1", Row("Next Header", 8, "@protocol"))


def _carried(inside: Reader, name: str, octets: int | None) -> None:
    if octets is None:
        raise inside.nonsense(
            N_("{name}: these modes together are reserved (RFC 6282 section 3.1.1)."), name=name
        )
    if octets == 16:
        inside.address(name, "RFC 6282 section 3.1.1")
    elif octets:
        inside.octets(name, octets, "RFC 6282 section 3.1.1",
                      Words(N_("the part of the address that is carried")))  # fmt: skip


_EXTENSIONS = {
    0: N_("Hop-by-Hop Options"), 1: N_("Routing"), 2: N_("Fragment"),
    3: N_("Destination Options"), 4: N_("Mobility"), 7: N_("an IPv6 header, compressed"),
}  # fmt: skip
NHC_EXTENSION = Layout(
    "RFC 6282 section 4.2",
    Row("NHC", 4),
    Row("EID", 3, lambda value: Words(_EXTENSIONS.get(value, N_("reserved")))),
    Row("NH", 1, (N_("the next header is carried"), N_("the next header is compressed")), "flag"),
)
_PORTS = (
    N_("both ports are carried whole"),
    N_("the destination is 0xf000 and 8 bits"),
    N_("the source is 0xf000 and 8 bits"),
    N_("both are 0xf0b0 and 4 bits"),
)
NHC_UDP = Layout(
    "RFC 6282 section 4.3.3",
    Row("NHC", 5),
    Row("C", 1, (N_("the checksum is carried"), N_("the checksum is left out")), "flag"),
    Row("P", 2, lambda value: Words(_PORTS[value])),
)
_UDP_PORTS = (
    Layout("RFC 6282 section 4.3.3", Row("Source Port", 16, "@port"),
           Row("Destination Port", 16, "@port")),
    Layout("RFC 6282 section 4.3.3", Row("Source Port", 16, "@port"), Row("Destination Port", 8)),
    Layout("RFC 6282 section 4.3.3", Row("Source Port", 8), Row("Destination Port", 16, "@port")),
    Layout("RFC 6282 section 4.3.3", Row("Source Port", 4), Row("Destination Port", 4)),
)  # fmt: skip
_PORT_BASES = ((0, 0), (0, 0xF000), (0xF000, 0), (0xF0B0, 0xF0B0))


def nhc(reader: Reader, packet: Packet) -> Step | None:
    """Read a compressed next header: UDP, or an extension header."""
    if not reader.left:
        raise reader.short(1, "LOWPAN_NHC")
    first = reader.data[reader.at]
    if first >> 3 == 0b11110:
        return _udp(reader)
    if first >> 4 == 0b1110:
        return _extension(reader)
    raise reader.nonsense(
        N_("0x{first:02x} is no next header encoding of RFC 6282 section 4."), first=first
    )


def _udp(reader: Reader) -> Step:
    with reader.group("6LoWPAN NHC UDP", "RFC 6282 section 4.3") as (inside, _):
        got = inside.read(NHC_UDP)
        ports = inside.read(_UDP_PORTS[got["P"]])
        if not got["C"]:
            inside.number("Checksum", 2, "RFC 6282 section 4.3.2")
    bases = _PORT_BASES[got["P"]]
    full = (ports["Destination Port"] + bases[1], ports["Source Port"] + bases[0])
    return next((UDP_PORTS[port] for port in full if port in UDP_PORTS), data)


def _extension(reader: Reader) -> Step:
    rfc = "RFC 6282 section 4.2"
    with reader.group("6LoWPAN NHC Extension Header", rfc) as (inside, _):
        got = inside.read(NHC_EXTENSION)
        if got["EID"] in (5, 6):
            raise inside.nonsense(N_("EID {eid} is reserved."), at=inside.at - 1, eid=got["EID"])
        if got["EID"] == 7:
            return iphc
        number = None if got["NH"] else inside.read(_NEXT)["Next Header"]
        length = inside.number("Reserved" if got["EID"] == 2 else "Length", 1, rfc)
        inside.octets("Header Data", 6 if got["EID"] == 2 else length, rfc)
    return nhc if number is None else next_step(number)


# By the first bits: RFC 4944 section 5.1, RFC 6282 section 2, RFC 8025.
DISPATCHES: tuple[tuple[int, int, Step], ...] = (
    (2, 0b00, opaque("Data", N_("not a LoWPAN frame (NALP)"), _4944)),
    (8, 0x41, _uncompressed),
    (8, 0x50, _broadcast),
    (3, 0b011, iphc),
    (2, 0b10, _mesh),
    (5, 0b11000, _first_fragment),
    (5, 0b11100, _next_fragment),
    (4, 0b1111, _page),
)
