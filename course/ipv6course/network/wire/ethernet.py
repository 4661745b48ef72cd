"""Ethernet frames that carry IPv6, RFC 2464."""

HEADER = 14  # octets: destination, source, type
IPV6 = b"\x86\xdd"  # RFC 2464 section 3
IPV4 = b"\x08\x00"
MTU = 1500  # RFC 2464 section 2


def push_frame(destination: bytes, source: bytes, ether_type: bytes, payload: bytes) -> bytes:
    """Write a frame, without the frame check sequence, as a capture shows it."""
    return b"".join((destination, source, ether_type, payload))


def multicast_mac(group: bytes) -> bytes:
    """Return the MAC address of a group: 33:33 and its last four octets, RFC 2464 section 7."""
    return b"\x33\x33" + group[12:]
