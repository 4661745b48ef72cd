"""Measures what a learner and an author wait for, each against a peer in the same run.

`make bench` calls it. It prints figures and judges nothing: a goal that is missed is said so.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

TESTS = Path(__file__).resolve().parent
CHECKOUT = TESTS.parent
sys.path.insert(0, str(TESTS / "browser"))

from lab import (  # noqa: E402 (tests/browser is on the path now)
    RunningLab,
    launch_chromium,
    slider_round_trips,
    timed_first_output,
    widget_round_trips,
)

from ipv6course.authoring.build import build  # noqa: E402
from ipv6course.authoring.stock_nbgrader import nbgrader  # noqa: E402
from ipv6course.commands.classroom import make_classroom  # noqa: E402

RUNS = 7
TRIPS = 60


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def import_seconds(module: str) -> float:
    """Return the median time that a fresh Python needs to start and import a module."""
    command = [sys.executable, "-c", f"import {module}"]
    runs = [seconds(lambda: subprocess.run(command, check=True)) for _run in range(RUNS)]
    return statistics.median(runs)


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


class Figures:
    """The table of results."""

    def __init__(self) -> None:
        self.table = Table("what", "measured", "goal", "peer in this run", box=None)

    def add(self, what: str, measured: str, goal: str = "", peer: str = "") -> None:
        """Add a row and show that the work goes on."""
        self.table.add_row(what, measured, goal, peer)
        print(f"  {what}: {measured}", flush=True)


def measure_imports(figures: Figures) -> None:
    """Import the address room; its peer is netaddr, which every lesson imports anyway."""
    bare, netaddr = import_seconds("sys"), import_seconds("netaddr")
    address = import_seconds("netaddr, ipv6course.address")
    figures.add(
        "import ipv6course.address, over netaddr",
        f"{(address - netaddr) * 1000:.0f} ms",
        "100 ms",
        f"netaddr itself: {(netaddr - bare) * 1000:.0f} ms",
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
        measure_widget(figures, page)
        lab.stop()
        second, page = timed_first_output(lab, browser)
        figures.add("second launch to first cell output", f"{second:.1f} s", "10 s")
        lab.stop()
        browser.close()


def measure_widget(figures: Figures, page: Page) -> None:
    """Turn bits over in the address explorer; its peer is ipywidgets' own slider."""
    trips, slider = widget_round_trips(page, TRIPS), slider_round_trips(page, TRIPS)
    figures.add(
        "address explorer, round trip p95",
        f"{p95(trips) * 1000:.0f} ms",
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
    command = [str(checkout / ".venv/bin/python"), "-m", "ipv6course", "build", "--output", "/dev"]
    size = sum(path.lstat().st_size for path in (checkout / ".venv").rglob("*"))
    figures.add("environment without the test extra", f"{size / 1e6:.0f} MB", "430 MB")
    figures.add("installing it", f"{took:.0f} s")


def main() -> None:
    """Measure everything and print the table."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_imports(figures)
        measure_build(figures, folder)
        measure_browser(figures, folder)
        measure_environment(figures, folder)
    Console(width=140).print(figures.table)


if __name__ == "__main__":
    main()
