"""Stable private addresses as the Linux kernel makes them (net/ipv6/addrconf.c, since 4.1).

The kernel follows RFC 7217 section 5 with its own arguments and its own F():

* Net_Iface is the interface's permanent hardware address. A veth has none: all octets are zero.
* There is no Network_ID.
* F() is one step of SHA-1 over a block of 64 octets: the secret (16), the prefix (8), the hardware
  address (32, filled up with zeros), DAD_Counter (1), zeros (7). SHA-1 would then append its
  padding and the length; the kernel stops before. So `hashlib` cannot compute it.
* The identifier is the first two words of the state, as they lie in memory. On the machines that
  are in use (x86, ARM, RISC-V) that is least significant octet first.
* More identifiers count as reserved than RFC 5453 lists: 0200:5eff:fe00:: and all above it with the
  same first half.
"""

from __future__ import annotations

import netaddr

from ipv6course.address import given
from ipv6course.address.identifier import check_dad_counter, in_prefix, slash_64
from ipv6course.address.text import N_

BLOCK_OCTETS = 64  # FIPS 180-4 section 1, figure 1: SHA-1 works on blocks of 512 bits
SECRET_OCTETS = 16
HARDWARE_OCTETS = 32  # MAX_ADDR_LEN
IDGEN_RETRIES = 3  # sysctl net.ipv6.idgen_retries, its default

# FIPS 180-4 section 5.3.1, and the constants of 4.2.1 with the functions of 4.1.1.
INITIAL = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
WORD = 0xFFFF_FFFF


def linux_stable_private(
    prefix: str | netaddr.IPNetwork,
    dad_counter: int,
    secret: bytes | str | netaddr.IPAddress,
    hardware_address: str | bytes | netaddr.EUI = bytes(6),
) -> netaddr.IPAddress:
    """Return the address that Linux makes with addr_gen_mode 2 (stable privacy).

    Args:
        prefix: A unicast prefix of length 64.
        dad_counter: How many addresses were given up because another node had them, 0 to 255.
        secret: What the sysctl `net.ipv6.conf.*.stable_secret` holds: 16 octets, or the IPv6
            address as which the sysctl shows them.
        hardware_address: The permanent one (`ip link` calls it permaddr, where it differs), as
            EUI-48, EUI-64 or up to 32 octets. Zero for a veth.

    Returns:
        The address.

    Raises:
        ValueError: An argument is not such a one, or the kernel would give up.
    """
    net = slash_64(prefix)
    check_dad_counter(dad_counter)
    fixed = _secret(secret) + (net.first >> 64).to_bytes(8, "big") + _hardware(hardware_address)
    for counter in range(dad_counter, max(dad_counter, IDGEN_RETRIES) + 1):
        state = sha1_step(INITIAL, (fixed + bytes([counter])).ljust(BLOCK_OCTETS, b"\0"))
        octets = b"".join(word.to_bytes(4, "little") for word in state[:2])
        identifier = int.from_bytes(octets, "big")
        if not _kernel_reserves(identifier):
            return in_prefix(net, identifier)
    raise given.refusal(N_("Linux finds no identifier that is not reserved, and makes no address."))


def sha1_step(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """Work one block of 64 octets into the state of five words, FIPS 180-4 section 6.1.2."""
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, BLOCK_OCTETS, 4)]
    for t in range(16, 80):
        words.append(_rotated(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1))
    a, b, c, d, e = state
    for t, word in enumerate(words):
        mixed, constant = _mixed(t, b, c, d)
        a, b, c, d, e = (
            (_rotated(a, 5) + mixed + e + constant + word) & WORD,
            a,
            _rotated(b, 30),
            c,
            d,
        )
    return tuple((old + new) & WORD for old, new in zip(state, (a, b, c, d, e), strict=True))


def _mixed(t: int, b: int, c: int, d: int) -> tuple[int, int]:
    """Return the function and the constant of round t, FIPS 180-4 sections 4.1.1 and 4.2.1."""
    if t < 20:
        return b & c ^ ~b & WORD & d, 0x5A827999  # Ch
    if t < 40:
        return b ^ c ^ d, 0x6ED9EBA1  # Parity
    if t < 60:
        return b & c ^ b & d ^ c & d, 0x8F1BBCDC  # Maj
    return b ^ c ^ d, 0xCA62C1D6  # Parity


def _rotated(word: int, places: int) -> int:
    return (word << places | word >> 32 - places) & WORD


def _kernel_reserves(identifier: int) -> bool:
    first, second = identifier >> 32, identifier & WORD
    return (
        identifier == 0
        or (first == 0x0200_5EFF and second >= 0xFE00_0000)
        or (first == 0xFDFF_FFFF and second >= 0xFFFF_FF80)
    )


def _secret(secret: object) -> bytes:
    if isinstance(secret, bytes):
        if len(secret) != SECRET_OCTETS:
            raise given.refusal(
                N_("The secret has {count} octets. Linux keeps one of 16."), count=len(secret)
            )
        return secret
    return int(given.address(secret)).to_bytes(SECRET_OCTETS, "big")


def _hardware(address: object) -> bytes:
    octets = address if isinstance(address, bytes) else given.hardware_address(address).packed
    if len(octets) > HARDWARE_OCTETS:
        raise given.refusal(
            N_("The hardware address has {count} octets. Linux keeps 32 at most."),
            count=len(octets),
        )
    return bytes(octets).ljust(HARDWARE_OCTETS, b"\0")
