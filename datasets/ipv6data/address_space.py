"""The IANA list "Internet Protocol Version 6 Address Space": what each part of 128 bits is for.

The facts are `ipv6_address_space.csv` beside this file, as of `AS_OF`; `datasets/README.md` has
their source and terms. The blocks do not overlap, and together they are the whole space.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import netaddr

AS_OF = date(2019, 9, 13)
_FACTS = Path(__file__).with_name("ipv6_address_space.csv")


@dataclass(frozen=True, slots=True)
class AddressSpaceBlock:
    """One row of the list."""

    block: netaddr.IPNetwork
    designation: str
    """As IANA writes it, such as `Reserved by IETF`."""
    rfc: str
    """What decides, such as `RFC 4291 section 2.4`."""


@cache
def address_space() -> tuple[AddressSpaceBlock, ...]:
    """Return the rows, lowest addresses first."""
    with _FACTS.open(encoding="utf-8", newline="") as file:
        return tuple(
            AddressSpaceBlock(netaddr.IPNetwork(row["block"]), row["designation"], row["rfc"])
            for row in csv.DictReader(file)
        )


def address_space_block(address: netaddr.IPAddress) -> AddressSpaceBlock:
    """Return the row whose block holds an IPv6 address; every address has one."""
    value = int(address)
    return next(row for row in address_space() if row.block.first <= value <= row.block.last)
