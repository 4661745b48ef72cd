"""A switch: it learns which MAC address is behind which port, and floods what it doesn't know."""

from __future__ import annotations

from ipv6course.network.device import Device
from ipv6course.network.interface import Interface
from ipv6course.network.ra_guard import RaGuard, guard


class Switch(Device):
    """An Ethernet switch. Its ports have MAC addresses, but it sends nothing of its own."""

    port = "port"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.learned: dict[bytes, Interface] = {}
        """The port behind which a MAC address was last seen."""
        self.guard: RaGuard | None = None
        """RA guard, where it is on."""

    def ra_guard(self, *router_ports: str, looks: str = "whole chain") -> RaGuard:
        """Let router advertisements in only where routers are, RFC 6105 and RFC 7113.

        Args:
            router_ports: The names of the ports where routers are; none: they come in nowhere.
            looks: "whole chain"; or "first header", which extension headers get around.

        Returns:
            The guard; what it `dropped` can be looked at.

        Raises:
            ValueError: It has no such port, or there is no such way to look.
        """
        self.guard = guard(router_ports, self.interfaces, looks)
        return self.guard

    def handle_frame(self, interface: Interface, frame: bytes, now: float) -> None:
        """Pass a frame on to where its receiver is, or to all other ports."""
        self.now = now
        if self.guard is not None and not self.guard.may_pass(interface, frame, now):
            return
        source, destination = frame[6:12], frame[:6]
        if not source[0] & 1:  # a group's address is no sender
            self.learned[source] = interface
        known = self.learned.get(destination)
        if known is not None:
            if known is not interface:
                self.send_frame(known, frame)
            return
        for port in self.interfaces.values():
            if port is not interface and port.link is not None:
                self.send_frame(port, frame)
