"""Which files a query looks at, and of which dates they are."""

import json
import sqlite3
from datetime import date as calendar
from typing import NamedTuple

from ipv6data.queries.text import names, sql

REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
TYPES = ("ipv4", "ipv6", "asn")
# Files of one set are taken on nearly the same day.
_SET_DAYS = 31


class Snapshot(NamedTuple):
    """One file of one registry."""

    snapshot_id: int
    registry: str
    date: str
    """The file's own end date."""
    format: str
    """`classic` or `extended`; a classic file has no available and reserved space."""
    detail: str
    """`records`, or `tally` where only counts of equal records are kept."""
    asn_records: int
    ipv4_records: int
    ipv6_records: int
    source: str
    title: str
    publisher: str
    terms: str


class AsOf(NamedTuple):
    """The dates of what a query answers; as text it is what a caption says."""

    oldest: str
    newest: str
    sources: tuple[str, ...]
    """The names in the table `source`."""

    def __str__(self) -> str:
        """Return `2018-10-12 to 2018-10-13`, or one date."""
        return self.oldest if self.oldest == self.newest else f"{self.oldest} to {self.newest}"


def snapshots(data: sqlite3.Connection) -> list[Snapshot]:
    """Return every file that the data has, by registry and date.

    The counts are those of the file's own summary lines.
    """
    return [Snapshot(*row) for row in data.execute(sql("snapshots"))]


def chosen(
    data: sqlite3.Connection, snapshot: str | None = None, registry: str | None = None
) -> list[Snapshot]:
    """Return the files that a query looks at: at most one of each registry.

    Args:
        data: The database.
        snapshot: A date or its beginning (`2026`, `2026-08`, `2026-08-21`): of every registry the
            newest file whose date begins so. None: the newest set with a file of every registry
            with all records; where there is no such set, the newest file of each registry.
        registry: Only this one's.

    Raises:
        ValueError: The registry is unknown, or no file has such a date.
    """
    if registry is not None and registry not in REGISTRIES:
        raise ValueError(f"{registry!r} is no registry; use one of {', '.join(REGISTRIES)}")
    files = snapshots(data)
    if snapshot is None:
        found = _newest_set(files)
    else:
        found = _newest_of_each([file for file in files if file.date.startswith(snapshot)])
    found = [file for file in found if registry in (None, file.registry)]
    if not found and (snapshot is not None or files):
        have = ", ".join(f"{file.registry} {file.date}" for file in files) or "none"
        wanted = f"{registry or 'any registry'} of {snapshot or 'any date'}"
        raise ValueError(f"the data has no file of {wanted}; it has: {have}")
    return found


def _newest_set(files: list[Snapshot]) -> list[Snapshot]:
    full = [file for file in files if file.detail == "records"]
    for last in sorted({file.date for file in full}, reverse=True):
        found = _newest_of_each([file for file in full if file.date <= last])
        days = [_day_number(file.date) for file in found]
        if len(found) == len(REGISTRIES) and max(days) - min(days) <= _SET_DAYS:
            return found
    return _newest_of_each(full or files)


def _day_number(date: str) -> int:
    return calendar.fromisoformat(date).toordinal()


def _newest_of_each(files: list[Snapshot]) -> list[Snapshot]:
    newest: dict[str, Snapshot] = {}
    for file in sorted(files, key=lambda file: (file.date, file.snapshot_id)):
        newest[file.registry] = file
    return [newest[registry] for registry in sorted(newest)]


def parameters(
    data: sqlite3.Connection,
    *,
    type: str = "ipv6",
    registry: str | None = None,
    cc: str | None = None,
    snapshot: str | None = None,
    **others: object,
) -> dict[str, object]:
    """Return the values of the parameters of a named query's SQL.

    Args:
        data: The database.
        type: `ipv4`, `ipv6` or `asn`.
        registry: Only this registry; None: all.
        cc: Only this country (or EU, AP, ZZ); None: all.
        snapshot: Which files, as `chosen` has it.
        others: Parameters of single queries, such as `group`.

    Raises:
        ValueError: An argument has a value that the data does not know.
    """
    if type not in TYPES:
        raise ValueError(f"{type!r} is no type of number; use one of {', '.join(TYPES)}")
    files = chosen(data, snapshot, registry)
    return {
        "snapshots": json.dumps([file.snapshot_id for file in files]),
        "date": max((file.date for file in files), default=None),
        "type": type,
        "registry": registry,
        "cc": cc.upper() if cc is not None else None,
        **others,
    }


# The queries that take other facts than the registries' files: which, by the source's table.
_OTHER_SOURCES = {
    "pools": ("pool",),
    "transfers": ("transfer",),
    "per_head": ("population",),
    "by_group": ("population",),
    "lorenz": ("population",),
    "concentration": ("population",),
    "ipv4_imbalance": ("population",),
    "against_adoption": ("population", "adoption", "country_quarter"),
    "country": ("population", "adoption", "country_quarter", "country_prefixes"),
}
_NO_FILES = ("pools", "transfers")


def as_of(
    data: sqlite3.Connection, name: str, *, snapshot: str | None = None, registry: str | None = None
) -> AsOf:
    """Return of which dates a named query's answer is, for the caption of a table or chart.

    The dates are those of the registries' files; of `pools` and `transfers` those of the series.
    `sources` also names what else the answer rests on, such as population.

    Args:
        data: The database.
        name: Such as "pace".
        snapshot: As given to the query.
        registry: As given to the query.

    Raises:
        ValueError: There is no such query, or no such file.
    """
    if name not in (*names(), "country", "concentration"):
        raise ValueError(f"there is no query {name!r}; there are {', '.join(names())}")
    files = [] if name in _NO_FILES else chosen(data, snapshot, registry)
    dated = [(file.date, file.source) for file in files]
    others = [
        row for table in _OTHER_SOURCES.get(name, ()) for row in _sources(data, table, registry)
    ]
    dates = [date for date, _source in (dated or others)]
    if not dates:
        raise ValueError(f"the data has nothing that {name!r} asks for")
    return AsOf(min(dates), max(dates), tuple(source for _date, source in dated + others))


def _sources(data: sqlite3.Connection, table: str, registry: str | None) -> list[tuple[str, str]]:
    only = ""
    if registry is not None and table in ("pool", "transfer"):
        only = "WHERE registry = :registry"
    return data.execute(
        f"SELECT as_of, name FROM source WHERE source_id IN (SELECT source_id FROM {table} {only})"
        " ORDER BY source_id",
        {"registry": registry},
    ).fetchall()
