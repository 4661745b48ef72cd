"""The network: an event queue and a virtual clock that move devices and links."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from typing import TypeVar

from ipv6course.network.capture import Capture
from ipv6course.network.device import Device
from ipv6course.network.interface import Interface
from ipv6course.network.link import Link
from ipv6course.network.wire import ethernet

# The MAC addresses for documentation, RFC 9542 section 2.1.4.
_DOCUMENTATION_MAC = 0x00005E005300
_LOCAL_MAC = 0x02005E000000  # locally administered, once those 256 are given out
_MOST_UNDER_WAY = 200_000  # events in the queue: only a loop of switches gets there

_Device = TypeVar("_Device", bound=Device)
_Event = tuple[float, int, Interface | None, bytes | Device]


class Network:
    """Devices, the links between them, and the time.

    Time passes in `run` and `run_until` only. What happens at the same time happens in the order
    in which it was caused, so two runs are the same.
    """

    def __init__(self, *, seed: int = 0) -> None:
        """Make an empty network.

        Args:
            seed: Where chance begins; the same seed gives the same run, byte for byte.
        """
        self.seed = seed
        self.now = 0.0
        """Virtual seconds since the network began."""
        self.devices: dict[str, Device] = {}
        self.links: list[Link] = []
        self._events: list[_Event] = []
        self._caused = 0
        self._macs = 0
        self._alarms: dict[Device, float] = {}
        self._captures: list[Capture] = []

    @classmethod
    def from_yaml(cls, text: str) -> Network:
        """Build the network that a topology file describes; `ipv6course.network.topology` has it.

        Raises:
            ValueError: The text makes no sense; the message names the line and what would be right.
        """
        from ipv6course.network import topology

        network = cls()
        topology.read(text, network)
        return network

    def to_yaml(self) -> str:
        """Return the text of a topology file that builds this network again."""
        from ipv6course.network import topology

        return topology.write(self)

    def __repr__(self) -> str:
        return (
            f"<Network of {len(self.devices)} devices and {len(self.links)} links "
            f"at {self.now:.3f} s: {', '.join(self.devices)}>"
        )

    def __getitem__(self, name: str) -> Device:
        if name not in self.devices:
            raise KeyError(f"no device {name!r} here; there are: {', '.join(self.devices)}")
        return self.devices[name]

    # --- Building -----------------------------------------------------------------------------

    def add(self, device: _Device) -> _Device:
        """Add a device. It is switched on when time begins to pass.

        Raises:
            ValueError: There is one of that name.
        """
        if device.name in self.devices:
            raise ValueError(f"there is a device {device.name!r} already; names are unique")
        device.random = random.Random(f"{self.seed}/{device.name}")
        device.world = self
        device.now = self.now
        self.devices[device.name] = device
        self._push(self.now, None, device)
        return device

    def connect(
        self,
        a: Device | Interface,
        b: Device | Interface,
        *,
        mtu: int = ethernet.MTU,
        delay: float = 0.001,
        loss: float = 0.0,
        duplication: float = 0.0,
    ) -> Link:
        """Put a cable between two devices; see `Link` for what it can be like.

        Args:
            a: A device, which gets a new interface, or an interface that has no link.
            b: The other one.
            mtu: Octets; of the interfaces that are made, too.
            delay: Seconds.
            loss: A share, 0 to 1.
            duplication: A share, 0 to 1.
        """
        ends = [self._end(end, mtu) for end in (a, b)]
        link = Link(*ends, mtu=mtu, delay=delay, loss=loss, duplication=duplication)
        link.random = random.Random(f"{self.seed}/{link.name}")
        self.links.append(link)
        return link

    def _end(self, end: Device | Interface, mtu: int) -> Interface:
        if isinstance(end, Interface):
            return end
        if self.devices.get(end.name) is not end:
            raise ValueError(f"{end.name} is not in this network; network.add(…) puts it there")
        interface = end.add_interface(self.new_mac())
        interface.mtu = mtu
        return interface

    def new_mac(self) -> bytes:
        """Return a MAC address that no other interface of this network has."""
        self._macs += 1
        first = _DOCUMENTATION_MAC if self._macs <= 0xFF else _LOCAL_MAC
        return (first + self._macs).to_bytes(6, "big")

    def capture(self, *where: Link | Interface | Device) -> Capture:
        """Begin to capture frames: on some links, on those of some devices, or everywhere."""
        links: list[Link] = []
        for place in where:
            if isinstance(place, Link):
                links.append(place)
            elif isinstance(place, Interface):
                links.extend([place.link] if place.link else [])
            else:
                links.extend(port.link for port in place.interfaces.values() if port.link)
        capture = Capture(tuple(links) if where else None)
        self.attach(capture)
        return capture

    def attach(self, capture: Capture) -> None:
        """Let a capture that somebody has already, or one of an own kind, take frames too."""
        self._captures.append(capture)

    def detach(self, capture: Capture) -> None:
        """End a capture; what it took so far stays in it."""
        self._captures = [kept for kept in self._captures if kept is not capture]

    # --- Time ---------------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        """Let so many virtual seconds pass."""
        self.run_until(lambda: False, seconds)

    def run_until(self, is_reached: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until something is reached, at most so many virtual seconds.

        Returns:
            Whether it was reached.

        Raises:
            RuntimeError: Frames multiply without end: switches are connected in a loop.
        """
        end = self.now + seconds
        events = self._events
        for device in self.devices.values():
            self.attend(device)  # it may have been told to send something since
        while not is_reached():
            if not events or events[0][0] > end:
                self._set_clocks(max(self.now, end))
                return False
            when, _, interface, thing = heapq.heappop(events)
            self.now = when
            if interface is not None:
                device = interface.device
                device.handle_frame(interface, thing, when)  # type: ignore[arg-type]
            else:
                device = thing  # type: ignore[assignment]
                if not self._wake(device):
                    continue
            self.attend(device)
        self._set_clocks(self.now)
        return True

    def _set_clocks(self, now: float) -> None:
        """Let all devices know the time, for what a lesson asks of them before it goes on."""
        self.now = now
        for device in self.devices.values():
            device.now = now

    def attend(self, device: Device) -> None:
        """Take the frames that a device has to send, and note when it wants to be called."""
        if device not in self._alarms:
            return  # it is not switched on yet
        now = self.now
        for interface, frame in device.frames_to_send():
            link = interface.link
            if link is None:
                continue
            for capture in self._captures:
                if capture.links is None or link in capture.links:
                    capture.note(now, frame, interface)
            for arrival in link.carry(interface, frame, now):
                self._push(arrival.time, arrival.interface, arrival.frame)
        alarm = device.get_timer()
        if alarm is not None and alarm < self._alarms.get(device, float("inf")):
            self._alarms[device] = alarm
            self._push(max(alarm, now), None, device)

    def _wake(self, device: Device) -> bool:
        """Start a device, or do what is due there. Return whether there was something to do."""
        if device not in self._alarms:
            self._alarms[device] = float("inf")
            device.start()
            return True
        if self._alarms[device] > self.now:
            return False  # it was called for another reason meanwhile
        self._alarms[device] = float("inf")
        device.handle_timer(self.now)
        return True

    def _push(self, when: float, interface: Interface | None, thing: bytes | Device) -> None:
        if len(self._events) > _MOST_UNDER_WAY:
            raise RuntimeError(
                f"{_MOST_UNDER_WAY} frames are under way at once; "
                "are switches connected in a loop? They have no spanning tree here"
            )
        self._caused += 1
        heapq.heappush(self._events, (when, self._caused, interface, thing))
