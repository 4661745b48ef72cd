"""Today's delegation files of the five registries: fetched, proven, and put beside what is there.

Its rules:

- The five files come at the same time, over one connection a registry (`download` says how).
- A file is taken when its MD5 is the published one, its records are as many as its own summary
  lines say (`delegated`), and its date and size are plausible: not older than what is there, not of
  the future, not less than half of what is there. `force` takes an implausible one all the same.
- What can be had is taken. A registry whose file is not to be had keeps the data it has, and is
  named. Queries take the newest set that has all five (`queries.chosen`): after a first refresh
  that missed one registry, that is still October 2018, and the outcome says so.
- The new database is made beside the old one and takes its place in one step. Until then, and
  after Ctrl+C, kill -9 or a full disk, the old one is used. What had come is kept for the next run.
- The shipped facts stay. Files of an earlier refresh go as soon as neither a registry's newest file
  nor the newest set of five is among them, so the database does not grow from day to day. Who wants
  a series keeps the files (`keep_files`) and loads them with `ipv6data ingest`.
"""

import json
import queue
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from ipv6data.database import (
    alone,
    cache_folder,
    default_database,
    drop_indexes,
    finish,
    open_data,
    own_database,
    quick,
    replacing,
)
from ipv6data.delegated import REGISTRIES, TYPES, DelegatedError, Statistics, read
from ipv6data.download import (
    Download,
    DownloadError,
    Fetched,
    Limits,
    Step,
    Version,
    permitted,
)
from ipv6data.loading import PUBLISHERS, find_snapshot, load
from ipv6data.queries.sets import chosen, snapshots

PLACES = {
    "afrinic": "https://ftp.afrinic.net/pub/stats/afrinic",
    "apnic": "https://ftp.apnic.net/stats/apnic",
    "arin": "https://ftp.arin.net/pub/stats/arin",
    "lacnic": "https://ftp.lacnic.net/pub/stats/lacnic",
    "ripencc": "https://ftp.ripe.net/pub/stats/ripencc",
}
"""Where each registry publishes its files."""
_HOSTS = frozenset(urlsplit(place).hostname or "" for place in PLACES.values())
_FETCHED = "Fetched "  # how the note of a source begins that a refresh has added
_STALE_DAYS = 31
_AHEAD_DAYS = 2  # a registry's day may begin before ours

Report = Callable[[str, Step], None]
Received = Fetched | Exception | None


class RefreshError(Exception):
    """The whole refresh failed; the data are as they were."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one registry's file."""

    registry: str
    state: Literal["new", "unchanged", "failed"]
    words: str
    """What it is, or why it could not be had."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did."""

    outcomes: tuple[Outcome, ...]
    """One a registry, in the order asked."""
    dates: tuple[str, ...] = field(default=())
    """The dates of the files that queries use from now on, oldest first."""

    @property
    def complete(self) -> bool:
        """Whether every registry's file is there."""
        return not any(outcome.state == "failed" for outcome in self.outcomes)


def url_of(registry: str, mirror: str = "") -> str:
    """Return where a registry's newest file is.

    Args:
        registry: A word of `delegated.REGISTRIES`.
        mirror: A place that has all five, each in a folder of its name. The registries mirror each
            other so: https://ftp.ripe.net/pub/stats and https://ftp.apnic.net/stats.

    Raises:
        DownloadError: The mirror is not https.
    """
    place = f"{mirror.rstrip('/')}/{registry}" if mirror else PLACES[registry]
    return permitted(f"{place}/delegated-{registry}-extended-latest")


def refresh(
    registries: Iterable[str] = REGISTRIES,
    *,
    database: Path | None = None,
    mirror: str = "",
    force: bool = False,
    keep_files: Path | None = None,
    limits: Limits | None = None,
    report: Report = lambda registry, step: None,
) -> Refreshed:
    """Fetch the registries' newest files and put them into the database.

    Args:
        registries: Whose.
        database: The database that is renewed; the learner's own if it is left out.
        mirror: Where the files are, if not at the registries themselves; see `url_of`.
        force: Take a file also where its date or size is not plausible.
        keep_files: A folder where each file is left too, under the name of its day. Files are then
            fetched even if they are loaded already.
        limits: How long to wait, how often to try.
        report: Called with each step of each download, from several threads.

    Raises:
        RefreshError: Nothing could be done; the data are as they were.
    """
    wanted = tuple(registries)
    folder = cache_folder() / "refresh"
    own = database or own_database()
    base = database if database and database.is_file() else default_database()
    with _only_one(folder):
        known = {} if keep_files else _known(folder, base)
        tasks = {}
        stop = threading.Event()
        downloads = {}
        for registry in wanted:
            downloads[registry] = Download(
                url_of(registry, mirror),
                folder,
                judge=partial(_begins_well, registry),
                hosts=_HOSTS,
                limits=limits,
                report=partial(report, registry),
                stop=stop,
            )
            tasks[registry] = partial(downloads[registry].fetch, known.get(registry))
        received = _side_by_side(tasks, stop)
        work = _Work(own, base, received, force, keep_files, report)
        outcomes = work.do()
        for registry, version in work.done.items():
            downloads[registry].forget()
            _remember(folder, registry, version)
    return Refreshed(tuple(outcomes[registry] for registry in wanted), _dates(own, base))


def look(
    registries: Iterable[str] = REGISTRIES,
    *,
    database: Path | None = None,
    mirror: str = "",
    limits: Limits | None = None,
) -> Refreshed:
    """Ask the registries what a refresh would fetch; fetch and change nothing.

    Args:
        registries: As for `refresh`, and so are the others.
        database: The database that would be renewed.
        mirror: Where the files are.
        limits: How long to wait, how often to try.
    """
    wanted = tuple(registries)
    folder = cache_folder() / "refresh"
    own = database or own_database()
    known = _known(folder, own)
    stop = threading.Event()
    tasks = {
        registry: partial(
            Download(url_of(registry, mirror), folder, hosts=_HOSTS, limits=limits, stop=stop).look,
            known.get(registry),
        )
        for registry in wanted
    }
    seen = _side_by_side(tasks, stop)
    return Refreshed(tuple(_seen(registry, seen[registry]) for registry in wanted))


# ---------------------------------------------------------------- side by side


def _side_by_side(tasks: Mapping[str, Callable[[], Any]], stop: threading.Event) -> dict[str, Any]:
    """Do things at the same time; return what each returned or raised.

    The threads are daemons: after Ctrl+C nobody waits for a server that is silent.
    """
    answers: queue.Queue[tuple[str, Any]] = queue.Queue()

    def work(name: str, task: Callable[[], Any]) -> None:
        try:
            answers.put((name, task()))
        except Exception as error:
            answers.put((name, error))

    for name, task in tasks.items():
        threading.Thread(target=work, args=(name, task), daemon=True).start()
    received: dict[str, Any] = {}
    try:
        while len(received) < len(tasks):
            try:
                name, answer = answers.get(timeout=0.2)  # Windows: or Ctrl+C waits
            except queue.Empty:
                continue
            received[name] = answer
    finally:
        stop.set()
    return received


def _begins_well(registry: str, head: bytes) -> bool:
    """Return whether enough has come to see that it is the registry's file; refuse another.

    Raises:
        DownloadError: It begins like something else.
    """
    for line in head.decode("latin-1").removeprefix("\xef\xbb\xbf").split("\n")[:-1]:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        fields = text.split("|")
        if len(fields) == 7 and fields[0][:1] == "2" and fields[1] == registry:
            return True
        raise DownloadError(
            f"the file begins with {text[:60]!r}, not with the header of {PUBLISHERS[registry]}"
        )
    return False


def _seen(registry: str, answer: Version | Exception | None) -> Outcome:
    if isinstance(answer, Exception):
        return _failed(registry, answer)
    if answer is None:
        return Outcome(registry, "unchanged", "the newest file is loaded already")
    size = "a file of unknown size" if answer.size is None else f"{answer.size:,} bytes"
    when = f" of {answer.modified}" if answer.modified else ""
    return Outcome(registry, "new", f"would fetch {size}{when} from {answer.url}")


# ---------------------------------------------------------------- into the database


class _NothingNewError(Exception):
    """No file is to be loaded, so the database stays."""


@dataclass
class _Work:
    """Putting what came into a new database, which then takes the old one's place."""

    own: Path
    base: Path
    received: dict[str, Received]
    force: bool
    keep_files: Path | None
    report: Report
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    done: dict[str, tuple[Version, str, str]] = field(default_factory=dict)
    """What is in the database now: version, serial and date of each registry's file."""

    def do(self) -> dict[str, Outcome]:
        """Do it, and return what became of each registry's file."""
        files: dict[str, Fetched] = {}
        for registry, answer in self.received.items():
            if isinstance(answer, Fetched):
                files[registry] = answer
                self.report(registry, Step("waits for the database", 0, None))
            elif answer is None:
                words = "the newest file is loaded already"
                self.outcomes[registry] = Outcome(registry, "unchanged", words)
            else:
                self.outcomes[registry] = _failed(registry, answer)
        for registry, outcome in self.outcomes.items():
            self.report(registry, Step(outcome.state, 0, None))
        if files:
            self._renew(files)
        return self.outcomes

    def _renew(self, files: Mapping[str, Fetched]) -> None:
        try:
            with (
                alone(self.own),
                replacing(self.own) as part,
                closing(_copied(self.base, part)) as data,
            ):
                drop_indexes(data)
                new = [self._take(data, registry, file) for registry, file in files.items()]
                if not any(new):
                    raise _NothingNewError
                _drop_old(data)
                _prove(data)
                for registry in self.done:
                    self.report(registry, Step("makes the indexes", 0, None))
                finish(data)
                data.close()
        except _NothingNewError:
            return
        except PermissionError as error:
            raise RefreshError(
                f"{self.own} is open in another program, which keeps it from being replaced "
                f"({error.strerror}). Close the notebooks that use the data and try again: "
                "what came is kept"
            ) from None
        except (OSError, sqlite3.Error, ValueError) as error:
            raise RefreshError(
                f"the new database could not be made: {error}. The data are as they were, and "
                "what came is kept for the next try"
            ) from None

    def _take(self, data: sqlite3.Connection, registry: str, file: Fetched) -> bool:
        """Load one file, if it is what it should be; return whether there is something new."""
        self.report(registry, Step("goes into the database", 0, None))
        name = f"delegated-{registry}-extended-latest"
        try:
            statistics = read(file.path.read_text(encoding="latin-1"), name)
            day, serial = statistics.header.end, statistics.header.serial
            found = find_snapshot(data, statistics)
            loaded = found is not None and found[1] == "records"
            if not loaded:
                doubts = _doubts(data, registry, statistics)
                if doubts and not self.force:
                    raise DownloadError(f"{'; '.join(doubts)}. `--force` takes it all the same")
                self._load(data, statistics, file)
            self._keep(file, registry, day)
        except (DelegatedError, DownloadError) as error:
            self.outcomes[registry] = _failed(registry, error)
            self.report(registry, Step("failed", 0, None))
            return False
        self.done[registry] = (file.version, serial, day)
        self.report(registry, Step("is in the database", 0, None))
        words = f"{_in_words(day)}, {statistics.header.records:,} records"
        if loaded:
            self.outcomes[registry] = Outcome(registry, "unchanged", f"{words}, loaded already")
            return False
        if date.fromisoformat(day) < date.today() - timedelta(_STALE_DAYS):
            words += "; the registry has published nothing newer"
        self.outcomes[registry] = Outcome(registry, "new", words)
        return True

    @staticmethod
    def _load(data: sqlite3.Connection, statistics: Statistics, file: Fetched) -> None:
        sources = "SELECT coalesce(max(source_id), 0) FROM source"
        before = data.execute(sources).fetchone()[0]
        load(data, statistics)
        note = f"{_FETCHED}{date.today()} from {file.version.url} (MD5 {file.md5}). "
        data.execute(
            "UPDATE source SET note = trim(? || note) WHERE source_id > ?",
            (note, before),
        )

    def _keep(self, file: Fetched, registry: str, day: str) -> None:
        if self.keep_files is None:
            return
        kept = self.keep_files / f"delegated-{registry}-extended-{day.replace('-', '')}"
        try:
            self.keep_files.mkdir(parents=True, exist_ok=True)
            new = kept.with_name(f"{kept.name}.new")
            shutil.copyfile(file.path, new)
            new.replace(kept)
        except OSError as error:
            raise DownloadError(f"{kept} could not be written: {error.strerror or error}") from None


def _copied(base: Path, part: Path) -> sqlite3.Connection:
    """Return a new database that holds what the old one holds; the shipped facts if there is none.

    Raises:
        ValueError: The old one is no database of this version of the course.
    """
    if base.is_file():
        open_data(base).close()
        shutil.copyfile(base, part)
    else:
        import_module("ipv6data.shipped").unpack(part)
    data = sqlite3.connect(part)
    quick(data)
    return data


def _doubts(data: sqlite3.Connection, registry: str, statistics: Statistics) -> list[str]:
    """Return what is not plausible about a file."""
    day, records = statistics.header.end, statistics.header.records
    doubts = []
    if statistics.format != "extended":
        doubts.append("the file is classic, with no holders and no free blocks")
    if date.fromisoformat(day) > date.today() + timedelta(_AHEAD_DAYS):
        doubts.append(f"its date, {_in_words(day)}, has not come yet")
    here = [file for file in snapshots(data) if file.registry == registry]
    if here:
        newest = max(here, key=lambda file: file.date)
        if day < newest.date:
            doubts.append(
                f"it is of {_in_words(day)}, and what is loaded is newer: {_in_words(newest.date)}"
            )
        there = newest.asn_records + newest.ipv4_records + newest.ipv6_records
        if records < there / 2:
            doubts.append(f"it has {records:,} records, and what is loaded has {there:,}")
    return doubts


def _drop_old(data: sqlite3.Connection) -> None:
    """Take away the files of earlier refreshes that no query takes by itself any more."""
    kept = {file.snapshot_id for file in chosen(data)}
    for order in ("end_date DESC, snapshot_id DESC", "snapshot_id DESC"):  # newest, last loaded
        for registry in REGISTRIES:
            row = data.execute(
                f"SELECT snapshot_id FROM snapshot WHERE registry = ? ORDER BY {order} LIMIT 1",
                (registry,),
            ).fetchone()
            kept |= set(row or ())
    notes = data.execute(
        "SELECT snapshot_id, source_id, note FROM snapshot JOIN source USING (source_id)"
    )
    for snapshot_id, source_id, note in notes.fetchall():
        if note.startswith(_FETCHED) and snapshot_id not in kept:
            for table in ("delegation", "tally", "snapshot"):
                data.execute(f"DELETE FROM {table} WHERE snapshot_id = ?", (snapshot_id,))
            data.execute("DELETE FROM source WHERE source_id = ?", (source_id,))


def _prove(data: sqlite3.Connection) -> None:
    """Count what was written: of each file that is here in full, as much as its summary says."""
    counts = {
        (snapshot_id, type): records
        for snapshot_id, type, records in data.execute(
            "SELECT snapshot_id, type, count(*) FROM delegation GROUP BY 1, 2"
        )
    }
    for file in snapshots(data):
        if file.detail == "records":
            said = (file.asn_records, file.ipv4_records, file.ipv6_records)
            found = tuple(counts.get((file.snapshot_id, type), 0) for type in TYPES)
            if said != found:
                raise ValueError(f"of {file.source} it has {found} records and not {said}")


# ---------------------------------------------------------------- from run to run


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Keep a second refresh off the parts of the first."""
    try:
        with alone(folder / "parts", patience=0):
            yield
    except TimeoutError as error:
        raise RefreshError(f"another refresh is at work; wait until it is done ({error})") from None
    except sqlite3.Error as error:
        raise RefreshError(f"{folder} cannot be written: {error}") from None


def _known(folder: Path, database: Path) -> dict[str, Version]:
    """Return the versions that are in the database, as far as that is certain."""
    try:
        with closing(open_data(database)) as data:
            loaded = {
                (registry, serial, day)
                for registry, serial, day in data.execute(
                    "SELECT registry, serial, end_date FROM snapshot WHERE detail = 'records'"
                )
            }
    except (OSError, ValueError, sqlite3.Error):
        return {}
    known = {}
    for registry in REGISTRIES:
        try:
            noted = json.loads((folder / f"{registry}.loaded").read_text(encoding="utf-8"))
            if (registry, noted["serial"], noted["date"]) in loaded:
                known[registry] = Version(**noted["version"])
        except (OSError, ValueError, TypeError, KeyError):
            continue
    return known


def _remember(folder: Path, registry: str, done: tuple[Version, str, str]) -> None:
    version, serial, day = done
    noted = {"serial": serial, "date": day, "version": asdict(version)}
    place = folder / f"{registry}.loaded"
    new = place.with_suffix(".new")
    new.write_text(json.dumps(noted), encoding="utf-8")
    new.replace(place)


def _dates(own: Path, base: Path) -> tuple[str, ...]:
    """Return the dates of the files that queries use."""
    try:
        with closing(open_data(own if own.is_file() else base)) as data:
            return tuple(sorted({file.date for file in chosen(data)}))
    except (OSError, ValueError, sqlite3.Error):
        return ()


def _failed(registry: str, error: Exception) -> Outcome:
    if isinstance(error, DownloadError | DelegatedError):
        return Outcome(registry, "failed", str(error))
    return Outcome(registry, "failed", f"{type(error).__name__}: {error}")


def _in_words(day: str) -> str:
    parsed = date.fromisoformat(day)
    return f"{parsed.day} {parsed:%B %Y}"
