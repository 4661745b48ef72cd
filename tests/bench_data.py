"""Measures the data: how fast files are loaded, how soon the shipped facts can be asked, how large.

    python tests/bench_data.py [--rounds 5]

`make bench` calls it. The peer of loading is `pandas.read_csv` of the same compressed files in the
same run; it only parses, and checks, stores and indexes nothing.
"""

import argparse
import lzma
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pandas  # type: ignore[import-untyped]
from bench_queries import named_queries
from rich.console import Console
from rich.table import Table

import ipv6data
from ipv6data.ingest import ingest

REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
FIELDS = ["registry", "cc", "type", "start", "value", "date", "status", "holder"]
FACTS = Path(ipv6data.__file__).with_name("facts")
# What a program needs that loads files and does nothing else; prints megabytes.
MEMORY = """
import resource, sys
from pathlib import Path
from ipv6data.ingest import ingest
ingest([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak / (1e6 if sys.platform == "darwin" else 1e3))
"""
# The first opening, and one after it; prints seconds.
OPENING = """
import time
from ipv6data.database import open_data
began = time.perf_counter()
open_data().execute("SELECT count(*) FROM delegation").fetchone()
print(time.perf_counter() - began)
"""


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def printed(code: str, *arguments: str, **variables: str) -> float:
    """Run a piece of Python in a process of its own, and return the number that it prints."""
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, **variables}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


def compressed_files(folder: Path) -> list[Path]:
    """Compress the registries' files of October 2018, which the package `iptocc` has."""
    package = metadata.distribution("iptocc")
    files = []
    for registry in REGISTRIES:
        name = f"delegated-{registry}-extended-latest"
        content = Path(str(package.locate_file(f"iptocc/{name}"))).read_bytes()
        files.append(folder / f"{name}.xz")
        files[-1].write_bytes(lzma.compress(content))
    return files


def parse_with_pandas(files: list[Path]) -> None:
    """Read the files with pandas."""
    for file in files:
        pandas.read_csv(file, sep="|", comment="#", names=FIELDS, header=None, low_memory=False)


def measure_ingest(table: Table, folder: Path, rounds: int) -> None:
    """Load the five files, alternating with the peer."""
    files = compressed_files(folder)
    ours, theirs = [], []
    for number in range(rounds):
        theirs.append(seconds(lambda: parse_with_pandas(files)))
        place = folder / f"{number}.sqlite"
        ours.append(seconds(lambda place=place: ingest(files, place)))  # type: ignore[misc]
    took, peer = statistics.median(ours), statistics.median(theirs)
    table.add_row(
        "ingest of 512,252 records",
        f"{took:.2f} s = {took / peer:.1f} x pandas",
        "3 x",
        f"pandas.read_csv: {peer:.2f} s",
    )
    peak = printed(MEMORY, str(folder / "memory.sqlite"), *map(str, files))
    table.add_row("its peak memory", f"{peak:.0f} MB", "300 MB", "")


def measure_opening(table: Table, folder: Path) -> None:
    """Open the shipped facts for the first time and again."""
    first, second = (printed(OPENING, IPV6DATA_HOME=str(folder / "cache")) for _time in range(2))
    table.add_row("first opening of the shipped data", f"{first:.2f} s", "3 s", "")
    table.add_row("second opening", f"{second * 1000:.0f} ms", "", "")
    shipped = sum(path.stat().st_size for path in FACTS.rglob("*") if path.is_file())
    table.add_row("shipped facts in the repository", f"{shipped / 1e6:.2f} MB", "6 MB", "")
    (unpacked,) = (folder / "cache").glob("*.sqlite")
    table.add_row("unpacked", f"{unpacked.stat().st_size / 1e6:.0f} MB", "", "")


def measure_queries(table: Table) -> None:
    """Ask every named query, of the shipped data."""
    for name, seconds in sorted(named_queries(), key=lambda row: -row[1]):
        table.add_row(f"{name}: 95 of 100 within", f"{1000 * seconds:.0f} ms", "100 ms", "")


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    os.environ.pop("IPV6DATA_DATABASE", None)
    table = Table("what", "measured", "goal", "peer in this run", box=None)
    with tempfile.TemporaryDirectory() as name:
        measure_ingest(table, Path(name), rounds)
        measure_opening(table, Path(name))
    measure_queries(table)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
