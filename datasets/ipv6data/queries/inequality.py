"""How unequally numbers are held: Lorenz curve, Gini, Herfindahl-Hirschman, and the course of time.

**Lorenz curve** (Lorenz 1905): the members in the order of their size per head, smallest first; of
the poorest share p of all people, the share L(p) of all that is held.

**Gini** (Gini 1912): twice the area between that curve and the diagonal, 0 (all have the same) to
nearly 1. Computed by trapezoids, G = 1 - sum((p[i] - p[i-1]) * (L[i] + L[i-1])), which equals half
the mean difference between two members drawn at random, divided by the mean.

**Herfindahl-Hirschman index** (Hirschman 1945, Herfindahl 1950): the sum of the squared shares,
from 1/n to 1. Competition authorities write it times 10,000 (the US Merger Guidelines of 2023 call a
market above 1,800 highly concentrated).

**People or countries?** Where each country counts as one, Tuvalu weighs as much as India and the
figure says how unlike countries are. Where each country weighs as its people, it says how unequally
*people* are served, as far as country means can say it: inside a country all count as equal, so it
is a lower bound. The question of the course is people's share, so `lorenz` weighs by people and
`concentration` gives that row first; the other stands beside it under its own name.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
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
        The rows, as above; none where nothing is held.

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
    left_out = sum(row[3] for row in found) - sum(size for size, _people in sizes)
    return [
        _concentration(basis, type, pairs, left_out)
        for basis, pairs in (
            ("people", sizes),
            ("countries", [(size, 1) for size, _people in sizes]),
        )
        if any(size for size, _weight in pairs)
    ]


def _over_holders(
    data: sqlite3.Connection, type: str, given: dict[str, object]
) -> list[Concentration]:
    sizes = [(size, 1) for (size,) in data.execute(sql("concentration"), given)]
    if not sizes:
        return []
    total = sum(row[3] for row in data.execute(sql("per_head"), given))
    left_out = total - sum(size for size, _one in sizes)
    return [_concentration("holders", type, sizes, left_out)]


def _concentration(
    basis: str, type: str, pairs: Sequence[tuple[int, int]], left_out: int
) -> Concentration:
    sizes = [size for size, _weight in pairs]
    curve = _curve(pairs)
    return Concentration(
        basis,
        len(pairs),
        in_units(type, sum(sizes)),
        in_units(type, left_out),
        _gini(curve),
        hhi(sizes),
        _share_of_top(curve, Fraction(1, 100)),
        _share_of_top(curve, Fraction(1, 10)),
    )


def gini(sizes: Iterable[float], weights: Iterable[float] | None = None) -> float:
    """Return the Gini coefficient of some sizes.

    Args:
        sizes: What each member holds, none negative, not all zero.
        weights: How much each member counts, such as its people; None: each the same.

    Raises:
        ValueError: There is nothing to share.
    """
    held = list(sizes)
    return _gini(_curve(list(zip(held, weights or [1] * len(held), strict=True))))


def hhi(sizes: Iterable[float]) -> float:
    """Return the Herfindahl-Hirschman index of some sizes, 0 to 1.

    Raises:
        ValueError: There is nothing to share.
    """
    held = list(sizes)
    total = sum(held)
    if not total:
        raise ValueError("nobody holds anything, so there are no shares")
    return sum(size * size for size in held) / (total * total)


def _curve(pairs: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the Lorenz curve as running totals of weight and size, from (0, 0)."""
    points: list[tuple[float, float]] = [(0, 0)]
    weight = size = 0.0 if any(isinstance(part, float) for pair in pairs for part in pair) else 0
    for held, counts in sorted(pairs, key=lambda pair: pair[0] / pair[1]):
        weight, size = weight + counts, size + held
        points.append((weight, size))
    if not size:
        raise ValueError("nobody holds anything, so there are no shares")
    return points


def _gini(curve: Sequence[tuple[float, float]]) -> float:
    weight, size = curve[-1]
    area = sum((right[0] - left[0]) * (right[1] + left[1]) for left, right in pairwise(curve))
    return 1 - area / (weight * size)


def _share_of_top(curve: Sequence[tuple[float, float]], top: Fraction) -> float:
    weight, size = curve[-1]
    border = weight * (1 - top)
    for left, right in pairwise(curve):
        if right[0] >= border:
            part = (border - left[0]) / (right[0] - left[0])
            return float(1 - (left[1] + part * (right[1] - left[1])) / size)
    return 0.0


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
    rows = []
    for year in range(min(years), int(str(given["date"])[:4]) + 1):
        held: dict[str, int] = dict.fromkeys(names, 0)
        counted: dict[str, int] = dict.fromkeys(names, 0)
        for when, cc, addresses in found:
            if when is None or when <= year:
                name = groups.get(cc, NO_COUNTRY)
                held[name] += addresses
                counted[name] += addresses if (cc, year) in people else 0
        living = dict.fromkeys(names, 0)
        for cc, name in groups.items():
            living[name] += people.get((cc, year), 0)
        everyone, then = sum(living.values()), sum(held.values())
        rows += [
            Imbalance(
                year,
                name,
                held[name],
                held[name] / total,
                held[name] / then,
                living[name],
                ratio(living[name], everyone) if name != NO_COUNTRY else None,
                ratio(counted[name], living[name]),
            )
            for name in names
        ]
    return rows


def _people(data: sqlite3.Connection) -> dict[tuple[str, int], int]:
    rows = data.execute("SELECT cc, year, people FROM population")
    return {(cc, year): people for cc, year, people in rows}
