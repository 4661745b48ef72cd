"""The pcapng file format of Wireshark, as draft-ietf-opsawg-pcapng describes it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

from ipv6course.network.wire import MalformedError
from ipv6course.network.wire.pcap import LONGEST, Content, Source

# Block types, section 4 of the draft.
SECTION_HEADER = 0x0A0D0D0A
INTERFACE_DESCRIPTION = 1
SIMPLE_PACKET = 3
ENHANCED_PACKET = 6
BYTE_ORDER = 0x1A2B3C4D

# Options, sections 3.5, 4.1 and 4.2.
END_OF_OPTIONS = 0
USER_APPLICATION = 4
IF_NAME = 2
IF_DESCRIPTION = 3
IF_TIME_RESOLUTION = 9
IF_TIME_OFFSET = 14

_NANOSECONDS = 9  # if_tsresol: 10 to the power of minus 9
_UNKNOWN_LENGTH = -1
_SMALLEST_BLOCK = 12


def is_one(content: bytes) -> bool:
    """Return whether a file's first octets are those of a pcapng file."""
    return content[:4] == struct.pack("<I", SECTION_HEADER)  # the same in either octet order


def push_file(sources: Sequence[Source], rows: Iterable[tuple[float, bytes, int]]) -> bytes:
    """Write a file of frames: time (seconds, 0 or more), octets, and place in `sources`."""
    application = _option(USER_APPLICATION, b"ipv6course")
    parts = [
        _block(
            SECTION_HEADER,
            struct.pack("<IHHq", BYTE_ORDER, 1, 0, _UNKNOWN_LENGTH)
            + application
            + _option(END_OF_OPTIONS, b""),
        )
    ]
    for source in sources:
        parts.append(_block(INTERFACE_DESCRIPTION, _interface(source)))
    for time, data, where in rows:
        ticks = round(time * 1_000_000_000)
        if not 0 <= ticks < 1 << 64:
            raise ValueError(f"a frame at {time} s; a pcapng file counts 64 bits of nanoseconds")
        head = struct.pack("<IIIII", where, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        parts.append(_block(ENHANCED_PACKET, head + _padded(data)))
    return b"".join(parts)


def _interface(source: Source) -> bytes:
    return b"".join(
        (
            struct.pack("<HHI", source.link_type, 0, LONGEST),
            _option(IF_NAME, source.name.encode()) if source.name else b"",
            _option(IF_DESCRIPTION, source.description.encode()) if source.description else b"",
            _option(IF_TIME_RESOLUTION, bytes((_NANOSECONDS,))),
            _option(END_OF_OPTIONS, b""),
        )
    )


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + _SMALLEST_BLOCK)
    return b"".join((struct.pack("<I", kind), length, body, length))


def pull_file(content: bytes) -> Content:
    """Read a file of either octet order, of any number of sections.

    Raises:
        MalformedError: A block makes no sense where it stands.
    """
    return _Reader(content).read()


class _Reader:
    """Goes through the blocks. Interfaces count anew in each section."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.found = Content()
        self.order = "<"
        self.section: list[tuple[int, float, float]] = []
        """Of each interface of this section: its place in `found.sources`, ticks a second, and the
        seconds that are added."""

    def read(self) -> Content:
        for at, kind, body in self._blocks():
            if kind == SECTION_HEADER:
                self.section = []
            elif kind == INTERFACE_DESCRIPTION:
                self._interface(at, body)
            elif kind == ENHANCED_PACKET:
                self._enhanced(at, body)
            elif kind == SIMPLE_PACKET:
                self._simple(at, body)
        return self.found

    def _blocks(self) -> Iterator[tuple[int, int, bytes]]:
        content, at = self.content, 0
        while at < len(content):
            if len(content) - at < _SMALLEST_BLOCK:
                self.found.is_cut = True
                return
            if content[at : at + 4] == struct.pack("<I", SECTION_HEADER):
                self._take_order(at)
            kind, length = struct.unpack_from(f"{self.order}II", content, at)
            if length < _SMALLEST_BLOCK or length % 4:
                raise MalformedError(
                    f"at octet {at} a block has the length {length}; "
                    f"it is a multiple of 4, and at least {_SMALLEST_BLOCK}"
                )
            if at + length > len(content):
                self.found.is_cut = True
                return
            if content[at + length - 4 : at + length] != content[at + 4 : at + 8]:
                raise MalformedError(
                    f"the block at octet {at} has another length at its end than at its beginning"
                )
            yield at, kind, content[at + 8 : at + length - 4]
            at += length

    def _take_order(self, at: int) -> None:
        mark = self.content[at + 8 : at + 12]
        for order in "<>":
            if mark == struct.pack(f"{order}I", BYTE_ORDER):
                self.order = order
                return
        raise MalformedError(
            f"at octet {at + 8} stands {mark.hex(' ')}; "
            "a section says its octet order there, as 4d 3c 2b 1a or 1a 2b 3c 4d"
        )

    def _interface(self, at: int, body: bytes) -> None:
        if len(body) < 8:
            raise MalformedError(f"the interface at octet {at} has {len(body)} octets; 8 is least")
        link_type = struct.unpack_from(f"{self.order}H", body)[0]
        options = dict(self._options(body[8:]))
        resolution = options.get(IF_TIME_RESOLUTION, b"\x06")[:1] or b"\x06"
        exponent = resolution[0] & 0x7F
        ticks = float(2**exponent if resolution[0] & 0x80 else 10**exponent)
        offset = options.get(IF_TIME_OFFSET, b"")
        later = struct.unpack(f"{self.order}q", offset)[0] if len(offset) == 8 else 0
        self.section.append((len(self.found.sources), ticks, float(later)))
        self.found.sources.append(
            Source(
                options.get(IF_NAME, b"").decode("utf-8", "replace"),
                link_type,
                options.get(IF_DESCRIPTION, b"").decode("utf-8", "replace"),
            )
        )

    def _options(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while at + 4 <= len(data):
            code, length = struct.unpack_from(f"{self.order}HH", data, at)
            if code == END_OF_OPTIONS:
                return
            yield code, data[at + 4 : at + 4 + length]
            at += 4 + length + -length % 4

    def _enhanced(self, at: int, body: bytes) -> None:
        if len(body) < 20:
            raise MalformedError(f"the packet at octet {at} has {len(body)} octets; 20 is least")
        where, high, low, length, _ = struct.unpack_from(f"{self.order}IIIII", body)
        if where >= len(self.section):
            raise MalformedError(
                f"the packet at octet {at} is of interface {where}; "
                f"the section has described {len(self.section)}"
            )
        if length > len(body) - 20:
            raise MalformedError(
                f"the packet at octet {at} says {length} octets; its block has {len(body) - 20}"
            )
        place, ticks, later = self.section[where]
        self.found.rows.append(((high << 32 | low) / ticks + later, body[20 : 20 + length], place))

    def _simple(self, at: int, body: bytes) -> None:
        if len(body) < 4 or not self.section:
            raise MalformedError(f"the packet at octet {at} is of no interface, or has no length")
        length = min(struct.unpack_from(f"{self.order}I", body)[0], len(body) - 4)
        self.found.rows.append((0.0, body[4 : 4 + length], self.section[0][0]))
