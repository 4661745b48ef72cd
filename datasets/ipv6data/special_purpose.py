"""The IANA IPv6 Special-Purpose Address Registry: what each special block is, and may do.

The facts are `special_purpose_registry.csv` beside this file, as of `AS_OF`; `datasets/README.md`
has their source and terms. The fields are those of RFC 6890 section 2.2.1 and RFC 8190 section 2.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import netaddr

AS_OF = date(2025, 5, 16)
_FACTS = Path(__file__).with_name("special_purpose_registry.csv")
_ANSWERS = {"true": True, "false": False, "n/a": None, "": None}


@dataclass(frozen=True, slots=True)
class SpecialPurposeBlock:
    """One row of the registry."""

    block: netaddr.IPNetwork
    name: str
    """As IANA writes it, such as `Unique-Local`."""
    rfc: str
    """What requested the block, such as `RFC 4193, RFC 8190`."""
    allocated: str
    """Year and month, such as `2005-10`."""
    terminated: str | None
    """Year and month in which the block's use ended; None while it is in use."""
    source: bool | None
    """Whether a packet from such an address may cross two devices. In this and the next fields,
    None means that the registry says neither true nor false; `note` tells why."""
    destination: bool | None
    """Whether a packet to such an address may cross two devices."""
    forwardable: bool | None
    """Whether a router may forward a packet to such an address."""
    globally_reachable: bool | None
    """Whether such a packet may leave an administrative domain (RFC 8190 section 2.1)."""
    reserved_by_protocol: bool | None
    """Whether IPv6 itself requires special behaviour for such an address."""
    note: str


@cache
def special_purpose_blocks() -> tuple[SpecialPurposeBlock, ...]:
    """Return the rows, sorted by first address, the larger block first."""
    with _FACTS.open(encoding="utf-8", newline="") as file:
        return tuple(_block(row) for row in csv.DictReader(file))


def special_purpose_block(address: netaddr.IPAddress) -> SpecialPurposeBlock | None:
    """Return the most specific row whose block holds an IPv6 address, or None where none does.

    Blocks nest, and the most specific one decides: 2001::/23 is not globally reachable, but
    2001:20::/28 in it is (RFC 8190 section 2.1).
    """
    value = int(address)
    for first, last, block in _most_specific_first():
        if first <= value <= last:
            return block
    return None


@cache
def _most_specific_first() -> tuple[tuple[int, int, SpecialPurposeBlock], ...]:
    rows = sorted(special_purpose_blocks(), key=lambda row: -row.block.prefixlen)
    return tuple((row.block.first, row.block.last, row) for row in rows)


def _block(row: dict[str, str]) -> SpecialPurposeBlock:
    return SpecialPurposeBlock(
        block=netaddr.IPNetwork(row["block"]),
        name=row["name"],
        rfc=row["rfc"],
        allocated=row["allocated"],
        terminated=row["terminated"] or None,
        source=_ANSWERS[row["source"]],
        destination=_ANSWERS[row["destination"]],
        forwardable=_ANSWERS[row["forwardable"]],
        globally_reachable=_ANSWERS[row["globally_reachable"]],
        reserved_by_protocol=_ANSWERS[row["reserved_by_protocol"]],
        note=row["note"],
    )
