"""What a DHCPv6 server was told: subnets, pools, options, reservations, times; all of it values."""

from __future__ import annotations

from dataclasses import dataclass, field

import netaddr

from ipv6course.network.wire import dhcpv6

Address = bytes
Prefix = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class OptionData:
    """An option that the server gives to clients."""

    option: dhcpv6.Option
    always_send: bool = False
    """Whether also a client gets it that did not ask for it."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The addresses that may be given out, from the first to the last, as numbers."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PrefixPool:
    """The prefixes that may be delegated: all of one length, cut from one shorter prefix."""

    prefix: int
    length: int
    delegated: int

    @property
    def size(self) -> int:
        """How many there are."""
        return 1 << self.delegated - self.length

    def at(self, number: int) -> Prefix:
        """Return one of them, counted from 0."""
        found = self.prefix + (number << 128 - self.delegated)
        return found.to_bytes(16, "big"), self.delegated


@dataclass(frozen=True, slots=True)
class Reservation:
    """What one client always gets."""

    duid: bytes
    addresses: tuple[Address, ...] = ()
    prefixes: tuple[Prefix, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """Lifetimes and timers, in seconds; None: Kea's own way."""

    preferred: int = 3600
    valid: int = 7200
    renew: int | None = None
    rebind: int | None = None
    calculate: bool = True
    """Whether a timer that is not set is a share of the preferred lifetime."""
    t1: float = 0.5
    t2: float = 0.8


@dataclass(frozen=True, slots=True)
class Subnet:
    """A link's subnet, and what its clients get."""

    id: int
    prefix: int
    length: int
    interface: str = ""
    """The server's interface on that link; "": its clients come through a relay agent."""
    interface_id: bytes = b""
    """The Interface-Id that a relay agent sends for that link."""
    relays: tuple[Address, ...] = ()
    """Relay agents' link-addresses that mean this subnet, besides those in it."""
    pools: tuple[Pool, ...] = ()
    prefix_pools: tuple[PrefixPool, ...] = ()
    options: tuple[OptionData, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    rapid_commit: bool = False
    times: Times = field(default_factory=Times)

    def contains(self, address: bytes) -> bool:
        """Return whether an address is in the subnet."""
        return (int.from_bytes(address, "big") ^ self.prefix) >> 128 - self.length == 0

    @property
    def network(self) -> netaddr.IPNetwork:
        """The subnet, as netaddr's value."""
        return netaddr.IPNetwork((self.prefix, self.length), version=6)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a DHCPv6 server was told."""

    interfaces: tuple[str, ...] = ()
    """On which it listens; "*": on all. "eth0/2001:db8::1" listens to that address, too."""
    duid: bytes | None = None
    """The server's own; None: made from its MAC address."""
    options: tuple[OptionData, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    decline_probation: int = 86400
    """Seconds for which an address that a client declined is not given out."""
    not_honoured: tuple[str, ...] = ()
    """What the text asks for and this room does not do: path and reason."""
