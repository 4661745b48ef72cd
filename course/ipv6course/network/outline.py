"""What a frame is, in one line: who to whom, which protocol, and what it says.

`outline` reads as far as a line needs, and never fails: where sense ends, the line ends. The words
are those of tshark's columns Protocol and Info, so a learner knows them from Wireshark. The whole
truth about a packet is in `ipv6course.packet.explain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import netaddr

from ipv6course.network.wire import ethernet, ipv6, pcap

_EXTENSIONS = {ipv6.HOP_BY_HOP, ipv6.ROUTING, ipv6.DESTINATION_OPTIONS}
_MOST_HEADERS = 32

# Names in Wireshark's words; the numbers are IANA's "ICMPv6 'type' Numbers".
_ICMP_TYPES = {
    1: "Destination Unreachable",
    2: "Packet Too Big",
    3: "Time Exceeded",
    4: "Parameter Problem",
    128: "Echo (ping) request",
    129: "Echo (ping) reply",
    130: "Multicast Listener Query",
    131: "Multicast Listener Report",
    132: "Multicast Listener Done",
    133: "Router Solicitation",
    134: "Router Advertisement",
    135: "Neighbor Solicitation",
    136: "Neighbor Advertisement",
    137: "Redirect",
    143: "Multicast Listener Report Message v2",
}
_UNREACHABLE = {
    0: "no route to destination",
    1: "Administratively prohibited",
    2: "Beyond scope of source address",
    3: "Address unreachable",
    4: "Port unreachable",
    5: "Source address failed ingress/egress policy",
    6: "Reject route to destination",
}
_EXCEEDED = {0: "hop limit exceeded in transit", 1: "fragment reassembly time exceeded"}
_PROBLEMS = {
    0: "erroneous header field encountered",
    1: "unrecognized Next Header type encountered",
    2: "unrecognized IPv6 option encountered",
}
_DHCPV6 = {
    1: "Solicit",
    2: "Advertise",
    3: "Request",
    4: "Confirm",
    5: "Renew",
    6: "Rebind",
    7: "Reply",
    8: "Release",
    9: "Decline",
    10: "Reconfigure",
    11: "Information-request",
    12: "Relay-forw",
    13: "Relay-reply",
}
_TCP_FLAGS = ((2, "SYN"), (1, "FIN"), (4, "RST"), (8, "PSH"), (16, "ACK"), (32, "URG"))
# Wireshark writes the flags from the lowest bit to the highest.
_PORTS = {53: "DNS", 546: "DHCPv6", 547: "DHCPv6", 521: "RIPng"}
_NAMED = {ipv6.ESP: "ESP", ipv6.AUTHENTICATION: "AH", 89: "OSPF"}


@dataclass(slots=True)
class Outline:
    """What a frame is."""

    source: str = ""
    """As text: an address, or a MAC address where there is no IPv6 header."""
    destination: str = ""
    protocol: str = ""
    info: str = ""
    source_octets: bytes = b""
    destination_octets: bytes = b""
    source_mac: bytes = b""
    destination_mac: bytes = b""
    hop_limit: int = 0
    upper: int | None = None
    """The number of the upper layer; None: it was not reached."""
    payload: bytes = b""
    """From the upper layer's header on."""
    ports: tuple[int, int] | None = None
    headers: list[int] = field(default_factory=list)
    """The numbers of the extension headers, in order; 44 is the fragment header."""
    is_later_fragment: bool = False


def outline(data: bytes, link_type: int = pcap.ETHERNET) -> Outline:
    """Return what a frame is."""
    found = Outline()
    packet = data
    if link_type == pcap.ETHERNET:
        if len(data) < ethernet.HEADER:
            return Outline(protocol="Ethernet", info="cut off")
        found.destination_mac, found.source_mac = data[:6], data[6:12]
        found.source, found.destination = data[6:12].hex(":"), data[:6].hex(":")
        if data[12:14] != ethernet.IPV6:
            found.protocol, found.info = f"0x{data[12:14].hex()}", "Ethernet II"
            return found
        packet = data[ethernet.HEADER :]
    if len(packet) < ipv6.HEADER or packet[0] >> 4 != 6:
        found.protocol, found.info = "IPv6", "no whole header of version 6"
        return found
    _ipv6(found, packet)
    return found


def _ipv6(found: Outline, packet: bytes) -> None:
    found.source_octets, found.destination_octets = packet[8:24], packet[24:40]
    found.source, found.destination = _text(packet[8:24]), _text(packet[24:40])
    found.protocol, found.hop_limit = "IPv6", packet[7]
    end = min(len(packet), ipv6.HEADER + int.from_bytes(packet[4:6], "big"))
    next_header, at = packet[6], ipv6.HEADER
    for _ in range(_MOST_HEADERS):
        if next_header not in _EXTENSIONS and next_header != ipv6.FRAGMENT:
            break
        if at + 8 > end:
            found.info = "an extension header is cut off"
            return
        found.headers.append(next_header)
        length = 8
        if next_header == ipv6.FRAGMENT:
            place = int.from_bytes(packet[at + 2 : at + 4], "big")
            if place & 0xFFF9:
                _fragment(found, packet, at, place)
            if place & 0xFFF8:
                found.is_later_fragment = True
                return
        else:
            length = 8 * (packet[at + 1] + 1)
        next_header, at = packet[at], at + length
    found.upper, found.payload = next_header, packet[at:end]
    _upper(found)


def _fragment(found: Outline, packet: bytes, at: int, place: int) -> None:
    more = "y" if place & 1 else "n"
    ident = packet[at + 4 : at + 8].hex()
    found.protocol = "IPv6"
    found.info = (
        f"IPv6 fragment (off={place & 0xFFF8} more={more} ident=0x{ident} nxt={packet[at]})"
    )


def _upper(found: Outline) -> None:
    if found.upper == ipv6.ICMPV6:
        _icmp(found)
    elif found.upper in (ipv6.UDP, ipv6.TCP) and len(found.payload) >= 8:
        found.ports = (
            int.from_bytes(found.payload[:2], "big"),
            int.from_bytes(found.payload[2:4], "big"),
        )
        if found.info:
            return  # a fragment: the rest is elsewhere
        if found.upper == ipv6.UDP:
            _udp(found, found.ports)
        else:
            _tcp(found, found.ports)
    elif found.info:
        return
    elif found.upper == ipv6.NO_NEXT_HEADER:
        found.info = "IPv6 no next header"
    elif found.upper in _NAMED:
        found.protocol = _NAMED[found.upper]
    else:
        found.info = f"next header {found.upper}"


def _text(octets: bytes) -> str:
    return str(netaddr.IPAddress(int.from_bytes(octets, "big"), 6))


def _icmp(found: Outline) -> None:
    data = found.payload
    if found.info or len(data) < 4:
        return
    found.protocol = "ICMPv6"
    kind, code = data[0], data[1]
    info = _ICMP_TYPES.get(kind, f"Unknown ({kind})")
    if kind in (1, 3, 4):
        words = {1: _UNREACHABLE, 3: _EXCEEDED, 4: _PROBLEMS}[kind]
        info += f" ({words.get(code, str(code))})"
    elif kind in (128, 129) and len(data) >= 8:
        info += (
            f" id=0x{data[4:6].hex()}, seq={int.from_bytes(data[6:8], 'big')}, "
            f"hop limit={found.hop_limit}"
        )
    elif kind in (133, 134) and (mac := _option(data, 8 if kind == 133 else 16, 1)):
        info += f" from {mac}"
    elif kind == 135 and len(data) >= 24:
        info += f" for {_text(data[8:24])}"
        if mac := _option(data, 24, 1):
            info += f" from {mac}"
    elif kind == 136 and len(data) >= 24:
        flags = [
            word for bit, word in ((0x80, "rtr"), (0x40, "sol"), (0x20, "ovr")) if data[4] & bit
        ]
        info += f" {_text(data[8:24])} ({', '.join(flags) or 'none'})"
        if mac := _option(data, 24, 2):
            info += f" is at {mac}"
    elif kind == 137 and (mac := _option(data, 40, 2)):
        info += f" is at {mac}"
    found.info = info


def _option(data: bytes, at: int, wanted: int) -> str:
    while at + 8 <= len(data) and data[at + 1]:
        if data[at] == wanted:
            return data[at + 2 : at + 8].hex(":")
        at += 8 * data[at + 1]
    return ""


def _udp(found: Outline, ports: tuple[int, int]) -> None:
    data = found.payload[8:]
    names = [_PORTS[port] for port in ports if port in _PORTS]
    found.protocol = names[0] if names else "UDP"
    found.info = f"{ports[0]} → {ports[1]} Len={len(data)}"
    if found.protocol == "DHCPv6" and data:
        found.info = _DHCPV6.get(data[0], f"Unknown ({data[0]})")
        if data[0] not in (12, 13) and len(data) >= 4:
            found.info += f" XID: 0x{data[1:4].hex()}"
    elif found.protocol == "RIPng" and len(data) >= 2:
        command = {1: "Request", 2: "Response"}.get(data[0], f"Unknown ({data[0]})")
        found.info = f"Command {command}, Version {data[1]}"


def _tcp(found: Outline, ports: tuple[int, int]) -> None:
    found.protocol = "TCP"
    if len(found.payload) < 20:
        return
    flags = [word for bit, word in sorted(_TCP_FLAGS) if found.payload[13] & bit]
    length = len(found.payload) - 4 * (found.payload[12] >> 4)
    found.info = f"{ports[0]} → {ports[1]} [{', '.join(flags)}] Len={length}"
