"""Hints: what a check says about the mistake behind a wrong answer, and where the standard says so.

A module's hints are its `hints.toml`, one table a hint::

    [run-of-one-group]
    text = "'::' never stands for one group alone."
    rfc = "RFC 5952 section 4.2.2"

The hints below belong to every lesson.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ipv6course.classroom.messages import N_
from ipv6course.places import modules_folder


@dataclass(frozen=True)
class Hint:
    """One mistake, named."""

    id: str
    """What an answers file declares, such as `run-of-one-group`."""
    text: str
    """What the learner reads, in English; gettext translates it."""
    rfc: str = ""
    """The RFC and its section, or empty where no standard decides."""


# A message is written as one literal so that gettext's tools find it.
COMMON = MappingProxyType(
    {
        hint.id: hint
        for hint in (
            Hint(
                "not-written",
                N_(
                    "There is no answer here yet. Replace the line 'raise NotImplementedError()' "
                    "with your own. Then run that cell, and this one again."
                ),
            ),
            Hint(
                "no-answer",
                N_(
                    "There is no answer here yet. Write it in the place of the line 'raise "
                    "NotImplementedError()'. If there is a button 'Take this as my answer' above, "
                    "choose there and press it: it writes your answer here."
                ),
            ),
            Hint(
                "not-defined",
                N_(
                    "The check uses a name that does not exist yet. Run the cell with your answer "
                    "first, and keep the name that the exercise gives."
                ),
            ),
            Hint(
                "stopped",
                N_(
                    "Your code stopped with an error before it gave an answer. Call it yourself in "
                    "a new cell with the same value, and read the last line of what Python says."
                ),
            ),
            Hint(
                "too-long",
                N_(
                    "Your code did not finish in time. Look at its loops: does each of them come "
                    "nearer to its end on every turn?"
                ),
            ),
            Hint(
                "wrong-type",
                N_(
                    "The answer is of another kind than the exercise asks for. A text in quotes, a "
                    "number and a list are different things to Python, even if they look alike."
                ),
            ),
            Hint(
                "nothing-returned",
                N_(
                    "Your function came to its end without `return`. What a function prints can be "
                    "seen, but only what it returns can be used."
                ),
            ),
            Hint(
                "withheld",
                N_(
                    "This exercise asks you to build what this call already does. Write the steps "
                    "yourself; afterwards you may use the call for the rest of your life."
                ),
            ),
            Hint(
                "repair-refused",
                N_(
                    "One of the commands was refused, so the repair ended there. The network says "
                    "which line it is, and why. Try it in a cell: `found.repair(…)`."
                ),
            ),
            Hint(
                "check-stopped",
                N_(
                    "The check could not work with your answer. Compare the kind of value that you "
                    "return with the example in the exercise."
                ),
            ),
        )
    }
)


def load(module: str, modules: Path | None = None) -> dict[str, Hint]:
    """Return the hints of a module by id, the common ones included.

    Args:
        module: Its name.
        modules: The folder of modules; by default the course's own.

    Raises:
        ValueError: `hints.toml` is not TOML, or a hint has no text.
    """
    path = (modules or modules_folder()) / module / "hints.toml"
    if not path.is_file():
        return dict(COMMON)
    return COMMON | _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> dict[str, Hint]:
    """Return the hints of a file; `changed` tells a file from itself at another time."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from None
    for name, table in tables.items():
        if not isinstance(table, dict) or not table.get("text"):
            raise ValueError(f"{path}: hint [{name}] has no text")
    return {name: Hint(name, table["text"], table.get("rfc", "")) for name, table in tables.items()}
