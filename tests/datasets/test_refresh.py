"""`ipv6data refresh` against a server of our own, and what is left when it is stopped."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from publisher import REGISTRIES, Misdeed, Publisher, registry_text
from typer.testing import CliRunner

from ipv6data import refresh as room
from ipv6data.commands import app
from ipv6data.database import alone, finish, new_database, open_data
from ipv6data.delegated import Statistics, read
from ipv6data.download import DownloadError, Limits
from ipv6data.loading import load
from ipv6data.queries.sets import chosen
from ipv6data.refresh import Outcome, Refreshed, RefreshError, look, refresh, url_of

LIMITS = Limits(connect=2, stall=0.5, pause=0.001, longest_pause=0.01, tries=2)
SHIPPED, FIRST, SOON, LATER = (
    date(2018, 10, 13),
    date(2026, 6, 1),
    date(2026, 6, 3),
    date(2026, 9, 1),
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's database with a small set of 2018, and a cache of the learner's own."""
    for name in (*os.environ,):
        if name.lower().endswith("_proxy") or name.endswith("CA_BUNDLE"):
            monkeypatch.delenv(name)
    database = tmp_path / "data.sqlite"
    with closing(new_database(database)) as data:
        for registry in REGISTRIES:
            load(data, read(registry_text(registry, SHIPPED)))
        finish(data)
    monkeypatch.setenv("IPV6DATA_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("IPV6DATA_DATABASE", str(database))
    return database


@pytest.fixture
def publisher(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    with Publisher() as server:
        monkeypatch.setenv("IPV6DATA_MIRROR", server.url)
        publish(server, FIRST)
        yield server


def publish(publisher: Publisher, day: date, *registries: str, blocks: int = 40) -> None:
    for registry in registries or REGISTRIES:
        publisher.publish(registry, registry_text(registry, day, blocks).encode())


def renewed(publisher: Publisher, **options: object) -> Refreshed:
    return refresh(mirror=publisher.url, **{"limits": LIMITS, **options})  # type: ignore[arg-type]


def states(done: Refreshed) -> dict[str, str]:
    return {outcome.registry: outcome.state for outcome in done.outcomes}


def failed(done: Refreshed) -> Outcome:
    (outcome,) = (outcome for outcome in done.outcomes if outcome.state == "failed")
    return outcome


def files(place: Path) -> list[tuple[str, str]]:
    with closing(open_data(place)) as data:
        return data.execute("SELECT registry, end_date FROM snapshot ORDER BY 2, 1").fetchall()


def in_use(place: Path) -> set[tuple[str, str]]:
    with closing(open_data(place)) as data:
        return {(file.registry, file.date) for file in chosen(data)}


def of_day(day: date, *registries: str) -> list[tuple[str, str]]:
    return [(registry, day.isoformat()) for registry in registries or REGISTRIES]


def whole(place: Path) -> bool:
    """Whether a database is sound, and each file in it has as many records as it says."""
    with closing(open_data(place)) as data:
        sound = data.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        said = data.execute("SELECT sum(asn_records + ipv4_records + ipv6_records) FROM snapshot")
        found = data.execute("SELECT count(*) FROM delegation")
        tallied = data.execute("SELECT sum(records) FROM tally")
        return sound and said.fetchone() == found.fetchone() == tallied.fetchone()


def test_the_newest_files_stand_beside_the_shipped_ones_and_are_used(
    publisher: Publisher, place: Path
) -> None:
    done = renewed(publisher)
    assert done.complete
    assert set(states(done).values()) == {"new"}
    assert done.outcomes[0].words.startswith("1 June 2026, 91 records")
    assert files(place) == of_day(SHIPPED) + of_day(FIRST)
    assert in_use(place) == set(of_day(FIRST))
    assert done.dates == (FIRST.isoformat(),)
    assert whole(place)


def test_a_source_says_where_it_was_fetched(publisher: Publisher, place: Path) -> None:
    renewed(publisher)
    with closing(open_data(place)) as data:
        notes = [row[0] for row in data.execute("SELECT note FROM source ORDER BY source_id")]
    assert notes[:5] == [""] * 5
    assert all(note.startswith(f"Fetched 20{note[10:18]} from http") for note in notes[5:])
    assert all("(MD5 " in note for note in notes[5:])


def test_a_second_refresh_fetches_and_changes_nothing(publisher: Publisher, place: Path) -> None:
    renewed(publisher)
    before = place.stat()
    publisher.asked.clear()
    done = renewed(publisher)
    assert set(states(done).values()) == {"unchanged"}
    assert done.dates == (FIRST.isoformat(),)
    assert len(publisher.asked) == 5
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_server_without_etags_does_not_load_a_file_twice(
    publisher: Publisher, place: Path
) -> None:
    publisher.etags = publisher.dates = False
    renewed(publisher)
    before = place.stat()
    assert set(states(renewed(publisher)).values()) == {"unchanged"}
    assert files(place) == of_day(SHIPPED) + of_day(FIRST)
    assert place.stat().st_ino == before.st_ino


def test_a_database_that_was_deleted_is_filled_again(publisher: Publisher, place: Path) -> None:
    shipped = place.read_bytes()
    renewed(publisher)
    place.write_bytes(shipped)
    assert set(states(renewed(publisher)).values()) == {"new"}
    assert in_use(place) == set(of_day(FIRST))


def test_what_can_be_had_is_taken_and_the_rest_is_named(publisher: Publisher, place: Path) -> None:
    publisher.misbehave("lacnic", *[Misdeed(status=404)] * 9)
    done = renewed(publisher)
    assert not done.complete
    assert failed(done).registry == "lacnic"
    assert "answers 404" in failed(done).words
    assert files(place) == of_day(SHIPPED) + of_day(
        FIRST, *(registry for registry in REGISTRIES if registry != "lacnic")
    )
    # Four of five would compare registries of different years.
    assert in_use(place) == set(of_day(SHIPPED))
    publisher.misbehave("lacnic")
    assert renewed(publisher, registries=["lacnic"]).dates == (FIRST.isoformat(),)
    assert in_use(place) == set(of_day(FIRST))


def test_an_earlier_refresh_goes_when_a_newer_is_complete(
    publisher: Publisher, place: Path
) -> None:
    for day in (FIRST, SOON, LATER):
        publish(publisher, day)
        renewed(publisher)
        assert files(place) == of_day(SHIPPED) + of_day(day)
        assert whole(place)


def test_an_earlier_set_of_five_stays_until_a_newer_is_complete(
    publisher: Publisher, place: Path
) -> None:
    renewed(publisher)
    publish(publisher, LATER)
    publisher.misbehave("arin", *[Misdeed(status=500)] * 9)
    assert not renewed(publisher).complete
    assert in_use(place) == set(of_day(FIRST))
    publisher.misbehave("arin")
    renewed(publisher)
    assert files(place) == of_day(SHIPPED) + of_day(LATER)


def test_a_day_that_is_published_anew_replaces_the_one_before(
    publisher: Publisher, place: Path
) -> None:
    renewed(publisher)
    again = registry_text("arin", FIRST, blocks=44)
    publisher.publish("arin", again.replace("|arin|1", "|arin|2", 1).encode())
    assert states(renewed(publisher))["arin"] == "new"
    assert files(place) == of_day(SHIPPED) + of_day(FIRST)
    assert whole(place)


@pytest.mark.parametrize(
    ("day", "blocks", "says"),
    [
        (date(2017, 1, 1), 40, "it is of 1 January 2017, and what is loaded is newer: 13 October"),
        (date.today() + timedelta(30), 40, "has not come yet"),
        (FIRST, 10, "it has 23 records, and what is loaded has 91"),
    ],
)
def test_what_is_not_plausible_is_refused_unless_forced(
    publisher: Publisher, place: Path, day: date, blocks: int, says: str
) -> None:
    publish(publisher, day, "apnic", blocks=blocks)
    done = renewed(publisher, registries=["apnic"])
    assert says in failed(done).words
    assert "--force" in failed(done).words
    assert files(place) == of_day(SHIPPED)
    publisher.asked.clear()
    assert states(renewed(publisher, registries=["apnic"], force=True)) == {"apnic": "new"}
    assert ("apnic", day.isoformat()) in files(place)
    assert publisher.requests("apnic")[0].headers["If-None-Match"]  # it was not fetched again


def test_an_old_file_is_said_to_be_old(publisher: Publisher, place: Path) -> None:
    publish(publisher, date(2019, 1, 1), "apnic")
    done = renewed(publisher, registries=["apnic"])
    assert "has published nothing newer" in done.outcomes[0].words


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("|ipv4|*|41|", "|ipv4|*|42|", "the summary says 42 ipv4 records and there are 41"),
        ("|assigned|", "|asigned|", "delegated-arin-extended-latest, line"),
        ("2.3|arin|", "2.3|apnic|", "not with the header of ARIN"),
        ("2.3|arin|", "3|arin|", "not with the header of ARIN"),
    ],
)
def test_a_file_that_is_wrong_in_itself_is_refused_though_its_md5_is_right(
    publisher: Publisher, place: Path, old: str, new: str, says: str
) -> None:
    text = registry_text("arin", FIRST)
    assert old in text
    publisher.publish("arin", text.replace(old, new, 1).encode())
    done = renewed(publisher)
    assert says in failed(done).words
    assert list(states(done).values()).count("new") == 4
    assert whole(place)


def test_a_classic_file_is_refused(publisher: Publisher, place: Path) -> None:
    lines = registry_text("arin", FIRST).splitlines()[:-1]
    lines[0] = lines[0].replace("|91|", "|90|")
    text = "\n".join("|".join(line.split("|")[:7]) for line in lines).replace("|41|", "|40|")
    publisher.publish("arin", f"{text}\n".encode())
    assert "the file is classic" in failed(renewed(publisher)).words


def test_a_lying_md5_leaves_the_old_data(publisher: Publisher, place: Path) -> None:
    publisher.publish("arin", registry_text("arin", FIRST).encode(), md5="f" * 32)
    assert "MD5" in failed(renewed(publisher)).words
    assert ("arin", FIRST.isoformat()) not in files(place)


def test_with_no_network_nothing_changes(publisher: Publisher, place: Path) -> None:
    before = place.read_bytes()
    with Publisher() as gone:
        url = gone.url
    done = refresh(mirror=url, limits=LIMITS)
    assert set(states(done).values()) == {"failed"}
    assert done.dates == (SHIPPED.isoformat(),)
    assert place.read_bytes() == before


def test_a_learner_without_a_database_gets_the_shipped_facts_too(
    publisher: Publisher, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = place.read_bytes()
    place.unlink()

    class Shipped:
        """Stands for the facts, which take seconds to unpack."""

        @staticmethod
        def unpack(database: Path) -> None:
            database.write_bytes(shipped)

    monkeypatch.setattr(room, "import_module", lambda name: Shipped)
    renewed(publisher)
    assert files(place) == of_day(SHIPPED) + of_day(FIRST)


def test_files_are_kept_on_demand_also_if_they_are_loaded(
    publisher: Publisher, place: Path, tmp_path: Path
) -> None:
    renewed(publisher)
    folder = tmp_path / "kept" / "here"
    done = renewed(publisher, keep_files=folder)
    assert set(states(done).values()) == {"unchanged"}
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"delegated-{registry}-extended-20260601" for registry in REGISTRIES]
    assert (folder / names[2]).read_text() == registry_text("arin", FIRST)


def test_no_file_is_left_in_the_cache(publisher: Publisher, tmp_path: Path) -> None:
    renewed(publisher)
    left = {path.suffix for path in (tmp_path / "cache" / "refresh").iterdir()}
    assert left == {".loaded", ".lock"}
    assert not list(tmp_path.glob("*.part"))


def test_a_look_changes_nothing(publisher: Publisher, place: Path, tmp_path: Path) -> None:
    before = place.read_bytes()
    done = look(mirror=publisher.url, limits=LIMITS)
    assert set(states(done).values()) == {"new"}
    assert all("would fetch" in outcome.words for outcome in done.outcomes)
    assert {asked.method for asked in publisher.asked} == {"HEAD"}
    assert place.read_bytes() == before
    assert not (tmp_path / "cache").exists()
    renewed(publisher)
    assert set(states(look(mirror=publisher.url, limits=LIMITS)).values()) == {"unchanged"}


def test_two_at_once_do_not_meet(publisher: Publisher, place: Path, tmp_path: Path) -> None:
    with (
        alone(tmp_path / "cache" / "refresh" / "parts"),
        pytest.raises(RefreshError, match="another refresh"),
    ):
        renewed(publisher)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (sqlite3.OperationalError("database or disk is full"), "disk is full.*as they were"),
        (PermissionError(13, "in use"), "open in another program"),
    ],
)
def test_a_database_that_cannot_be_replaced_stays(
    publisher: Publisher,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    says: str,
) -> None:
    def fails(data: sqlite3.Connection) -> None:
        raise error

    before = place.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(room, "finish", fails)
        with pytest.raises(RefreshError, match=says):
            renewed(publisher)
    assert place.read_bytes() == before
    assert not list(place.parent.glob("*.part"))
    publisher.asked.clear()
    renewed(publisher)
    assert in_use(place) == set(of_day(FIRST))
    assert all(publisher.requests(registry)[0].headers["If-None-Match"] for registry in REGISTRIES)


def test_a_database_that_lost_a_record_does_not_take_the_place(
    publisher: Publisher, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loses(data: sqlite3.Connection, statistics: Statistics) -> None:
        load(data, statistics)
        data.execute("DELETE FROM delegation WHERE rowid = (SELECT max(rowid) FROM delegation)")

    before = place.read_bytes()
    monkeypatch.setattr(room, "load", loses)
    with pytest.raises(RefreshError, match=r"it has .* records and not"):
        renewed(publisher)
    assert place.read_bytes() == before


def test_the_registries_are_asked_at_their_published_places() -> None:
    urls = [url_of(registry) for registry in REGISTRIES]
    assert urls == [
        "https://ftp.afrinic.net/pub/stats/afrinic/delegated-afrinic-extended-latest",
        "https://ftp.apnic.net/stats/apnic/delegated-apnic-extended-latest",
        "https://ftp.arin.net/pub/stats/arin/delegated-arin-extended-latest",
        "https://ftp.lacnic.net/pub/stats/lacnic/delegated-lacnic-extended-latest",
        "https://ftp.ripe.net/pub/stats/ripencc/delegated-ripencc-extended-latest",
    ]
    mirrored = url_of("arin", "https://ftp.ripe.net/pub/stats/")
    assert mirrored == "https://ftp.ripe.net/pub/stats/arin/delegated-arin-extended-latest"
    with pytest.raises(DownloadError, match="is not https"):
        url_of("arin", "http://ftp.ripe.net/pub/stats")


# ---------------------------------------------------------------- the command


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["refresh", *arguments])
    return result.exit_code, result.output


def test_the_command_says_what_came(publisher: Publisher, place: Path) -> None:
    code, said = run()
    assert code == 0
    assert "✔ RIPE NCC: 1 June 2026, 91 records" in said
    assert "Tables and charts use the files of 2026-06-01." in said


def test_the_command_names_what_could_not_be_had_and_how_to_get_it(
    publisher: Publisher, place: Path
) -> None:
    publisher.misbehave("arin", *[Misdeed(status=404)] * 9)
    publisher.misbehave("apnic", *[Misdeed(body=b"<html><title>Log in</title>")] * 9)
    code, said = run()
    assert code == 1
    assert "✘ ARIN: http" in said
    assert '✘ APNIC: what came is a web page ("Log in")' in said
    assert "use the files of 2018-10-13." in said
    assert "ipv6data refresh --registry apnic --registry arin" in said


def test_the_command_asks_only_for_what_is_named(publisher: Publisher, place: Path) -> None:
    assert run("--registry", "arin", "--registry", "arin")[0] == 0
    assert {asked.path.split("/")[1] for asked in publisher.asked} == {"arin"}
    code, said = run("--registry", "ripe")
    assert (code, "'ripe' is no registry; use one of afrinic" in said) == (1, True)


def test_the_command_can_only_look(publisher: Publisher, place: Path) -> None:
    code, said = run("--dry-run")
    assert (code, said.count("would fetch")) == (0, 5)
    assert files(place) == of_day(SHIPPED)


def test_the_command_refuses_a_mirror_that_is_not_https(publisher: Publisher, place: Path) -> None:
    code, said = run("--mirror", "http://example.com")
    assert (code, "is not https" in said) == (1, True)


# ---------------------------------------------------------------- stopped at any moment

_PARENT = """
import os, signal, sys
from ipv6data.commands import app
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
print("ready", flush=True)
for line in sys.stdin:
    refresh = os.fork()
    if not refresh:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        app(["refresh"])
    print(refresh, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(refresh, 0)[1]), flush=True)
"""


class Runs:
    """Runs of the command in processes of their own, which begin with everything imported."""

    def __enter__(self) -> "Runs":
        pipe = subprocess.PIPE
        self._parent = subprocess.Popen(
            [sys.executable, "-c", _PARENT], stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        assert self._line() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate(timeout=60)

    def begin(self) -> int:
        """Begin to refresh, and return the process."""
        assert self._parent.stdin is not None
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        return int(self._line())

    def end(self) -> int:
        """Return the exit code of what was begun; less than 0: the signal that ended it."""
        return int(self._line())

    def said(self) -> str:
        """Return what all runs wrote to standard error."""
        return self._parent.communicate(timeout=60)[1]

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()


def killed_at_random_moments(
    publisher: Publisher, place: Path, times: int, seed: int, blocks: int
) -> None:
    moments = random.Random(seed)
    days = [FIRST + timedelta(n) for n in range(1, times + 1)]
    publish(publisher, FIRST, blocks=blocks)
    with Runs() as runs:
        began = time.monotonic()
        runs.begin()
        assert runs.end() == 0
        lasts = time.monotonic() - began
        for day in days:
            publish(publisher, day, blocks=blocks)
            process = runs.begin()
            time.sleep(moments.uniform(0, lasts))
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            assert runs.end() in (0, -signal.SIGKILL)
            assert whole(place)
            assert len(in_use(place)) == 5
            assert {day for _, day in in_use(place)} <= {f"{day}" for day in (FIRST, *days)}
    renewed(publisher, limits=Limits())
    assert in_use(place) == set(of_day(days[-1]))
    assert whole(place)
    assert not list(place.parent.glob("*.part"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_kill_9_at_any_moment_leaves_the_data_usable(publisher: Publisher, place: Path) -> None:
    killed_at_random_moments(publisher, place, times=4, seed=6, blocks=300)


@pytest.mark.prove
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("seed", range(4))
def test_kill_9_at_very_many_moments(publisher: Publisher, place: Path, seed: int) -> None:
    killed_at_random_moments(publisher, place, times=25, seed=seed, blocks=3000)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_says_that_nothing_is_lost_and_the_next_run_goes_on(
    publisher: Publisher, place: Path
) -> None:
    publisher.breath = 5
    publisher.misbehave("arin", Misdeed(trickle=1000))
    with Runs() as runs:
        process = runs.begin()
        part = place.parent / "cache" / "refresh" / "delegated-arin-extended-latest.part"
        for _ in range(3000):
            if part.exists() and part.stat().st_size:
                break
            time.sleep(0.01)
        os.kill(process, signal.SIGINT)
        assert runs.end() == 130
        said = runs.said()
    assert "Your data are as they were; the same command goes on from here." in said
    assert files(place) == of_day(SHIPPED)
    publisher.asked.clear()
    assert renewed(publisher).complete
    assert publisher.requests("arin")[0].headers["Range"] == "bytes=1000-"
    assert in_use(place) == set(of_day(FIRST))
