"""The facts that the course ships, and how they become a database.

They are the files of the folder `facts`: short tables as CSV, to be read and compared by people;
long ones as files of columns (`columns.py` describes them, in which `packing.py` has written them).
`datasets/README.md` has the source, date and terms of every one.

`delegation.columns` holds each record of the snapshots that are kept in full. Its notes name its
sections, `[snapshot_id, registry, type, rows]`; a section is sorted by first number.

- `gap`: how many numbers lie between the end of the block before and this one, 0 at the start of a
  section. Of IPv6 only the upper 64 bits are counted, here as in the database.
- `value`, `status`, `cc`: as in the database. `cc` is `=` where the holder's record before has the
  same.
- `holder`, only for what is held (allocated or assigned): 0 a holder that the snapshot has not had
  yet, who gets the next number; 1 that of the held record before; 2 one from earlier, and then
  `back` says how far below the newest number it is.
- `day`, only for what is held: days since 1970-01-01, 0 where the file has no date.

`tally.columns` has the counts of all other snapshots; those of the full ones are counted here.
"""

import csv
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import accumulate, islice
from operator import add, sub
from pathlib import Path
from typing import Any

from ipv6data.columns import read_columns
from ipv6data.database import finish, new_database
from ipv6data.delegated import HELD, Records
from ipv6data.loading import add_records, add_tally

FACTS = Path(__file__).with_name("facts")
_IPV6_SPECIAL = Path(__file__).with_name("special_purpose_registry.csv")
AS_BEFORE = "="
"""In `delegation.columns`, the country of a record whose holder's record before has the same."""
EPOCH = date(1970, 1, 1).toordinal()
SCALE = 1_000_000
"""Percentages are kept as whole numbers, in millionths of a percent."""
_SHORT = ("source", "snapshot", "country", "iana_ipv4", "iana_ipv6", "iana_special")
_LONG = ("pool", "country_quarter", "country_prefixes", "population", "adoption", "transfer")

Row = tuple[Any, ...]


def unpack(database: Path, facts: Path = FACTS) -> None:
    """Make the whole default database: every shipped fact, the indexes, and SQLite's statistics.

    Whoever needs it atomic makes it beside the place and moves it (`database.replacing`).

    Args:
        database: A file that is not there yet, or empty.
        facts: The folder of facts.

    Raises:
        ValueError: A file of facts is damaged.
    """
    with closing(new_database(database)) as data:
        # `pack` and the tests have checked the facts; each of 700,000 rows again takes 2 seconds.
        data.execute("PRAGMA ignore_check_constraints = ON")
        for table in _SHORT:
            _insert(data, table, _short_rows(data, facts, table))
        _insert(data, "iana_special", _ipv6_special(data))
        for table in _LONG:
            _insert(data, table, _long_rows(facts, table))
        _insert(data, "tally", _long_rows(facts, "tally"))
        for snapshot_id, registry, records in delegations(facts):
            add_records(data, snapshot_id, registry, records)
            add_tally(data, snapshot_id, registry, records)
        finish(data)
    database.chmod(0o644)  # public facts: whoever grades as another user reads them, too


def _short_rows(data: sqlite3.Connection, facts: Path, table: str) -> list[Row]:
    """Return the rows of a table that is shipped as CSV; an empty field is NULL where it may be."""
    columns = data.execute(f'PRAGMA table_info("{table}")').fetchall()
    needed = {name for _place, name, _type, not_null, _default, key in columns if not_null or key}
    names = [column[1] for column in columns]
    with (facts / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [tuple(row[n] if row[n] or n in needed else None for n in names) for row in rows]


def _long_rows(facts: Path, table: str) -> Iterator[Row]:
    """Yield the rows of a table that is shipped as a file of columns."""
    columns, _notes = _columns(facts, table)
    if "day" in columns:
        columns["date"] = _days(columns.pop("day"))
    if "month" in columns:
        columns["month"] = _months(columns["month"])
    if "percent" in columns:
        columns["percent"] = [value / SCALE for value in columns["percent"]]
    return zip(*map(columns.__getitem__, ORDER[table]), strict=True)


ORDER = {
    "pool": ("source_id", "registry", "date", "type", "status", "records", "size"),
    "country_quarter": (
        *("source_id", "cc", "date", "ipv6_prefixes", "ipv6_48s"),
        *("ipv4_prefixes", "ipv4_addresses"),
    ),
    "country_prefixes": ("source_id", "cc", "length", "prefixes"),
    "population": ("source_id", "cc", "year", "people"),
    "adoption": ("source_id", "series", "cc", "date", "percent"),
    "transfer": ("source_id", "registry", "series", "month", "value"),
    "tally": (*("snapshot_id", "registry", "cc", "type", "month", "status", "value", "records"),),
}
"""The columns of each long table, in the order of the schema."""


def delegations(facts: Path = FACTS) -> Iterator[tuple[int, str, Records]]:
    """Yield the records that are kept in full, section by section.

    Yields:
        The number of the snapshot, its registry, and its records of one type.
    """
    columns, notes = _columns(facts, "delegation")
    codes, days, back = iter(columns["holder"]), iter(_days(columns["day"])), iter(columns["back"])
    snapshot, holders, place = None, _Holders(), 0
    for snapshot_id, registry, type, many in notes["sections"]:
        if snapshot_id != snapshot:
            snapshot, holders = snapshot_id, _Holders()
        gap, value, status, cc = (
            list(columns[name][place : place + many]) for name in ("gap", "value", "status", "cc")
        )
        place += many
        is_held = list(map(HELD.__contains__, status))
        held = iter(holders.numbers(islice(codes, sum(is_held)), back))
        first = _firsts(gap, value, type)
        holder = [next(held) if held_here else None for held_here in is_held]
        yield (
            snapshot_id,
            registry,
            Records(
                cc=holders.countries(cc, holder),
                type=[type] * many,
                start=list(map(_WRITTEN[type], first)),
                first=first,
                value=value,
                date=[next(days) if held_here else None for held_here in is_held],
                status=status,
                holder=holder,
            ),
        )


def _firsts(gaps: list[int], values: list[int], type: str) -> list[int]:
    """Return where blocks begin, from the gaps between them and their values."""
    sizes = [1 << 64 - value for value in values] if type == "ipv6" else values
    return list(map(sub, accumulate(map(add, gaps, sizes)), sizes))


class _Holders:
    """The holders of one snapshot, as far as it was read."""

    def __init__(self) -> None:
        self._newest = self._last = 0
        self._homes: dict[int | None, str | None] = {}

    def numbers(self, codes: Iterable[int], back: Iterator[int]) -> list[int]:
        """Return the number of the holder of each record that is held."""
        newest, last, found = self._newest, self._last, []
        for code in codes:
            if code == 0:
                newest = last = newest + 1
            elif code == 2:
                last = newest - next(back)
            found.append(last)
        self._newest, self._last = newest, last
        return found

    def countries(self, written: list[str | None], holders: list[int | None]) -> list[str | None]:
        """Return the country of each record; `=` is that of its holder's record before."""
        homes = self._homes
        for place, holder in enumerate(holders):
            if written[place] == AS_BEFORE:
                written[place] = homes[holder]
            else:
                homes[holder] = written[place]
        return written


def _ipv4(first: int) -> str:
    return f"{first >> 24}.{first >> 16 & 255}.{first >> 8 & 255}.{first & 255}"


def _ipv6(upper: int) -> str:
    """Return the text of the address with these upper 64 bits (RFC 5952 section 4)."""
    if not upper & 0xFFFFFFFF:
        if not upper >> 32 & 0xFFFF:
            return f"{upper >> 48:x}::" if upper else "::"
        return f"{upper >> 48:x}:{upper >> 32 & 0xFFFF:x}::"
    text = f"{upper >> 48:x}:{upper >> 32 & 0xFFFF:x}:{upper >> 16 & 0xFFFF:x}"
    return f"{text}:{upper & 0xFFFF:x}::" if upper & 0xFFFF else f"{text}::"


_WRITTEN: dict[str, Callable[[int], str]] = {"asn": str, "ipv4": _ipv4, "ipv6": _ipv6}


def _days(numbers: Sequence[int]) -> list[str | None]:
    """Return days since 1970-01-01 as dates; 0 is none."""
    texts: dict[int, str | None] = {
        number: date.fromordinal(EPOCH + number).isoformat() for number in set(numbers)
    }
    texts[0] = None
    return list(map(texts.__getitem__, numbers))


def _months(numbers: Sequence[int]) -> list[str | None]:
    """Return months since 1970-01 as texts such as `2018-10`; 0 is none."""
    texts: dict[int, str | None] = {
        number: f"{1970 + number // 12}-{number % 12 + 1:02}" for number in set(numbers)
    }
    texts[0] = None
    return list(map(texts.__getitem__, numbers))


def _ipv6_special(data: sqlite3.Connection) -> list[Row]:
    """Return the rows of the IPv6 special-purpose registry, which the package has anyway."""
    (source,) = data.execute(
        "SELECT source_id FROM source WHERE name = 'iana-ipv6-special'"
    ).fetchone()
    answers = {"true": 1, "false": 0}
    with _IPV6_SPECIAL.open(encoding="utf-8", newline="") as file:
        return [
            (
                *(source, 6, row["block"], row["name"], row["rfc"], row["allocated"]),
                *(row["terminated"] or None, answers.get(row["globally_reachable"])),
            )
            for row in csv.DictReader(file)
        ]


def _columns(facts: Path, table: str) -> tuple[dict[str, Sequence[Any]], Any]:
    path = facts / f"{table}.columns"
    try:
        return read_columns(path.read_bytes())
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path} is damaged ({error}); install the course again") from error


def _insert(data: sqlite3.Connection, table: str, rows: Any) -> None:
    width = len(data.execute(f'PRAGMA table_info("{table}")').fetchall())
    data.executemany(f'INSERT INTO "{table}" VALUES ({",".join("?" * width)})', rows)
