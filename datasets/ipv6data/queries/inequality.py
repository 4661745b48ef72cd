"""How unequally numbers are held: Lorenz curve, Gini, Herfindahl-Hirschman, and the course of time.

**Lorenz curve** (Lorenz 1905): the members in the order of their size per head, smallest first; of
the poorest share p of all people, the share L(p) of all that is held.

**Gini** (Gini 1912): twice the area between that curve and the diagonal, 0 (all have the same) to
nearly 1. Computed by trapezoids, G = 1 - sum((p[i] - p[i-1]) * (L[i] + L[i-1])), which equals half
the mean difference between two members drawn at random, divided by the mean.

**Herfindahl-Hirschman index** (Hirschman 1945, Herfindahl 1950): the sum of the squared shares,
from 1/n to 1. Competition authorities write it times 10,000 (the US Merger Guidelines of 2023
call a market above 1,800 highly concentrated).

**People or countries?** Where each country counts as one, Tuvalu weighs as much as India and the
figure says how unlike countries are. Where each country weighs as its people, it says how unequally
*people* are served, as far as country means can say it: inside a country all count as equal, so it
is a lower bound. The question of the course is people's share, so `lorenz` weighs by people and
`concentration` gives that row first; the other stands beside it under its own name.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from ipv6data.queries.countries import (
    NO_COUNTRY,
    check_group,
    group_order,
    membership,
    ratio,
)
from ipv6data.queries.sets import parameters
from ipv6data.queries.text import sql
from ipv6data.queries.units import in_units


class LorenzPoint(NamedTuple):
    """One point of the curve: a country, and all that stand before it."""

    cc: str | None
    """None in the first row, which is the curve's origin (0, 0)."""
    name: str | None
    people: int
    size: float
    """IPv6 in /32-equivalents, IPv4 in addresses, AS numbers in numbers."""
    per_head: float
    people_share: float
    """Of the people of this country and of those before it, 0 to 1."""
    size_share: float
    """Of what these hold, 0 to 1."""


class Concentration(NamedTuple):
    """How concentrated holding is, in one way of counting."""

    basis: str
    """Who counts as one: `people` (each country weighs as its people), `countries` (each country
    as one), or `holders` (each organisation of a registry as one)."""
    members: int
    """How many countries or holders."""
    size: float
    """What they hold, in the units of `LorenzPoint`."""
    left_out: float
    """What is held and not in `size`: under no country's code, in a country without a figure of
    people, or without a holder's id."""
    gini: float
    hhi: float
    """Of the members' shares, 0 to 1 (not times 10,000). The weights do not enter it."""
    top_1_percent: float
    """The share of all that the richest 1 % of people, countries or holders have, 0 to 1."""
    top_10_percent: float


class Imbalance(NamedTuple):
    """What a group of countries had got by the end of a year, of the IPv4 that is held today."""

    year: int
    group: str
    addresses: int
    """Delegated by the end of the year."""
    share_of_all: float
    """Of all addresses held on the file's date."""
    share_then: float
    """Of all that had been delegated by the end of that year."""
    people: int
    """In that year, of countries with a figure."""
    people_share: float | None
    """Of all people in that year; None for what is in no country."""
    per_head: float | None
    """Addresses for each person in that year, of countries with a figure of people."""


class Members(NamedTuple):
    """Members that hold the same and weigh the same."""

    size: int
    """What each holds."""
    weight: int
    """How much each counts, such as its people."""
    number: int = 1
    """How many such members there are."""


def lorenz(
    data: sqlite3.Connection, *, type: str = "ipv6", snapshot: str | None = None
) -> list[LorenzPoint]:
    """Return the Lorenz curve of what people hold, country by country.

    Countries without a figure of people and what is outside every country are not on the curve;
    `concentration` says how much that leaves out.

    Args:
        data: The database.
        type: `ipv4`, `ipv6` or `asn`.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        The origin, then rows from the least to the most per head, then by code; the last is (1, 1).

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    given = parameters(data, type=type, snapshot=snapshot)
    found = [
        (cc, name, size, people)
        for cc, name, _records, size, people in data.execute(sql("lorenz"), given)
        if people
    ]
    found.sort(key=lambda row: (Fraction(row[2], row[3]), row[0]))
    everyone = sum(people for *_, people in found)
    total = sum(size for _cc, _name, size, _people in found)
    points = [LorenzPoint(None, None, 0, 0, 0.0, 0.0, 0.0)]
    below_people = below_size = 0
    for cc, name, size, people in found:
        below_people += people
        below_size += size
        held = in_units(type, size)
        share = below_size / total if total else 0.0
        points.append(
            LorenzPoint(cc, name, people, held, held / people, below_people / everyone, share)
        )
    return points


def concentration(
    data: sqlite3.Connection,
    *,
    type: str = "ipv6",
    over: str = "countries",
    snapshot: str | None = None,
) -> list[Concentration]:
    """Return Gini, Herfindahl-Hirschman index and the shares of the top 1 % and 10 %.

    Both bases over countries take the countries with a figure of people, also those with nothing.
    The shares of the top are read off the Lorenz curve: where 1 % ends inside a country, that
    part of it counts. A holder is one opaque id in one registry's file: an organisation that is a
    member of two registries is two holders, and one that holds through many companies is many.

    Args:
        data: The database.
        type: `ipv4`, `ipv6` or `asn`.
        over: `countries` (two rows: `people`, then `countries`) or `holders` (one row). Holders
            are known only in files kept with all their records.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        The rows, as above; none where no country with people, or no named holder, holds anything.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    given = parameters(data, type=type, snapshot=snapshot)
    if over == "holders":
        return _over_holders(data, type, given)
    if over != "countries":
        raise ValueError(f"concentration is over countries or holders, not over {over!r}")
    found = data.execute(sql("lorenz"), given).fetchall()
    sizes = [(size, people) for _cc, _name, _records, size, people in found if people]
    if not any(size for size, _people in sizes):
        return []
    left_out = sum(row[3] for row in found) - sum(size for size, _people in sizes)
    by_people = [Members(size, people) for size, people in sizes]
    by_country = [Members(size, 1) for size, _people in sizes]
    return [
        _concentration("people", type, by_people, left_out),
        _concentration("countries", type, by_country, left_out),
    ]


def _over_holders(
    data: sqlite3.Connection, type: str, given: dict[str, object]
) -> list[Concentration]:
    named: list[Members] = []
    left_out = 0
    for size, holders, holdings in data.execute(sql("concentration"), given):
        if holders:
            named.append(Members(size, 1, holders))
        else:
            left_out += size * holdings
    return [_concentration("holders", type, named, left_out)] if named else []


def _concentration(basis: str, type: str, members: list[Members], left_out: int) -> Concentration:
    curve = _curve(members)
    return Concentration(
        basis,
        sum(each.number for each in members),
        in_units(type, sum(each.size * each.number for each in members)),
        in_units(type, left_out),
        float(_gini(curve)),
        float(_hhi(members)),
        float(_share_of_top(curve, Fraction(1, 100))),
        float(_share_of_top(curve, Fraction(1, 10))),
    )


def gini(sizes: Iterable[int], weights: Iterable[int] | None = None) -> float:
    """Return the Gini coefficient of some sizes.

    Args:
        sizes: What each member holds, none negative, not all zero.
        weights: How much each member counts, such as its people; None: each the same.

    Raises:
        ValueError: There is nothing to share, or sizes and weights are not equally many.
    """
    held = list(sizes)
    counts = [1] * len(held) if weights is None else list(weights)
    return float(
        _gini(_curve([Members(size, weight) for size, weight in zip(held, counts, strict=True)]))
    )


def hhi(sizes: Iterable[int]) -> float:
    """Return the Herfindahl-Hirschman index of some sizes, 0 to 1.

    Raises:
        ValueError: There is nothing to share.
    """
    return float(_hhi([Members(size, 1) for size in sizes]))


def _curve(members: list[Members]) -> list[tuple[int, int]]:
    """Return the Lorenz curve as running totals of weight and size, from (0, 0)."""
    points = [(0, 0)]
    weight = size = 0
    for each in sorted(members, key=_per_weight):
        weight += each.weight * each.number
        size += each.size * each.number
        points.append((weight, size))
    if not size:
        raise ValueError("nobody holds anything, so there are no shares")
    return points


def _per_weight(members: Members) -> Fraction:
    return Fraction(members.size, members.weight)


def _hhi(members: list[Members]) -> Fraction:
    total = sum(each.size * each.number for each in members)
    if not total:
        raise ValueError("nobody holds anything, so there are no shares")
    return Fraction(sum(each.size**2 * each.number for each in members), total**2)


def _gini(curve: list[tuple[int, int]]) -> Fraction:
    weight, size = curve[-1]
    area = sum((right[0] - left[0]) * (right[1] + left[1]) for left, right in pairwise(curve))
    return 1 - Fraction(area, weight * size)


def _share_of_top(curve: list[tuple[int, int]], top: Fraction) -> Fraction:
    weight, size = curve[-1]
    border = weight * (1 - top)
    after = bisect_left(curve, border, key=itemgetter(0))
    left, right = curve[after - 1], curve[after]
    part = (border - left[0]) / (right[0] - left[0])
    return 1 - (left[1] + part * (right[1] - left[1])) / size


def ipv4_imbalance(
    data: sqlite3.Connection, *, group: str = "income", snapshot: str | None = None
) -> list[Imbalance]:
    """Return, year by year, which countries had got the IPv4 addresses that are held today.

    Read it as: of the addresses held on the file's date, `share_of_all` had been delegated by the
    end of `year` to holders that are now in this group, where `people_share` of the world lived.
    Survivors only: a block that was returned is in no year, and one that was transferred between
    countries is with its present holder from its first date on. Income groups and the like are
    today's, not those of the year.

    Args:
        data: The database.
        group: As in `by_group`; `registry` is the service region of the country.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows by year, from the first delegation to the file's, and group in the order of
        `by_group`. Addresses without a date count from the first year on.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    check_group(group)
    given = parameters(data, type="ipv4", snapshot=snapshot)
    found = data.execute(sql("ipv4_imbalance"), given).fetchall()
    years = [year for year, _cc, _addresses in found if year is not None]
    if not years:
        return []
    groups = membership(data, group)
    people = _people(data)
    names = sorted({*groups.values(), NO_COUNTRY}, key=group_order)
    total = sum(addresses for _year, _cc, addresses in found)
    held: dict[str | None, int] = {}
    new: dict[int | None, list[tuple[str | None, int]]] = {}
    for when, cc, addresses in found:
        held[cc] = 0
        new.setdefault(when, []).append((cc, addresses))
    rows = []
    for year in range(min(years), int(str(given["date"])[:4]) + 1):
        # what has no date counts from the first year on
        for cc, addresses in [*new.pop(None, ()), *new.get(year, ())]:
            held[cc] += addresses
        rows += _imbalance_of(year, names, groups, held, people, total)
    return rows


def _imbalance_of(
    year: int,
    names: list[str],
    groups: dict[str, str],
    held: dict[str | None, int],
    people: dict[tuple[str, int], int],
    total: int,
) -> list[Imbalance]:
    """Return the rows of one year; `held` is by country, up to the end of that year."""
    has, counted, living = (dict.fromkeys(names, 0) for _each in range(3))
    for cc, addresses in held.items():
        name = groups.get(str(cc), NO_COUNTRY)
        has[name] += addresses
        counted[name] += addresses if (cc, year) in people else 0
    for cc, name in groups.items():
        living[name] += people.get((cc, year), 0)
    everyone, then = sum(living.values()), sum(has.values())
    return [
        Imbalance(
            year,
            name,
            has[name],
            has[name] / total,
            has[name] / then,
            living[name],
            None if name == NO_COUNTRY else ratio(living[name], everyone),
            ratio(counted[name], living[name]),
        )
        for name in names
    ]


def _people(data: sqlite3.Connection) -> dict[tuple[str, int], int]:
    rows = data.execute("SELECT cc, year, people FROM population")
    return {(cc, year): people for cc, year, people in rows}
