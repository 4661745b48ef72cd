"""The addresses of a node: they are tested, get old, and end. SLAAC, RFC 4862 section 5.

An address begins as tentative. Once detection has found it free, it is preferred, then deprecated,
and then it is gone (section 5.5.4).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from ipv6course.network.duplicates import Duplicates
from ipv6course.network.interface import InterfaceAddress, State
from ipv6course.network.lifetimes import seconds, valid_lifetime
from ipv6course.network.stable_addresses import (
    LENGTH,
    LINK_LOCAL,
    LONGEST_DELAY,
    StableAddresses,
)
from ipv6course.network.temporary_addresses import TemporaryAddresses
from ipv6course.network.wire import ipv6, nd

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node
    from ipv6course.network.timers import Timer

# After the power was off, or a router spoke to all: many nodes then test addresses.
_MADE_BY_ALL_AT_ONCE = ("link-local", "slaac", "temporary")

Listener = Callable[["Interface", InterfaceAddress], None]


class Configuration:
    """The addresses of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.duplicates = Duplicates(node)
        self.stable = StableAddresses(node)
        self.temporary = TemporaryAddresses(node, self)
        self.on_assigned: list[Listener] = []
        """Who is told that an address passed its test."""
        self.on_duplicate: list[Listener] = []
        """Who is told that another node has it."""
        self.on_removed: list[Listener] = []
        """Who is told that an address is gone because its valid lifetime ended."""
        self._waiting: list[tuple[Interface, InterfaceAddress]] = []
        self._ages: dict[tuple[Interface, bytes], Timer] = {}
        self._conflicts: dict[tuple[Interface, bytes], int] = {}

    # --- What is given ------------------------------------------------------------------------

    def add(self, interface: Interface, address: InterfaceAddress) -> None:
        """Give an interface an address: it is tested, and then assigned.

        Before the network's time begins, and on an interface that is off, it is only noted. One
        that is there already gets the new lifetimes.

        Args:
            interface: Which gets it.
            address: Its state says nothing; detection does. `on_assigned` and `on_duplicate` tell
                what it found.
        """
        with self.node.asked():
            there = interface.addresses.get(address.address)
            if there is not None and there.state is not State.DUPLICATED:
                self.set_lifetimes(interface, there, address.preferred_until, address.valid_until)
                return
            address.state = State.TENTATIVE
            self.node.assign(interface, address, join=False)
            if self.node.is_started and interface.carries_ipv6:
                self._test(interface, address)
            else:
                self._waiting.append((interface, address))

    def remove(self, interface: Interface, address: bytes) -> bool:
        """Take an address away. Return whether it was there."""
        with self.node.asked():
            there = interface.addresses.get(address)
            if there is None:
                return False
            self._stop_ageing(interface, there)
            self.node.withdraw(interface, address)
        return True

    def set_lifetimes(
        self,
        interface: Interface,
        address: InterfaceAddress,
        preferred_until: float,
        valid_until: float,
    ) -> None:
        """Give an address new lifetimes, in virtual seconds."""
        address.preferred_until = preferred_until
        address.valid_until = valid_until
        self._grow_old(interface, address)

    # --- An interface -------------------------------------------------------------------------

    def begin(self, interface: Interface) -> None:
        """Test the addresses that were given, and make a link-local one, RFC 4862 section 5.3."""
        mine = [waiting for waiting in self._waiting if waiting[0] is interface]
        self._waiting = [waiting for waiting in self._waiting if waiting[0] is not interface]
        for _, address in mine:
            if interface.addresses.get(address.address) is address:  # it was not taken away
                self._test(interface, address, is_first=True)
        if interface.settings.addr_gen_mode != "none":
            self._make(interface, LINK_LOCAL, "link-local", math.inf, math.inf)

    def end(self, interface: Interface) -> None:
        """Take all addresses away: the interface was switched off. Linux does so."""
        for address in list(interface.addresses.values()):
            self._stop_ageing(interface, address)
            self.node.withdraw(interface, address.address)
        self._conflicts = {
            key: count for key, count in self._conflicts.items() if key[0] is not interface
        }
        self.temporary.end(interface)

    # --- SLAAC --------------------------------------------------------------------------------

    def hear_prefix(self, interface: Interface, option: nd.PrefixInformation) -> None:
        """Take a prefix for address configuration, RFC 4862 section 5.5.3."""
        if (
            not option.autonomous  # (a)
            or ipv6.is_link_local(option.prefix)  # (b)
            or option.preferred > option.valid  # (c)
            or option.length != LENGTH  # (d): with the identifier's 64 bits it must make 128
            or not interface.settings.autoconf
        ):
            return
        prefix = option.prefix[:8]
        now = self.node.now
        ours = [
            address
            for address in interface.addresses.values()
            if address.origin == "slaac" and address.address[:8] == prefix
        ]
        for address in ours:  # (e)
            remaining = address.valid_until - now
            valid = now + valid_lifetime(seconds(option.valid), remaining)
            self.set_lifetimes(interface, address, now + seconds(option.preferred), valid)
        if not ours and option.valid:  # (d)
            preferred, valid = seconds(option.preferred), seconds(option.valid)
            self._make(interface, option.prefix, "slaac", now + preferred, now + valid)
        self.temporary.hear_prefix(interface, option)

    def _make(
        self,
        interface: Interface,
        prefix: bytes,
        origin: str,
        preferred_until: float,
        valid_until: float,
    ) -> None:
        conflicts = self._conflicts.get((interface, prefix[:8]), 0)
        made = self.stable.make(interface, prefix, conflicts)
        if made is None or made in interface.addresses:
            return
        address = InterfaceAddress(
            made,
            LENGTH,
            origin,
            State.TENTATIVE,
            preferred_until=preferred_until,
            valid_until=valid_until,
        )
        self.node.assign(interface, address, join=False)
        self._test(interface, address)

    # --- Detection ----------------------------------------------------------------------------

    def _test(
        self, interface: Interface, address: InterfaceAddress, *, is_first: bool = False
    ) -> None:
        is_delayed = is_first or address.origin in _MADE_BY_ALL_AT_ONCE
        self._grow_old(interface, address)
        self.duplicates.test(
            interface,
            address,
            lambda is_free: self._tested(interface, address, is_free),
            delay=self._delay(interface) if is_delayed else 0.0,
        )

    def _delay(self, interface: Interface) -> float:
        """What many nodes do at the same time, each delays, RFC 4862 section 5.4.2."""
        if not interface.settings.accept_dad or not interface.settings.dad_transmits:
            return 0.0
        return self.node.random.uniform(0, interface.settings.router_solicitation_delay)

    def _tested(self, interface: Interface, address: InterfaceAddress, is_free: bool) -> None:
        if not is_free:
            self._collide(interface, address)
            return
        is_preferred = address.preferred_until > self.node.now
        state = State.PREFERRED if is_preferred else State.DEPRECATED
        self.node.set_state(interface, address, state)
        self._grow_old(interface, address)
        for tell in self.on_assigned:
            tell(interface, address)
        self._announce(interface, address)

    def _collide(self, interface: Interface, address: InterfaceAddress) -> None:
        """Another node has it: try another one where there is one, RFC 7217 section 6."""
        node = self.node
        node.set_state(interface, address, State.DUPLICATED)
        for tell in self.on_duplicate:
            tell(interface, address)
        if address.origin == "temporary":
            self.temporary.collide(interface, address)
        elif address.origin in ("link-local", "slaac"):
            is_from_mac = self.stable.depends_on_mac(interface)
            if not is_from_mac:
                wait = node.random.uniform(0, LONGEST_DELAY)
                node.timers.at(node.now + wait, lambda: self._try_another(interface, address))
            elif address.origin == "link-local" and interface.settings.accept_dad >= 2:
                interface.settings.disable_ipv6 = True  # RFC 4862 section 5.4.5

    def _try_another(self, interface: Interface, address: InterfaceAddress) -> None:
        if interface.addresses.get(address.address) is not address:
            return
        key = (interface, address.address[:8])
        self._conflicts[key] = self._conflicts.get(key, 0) + 1
        if self.stable.make(interface, address.address, self._conflicts[key]) is None:
            return  # the last one stays, as a duplicate, to be seen
        self.remove(interface, address.address)
        self._make(
            interface,
            address.address,
            address.origin,
            address.preferred_until,
            address.valid_until,
        )

    def _announce(self, interface: Interface, address: InterfaceAddress) -> None:
        """Tell the routers of a new address before they need it, RFC 9131 section 4.1.

        Up to three times, it says; it is once here, and does not override what a router knows.
        """
        if self.node.is_router or not interface.settings.ndisc_notify:
            return
        if not ipv6.is_link_local(address.address):
            self.node.neighbors.advertise(
                interface, address.address, ipv6.ALL_ROUTERS, override=False
            )

    # --- Age ----------------------------------------------------------------------------------

    def _grow_old(self, interface: Interface, address: InterfaceAddress) -> None:
        """Look at an address's lifetimes, and again when the next one ends, section 5.5.4."""
        self._stop_ageing(interface, address)
        if interface.addresses.get(address.address) is not address:
            return  # it was taken away meanwhile
        now = self.node.now
        if address.valid_until <= now:
            self.node.withdraw(interface, address.address)
            for tell in self.on_removed:
                tell(interface, address)
            return
        is_preferred = address.preferred_until > now
        if address.is_assigned and is_preferred is (address.state is State.DEPRECATED):
            state = State.PREFERRED if is_preferred else State.DEPRECATED
            self.node.set_state(interface, address, state)
        when = address.preferred_until if is_preferred else address.valid_until
        when = min(when, address.valid_until)
        if not math.isinf(when):
            self._ages[interface, address.address] = self.node.timers.at(
                when, lambda: self._grow_old(interface, address)
            )

    def _stop_ageing(self, interface: Interface, address: InterfaceAddress) -> None:
        timer = self._ages.pop((interface, address.address), None)
        if timer is not None:
            timer.cancel()
