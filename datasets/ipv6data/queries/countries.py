"""Countries and groups of countries: what they hold, against their people and their use of IPv6."""

import sqlite3
from typing import NamedTuple

from ipv6data.queries.sets import parameters
from ipv6data.queries.text import sql
from ipv6data.queries.units import SLASH_48S, in_units

GROUPS = ("registry", "region", "itu_region", "income", "ldc", "lldc", "sids", "transition")
NO_COUNTRY = "no country"
"""The group of what is held under EU, AP, ZZ or no code."""
NOT_CLASSIFIED = "not classified"
"""The group of countries that the classification leaves out."""

# Groups that have an order of their own; all others are in alphabetical order.
_ORDER = ("Low", "Lower middle", "Upper middle", "High")
_LAST = ("other countries", NOT_CLASSIFIED, NO_COUNTRY)


class PerHead(NamedTuple):
    """What a country holds, against its people."""

    cc: str | None
    name: str | None
    """In English; None where cc is no country (EU, AP, ZZ, None)."""
    people: int | None
    """In the newest year up to the file's; None where no figure is at hand."""
    records: int
    size: float
    """IPv6 in /32-equivalents, IPv4 in addresses, AS numbers in numbers."""
    per_head: float | None
    """Size for each person; None without people."""
    per_million: float | None
    """Size for a million people."""
    share: float
    """Of all that is held, with what is outside every country."""


class Group(NamedTuple):
    """What a group of countries holds, against its people."""

    group: str
    """Such as `Africa` or `least developed countries`."""
    countries: int
    """How many belong to it."""
    with_any: int
    """How many countries hold at least one. Of a registry: in how many it has delegated."""
    people: int
    """Of those of its countries whose people are known."""
    records: int
    size: float
    """In the units of `PerHead`."""
    share: float
    """Of all that is held, with what is outside every country."""
    people_share: float | None
    per_head: float | None
    """Size for each person, of the countries whose people are known; None without people."""
    per_million: float | None


class Adoption(NamedTuple):
    """IPv6 held in a country, and two measures of its use. Three dates: read them."""

    cc: str
    name: str
    people: int | None
    records: int
    size: float
    """/32-equivalents held on the date of the registries' files."""
    per_million: float | None
    """The same for a million people."""
    newest_size: float
    """/32-equivalents of the newest country totals (neighbouring blocks merged)."""
    newest_date: str | None
    users_percent: float | None
    """Google: users that reach it over IPv6, in percent; None where there is no figure."""
    users_date: str | None
    networks_percent: float | None
    """RIPE NCC: the country's networks (AS numbers) that announce IPv6, in percent."""
    networks_date: str | None


def per_head(
    data: sqlite3.Connection, *, type: str = "ipv6", snapshot: str | None = None
) -> list[PerHead]:
    """Return what every country holds, for each person and for a million.

    All countries are there, also with nothing.

    Args:
        data: The database.
        type: `ipv4`, `ipv6` or `asn`.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows from most to least for each person, then by code; countries without a figure of
        people next; what is outside every country last.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    given = parameters(data, type=type, snapshot=snapshot)
    found = data.execute(sql("per_head"), given).fetchall()
    total = sum(size for _cc, _name, _records, size, _people in found)
    rows = [
        PerHead(
            cc,
            name,
            people,
            records,
            in_units(type, size),
            ratio(in_units(type, size), people),
            ratio(in_units(type, size) * 1_000_000, people),
            size / total if total else 0.0,
        )
        for cc, name, records, size, people in found
    ]
    return sorted(rows, key=_from_most)


def _from_most(row: PerHead) -> tuple[bool, bool, float, str]:
    return (row.name is None, row.per_head is None, -(row.per_head or 0), row.cc or "")


def ratio(size: float, people: int | None) -> float | None:
    """Return a size for each person, or None where there is no figure of people."""
    return size / people if people else None


def check_group(group: str) -> None:
    """Raise ValueError unless this is a way to group countries."""
    if group not in GROUPS:
        raise ValueError(f"{group!r} is no grouping; use one of {', '.join(GROUPS)}")


def by_group(
    data: sqlite3.Connection,
    *,
    group: str = "region",
    type: str = "ipv6",
    snapshot: str | None = None,
) -> list[Group]:
    """Return what groups of countries hold, and their people.

    `registry` groups by who delegated; its people are those of the countries in the registry's
    service region. All others group by the country of the record.

    Args:
        data: The database.
        group: `registry`, `region` (UN M49), `itu_region`, `income` (World Bank), `ldc` (least
            developed), `lldc` (landlocked developing), `sids` (small island developing) or
            `transition` (economies in transition).
        type: `ipv4`, `ipv6` or `asn`.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows by name (incomes from low to high); then `other countries`, `NOT_CLASSIFIED` and
        `NO_COUNTRY`, each where it has countries or holds anything.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    check_group(group)
    given = parameters(data, type=type, snapshot=snapshot, group=group)
    found = data.execute(sql("by_group"), given).fetchall()
    total = sum(row[5] for row in found)
    everyone = sum(row[3] or 0 for row in found)
    rows = [
        Group(
            name,
            countries,
            with_any,
            people or 0,
            records,
            in_units(type, size),
            size / total if total else 0.0,
            ratio(people or 0, everyone) if countries else None,
            ratio(in_units(type, counted), people),
            ratio(in_units(type, counted) * 1_000_000, people),
        )
        for name, countries, with_any, people, records, size, counted in found
    ]
    return sorted(rows, key=lambda row: group_order(row.group))


def group_order(name: str) -> tuple[int, int, str]:
    """Return where a group stands among the others."""
    last = _LAST.index(name) + 1 if name in _LAST else 0
    return (last, _ORDER.index(name) if name in _ORDER else 0, name)


def members(data: sqlite3.Connection, group: str, member: str) -> list[str]:
    """Return the codes of a group's countries, sorted.

    Args:
        data: The database.
        group: As in `by_group`.
        member: A name that `by_group` gives, such as `Africa`.

    Raises:
        ValueError: There is no such grouping, or nothing in it has this name.
    """
    check_group(group)
    names = membership(data, group)
    if member not in names.values():
        have = ", ".join(sorted(set(names.values())))
        raise ValueError(f"{group} has no {member!r}; it has: {have}")
    return sorted(cc for cc, name in names.items() if name == member)


_YES = {
    "ldc": "least developed countries",
    "lldc": "landlocked developing countries",
    "sids": "small island developing states",
    "transition": "economies in transition",
}


def membership(data: sqlite3.Connection, group: str) -> dict[str, str]:
    """Return the name of each country's group, by code; `group` is one of `GROUPS`."""
    rows = data.execute(f"SELECT cc, {group} FROM country")  # one of GROUPS
    if group in _YES:
        return {cc: _YES[group] if flag else "other countries" for cc, flag in rows}
    return {cc: name or NOT_CLASSIFIED for cc, name in rows}


def against_adoption(data: sqlite3.Connection, *, snapshot: str | None = None) -> list[Adoption]:
    """Return what each country holds beside how much IPv6 is used there.

    Delegated is not announced, and announced is not used: the dates differ too (each row has its
    own). What is held outside every country has no use to stand beside; `outside` has it.

    Args:
        data: The database.
        snapshot: Which files; see the rules of `ipv6data.queries`.

    Returns:
        Rows by country code; all countries, also with nothing.
    """
    given = parameters(data, type="ipv6", snapshot=snapshot)
    rows = []
    for cc, name, people, records, size, newest, date, *used in data.execute(
        sql("against_adoption"), given
    ):
        held = in_units("ipv6", size)
        per_million = ratio(held * 1_000_000, people)
        rows.append(
            Adoption(cc, name, people, records, held, per_million, newest / SLASH_48S, date, *used)
        )
    return rows
