"""The SQL of the named queries: one file a query, beside this one."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the names of the queries that have a text, in alphabetical order."""
    return sorted(path.stem for path in _FOLDER.glob("*.sql"))


@cache
def sql(name: str) -> str:
    """Return the SQL of a named query.

    Its parameters are named (`:type`, `:snapshots`, …); `parameters` makes their values:
    `data.execute(sql("pace"), parameters(data, type="ipv6"))`.

    Args:
        name: Such as "pace".

    Raises:
        ValueError: There is no such query.
    """
    if name not in names():
        raise ValueError(f"there is no query {name!r}; there are {', '.join(names())}")
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
