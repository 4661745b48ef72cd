"""What this room takes: netaddr values or text. Everything else is refused in the course's voice.

The rules of this module:

* A value that enters as netaddr's leaves as netaddr's; text becomes a netaddr value here, and only
  here. IPv6 text is read by `ipv6course.address.text`, not by netaddr, which accepts more.
* A refusal is always a plain `ValueError` that says what is wrong, where, and what would be right.
  Its sentence is looked up in the learner's language at that moment.
"""

from __future__ import annotations

import re

import netaddr

from ipv6course.address.text import N_, parse, shown

ADDRESS_BITS = 128

_LENGTH = re.compile(r"0|[1-9][0-9]{0,2}")  # no leading zero, no other script's digits
_NOT_IN_MAC = re.compile(r"[^0-9A-Fa-f:.-]")
# The three ways in which systems write an EUI-48 (6 octets) or EUI-64 (8 octets), and bare digits.
_MAC = re.compile(
    r"(?P<octet>[0-9A-Fa-f]{2}(?P<mark>[:-])(?:[0-9A-Fa-f]{2}(?P=mark)){4}"
    r"(?:(?:[0-9A-Fa-f]{2}(?P=mark)){2})?[0-9A-Fa-f]{2})"
    r"|(?:[0-9A-Fa-f]{4}\.){2,3}[0-9A-Fa-f]{4}"
    r"|[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16}"
)


def refusal(sentence: str, **found: object) -> ValueError:
    """Return the error for a sentence, in the learner's language, with what was found in it."""
    # Only a refusal pays for the catalogue.
    from ipv6course.classroom.messages import _

    return ValueError(_(sentence).format(**found))


def _translate(sentence: str) -> str:
    from ipv6course.classroom.messages import _

    return _(sentence)


def address_and_zone(given: object) -> tuple[netaddr.IPAddress, str | None]:
    """Return an IPv6 address and the zone that its text has; a netaddr value has none.

    Raises:
        ValueError: It is not one IPv6 address.
    """
    if isinstance(given, netaddr.IPAddress):
        if given.version != 6:
            raise refusal(
                N_(
                    "{text} is an IPv4 address. An IPv6 address is needed here; the IPv4-mapped "
                    "form of this one is ::ffff:{text} (RFC 4291 section 2.5.5.2)."
                ),
                text=given,
            )
        return netaddr.IPAddress(int(given), 6), None
    if isinstance(given, str):
        parsed = parse(given, _translate)
        return netaddr.IPAddress(parsed.value, 6), parsed.zone
    raise refusal(
        N_(
            "An IPv6 address is given as text, such as '2001:db8::1', or as netaddr.IPAddress, not "
            "as {kind}."
        ),
        kind=type(given).__name__,
    )


def address(given: object) -> netaddr.IPAddress:
    """Return an IPv6 address; a zone in its text is checked and left out.

    Raises:
        ValueError: It is not one IPv6 address.
    """
    return address_and_zone(given)[0]


def prefix(given: object) -> netaddr.IPNetwork:
    """Return an IPv6 prefix, RFC 4291 section 2.3. Every bit after its length is zero.

    Raises:
        ValueError: It is not one IPv6 prefix.
    """
    if isinstance(given, netaddr.IPNetwork):
        if given.version != 6:
            raise refusal(N_("{text} is an IPv4 prefix. An IPv6 prefix is needed."), text=given)
        return _without_host_bits(int(given.ip), given.prefixlen)
    if not isinstance(given, str):
        raise refusal(
            N_(
                "An IPv6 prefix is given as text, such as '2001:db8::/64', or as "
                "netaddr.IPNetwork, not as {kind}."
            ),
            kind=type(given).__name__,
        )
    before, slash, length = given.partition("/")
    parsed = parse(before, _translate)
    if not slash:
        raise refusal(
            N_(
                "{text} has no prefix length. Write it after a '/', such as {text}/64 (RFC 4291 "
                "section 2.3)."
            ),
            text=shown(given),
        )
    if parsed.zone is not None:
        raise refusal(
            N_("{text} has a zone at character {at}. A prefix here has none; leave it out."),
            text=shown(given),
            at=before.index("%") + 1,
        )
    if not _LENGTH.fullmatch(length) or int(length) > ADDRESS_BITS:
        raise refusal(
            N_(
                "{text} has a prefix length at character {at} that is not a decimal number from 0 "
                "to 128 (RFC 4291 section 2.3)."
            ),
            text=shown(given),
            at=len(before) + 2,
        )
    return _without_host_bits(parsed.value, int(length))


def _without_host_bits(value: int, length: int) -> netaddr.IPNetwork:
    found = netaddr.IPNetwork((value, length), version=6)
    if found.first != value:
        raise refusal(
            N_(
                "{text} is an address with its prefix length: bits after the first {length} are "
                "set. The prefix that it is in is {prefix} (RFC 4291 section 2.3)."
            ),
            text=found,
            length=length,
            prefix=found.cidr,
        )
    return found


def hardware_address(given: object) -> netaddr.EUI:
    """Return the address of one interface: EUI-48 (a MAC address) or EUI-64.

    Text has two digits an octet with ':' or '-' between them, or four digits a group with '.', or
    only digits.

    Raises:
        ValueError: It is no such address, or it is the address of a group of interfaces.
    """
    if isinstance(given, netaddr.EUI):
        found = given
    elif isinstance(given, str):
        found = _eui(given)
    else:
        raise refusal(
            N_(
                "A MAC address is given as text, such as '00:00:5e:00:53:01', or as netaddr.EUI, "
                "not as {kind}."
            ),
            kind=type(given).__name__,
        )
    if found.packed[0] & 0x01:  # IEEE 802: the first bit on the wire, I/G
        raise refusal(
            N_(
                "{text} is the address of a group: the lowest bit of its first octet is 1. An "
                "interface's own address has 0 there, such as 00:00:5e:00:53:01."
            ),
            text=found,
        )
    return found


def _eui(text: str) -> netaddr.EUI:
    stray = _NOT_IN_MAC.search(text)
    if stray:
        raise refusal(
            N_(
                "{text} has a character at place {at} that no MAC address has. Write six octets of "
                "two hexadecimal digits, such as 00:00:5e:00:53:01."
            ),
            text=shown(text),
            at=stray.start() + 1,
        )
    if not _MAC.fullmatch(text):
        raise refusal(
            N_(
                "{text} is not a MAC address: it has {count} hexadecimal digits, or its marks are "
                "not all alike and in place. Write six octets of two hexadecimal digits, such as "
                "00:00:5e:00:53:01 (eight octets for an EUI-64)."
            ),
            text=shown(text),
            count=len(re.sub("[:.-]", "", text)),
        )
    digits = re.sub("[:.-]", "", text)
    if len(digits) == 12:
        return netaddr.EUI(int(digits, 16), 48, dialect=netaddr.mac_unix_expanded)
    return netaddr.EUI(int(digits, 16), 64, dialect=netaddr.eui64_unix_expanded)
