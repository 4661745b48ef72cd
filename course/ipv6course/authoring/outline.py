"""The outline of the course: which modules there are, in which order, and what each is for.

`course.toml` in the modules folder lists them; each module's `module.toml` holds its title, goals
and the misconceptions that its exercises meet.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Module:
    """One module: nbgrader's assignment, and a folder of lessons."""

    name: str
    title: str
    goals: tuple[str, ...]
    misconceptions: tuple[str, ...]


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from None


def read_outline(modules: Path) -> list[Module]:
    """Return the modules in the order of the course.

    Raises:
        ValueError: A file is not TOML, or lacks what it must say; the message names the file.
        OSError: A listed module has no `module.toml`.
    """
    listed = _table(modules / "course.toml").get("modules")
    if not isinstance(listed, list) or not listed:
        raise ValueError(f'{modules / "course.toml"}: list the modules: modules = ["…"]')
    return [_read_module(modules, name) for name in listed]


def _read_module(modules: Path, name: str) -> Module:
    path = modules / name / "module.toml"
    table = _table(path)
    for key in ("title", "goals", "misconceptions"):
        if not table.get(key):
            raise ValueError(f"{path}: '{key}' is missing")
    return Module(name, table["title"], tuple(table["goals"]), tuple(table["misconceptions"]))
