"""What kind of address it is: type, scope, and what the registries say about it.

The rules of this module:

* The most specific row of the IANA IPv6 Special-Purpose Address Registry decides name, RFC and
  the four answers (source, destination, forwardable, globally reachable). Where the registry says
  neither true nor false (Teredo, 6to4, a terminated block), the answer is None.
* Where the registry has no row, this module decides, and `KINDS` and `ANSWERS` cite why.
* The scope has its own table, because no registry holds it: RFC 4007, RFC 4291, RFC 4193, RFC 7346.
* The facts are `ipv6data`'s and dated. The standard library changes its mind with its version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import netaddr

from ipv6course.address import given
from ipv6course.address.multicast import MulticastFields, multicast_fields
from ipv6data import special_purpose
from ipv6data.address_space import address_space_block
from ipv6data.multicast_groups import multicast_group

if TYPE_CHECKING:
    from datetime import date

LOW_32 = (1 << 32) - 1
LOW_64 = (1 << 64) - 1


class Kind(NamedTuple):
    """A type of address, and its scope."""

    block: netaddr.IPNetwork
    type: str
    scope: str | None
    scope_rfc: str


def _kind(block: str, type: str, scope: str | None, scope_rfc: str) -> Kind:
    return Kind(netaddr.IPNetwork(block), type, scope, scope_rfc)


# The first that holds the address decides. RFC 4291 section 2.4 has five types and calls all that
# it does not name global unicast; the others are here because a learner meets them by name.
KINDS = (
    # "It does not have any scope, because it must never be assigned to any node"
    _kind("::/128", "unspecified", None, "RFC 4007 section 4"),
    # "treated as having link-local scope", on a link of its own inside the node
    _kind("::1/128", "loopback", "link-local", "RFC 4007 section 4"),
    # The scope is that of the IPv4 address inside; `_scope` looks.
    _kind("::ffff:0:0/96", "IPv4-mapped", "global", "RFC 6724 section 3.2"),
    _kind("::/96", "IPv4-compatible", "global", "RFC 4007 section 4"),
    # Global scope, although it is not globally reachable: scope is about uniqueness.
    _kind("fc00::/7", "unique local unicast", "global", "RFC 4193 section 3.3"),
    _kind("fe80::/10", "link-local unicast", "link-local", "RFC 4007 section 4"),
    # RFC 4291 section 2.5.7: new implementations treat it as global unicast. Those that choose
    # addresses still give it a scope of its own, and its text may have a zone.
    _kind("fec0::/10", "site-local unicast", "site-local", "RFC 6724 section 3.1"),
    # The scope is a field of the address; `_scope` looks.
    _kind("ff00::/8", "multicast", None, "RFC 7346 section 2"),
    _kind("2000::/3", "global unicast", "global", "RFC 4007 section 4"),
)
# Outside 2000::/3, a block that the special-purpose registry names is in use: 64:ff9b::/96,
# 100::/64, 5f00::/16. RFC 4291 section 2.4: "Global Unicast (everything else)".
IN_USE = _kind("::/0", "global unicast", "global", "RFC 4007 section 4")
# The rest is nobody's. Implementations must treat it as global unicast all the same.
RESERVED = _kind("::/0", "reserved", "global", "RFC 4291 section 2.4")


class Answers(NamedTuple):
    """The four answers of the special-purpose registry, RFC 8190 section 2."""

    source: bool | None
    destination: bool | None
    forwardable: bool | None
    globally_reachable: bool | None


# For addresses that have no row in the special-purpose registry.
ANSWERS = {
    "global unicast": Answers(True, True, True, True),  # RFC 4291 section 2.5.4
    # RFC 3879 section 4: who uses it may go on; routers keep it inside the site.
    "site-local unicast": Answers(True, True, True, False),
    # RFC 4291 section 2.5.5.1: no mechanism in force uses it.
    "IPv4-compatible": Answers(None, None, None, False),
    # Not assigned to anyone, so not reachable; nothing else is said about it.
    "reserved": Answers(None, None, None, False),
}

# Name and RFC by type, where IANA's list of the address space says less.
NAMES = {
    "site-local unicast": ("Site-local unicast, deprecated", "RFC 3879 section 4"),
    "IPv4-compatible": ("IPv4-compatible, deprecated", "RFC 4291 section 2.5.5.1"),
}


@dataclass(frozen=True, slots=True)
class Embedded:
    """Something that an address holds inside."""

    what: str
    """"IPv4 address", "Teredo server", "Teredo client", "Teredo client port", "unicast prefix" or
    "rendezvous point"."""
    value: netaddr.IPAddress | netaddr.IPNetwork | int
    """An address or a prefix; the port is a number."""
    rfc: str
    """Where the place of it is defined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is known about one address. `describe` makes it."""

    address: netaddr.IPAddress
    zone: str | None
    """The zone that the text had, such as "eth0"."""
    type: str
    """"unspecified", "loopback", "link-local unicast", "unique local unicast", "global unicast",
    "multicast", "IPv4-mapped", "IPv4-compatible", "site-local unicast" or "reserved"."""
    scope: str | None
    """As RFC 4007 and RFC 7346 name it, such as "link-local"; None for ::."""
    scope_rfc: str
    """Where the scope is decided, such as "RFC 4007 section 4"."""
    name: str
    """The registry's name of the block, or of the multicast group."""
    rfc: str
    """What defines it, such as "RFC 4193, RFC 8190"."""
    block: netaddr.IPNetwork
    """The most specific block that decided."""
    source: bool | None
    """Whether it may be the source of a packet between two devices. In this and the next three
    fields, None means that no registry says yes or no."""
    destination: bool | None
    """Whether it may be the destination of a packet between two devices."""
    forwardable: bool | None
    """Whether a router may forward a packet to it."""
    globally_reachable: bool | None
    """Whether a packet to it may leave an administrative domain (RFC 8190 section 2.1)."""
    registry_entry: special_purpose.SpecialPurposeBlock | None
    """The row of the IANA IPv6 Special-Purpose Address Registry, or None where it has none."""
    multicast: MulticastFields | None
    """The fields of a multicast address."""
    embedded: tuple[Embedded, ...]
    """What it holds inside."""
    as_of: date
    """The date of the special-purpose registry that was asked."""

    @property
    def embedded_ipv4(self) -> tuple[netaddr.IPAddress, ...]:
        """The IPv4 addresses that it holds inside; for Teredo the server's, then the client's."""
        values = (found.value for found in self.embedded)
        return tuple(
            value for value in values if isinstance(value, netaddr.IPAddress) and value.version == 4
        )


def describe(text: str | netaddr.IPAddress) -> Description:
    """Say what kind of address it is.

    Args:
        text: An IPv6 address, as text (also with a zone) or as netaddr's.

    Returns:
        Its type, its scope, what the registries say, and what it holds inside.

    Raises:
        ValueError: It is not one IPv6 address.
    """
    address, zone = given.address_and_zone(text)
    entry = special_purpose.special_purpose_block(address)
    kind = _find_kind(address, in_use=entry is not None)
    fields = multicast_fields(address) if kind.type == "multicast" else None
    name, rfc, block = _name(address, kind, entry)
    if entry is not None:
        answers = Answers(
            entry.source, entry.destination, entry.forwardable, entry.globally_reachable
        )
    elif fields is not None:
        answers = _multicast_answers(fields, name)
    else:
        answers = ANSWERS[kind.type]
    return Description(
        address=address,
        zone=zone,
        type=kind.type,
        scope=_scope(address, kind, fields),
        scope_rfc=kind.scope_rfc,
        name=name,
        rfc=rfc,
        block=block,
        **answers._asdict(),
        registry_entry=entry,
        multicast=fields,
        embedded=_embedded(address, fields),
        as_of=special_purpose.AS_OF,
    )


def _find_kind(address: netaddr.IPAddress, in_use: bool) -> Kind:
    value = int(address)
    for kind in KINDS:
        if kind.block.first <= value <= kind.block.last:
            return kind
    return IN_USE if in_use else RESERVED


def _name(
    address: netaddr.IPAddress, kind: Kind, entry: special_purpose.SpecialPurposeBlock | None
) -> tuple[str, str, netaddr.IPNetwork]:
    """Return name, RFC and block: of the special-purpose row, else of what says most."""
    if entry is not None:
        return entry.name, entry.rfc, entry.block
    space = address_space_block(address)
    if kind.type == "multicast":
        group = multicast_group(address)
        if group is not None:
            return group.name, group.rfc, space.block
    if kind.type in NAMES:
        return *NAMES[kind.type], kind.block
    return space.designation, space.rfc, space.block


def _scope(address: netaddr.IPAddress, kind: Kind, fields: MulticastFields | None) -> str | None:
    if fields is not None:
        return fields.scope_name
    if kind.type == "IPv4-mapped":
        # RFC 6724 section 3.2: 169.254/16 and 127/8 are link-local, all other IPv4 is global,
        # private addresses too.
        first, second = int(address) >> 24 & 0xFF, int(address) >> 16 & 0xFF
        return "link-local" if first == 127 or (first, second) == (169, 254) else "global"
    return kind.scope


def _multicast_answers(fields: MulticastFields, name: str) -> Answers:
    """Answer for a group. RFC 4291 section 2.7: never a source; the scope says how far it goes."""
    if name == "Documentation":  # RFC 6676 section 3: not for use in any network
        return Answers(False, False, False, False)
    if fields.scope == 0x0:  # "must not originate", "must be silently dropped"
        return Answers(False, False, False, False)
    if fields.scope == 0xF:  # "should not originate", but treat it as global: no clear answer
        return Answers(False, None, None, None)
    # Interface-local stays on one node, link-local on one link.
    return Answers(False, fields.scope > 0x1, fields.scope > 0x2, fields.scope == 0xE)


# --- What is inside -----------------------------------------------------------------------------


def _embedded(address: netaddr.IPAddress, fields: MulticastFields | None) -> tuple[Embedded, ...]:
    """Read what the prefix alone shows.

    64:ff9b:1::/48 does not show it: a length that only its network knows decides where the IPv4
    address is (RFC 8215, RFC 6052 section 2.2).
    """
    value = int(address)
    if fields is not None:
        return _embedded_in_multicast(value, fields)
    if value >> 32 == 0xFFFF:
        return (_ipv4("IPv4 address", value, "RFC 4291 section 2.5.5.2"),)
    if value >> 32 == 0x64FF9B << 64:
        return (_ipv4("IPv4 address", value, "RFC 6052 section 2.2"),)
    if value >> 32 == 0 and value > 1:
        return (_ipv4("IPv4 address", value, "RFC 4291 section 2.5.5.1"),)
    if value >> 112 == 0x2002:
        return (_ipv4("IPv4 address", value >> 80, "RFC 3056 section 2"),)
    if value >> 96 == 0x2001_0000:
        # The client's address and port are inverted, so that no NAT rewrites them.
        port = ~value >> 32 & 0xFFFF
        return (
            _ipv4("Teredo server", value >> 64, "RFC 4380 section 4"),
            _ipv4("Teredo client", ~value, "RFC 4380 section 4"),
            Embedded("Teredo client port", port, "RFC 4380 section 4"),
        )
    return ()


def _ipv4(what: str, value: int, rfc: str) -> Embedded:
    return Embedded(what, netaddr.IPAddress(value & LOW_32, 4), rfc)


def _embedded_in_multicast(value: int, fields: MulticastFields) -> tuple[Embedded, ...]:
    """Read the unicast prefix (RFC 3306) and the rendezvous point (RFC 3956) of a group."""
    length = value >> 96 & 0xFF
    # P requires T, and R requires both. Length 0 is source-specific multicast; over 64 is nothing.
    if not (fields.transient and fields.prefix_based and 0 < length <= 64):
        return ()
    net = netaddr.IPNetwork(((value >> 32 & LOW_64) << 64, length), version=6).cidr
    found = [Embedded("unicast prefix", net, "RFC 3306 section 4")]
    identifier = value >> 104 & 0xF
    if fields.rendezvous_point and identifier:  # 0 is reserved, RFC 3956 section 3
        point = netaddr.IPAddress(net.first | identifier, 6)
        found.append(Embedded("rendezvous point", point, "RFC 3956 section 4"))
    return tuple(found)
