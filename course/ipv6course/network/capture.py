"""A capture: the frames of one or more links, each with its time, as tcpdump would write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.link import Link


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, as it was put on a link."""

    time: float
    """Virtual seconds since the network began."""
    data: bytes
    link: Link
    sender: Interface


class Capture:
    """What went over some links. A frame that the link then lost is in it: it was sent."""

    def __init__(self, links: tuple[Link, ...] | None = None) -> None:
        self.links = links
        """Which links; None: all."""
        self._rows: list[tuple[float, bytes, Interface]] = []

    def note(self, time: float, data: bytes, sender: Interface) -> None:
        """Take a frame; the network calls it."""
        self._rows.append((time, data, sender))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Frame]:
        for time, data, sender in self._rows:
            assert sender.link is not None
            yield Frame(time, data, sender.link, sender)

    def __getitem__(self, position: int) -> Frame:
        time, data, sender = self._rows[position]
        assert sender.link is not None
        return Frame(time, data, sender.link, sender)

    def clear(self) -> None:
        """Forget what was captured so far."""
        self._rows.clear()
