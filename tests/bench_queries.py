"""Measures every named query on the whole database: what a chart waits for.

`make bench` calls `named_queries`; alone: `.venv/bin/python tests/bench_queries.py [DATABASE]`.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ipv6data import queries
from ipv6data.database import open_data

RUNS = 20
GOAL = 0.1  # seconds


def named_queries(database: Path | None = None) -> list[tuple[str, float]]:
    """Return each named query, with its slowest arguments, and its 95th percentile in seconds.

    A run on a fresh connection (a cold page cache of SQLite, a warm one of the system) is among
    the runs of each query.
    """
    rows = []
    for name, query in _queries().items():
        seconds = []
        data = open_data(database)
        for _run in range(RUNS):
            began = time.perf_counter()
            query(data)
            seconds.append(time.perf_counter() - began)
        data.close()
        rows.append((name, statistics.quantiles(seconds, n=20)[-1]))
    return rows


def _queries() -> dict[str, Callable[..., object]]:
    return {
        "snapshots": queries.snapshots,
        "monthly, IPv4, all": lambda data: queries.monthly(data, type="ipv4"),
        "pace, IPv4, by month": lambda data: queries.pace(data, type="ipv4", by="month"),
        "pace, IPv6, by year": lambda data: queries.pace(data, type="ipv6"),
        "per_head, IPv4": lambda data: queries.per_head(data, type="ipv4"),
        "by_group, IPv4, income": lambda data: queries.by_group(data, group="income", type="ipv4"),
        "lorenz, IPv4": lambda data: queries.lorenz(data, type="ipv4"),
        "concentration, IPv4, countries": lambda data: queries.concentration(data, type="ipv4"),
        "concentration, IPv4, holders": lambda data: queries.concentration(
            data, type="ipv4", over="holders"
        ),
        "ipv4_imbalance": queries.ipv4_imbalance,
        "pools": queries.pools,
        "transfers": queries.transfers,
        "first_delegations": queries.first_delegations,
        "lengths": queries.lengths,
        "outside, IPv4": lambda data: queries.outside(data, type="ipv4"),
        "against_adoption": queries.against_adoption,
        "country, US": lambda data: queries.country(data, "US"),
        "find_country": lambda data: queries.find_country(data, "cote d ivoire"),
    }


if __name__ == "__main__":
    for name, seconds in named_queries(Path(sys.argv[1]) if sys.argv[1:] else None):
        print(f"{name:32} {1000 * seconds:6.1f} ms{'' if seconds < GOAL else '  over the goal'}")
