"""The addresses that an interface makes in a prefix: as its settings say, and as Linux does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import netaddr

from ipv6course.address.identifier import modified_eui64, stable_private
from ipv6course.address.linux_identifier import IDGEN_RETRIES, linux_stable_private

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node

LENGTH = 64  # of the prefixes: the identifier has the other 64 bits, RFC 4291 section 2.5.1
LINK_LOCAL = bytes.fromhex("fe80" + "00" * 14)
MOST_CONFLICTS = IDGEN_RETRIES  # RFC 7217 section 7: IDGEN_RETRIES
LONGEST_DELAY = 1.0  # seconds; IDGEN_DELAY


class StableAddresses:
    """How a node makes addresses that stay the same."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._secret: bytes | None = None

    def make(self, interface: Interface, prefix: bytes, conflicts: int = 0) -> bytes | None:
        """Return the address of an interface in a prefix.

        Args:
            interface: Whose address it is.
            prefix: 16 octets, of which the first 8 count.
            conflicts: RFC 7217's DAD_Counter: how many addresses another node had already.

        Returns:
            16 octets; None where there is no other one to be made.
        """
        if conflicts > MOST_CONFLICTS:
            return None
        net = netaddr.IPNetwork((int.from_bytes(prefix[:8], "big") << LENGTH, LENGTH), version=6)
        try:
            found = self._made(interface, net, conflicts)
        except ValueError:  # the prefix is for no interface, or no identifier is left
            return None
        return None if found is None else int(found).to_bytes(16, "big")

    def depends_on_mac(self, interface: Interface) -> bool:
        """Return whether a duplicate means that another node has the same MAC address."""
        return interface.settings.addr_gen_mode in ("eui64", "none")

    def _made(
        self, interface: Interface, net: netaddr.IPNetwork, conflicts: int
    ) -> netaddr.IPAddress | None:
        settings = interface.settings
        if self.depends_on_mac(interface):
            # "none" is about the link-local address only: in a prefix of an RA Linux makes EUI-64.
            mac = netaddr.EUI(int.from_bytes(interface.mac, "big"), 48)
            return None if conflicts else modified_eui64(net, mac)
        if settings.addr_gen_mode == "random":
            return linux_stable_private(net, conflicts, self._own(), interface.permanent_mac)
        if settings.stable_secret:
            secret = settings.stable_secret
            return linux_stable_private(net, conflicts, secret, interface.permanent_mac)
        return stable_private(net, interface.name, None, conflicts, self._own())

    def _own(self) -> bytes:
        """The node's secret, which it makes when it first needs one."""
        if self._secret is None:
            self._secret = self.node.random.randbytes(16)
        return self._secret
