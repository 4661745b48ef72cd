"""Everything that a country's profile needs, in one value."""

import sqlite3
from typing import NamedTuple

from ipv6data.queries.countries import PerHead, members, per_head, ratio
from ipv6data.queries.delegations import (
    FirstDelegation,
    Length,
    Period,
    first_delegations,
    lengths,
    pace,
)
from ipv6data.queries.search import LANGUAGES
from ipv6data.queries.sets import TYPES, parameters
from ipv6data.queries.text import sql
from ipv6data.queries.units import SLASH_48S


class Holding(NamedTuple):
    """What a country holds of one type of number, against others."""

    type: str
    records: int
    size: float
    """IPv6 in /32-equivalents, IPv4 in addresses, AS numbers in numbers."""
    share: float
    """Of all that is held in the world, 0 to 1."""
    per_head: float | None
    per_million: float | None
    rank: int | None
    """Among the countries with a figure of people, by size per head; 1 is the most. None where
    the country has no such figure."""
    ranked: int
    """How many countries are ranked."""
    region_per_million: float | None
    """The same of all people of its region (UN M49)."""
    income_per_million: float | None
    """The same of all people of its income group (World Bank)."""
    world_per_million: float | None


class Quarter(NamedTuple):
    """What a country holds at the end of a quarter; neighbouring blocks are merged."""

    date: str
    ipv6_size: float
    """In /32-equivalents."""
    ipv4_addresses: int


class Use(NamedTuple):
    """One figure of how much IPv6 is used in a country."""

    series: str
    """google-users, ripencc-v6asn."""
    date: str
    percent: float


class Country(NamedTuple):
    """A country's profile. A country with nothing has zeros and empty lists."""

    cc: str
    iso3: str
    names: dict[str, str]
    """By language: en, fr, es, ar, zh, ru."""
    region: str
    """UN M49; empty for Antarctica."""
    subregion: str
    itu_region: str | None
    income: str | None
    registry: str | None
    """The regional registry in whose service region it is."""
    ldc: bool
    lldc: bool
    sids: bool
    transition: bool
    people: int | None
    people_year: int | None
    date: str
    """Of the registries' files that holdings, pace and lengths are from."""
    holdings: list[Holding]
    """ipv4, ipv6, asn."""
    ipv4_pace: list[Period]
    """By year."""
    ipv6_pace: list[Period]
    ipv6_lengths: list[Length]
    first: FirstDelegation
    quarters: list[Quarter]
    """By date; newer than `date`, and without the date of each delegation."""
    use: list[Use]
    """By series and date."""


def country(data: sqlite3.Connection, cc: str, *, snapshot: str | None = None) -> Country:
    """Return a country's profile: who it is, what it holds, its pace, its use of IPv6.

    Args:
        data: The database.
        cc: Its ISO 3166-1 code in two letters; `find_country` finds it by name.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Raises:
        ValueError: No country has this code.
    """
    given = parameters(data, cc=cc, snapshot=snapshot)
    facts = data.execute(sql("country"), given).fetchone()
    if facts is None:
        raise ValueError(
            f"{cc!r} is no country's code (ISO 3166-1, two letters); EU, AP and ZZ in the "
            "registries' files are no countries"
        )
    code, iso3, *rest = facts
    region, income = rest[6], rest[9]
    return Country(
        code,
        iso3,
        dict(zip(LANGUAGES, rest[:6], strict=True)),
        region=region,
        subregion=rest[7],
        itu_region=rest[8],
        income=income,
        registry=rest[10],
        ldc=bool(rest[11]),
        lldc=bool(rest[12]),
        sids=bool(rest[13]),
        transition=bool(rest[14]),
        people=rest[15],
        people_year=rest[16],
        date=str(given["date"]),
        holdings=_holdings(data, code, region, income, snapshot),
        ipv4_pace=pace(data, type="ipv4", cc=code, snapshot=snapshot),
        ipv6_pace=pace(data, type="ipv6", cc=code, snapshot=snapshot),
        ipv6_lengths=lengths(data, cc=code, snapshot=snapshot),
        first=first_delegations(data, cc=code, snapshot=snapshot)[0],
        quarters=_quarters(data, code),
        use=_use(data, code),
    )


def _holdings(
    data: sqlite3.Connection, cc: str, region: str, income: str | None, snapshot: str | None
) -> list[Holding]:
    near = set(members(data, "region", region)) if region else set()
    alike = set(members(data, "income", income)) if income else set()
    return [
        _holding(type, cc, per_head(data, type=type, snapshot=snapshot), near, alike)
        for type in TYPES
    ]


def _holding(
    type: str, cc: str, rows: list[PerHead], region: set[str], income: set[str]
) -> Holding:
    own = next(row for row in rows if row.cc == cc)
    ranked = [row for row in rows if row.per_head is not None]
    return Holding(
        type,
        own.records,
        own.size,
        own.share,
        own.per_head,
        own.per_million,
        1 + sum(row.per_head > own.per_head for row in ranked if row.per_head is not None)
        if own.per_head is not None
        else None,
        len(ranked),
        _per_million([row for row in ranked if row.cc in region]),
        _per_million([row for row in ranked if row.cc in income]),
        _per_million(ranked),
    )


def _per_million(rows: list[PerHead]) -> float | None:
    return ratio(1_000_000 * sum(row.size for row in rows), sum(row.people or 0 for row in rows))


def _quarters(data: sqlite3.Connection, cc: str) -> list[Quarter]:
    rows = data.execute(
        "SELECT date, ipv6_48s, ipv4_addresses FROM country_quarter WHERE cc = ? ORDER BY date",
        (cc,),
    )
    return [Quarter(date, size / SLASH_48S, addresses) for date, size, addresses in rows]


def _use(data: sqlite3.Connection, cc: str) -> list[Use]:
    rows = data.execute(
        "SELECT series, date, percent FROM adoption WHERE cc = ? ORDER BY series, date", (cc,)
    )
    return [Use(*row) for row in rows]
