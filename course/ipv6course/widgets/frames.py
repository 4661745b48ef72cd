"""The frames that a widget shows: of octets, a list, a capture, or a capture file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, SupportsBytes

from ipv6course.address.given import refusal
from ipv6course.address.text import N_, shown
from ipv6course.classroom.messages import _
from ipv6course.network.capture import Capture, Frame
from ipv6course.network.outline import outline
from ipv6course.network.wire import pcap

PAGE = 50
"""So many frames are listed at once."""
# What `explain` calls the link types of capture files.
LINKS = {
    pcap.ETHERNET: "ethernet",
    pcap.RAW: "raw",
    pcap.IPV6: "raw",
    228: "raw",  # IPv4
    pcap.IEEE802_15_4: "ieee802154",
    pcap.IEEE802_15_4_NOFCS: "ieee802154",
}
_LINK_TYPES = {"raw": pcap.RAW, "ieee802154": pcap.IEEE802_15_4_NOFCS}
_FCS = 2  # octets, the frame check sequence of IEEE 802.15.4
# pcap in both octet orders, with microseconds and nanoseconds; pcapng.
_FILES = ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a")

Given = SupportsBytes | bytearray | str | Path | Capture | Frame | Iterable[bytes | Frame]
"""What a lesson gives: a frame's octets, several frames, a capture, or a capture file's octets or
path. What makes octets of itself, such as a packet of scapy's, is a frame."""


class Octets(NamedTuple):
    """One frame's octets, and what they begin with, as `explain` takes it."""

    data: bytes
    link: str


class Row(NamedTuple):
    """One frame in the list of frames."""

    number: int
    """From 1, as Wireshark counts."""
    time: str
    """Seconds; "" where they are not known."""
    source: str
    destination: str
    protocol: str
    length: int
    summary: str


class Frames:
    """Frames, by their number from 0. Those of a capture are read when they are asked for."""

    def __init__(self, given: Given, link: str = "ethernet") -> None:
        """Take what a lesson gives.

        Args:
            given: Octets, frames, a capture, or a file.
            link: What octets begin with; a capture says it itself.

        Raises:
            ValueError: It is none of these, or the file is no capture.
            OSError: The file cannot be read.
        """
        self.source: Capture | list[bytes | Frame] = _read(given)
        self._link = link

    def __len__(self) -> int:
        return len(self.source)

    def __getitem__(self, number: int) -> Octets:
        frame = self.source[number]
        if isinstance(frame, bytes):
            return Octets(frame, self._link)
        data = frame.data
        if frame.link_type == pcap.IEEE802_15_4:
            data = data[:-_FCS]
        return Octets(data, LINKS.get(frame.link_type, ""))

    def row(self, number: int) -> Row:
        """Return a frame as a line of the list."""
        frame = self.source[number]
        data, link = self[number]
        time = f"{frame.time:.6f}" if isinstance(frame, Frame) else ""
        if link not in ("ethernet", "raw"):
            return Row(number + 1, time, "", "", link, len(data), "")
        found = outline(data, _LINK_TYPES.get(link, pcap.ETHERNET))
        return Row(
            number + 1,
            time,
            found.source,
            found.destination,
            found.protocol,
            len(data),
            found.info,
        )

    def page(self, number: int) -> list[Row]:
        """Return the lines of the page of the list that a frame is on."""
        first = number - number % PAGE
        return [self.row(place) for place in range(first, min(first + PAGE, len(self)))]

    def table(self, number: int) -> str:
        """Write that page as plain text; `>` marks the frame."""
        lines = [frames_title(len(self))]
        for row in self.page(number):
            mark = ">" if row.number == number + 1 else " "
            lines.append(f"{mark} {line_of(row)}")
        return "\n".join(lines)


def frames_title(count: int) -> str:
    """Return the heading of the list."""
    return _("Frames: {count}").format(count=count)


def line_of(row: Row) -> str:
    """Return a frame's line as text."""
    ends = f"{row.source} → {row.destination}" if row.source else ""
    octets = _("{count} octets").format(count=row.length)
    said = (f"{row.number:>4}", row.time, ends, row.protocol, octets, row.summary)
    return "  ".join(part for part in said if part)


def _read(given: Given) -> Capture | list[bytes | Frame]:
    if isinstance(given, Capture):
        return given
    if isinstance(given, str | Path):
        return Capture.load(given)
    if isinstance(given, Frame):
        return [given]
    data = _octets(given)
    if data is not None:
        return Capture.from_bytes(data) if data[:4].hex() in _FILES else [data]
    if not isinstance(given, Iterable):
        raise _no_frame(given)
    return [_one(frame, number) for number, frame in enumerate(given)]


def _octets(given: object) -> bytes | None:
    if isinstance(given, bytearray | memoryview | SupportsBytes):
        return bytes(given)
    return None


def _one(frame: object, number: int) -> bytes | Frame:
    if isinstance(frame, Frame):
        return frame
    data = _octets(frame)
    if data is not None:
        return data
    raise refusal(
        N_("Number {number} of the list, {value}, is no frame; a frame is given as bytes."),
        number=number,
        value=shown(repr(frame)),
    )


def _no_frame(given: object) -> ValueError:
    return refusal(
        N_(
            "Frames are given as bytes, a list of bytes, a Capture, or a pcap file's bytes or "
            "path, not as {kind}."
        ),
        kind=type(given).__name__,
    )
