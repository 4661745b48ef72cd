"""Interface identifiers: the last 64 bits of an address, and the three ways to make them.

* From the hardware address: modified EUI-64, RFC 4291 section 2.5.1 and appendix A.
* Random, for a short time: temporary addresses, RFC 8981 section 3.3.1.
* Stable for a network, and opaque: RFC 7217 section 5. RFC 8064 section 3 makes it the default.

Nothing here looks at this machine: the randomness and the secret are given by the caller.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

import netaddr

from ipv6course.address import given
from ipv6course.address.multicast import is_multicast
from ipv6course.address.text import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

IDENTIFIER_BITS = 64  # RFC 4291 section 2.5.1
IDENTIFIER_MASK = (1 << IDENTIFIER_BITS) - 1
UNIVERSAL_LOCAL = 1 << 57  # the u bit: bit 6 of the identifier, counted from 0 on the left

# The IANA registry "Reserved IPv6 Interface Identifiers", which RFC 5453 set up: first, last, what
# for. Its second to fourth rows touch, and are one here.
RESERVED = (
    (0, 0, "Subnet-Router anycast, RFC 4291 section 2.6.1"),
    (
        0x0200_5EFF_FE00_0000,
        0x0200_5EFF_FEFF_FFFF,
        "IANA's Ethernet block, RFC 4291; in it 0200:5eff:fe00:5213, Proxy Mobile IPv6, RFC 6543",
    ),
    (0xFDFF_FFFF_FFFF_FF80, 0xFDFF_FFFF_FFFF_FFFF, "subnet anycast, RFC 2526 section 2"),
)

SECRET_OCTETS = 16  # RFC 7217 section 5: the secret key has at least 128 bits
LONGEST_PARAMETER = 0xFFFF  # octets; `stable_private` writes the length in two octets
MOST_CONFLICTS = 0xFF  # `stable_private` writes DAD_Counter in one octet, as Linux does
MOST_DRAWS = 64  # 64 bad draws in a row do not happen by chance: the source is broken


class RandomBits(Protocol):
    """Where random bits come from, such as `random.Random(seed)` or `secrets.SystemRandom()`."""

    def getrandbits(self, k: int, /) -> int:
        """Return a number of k random bits."""


def is_reserved(identifier: int) -> bool:
    """Return whether RFC 5453 keeps an identifier of 64 bits from being made by chance."""
    return any(first <= identifier <= last for first, last, _ in RESERVED)


# --- From the hardware address ------------------------------------------------------------------


def modified_eui64(prefix: str | netaddr.IPNetwork, mac: str | netaddr.EUI) -> netaddr.IPAddress:
    """Return the address that a MAC address gives in a prefix, RFC 4291 appendix A.

    ff:fe goes between the third and the fourth octet, and the universal/local bit is inverted. An
    EUI-64, which 802.15.4 radios have, is already 64 bits long; only the bit is inverted.

    Args:
        prefix: A unicast prefix of length 64.
        mac: EUI-48 (a MAC address) or EUI-64, of one interface.

    Returns:
        The address.

    Raises:
        ValueError: The prefix or the hardware address is not such a one.
    """
    net = slash_64(prefix)
    return in_prefix(net, eui64(given.hardware_address(mac)) ^ UNIVERSAL_LOCAL)


def mac_of(address: str | netaddr.IPAddress) -> netaddr.EUI | None:
    """Return the MAC address that an address shows, the inverse of `modified_eui64`.

    It is a guess, though a good one: a random identifier has ff:fe in the middle once in 65,536
    times.

    Args:
        address: Any address.

    Returns:
        The EUI-48; None where the identifier has no ff:fe in the middle, where the result would be
        the address of a group, and where the address has no interface identifier at all: multicast,
        and addresses that begin with the bits 000 (RFC 4291 section 2.5.1).

    Raises:
        ValueError: It is not an IPv6 address.
    """
    found = given.address(address)
    identifier = (int(found) & IDENTIFIER_MASK) ^ UNIVERSAL_LOCAL
    if not _has_identifier(found) or identifier >> 24 & 0xFFFF != 0xFFFE:
        return None
    mac = identifier >> 40 << 24 | identifier & 0xFF_FFFF
    if mac >> 40 & 0x01:  # IEEE 802: the I/G bit, the lowest of the first octet
        return None
    return netaddr.EUI(mac, 48, dialect=netaddr.mac_unix_expanded)


def eui64(mac: netaddr.EUI) -> int:
    """Return the EUI-64 of a hardware address, not modified, RFC 4291 appendix A."""
    value = int(mac)
    if mac.version == IDENTIFIER_BITS:
        return value
    return value >> 24 << 40 | 0xFFFE << 24 | value & 0xFF_FFFF


# --- Random -------------------------------------------------------------------------------------


def temporary(
    prefix: str | netaddr.IPNetwork,
    rng: RandomBits,
    in_use: Iterable[str | netaddr.IPAddress] = (),
) -> netaddr.IPAddress:
    """Return a temporary address, RFC 8981 section 3.3.1: all 64 bits of it are random.

    An identifier that is reserved (RFC 5453) or in use is thrown away, and another one is drawn. No
    bit is special (RFC 7136 section 5), so none is set or cleared.

    Args:
        prefix: A unicast prefix of length 64.
        rng: Where the random bits come from. A real host needs `secrets.SystemRandom()`; a lesson
            takes `random.Random(seed)`, so that it can be repeated.
        in_use: Addresses that the interface already has in this prefix.

    Returns:
        The address.

    Raises:
        ValueError: The prefix is not such a one, or `rng` gives no usable number.
    """
    net = slash_64(prefix)
    taken = {int(given.address(address)) for address in in_use}
    if not callable(getattr(rng, "getrandbits", None)):
        raise given.refusal(
            N_("rng must have getrandbits, such as random.Random(1) has; {kind} has not."),
            kind=type(rng).__name__,
        )
    for _ in range(MOST_DRAWS):
        identifier = rng.getrandbits(IDENTIFIER_BITS)
        if not isinstance(identifier, int) or not 0 <= identifier <= IDENTIFIER_MASK:
            raise given.refusal(N_("rng.getrandbits(64) must give a number of 64 bits."))
        address = in_prefix(net, identifier)
        if not is_reserved(identifier) and int(address) not in taken:
            return address
    raise given.refusal(
        N_("rng gave {count} identifiers that are reserved or in use. It cannot be random."),
        count=MOST_DRAWS,
    )


# --- Stable and opaque --------------------------------------------------------------------------


def stable_private(
    prefix: str | netaddr.IPNetwork,
    interface: str | bytes | netaddr.EUI,
    network_id: str | bytes | None,
    dad_counter: int,
    secret: bytes,
) -> netaddr.IPAddress:
    """Return a stable, semantically opaque address, RFC 7217 section 5.

    RID = F(Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key), and the identifier is the last
    64 bits of RID. The RFC leaves F() open; here it is SHA-256 over these octets, in this order:

    1. the prefix, 8 octets;
    2. the length of Net_Iface, 2 octets, most significant first; then Net_Iface;
    3. the length of Network_ID, 2 octets, most significant first; then Network_ID;
    4. DAD_Counter, 1 octet;
    5. the secret key.

    The lengths are there so that ("ab", "c") and ("a", "bc") differ. Where the identifier is
    reserved (RFC 5453), DAD_Counter goes up by one and F() is computed again, as the RFC says.

    Args:
        prefix: A unicast prefix of length 64.
        interface: Net_Iface: a name, a hardware address, or any octets. Text is UTF-8.
        network_id: Network_ID, such as the SSID of a wireless network; None where there is none.
        dad_counter: How many addresses were given up because another node had them, 0 to 255.
        secret: At least 16 octets (128 bits) that nobody else knows.

    Returns:
        The address.

    Raises:
        ValueError: An argument is not such a one.
    """
    net = slash_64(prefix)
    before = (net.first >> IDENTIFIER_BITS).to_bytes(8, "big")
    before += _with_length("interface", interface) + _with_length("network_id", network_id or b"")
    check_dad_counter(dad_counter)
    if not isinstance(secret, bytes) or len(secret) < SECRET_OCTETS:
        raise given.refusal(
            N_(
                "The secret must be bytes, at least 16 of them: RFC 7217 section 5 asks for a "
                "secret key of 128 bits or more."
            )
        )
    for counter in range(dad_counter, MOST_CONFLICTS + 1):
        rid = hashlib.sha256(before + bytes([counter]) + secret).digest()
        identifier = int.from_bytes(rid, "big") & IDENTIFIER_MASK
        if not is_reserved(identifier):
            return in_prefix(net, identifier)
    raise given.refusal(N_("No identifier that is not reserved is left for this dad_counter."))


def _with_length(name: str, parameter: object) -> bytes:
    octets: object = parameter
    if isinstance(parameter, netaddr.EUI):
        octets = parameter.packed
    elif isinstance(parameter, str):
        octets = parameter.encode("utf-8", "surrogatepass")
    if not isinstance(octets, bytes) or len(octets) > LONGEST_PARAMETER:
        raise given.refusal(
            N_("{name} must be text, bytes or netaddr.EUI, of at most 65535 octets."), name=name
        )
    return len(octets).to_bytes(2, "big") + octets


# --- Shared -------------------------------------------------------------------------------------


def check_dad_counter(counter: object) -> None:
    """Refuse what is not a DAD_Counter, RFC 7217 section 5."""
    if isinstance(counter, bool) or not isinstance(counter, int) or not 0 <= counter <= 0xFF:
        raise given.refusal(
            N_(
                "dad_counter must be a whole number from 0 to 255: how often Duplicate Address "
                "Detection has failed (RFC 7217 section 5)."
            )
        )


def in_prefix(net: netaddr.IPNetwork, identifier: int) -> netaddr.IPAddress:
    """Return the address of an identifier in a prefix of length 64."""
    return netaddr.IPAddress(net.first | identifier, 6)


def slash_64(prefix: object) -> netaddr.IPNetwork:
    """Return a prefix in which addresses with an interface identifier can be made.

    Raises:
        ValueError: It is not of length 64, or it is multicast, or it begins with the bits 000.
    """
    net = given.prefix(prefix)
    if net.prefixlen != IDENTIFIER_BITS:
        inside = net.prefixlen < IDENTIFIER_BITS
        raise given.refusal(SHORTER if inside else LONGER, text=net, prefix=_nearest_64(net))
    if not _has_identifier(netaddr.IPAddress(net.first, 6)):
        raise given.refusal(
            N_(
                "{text} is multicast or begins with the bits 000. Addresses there have no "
                "interface identifier (RFC 4291 section 2.5.1). Take a unicast prefix, such as "
                "2001:db8::/64."
            ),
            text=net,
        )
    return net


SHORTER = N_(
    "{text} is shorter than 64 bits. An interface identifier has 64 bits (RFC 4291 section 2.5.1), "
    "so the prefix must have 64. Choose a subnet in it, such as {prefix}."
)
LONGER = N_(
    "{text} is longer than 64 bits, so 64 bits for the interface identifier (RFC 4291 section "
    "2.5.1) are not left. The /64 around it is {prefix}."
)


def _nearest_64(net: netaddr.IPNetwork) -> netaddr.IPNetwork:
    first = net.first >> IDENTIFIER_BITS << IDENTIFIER_BITS
    return netaddr.IPNetwork((first, IDENTIFIER_BITS), version=6)


def _has_identifier(address: netaddr.IPAddress) -> bool:
    """RFC 4291 section 2.5.1: all unicast addresses except those that begin with 000."""
    return not is_multicast(address) and int(address) >> 125 != 0b000
