"""What the registries still have, and what changes hands."""

import sqlite3
from typing import NamedTuple

from ipv6data.queries.sets import REGISTRIES, TYPES
from ipv6data.queries.text import sql
from ipv6data.queries.units import SLASH_48S


class Pool(NamedTuple):
    """What one registry had of one status on one day."""

    date: str
    registry: str
    status: str
    """`allocated`, `assigned`, `available` or `reserved`."""
    records: int
    size: float
    """IPv6 in /32-equivalents, IPv4 in addresses, AS numbers in numbers."""


class Transfer(NamedTuple):
    """What one registry transferred from holder to holder in one month."""

    month: str
    registry: str
    blocks: int | None
    """IPv4 blocks; None where the series has no figure."""
    addresses: int | None
    """IPv4 addresses."""


def pools(
    data: sqlite3.Connection, *, registry: str | None = None, type: str = "ipv4"
) -> list[Pool]:
    """Return what is allocated, assigned, available and reserved, month by month.

    Only AFRINIC and LACNIC have a series here. There is no status "returned" or "recovered" in
    the registries' files. Space that comes back is first `reserved` (a quarantine, so that its old
    use is forgotten), later `available`. Where it can enter from outside: returned space went to
    IANA, whose recovered pool was dealt out to the registries in equal parts from 2014 to 2019,
    and then counts as the registry's `available`. A transfer changes the holder, and so stays
    `allocated` or `assigned`; between registries it leaves one file and enters another.

    Args:
        data: The database.
        registry: Only this one.
        type: `ipv4`, `ipv6` or `asn`.

    Returns:
        Rows by date, registry, status.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    _check(registry)
    if type not in TYPES:
        raise ValueError(f"{type!r} is no type of number; use one of {', '.join(TYPES)}")
    found = data.execute(sql("pools"), {"type": type, "registry": registry})
    return [
        Pool(date, by, status, records, size / SLASH_48S if type == "ipv6" else size)
        for date, by, status, records, size in found
    ]


def transfers(data: sqlite3.Connection, *, registry: str | None = None) -> list[Transfer]:
    """Return how many IPv4 blocks and addresses changed hands each month, 2009 to 2016.

    From the transfer statistics of APNIC, ARIN and RIPE NCC. Addresses that
    move more than once are counted each time.

    Args:
        data: The database.
        registry: Only this one.

    Returns:
        Rows by month and registry.

    Raises:
        ValueError: There is no such registry.
    """
    _check(registry)
    return [Transfer(*row) for row in data.execute(sql("transfers"), {"registry": registry})]


def _check(registry: str | None) -> None:
    if registry is not None and registry not in REGISTRIES:
        raise ValueError(f"{registry!r} is no registry; use one of {', '.join(REGISTRIES)}")
