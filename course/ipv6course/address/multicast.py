"""Multicast addresses: their fields, and the two that are computed from other addresses.

RFC 4291 section 2.7 lays out the address; RFC 7346 section 2 names the scopes; RFC 3306 and
RFC 3956 use the flags P and R. RFC 2464 section 7 maps a group to an Ethernet address.
"""

from __future__ import annotations

from dataclasses import dataclass

import netaddr

from ipv6course.address import given
from ipv6course.address.text import N_

# RFC 4291 section 2.7.1: ff02:0:0:0:0:1:ff00::/104, and the last 24 bits of an address.
SOLICITED_NODE = 0xFF02_0000_0000_0000_0000_0001_FF00_0000
SOLICITED_NODE_BITS = 24

# RFC 2464 section 7: 33-33, and the last 32 bits of the group's address.
ETHERNET_MULTICAST = 0x3333_0000_0000

# RFC 7346 section 2. Values that are not here are unassigned: an administrator may use them.
SCOPES = {
    0x0: "reserved",
    0x1: "interface-local",
    0x2: "link-local",
    0x3: "realm-local",
    0x4: "admin-local",
    0x5: "site-local",
    0x8: "organization-local",
    0xE: "global",
    0xF: "reserved",
}


@dataclass(frozen=True, slots=True)
class MulticastFields:
    """The fields of a multicast address, RFC 4291 section 2.7."""

    transient: bool
    """T: the group is not one that IANA has assigned for ever."""
    prefix_based: bool
    """P: the address holds a unicast prefix (RFC 3306 section 4)."""
    rendezvous_point: bool
    """R: the address holds the address of its rendezvous point (RFC 3956 section 3)."""
    scope: int
    """0 to 15."""
    scope_name: str
    """As RFC 7346 section 2 names it, such as "link-local"."""
    group: int
    """The group ID, 112 bits."""


def is_multicast(address: netaddr.IPAddress) -> bool:
    """Return whether an IPv6 address begins with ff, RFC 4291 section 2.4."""
    return int(address) >> 120 == 0xFF


def multicast_fields(address: str | netaddr.IPAddress) -> MulticastFields:
    """Take a multicast address apart, RFC 4291 section 2.7.

    Raises:
        ValueError: It is not a multicast address.
    """
    found = _group(address, MUST_BE_MULTICAST)
    value = int(found)
    flags, scope = value >> 116 & 0xF, value >> 112 & 0xF
    return MulticastFields(
        transient=bool(flags & 0b0001),
        prefix_based=bool(flags & 0b0010),
        rendezvous_point=bool(flags & 0b0100),
        scope=scope,
        scope_name=SCOPES.get(scope, "unassigned"),
        group=value & (1 << 112) - 1,
    )


def solicited_node(address: str | netaddr.IPAddress) -> netaddr.IPAddress:
    """Return the solicited-node group that a node joins for its address, RFC 4291 section 2.7.1.

    Args:
        address: A unicast or anycast address. A zone is left out of the result; the group is on the
            same link.

    Returns:
        The group, in ff02::1:ff00:0/104.

    Raises:
        ValueError: It is not an address that a node can have.
    """
    found = given.address(address)
    if is_multicast(found):
        raise given.refusal(
            N_(
                "{text} is a multicast address. A solicited-node group is computed from a unicast "
                "or anycast address of a node (RFC 4291 section 2.7.1)."
            ),
            text=found,
        )
    if int(found) == 0:
        raise given.refusal(
            N_(
                "'::' is the unspecified address, which no node has (RFC 4291 section 2.5.2). A "
                "solicited-node group belongs to an address of a node."
            )
        )
    return netaddr.IPAddress(SOLICITED_NODE | int(found) & (1 << SOLICITED_NODE_BITS) - 1, 6)


def multicast_mac(address: str | netaddr.IPAddress) -> netaddr.EUI:
    """Return the Ethernet address to which a packet for a group is sent, RFC 2464 section 7.

    Args:
        address: A multicast address.

    Returns:
        33:33 and the last 32 bits of the group's address; so 2**80 groups share each one.

    Raises:
        ValueError: It is not a multicast address.
    """
    found = _group(address, NO_MULTICAST_MAC)
    low = int(found) & 0xFFFF_FFFF
    return netaddr.EUI(ETHERNET_MULTICAST | low, 48, dialect=netaddr.mac_unix_expanded)


MUST_BE_MULTICAST = N_(
    "{text} is not a multicast address. A multicast address begins with ff (RFC 4291 section 2.7)."
)
NO_MULTICAST_MAC = N_(
    "{text} is not a multicast address, so no Ethernet address is computed from it. Only a group "
    "(ff00::/8) has one (RFC 2464 section 7); that of a neighbor is asked for with Neighbor "
    "Discovery (RFC 4861 section 7.2)."
)


def _group(address: str | netaddr.IPAddress, refused: str) -> netaddr.IPAddress:
    found = given.address(address)
    if not is_multicast(found):
        raise given.refusal(refused, text=found)
    return found
