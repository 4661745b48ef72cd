"""Lifetimes: from the wire into virtual seconds, and how they may be changed."""

from __future__ import annotations

import math

from ipv6course.network.wire import nd

TWO_HOURS = 7200.0  # seconds, RFC 4862 section 5.5.3 (e)


def seconds(lifetime: int) -> float:
    """Return a lifetime of the wire in seconds; all ones are forever."""
    return math.inf if lifetime == nd.INFINITY else float(lifetime)


def valid_lifetime(received: float, remaining: float) -> float:
    """Return the valid lifetime that an address gets, RFC 4862 section 5.5.3 (e).

    Nobody is to end an address at once by a forged advertisement: below two hours only what is
    longer counts.

    Args:
        received: Seconds, of the advertisement.
        remaining: Seconds, of the address.
    """
    if received > TWO_HOURS or received > remaining:
        return received
    return min(remaining, TWO_HOURS)
