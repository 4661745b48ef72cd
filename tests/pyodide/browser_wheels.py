"""The wheels that a lesson needs in a browser: the course's own, and those of its libraries.

What is needed follows from the requirements of the course and of IPython, read as a browser's
Python reads them. Versions are those of `binder/constraints.txt`, and of this environment where
that file names none.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]
CACHE = CHECKOUT / "build" / "pyodide"
CONSTRAINTS = CHECKOUT / "binder" / "constraints.txt"
PYTHON = "3.14"  # of Pyodide 314
_BROWSER = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "platform_system": "Emscripten",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "emscripten",
    "extra": "",
}
# No lesson runs code of these: IPython completes names with jedi, in front of a person, and
# JupyterLab has the JavaScript half of the widgets.
_LEFT_OUT = {"jedi", "parso", "jupyterlab-widgets", "widgetsnbextension"}


class NotFetchedError(Exception):
    """pip could not fetch a wheel, and no earlier run did. Its message is pip's."""


def needed() -> list[str]:
    """Return the libraries of a browser's kernel as pinned requirements, in order."""
    pins = _pins()
    found: set[str] = set()
    course = _project()["project"]["dependencies"]
    waiting = ["ipython", *(Requirement(text).name for text in course)]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        for requirement in map(Requirement, distribution(name).requires or []):
            if requirement.marker is None or requirement.marker.evaluate(_BROWSER):
                waiting.append(requirement.name)
    return [f"{name}=={pins.get(name) or version(name)}" for name in sorted(found - _LEFT_OUT)]


def _project() -> dict[str, Any]:
    """Return what `pyproject.toml` says now; an installed course may be of yesterday."""
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins() -> dict[str, str]:
    """Return the versions that the constraints fix."""
    if not CONSTRAINTS.is_file():
        return {}
    lines = (line.partition("#")[0].strip() for line in CONSTRAINTS.read_text().splitlines())
    requirements = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {
        canonicalize_name(requirement.name): next(iter(requirement.specifier)).version
        for requirement in requirements
        if [one.operator for one in requirement.specifier] == ["=="]
    }


def library_wheels() -> list[Path]:
    """Return the libraries' wheels; what was fetched once is not fetched again.

    Raises:
        NotFetchedError: pip could not fetch one.
    """
    requirements = needed()
    folder = _kept("wheels", requirements)
    with _filled_once(folder) as new:
        if new:
            # Not a version for this machine: `any` leaves the pure wheels.
            platform = ["--platform", "any", "--implementation", "py", "--abi", "none"]
            options = ["--no-deps", "--only-binary=:all:", "--python-version", PYTHON, *platform]
            _pip("download", "-q", "-d", str(new), *options, *requirements)
    return sorted(folder.glob("*.whl"))


def course_wheel(folder: Path) -> Path:
    """Build the course's wheel from the checkout, into a folder, and return it.

    Raises:
        NotFetchedError: pip could not fetch the builder.
        RuntimeError: It cannot be built; the message is the builder's.
    """
    requirements = _project()["build-system"]["requires"]
    builder = _kept("builder", requirements)
    with _filled_once(builder) as new:
        if new:
            _pip("install", "-q", "--target", str(new), *requirements)
    build = f"import sys; sys.path.insert(0, {str(builder)!r}); from hatchling.cli import hatchling"
    _python("-c", f"{build}; sys.exit(hatchling())", "build", "-t", "wheel", "-d", str(folder))
    (wheel,) = folder.glob("ipv6_course-*.whl")
    return wheel


def _kept(kind: str, requirements: list[str]) -> Path:
    """Return the folder in the cache for these requirements."""
    key = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:16]
    return CACHE / f"{kind}-{key}"


@contextmanager
def _filled_once(folder: Path) -> Iterator[Path | None]:
    """Yield a new folder to fill, or None where an earlier run filled it.

    Two runs at once wait for each other, and a run that fails leaves nothing.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir():
            yield None
            return
        new = folder.with_suffix(".part")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        try:
            yield new
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        new.rename(folder)


def _pip(*arguments: str) -> None:
    try:
        _python("-m", "pip", *arguments)
    except RuntimeError as error:
        raise NotFetchedError(str(error)) from None


def _python(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[:4])}: {(done.stderr or done.stdout)[-2000:]}")
