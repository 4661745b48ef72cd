"""The one SQLite file: where it is, and how it is opened. `schema.sql` says what is in it."""

import os
import sqlite3
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql")


def open_data(path: Path | None = None) -> sqlite3.Connection:
    """Open the course's data for reading.

    Args:
        path: The database; the learner's own if it is left out.
    """
    place = path or Path(os.environ["IPV6DATA_DATABASE"])
    return sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)
