"""The one SQLite file: where it is, how it is opened, and how a new one is made.

`schema.sql` says what is in it. Rules: a database that others may have open is never changed. A new
one is made in a file beside it and then takes its place in one step, so that whoever stops the work
at any moment finds the old one whole. A database names the schema that it was made with.

Where it is, in this order:

1. `$IPV6DATA_DATABASE`, if it is set.
2. `ipv6data.sqlite` in the learner's cache: what `ipv6data refresh` or `ipv6data ingest` has made.
   It holds the shipped facts too, for both begin with a copy of what was there. One that was made
   with another schema is passed over.
3. `shipped-<fingerprint>.sqlite` beside it: the shipped facts, unpacked on first opening. The
   fingerprint is of the facts, the schema and the unpacking code; a newer package unpacks anew.
"""

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path

from ipv6data.delegated import read
from ipv6data.loading import load

SCHEMA = Path(__file__).with_name("schema.sql")
_INDEXES = "-- The indexes"
_OWN = "ipv6data.sqlite"


def open_data(path: Path | str | None = None) -> sqlite3.Connection:
    """Open the course's data for reading.

    The first opening unpacks the shipped facts into the learner's cache, which takes seconds.

    Args:
        path: The database; the learner's own if it is left out.

    Raises:
        FileNotFoundError: There is no such database.
        ValueError: The file is no database of this version's schema.
    """
    place = Path(path) if path is not None else default_database()
    if not place.is_file():
        raise FileNotFoundError(f"there is no database at {place}; `ipv6data ingest` makes one")
    data = sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)
    try:
        version = data.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        data.close()
        raise ValueError(f"{place} is not a database ({error}); make it anew") from None
    if version not in (0, schema_version()):
        data.close()
        raise ValueError(f"{place} was made by another version of the course; make it anew")
    return data


def from_text(*files: str) -> sqlite3.Connection:
    """Return a database in memory, in the same schema, from the text of delegation files.

    Args:
        files: The whole text of each file, with its header and its summary lines
            (`ipv6data.delegated.compose` writes such a text).

    Raises:
        DelegatedError: A text is not a delegation file, or two are the same snapshot.
    """
    data = new_database()
    for number, text in enumerate(files, 1):
        name = "the text" if len(files) == 1 else f"text {number}"
        load(data, read(text, name))
    finish(data)
    return data


def default_database() -> Path:
    """Return where the learner's database is; if there is none yet, unpack the shipped facts."""
    if named := os.environ.get("IPV6DATA_DATABASE"):
        return Path(named)
    own = own_database()
    if made_with(own) == schema_version():
        return own
    shipped = own.with_name(f"shipped-{fingerprint()}.sqlite")
    if not shipped.is_file():
        _unpack(shipped)
    return shipped


def own_database() -> Path:
    """Return where `refresh` and `ingest` put the learner's own database, there or not."""
    named = os.environ.get("IPV6DATA_DATABASE")
    return Path(named) if named else cache_folder() / _OWN


def cache_folder() -> Path:
    """Return the learner's cache: `$IPV6DATA_HOME`, else the platform's place for caches."""
    if named := os.environ.get("IPV6DATA_HOME"):
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "ipv6-course"


def new_database(path: Path | None = None) -> sqlite3.Connection:
    """Make an empty database: the tables, and no index yet. Fill it, then call `finish`.

    Nothing protects a file while it is filled: make it with `replacing`, which does.

    Args:
        path: A file that is not there or empty; in memory if it is left out.
    """
    data = sqlite3.connect(path or ":memory:")
    quick(data)
    data.executescript(_schema()[0])
    return data


def quick(data: sqlite3.Connection) -> None:
    """Let SQLite write with no journal: for a file that is thrown away if the work stops.

    Nor does it test CHECK constraints until `finish` (they take four fifths of the time): what is
    written has been checked by whoever writes it.
    """
    data.execute("PRAGMA journal_mode = OFF")
    data.execute("PRAGMA synchronous = OFF")
    data.execute("PRAGMA locking_mode = EXCLUSIVE")
    data.execute("PRAGMA ignore_check_constraints = ON")


def drop_indexes(data: sqlite3.Connection) -> None:
    """Take the indexes away, so that many rows are added faster; `finish` makes them again."""
    names = data.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    for (name,) in names.fetchall():
        data.execute(f'DROP INDEX "{name}"')


def finish(data: sqlite3.Connection) -> None:
    """Make the indexes, let SQLite learn its tables' sizes, name the schema, and commit."""
    drop_indexes(data)
    data.commit()
    data.executescript(_schema()[1])
    data.execute("ANALYZE")
    data.execute(f"PRAGMA user_version = {schema_version()}")
    data.execute("PRAGMA ignore_check_constraints = OFF")
    data.commit()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the name of a file beside `path`, which takes its place when the block ends well.

    If the block fails, the file is removed. If the process is killed, the old database is as it
    was, and what is left of the new one is removed by the next who works here.

    Raises:
        PermissionError: On Windows: another program has the old database open.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


@contextmanager
def alone(path: Path, patience: float = 600) -> Iterator[None]:
    """Keep other processes from making the same database at this time; wait for one that does.

    SQLite itself keeps the lock, on an empty file beside the database: that works on every
    platform, and the lock of a killed process is gone with it.

    Raises:
        TimeoutError: Another process has not ended within `patience` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    with closing(sqlite3.connect(lock, timeout=patience, isolation_level=None)) as held:
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise TimeoutError(f"another process is still working on {path} ({error})") from None
        for left in path.parent.glob(f"{path.name}.*.part"):
            with suppress(OSError):
                left.unlink()
        yield


@cache
def schema_version() -> int:
    """Return the number by which a database names its schema: 31 bits of the schema's hash."""
    return int.from_bytes(hashlib.sha256(SCHEMA.read_bytes()).digest()[:4], "big") >> 1 or 1


@cache
def fingerprint() -> str:
    """Return a hash of the shipped facts, the schema, and the code that unpacks them."""
    folder = Path(__file__).parent
    whole = hashlib.sha256()
    special = folder / "special_purpose_registry.csv"
    code = [folder / name for name in ("shipped.py", "columns.py", "loading.py")]
    for path in sorted((SCHEMA, special, *code, *(folder / "facts").rglob("*"))):
        if path.is_file():
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


@cache
def _schema() -> tuple[str, str]:
    tables, mark, indexes = SCHEMA.read_text(encoding="utf-8").partition(_INDEXES)
    return tables, mark + indexes


def made_with(path: Path) -> int:
    """Return the number of the schema that a file was made with; -1 if there is no database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as data:
            return int(data.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return -1


def _unpack(shipped: Path) -> None:
    if sys.stderr.isatty():  # never in a notebook: two runs give the same one, and nbgrader
        print("Unpacking the course's data, once.", file=sys.stderr)  # gives 0 for words on stderr
    with replacing(shipped) as part:
        import_module("ipv6data.shipped").unpack(part)
    for old in shipped.parent.glob("shipped-*.sqlite"):
        if old != shipped:
            with suppress(OSError):  # Windows: somebody has it open
                old.unlink()
