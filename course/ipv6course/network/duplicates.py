"""Duplicate address detection: RFC 4862 section 5.4, and the nonce of RFC 7527.

A node asks who has the address that it wants. Who has it already answers; who wants it too is heard
asking. Silence means that it is free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipv6course.network import neighbor_messages
from ipv6course.network.interface import State
from ipv6course.network.wire import ipv6, nd

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface, InterfaceAddress
    from ipv6course.network.node import Node

NONCE_OCTETS = 6  # RFC 3971 section 5.3.2: at least 6
AFTER_A_LOOP = 3  # RFC 7527 section 4.1: MAX_MULTICAST_SOLICIT more


@dataclass(slots=True, eq=False)
class _Test:
    interface: Interface
    address: InterfaceAddress
    done: Callable[[bool], None]
    left: int
    """Solicitations that are still to be sent."""
    nonces: set[bytes] = field(default_factory=set)
    has_looped: bool = False
    """Whether a solicitation of this node's own came back since the last round."""


class Duplicates:
    """The tests that a node makes."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._tests: dict[tuple[Interface, bytes], _Test] = {}
        node.neighbors.heard_of_tentative = self._hear

    def test(
        self,
        interface: Interface,
        address: InterfaceAddress,
        done: Callable[[bool], None],
        *,
        delay: float = 0.0,
    ) -> None:
        """Test whether an address is free.

        Args:
            interface: It has the address, as a tentative one, but is not in its group yet.
            address: What is tested.
            done: Is told the result: whether it is free.
            delay: Seconds until the interface joins the group and asks.
        """
        settings = interface.settings
        left = settings.dad_transmits if settings.accept_dad else 0
        test = _Test(interface, address, done, left)
        self._tests[interface, address.address] = test
        if delay:
            self.node.timers.at(self.node.now + delay, lambda: self._begin(test))
        else:
            self._begin(test)

    def is_testing(self, interface: Interface, address: bytes) -> bool:
        """Return whether an address is being tested."""
        return (interface, address) in self._tests

    def _begin(self, test: _Test) -> None:
        if self._is_wanted(test):
            self.node.join(test.interface, ipv6.solicited_node(test.address.address))
            self._go_on(test)

    def _go_on(self, test: _Test) -> None:
        """Ask, or where all was asked, and one RetransTimer has passed, be content."""
        if not self._is_wanted(test):
            return
        if test.left == 0 and test.has_looped:
            test.left, test.has_looped = AFTER_A_LOOP, False
        if test.left == 0:
            self._finish(test, True)
            return
        test.left -= 1
        self._ask(test)
        wait = test.interface.settings.retrans_time_ms / 1000
        self.node.timers.at(self.node.now + wait, lambda: self._go_on(test))

    def _ask(self, test: _Test) -> None:
        options: tuple[nd.Option, ...] = ()
        if test.interface.settings.enhanced_dad:
            nonce = self.node.random.randbytes(NONCE_OCTETS)
            test.nonces.add(nonce)
            options = (nd.Nonce(nonce),)
        # The source is unspecified, for the address is nobody's yet. So there is no source
        # link-layer address either, RFC 4861 section 4.3.
        neighbor_messages.send(
            self.node,
            test.interface,
            nd.NeighborSolicitation(test.address.address, options),
            source=ipv6.UNSPECIFIED,
            destination=ipv6.solicited_node(test.address.address),
        )

    def _hear(self, interface: Interface, message: nd.Message, is_test: bool) -> None:
        """Take what is about a tentative address, RFC 4862 sections 5.4.3 and 5.4.4."""
        if isinstance(message, nd.NeighborSolicitation):
            test = self._tests.get((interface, message.target))
            if not is_test or test is None:
                return  # somebody resolves an address that is nobody's yet
            nonce = message.find(nd.Nonce)
            if nonce is not None and nonce.nonce in test.nonces:
                test.has_looped = True  # the link brought this node's own question back
                return
        elif isinstance(message, nd.NeighborAdvertisement):
            test = self._tests.get((interface, message.target))
        else:
            return
        if test is not None and self._is_wanted(test):
            self._finish(test, False)

    def _finish(self, test: _Test, is_free: bool) -> None:
        del self._tests[test.interface, test.address.address]
        test.done(is_free)

    def _is_wanted(self, test: _Test) -> bool:
        """Return whether the address is still there to be tested; else forget the test."""
        key = (test.interface, test.address.address)
        if self._tests.get(key) is not test:
            return False
        there = test.interface.addresses.get(test.address.address)
        if there is test.address and there.state is State.TENTATIVE:
            return True
        del self._tests[key]
        return False
