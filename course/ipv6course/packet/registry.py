"""Names of protocol numbers, as IANA's registries have them.

The facts are `registry.csv` beside this file, as of `AS_OF`: registry, number, name, and the RFC
and section that define it. It is a selection: what an IPv6 network shows.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

AS_OF = date(2026, 6, 13)
_FACTS = Path(__file__).with_name("registry.csv")


class Entry(NamedTuple):
    """A row of a registry."""

    name: str
    rfc: str


@cache
def _registries() -> dict[str, dict[int, Entry]]:
    found: dict[str, dict[int, Entry]] = {}
    with _FACTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = Entry(row["name"], row["rfc"])
            found.setdefault(row["registry"], {})[int(row["number"], 0)] = entry
    return found


def named(registry: str, number: int) -> Entry | None:
    """Return the entry of a number, or None where the registry has none."""
    return _registries()[registry].get(number)


def rfc_of(registry: str, number: int, otherwise: str) -> str:
    """Return where a number is defined."""
    entry = named(registry, number)
    return entry.rfc if entry else otherwise
