"""The IPv6 header, RFC 8200 section 3, and the checksum of the layers above it, section 8.1."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ipv6course.network.wire import MalformedError

HEADER = 40  # octets
MINIMUM_MTU = 1280  # RFC 8200 section 5
HOP_LIMIT = 64  # RFC 1700's recommended default, which the IANA registry of IPv4 TTLs keeps
LARGEST_PAYLOAD = 0xFFFF

# Numbers of the IANA registry "Assigned Internet Protocol Numbers".
HOP_BY_HOP = 0
TCP = 6
UDP = 17
ROUTING = 43
FRAGMENT = 44
ESP = 50
AUTHENTICATION = 51
ICMPV6 = 58
NO_NEXT_HEADER = 59
DESTINATION_OPTIONS = 60

UNSPECIFIED = bytes(16)
LOOPBACK = bytes(15) + b"\x01"  # RFC 4291 section 2.5.3: it never comes from a link
ALL_NODES = bytes.fromhex("ff02" + "00" * 13 + "01")  # RFC 4291 section 2.7.1
ALL_ROUTERS = bytes.fromhex("ff02" + "00" * 13 + "02")

_FIRST = struct.Struct("!IHBB")


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of the fixed header."""

    traffic_class: int
    flow_label: int
    payload_length: int
    """Octets after the fixed header, extension headers included."""
    next_header: int
    hop_limit: int
    source: bytes
    destination: bytes


def push_packet(
    next_header: int,
    payload: bytes,
    *,
    source: bytes,
    destination: bytes,
    hop_limit: int = HOP_LIMIT,
    traffic_class: int = 0,
    flow_label: int = 0,
) -> bytes:
    """Write a packet: the fixed header, and after it the payload as it is.

    Raises:
        ValueError: The payload is longer than 65,535 octets.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise ValueError(
            f"{len(payload)} octets do not fit into one packet; "
            f"RFC 8200 section 3 allows {LARGEST_PAYLOAD} after the header"
        )
    first = 6 << 28 | traffic_class << 20 | flow_label
    return b"".join(
        (_FIRST.pack(first, len(payload), next_header, hop_limit), source, destination, payload)
    )


def pull_header(data: bytes) -> Header:
    """Read the fixed header.

    Raises:
        MalformedError: It is too short, or of another version.
    """
    if len(data) < HEADER:
        raise MalformedError(f"{len(data)} octets; the IPv6 header has 40 (RFC 8200 section 3)")
    first, length, next_header, hop_limit = _FIRST.unpack_from(data)
    if first >> 28 != 6:
        raise MalformedError(f"version {first >> 28}; IPv6 has 6 (RFC 8200 section 3)")
    return Header(
        first >> 20 & 0xFF, first & 0xFFFFF, length, next_header, hop_limit, data[8:24], data[24:40]
    )


def checksum(source: bytes, destination: bytes, next_header: int, payload: bytes) -> int:
    """Return the Internet checksum with the pseudo-header, RFC 8200 section 8.1.

    Args:
        source: 16 octets.
        destination: 16 octets; of a packet with a routing header, the final one.
        next_header: The upper layer's number.
        payload: Its header and data. Where the checksum field in it is zero, the result is what
            belongs there; where it is filled in right, the result is 0.

    Returns:
        16 bits. (UDP writes 0xFFFF where this is 0.)
    """
    # One's complement addition of 16-bit words is arithmetic modulo 0xFFFF, of numbers of any size.
    total = int.from_bytes(source + destination, "big") + len(payload) + next_header
    padded = payload + b"\0" if len(payload) & 1 else payload
    total += int.from_bytes(padded, "big")
    remainder = total % 0xFFFF
    return 0xFFFF - remainder if remainder else 0  # the sum is never 0: the next header is not


def with_checksum(
    source: bytes, destination: bytes, next_header: int, payload: bytes, offset: int
) -> bytes:
    """Return an upper-layer packet with its checksum filled in, at `offset`."""
    found = checksum(source, destination, next_header, payload)
    return payload[:offset] + found.to_bytes(2, "big") + payload[offset + 2 :]


def is_multicast(address: bytes) -> bool:
    """Return whether 16 octets are a group's address, RFC 4291 section 2.7."""
    return address[0] == 0xFF


def is_link_local(address: bytes) -> bool:
    """Return whether 16 octets are of fe80::/10, RFC 4291 section 2.5.6."""
    return address[0] == 0xFE and address[1] & 0xC0 == 0x80


def solicited_node(address: bytes) -> bytes:
    """Return the solicited-node group of an address, RFC 4291 section 2.7.1."""
    return b"\xff\x02" + bytes(9) + b"\x01\xff" + address[13:]
