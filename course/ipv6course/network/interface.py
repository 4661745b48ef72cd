"""An interface: where a device meets a link, and what it knows there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import netaddr

from ipv6course.network.settings import Settings
from ipv6course.network.wire import ethernet, ipv6

if TYPE_CHECKING:
    from ipv6course.network.device import Device
    from ipv6course.network.link import Link


class State(Enum):
    """Where an address is in its life, RFC 4862 sections 2 and 5.5.4."""

    TENTATIVE = "tentative"
    """Its uniqueness is being tested: nothing is sent from it."""
    PREFERRED = "preferred"
    DEPRECATED = "deprecated"
    """Existing connections keep it; new ones avoid it."""
    DUPLICATED = "dadfailed"
    """Another node has it: it is not used. iproute2's word."""


@dataclass(slots=True)
class InterfaceAddress:
    """An address of an interface. Times are virtual seconds; `math.inf` is forever."""

    address: bytes
    prefix_length: int
    origin: str = "static"
    """Who made it: "link-local", "static", "slaac", "temporary" or "dhcpv6"."""
    state: State = State.PREFERRED
    preferred_until: float = math.inf
    valid_until: float = math.inf
    created: float = 0.0

    @property
    def is_assigned(self) -> bool:
        """Whether packets to it are for this node."""
        return self.state is State.PREFERRED or self.state is State.DEPRECATED

    @property
    def ip(self) -> netaddr.IPAddress:
        """The address, as netaddr's value."""
        return netaddr.IPAddress(int.from_bytes(self.address, "big"), 6)

    def __str__(self) -> str:
        return f"{self.ip}/{self.prefix_length}"


@dataclass(slots=True, eq=False)
class Interface:
    """Where a device meets a link."""

    device: Device
    name: str
    mac: bytes
    index: int
    """From 1, in the order in which the device got them, as Linux counts."""
    link: Link | None = None
    permanent_mac: bytes = bytes(6)
    """What is burnt into the hardware; a virtual interface, as a laboratory's veth, has zeros.
    Linux makes RFC 7217's identifiers from it."""
    mtu: int = ethernet.MTU
    is_up: bool = True
    promiscuous: bool = False
    """Whether it takes frames for other MAC addresses too."""
    addresses: dict[bytes, InterfaceAddress] = field(default_factory=dict)
    anycast: set[bytes] = field(default_factory=set)
    """The anycast addresses of a router, RFC 4291 section 2.6.1; nothing is sent from them."""
    groups: set[bytes] = field(default_factory=set)
    """The multicast groups that it listens to. `Node.join` and `Node.leave` change them."""
    group_macs: set[bytes] = field(default_factory=set)
    settings: Settings = field(default_factory=Settings)
    """What an administrator set; router advertisements change some of it, RFC 4861 6.3.4."""

    @property
    def carries_ipv6(self) -> bool:
        """Whether it is on, and its link wide enough, RFC 8200 section 5."""
        return self.is_up and self.mtu >= ipv6.MINIMUM_MTU

    @property
    def link_local(self) -> bytes | None:
        """Its link-local address, once it has passed duplicate address detection."""
        found = None
        for address in self.addresses.values():
            if address.is_assigned and ipv6.is_link_local(address.address):
                if address.origin == "link-local":
                    return address.address
                found = found or address.address  # somebody configured it
        return found

    def __repr__(self) -> str:
        return f"<Interface {self.device.name}:{self.name}>"
