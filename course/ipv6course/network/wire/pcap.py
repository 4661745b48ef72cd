"""The pcap file format of tcpdump, as draft-ietf-opsawg-pcap describes it."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from ipv6course.network.wire import MalformedError

# The registry of link types, draft-ietf-opsawg-pcaplinktype.
ETHERNET = 1
RAW = 101
"""The packet begins with its IPv4 or IPv6 header."""
IEEE802_15_4 = 195
"""With the frame check sequence at its end."""
IEEE802_15_4_NOFCS = 230
IPV6 = 229

MICROSECONDS = 0xA1B2C3D4
NANOSECONDS = 0xA1B23C4D
LONGEST = 262_144  # octets of one frame: what tcpdump captures at most

_FILE = struct.Struct("<IHHiIII")
_ROW = struct.Struct("<IIII")


@dataclass(frozen=True, slots=True)
class Source:
    """An interface that frames were captured at."""

    name: str = ""
    link_type: int = ETHERNET
    description: str = ""


@dataclass(slots=True)
class Content:
    """What a capture file holds."""

    sources: list[Source] = field(default_factory=list)
    rows: list[tuple[float, bytes, int]] = field(default_factory=list)
    """Each frame's time in seconds, its octets, and its place in `sources`."""
    is_cut: bool = False
    """Whether the last frame's end is missing: whoever wrote the file was stopped."""


def push_file(rows: Iterable[tuple[float, bytes]], link_type: int = ETHERNET) -> bytes:
    """Write a file of frames and their times (seconds, 0 or more), to the microsecond."""
    parts = [_FILE.pack(MICROSECONDS, 2, 4, 0, 0, LONGEST, link_type)]
    for time, data in rows:
        seconds, microseconds = divmod(round(time * 1_000_000), 1_000_000)
        if not 0 <= seconds < 1 << 32:
            raise ValueError(f"a frame at {time} s; a pcap file counts from 0 to {(1 << 32) - 1} s")
        parts.append(_ROW.pack(seconds, microseconds, len(data), len(data)))
        parts.append(data)
    return b"".join(parts)


def pull_file(content: bytes) -> Content:
    """Read a file of either octet order, with microseconds or nanoseconds.

    Raises:
        MalformedError: It is no pcap file, or a frame's length is impossible.
    """
    order, ticks = _order_and_ticks(content)
    if len(content) < _FILE.size:
        raise MalformedError(f"{len(content)} octets; a pcap file's header has {_FILE.size}")
    link_type = struct.unpack_from(f"{order}I", content, 20)[0] & 0xFFFF
    found = Content([Source(link_type=link_type)])
    row = struct.Struct(f"{order}IIII")
    at = _FILE.size
    while at < len(content):
        if len(content) - at < row.size:
            found.is_cut = True
            break
        seconds, fraction, length, _ = row.unpack_from(content, at)
        if length > LONGEST:
            raise MalformedError(
                f"at octet {at} a frame of {length} octets begins; at most {LONGEST} are possible"
            )
        at += row.size
        if len(content) - at < length:
            found.is_cut = True
            break
        found.rows.append((seconds + fraction / ticks, content[at : at + length], 0))
        at += length
    return found


def _order_and_ticks(content: bytes) -> tuple[str, int]:
    for order in "<>":
        for magic, ticks in ((MICROSECONDS, 1_000_000), (NANOSECONDS, 1_000_000_000)):
            if content[:4] == struct.pack(f"{order}I", magic):
                return order, ticks
    raise MalformedError(
        f"a file that begins with {content[:4].hex(' ') or 'nothing'}; "
        "a pcap file begins with d4 c3 b2 a1, and a pcapng file with 0a 0d 0d 0a"
    )
