"""`ipv6data pack`: makes the shipped facts from the raw material. For maintainers.

It reads a folder in the layout that `datasets/README.md` describes ("Making the facts anew"), and
Unicode's CLDR through Babel (which is in the extra `test`). Every file of delegations is held to
its own summary lines, and what is written is unpacked and compared before it takes its place.
"""

import csv
import gzip
import lzma
import shutil
import sqlite3
import tempfile
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ipv6data import shipped
from ipv6data.columns import Column, write_columns
from ipv6data.database import new_database
from ipv6data.delegated import HELD, TYPES, Statistics, read
from ipv6data.rebuilding import compare, month_counts, sorted_records
from ipv6data.sources import FILES, SOURCES, delegation_source

Row = tuple[Any, ...]
_LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")
_REGISTRIES = {
    "AFRINIC": "afrinic",
    "APNIC": "apnic",
    "ARIN": "arin",
    "LACNIC": "lacnic",
    "RIPE NCC": "ripencc",
}
_IANA = {"i": "http://www.iana.org/assignments"}
_IN_FULL = "2018"
"""The year of the snapshots that are kept record by record."""
# Given to APNIC after the date of the list at hand; SOURCES of the row are in datasets/README.md.
_LATER_IPV6 = [("2410::/12", "APNIC", "2024-11-01", "ALLOCATED")]


def pack(
    raw: Annotated[Path, typer.Argument(help="The folder of raw material.", exists=True)],
    output: Annotated[Path, typer.Option(help="Where the facts are written.")] = shipped.FACTS,
) -> None:
    """Make the shipped facts from the raw material (for maintainers)."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        for name, content in facts(raw):
            (made / name).write_bytes(content)
            typer.echo(f"{len(content):>9,} {name}")
        _prove(made, raw)
        output.mkdir(parents=True, exist_ok=True)
        for path in made.iterdir():
            shutil.copy(path, output / path.name)


def facts(raw: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file of facts: its name and content.

    Args:
        raw: The folder of raw material.

    Raises:
        FileNotFoundError: A file of the raw material lacks.
        DelegatedError: A file of delegations is not what its summary lines say.
        ValueError: What was packed is not what comes out again.
    """
    snapshots = list(_snapshots(raw))
    snapshots.sort(key=lambda one: (one.header.end, one.header.registry))
    sources = [delegation_source(one.header, one.format) for one in snapshots]
    sources += [source for source in SOURCES if source.name not in {s.name for s in sources}]
    numbers = {source.name: number for number, source in enumerate(sources, 1)}
    yield "source.csv", _csv("source", [(n, *s) for n, s in enumerate(sources, 1)])
    yield "snapshot.csv", _csv("snapshot", map(_snapshot, enumerate(snapshots, 1)))
    countries = list(_countries(raw))
    yield "country.csv", _csv("country", countries)
    yield "iana_ipv4.csv", _csv("iana_ipv4", _iana_ipv4(raw, numbers))
    yield "iana_ipv6.csv", _csv("iana_ipv6", _iana_ipv6(raw, numbers))
    yield "iana_special.csv", _csv("iana_special", _iana_special(raw, numbers))
    kept = list(enumerate(snapshots, 1))
    yield "delegation.columns", _delegation([one for one in kept if _in_full(one[1])])
    yield "tally.columns", _tally([one for one in kept if not _in_full(one[1])])
    iso3 = {country[1]: country[0] for country in countries}
    yield "pool.columns", _long("pool", _pool(raw, numbers))
    yield "country_quarter.columns", _long("country_quarter", _country_quarter(raw, numbers))
    yield "country_prefixes.columns", _long("country_prefixes", _country_prefixes(raw, numbers))
    yield "population.columns", _long("population", _population(raw, numbers, iso3))
    yield "adoption.columns", _long("adoption", _adoption(raw, numbers, iso3))
    yield "transfer.columns", _long("transfer", _transfer(raw, numbers))


def _snapshots(raw: Path) -> Iterator[Statistics]:
    for path in sorted((raw / "rir").glob("delegated-*.txt.xz")):
        with lzma.open(path, "rt", encoding="latin-1") as file:
            yield read(file.read(), path.name)


def _prove(made: Path, raw: Path) -> None:
    """Unpack what was made, and hold it against the raw files of delegations.

    Raises:
        ValueError: Something is not what it was.
    """
    database = made / "proof.sqlite"
    shipped.unpack(database, made)
    with closing(sqlite3.connect(database)) as data:
        found = [line for snapshot in _snapshots(raw) for line in compare(snapshot, data)]
    database.unlink()
    if found:
        raise ValueError("\n".join(found))


def _in_full(snapshot: Statistics) -> bool:
    return snapshot.header.end.startswith(_IN_FULL)


def _snapshot(numbered: tuple[int, Statistics]) -> Row:
    number, one = numbered
    header = one.header
    return (
        *(number, number, header.registry, one.format, header.version, header.serial),
        *(header.start, header.end, header.utc_offset),
        "records" if _in_full(one) else "tally",
        *(one.summaries[type] for type in TYPES),
    )


# Delegations


def _delegation(snapshots: Iterable[tuple[int, Statistics]]) -> bytes:
    columns: dict[str, list[Any]] = {name: [] for name in _DELEGATION}
    sections: list[tuple[int, str, str, int]] = []
    for number, snapshot in snapshots:
        rows = sorted_records(snapshot)
        _code(rows, columns)
        for type, many in Counter(row[1] for row in rows).items():
            sections.append((number, snapshot.header.registry, type, many))
    kinds = {name: Column(kind, columns[name]) for name, kind in _DELEGATION.items()}
    return write_columns(kinds, {"sections": sections})


_DELEGATION: dict[str, Any] = {
    **{"gap": "number", "value": "word", "status": "word", "cc": "word"},
    **{"holder": "number", "back": "number", "day": "number"},
}


def _code(rows: Sequence[Row], columns: dict[str, list[Any]]) -> None:
    """Add a snapshot's records to the columns, in the form that `shipped.py` describes."""
    homes: dict[int | None, str | None] = {}
    newest = last = end = 0
    section = ""
    for cc, type, _start, first, value, day, status, holder in rows:
        if type != section:
            section, end = type, 0
        columns["gap"].append(first - end)
        end = first + (1 << 64 - value if type == "ipv6" else value)
        columns["value"].append(value)
        columns["status"].append(status)
        same = holder in homes and homes[holder] == cc
        columns["cc"].append(shipped.AS_BEFORE if same else cc)
        homes[holder] = cc
        if status not in HELD:
            if holder is not None or day is not None:
                raise ValueError(f"{type} {first} is {status} and has a holder or a date")
            continue
        if holder is None:
            raise ValueError(f"{type} {first} is {status} and has no holder")
        columns["holder"].append(0 if holder > newest else 1 if holder == last else 2)
        if holder <= newest and holder != last:
            columns["back"].append(newest - holder)
        newest, last = max(newest, holder), holder
        columns["day"].append(_day(day))


def _tally(snapshots: Iterable[tuple[int, Statistics]]) -> bytes:
    rows = [
        (number, snapshot.header.registry, *key, records)
        for number, snapshot in snapshots
        for key, records in month_counts(snapshot).items()
    ]
    order = (0, 3, 5, 2, 6, 4)  # snapshot, type, status, country, value, month: packs best
    rows.sort(key=lambda row: [(row[place] is not None, row[place]) for place in order])
    return _long("tally", rows)


# The long tables


def _long(table: str, rows: Iterable[Row]) -> bytes:
    """Return the file of columns of a table."""
    columns: dict[str, Column] = {}
    for name, values in zip(shipped.ORDER[table], zip(*rows, strict=True), strict=True):
        if name == "date" and table == "adoption":
            columns["day"] = Column("step", list(map(_day, values)))
        elif name == "month":
            columns[name] = Column("step", list(map(_month, values)))
        elif name == "percent":
            columns[name] = Column("number", [round(v * shipped.SCALE) for v in values])
        else:
            columns[name] = Column(_KINDS.get(name, "word"), values)
    return write_columns(columns)


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("records", "length", "prefixes"), "number"),
    **dict.fromkeys(("year", "people", "size"), "step"),
    **dict.fromkeys(("ipv6_prefixes", "ipv6_48s", "ipv4_prefixes", "ipv4_addresses"), "step"),
}


def _pool(raw: Path, numbers: dict[str, int]) -> Iterator[Row]:
    for name in ("afrinic-monthly-by-status-2022-2026", "lacnic-monthly-by-status-2022-2024"):
        rows = [
            (
                *(numbers[FILES[name]], row["registry"], _iso(row["date"])),
                *(row["type"], row["status"], int(row["records"]), int(row["size"])),
            )
            for row in _rows(raw / f"rir/{name}.csv")
        ]
        yield from sorted(rows, key=lambda row: (row[1], row[3], row[4], row[2]))


def _country_quarter(raw: Path, numbers: dict[str, int]) -> list[Row]:
    name = "ipverse-country-quarterly-2021-2026"
    fields = ("ipv6_prefixes_aggregated", "ipv6_48s", "ipv4_prefixes_aggregated", "ipv4_addresses")
    return sorted(
        (numbers[FILES[name]], row["cc"], row["date"], *(int(row[field]) for field in fields))
        for row in _rows(raw / f"rir/{name}.csv")
    )


def _country_prefixes(raw: Path, numbers: dict[str, int]) -> list[Row]:
    name = "ipv6-prefixes-by-country-20260201"
    with gzip.open(raw / f"rir/{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        counts = Counter(
            (row["cc"], int(row["prefix"].partition("/")[2])) for row in csv.DictReader(file)
        )
    return sorted((numbers[FILES[name]], *key, many) for key, many in counts.items())


def _population(raw: Path, numbers: dict[str, int], iso3: dict[str, str]) -> list[Row]:
    """Return the rows of countries; the list also has aggregates, and Kosovo, which ISO has not."""
    return sorted(
        (
            numbers[FILES["population-worldbank"]],
            iso3[row["Country Code"]],
            int(row["Year"]),
            int(row["Value"]),
        )
        for row in _rows(raw / "country/population-worldbank.csv")
        if row["Country Code"] in iso3
    )


def _adoption(raw: Path, numbers: dict[str, int], iso3: dict[str, str]) -> list[Row]:
    rows: list[Row] = []
    name = "google-ipv6-per-country-20260719"
    day = _iso(name[-8:])
    for row in _rows(raw / f"adoption/{name}.csv"):
        if cc := iso3.get(row["iso3"]):
            value = float(row["ipv6_percent"])
            rows.append((numbers[FILES[name]], "google-users", cc, day, value))
    name = "google-ipv6-global-daily-2008-2021"
    for row in _rows(raw / f"adoption/{name}.csv"):
        for series, field in (
            ("google-users", "ipv6_total_percent"),
            ("google-users-native", "ipv6_native_percent"),
        ):
            rows.append((numbers[FILES[name]], series, "", row["date"], float(row[field])))
    name = "ipv6-asn-ratio-per-country-to-201708"
    for row in _rows(raw / f"adoption/{name}.csv"):
        value = float(row["percent_asns_announcing_ipv6"])
        cc = iso3[row["iso3"]]
        rows.append((numbers[FILES[name]], "ripencc-v6asn", cc, row["date"], value))
    return sorted(rows, key=lambda row: row[1:4])


def _transfer(raw: Path, numbers: dict[str, int]) -> list[Row]:
    name = "ipv4-transfers-monthly-2009-2016"
    return sorted(
        (numbers[FILES[name]], row["registry"], row["series"], row["month"], int(row["value"]))
        for row in _rows(raw / f"adoption/{name}.csv")
    )


# IANA


def _iana_ipv4(raw: Path, numbers: dict[str, int]) -> Iterator[Row]:
    tree = ElementTree.parse(raw / "iana/ipv4-address-space.xml")
    for record in tree.getroot().iterfind("i:record", _IANA):
        said = {child.tag.partition("}")[2]: (child.text or "").strip() for child in record}
        designation = " ".join(said["designation"].split())
        registry = _REGISTRIES.get(designation.removeprefix("Administered by "))
        block = int(said["prefix"].partition("/")[0])
        source = numbers["iana-ipv4-address-space"]
        yield source, block, designation, said.get("date"), registry, said["status"]


def _iana_ipv6(raw: Path, numbers: dict[str, int]) -> list[Row]:
    fields = ("Prefix", "Designation", "Date", "Status")
    name = "ipv6-unicast-address-assignments-20241004"
    rows = [tuple(row[field] for field in fields) for row in _rows(raw / f"iana/{name}.csv")]
    place = 1 + next(n for n, row in enumerate(rows) if row[0] == "2400::/12")
    rows[place:place] = _LATER_IPV6
    source = numbers["iana-ipv6-unicast"]
    return [
        (source, prefix, designation, day, _REGISTRIES.get(designation), status)
        for prefix, designation, day, status in rows
    ]


def _iana_special(raw: Path, numbers: dict[str, int]) -> Iterator[Row]:
    """Yield the IPv4 blocks; those of IPv6 are in the package already."""
    for row in _rows(raw / "iana/iana-ipv4-special-registry.csv"):
        reachable = {"True": 1, "False": 0}.get(row["Globally Reachable"].partition(" ")[0])
        rfc = " ".join(row["RFC"].replace("[RFC", "[RFC ").replace("][", "], [").split())
        rfc = rfc.replace("] [", "], [").replace("[", "").replace("]", "")
        ended = row["Termination Date"]
        for block in row["Address Block"].split(", "):
            yield (
                *(numbers["iana-ipv4-special"], 4, block.partition(" ")[0]),
                *(row["Name"].strip('"'), rfc, row["Allocation Date"]),
                *(None if ended == "N/A" else ended, reachable),
            )


# Countries


def _countries(raw: Path) -> Iterator[Row]:
    """Yield the rows of `country`.

    Raises:
        ValueError: A country has no registry, or two regions, or a group names no country.
    """
    groups = tomllib.loads((shipped.FACTS / "groups.toml").read_text(encoding="utf-8"))
    regions, registries = _members(groups["itu_region"]), _members(groups["registry"])
    transition = set(groups["transition"].split())
    file = raw / "country/hdx-countries-territories-taxonomy.csv"
    incomes = {
        row["ISO 3166-1 Alpha 2-Codes"]: row["World Bank Income Level"] for row in _rows(file)
    }
    rows = sorted(_rows(raw / "country/country-codes.csv"), key=lambda row: row[_ALPHA2])
    if unknown := {*regions, *registries, *transition} - {row[_ALPHA2] for row in rows}:
        raise ValueError(f"groups.toml names {sorted(unknown)}, which are no countries")
    for row in rows:
        cc = row[_ALPHA2]
        if cc not in registries:
            raise ValueError(f"groups.toml names no registry for {cc}")
        flags = (int(row[name].strip() == "x") for name in _FLAGS)
        yield (
            *(cc, row["ISO3166-1-Alpha-3"], int(row["M49"]), row["Region Name"]),
            row["Intermediate Region Name"] or row["Sub-region Name"],
            *(*flags, int(cc in transition), regions.get(cc), incomes.get(cc) or None),
            *(registries[cc], *_names(cc, groups["names"].get(cc, [""] * len(_LANGUAGES)))),
        )


_ALPHA2 = "ISO3166-1-Alpha-2"
_FLAGS = (
    "Least Developed Countries (LDC)",
    "Land Locked Developing Countries (LLDC)",
    "Small Island Developing States (SIDS)",
)


def _members(groups: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for group, members in groups.items():
        for cc in members.split():
            if cc in found:
                raise ValueError(f"groups.toml has {cc} in {found[cc]} and in {group}")
            found[cc] = group
    return found


def _names(cc: str, chosen: Sequence[str]) -> Iterator[str]:
    """Yield a country's name in each language: CLDR's in full words, or the one that was chosen."""
    from babel import Locale

    for language, choice in zip(_LANGUAGES, chosen, strict=True):
        name = choice or Locale(language).territories[cc]
        yield name.replace(" & ", " and ").replace("о-ва", "острова").replace("о-в ", "остров ")


# Small things


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _csv(table: str, rows: Iterable[Row]) -> bytes:
    import io

    with closing(new_database()) as data:
        names = [column[1] for column in data.execute(f'PRAGMA table_info("{table}")')]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()


def _iso(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"


def _day(text: str | None) -> int:
    return date.fromisoformat(text).toordinal() - shipped.EPOCH if text else 0


def _month(text: str | None) -> int:
    return (int(text[:4]) - 1970) * 12 + int(text[5:7]) - 1 if text else 0
