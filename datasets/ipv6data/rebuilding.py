"""`ipv6data rebuild`: holds the shipped records against the registries' own files.

The five files of October 2018 also ship in the PyPI package `iptocc` 2.1.2, so anybody can do this:

    python -m pip install --no-deps iptocc==2.1.2
    ipv6data rebuild

Nothing is installed or changed. A record is compared field by field, the text of its first address
included; of holders, whether the same records belong together.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from ipv6data.database import open_data
from ipv6data.delegated import TYPES, DelegatedError, Statistics, read

PACKAGE, VERSION = "iptocc", "2.1.2"
_SHOWN = 5
Row = tuple[Any, ...]


def rebuild(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Files of delegations; those of the package iptocc if left out."),
    ] = None,
) -> None:
    """Compare the shipped records of October 2018 with the registries' files, one by one."""
    try:
        files = registry_files(folder)
        found = []
        with open_data() as data:
            for path in files:
                snapshot = read(path.read_text(encoding="latin-1"), path.name)
                differences = compare(snapshot, data)
                found += differences
                said = "differ" if differences else "are the same"
                typer.echo(f"{path.name}: {len(snapshot.records):,} records {said}")
    except (DelegatedError, FileNotFoundError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from None
    for line in found:
        typer.echo(line, err=True)
    if found:
        raise typer.Exit(1)


def registry_files(folder: Path | None = None) -> list[Path]:
    """Return the five registries' files.

    Args:
        folder: Where they are; the installed package iptocc if it is left out.

    Raises:
        FileNotFoundError: They are not there.
    """
    if folder is None:
        folder = _package_folder()
    files = sorted(path for path in folder.glob("delegated-*") if path.is_file())
    if not files:
        raise FileNotFoundError(f"{folder} has no files called delegated-…")
    return files


def _package_folder() -> Path:
    advice = f"python -m pip install --no-deps {PACKAGE}=={VERSION}"
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError:
        raise FileNotFoundError(f"{PACKAGE} is not installed; to install it: {advice}") from None
    if package.version != VERSION:
        raise FileNotFoundError(f"{PACKAGE} is {package.version}, not {VERSION}: {advice}")
    return Path(str(package.locate_file(PACKAGE)))


def compare(snapshot: Statistics, data: sqlite3.Connection) -> list[str]:
    """Return how what a database has of a snapshot differs from the registry's file, in words.

    Args:
        snapshot: The file as `delegated.read` gave it.
        data: A database with this snapshot, in full or only counted.
    """
    header = snapshot.header
    row = data.execute(
        "SELECT snapshot_id, detail, version, start_date, utc_offset, asn_records, ipv4_records,"
        " ipv6_records FROM snapshot"
        " WHERE registry = ? AND format = ? AND serial = ? AND end_date = ?",
        (header.registry, snapshot.format, header.serial, header.end),
    ).fetchone()
    if row is None:
        return [f"{snapshot.name}: the database has no such snapshot"]
    number, detail, *said = row
    summaries = [snapshot.summaries[type] for type in TYPES]
    expected = [header.version, header.start, header.utc_offset, *summaries]
    found = [f"the header or the summary lines: {said} instead of {expected}"] * (said != expected)
    found += _differences(month_counts(snapshot), _counted(data, number), "counted records")
    if detail == "records":
        found += _differences(Counter(sorted_records(snapshot)), _shipped(data, number), "records")
    return [f"{snapshot.name}: {line}" for line in found]


def sorted_records(snapshot: Statistics) -> list[Row]:
    """Return a file's records as rows of `delegation` without its first two columns.

    They are sorted by type and first number, and holders are numbered in that order.
    """
    rows: list[Any] = list(snapshot.records)
    return _renumbered(sorted(rows, key=_place))


def _place(row: Any) -> Any:
    _cc, type, _start, first, value, *_rest = row
    return type, first, value


def _renumbered(rows: list[Any]) -> list[Row]:
    numbers: dict[object, int] = {}
    return [
        (*row, None if holder is None else numbers.setdefault(holder, len(numbers) + 1))
        for *row, holder in rows
    ]


def _shipped(data: sqlite3.Connection, snapshot: int) -> Counter[Row]:
    rows = data.execute(
        "SELECT cc, type, start, first, value, date, status, holder FROM delegation"
        " WHERE snapshot_id = ? ORDER BY type, first, value",
        (snapshot,),
    )
    return Counter(_renumbered(rows.fetchall()))


def month_counts(snapshot: Statistics) -> Counter[Row]:
    """Return how many records are alike in country, type, month, status and value."""
    rows: Iterable[Any] = snapshot.records
    return Counter(
        (cc, type, day and day[:7], status, value)
        for cc, type, _start, _first, value, day, status, _holder in rows
    )


def _counted(data: sqlite3.Connection, snapshot: int) -> Counter[Row]:
    rows = data.execute(
        "SELECT cc, type, month, status, value, records FROM tally WHERE snapshot_id = ?",
        (snapshot,),
    )
    counts: Counter[Row] = Counter()
    for *key, records in rows:
        counts[tuple(key)] += records
    return counts


def _differences(file: Counter[Row], shipped: Counter[Row], what: str) -> list[str]:
    lacks, more = file - shipped, shipped - file
    lines = [f"{lacks.total()} {what} are not shipped, such as:"] if lacks else []
    lines += [f"    {row}" for row in islice(lacks, _SHOWN)]
    lines += [f"{more.total()} {what} are shipped and not in the file, such as:"] if more else []
    return lines + [f"    {row}" for row in islice(more, _SHOWN)]
