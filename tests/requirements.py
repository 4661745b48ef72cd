"""Brings what the tests need beside Python packages: a browser, node, and npm packages.

`make test` calls it. Standard library only. Where something can be installed without a password
(as root, or with sudo that asks none), it is; elsewhere the screen says what is skipped and how to
get it. On CI (`CI` is set) something missing is an error, so that no test is skipped unseen.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS.parent / "course"))

from environment import (  # noqa: E402 (course/ is now on the path)
    Environment,
    Phase,
    TroubleError,
    apt_install,
    likely_cause,
    pip_command,
)

# MIT; it holds the extended files of all five registries, byte for byte, of October 2018.
REGISTRY_FILES = ("iptocc", "2.1.2")


@dataclass(frozen=True)
class Program:
    """A program that some tests start."""

    names: tuple[str, ...]
    """What it may be called; the first that is found serves."""
    packages: tuple[str, ...]
    """The Debian packages that bring it."""
    needed_for: str


PROGRAMS = (
    Program(
        ("chromium", "chromium-browser", "google-chrome"), ("chromium",), "tests in a real browser"
    ),
    Program(("node",), ("nodejs",), "tests that run lessons in Pyodide"),
    Program(("npm",), ("npm",), "tests that run lessons in Pyodide"),
    Program(("ipv6calc",), ("ipv6calc",), "tests that compare addresses with another program"),
    Program(("pg_ctlcluster", "initdb"), ("postgresql",), "tests of a gradebook on PostgreSQL"),
    Program(("ip",), ("iproute2",), "tests that ask the Linux kernel"),
    Program(("unshare",), ("util-linux",), "tests that ask the Linux kernel"),
    Program(("tshark",), ("tshark",), "tests that ask Wireshark about our packets"),
    Program(("radvd",), ("radvd",), "tests against a real sender of router advertisements"),
    Program(("bird",), ("bird2",), "tests against a real router that speaks RIPng"),
    Program(("kea-dhcp6",), ("kea-dhcp6-server",), "tests against a real DHCPv6 server"),
    Program(("ping",), ("iputils-ping",), "tests that ask the Linux kernel"),
    Program(("traceroute",), ("traceroute",), "tests that ask the Linux kernel"),
    Program(("nft",), ("nftables",), "tests that ask the Linux kernel"),
    Program(("bwrap",), ("bubblewrap", "libseccomp2"), "tests of the grader and its sandbox"),
)


def found(program: Program) -> bool:
    """Return whether a program is on the PATH, or where Debian has those of the administrator."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return any(shutil.which(name, path=path) for name in program.names)


def missing_programs() -> list[str]:
    """Install the programs that are not there.

    Returns:
        A line for each that could not be installed.
    """
    absent = [program for program in PROGRAMS if not found(program)]
    if not absent:
        return []
    packages = [package for program in absent for package in program.packages]
    why = apt_install(packages)
    return [
        f"{program.names[0]}, for {program.needed_for}. {why or 'It is not on the PATH.'}\n"
        f"  To get it: sudo apt-get install {' '.join(program.packages)}"
        for program in absent
        if not found(program)
    ]


def npm_packages_are_here(tests: Path) -> bool:
    """Return whether node_modules holds the versions that package.json names."""
    wanted = json.loads((tests / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, version in wanted.items():
        try:
            text = (tests / "node_modules" / name / "package.json").read_text(encoding="utf-8")
            if json.loads(text)["version"] != version:
                return False
        except (OSError, ValueError, KeyError):
            return False
    return True


def missing_npm_packages(tests: Path) -> list[str]:
    """Install the npm packages that are not there.

    Returns:
        A line if they could not be installed.
    """
    npm = shutil.which("npm")
    if npm_packages_are_here(tests):
        return []
    if npm is None:
        return ["npm packages, for tests in Pyodide and of accessibility. They need npm (above)."]
    options = ["--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(tests)]
    with Phase("Installing npm packages"):
        done = subprocess.run([npm, "install", *options], capture_output=True, text=True)
    if done.returncode == 0:
        return []
    said = done.stdout + done.stderr
    tail = "\n".join(f"  | {line}" for line in said.strip().splitlines()[-8:])
    return [f"npm packages: npm failed. {likely_cause(said)}\n{tail}"]


def missing_registry_files() -> list[str]:
    """Install the package that has the registries' files of October 2018.

    It is no requirement of the test extra: it would bring a pandas that newer Pythons don't have.

    Returns:
        A line if it could not be installed.
    """
    name, version = REGISTRY_FILES
    try:
        if metadata.version(name) == version:
            return []
    except metadata.PackageNotFoundError:
        pass
    try:
        command = [*pip_command(Environment(TESTS.parent)), "install", "--no-deps", "--quiet"]
    except TroubleError as trouble:
        return [f"{name}, for tests on the registries' own files. {trouble}"]
    with Phase("Installing the registries' files"):
        done = subprocess.run([*command, f"{name}=={version}"], capture_output=True, text=True)
    if done.returncode == 0:
        return []
    return [f"{name}, for tests on the registries' own files: {likely_cause(done.stderr)}"]


def main() -> int:
    """Bring what can be brought, and return the exit code."""
    missing = missing_programs() + missing_npm_packages(TESTS) + missing_registry_files()
    for line in missing:
        print(f"Not here: {line}", file=sys.stderr)
    if missing and os.environ.get("CI"):
        print("On CI nothing may be missing.", file=sys.stderr)
        return 1
    if missing:
        print("The tests that need these are skipped.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
