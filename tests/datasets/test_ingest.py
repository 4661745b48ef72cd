"""Files into a database: all or nothing, whatever is wrong and whenever the work is stopped."""

import bz2
import gzip
import lzma
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ipv6data import database as place
from ipv6data import ingest as ingesting
from ipv6data.commands import app
from ipv6data.database import open_data
from ipv6data.delegated import DelegatedError, compose
from ipv6data.ingest import ingest

ROWS = [
    ("ZA", "asn", 1228, 1, "19910301", "allocated", "F36B9F4B"),
    ("ZA", "asn", 1229, 1, "19910301", "allocated", "F36B9F4B"),
    ("ZZ", "ipv4", "41.57.124.0", 768, "", "reserved", ""),
    ("KE", "ipv6", "2001:4200::", 32, "20051021", "allocated", "F3600001"),
]


def text(end: str = "20181013", rows: list[tuple[object, ...]] | None = None) -> str:
    """Return a small file of AFRINIC."""
    return compose("afrinic", ROWS if rows is None else rows, end=end, utc_offset="00000")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small file that is right."""
    path = tmp_path / "delegated-afrinic-extended"
    path.write_text(text(), encoding="ascii")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a database is to be."""
    return tmp_path / "data" / "own.sqlite"


def whole(path: Path) -> list[str]:
    """Return everything in a database, as SQL, and that SQLite finds no fault in it."""
    with closing(open_data(path)) as data:
        assert data.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return list(data.iterdump())


def rows_of(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Return what a database answers."""
    with closing(open_data(path)) as data:
        return data.execute(sql).fetchall()


def test_a_file_fills_source_snapshot_delegation_and_tally(file: Path, database: Path) -> None:
    report = ingest([file], database)
    assert [(one.outcome, one.records) for one in report.files] == [
        ("loaded", {"asn": 2, "ipv4": 1, "ipv6": 1})
    ]
    assert rows_of(database, "SELECT registry, end_date, detail, asn_records FROM snapshot") == [
        ("afrinic", "2018-10-13", "records", 2)
    ]
    assert rows_of(database, "SELECT name, publisher FROM source") == [
        ("afrinic-extended-2018-10-13", "AFRINIC")
    ]
    assert rows_of(database, "SELECT cc, start, value, date, holder FROM delegation") == [
        ("ZA", "1228", 1, "1991-03-01", 1),
        ("ZA", "1229", 1, "1991-03-01", 1),
        ("ZZ", "41.57.124.0", 768, None, None),
        ("KE", "2001:4200::", 32, "2005-10-21", 2),
    ]
    assert rows_of(database, "SELECT cc, type, month, records FROM tally ORDER BY type, cc") == [
        ("ZA", "asn", "1991-03", 2),
        ("ZZ", "ipv4", None, 1),
        ("KE", "ipv6", "2005-10", 1),
    ]
    assert rows_of(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'index'")[0] > (4,)


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lzma.compress,
        lambda content: gzip.compress(content[:100]) + gzip.compress(content[100:]),
        lambda content: lzma.compress(content[:100]) + lzma.compress(content[100:]) + b"\0" * 8,
        lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"),
        lambda content: b"# caf\xe9\n" + content,
    ],
)
def test_the_first_bytes_say_how_a_file_is_packed(
    pack: Callable[[bytes], bytes], file: Path, database: Path
) -> None:
    file.write_bytes(pack(file.read_bytes()))
    misnamed = file.rename(file.with_name("called.zip"))
    ingest([misnamed], database)
    assert rows_of(database, "SELECT count(*) FROM delegation") == [(4,)]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda content: gzip.compress(content)[:-12], "cut off"),
        (lambda content: bz2.compress(content)[:-12], "cut off"),
        (lambda content: lzma.compress(content)[:-12], "cut off"),
        (lambda content: gzip.compress(content)[:20] + b"\1" * 40, "damaged"),
        (lambda content: lzma.compress(content) + b"more", "damaged"),
        (lambda content: content[: len(content) // 2], "expected"),
        (lambda content: content + b"\0" * 512, "line 9"),
        (lambda content: content.decode().encode("utf-16"), "UTF-16"),
        (lambda content: b"PK\x03\x04" + content, "a zip archive"),
        (lambda content: b"<html>Not found</html>", "a web page"),
        (lambda content: b"", "empty"),
        (lambda content: content.replace(b"|768|", b"|-768|"), "line 7"),
        (lambda content: content.replace(b"|ipv4|*|1|", b"|ipv4|*|2|"), "the summary says 2"),
    ],
)
def test_a_spoilt_file_changes_nothing(
    spoil: Callable[[bytes], bytes], reason: str, file: Path, database: Path
) -> None:
    ingest([file], database)
    before = whole(database)
    good, bad = file.with_name("good"), file.with_name("bad")
    good.write_text(text("20181014"), encoding="ascii")
    bad.write_bytes(spoil(text("20181015").encode()))
    with pytest.raises(DelegatedError, match=reason):
        ingest([good, bad], database)
    assert whole(database) == before
    assert sorted(path.name for path in database.parent.iterdir()) == [
        ".own.sqlite.lock",
        "own.sqlite",
    ]


@pytest.mark.parametrize("missing", ["nothing", "."])
def test_what_cannot_be_read_is_named(missing: str, tmp_path: Path, database: Path) -> None:
    with pytest.raises(DelegatedError, match="cannot be read"):
        ingest([tmp_path / missing], database)
    assert not database.exists()


def test_a_file_that_unpacks_without_end_is_refused(
    file: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingesting, "_MOST", 1000)
    file.write_bytes(lzma.compress(b"#" * 100_000))
    with pytest.raises(DelegatedError, match="more than"):
        ingest([file], database)


def test_problems_of_all_files_are_told_at_once(file: Path, database: Path) -> None:
    file.write_text(text().replace("|allocated", "|alocated"), encoding="ascii")
    with pytest.raises(DelegatedError) as caught:
        ingest([file, file.with_name("nothing")], database)
    assert [problem.line for problem in caught.value.problems] == [5, 6, 8, None, None, None]


def test_what_is_loaded_is_not_loaded_twice(file: Path, database: Path) -> None:
    ingest([file], database)
    before = database.stat()
    report = ingest([file, file], database)
    assert [one.outcome for one in report.files] == ["already loaded", "already loaded"]
    assert database.stat() == before


def test_a_later_day_is_added(file: Path, database: Path) -> None:
    ingest([file], database)
    file.write_text(text("20181014"), encoding="ascii")
    ingest([file], database)
    assert rows_of(database, "SELECT snapshot_id, count(*) FROM delegation GROUP BY 1") == [
        (1, 4),
        (2, 4),
    ]


def test_another_file_of_the_same_day_gets_a_source_of_its_own(file: Path, database: Path) -> None:
    later = file.with_name("later")
    later.write_text(compose("afrinic", ROWS, end="20181013", serial="20181014"), encoding="ascii")
    ingest([file, later], database)
    assert rows_of(database, "SELECT name FROM source ORDER BY source_id") == [
        ("afrinic-extended-2018-10-13",),
        ("afrinic-extended-2018-10-13-20181014",),
    ]


def test_a_snapshot_that_was_only_counted_gets_its_records(file: Path, database: Path) -> None:
    ingest([file], database)
    with closing(sqlite3.connect(database)) as data:
        data.execute("DELETE FROM delegation")
        data.execute("UPDATE snapshot SET detail = 'tally'")
        data.commit()
    tally = rows_of(database, "SELECT * FROM tally ORDER BY type, cc")
    ingest([file], database)
    assert rows_of(database, "SELECT detail FROM snapshot") == [("records",)]
    assert rows_of(database, "SELECT count(*) FROM delegation") == [(4,)]
    assert rows_of(database, "SELECT * FROM tally ORDER BY type, cc") == tally


def test_lenient_loads_the_rest_and_reports_what_it_left(file: Path, database: Path) -> None:
    file.write_text(text().replace("|20051021|", "|20051032|"), encoding="ascii")
    report = ingest([file, file.with_name("nothing")], database, lenient=True)
    loaded, missing = report.files
    assert [problem.line for problem in loaded.left] == [8]
    assert missing.outcome == "not read"
    assert rows_of(database, "SELECT count(*) FROM delegation") == [(3,)]
    ((note,),) = rows_of(database, "SELECT note FROM source")
    assert "1 malformed line of the file left out." in str(note)


def test_a_file_that_is_no_database_of_ours_is_not_touched(file: Path, database: Path) -> None:
    database.parent.mkdir()
    database.write_text("my thesis", encoding="ascii")
    with pytest.raises(ValueError, match="no database of this version"):
        ingest([file], database)
    assert database.read_text(encoding="ascii") == "my thesis"


def test_checks_of_the_schema_hold_again_when_it_is_finished(file: Path, database: Path) -> None:
    ingest([file], database)
    with closing(place.from_text(text())) as data, pytest.raises(sqlite3.IntegrityError):
        data.execute("UPDATE delegation SET status = 'returned'")
    with closing(sqlite3.connect(database)) as data, pytest.raises(sqlite3.IntegrityError):
        data.execute("UPDATE delegation SET status = 'returned'")


def test_the_command_tells_what_was_loaded_and_fails_with_the_place(
    file: Path, database: Path
) -> None:
    run = CliRunner().invoke
    done = run(app, ["ingest", "--database", str(database), str(file)])
    assert done.exit_code == 0
    assert "AFRINIC of 2018-10-13 (extended): 2 asn, 1 ipv4, 1 ipv6" in done.output
    again = run(app, ["ingest", "--database", str(database), str(file)])
    assert again.exit_code == 0
    assert "is loaded already" in again.output
    shown = run(app, ["info", "--database", str(database)])
    assert "every record" in shown.output
    assert "2018-10-13" in shown.output
    file.write_text(text("20190101").replace("|768|", "|0|"), encoding="ascii")
    failed = run(app, ["ingest", "--database", str(database), str(file)])
    assert failed.exit_code == 1
    assert f"{file.name}, line 7: the value is '0'" in failed.output
    assert "Nothing was loaded." in failed.output
    rest = run(app, ["ingest", "--lenient", "--database", str(database), str(file)])
    assert rest.exit_code == 0
    assert "1 of 8 lines left out" in rest.output
    nothing = str(file.with_name("nothing"))
    some = run(app, ["ingest", "--lenient", "--database", str(database), str(file), nothing])
    assert some.exit_code == 1
    assert "not read" in some.output


SPOILT = st.one_of(
    st.tuples(st.just("cut"), st.integers(0, 10**6), st.just(0)),
    st.tuples(st.just("flip"), st.integers(0, 10**6), st.integers(1, 255)),
)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_damaged_bytes_are_refused_or_change_nothing(
    pack: Callable[[bytes], bytes], file: Path, database: Path
) -> None:
    content = pack(text().encode())

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(SPOILT)
    def spoil(damage: tuple[str, int, int]) -> None:
        kind, at, bits = damage
        spoilt = bytearray(content)
        at %= len(spoilt)
        if kind == "cut":
            del spoilt[at:]
        else:
            spoilt[at] ^= bits
        file.write_bytes(spoilt)
        try:
            statistics = ingesting.read_file(file)
        except DelegatedError:
            return
        assert len(statistics.records) == 4

    spoil()


def test_all_of_a_real_file_is_in_the_database(
    registry_files: dict[str, Path], database: Path
) -> None:
    ingest([registry_files["afrinic"], registry_files["lacnic"]], database)
    said = rows_of(
        database, "SELECT registry, asn_records, ipv4_records, ipv6_records FROM snapshot"
    )
    for registry, *summaries in said:
        for table, count in (("delegation", "count(*)"), ("tally", "sum(records)")):
            found = rows_of(
                database,
                f"SELECT {count} FROM {table} WHERE registry = '{registry}'"
                " GROUP BY type ORDER BY type",
            )
            assert [number for (number,) in found] == summaries
    tally = (
        "SELECT registry, cc, type, substr(date, 1, 7), status, value, count(*)"
        " FROM delegation GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
    )
    kept = (
        "SELECT registry, cc, type, month, status, value, records FROM tally"
        " ORDER BY 1, 2, 3, 4, 5, 6"
    )
    assert rows_of(database, kept) == rows_of(database, tally)


INGEST = "import sys; from pathlib import Path; from ipv6data.ingest import ingest;"
START = [sys.executable, "-c", INGEST + "ingest([Path(sys.argv[1])], Path(sys.argv[2]))"]


def kill_at_random_moments(
    source: Path, database: Path, make: Callable[[int], None], times: int
) -> list[bool]:
    """Kill an ingest again and again; return whether the new database was there each time."""
    chance = random.Random(6)
    began = time.monotonic()
    make(0)
    subprocess.run([*START, str(source), str(database)], check=True)
    longest = time.monotonic() - began
    came = []
    for number in range(1, times + 1):
        make(number)
        before = whole(database)
        process = subprocess.Popen([*START, str(source), str(database)])
        time.sleep(chance.uniform(0.1, 1.1) * longest)
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = whole(database)
        came.append(after != before)
        with closing(open_data(database)) as data:
            snapshots = data.execute("SELECT count(*) FROM snapshot").fetchone()[0]
            whole_ones = data.execute(
                "SELECT count(*) FROM snapshot JOIN (SELECT snapshot_id, count(*) AS records"
                " FROM delegation GROUP BY 1) USING (snapshot_id)"
                " WHERE records = asn_records + ipv4_records + ipv6_records"
            ).fetchone()[0]
        assert snapshots == whole_ones
    return came


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("times", [4, pytest.param(60, marks=pytest.mark.prove)])
def test_a_kill_leaves_the_old_database_or_the_new(times: int, file: Path, database: Path) -> None:
    records = [("KE", "asn", number, 1, "20051021", "allocated", "F1") for number in range(4000)]

    def make(number: int) -> None:
        file.write_text(text(f"{1990 + number}0101", records), encoding="ascii")

    kill_at_random_moments(file, database, make, times)
    make(times + 1)
    ingest([file], database)
    left = sorted(path.name for path in database.parent.iterdir())
    assert left == [".own.sqlite.lock", "own.sqlite"]


def test_two_at_once_both_get_in(file: Path, database: Path) -> None:
    other = file.with_name("other")
    other.write_text(text("20181014"), encoding="ascii")
    both = [subprocess.Popen([*START, str(path), str(database)]) for path in (file, other)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert rows_of(database, "SELECT count(*) FROM snapshot") == [(2,)]
