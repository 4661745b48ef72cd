"""TCP, RFC 9293 section 3.1: the header and its options."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntFlag

from ipv6course.network.wire import MalformedError, ipv6

HEADER = 20  # octets, without options
DEFAULT_MSS = 1220  # what a peer takes that does not say, over IPv6: RFC 9293 section 3.7.1
CHECKSUM_AT = 16

# Option kinds, RFC 9293 section 3.2.
END = 0
NO_OPERATION = 1
MAXIMUM_SEGMENT_SIZE = 2

_HEADER = struct.Struct("!HHIIBBHHH")


class Flag(IntFlag):
    """The control bits, RFC 9293 section 3.1."""

    FIN = 0x01
    SYN = 0x02
    RST = 0x04
    PSH = 0x08
    ACK = 0x10
    URG = 0x20
    ECE = 0x40  # RFC 3168
    CWR = 0x80  # RFC 3168


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment."""

    source_port: int
    destination_port: int
    sequence: int
    """Of the first octet of data; of the SYN where it has one."""
    acknowledgment: int
    """The next octet that its sender expects; it counts where ACK is set."""
    flags: Flag
    window: int
    data: bytes = b""
    mss: int | None = None
    """The Maximum Segment Size option: the largest segment that its sender takes."""
    urgent: int = 0
    others: tuple[tuple[int, bytes], ...] = ()
    """Options that this TCP does not know: kind and value."""

    @property
    def length(self) -> int:
        """How many sequence numbers it takes: the data, and one each for SYN and FIN."""
        return len(self.data) + bool(self.flags & Flag.SYN) + bool(self.flags & Flag.FIN)

    def __str__(self) -> str:
        flags = "|".join(flag.name or "" for flag in Flag if self.flags & flag) or "none"
        return f"{flags} seq={self.sequence} ack={self.acknowledgment} len={len(self.data)}"


def push_tcp(source: bytes, destination: bytes, segment: Segment) -> bytes:
    """Write a segment with its checksum.

    Args:
        source: 16 octets, for the checksum.
        destination: 16 octets, for the checksum.
        segment: What to write.
    """
    options = [bytes((kind, len(value) + 2)) + value for kind, value in segment.others]
    if segment.mss is not None:
        options.insert(0, struct.pack("!BBH", MAXIMUM_SEGMENT_SIZE, 4, segment.mss))
    written = b"".join(options)
    written += bytes(-len(written) % 4)  # END, and zeros after it
    words = (HEADER + len(written)) // 4
    packet = b"".join(
        (
            _HEADER.pack(
                segment.source_port,
                segment.destination_port,
                segment.sequence,
                segment.acknowledgment,
                words << 4,
                segment.flags,
                segment.window,
                0,
                segment.urgent,
            ),
            written,
            segment.data,
        )
    )
    return ipv6.with_checksum(source, destination, ipv6.TCP, packet, CHECKSUM_AT)


def pull_tcp(source: bytes, destination: bytes, packet: bytes) -> Segment:
    """Read a segment and check it.

    Raises:
        MalformedError: It is too short, or a length or the checksum is wrong.
    """
    if len(packet) < HEADER:
        raise MalformedError(f"{len(packet)} octets; the TCP header has 20 (RFC 9293 section 3.1)")
    found = _HEADER.unpack_from(packet)
    start = 4 * (found[4] >> 4)
    if not HEADER <= start <= len(packet):
        raise MalformedError(
            f"data offset {start} where {len(packet)} octets are; it counts the header, which has "
            "20 octets or more (RFC 9293 section 3.1)"
        )
    if ipv6.checksum(source, destination, ipv6.TCP, packet):
        raise MalformedError("the TCP checksum does not fit (RFC 9293 section 3.1)")
    mss, others = _pull_options(packet[HEADER:start])
    return Segment(
        source_port=found[0],
        destination_port=found[1],
        sequence=found[2],
        acknowledgment=found[3],
        flags=Flag(found[5]),
        window=found[6],
        data=packet[start:],
        mss=mss,
        urgent=found[8],
        others=others,
    )


def _pull_options(options: bytes) -> tuple[int | None, tuple[tuple[int, bytes], ...]]:
    mss, others, at = None, [], 0
    while at < len(options) and options[at] != END:
        kind = options[at]
        if kind == NO_OPERATION:
            at += 1
            continue
        length = options[at + 1] if at + 1 < len(options) else 0
        if length < 2 or at + length > len(options):
            raise MalformedError(
                f"TCP option {kind} at octet {HEADER + at} has length {length}, which does not "
                "fit into the header (RFC 9293 section 3.1)"
            )
        value = options[at + 2 : at + length]
        if kind == MAXIMUM_SEGMENT_SIZE and len(value) == 2:
            mss = int.from_bytes(value, "big")
        else:
            others.append((kind, value))
        at += length
    return mss, tuple(others)
