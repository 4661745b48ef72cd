"""Delegations in time, by prefix length, and outside every country."""

import json
import sqlite3
from typing import NamedTuple

from ipv6data.queries.countries import members
from ipv6data.queries.sets import parameters
from ipv6data.queries.text import sql
from ipv6data.queries.units import in_units


class Month(NamedTuple):
    """What one registry delegated to one country in one month, of what is still held."""

    month: str | None
    """`2018-10`; None where the file has no date."""
    registry: str
    cc: str | None
    records: int
    size: float
    """IPv6 in /32-equivalents, IPv4 in addresses, AS numbers in numbers."""


class Period(NamedTuple):
    """One year or month of the pace."""

    period: str | None
    """`2018` or `2018-10`; None in the last row, for delegations without a date."""
    records: int
    """New delegations of the period."""
    size: float
    """Their size, in the units of `Month`."""
    cumulative_records: int
    cumulative: float
    """Size of all delegations up to the end of the period."""
    change: float | None
    """New size against the same period one year before: 0.25 is a quarter more. None where that
    had nothing, where the period is not over on the file's date, and in the row without a date."""
    complete: bool
    """Whether the period was over on the file's date."""


class Length(NamedTuple):
    """One prefix length of IPv6."""

    length: int
    records: int
    allocated: int
    """Of these, to an organisation that delegates further (such as a provider)."""
    assigned: int
    """Of these, to an end user for its own network."""
    size: float
    """In /32-equivalents."""
    share_of_records: float
    share_of_size: float


class FirstDelegation(NamedTuple):
    """A country's first delegations that are still held."""

    cc: str | None
    name: str | None
    """In English; None where cc is no country."""
    first_ipv4: str | None
    """A month, such as `1993-04`; None where the country has none."""
    first_ipv6: str | None
    months: int | None
    """From the first to the second; negative where IPv6 came first."""


class Outside(NamedTuple):
    """What one registry has delegated under a code that is no country."""

    registry: str
    cc: str | None
    """EU, AP, ZZ; None where the file has nothing."""
    records: int
    size: float
    """In the units of `Month`."""


def monthly(
    data: sqlite3.Connection,
    *,
    type: str = "ipv6",
    registry: str | None = None,
    cc: str | None = None,
    snapshot: str | None = None,
) -> list[Month]:
    """Return delegations per month, by registry and country.

    Months in which nothing was delegated have no row.

    Args:
        data: The database.
        type: `ipv4`, `ipv6` or `asn`.
        registry: Only this registry.
        cc: Only this country, or EU, AP, ZZ.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows by month, registry, country; None comes first.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    given = parameters(data, type=type, registry=registry, cc=cc, snapshot=snapshot)
    found = data.execute(sql("monthly"), given)
    if type != "ipv6":
        return list(map(Month._make, found))  # 20,000 rows: it is twice as fast
    return [
        Month(month, by, code, records, in_units(type, size))
        for month, by, code, records, size in found
    ]


def pace(
    data: sqlite3.Connection,
    *,
    type: str = "ipv6",
    registry: str | None = None,
    cc: str | None = None,
    by: str = "year",
    group: str | None = None,
    member: str | None = None,
    snapshot: str | None = None,
) -> list[Period]:
    """Return what was delegated in each year or month, the running total and the yearly change.

    Every period from the first delegation to the file's date has a row, also with nothing new.
    The pace of what is still held: what was given back is in no period.

    Args:
        data: The database.
        type: `ipv4`, `ipv6` or `asn`.
        registry: Only this registry.
        cc: Only this country, or EU, AP, ZZ.
        by: `year` or `month`.
        group: With `member`, only countries of one group, as `by_group` names both:
            `group="ldc", member="least developed countries"`.
        member: See `group`.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows in the order of time; delegations without a date are one last row, period None.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    letters = {"year": 4, "month": 7}.get(by)
    if letters is None:
        raise ValueError(f"a pace is by year or by month, not by {by!r}")
    if (group is None) != (member is None):
        raise ValueError("group and member go together: group='income', member='Low'")
    countries = None if group is None else json.dumps(members(data, group, str(member)))
    given = parameters(
        data,
        type=type,
        registry=registry,
        cc=cc,
        snapshot=snapshot,
        letters=letters,
        countries=countries,
    )
    found = {period: (n, size) for period, n, size in data.execute(sql("pace"), given)}
    return _periods(found, type, str(given["date"]))


def _periods(found: dict[str | None, tuple[int, int]], type: str, until: str) -> list[Period]:
    dated = sorted(period for period in found if period is not None)
    rows: list[Period] = []
    records = size = 0
    if dated:
        last = max(dated[-1], until[: len(dated[0])])
        for period in _calendar(dated[0], last):
            new_records, new_size = found.get(period, (0, 0))
            _old_records, old_size = found.get(_year_before(period), (0, 0))
            records, size = records + new_records, size + new_size
            complete = period < until[: len(period)]
            rows.append(
                Period(
                    period,
                    new_records,
                    in_units(type, new_size),
                    records,
                    in_units(type, size),
                    new_size / old_size - 1 if old_size and complete else None,
                    complete,
                )
            )
    if None in found:
        new_records, new_size = found[None]
        records, size = records + new_records, size + new_size
        new, total = in_units(type, new_size), in_units(type, size)
        rows.append(Period(None, new_records, new, records, total, None, True))
    return rows


def _year_before(period: str) -> str:
    return f"{int(period[:4]) - 1:04}{period[4:]}"


def _calendar(first: str, last: str) -> list[str]:
    """Return every year or every month from the first to the last."""
    years = range(int(first[:4]), int(last[:4]) + 1)
    if len(first) == 4:
        return [f"{year:04}" for year in years]
    months = [f"{year:04}-{month:02}" for year in years for month in range(1, 13)]
    return [month for month in months if first <= month <= last]


def lengths(
    data: sqlite3.Connection,
    *,
    registry: str | None = None,
    cc: str | None = None,
    snapshot: str | None = None,
) -> list[Length]:
    """Return how many IPv6 prefixes of each length are held.

    Args:
        data: The database.
        registry: Only this registry.
        cc: Only this country, or EU, AP, ZZ.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows by length, the shortest (largest block) first.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    given = parameters(data, type="ipv6", registry=registry, cc=cc, snapshot=snapshot)
    rows = [(n, a or 0, b or 0, size) for n, a, b, size in data.execute(sql("lengths"), given)]
    records = sum(allocated + assigned for _n, allocated, assigned, _size in rows)
    total = sum(size for *_, size in rows)
    return [
        Length(
            length,
            allocated + assigned,
            allocated,
            assigned,
            in_units("ipv6", size),
            (allocated + assigned) / records,
            size / total,
        )
        for length, allocated, assigned, size in rows
    ]


def first_delegations(
    data: sqlite3.Connection, *, cc: str | None = None, snapshot: str | None = None
) -> list[FirstDelegation]:
    """Return how long each country took from its first IPv4 to its first IPv6 delegation.

    Months, not days. Only what is still held counts, and a block that came by transfer keeps the
    date of its first delegation, so a country can look older than its own networks.

    Args:
        data: The database.
        cc: Only this country.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows by first IPv6 month, then code; countries without IPv6 last.
    """
    given = parameters(data, cc=cc, snapshot=snapshot)
    rows = [
        FirstDelegation(code, name, ipv4, ipv6, _months(ipv4, ipv6))
        for code, name, ipv4, ipv6 in data.execute(sql("first_delegations"), given)
    ]
    return sorted(rows, key=lambda row: (row.first_ipv6 or "9999", row.cc or ""))


def _months(first: str | None, second: str | None) -> int | None:
    if first is None or second is None:
        return None
    return 12 * (int(second[:4]) - int(first[:4])) + int(second[5:]) - int(first[5:])


def outside(
    data: sqlite3.Connection,
    *,
    type: str = "ipv6",
    registry: str | None = None,
    snapshot: str | None = None,
) -> list[Outside]:
    """Return what is held under a code that is no country (EU, AP, ZZ, or nothing).

    What countries hold and these rows together are all that is held.

    Args:
        data: The database.
        type: `ipv4`, `ipv6` or `asn`.
        registry: Only this registry.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows by registry and code; None comes first.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    given = parameters(data, type=type, registry=registry, snapshot=snapshot)
    return [
        Outside(by, cc, records, in_units(type, size))
        for by, cc, records, size in data.execute(sql("outside"), given)
    ]
