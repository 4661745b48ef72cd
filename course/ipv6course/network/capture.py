"""A capture: the frames of one or more links, each with its time, as tcpdump would write them.

Frames are kept as one run of octets, so 100,000 of them take little more memory than their bytes.
A capture that is full takes no more, and says how many frames it missed: `Capture.missed`.
"""

from __future__ import annotations

import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ipv6course.network.wire import pcap, pcapng

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.link import Link

ETHERNET = pcap.ETHERNET
MOST_FRAMES = 2_000_000
MOST_OCTETS = 256 * 1024 * 1024  # Binder gives 2 GB for everything


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, as it was put on a link."""

    time: float
    """Virtual seconds since the network began."""
    data: bytes
    link: Link | None
    """None for a frame from a file."""
    sender: Interface | None
    """The interface that sent it; None for a frame from a file."""
    place: str = ""
    """Who sent it, as text: "r1:eth0". In a file: the interface's name, or ""."""
    link_type: int = ETHERNET
    """What `data` begins with: 1 is an Ethernet header; the numbers are those of pcap files."""


@dataclass(slots=True, eq=False)
class _Place:
    """Where frames were captured."""

    name: str
    link_type: int
    link: Link | None
    sender: Interface | None


class Capture:
    """What went over some links. A frame that the link then lost is in it: it was sent."""

    def __init__(self, links: tuple[Link, ...] | None = None) -> None:
        self.links = links
        """Which links; None: all."""
        self.missed = 0
        """How many frames it did not take, for it was full."""
        self._octets = bytearray()
        self._ends = array.array("Q")
        self._times = array.array("d")
        self._where = array.array("I")
        self._places: list[_Place] = []
        self._known: dict[tuple[Interface, Link | None], int] = {}

    # --- Taking frames ------------------------------------------------------------------------

    def note(self, time: float, data: bytes, sender: Interface) -> None:
        """Take a frame; the network calls it."""
        key = (sender, sender.link)
        where = self._known.get(key)
        if where is None:
            where = self._known[key] = len(self._places)
            name = f"{sender.device.name}:{sender.name}"
            self._places.append(_Place(name, ETHERNET, sender.link, sender))
        self._take(time, data, where)

    def _take(self, time: float, data: bytes, where: int) -> None:
        octets = self._octets
        if len(octets) + len(data) > MOST_OCTETS or len(self._ends) >= MOST_FRAMES:
            self.missed += 1
            return
        octets += data
        self._ends.append(len(octets))
        self._times.append(time)
        self._where.append(where)

    def clear(self) -> None:
        """Forget what was captured so far."""
        self.missed = 0
        self._octets.clear()
        for column in (self._ends, self._times, self._where):
            del column[:]

    # --- Looking at them ----------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[Frame]:
        for position in range(len(self._ends)):
            yield self._frame(position)

    def __getitem__(self, position: int) -> Frame:
        count = len(self._ends)
        if not -count <= position < count:
            raise IndexError(f"no frame {position}; the capture has {count}, counted from 0")
        return self._frame(position % count)

    def _frame(self, position: int) -> Frame:
        place = self._places[self._where[position]]
        return Frame(
            self._times[position],
            self._data(position),
            place.link,
            place.sender,
            place.name,
            place.link_type,
        )

    def _data(self, position: int) -> bytes:
        begin = self._ends[position - 1] if position else 0
        return bytes(self._octets[begin : self._ends[position]])

    def filter(self, text: str) -> Capture:
        """Return a capture of the frames that a filter lets pass.

        Args:
            text: Such as "icmpv6 and not nd", "from r1:eth0", "host 2001:db8::1 and type 2". All
                words are in `ipv6course.network.capture_filter`.

        Raises:
            ValueError: The filter makes no sense.
        """
        from ipv6course.network.capture_filter import compile_filter
        from ipv6course.network.outline import outline

        test = compile_filter(text)
        found = Capture(self.links)
        found._places, found._known = self._places, self._known
        for position, frame in enumerate(self):
            if test(frame, outline(frame.data, frame.link_type)):
                found._take(frame.time, frame.data, self._where[position])
        return found

    def summary(self, most: int = 1000) -> str:
        """Return a line a frame, as tshark prints them: number, time, from, to, protocol, what.

        Args:
            most: How many lines at most; the last one then says how many are left out.
        """
        from ipv6course.network.outline import outline

        lines = []
        for number, frame in zip(range(1, most + 1), self, strict=False):
            found = outline(frame.data, frame.link_type)
            lines.append(
                f"{number:>5} {frame.time:>10.6f} {found.source} → {found.destination} "
                f"{found.protocol} {len(frame.data)} {found.info}"
            )
        if len(self) > most:
            lines.append(f"… and {len(self) - most} frames more")
        if self.missed:
            lines.append(f"({self.missed} frames were missed)")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Capture of {len(self)} frames>"

    # --- Files --------------------------------------------------------------------------------

    def pcap(self) -> bytes:
        """Return the capture as a pcap file, which Wireshark and tcpdump open.

        Time 0 is the beginning of 1970, to the microsecond. The same run gives the same octets.

        Raises:
            ValueError: Its frames are of several link types; only pcapng can hold that.
        """
        link_types = {place.link_type for place in self._places} or {ETHERNET}
        if len(link_types) > 1:
            raise ValueError(
                f"frames of the link types {sorted(link_types)} do not fit into one pcap file; "
                "save it as .pcapng"
            )
        rows = ((self._times[n], self._data(n)) for n in range(len(self)))
        return pcap.push_file(rows, link_types.pop())

    def pcapng(self) -> bytes:
        """Return the capture as a pcapng file: it also says which interface sent each frame.

        Time 0 is the beginning of 1970, to the nanosecond.
        """
        interfaces = [
            pcap.Source(place.name, place.link_type, place.link.name if place.link else "")
            for place in self._places
        ]
        rows = ((self._times[n], self._data(n), self._where[n]) for n in range(len(self)))
        return pcapng.push_file(interfaces, rows)

    def save(self, path: str | Path) -> Path:
        """Write the capture to a file: pcapng where the name ends so, else pcap.

        Returns:
            The file.
        """
        path = Path(path)
        content = self.pcapng() if path.suffix == ".pcapng" else self.pcap()
        path.write_bytes(content)
        return path

    @classmethod
    def load(cls, path: str | Path) -> Capture:
        """Read a capture file, pcap or pcapng; what is inside decides, not the name.

        Raises:
            MalformedError: It is no such file, or its middle makes no sense. A file whose end is
                cut off gives the frames before the cut, and `missed` is 1.
        """
        return cls.from_bytes(Path(path).read_bytes())

    @classmethod
    def from_bytes(cls, content: bytes) -> Capture:
        """Read the content of a capture file; as `load`.

        Raises:
            MalformedError: As `load`.
        """
        capture = cls(())
        found = pcapng.pull_file(content) if pcapng.is_one(content) else pcap.pull_file(content)
        for source in found.sources:
            capture._places.append(_Place(source.name, source.link_type, None, None))
        for time, data, where in found.rows:
            capture._take(time, data, where)
        capture.missed += found.is_cut
        return capture
