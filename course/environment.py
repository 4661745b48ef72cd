"""Makes the course's Python environment: the folder `.venv` in the checkout.

It runs before anything is installed, with the system's own Python, so it imports the standard
library only. `make course` and `make test` call it; so may you:

    python3 course/environment.py --extra lab

Its rules:

- `.venv/.ready` is written last. It holds a fingerprint of everything the environment depends on;
  while that stays the same, a second run does nothing.
- `.venv/.making` is there while work is under way. A run that finds it left over (power cut, closed
  laptop) makes the environment again: pip cannot tell half a package from a whole one. Downloads
  are in pip's own cache, so what had arrived is not fetched again.
- An environment that somebody made by hand is added to, never deleted.
- pip's configuration is the user's. Patience with a bad link is added only where they set none.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this file meets older Pythons, and says so to them)
    sys.exit(
        "This is Python {}.{}.{} ({}). The course needs Python 3.11 or newer.\n"
        "  Debian 12, Ubuntu 24.04 and newer have one: sudo apt-get install python3\n"
        "  If you have another Python, name it: make course PYTHON=python3.12".format(
            *sys.version_info[:3], sys.executable
        )
    )

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

CONSTRAINTS = Path("binder") / "constraints.txt"
_ON_WINDOWS = os.name == "nt"
_APT_LINE = "sudo apt-get install python3-venv"


class TroubleError(Exception):
    """What stops the work, in words for the person at the keyboard: what was wrong, what to do."""


# ---------------------------------------------------------------- what the environment depends on


@dataclass(frozen=True)
class Environment:
    """The places of one checkout's environment."""

    checkout: Path

    @property
    def folder(self) -> Path:
        """Where the environment is."""
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter, which may not exist yet."""
        return self.folder / ("Scripts/python.exe" if _ON_WINDOWS else "bin/python")

    @property
    def stamp(self) -> Path:
        """Says that the environment is whole, and what it was made from."""
        return self.folder / ".ready"

    @property
    def mark(self) -> Path:
        """Says that the environment is being made."""
        return self.folder / ".making"

    @property
    def log(self) -> Path:
        """What pip said."""
        return self.folder / "install.log"


def project(checkout: Path) -> dict[str, list[str]]:
    """Return the extras of the checkout's pyproject.toml, each with its requirements."""
    text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    extras: dict[str, list[str]] = tomllib.loads(text)["project"]["optional-dependencies"]
    return extras


def with_included(extras: dict[str, list[str]], asked: Iterable[str]) -> set[str]:
    """Return the asked extras and those that they include (`test` includes `lab`).

    Raises:
        TroubleError: pyproject.toml has no such extra.
    """
    found: set[str] = set()
    waiting = list(asked)
    while waiting:
        name = waiting.pop()
        if name not in extras:
            raise TroubleError(f"There is no extra {name!r}. There are: {', '.join(extras)}.")
        if name not in found:
            found.add(name)
            for requirement in extras[name]:
                included = re.match(r"ipv6-course\[(.*?)\]", requirement)
                if included:
                    waiting += [part.strip() for part in included[1].split(",")]
    return found


def fingerprint(checkout: Path, extras: Iterable[str], python: str) -> str:
    """Return a hash of all that the environment depends on.

    That is: pyproject.toml, the constraints, the home page's extension for JupyterLab (pip copies
    it), the extras, the Python version, and the checkout's place.
    """
    extension = checkout / "course" / "ipv6course" / "labextension"
    files = [checkout / "pyproject.toml", checkout / CONSTRAINTS]
    files += sorted(path for path in extension.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for part in (str(checkout), python, *sorted(extras)):
        digest.update(part.encode() + b"\0")
    for path in files:
        if path.is_file():
            digest.update(path.relative_to(checkout).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def version_of(python: Path) -> str:
    """Return the version (like 3.11) of an interpreter, or nothing where it does not run."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


# ---------------------------------------------------------------- what is there, what is to be done


@dataclass(frozen=True)
class Verdict:
    """What is to be done with the environment as it was found."""

    action: str
    """`nothing`, `add` (with pip, to what is there) or `anew`."""
    why: str = ""
    """A sentence for the person at the keyboard; empty where there is nothing to explain."""
    extras: frozenset[str] = frozenset()
    """What the environment will hold: what is asked for, and what it held before."""
    foreign: bool = False
    """Whether somebody made it by hand."""


def read_stamp(environment: Environment) -> dict[str, object]:
    """Return what the stamp says; empty where there is none that can be read."""
    try:
        stamp = json.loads(environment.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and "fingerprint" in stamp else {}


def write_stamp(environment: Environment, extras: Iterable[str]) -> None:
    """Say that the environment is whole."""
    if hasattr(os, "sync"):
        os.sync()  # else a power cut could keep the stamp and lose the packages
    python = version_of(environment.python)
    stamp = {
        "fingerprint": fingerprint(environment.checkout, extras, python),
        "checkout": str(environment.checkout),
        "python": python,
        "extras": sorted(extras),
    }
    new = environment.stamp.with_suffix(".new")
    new.write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    new.replace(environment.stamp)
    environment.mark.unlink(missing_ok=True)


def examine(environment: Environment, asked: Iterable[str]) -> Verdict:
    """Look at the environment, change nothing, and say what is to be done.

    Raises:
        TroubleError: `.venv` is something else than a Python environment, or an extra is unknown.
    """
    extras = project(environment.checkout)
    wanted = frozenset(with_included(extras, asked))
    folder = environment.folder
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return Verdict("anew", "", wanted)
    if environment.mark.exists():
        return Verdict("anew", "An earlier run was stopped halfway: making .venv again.", wanted)
    if not (folder / "pyvenv.cfg").is_file():
        raise TroubleError(f"{folder} is not a Python environment. Move it away and try again.")
    stamp = read_stamp(environment)
    had = stamp.get("extras")
    wanted |= {name for name in had if name in extras} if isinstance(had, list) else set()
    python = version_of(environment.python)
    if stamp and stamp.get("checkout") != str(environment.checkout):
        why = f"The course was moved here from {stamp.get('checkout')}: making .venv again."
        return Verdict("anew", why, wanted)
    if not python:
        why = "The Python that .venv was made with is gone: making .venv again."
        return Verdict("anew", why, wanted)
    if not stamp:
        return Verdict("add", "Adding the course to the .venv that is here.", wanted, foreign=True)
    if stamp.get("python") != python:
        why = f"Python was {stamp.get('python')} and is {python} now: making .venv again."
        return Verdict("anew", why, wanted)
    if stamp["fingerprint"] == fingerprint(environment.checkout, wanted, python):
        return Verdict("nothing", "", wanted)
    if isinstance(had, list) and wanted - set(had):
        return Verdict("add", f"Adding: {', '.join(sorted(wanted - set(had)))}.", wanted)
    return Verdict("add", "The course needs other packages than before: changing .venv.", wanted)


# ---------------------------------------------------------------- showing that work goes on


@dataclass
class Phase:
    """One line on the screen that shows that something goes on, and for how long."""

    title: str
    detail: str = ""
    """May change while the phase goes on."""
    _started: float = field(default_factory=time.monotonic)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Phase":
        self._live = sys.stdout.isatty()
        if not self._live:
            print(f"{self.title} …", flush=True)
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._ticker.join()
        if self._live:
            print("\r" + self._line(), end="\n", flush=True)
        elif kind is None:
            print(f"  {self._state()}", flush=True)

    def _state(self) -> str:
        seconds = f"{time.monotonic() - self._started:.0f} s"
        return f"{self.detail}, {seconds}" if self.detail else seconds

    def _line(self) -> str:
        width = shutil.get_terminal_size().columns - 1
        return f"{self.title}: {self._state()}"[:width].ljust(width)

    def _tick(self) -> None:
        while not self._over.wait(0.2 if self._live else 30):
            if self._live:
                print("\r" + self._line(), end="", flush=True)
            else:  # a log: a sign of life now and then is enough
                print(f"  {self._state()}", flush=True)


def run_logged(
    command: list[str], log: Path, on_line: Callable[[str], None] = lambda line: None
) -> tuple[int, str]:
    """Run a command, and append what it says to a log.

    Returns:
        Its exit code, and what it said.
    """
    environ = {**os.environ, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    said: list[str] = []
    with log.open("a", encoding="utf-8") as output:
        output.write(f"$ {' '.join(command)}\n")
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environ,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                output.write(line)
                output.flush()
                said.append(line)
                on_line(line)
    return process.returncode, "".join(said)


# ---------------------------------------------------------------- what a failure means

_CAUSES = (
    (r"No space left on device|Errno 28|WinError 112|not enough space", "The disk is full."),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "The package index's certificate was not accepted. Is this machine's date right? "
        "If your network has its own certificate, name it: python3 -m pip config set global.cert "
        "/path/to/it",
    ),
    (
        r"DO NOT MATCH THE HASHES|BadZipFile|has an invalid wheel|zipfile",
        "A file arrived damaged. Empty pip's cache (python3 -m pip cache purge) and try again.",
    ),
    (
        r"name resolution|Name or service not known|getaddrinfo|nodename nor servname"
        r"|versions: none|NewConnectionError|unreachable|Connection refused|ConnectTimeout"
        r"|Read timed out|Max retries|ProtocolError|IncompleteRead|Connection reset|ProxyError"
        r"|RemoteDisconnected",
        "The package index was not reached, or the link broke. Try again when the network is back: "
        "what has arrived is kept in pip's cache.",
    ),
    (
        r"no such option|[Uu]nknown or unsupported|setup\.py. not found|requires pip",
        "pip is too old. Renew it: python3 -m pip install --upgrade pip",
    ),
    (
        r"No matching distribution|Could not find a version|ResolutionImpossible",
        "Your package index does not have a version that binder/constraints.txt names, for this "
        "Python. Is it a copy that lags behind?",
    ),
    (
        r"Failed (to build|building wheel)|command '?(gcc|cc|x86_64)|error: Microsoft Visual",
        "A package has no ready-made form for this Python or this machine, and could not be "
        "compiled. Python 3.11, 3.12 and 3.13 on common machines need no compiler.",
    ),
    (r"Permission denied|Errno 13|WinError 5", "A file or folder may not be written. Whose is it?"),
)


def likely_cause(said: str) -> str:
    """Return the likely cause of a failure, from what a program said; empty where unknown."""
    return next((cause for pattern, cause in _CAUSES if re.search(pattern, said)), "")


def _failure(what: str, said: str, log: Path | None = None) -> TroubleError:
    tail = "\n".join(f"  | {line}" for line in said.strip().splitlines()[-12:])
    lines = [f"{what} Its last words:", tail]
    if log:
        lines.append(f"All that it said: {log}")
    if likely_cause(said):
        lines.append(f"Likely cause: {likely_cause(said)}")
    return TroubleError("\n".join(lines))


# ---------------------------------------------------------------- Debian's packages


def as_root() -> list[str] | None:
    """Return what to put before a command that only root may run.

    Returns:
        Nothing for root itself, `sudo -n` where sudo asks no password, None where neither is so.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


# A package of a daemon starts it. Debian's own way to forbid that is this file (invoke-rc.d(8));
# one that the machine has already stays as it is.
_APT_WITHOUT_SERVICES = """
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >"$policy"
  chmod 755 "$policy"
fi
"$@"
"""


def apt_install(packages: list[str]) -> str | None:
    """Install Debian packages where that needs no password. It asks nothing and starts nothing.

    Returns:
        None when they are installed, else why they are not.
    """
    apt, root = shutil.which("apt-get"), as_root()
    if apt is None:
        return "This system has no apt-get."
    if root is None:
        return "That needs root."
    options = ["-y", "-q", "-o", "DPkg::Lock::Timeout=120"]
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", _APT_WITHOUT_SERVICES, "sh"]
    install = [*root, *quietly, apt, "install", *options, "--no-install-recommends", *packages]
    said = ""
    with tempfile.TemporaryDirectory() as folder, Phase(f"Installing {' '.join(packages)}"):
        log = Path(folder) / "apt.log"
        # The lists of packages may be missing or old: fetch them only if need be.
        for command in (install, [*root, apt, "update", "-q"], install):
            code, said = run_logged(command, log)
            if code == 0 and command is install:
                return None
    return str(_failure("apt-get failed.", said))


# ---------------------------------------------------------------- making it


def system_python() -> str:
    """Return the interpreter that environments are made from, also from inside one."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def has_ensurepip() -> bool:
    """Return whether this Python can put pip into an environment (bare Debian's cannot)."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def pip_version(python: str) -> tuple[int, ...]:
    """Return the version of an interpreter's pip; empty where it has none."""
    command = [python, "-m", "pip", "--version"]
    done = subprocess.run(command, capture_output=True, text=True)
    match = re.match(r"pip (\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if done.returncode == 0 and match else ()


def pip_command(environment: Environment) -> list[str]:
    """Return the beginning of a pip command for the environment: its own pip, else the system's.

    Raises:
        TroubleError: There is neither, or the system's is too old.
    """
    if pip_version(str(environment.python)):
        return [str(environment.python), "-m", "pip"]
    version = pip_version(system_python())
    if version >= (22, 3):  # the first with --python
        return [system_python(), "-m", "pip", "--python", str(environment.python)]
    found = f"only pip {version[0]}.{version[1]}" if version else "no pip"
    raise TroubleError(
        f"This Python ({system_python()}) cannot make a full environment: it has no ensurepip, "
        f"and {found}.\nOn Debian or Ubuntu, type this, then run the same command again:\n"
        f"  {_APT_LINE}"
    )


def make_anew(environment: Environment) -> None:
    """Make an empty environment, marked as not ready.

    Raises:
        TroubleError: This system cannot; then nothing is left behind.
    """
    environment.folder.mkdir(exist_ok=True)
    environment.mark.touch()  # first: also a run that is stopped while it clears is found out
    for path in environment.folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != environment.mark:
            path.unlink()
    apt_says = None
    if not has_ensurepip() and shutil.which("apt-get") and as_root() is not None:
        apt_says = apt_install(["python3-venv"])
    options = [] if has_ensurepip() else ["--without-pip"]
    command = [system_python(), "-m", "venv", *options, str(environment.folder)]
    try:
        with Phase("Making the Python environment in .venv"):
            code, said = run_logged(command, environment.log)
        if code:
            raise _failure("The environment was not made.", said)
        pip_command(environment)
    except TroubleError as trouble:
        shutil.rmtree(environment.folder)
        raise TroubleError(f"{apt_says}\n{trouble}" if apt_says else str(trouble)) from None


def patience(configured: str) -> list[str]:
    """Return pip's options for a bad link; what the user has configured stays.

    Args:
        configured: What `pip config list` prints: names, from files and variables, and values.
    """
    options = []
    if not re.search(r"^\S*\bretries=", configured, re.MULTILINE):
        options += ["--retries", "10"]
    if not re.search(r"^\S*timeout=", configured, re.MULTILINE):
        options += ["--timeout", "60"]
    return options


def follow(line: str, phase: Phase, seen: list[str]) -> None:
    """Turn a line of pip into what the phase shows."""
    fetched = re.match(r"\s*Downloading \S*?([^/\s]+) \((.+)\)", line)
    writing = re.match(r"Installing collected packages: (.*)", line)
    if re.match(r"\s*(Collecting|Processing) \S", line):
        seen.append(line)
        phase.detail = f"{len(seen)} packages found"
    elif fetched:
        name = fetched[1].split("-")[0]
        phase.detail = f"{len(seen)} packages found, fetching {name} ({fetched[2]})"
    elif writing:
        phase.detail = f"writing {writing[1].count(',') + 1} packages"
    elif "Retrying (" in line:
        phase.detail = f"{len(seen)} packages found; the link is bad, trying again"


def install(environment: Environment, verdict: Verdict) -> None:
    """Install the course and its packages into the environment.

    Raises:
        TroubleError: pip failed.
    """
    pip = pip_command(environment)
    configured = subprocess.run([*pip, "config", "list"], capture_output=True, text=True).stdout
    extras = f"[{','.join(sorted(verdict.extras))}]" if verdict.extras else ""
    command = [
        *(*pip, "install", "--no-compile", "--disable-pip-version-check", "--no-input"),
        *("--progress-bar", "off", *patience(configured)),
        *("-c", str(environment.checkout / CONSTRAINTS)),
        *("-e", f"{environment.checkout}{extras}"),
    ]
    seen: list[str] = []
    with Phase("Fetching and installing packages") as phase:
        code, said = run_logged(command, environment.log, lambda line: follow(line, phase, seen))
        done = re.search(r"^Successfully installed (.*)$", said, re.MULTILINE)
        phase.detail = f"{len(done[1].split())} packages" if done else ""
    if code == 0:
        return
    trouble = _failure("pip could not install the packages.", said, environment.log)
    if verdict.action == "add" and "Installing collected packages" not in said:
        environment.mark.unlink(missing_ok=True)
        trouble = TroubleError(f"{trouble}\nNothing was changed: what worked before still works.")
    raise trouble


@contextmanager
def only_one_run(checkout: Path) -> Iterator[None]:
    """Hold other runs off while this one works; the lock is on pyproject.toml."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (checkout / "pyproject.toml").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another run is making .venv: waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks
        yield


def bring_up_to_date(environment: Environment, extras: Iterable[str]) -> None:
    """Make the environment ready for the course with some extras; do nothing where it is.

    Raises:
        TroubleError: It could not be made; the message says why and what to do.
    """
    extras = list(extras)
    if examine(environment, extras).action == "nothing":
        return
    with only_one_run(environment.checkout):
        verdict = examine(environment, extras)  # another run may just have done it
        if verdict.action == "nothing":
            return
        started = time.monotonic()
        if verdict.why:
            print(verdict.why, flush=True)
        if verdict.action == "anew":
            make_anew(environment)
        else:
            environment.log.unlink(missing_ok=True)
            if not verdict.foreign:
                environment.mark.touch()
        install(environment, verdict)
        write_stamp(environment, verdict.extras)
        print(f"The environment is ready ({time.monotonic() - started:.0f} s).", flush=True)


# ---------------------------------------------------------------- the pinned versions

_HEADER = """\
# The versions of every package that the course is tested with, all extras together. pip reads this
# file beside pyproject.toml (`-c`): pyproject.toml says what is needed, this says which version.
# Chosen as for Python 3.11.0, the oldest that the course supports: a newer one may get releases
# that the oldest cannot install. pip and setuptools are left out.
# Written by `make constraints`; do not edit.
"""


def newest_versions(checkout: Path) -> dict[str, str]:
    """Ask pip for the newest versions that go together, for the oldest Python.

    Raises:
        TroubleError: This is not the oldest Python, or pip failed.
    """
    if sys.version_info[:2] != (3, 11):
        raise TroubleError(
            "Versions are chosen with Python 3.11: make constraints PYTHON=python3.11"
        )
    text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    needs = tomllib.loads(text)["project"]
    requirements = list(needs["dependencies"])
    for extra in needs["optional-dependencies"].values():
        requirements += [line for line in extra if not line.startswith("ipv6-course[")]
    with tempfile.TemporaryDirectory() as name:
        folder, report = Path(name), Path(name) / "report.json"
        command = [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"),
            *(
                "--python-version",
                "3.11.0",
                "--only-binary",
                ":all:",
                "--target",
                str(folder / "t"),
            ),
            *("--report", str(report), *requirements),
        ]
        seen: list[str] = []
        with Phase("Choosing versions") as phase:
            code, said = run_logged(command, folder / "log", lambda line: follow(line, phase, seen))
        if code:
            raise _failure("pip could not choose versions.", said)
        chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
    pairs = ((item["metadata"]["name"], item["metadata"]["version"]) for item in chosen)
    return {name: version for name, version in pairs if name not in ("pip", "setuptools")}


def write_constraints(checkout: Path) -> None:
    """Write binder/constraints.txt anew."""
    versions = newest_versions(checkout)
    lines = [f"{name}=={versions[name]}\n" for name in sorted(versions, key=str.lower)]
    (checkout / CONSTRAINTS).write_text(_HEADER + "".join(lines), encoding="utf-8")
    print(f"{CONSTRAINTS}: {len(lines)} packages.")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Make the course's Python environment, .venv.")
    parser.add_argument("--extra", action="append", default=[], help="such as lab or test")
    parser.add_argument("--constraints", action="store_true", help=f"write {CONSTRAINTS} anew")
    options = parser.parse_args(arguments)
    checkout = Path(__file__).resolve().parent.parent
    try:
        if options.constraints:
            write_constraints(checkout)
        else:
            bring_up_to_date(Environment(checkout), options.extra)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error}\n{likely_cause(str(error))}".rstrip(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
