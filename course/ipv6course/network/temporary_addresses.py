"""Temporary addresses, RFC 8981: random, for a day, and the next one before the last one ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import netaddr

from ipv6course.address.identifier import temporary
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.lifetimes import seconds, valid_lifetime

if TYPE_CHECKING:
    from ipv6course.network.configuration import Configuration
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node
    from ipv6course.network.wire import nd

MOST_TRIES = 3  # TEMP_IDGEN_RETRIES, RFC 8981 section 3.8
LENGTH = 64


@dataclass(slots=True)
class _Prefix:
    """What is known of a prefix in which there are temporary addresses."""

    preferred_until: float
    valid_until: float
    tries: int = 0
    """How many addresses in a row another node had."""


@dataclass(slots=True, eq=False)
class _Temporary:
    address: InterfaceAddress
    desync: float
    """DESYNC_FACTOR: so much less is it preferred, seconds."""
    has_successor: bool = False


class TemporaryAddresses:
    """The temporary addresses of one node."""

    def __init__(self, node: Node, configuration: Configuration) -> None:
        self.node = node
        self.configuration = configuration
        self._prefixes: dict[tuple[Interface, bytes], _Prefix] = {}
        self._made: dict[tuple[Interface, bytes], _Temporary] = {}

    def hear_prefix(self, interface: Interface, option: nd.PrefixInformation) -> None:
        """Take a prefix in which stable addresses are made, RFC 8981 section 3.4."""
        now = self.node.now
        key = (interface, option.prefix[:8])
        known = self._prefixes.get(key)
        preferred_until = now + seconds(option.preferred)
        valid = seconds(option.valid)
        if known is None:
            known = self._prefixes[key] = _Prefix(preferred_until, now + valid)
        else:
            known.preferred_until = preferred_until
            known.valid_until = now + valid_lifetime(valid, known.valid_until - now)
        self._forget_ended()
        ours = [made for where, made in self._made.items() if self._is_in(where, key)]
        for made in ours:  # step 1: longer or shorter, but no longer than they may be in all
            self._extend(interface, made, known)
        has_one = any(made.address.preferred_until > now for made in ours)
        if not has_one and option.valid and interface.settings.use_tempaddr > 0:
            self._make(interface, option.prefix[:8])

    def collide(self, interface: Interface, address: InterfaceAddress) -> None:
        """Another node has it: another one, but not without end, section 3.4 step 6."""
        self._made.pop((interface, address.address), None)
        self.configuration.remove(interface, address.address)
        prefix = address.address[:8]
        known = self._prefixes.get((interface, prefix))
        if known is None:
            return
        known.tries += 1
        if known.tries < MOST_TRIES:
            self._make(interface, prefix)

    def end(self, interface: Interface) -> None:
        """Forget an interface."""
        self._prefixes = {k: v for k, v in self._prefixes.items() if k[0] is not interface}
        self._made = {k: v for k, v in self._made.items() if k[0] is not interface}

    def _make(self, interface: Interface, prefix: bytes) -> bool:
        """Make an address, steps 3 to 6. Return whether one was made."""
        known = self._prefixes[interface, prefix]
        settings, now = interface.settings, self.node.now
        if known.tries >= MOST_TRIES or settings.use_tempaddr <= 0:
            return False
        desync = self._desync(interface)
        preferred = min(known.preferred_until - now, settings.temp_prefered_lft - desync)
        valid = min(known.valid_until - now, settings.temp_valid_lft)
        if preferred <= regeneration_advance(interface):  # step 4
            return False
        net = netaddr.IPNetwork((int.from_bytes(prefix, "big") << LENGTH, LENGTH), version=6)
        in_use = [address.ip for address in interface.addresses.values()]
        address = InterfaceAddress(
            int(temporary(net, self.node.random, in_use)).to_bytes(16, "big"),
            LENGTH,
            "temporary",
            preferred_until=now + preferred,
            valid_until=now + valid,
        )
        made = _Temporary(address, desync)
        self._made[interface, address.address] = made
        self.configuration.add(interface, address)
        self._watch(interface, made)
        return True

    def _extend(self, interface: Interface, made: _Temporary, known: _Prefix) -> None:
        settings, address = interface.settings, made.address
        preferred_until = min(
            known.preferred_until, address.created + settings.temp_prefered_lft - made.desync
        )
        valid_until = min(known.valid_until, address.created + settings.temp_valid_lft)
        self.configuration.set_lifetimes(interface, address, preferred_until, valid_until)
        self._watch(interface, made)

    def _watch(self, interface: Interface, made: _Temporary) -> None:
        """Make the next one a moment before this one is deprecated, section 3.6."""
        when = made.address.preferred_until - regeneration_advance(interface)
        if made.has_successor or math.isinf(when):
            return
        self.node.timers.at(max(when, self.node.now), lambda: self._regenerate(interface, made))

    def _regenerate(self, interface: Interface, made: _Temporary) -> None:
        address = made.address
        when = address.preferred_until - regeneration_advance(interface)
        is_there = interface.addresses.get(address.address) is address
        if made.has_successor or not is_there or when > self.node.now:
            return  # it was made already, or a later timer does it
        made.has_successor = self._make(interface, address.address[:8])

    def _desync(self, interface: Interface) -> float:
        """DESYNC_FACTOR, section 3.8: hosts that came at once don't change at once."""
        settings = interface.settings
        # It must leave something: less than TEMP_PREFERRED_LIFETIME - REGEN_ADVANCE.
        rest = settings.temp_prefered_lft - regeneration_advance(interface)
        most = min(settings.max_desync_factor, rest)
        return self.node.random.uniform(0, most) if most > 0 else 0.0

    def _forget_ended(self) -> None:
        self._made = {
            (interface, octets): made
            for (interface, octets), made in self._made.items()
            if interface.addresses.get(octets) is made.address
        }

    @staticmethod
    def _is_in(where: tuple[Interface, bytes], prefix: tuple[Interface, bytes]) -> bool:
        return where[0] is prefix[0] and where[1][:8] == prefix[1]


def regeneration_advance(interface: Interface) -> float:
    """Return REGEN_ADVANCE, seconds, RFC 8981 section 3.8: what detection takes at its worst."""
    settings = interface.settings
    return 2 + MOST_TRIES * settings.dad_transmits * settings.retrans_time_ms / 1000
