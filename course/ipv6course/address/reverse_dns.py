"""Names in ip6.arpa, where DNS keeps what belongs to an address, RFC 3596 section 2.5.

One label is one nibble (4 bits, one hexadecimal digit), the last nibble first. So a prefix has a
name of its own only where its length is a multiple of 4.
"""

from __future__ import annotations

import re

import netaddr

from ipv6course.address import given
from ipv6course.address.text import N_, shown

NIBBLE_BITS = 4
MOST_NIBBLES = given.ADDRESS_BITS // NIBBLE_BITS
DOMAIN = "ip6.arpa"
_NIBBLE = re.compile(r"[0-9A-Fa-f]")


def reverse(of: str | netaddr.IPAddress | netaddr.IPNetwork) -> str:
    """Return the name of an address or a prefix in ip6.arpa, RFC 3596 section 2.5.

    Args:
        of: An address, or a prefix whose length is a multiple of 4.

    Returns:
        The whole name in lower case, with the dot of the root at the end, as a zone file needs it:
        "8.b.d.0.1.0.0.2.ip6.arpa." for 2001:db8::/32.

    Raises:
        ValueError: It is neither, it has a zone, or the prefix ends inside a nibble; then the
            message names the prefixes to use instead.
    """
    if isinstance(of, netaddr.IPNetwork) or (isinstance(of, str) and "/" in of):
        net = given.prefix(of)
        _refuse_split_nibble(net)
        value, length = net.first, net.prefixlen
    else:
        found, zone = given.address_and_zone(of)
        if zone is not None:
            raise given.refusal(
                N_(
                    "{text} has a zone. Other machines do not know it, so DNS cannot hold it (RFC "
                    "4007 section 11.2). Leave it out."
                ),
                text=shown(f"{found}%{zone}"),
            )
        value, length = int(found), given.ADDRESS_BITS
    nibbles = f"{value:032x}"[: length // NIBBLE_BITS]
    return ".".join([*reversed(nibbles), DOMAIN, ""])


def _refuse_split_nibble(net: netaddr.IPNetwork) -> None:
    missing = -net.prefixlen % NIBBLE_BITS
    if missing:
        instead = net.subnet(net.prefixlen + missing)
        raise given.refusal(
            N_(
                "{text} ends inside a nibble: {length} is not a multiple of 4, so it has no name "
                "of its own in ip6.arpa (RFC 3596 section 2.5). Use these instead: {instead}."
            ),
            text=net,
            length=net.prefixlen,
            instead=", ".join(map(str, instead)),
        )


def from_reverse(name: str) -> netaddr.IPAddress | netaddr.IPNetwork:
    """Read a name in ip6.arpa, the inverse of `reverse`.

    Args:
        name: Upper or lower case, with or without the dot at the end.

    Returns:
        The address where the name has 32 nibbles, else the prefix of the nibbles that it has;
        "ip6.arpa." is ::/0.

    Raises:
        ValueError: It is not such a name.
    """
    if not isinstance(name, str):
        raise given.refusal(
            N_("A name in ip6.arpa is given as text (str), not as {kind}."),
            kind=type(name).__name__,
        )
    labels = name.removesuffix(".").split(".")
    _refuse_domain(name, labels)
    nibbles = labels[:-2]
    if len(nibbles) > MOST_NIBBLES:
        raise given.refusal(
            N_("{text} has {count} nibbles. An IPv6 address has 32 (RFC 3596 section 2.5)."),
            text=shown(name),
            count=len(nibbles),
        )
    for place, label in enumerate(nibbles):
        if not _NIBBLE.fullmatch(label):
            raise given.refusal(
                N_(
                    "{text} has a label at character {at} that is not one hexadecimal digit. In "
                    "ip6.arpa a label is one nibble (RFC 3596 section 2.5)."
                ),
                text=shown(name),
                at=len(".".join([*labels[:place], ""])) + 1,
            )
    value = int("".join(reversed(nibbles)).ljust(MOST_NIBBLES, "0"), 16)
    if len(nibbles) == MOST_NIBBLES:
        return netaddr.IPAddress(value, 6)
    return netaddr.IPNetwork((value, len(nibbles) * NIBBLE_BITS), version=6)


def _refuse_domain(name: str, labels: list[str]) -> None:
    """Refuse a name that does not end in ip6.arpa, and say which mistake that is."""
    domain = ".".join(labels[-2:])
    if domain.lower() == DOMAIN:
        return
    sentence = OTHER_DOMAINS.get(domain.lower(), NOT_IN_DOMAIN)
    at = len(name.removesuffix(".")) - len(domain) + 1
    raise given.refusal(sentence, text=shown(name), at=at)


OTHER_DOMAINS = {
    "ip6.int": N_(
        "{text} is in ip6.int (character {at}), which is no longer used (RFC 4159). Write ip6.arpa."
    ),
    "in-addr.arpa": N_(
        "{text} is in in-addr.arpa (character {at}), which is for IPv4. IPv6 names are in ip6.arpa "
        "(RFC 3596 section 2.5)."
    ),
}
NOT_IN_DOMAIN = N_(
    "{text} does not end in ip6.arpa (character {at}). The names of IPv6 addresses do (RFC 3596 "
    "section 2.5)."
)
