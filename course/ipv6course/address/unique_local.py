"""Unique local prefixes: a network's own /48 that needs no registry, RFC 4193."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import netaddr

from ipv6course.address import given
from ipv6course.address.identifier import eui64
from ipv6course.address.text import N_

LOCALLY_ASSIGNED = 0xFD  # RFC 4193 section 3.1: fc00::/7, and L = 1
GLOBAL_ID_BITS = 40
SITE_LENGTH = 48
NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)  # RFC 5905 section 6, era 0
NTP_MASK = (1 << 64) - 1


def ula_prefix(mac: str | netaddr.EUI, time: datetime | int) -> netaddr.IPNetwork:
    """Return the unique local /48 that RFC 4193 section 3.2.2 computes.

    The time (64 bits, NTP) and then the EUI-64 are one key of 16 octets; the last 40 bits of its
    SHA-1 are the Global ID. The EUI-64 made of a MAC address has ff:fe in the middle (RFC 4291
    appendix A); its universal/local bit is not inverted: an EUI-64 is asked for here, and not a
    modified one. The result is the same every time, so keep the arguments secret or take a time
    that nobody can guess.

    Args:
        mac: The hardware address of one of the network's machines, EUI-48 or EUI-64.
        time: When the prefix is made: a datetime with a time zone, or the 64-bit NTP timestamp
            itself (seconds since 1900 in the first 32 bits, which start again at 0 in 2036;
            fractions in the last 32, rounded down).

    Returns:
        A prefix of length 48 in fd00::/8.

    Raises:
        ValueError: An argument is not such a one.
    """
    key = _ntp(time).to_bytes(8, "big") + eui64(given.hardware_address(mac)).to_bytes(8, "big")
    digest = hashlib.sha1(key, usedforsecurity=False).digest()
    global_id = int.from_bytes(digest, "big") & (1 << GLOBAL_ID_BITS) - 1
    return netaddr.IPNetwork(
        (LOCALLY_ASSIGNED << 120 | global_id << 80, SITE_LENGTH),
        version=6,
    )


def _ntp(time: object) -> int:
    """Return the 64-bit NTP timestamp, RFC 5905 section 6."""
    if isinstance(time, datetime) and time.utcoffset() is not None:
        microseconds = (time - NTP_EPOCH) // timedelta(microseconds=1)
        return (microseconds << 32) // 1_000_000 & NTP_MASK
    if isinstance(time, int) and not isinstance(time, bool) and 0 <= time <= NTP_MASK:
        return time
    raise given.refusal(
        N_(
            "The time must be a datetime with a time zone, such as datetime(2026, 1, 1, "
            "tzinfo=UTC), or a 64-bit NTP timestamp (RFC 4193 section 3.2.2)."
        )
    )
