"""Measures what a learner and an author wait for, each against a peer in the same run.

`make bench` calls it. It prints figures and judges nothing: a goal that is missed is said so.
"""

import csv
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import netaddr
import yaml  # type: ignore[import-untyped]
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

TESTS = Path(__file__).resolve().parent
CHECKOUT = TESTS.parent
sys.path.insert(0, str(TESTS / "browser"))

from bench_network import figures as network_figures  # noqa: E402
from gallery import write_gallery  # noqa: E402 (tests/browser is on the path now)
from lab import (  # noqa: E402
    RunningLab,
    gallery_round_trips,
    launch_chromium,
    slider_round_trips,
    timed_first_output,
    widget_round_trips,
)

from ipv6course.authoring.build import build  # noqa: E402
from ipv6course.authoring.stock_nbgrader import nbgrader  # noqa: E402
from ipv6course.commands.classroom import make_classroom  # noqa: E402
from ipv6course.plan import AddressPlan  # noqa: E402

RUNS = 7
TRIPS = 60
PREFIXES = 100_000


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work usually takes."""
    return statistics.median(seconds(work) for _run in range(RUNS))


def import_seconds(module: str) -> float:
    """Return the median time that a fresh Python needs to start and import a module."""
    command = [sys.executable, "-c", f"import {module}"]
    return median_seconds(lambda: subprocess.run(command, check=True))


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def csv_networks(text: str) -> list[netaddr.IPNetwork]:
    """Read the prefixes of a plan's CSV file with netaddr."""
    return [netaddr.IPNetwork(row["prefix"]) for row in csv.DictReader(io.StringIO(text))]


def yaml_values(text: str) -> object:
    """Read a plan's YAML file with PyYAML's fast reader."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


class Figures:
    """The table of results."""

    def __init__(self) -> None:
        self.table = Table("what", "measured", "goal", "peer in this run", box=None)

    def add(self, what: str, measured: str, goal: str = "", peer: str = "") -> None:
        """Add a row and show that the work goes on."""
        self.table.add_row(what, measured, goal, peer)
        print(f"  {what}: {measured}", flush=True)


def measure_imports(figures: Figures) -> None:
    """Import a room; the peer is netaddr, which every lesson imports anyway."""
    bare, netaddr = import_seconds("sys"), import_seconds("netaddr")
    for room in ("address", "plan"):
        both = import_seconds(f"netaddr, ipv6course.{room}")
        figures.add(
            f"import ipv6course.{room}, over netaddr",
            f"{(both - netaddr) * 1000:.0f} ms",
            "100 ms",
            f"netaddr itself: {(netaddr - bare) * 1000:.0f} ms",
        )


def measure_network(figures: Figures) -> None:
    """Packets and the simulated network; see bench_network.py."""
    for row in network_figures():
        figures.add(*row)


def measure_plan(figures: Figures) -> None:
    """Open a large plan; the peers read the same file with common libraries, and check nothing."""
    customers = [f"home {number}" for number in range(PREFIXES - 1)]
    plan = AddressPlan.start("Provider", "2001:db8::/32").delegate(customers)
    for name, text, read, peer, peer_name in (
        ("CSV", plan.to_csv(), AddressPlan.from_csv, csv_networks, "csv and netaddr"),
        ("YAML", plan.to_yaml(), AddressPlan.from_yaml, yaml_values, "PyYAML in C"),
    ):
        took, alone = (median_seconds(partial(work, text)) for work in (read, peer))
        figures.add(
            f"open a plan of {PREFIXES:,} prefixes, {name}",
            f"{took:.2f} s",
            "1 s",
            f"{peer_name}: {alone:.2f} s",
        )


def measure_build(figures: Figures, folder: Path) -> None:
    """Build the course; its peer is stock nbgrader's own command on one module."""
    lessons = 0

    def whole() -> None:
        nonlocal lessons
        lessons = len(build(folder / "built").built)

    first = seconds(whole)
    again = seconds(lambda: build(folder / "built"))
    make_classroom(folder / "classroom", folder / "built")
    peer = seconds(lambda: nbgrader(folder / "classroom", "generate_assignment", "addressing"))
    figures.add(
        "build, a lesson",
        f"{first / lessons:.2f} s",
        peer=f"nbgrader generate_assignment, one module: {peer:.2f} s",
    )
    figures.add("build, nothing changed", f"{again * 1000:.0f} ms")
    for path in sorted((folder / "built" / "release").glob("*/*.ipynb")):
        name = f"{path.parent.name}/{path.stem}"
        figures.add(f"built notebook {name}", f"{path.stat().st_size / 1000:.0f} kB", "200 kB")


def measure_browser(figures: Figures, folder: Path) -> None:
    """Open the course as a learner does; a bare Lab and a plain slider are the peers."""
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        lab = RunningLab(folder / "learner")
        first, page = timed_first_output(lab, browser)
        figures.add("first launch to first cell output", f"{first:.1f} s", "10 s")
        write_gallery(lab.home / "work")
        measure_widgets(figures, page)
        lab.stop()
        second, page = timed_first_output(lab, browser)
        figures.add("second launch to first cell output", f"{second:.1f} s", "10 s")
        lab.stop()
        browser.close()


def measure_widgets(figures: Figures, page: Page) -> None:
    """Change each widget, from a key to Python's answer; the peer is ipywidgets' own slider."""
    trips = {"address explorer": widget_round_trips(page, TRIPS)}
    trips |= gallery_round_trips(page, TRIPS)
    slider = slider_round_trips(page, TRIPS)
    for name, times in trips.items():
        figures.add(
            f"{name}, round trip p95",
            f"{p95(times) * 1000:.0f} ms",
            "100 ms",
            f"ipywidgets slider: {p95(slider) * 1000:.0f} ms",
        )


def measure_environment(figures: Figures, folder: Path) -> None:
    """Install the course without the test extra into an environment of its own."""
    checkout = folder / "checkout"
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True
    ).stdout.split(b"\0")
    for name in filter(None, files):
        source, target = CHECKOUT / name.decode(), checkout / name.decode()
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    command = [sys.executable, "course/environment.py", "--extra", "lab"]
    took = seconds(lambda: subprocess.run(command, cwd=checkout, check=True, capture_output=True))
    size = sum(path.lstat().st_size for path in (checkout / ".venv").rglob("*"))
    figures.add("environment without the test extra", f"{size / 1e6:.0f} MB", "430 MB")
    figures.add("installing it", f"{took:.0f} s")


def main() -> None:
    """Measure everything and print the table."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_imports(figures)
        measure_plan(figures)
        measure_network(figures)
        measure_build(figures, folder)
        measure_browser(figures, folder)
        measure_environment(figures, folder)
    Console(width=140).print(figures.table)
    subprocess.run([sys.executable, TESTS / "bench_data.py"], check=True)
    subprocess.run([sys.executable, TESTS / "bench_grader.py", "--scheduler"], check=True)


if __name__ == "__main__":
    main()
