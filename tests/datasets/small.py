"""A database small enough to check by hand: five registries, seven countries, round numbers."""

import sqlite3
from collections import Counter

from ipv6data.database import SCHEMA

REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
# cc, region, ldc, lldc, sids, transition, income, registry
COUNTRIES = """
    KE Africa   0 0 0 0 Lower_middle afrinic
    CI Africa   0 0 0 0 Lower_middle afrinic
    NP Asia     1 1 0 0 Low          apnic
    TV Oceania  1 0 1 0 Upper_middle apnic
    UZ Asia     0 1 0 1 Lower_middle ripencc
    US Americas 0 0 0 0 High         arin
    AQ -        0 0 0 0 -            -
"""
# In English, French, Arabic, Chinese, Russian; a Spanish name is the English one here.
NAMES = """
    KE Kenya Kenya كينيا 肯尼亚 Кения
    CI Côte_d’Ivoire Côte_d’Ivoire كوت_ديفوار 科特迪瓦 Кот-д'Ивуар
    NP Nepal Népal نيبال 尼泊尔 Непал
    TV Tuvalu Tuvalu توفالو 图瓦卢 Тувалу
    UZ Uzbekistan Ouzbékistan أوزبكستان 乌兹别克 Узбекистан
    US US États-Unis الولايات_المتحدة_الأمريكية 美利坚合众国 Соединенные_Штаты
    AQ Antarctica Antarctique أنتاركتيكا 南极洲 Антарктике
"""
PEOPLE = {"KE": 100, "CI": 50, "NP": 200, "TV": 10, "UZ": 40, "US": 600}
# registry, cc, type, value, date, status, holder
RECORDS = """
    afrinic KE ipv4 256  1995-03-01 allocated 1
    afrinic KE ipv4 768  2005-06-01 assigned  1
    afrinic KE ipv6 32   2006-01-10 allocated 1
    afrinic KE ipv6 48   2008-02-10 assigned  2
    afrinic ZZ ipv4 4096 -          available -
    apnic   NP ipv4 512  2000-01-01 allocated 1
    apnic   NP ipv6 32   2008-03-01 allocated 1
    apnic   -  ipv6 20   -          available -
    arin    US ipv4 8192 1990-05-05 allocated 1
    arin    US ipv4 1024 2018-02-02 allocated 2
    arin    US ipv6 29   2008-12-31 allocated 1
    arin    US ipv6 64   2018-10-01 assigned  3
    arin    US asn  1    -          assigned  3
    arin    US asn  10   2001-01-01 assigned  1
    lacnic  AQ ipv4 256  2001-01-01 assigned  1
    ripencc UZ ipv4 1280 2010-07-07 allocated 1
    ripencc EU ipv4 256  2003-03-03 assigned  2
    ripencc EU ipv6 31   2004-04-04 allocated 2
    ripencc -  ipv4 512  -          reserved  -
"""


def small_database() -> sqlite3.Connection:
    """Return the database, in memory; its files are of 2018-10-12 and 2018-10-13."""
    data = sqlite3.connect(":memory:")
    data.executescript(SCHEMA.read_text(encoding="utf-8"))
    add_source(data, 99, "people", "2018-12-31")
    for line, names in zip(rows(COUNTRIES), rows(NAMES), strict=True):
        add_country(data, line, names[1:])
    data.executemany(
        "INSERT INTO population VALUES (99, ?, ?, ?)",
        [(cc, year, people) for cc, people in PEOPLE.items() for year in (2000, 2018)]
        + [(cc, 2024, 9_999) for cc in PEOPLE],
    )
    records = list(rows(RECORDS))
    for number, registry in enumerate(REGISTRIES, 1):
        date = "2018-10-12" if registry in ("apnic", "lacnic") else "2018-10-13"
        of_registry = [line for line in records if line[0] == registry]
        add_snapshot(data, number, registry, date, "records", of_registry)
    return data


def rows(text: str) -> list[list[str | None]]:
    """Return the words of each line; '-' is None, '_' is a space."""
    return [
        [None if word == "-" else word.replace("_", " ") for word in line.split()]
        for line in text.strip().split("\n")
    ]


def add_source(data: sqlite3.Connection, number: int, name: str, as_of: str) -> None:
    """Add a source of facts."""
    data.execute(
        "INSERT INTO source VALUES (?, ?, ?, 'a publisher', ?, 'free', '')",
        (number, name, name, as_of),
    )


def add_country(data: sqlite3.Connection, line: list[str | None], names: list[str | None]) -> None:
    """Add a country from a line of `COUNTRIES` and its names."""
    cc, region, ldc, lldc, sids, transition, income, registry = line
    flags = [int(str(flag)) for flag in (ldc, lldc, sids, transition)]
    number = data.execute("SELECT count(*) FROM country").fetchone()[0]
    english, french, arabic, chinese, russian = names
    facts = [cc, f"{cc}X", number, region or "", "", *flags, None, income, registry]
    data.execute(
        f"INSERT INTO country VALUES ({', '.join('?' * 18)})",
        [*facts, english, french, english, arabic, chinese, russian],
    )


def add_snapshot(
    data: sqlite3.Connection,
    number: int,
    registry: str,
    date: str,
    detail: str,
    records: list[list[str | None]],
) -> None:
    """Add a registry's file with its records."""
    add_source(data, number, f"{registry}-{date}", date)
    counts = Counter(line[2] for line in records)
    data.execute(
        "INSERT INTO snapshot VALUES (?, ?, ?, 'extended', '2', '1', NULL, ?, '+0000', ?, ?, ?, ?)",
        (number, number, registry, date, detail, counts["asn"], counts["ipv4"], counts["ipv6"]),
    )
    for _registry, cc, type, value, day, status, holder in records:
        if detail == "records":
            data.execute(
                "INSERT INTO delegation VALUES (?, ?, ?, ?, '', 0, ?, ?, ?, ?)",
                (number, registry, cc, type, int(str(value)), day, status, holder),
            )
        data.execute(
            "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            (number, registry, cc, type, day[:7] if day else None, status, int(str(value))),
        )
