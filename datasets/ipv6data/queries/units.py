"""The units of sizes: exact whole numbers inside, /32-equivalents outside."""

SLASH_64S = 1 << 32
"""How many /64s a /32 has; the queries' SQL counts IPv6 in /64s."""
SLASH_48S = 1 << 16
"""How many /48s a /32 has."""


def in_units(type: str, size: int | None) -> float:
    """Return a size of the SQL in the units that rows have.

    Args:
        type: `ipv4`, `ipv6` or `asn`.
        size: Addresses, numbers, or /64s of IPv6; None is nothing.
    """
    size = size or 0
    return size / SLASH_64S if type == "ipv6" else size
