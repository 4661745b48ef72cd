"""`ipv6course doctor`: what this machine can run, and how to get the rest."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import typer
from rich.markup import escape
from rich.table import Table

from ipv6course.commands.console import console
from ipv6course.places import course_home

_LESSON_PACKAGES = ("netaddr", "scapy", "ipywidgets", "anywidget", "plotly", "ruamel.yaml")
_LAB_PACKAGES = ("jupyterlab", "jupytext", "nbgrader")


@dataclass(frozen=True)
class Finding:
    """One thing that the course can use."""

    name: str
    needed_for: str
    found: str
    """What is there, or empty."""
    fix: str
    """How to get it."""
    needed: bool = True
    """Whether learners cannot do without."""


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _program(*names: str) -> str:
    return next((path for name in names if (path := shutil.which(name))), "")


def _namespaces() -> str:
    unshare = shutil.which("unshare")
    if not unshare:
        return ""
    done = subprocess.run([unshare, "-Urn", "true"], capture_output=True)
    return "yes" if done.returncode == 0 else ""


def _room() -> str:
    folder = course_home()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    writable = folder.is_dir() and os.access(folder, os.W_OK)
    return f"{folder}, {free / 1e9:.1f} GB free" if writable and free > 200e6 else ""


def _kernel() -> str:
    return "ipykernel" if importlib.util.find_spec("ipykernel") else ""


def findings() -> list[Finding]:
    """Return what was looked for on this machine."""
    install = 'python -m pip install "ipv6-course[lab]"'
    python = ".".join(map(str, sys.version_info[:3]))
    probe: Callable[[str], str] = _package
    return [
        Finding("Python", "everything", python, "Python 3.11 or newer"),
        *(Finding(name, "lessons", probe(name), install) for name in _LESSON_PACKAGES),
        *(Finding(name, "the lab", probe(name), install) for name in _LAB_PACKAGES),
        Finding("a Python kernel", "the lab", _kernel(), install),
        Finding("a folder of yours", "your work", _room(), "COURSE_HOME=/path make course"),
        Finding(
            "Chromium",
            "make test",
            _program("chromium", "chromium-browser", "google-chrome"),
            "apt-get install chromium",
            needed=False,
        ),
        Finding("node", "make test", _program("node"), "apt-get install nodejs npm", needed=False),
        Finding(
            "user namespaces",
            "real-kernel tests",
            _namespaces(),
            "a Linux that allows: unshare -Urn true",
            needed=False,
        ),
    ]


def doctor() -> None:
    """Say what this machine can run, and how to get the rest."""
    table = Table("", "What", "Needed for", "Found, or how to get it", box=None)
    missing = 0
    for finding in findings():
        mark = "[green]✔[/]" if finding.found else ("[red]✘[/]" if finding.needed else "–")
        found = escape(finding.found or finding.fix)
        table.add_row(mark, finding.name, finding.needed_for, found)
        missing += finding.needed and not finding.found
    console.print(table)
    if missing:
        console.print("[red]Something that the course needs is missing: see ✘ above.[/]")
        raise typer.Exit(1)
    console.print("[green]This machine can run the course.[/]")
