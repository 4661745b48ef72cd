"""Well-known IPv6 multicast groups: a selection that the course meets, with the RFC of each.

The facts are `ipv6_multicast_groups.csv` beside this file, as of `AS_OF`; `datasets/README.md` has
their source and terms. In the file `x` stands for the scope (RFC 4291 section 2.7).
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import netaddr

AS_OF = date(2026, 6, 13)
_FACTS = Path(__file__).with_name("ipv6_multicast_groups.csv")
_SCOPE = 0xF << 112  # RFC 4291 section 2.7: bits 12 to 15


@dataclass(frozen=True, slots=True)
class MulticastGroup:
    """One group, or a block of groups, in one or more scopes."""

    block: netaddr.IPNetwork
    """With 0 in place of the scope."""
    scopes: tuple[int, ...]
    """The scopes in which the group is assigned, 0 to 15."""
    name: str
    rfc: str
    """What defines the group, such as `RFC 4291 section 2.7.1`."""


@cache
def multicast_groups() -> tuple[MulticastGroup, ...]:
    """Return the groups as the file lists them."""
    with _FACTS.open(encoding="utf-8", newline="") as file:
        return tuple(_group(row) for row in csv.DictReader(file))


def multicast_group(address: netaddr.IPAddress) -> MulticastGroup | None:
    """Return the well-known group of a multicast address, or None where the file has none."""
    value = int(address)
    scope = (value & _SCOPE) >> 112
    scopeless = value & ~_SCOPE
    for group in multicast_groups():
        if scope in group.scopes and group.block.first <= scopeless <= group.block.last:
            return group
    return None


def _group(row: dict[str, str]) -> MulticastGroup:
    return MulticastGroup(
        block=netaddr.IPNetwork(row["group"].replace("x", "0", 1)),
        scopes=tuple(range(16) if row["scopes"] == "any" else map(int, row["scopes"].split())),
        name=row["name"],
        rfc=row["rfc"],
    )
