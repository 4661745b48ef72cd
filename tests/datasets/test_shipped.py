"""The shipped facts, held against what others say: the registries, IANA, ISO, the World Bank."""

import csv
import os
import sqlite3
import xml.etree.ElementTree as ElementTree
from collections import Counter
from contextlib import closing
from importlib.resources import files

import netaddr
import pytest
from typer.testing import CliRunner

from ipv6data import shipped
from ipv6data.columns import Column, read_columns, write_columns
from ipv6data.commands import app
from ipv6data.database import from_text
from ipv6data.delegated import REGISTRIES, TYPES, compose, read
from ipv6data.rebuilding import compare, registry_files

pytestmark = pytest.mark.xdist_group("shipped")  # it is unpacked once
LARGEST = 6_000_000
RUN = CliRunner()


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The default database's file."""
    path = tmp_path_factory.mktemp("shipped") / "data.sqlite"
    shipped.unpack(path)
    return path


@pytest.fixture
def data(database):
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as data:
        yield data


def test_every_rule_of_the_schema_holds(data):
    assert data.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert data.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_snapshots_records_are_as_many_as_its_summary_lines_say(data):
    said = data.execute("SELECT snapshot_id, asn_records, ipv4_records, ipv6_records FROM snapshot")
    summaries = {
        (number, type): n for number, *many in said for type, n in zip(TYPES, many, strict=True)
    }
    counted = data.execute("SELECT snapshot_id, type, sum(records) FROM tally GROUP BY 1, 2")
    assert {(number, type): n for number, type, n in counted} == summaries
    in_full = data.execute("SELECT snapshot_id, type, count(*) FROM delegation GROUP BY 1, 2")
    full = {n for (n,) in data.execute("SELECT snapshot_id FROM snapshot WHERE detail = 'records'")}
    expected = {key: n for key, n in summaries.items() if key[0] in full}
    assert {(number, type): n for number, type, n in in_full} == expected


def test_all_five_registries_of_october_2018_are_there_in_full(data):
    rows = data.execute("SELECT registry, end_date FROM snapshot WHERE detail = 'records'")
    dates = dict(rows.fetchall())
    assert sorted(dates) == sorted(REGISTRIES)
    assert {day[:7] for day in dates.values()} == {"2018-10"}
    assert data.execute("SELECT count(*) FROM delegation").fetchone() == (512_252,)


def test_the_tally_of_a_full_snapshot_counts_its_records(data):
    columns = "snapshot_id, registry, cc, type, {month} AS month, status, value"
    counted = data.execute(
        f"SELECT {columns.format(month='substr(date, 1, 7)')}, count(*) FROM delegation"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )
    tally = data.execute(
        f"SELECT {columns.format(month='month')}, records FROM tally JOIN snapshot"
        " USING (snapshot_id, registry) WHERE detail = 'records'"
    )
    assert Counter(tally.fetchall()) == Counter(counted.fetchall())


def test_texts_and_numbers_of_blocks_are_the_same(data):
    seeded = "WHERE (first * 7919 + value) % 97 = 0"
    rows = data.execute(f"SELECT type, start, first FROM delegation {seeded}").fetchall()
    assert len(rows) > 1_000
    for type, start, first in rows:
        if type == "asn":
            assert start == str(first)
        else:
            address = netaddr.IPAddress(start)
            assert str(address) == start
            assert int(address) == (first if type == "ipv4" else first << 64)


@pytest.mark.parametrize(
    "registry",
    [
        pytest.param(registry, marks=[] if registry in ("afrinic", "lacnic") else pytest.mark.prove)
        for registry in REGISTRIES
    ],
)
def test_each_shipped_record_is_in_the_registrys_file(data, request, registry):
    path = request.getfixturevalue("registry_files")[registry]
    assert compare(read(path.read_text("latin-1"), path.name), data) == []


A, B, C = (
    [cc, "ipv6", f"2001:db8:{n}::", 48, "20180101", "allocated", holder]
    for n, (cc, holder) in enumerate([("KE", "x"), ("KE", "x"), ("TZ", "y")], 1)
)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([A, B], id="one less"),
        pytest.param([A, B, C, [*C[:2], "2001:db8:4::", *C[3:]]], id="one more"),
        pytest.param([A, B, ["UG", *C[1:]]], id="another country"),
        pytest.param([A, B, [*C[:4], "20180102", *C[5:]]], id="another day of the month"),
        pytest.param([A, [*B[:6], "z"], C], id="another holder"),
    ],
)
def test_a_record_more_or_less_or_of_another_holder_is_noticed(rows):
    shipped_rows = compose("afrinic", [A, B, C], end="20181013")
    with closing(from_text(shipped_rows)) as data:
        renamed = [[*row[:6], row[6].upper()] for row in (A, B, C)]
        assert compare(read(compose("afrinic", renamed, end="20181013"), "a file"), data) == []
        assert compare(read(compose("afrinic", rows, end="20181013"), "a file"), data)
        other_day = read(compose("afrinic", rows, end="20181014"), "a file")
        assert compare(other_day, data) == ["a file: the database has no such snapshot"]


def test_a_changed_file_differs(database, registry_files, tmp_path, monkeypatch):
    text = registry_files["afrinic"].read_text("latin-1")
    changed = text.replace("|KE|ipv4|", "|TZ|ipv4|", 1)
    assert changed != text
    (tmp_path / "delegated-afrinic-changed").write_text(changed, "latin-1")
    monkeypatch.setenv("IPV6DATA_DATABASE", str(database))
    done = RUN.invoke(app, ["rebuild", str(tmp_path)])
    assert done.exit_code == 1
    assert "9,373 records differ" in done.output
    assert "1 records are not shipped" in done.output


def test_rebuild_says_what_to_do_without_files(database, tmp_path, monkeypatch):
    monkeypatch.setenv("IPV6DATA_DATABASE", str(database))
    done = RUN.invoke(app, ["rebuild", str(tmp_path)])
    assert done.exit_code == 1
    assert "has no files called delegated-" in done.output
    with pytest.raises(FileNotFoundError):
        registry_files(tmp_path)


def test_the_facts_stay_small():
    assert sum(path.stat().st_size for path in shipped.FACTS.iterdir()) < LARGEST


# Countries


def test_the_countries_are_those_of_iso(data):
    count = "SELECT count(*), count(DISTINCT iso3), count(DISTINCT m49) FROM country"
    assert data.execute(count).fetchone() == (249, 249, 249)
    babel = pytest.importorskip("babel")
    known = babel.Locale("en").territories
    codes = [cc for (cc,) in data.execute("SELECT cc FROM country")]
    assert all(cc in known for cc in codes)


def test_groups_have_as_many_members_as_their_publishers_say(data):
    flags = "SELECT sum(ldc), sum(lldc), sum(transition) FROM country"
    assert data.execute(flags).fetchone() == (45, 32, 17)
    arin = data.execute("SELECT count(*) FROM country WHERE registry = 'arin'").fetchone()
    assert arin == (29,)  # "29 economies"
    regions = dict(data.execute("SELECT itu_region, count(*) FROM country GROUP BY 1"))
    assert (regions["Africa"], regions["Arab States"], regions["CIS"]) == (44, 22, 9)


def test_names_are_names_and_nothing_else(data):
    languages = ("en", "fr", "es", "ar", "zh", "ru")
    names = data.execute(f"SELECT {', '.join(f'name_{code}' for code in languages)} FROM country")
    for row in names:
        assert all(name and name == name.strip() for name in row)
        assert not any(odd in name for name in row for odd in ("(l')", "(la)", "(el)", "*", "о-в"))
    unique = [f"count(DISTINCT name_{code})" for code in languages]
    assert set(data.execute(f"SELECT {', '.join(unique)} FROM country").fetchone()) == {249}


def test_a_countrys_registry_is_the_one_that_has_most_of_its_records(data):
    """But for two: the Falkland Islands and Martinique hold more from the RIPE NCC."""
    rows = data.execute(
        "SELECT cc, registry, max(records) FROM (SELECT cc, registry, count(*) AS records"
        " FROM delegation WHERE status IN ('allocated', 'assigned') GROUP BY 1, 2) GROUP BY cc"
    )
    service = dict(data.execute("SELECT cc, registry FROM country"))
    other = {cc: (said, service.get(cc)) for cc, said, _n in rows if said != service.get(cc)}
    assert other == {
        "EU": ("ripencc", None),
        "FK": ("ripencc", "lacnic"),
        "MQ": ("ripencc", "arin"),
    }


# The World Bank's own sums for 2024, which are no countries of ISO's.
WORLD, KOSOVO, CHANNEL_ISLANDS = 8_141_808_945, 1_594_353, 168_126


def test_people_add_up_to_the_world_banks_world(data):
    """Its world has Taiwan's 23.4 million people too, for which it gives no figure."""
    (people,) = data.execute("SELECT sum(people) FROM population WHERE year = 2024").fetchone()
    assert WORLD - people - KOSOVO - CHANNEL_ISLANDS == pytest.approx(23_400_000, rel=0.001)
    (countries,) = data.execute("SELECT count(*) FROM population WHERE year = 2024").fetchone()
    assert countries == 215


# IANA


def test_the_ipv4_blocks_are_those_that_netaddr_has(data):
    tree = ElementTree.parse(files("netaddr") / "ip" / "ipv4-address-space.xml")
    iana = "{http://www.iana.org/assignments}"
    expected = [
        (int(record.findtext(f"{iana}prefix").split("/")[0]), record.findtext(f"{iana}status"))
        for record in tree.iter(f"{iana}record")
    ]
    rows = data.execute("SELECT block, status FROM iana_ipv4 ORDER BY block")
    assert rows.fetchall() == sorted(expected)
    assert data.execute("SELECT count(*) FROM iana_ipv4").fetchone() == (256,)


def test_available_ipv6_space_lies_in_what_iana_gave_the_registry(data):
    """But for APNIC's old block for exchange points, which lies in the RIPE NCC's 2001:600::/23."""
    given = {registry: netaddr.IPSet() for registry in REGISTRIES}
    for registry, prefix in data.execute("SELECT registry, prefix FROM iana_ipv6"):
        if registry:
            given[registry].add(netaddr.IPNetwork(prefix))
    rows = data.execute(
        "SELECT registry, start, value FROM delegation WHERE type = 'ipv6' AND first % 101 = 0"
        " AND status = 'available'"
    ).fetchall()
    assert rows
    given["apnic"].add(netaddr.IPNetwork("2001:7fa::/32"))
    outside = [row for row in rows if netaddr.IPNetwork(f"{row[1]}/{row[2]}") not in given[row[0]]]
    assert outside == []


def test_special_blocks_are_of_both_families(data):
    rows = data.execute("SELECT family, count(*) FROM iana_special GROUP BY 1").fetchall()
    assert rows == [(4, 25), (6, 25)]
    for family, block in data.execute("SELECT family, block FROM iana_special"):
        assert netaddr.IPNetwork(block).version == family


# AFRINIC on two paths (datasets/README.md explains every difference)

# /48s that countries hold from other registries than AFRINIC, on 2026-02-01.
FROM_OTHERS = {
    **{"AO": 524_288, "DJ": 524_288, "NG": 524_288, "RE": 589_824},
    **{"SC": 370_475_011, "ZA": 5_963_777},
}
# /48s of blocks that moved to a holder in another country between 2026-02-01 and 2026-08-21.
MOVED = {
    **{"GN": 65_536, "GQ": -65_536},
    **{"CM": 65_536, "KE": -65_536},
    **{"MU": -131_330, "NA": 65_536, "ZW": 65_536, "ZA": 257, "SS": 1},
    **{"GH": 1, "SN": -1},
}


def test_afrinics_records_and_the_prefixes_by_country_say_the_same(data):
    held = data.execute(
        "SELECT cc, sum(records << 48 - value) FROM tally JOIN snapshot USING (snapshot_id)"
        " WHERE tally.registry = 'afrinic' AND end_date = '2026-08-21' AND type = 'ipv6'"
        " AND status IN ('allocated', 'assigned') AND month < '2026-02' GROUP BY cc"
    )
    records = dict(held.fetchall())
    rows = data.execute("SELECT cc, sum(prefixes << 48 - length) FROM country_prefixes GROUP BY cc")
    prefixes = dict(rows.fetchall())
    differences = {cc: prefixes[cc] - records[cc] for cc in records}
    expected = {cc: FROM_OTHERS.get(cc, 0) - MOVED.get(cc, 0) for cc in records}
    assert differences == expected


def test_the_prefixes_and_the_quarter_of_the_same_day_agree(data):
    rows = data.execute(
        "SELECT cc, ipv6_prefixes, ipv6_48s FROM country_quarter WHERE date = '2026-02-01'"
        " AND ipv6_prefixes > 0"
    )
    quarter = {cc: (prefixes, size) for cc, prefixes, size in rows}
    rows = data.execute(
        "SELECT cc, sum(prefixes), sum(CASE WHEN length <= 48 THEN prefixes << 48 - length END)"
        " FROM country_prefixes GROUP BY cc"
    )
    assert {cc: (prefixes, size) for cc, prefixes, size in rows} == quarter


# Sources


def test_every_fact_has_a_source_with_a_date_and_terms(data):
    rows = data.execute("SELECT name, as_of, terms, publisher, title FROM source").fetchall()
    assert len(rows) == 33
    assert all(all(row) for row in rows)
    readme = (files("ipv6data") / ".." / "README.md").read_text("utf-8")
    assert [path.name for path in shipped.FACTS.iterdir() if path.name not in readme] == []


# The files


def test_columns_come_back_as_they_were():
    columns = {
        "number": Column("number", [0, 1, 255, 256, 1 << 63]),
        "step": Column("step", [5, 4, 4, 1 << 40]),
        "word": Column("word", ["b", None, "b", 7]),
        "nothing": Column("number", []),
    }
    read_back, notes = read_columns(write_columns(columns, {"a": [1]}))
    assert {name: list(values) for name, values in read_back.items()} == {
        name: list(column.values) for name, column in columns.items()
    }
    assert notes == {"a": [1]}


@pytest.mark.parametrize("number", [-1, 1 << 64])
def test_a_number_that_does_not_fit_is_refused(number):
    with pytest.raises(ValueError, match="column x goes from"):
        write_columns({"x": Column("number", [number])})


@pytest.mark.parametrize("table", ["delegation", "pool"])
def test_a_damaged_file_is_named(tmp_path, table):
    for path in shipped.FACTS.iterdir():
        os.link(path, tmp_path / path.name)
    damaged = tmp_path / f"{table}.columns"
    content = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(ValueError, match=rf"{table}\.columns is damaged"):
        shipped.unpack(tmp_path / "data.sqlite", tmp_path)


def test_short_tables_are_plain_csv():
    for path in shipped.FACTS.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            widths = {len(row) for row in csv.reader(file)}
        assert len(widths) == 1
