"""Where the database is, and how it is opened."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ipv6data import database as place
from ipv6data.database import from_text, open_data
from ipv6data.delegated import DelegatedError, compose
from ipv6data.ingest import ingest

TEXT = compose("apnic", [("JP", "ipv6", "2001:200::", 35, "19990813", "allocated")], end="20240101")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test alone, still empty."""
    monkeypatch.delenv("IPV6DATA_DATABASE", raising=False)
    monkeypatch.setenv("IPV6DATA_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Stand for the shipped facts, which take seconds: one small file. Lists where they went."""
    places: list[Path] = []

    def unpack(part: Path) -> None:
        places.append(part)
        with closing(place.new_database(part)) as data:
            place.finish(data)

    class Shipped:
        pass

    Shipped.unpack = staticmethod(unpack)  # type: ignore[attr-defined]
    monkeypatch.setattr(place, "import_module", lambda name: Shipped)
    return places


def test_a_database_in_memory_has_the_same_schema() -> None:
    with closing(from_text(TEXT)) as data, closing(sqlite3.connect(":memory:")) as expected:
        expected.executescript(place.SCHEMA.read_text(encoding="utf-8"))
        sql = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        assert data.execute(sql).fetchall() == expected.execute(sql).fetchall()
        assert data.execute("SELECT cc, value FROM delegation").fetchall() == [("JP", 35)]


def test_several_texts_are_several_snapshots_and_the_same_one_is_refused() -> None:
    later = TEXT.replace("20240101", "20240201")
    with closing(from_text(TEXT, later)) as data:
        assert data.execute("SELECT count(*) FROM snapshot").fetchone() == (2,)
    with pytest.raises(DelegatedError, match="text 2: APNIC of 2024-01-01"):
        from_text(TEXT, TEXT)


def test_it_is_open_for_reading_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(TEXT, encoding="ascii")
    ingest([tmp_path / "file"], tmp_path / "a b#?.sqlite")
    with closing(open_data(tmp_path / "a b#?.sqlite")) as data:
        assert data.execute("SELECT count(*) FROM tally").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            data.execute("DELETE FROM tally")


def test_the_named_database_is_taken_and_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPV6DATA_DATABASE", str(tmp_path / "named.sqlite"))
    with pytest.raises(FileNotFoundError, match=r"named\.sqlite"):
        open_data()
    with closing(place.new_database(tmp_path / "named.sqlite")) as data:
        place.finish(data)
    open_data().close()


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0 and rubbish"])
def test_what_is_no_database_is_said_so(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a database"):
        open_data(path)


def test_the_first_opening_unpacks_and_the_second_does_not(
    cache: Path, unpacked: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    cache.mkdir()
    (cache / "shipped-0123.sqlite").write_bytes(b"of an older package")
    open_data().close()
    open_data().close()
    assert len(unpacked) == 1
    assert [path.name for path in cache.iterdir()] == [f"shipped-{place.fingerprint()}.sqlite"]
    assert capsys.readouterr() == ("", "")


def test_an_unpacking_that_fails_leaves_nothing(
    cache: Path, monkeypatch: pytest.MonkeyPatch, unpacked: list[Path]
) -> None:
    monkeypatch.setattr(place, "finish", lambda data: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_data()
    assert list(cache.iterdir()) == []


def test_the_learners_own_database_comes_first_and_begins_with_the_shipped_one(
    cache: Path, unpacked: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text(TEXT, encoding="ascii")
    ingest([tmp_path / "file"])
    assert place.default_database() == cache / "ipv6data.sqlite"
    assert len(unpacked) == 1
    with closing(open_data()) as data:
        assert data.execute("SELECT count(*) FROM delegation").fetchone() == (1,)


def test_an_own_database_of_another_schema_is_passed_over(
    cache: Path, unpacked: list[Path]
) -> None:
    cache.mkdir()
    with closing(sqlite3.connect(cache / "ipv6data.sqlite")) as data:
        data.execute("PRAGMA user_version = 12")
    assert place.default_database().name.startswith("shipped-")
    with pytest.raises(ValueError, match="another version"):
        open_data(cache / "ipv6data.sqlite")


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, Path("/x/ipv6-course")),
        ("linux", {"HOME": "/home/a"}, Path("/home/a/.cache/ipv6-course")),
        ("darwin", {"HOME": "/Users/a"}, Path("/Users/a/Library/Caches/ipv6-course")),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/ipv6-course")),
        ("win32", {"IPV6DATA_HOME": "/here"}, Path("/here")),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows asks other variables for the home")
def test_the_cache_is_where_the_platform_keeps_caches(
    platform: str, variables: dict[str, str], expected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "IPV6DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert place.cache_folder() == expected


def test_a_lock_is_gone_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    code = (
        "import sys, time; from pathlib import Path; from ipv6data.database import alone\n"
        "with alone(Path(sys.argv[1])): print('locked', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"locked"
        process.kill()
    with place.alone(path):
        pass
