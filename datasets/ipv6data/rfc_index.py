"""The RFCs that the course cites: number, title, status, and what obsoletes or updates them.

The facts are `rfc_index.csv` beside this file, as of `AS_OF`; `datasets/README.md` has their source
and terms. The file is sorted by number, so that a change is one line.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

AS_OF = date(2026, 6, 13)
_FACTS = Path(__file__).with_name("rfc_index.csv")


@dataclass(frozen=True)
class Rfc:
    """One RFC, as the RFC Editor lists it."""

    number: int
    title: str
    status: str
    """In lower case, such as `proposed standard`."""
    published: str
    """Year and month, such as `2010-08`."""
    obsoleted_by: tuple[int, ...]
    updated_by: tuple[int, ...]


@cache
def rfc_index() -> dict[int, Rfc]:
    """Return the index by number."""
    with _FACTS.open(encoding="utf-8", newline="") as file:
        rows = [_rfc(row) for row in csv.DictReader(file)]
    return {rfc.number: rfc for rfc in rows}


def _rfc(row: dict[str, str]) -> Rfc:
    return Rfc(
        number=int(row["number"]),
        title=row["title"],
        status=row["status"],
        published=row["published"],
        obsoleted_by=tuple(map(int, row["obsoleted_by"].split())),
        updated_by=tuple(map(int, row["updated_by"].split())),
    )
