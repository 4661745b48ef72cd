"""A device: frames and time in, frames and timers out. Hosts, routers and switches are devices."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ipv6course.network.interface import Interface
from ipv6course.network.timers import Timers


class World(Protocol):
    """What moves a device: the simulated network, or a laboratory's packet sockets."""

    @property
    def now(self) -> float:
        """The time, in seconds."""

    def run_until(self, is_reached: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until something is reached, at most so many seconds."""

    def attend(self, device: Device) -> None:
        """Take the frames that a device has to send, and note its timer."""


class Device:
    """A thing with interfaces. It does nothing by itself; see the rules in `ipv6course.network`."""

    port = "eth"
    """What its interfaces are called, before the number."""

    def __init__(self, name: str) -> None:
        if not name or not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
            raise ValueError(
                f"{name!r} is no name for a device; "
                "letters, digits, '-', '_' and '.' make one, as in 'r1'"
            )
        self.name = name
        self.interfaces: dict[str, Interface] = {}
        self.timers = Timers()
        self.random = random.Random(name)
        """Its own source of chance; the network seeds it when the device is added."""
        self.now = 0.0
        """The time of the call that is being handled."""
        self.world: World | None = None
        self._outbox: list[tuple[Interface, bytes]] = []

    # --- What moves it ------------------------------------------------------------------------

    def handle_frame(self, interface: Interface, frame: bytes, now: float) -> None:
        """Take a frame that arrived at an interface."""
        raise NotImplementedError

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        self.now = now
        self.timers.fire(now)

    def get_timer(self) -> float | None:
        """Return when it wants `handle_timer` to be called; None where it waits for nothing."""
        return self.timers.next()

    def frames_to_send(self) -> list[tuple[Interface, bytes]]:
        """Return the frames that it has to send since the last call, in order."""
        outbox, self._outbox = self._outbox, []
        return outbox

    # --- What it does -------------------------------------------------------------------------

    def start(self) -> None:
        """Begin: called once, when the device is switched on."""

    def add_interface(self, mac: bytes, name: str | None = None) -> Interface:
        """Give it another interface.

        Raises:
            ValueError: It has one of that name.
        """
        name = name or f"{self.port}{self._free_number()}"
        if name in self.interfaces:
            raise ValueError(f"{self.name} has an interface {name} already")
        interface = Interface(self, name, mac, len(self.interfaces) + 1)
        self.interfaces[name] = interface
        return interface

    def _free_number(self) -> int:
        return next(n for n in range(1 << 20) if f"{self.port}{n}" not in self.interfaces)

    def interface(self, name: str) -> Interface:
        """Return the interface of a name.

        Raises:
            ValueError: It has none of that name.
        """
        if name not in self.interfaces:
            known = ", ".join(self.interfaces) or "none; connect it to something first"
            raise ValueError(f"{self.name} has no interface {name!r}; it has: {known}")
        return self.interfaces[name]

    def send_frame(self, interface: Interface, frame: bytes) -> None:
        """Put a frame on its way out of an interface. One that is down sends nothing."""
        if interface.is_up:
            self._outbox.append((interface, frame))

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Do what somebody asks for from outside: at the world's time, and what is sent goes out.

        Whatever a lesson calls while no time passes is done in `with device.asked():`.
        """
        if self.world is not None:
            self.now = self.world.now
        yield
        if self.world is not None:
            self.world.attend(self)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something later, counted from the time of this call."""
        self.timers.at(self.now + seconds, action)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"
