"""A link: a cable between two interfaces, with an MTU, a delay, and its losses."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ipv6course.network.interface import Interface
from ipv6course.network.wire import ethernet


@dataclass(frozen=True, slots=True)
class Arrival:
    """A frame at the end of its way over a link."""

    time: float
    interface: Interface
    frame: bytes


class Link:
    """A cable. What is longer than its MTU, it does not carry."""

    def __init__(
        self,
        a: Interface,
        b: Interface,
        *,
        mtu: int = ethernet.MTU,
        delay: float = 0.001,
        loss: float = 0.0,
        duplication: float = 0.0,
    ) -> None:
        """Make a link between two interfaces. `Network.connect` does it for you.

        Args:
            a: One end.
            b: The other end.
            mtu: Octets of the longest packet, without the Ethernet header.
            delay: Seconds from one end to the other; more than 0.
            loss: The share of frames that are lost, 0 to 1.
            duplication: The share of frames that arrive twice, 0 to 1.

        Raises:
            ValueError: A figure is impossible, or an interface has a link already.
        """
        if delay <= 0:
            raise ValueError(f"a delay of {delay} s; a frame needs more than 0 s for its way")
        if mtu < 68:
            raise ValueError(f"an MTU of {mtu}; not even IPv4's smallest, 68 octets")
        for name, share in (("loss", loss), ("duplication", duplication)):
            if not 0 <= share <= 1:
                raise ValueError(f"{name}={share}; a share is from 0 to 1")
        for end in (a, b):
            if end.link is not None:
                raise ValueError(
                    f"{end.device.name}:{end.name} is connected already: {end.link.name}"
                )
        self.ends = (a, b)
        self.name: str = f"{a.device.name}:{a.name}--{b.device.name}:{b.name}"
        self.mtu = mtu
        self.delay = delay
        self.loss = loss
        self.duplication = duplication
        self.is_up = True
        self.seed: int | None = None
        """Its own seed, where a topology file gives one; None: made from the network's."""
        self.random = random.Random(self.name)
        """Its own source of chance; the network seeds it."""
        for end in self.ends:
            end.link = self

    def other_end(self, interface: Interface) -> Interface:
        """Return the interface at the other end."""
        return self.ends[1] if interface is self.ends[0] else self.ends[0]

    def carry(self, sender: Interface, frame: bytes, now: float) -> list[Arrival]:
        """Return when and where a frame arrives: nowhere, once, or twice."""
        receiver = self.ends[1] if sender is self.ends[0] else self.ends[0]
        if not self.is_up or len(frame) > self.mtu + ethernet.HEADER or not receiver.is_up:
            return []
        arrival = Arrival(now + self.delay, receiver, frame)
        if self.loss and self.random.random() < self.loss:
            return []
        if self.duplication and self.random.random() < self.duplication:
            return [arrival, arrival]
        return [arrival]

    def __repr__(self) -> str:
        return f"<Link {self.name}>"
