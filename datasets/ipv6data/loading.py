"""From what was read to rows: `source`, `snapshot`, `delegation` and `tally`.

Tables only: who opens the database, and when what was written is kept, is `database` and `ingest`.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from itertools import chain, islice

from ipv6data.delegated import TYPES, DelegatedError, Header, Problem, Records, Statistics

PUBLISHERS = {
    "afrinic": "AFRINIC",
    "apnic": "APNIC",
    "arin": "ARIN",
    "lacnic": "LACNIC",
    "ripencc": "RIPE NCC",
}
_AT_ONCE = 100  # rows; every SQLite takes 999 values
TERMS = "statistics of the registries; name the registry and the NRO"


def add_source(
    data: sqlite3.Connection,
    name: str,
    title: str,
    publisher: str,
    as_of: str,
    terms: str,
    note: str = "",
) -> int:
    """Add a source and return its number.

    Args:
        data: The database.
        name: Its short name, which no other source has.
        title: What it is, for people.
        publisher: Who publishes it.
        as_of: The date that its facts are of.
        terms: The terms of use.
        note: What else must be known to use it.
    """
    row = (name, title, publisher, as_of, terms, note)
    done = data.execute("INSERT INTO source VALUES (NULL, ?, ?, ?, ?, ?, ?)", row)
    return int(done.lastrowid or 0)


def add_snapshot(
    data: sqlite3.Connection,
    source_id: int,
    header: Header,
    format: str,
    summaries: dict[str, int],
    detail: str,
) -> int:
    """Add a snapshot and return its number.

    Args:
        data: The database.
        source_id: Its source.
        header: The file's header.
        format: 'classic' or 'extended'.
        summaries: The file's summary lines.
        detail: 'records' or 'tally': what of it is loaded.
    """
    row = (
        source_id,
        header.registry,
        format,
        header.version,
        header.serial,
        header.start,
        header.end,
        header.utc_offset,
        detail,
        *(summaries.get(type, 0) for type in TYPES),
    )
    marks = ", ".join("?" * len(row))
    done = data.execute(f"INSERT INTO snapshot VALUES (NULL, {marks})", row)
    return int(done.lastrowid or 0)


def add_records(
    data: sqlite3.Connection, snapshot_id: int, registry: str, rows: Collection[Sequence[object]]
) -> None:
    """Add rows to `delegation`.

    Args:
        data: The database.
        snapshot_id: Their snapshot.
        registry: Whose they are, a word as in `delegated.REGISTRIES`.
        rows: cc, type, start, first, value, date, status, holder, as in the table.
    """
    _add(data, "delegation", 8, snapshot_id, registry, rows)


def add_tally(data: sqlite3.Connection, snapshot_id: int, registry: str, records: Records) -> None:
    """Count records into `tally`: one row for those of equal country, type, month, …, value."""
    months = {day: day and day[:7] for day in set(records.date)}
    month = map(months.__getitem__, records.date)
    counts = Counter(
        zip(records.cc, records.type, month, records.status, records.value, strict=True)
    )
    rows = [(*kind, many) for kind, many in counts.items()]
    _add(data, "tally", 6, snapshot_id, registry, rows)


def load(data: sqlite3.Connection, statistics: Statistics) -> int:
    """Load a file that was read: its source, snapshot, records and their tally.

    A snapshot whose tally alone is there gets its records. Nothing is committed.

    Returns:
        The number of records.

    Raises:
        DelegatedError: The same snapshot is there already.
    """
    header = statistics.header
    found = find_snapshot(data, statistics)
    if found is None:
        source_id = _add_source_of(data, statistics)
        snapshot_id = add_snapshot(
            data, source_id, header, statistics.format, statistics.summaries, "records"
        )
    else:
        snapshot_id, detail = found
        if detail == "records":
            raise DelegatedError(
                Problem(statistics.name, None, f"{described(statistics)} is loaded", "it only once")
            )
        data.execute("DELETE FROM tally WHERE snapshot_id = ?", (snapshot_id,))
        data.execute("UPDATE snapshot SET detail = 'records' WHERE snapshot_id = ?", (snapshot_id,))
    records = statistics.records
    add_records(data, snapshot_id, header.registry, records)
    add_tally(data, snapshot_id, header.registry, records)
    return len(records)


def find_snapshot(data: sqlite3.Connection, statistics: Statistics) -> tuple[int, str] | None:
    """Return the number and the detail of the snapshot that a file is of, if it is loaded."""
    header = statistics.header
    row = data.execute(
        "SELECT snapshot_id, detail FROM snapshot"
        " WHERE registry = ? AND format = ? AND serial = ? AND end_date = ?",
        (header.registry, statistics.format, header.serial, header.end),
    ).fetchone()
    return row and (int(row[0]), str(row[1]))


def described(statistics: Statistics) -> str:
    """Return which snapshot a file is, in words."""
    header = statistics.header
    return f"{PUBLISHERS[header.registry]} of {header.end} ({statistics.format})"


def _add(
    data: sqlite3.Connection,
    table: str,
    fields: int,
    snapshot_id: int,
    registry: str,
    rows: Collection[Sequence[object]],
) -> None:
    """Insert rows many at a time, which takes two thirds of the time of one at a time."""
    if registry not in PUBLISHERS:
        raise ValueError(f"{registry!r} is not one of the five registries")
    row = f"({int(snapshot_id)}, '{registry}'{', ?' * fields})"
    rest = iter(rows)
    whole = chain.from_iterable(islice(rest, len(rows) // _AT_ONCE * _AT_ONCE))
    data.executemany(
        f"INSERT INTO {table} VALUES {', '.join([row] * _AT_ONCE)}",
        zip(*[whole] * (_AT_ONCE * fields), strict=True),
    )
    data.executemany(f"INSERT INTO {table} VALUES {row}", rest)


def _add_source_of(data: sqlite3.Connection, statistics: Statistics) -> int:
    header = statistics.header
    publisher = PUBLISHERS[header.registry]
    name = f"{header.registry}-{statistics.format}-{header.end}"
    if data.execute("SELECT 1 FROM source WHERE name = ?", (name,)).fetchone():
        name += f"-{header.serial}"
    day = date.fromisoformat(header.end)
    title = f"{publisher} delegation statistics, {statistics.format}, {day.day} {day:%B %Y}"
    note = " ".join(filter(None, [_left_in_words(statistics), *statistics.notes]))
    return add_source(data, name, title, publisher, header.end, TERMS, note)


def _left_in_words(statistics: Statistics) -> str:
    left = len(statistics.left)
    return f"{left} malformed line{'s' * (left > 1)} of the file left out." if left else ""
