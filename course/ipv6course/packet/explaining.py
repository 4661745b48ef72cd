"""`explain`: any bytes, as a tree of fields."""

from __future__ import annotations

from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.packet import (  # noqa: F401 - each registers what it reads
    arp,
    coap,
    dhcpv6,
    dns,
    ethernet,
    extension,
    icmpv6,
    ieee802154,
    ipv4,
    ipv6,
    mld,
    neighbor_discovery,
    ripng,
    rpl,
    tcp,
    udp,
)
from ipv6course.packet.explanation import Explanation, Words
from ipv6course.packet.layout import Reader, SenseEndedError
from ipv6course.packet.protocols import Packet, Step, walk


def _raw(reader: Reader, packet: Packet) -> Step:
    return ipv4.ipv4 if reader.left and reader.data[reader.at] >> 4 == 4 else ipv6.ipv6


LINKS: dict[str, Step] = {
    "ethernet": ethernet.ethernet,
    "raw": _raw,
    "ieee802154": ieee802154.mac_header,
}


def explain(data: bytes, link: str = "ethernet") -> Explanation:
    """Explain a packet: every field, with its place, value, meaning, and RFC.

    Args:
        data: The octets, from anywhere. Nothing in them raises an error.
        link: What they begin with: "ethernet" (a frame without its frame check sequence), "raw"
            (an IPv6 or IPv4 packet) or "ieee802154" (a frame without its FCS).

    Returns:
        The tree. Where it could not be understood to the end, `where_sense_ended` is the octet,
        and `why_sense_ended` the reason.

    Raises:
        ValueError: `data` is not octets, or `link` is none of the three.
    """
    if isinstance(data, bytearray | memoryview):
        data = bytes(data)
    if not isinstance(data, bytes):
        raise refusal(
            N_("A packet is given as bytes, not as {kind}; bytes(packet) makes them of scapy's."),
            kind=type(data).__name__,
        )
    if link not in LINKS:
        raise refusal(
            N_("{link} is no link here; give one of {known}."),
            link=repr(link)[:60],
            known=", ".join(LINKS),
        )
    told = Explanation(data, link)
    reader = Reader(told, 0, len(data), told.layers)
    packet = Packet()
    try:
        walk(reader, packet, LINKS[link])
        _rest(
            reader, len(data), Words(N_("after the packet's end: padding of a frame, or a trailer"))
        )
    except SenseEndedError as ended:
        words = packet.ends_early
        if words is None or ended.bound != reader.end:
            told.where_sense_ended = ended.at
            told._why = ended.words
            words = Words(N_("not understood"))
        told.facts["cut"] = True
        told.facts["fields"] = 0
        reader.at = told.layers[-1].end if told.layers else 0
        _rest(reader, len(data), words)
    return told


def _rest(reader: Reader, end: int, words: Words) -> None:
    reader.end = end
    if reader.left > 0:
        reader.octets("Rest", None, "", words)
