"""UDP, RFC 768, as IPv6 carries it: RFC 8200 section 8.1."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ipv6course.network.wire import MalformedError, ipv6

HEADER = 8  # octets: source port, destination port, length, checksum
_HEADER = struct.Struct("!HHHH")


@dataclass(frozen=True, slots=True)
class UdpHeader:
    """The header; what comes after it is data."""

    source_port: int
    destination_port: int
    length: int
    """Octets, the header included."""
    checksum: int


def push_udp(
    source: bytes, destination: bytes, source_port: int, destination_port: int, data: bytes
) -> bytes:
    """Write a datagram with its checksum.

    Args:
        source: 16 octets, for the checksum.
        destination: 16 octets, for the checksum.
        source_port: 0 to 65,535; 0 means that no answer is wanted, RFC 768.
        destination_port: 0 to 65,535.
        data: What it carries.

    Raises:
        ValueError: The data is longer than a datagram can be.
    """
    length = HEADER + len(data)
    if length > ipv6.LARGEST_PAYLOAD:
        raise ValueError(
            f"{len(data)} octets do not fit into one datagram; its length field has 16 bits, "
            f"so at most {ipv6.LARGEST_PAYLOAD - HEADER} (RFC 768)"
        )
    packet = _HEADER.pack(source_port, destination_port, length, 0) + data
    # 0 would mean "no checksum", which IPv6 does not allow; the other zero of one's complement
    # arithmetic is written instead, RFC 8200 section 8.1.
    found = ipv6.checksum(source, destination, ipv6.UDP, packet) or 0xFFFF
    return packet[:6] + found.to_bytes(2, "big") + data


def pull_udp(source: bytes, destination: bytes, packet: bytes) -> tuple[UdpHeader, bytes]:
    """Read a datagram and check it.

    Args:
        source: 16 octets, for the checksum.
        destination: 16 octets, for the checksum.
        packet: The UDP header and what follows, to the end of the IPv6 payload.

    Returns:
        The header and the data.

    Raises:
        MalformedError: A length or the checksum is wrong, or there is no checksum.
    """
    if len(packet) < HEADER:
        raise MalformedError(f"{len(packet)} octets; the UDP header has 8 (RFC 768)")
    header = UdpHeader(*_HEADER.unpack_from(packet))
    if not HEADER <= header.length <= len(packet):
        raise MalformedError(
            f"UDP length {header.length} where {len(packet)} octets are; it counts the header "
            "and the data (RFC 768)"
        )
    if header.checksum == 0:
        raise MalformedError("UDP without a checksum; IPv6 needs one (RFC 8200 section 8.1)")
    packet = packet[: header.length]
    if ipv6.checksum(source, destination, ipv6.UDP, packet):
        raise MalformedError("the UDP checksum does not fit (RFC 8200 section 8.1)")
    return header, packet[HEADER:]
