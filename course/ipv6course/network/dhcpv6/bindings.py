"""A server's bindings: which address or prefix it gave to whom, RFC 9915 section 13."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

import netaddr

from ipv6course.network.device import Device
from ipv6course.network.kea import Pool, Subnet
from ipv6course.network.wire.dhcpv6 import IaNa, IaPd

Kind = type[IaNa] | type[IaPd]
Key = tuple[bytes, int]
"""An address with 128, or a prefix with its length."""

_TRIES = 64  # how often RFC 7943's counter goes up before a pool is searched in order
_SEARCHED = 1 << 16  # of a pool; in a larger one a free address has been found long before

# RFC 5453, and the IANA registry "Reserved IPv6 Interface Identifiers": as numbers of 64 bits.
_RESERVED = (
    range(0, 1),  # the subnet-router anycast address, RFC 4291 section 2.6.1
    range(0x02005EFFFE000000, 0x02005EFFFF000000),  # IANA's own Ethernet block
    range(0xFDFFFFFFFFFFFF80, 0xFDFFFFFFFFFFFFFF + 1),  # subnet anycast, RFC 2526
)


@dataclass(slots=True)
class Binding:
    """What a client has. Times are virtual seconds."""

    subnet: Subnet
    kind: Kind
    duid: bytes
    iaid: int
    value: bytes
    length: int
    valid_until: float
    peer: bytes = b""
    """From which address the client asked."""

    @property
    def key(self) -> Key:
        """The address with 128, or the prefix with its length."""
        return self.value, self.length

    @property
    def network(self) -> netaddr.IPNetwork:
        """The prefix (an address: with 128 bits), as netaddr's value."""
        return netaddr.IPNetwork((int.from_bytes(self.value, "big"), self.length), version=6)


class Bindings:
    """All bindings of a server. What has expired is kept until somebody else needs it."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._secret = b""
        self._by_key: dict[Key, Binding] = {}
        self._declined: dict[Key, float] = {}

    def __iter__(self) -> Iterator[Binding]:
        return iter(self._by_key.values())

    def of(self, kind: Kind, duid: bytes, iaid: int, now: float) -> list[Binding]:
        """Return what an association has."""
        return [
            binding
            for binding in self._by_key.values()
            if (binding.kind, binding.duid, binding.iaid) == (kind, duid, iaid)
            and binding.valid_until > now
        ]

    def get(self, key: Key) -> Binding | None:
        """Return who has something; None: nobody."""
        return self._by_key.get(key)

    def add(self, binding: Binding) -> None:
        """Commit a binding."""
        self._by_key[binding.key] = binding

    def remove(self, binding: Binding) -> None:
        """Make what was given available again."""
        self._by_key.pop(binding.key, None)

    def decline(self, binding: Binding, until: float) -> None:
        """Give an address to nobody until a time, section 18.3.8."""
        self.remove(binding)
        self._declined[binding.key] = until

    def choose(
        self,
        subnet: Subnet,
        kind: Kind,
        duid: bytes,
        iaid: int,
        hints: list[Key],
        now: float,
    ) -> Key | None:
        """Choose an address or a prefix for an association; nothing is committed.

        In this order: what is reserved for the client, what it had before, what it would like,
        something free. Addresses are not predictable, section 13.1: they come from a hash, by
        RFC 7943 section 3, so a client gets the same one even where the binding is lost.

        Returns:
            The address with 128, or the prefix; None: nothing is left.
        """

        def is_free(key: Key) -> bool:
            binding = self._by_key.get(key)
            if binding is not None and (binding.duid, binding.iaid) == (duid, iaid):
                return True
            is_given = binding is not None and binding.valid_until > now
            owner = _reserved_for(subnet, key)
            return (
                not is_given
                and self._declined.get(key, -math.inf) <= now
                and (owner is None or owner == duid)
            )

        wanted = [*_reservations(subnet, kind, duid)]
        wanted += [
            binding.key
            for binding in self._by_key.values()
            if (binding.kind, binding.duid, binding.iaid) == (kind, duid, iaid)
        ]
        wanted += [key for key in hints if is_in_pool(subnet, kind, key)]
        for key in wanted:
            if is_free(key) and belongs(subnet, kind, key):
                return key
        lengths = [length for _, length in hints]
        candidates = (
            self._addresses(subnet, duid, iaid) if kind is IaNa else _prefixes(subnet, lengths)
        )
        return next((key for key in candidates if is_free(key)), None)

    def _addresses(self, subnet: Subnet, duid: bytes, iaid: int) -> Iterator[Key]:
        for pool in subnet.pools:
            size = pool.last - pool.first + 1
            for counter in range(_TRIES):
                number = pool.first + self._hash(subnet, duid, iaid, counter) % size
                if not _is_reserved(number):
                    yield number.to_bytes(16, "big"), 128
            for number in range(pool.first, pool.first + min(size, _SEARCHED)):
                if not _is_reserved(number):
                    yield number.to_bytes(16, "big"), 128

    def _hash(self, subnet: Subnet, duid: bytes, iaid: int, counter: int) -> int:
        """Return F(Prefix | DUID | IAID | Counter | secret) of RFC 7943 section 3."""
        if not self._secret:  # the network gives a device its chance only when it is added
            self._secret = self._device.random.randbytes(16)
        seed = subnet.prefix.to_bytes(16, "big") + bytes((subnet.length,)) + duid
        seed += iaid.to_bytes(4, "big") + counter.to_bytes(4, "big") + self._secret
        return int.from_bytes(hashlib.sha256(seed).digest()[:16], "big")


def belongs(subnet: Subnet, kind: Kind, key: Key) -> bool:
    """Return whether an address or prefix is appropriate for a link."""
    if kind is IaNa:
        return subnet.contains(key[0])
    return is_in_pool(subnet, kind, key) or _reserved_for(subnet, key) is not None


def is_in_pool(subnet: Subnet, kind: Kind, key: Key) -> bool:
    """Return whether a subnet's pools have an address or a prefix."""
    number = int.from_bytes(key[0], "big")
    if kind is IaNa:
        return not _is_reserved(number) and any(_has(pool, number) for pool in subnet.pools)
    return any(
        key[1] == pool.delegated
        and (number ^ pool.prefix) >> 128 - pool.length == 0
        and number % (1 << 128 - pool.delegated) == 0
        for pool in subnet.prefix_pools
    )


def _has(pool: Pool, number: int) -> bool:
    return pool.first <= number <= pool.last


def _is_reserved(number: int) -> bool:
    return any(number & 0xFFFFFFFFFFFFFFFF in reserved for reserved in _RESERVED)


def _prefixes(subnet: Subnet, lengths: list[int]) -> Iterator[Key]:
    # A pool of the length that the client would like comes first, RFC 8168 section 3.
    wanted = next((length for length in lengths if length), 0)
    pools = subnet.prefix_pools
    if wanted:
        pools = tuple(sorted(pools, key=lambda pool: abs(pool.delegated - wanted)))
    for pool in pools:
        for number in range(min(pool.size, _SEARCHED)):
            yield pool.at(number)


def _reservations(subnet: Subnet, kind: Kind, duid: bytes) -> Iterator[Key]:
    for reservation in subnet.reservations:
        if reservation.duid == duid:
            if kind is IaNa:
                yield from ((address, 128) for address in reservation.addresses)
            else:
                yield from reservation.prefixes


def _reserved_for(subnet: Subnet, key: Key) -> bytes | None:
    for reservation in subnet.reservations:
        if key in reservation.prefixes or (key[1] == 128 and key[0] in reservation.addresses):
            return reservation.duid
    return None
