"""Who the learner is, and the values that are theirs alone.

The rule (the first that applies):

1. While nbgrader grades, the learner is the student whose folder it works in:
   `autograded/<student>/<assignment>`. Nothing in a submission overrides it.
2. On a class hub, the learner is `JUPYTERHUB_USER`. Binder is a hub too, but its users are nobody.
3. Else the learner is who they said they are on the home page.
4. Else a guest, who gets the values of a guest.
"""

import hashlib
import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ipv6course.places import state_folder, write_atomically

if TYPE_CHECKING:
    import netaddr

GUEST = "guest"
_T = TypeVar("_T")
# Student code may change directory; the kernel starts where nbgrader put it.
_STARTED_IN = Path.cwd()


def start_here() -> None:
    """Take the present directory for the one that this process started in.

    `ipv6grader` calls it in each process that it forks, before any cell runs.
    """
    global _STARTED_IN
    _STARTED_IN = Path.cwd()


def normalise(name: str) -> str:
    """Return an id as it is compared: without outer blanks, compatibility forms or case.

    `" Amina.K "` and `"amina.k"` are one learner.

    Raises:
        ValueError: Nothing is left, it is a dot or two, it has over 100 characters, or one of them
            cannot be in an id.
    """
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    if not text:
        raise ValueError("the id is empty; use the one that your instructor knows you by")
    if text in (".", ".."):
        raise ValueError(f"the id is '{text}', which names a folder of its own; use another one")
    if len(text) > 100:
        raise ValueError(f"the id has {len(text)} characters; 100 are enough")
    for character in text:
        if character in "/\\" or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            raise ValueError(f"the id has the character U+{ord(character):04X}; leave it out")
    return text


@dataclass(frozen=True)
class Learner:
    """A learner, and the values that exercises take from the learner's id.

    The same id gives the same values on every machine and in every version of Python.
    """

    id: str
    """nbgrader's student id, normalised."""

    @property
    def is_guest(self) -> bool:
        """Whether the learner has not said who they are."""
        return self.id == GUEST

    def number(self, purpose: str, below: int) -> int:
        """Return a number from 0 up to, not including, `below` (at most 2**128), for a purpose."""
        digest = hashlib.sha256(f"{self.id}\n{purpose}".encode()).digest()
        return int.from_bytes(digest, "big") % below

    def choice(self, purpose: str, options: Sequence[_T]) -> _T:
        """Return one of the options, for a purpose."""
        return options[self.number(purpose, len(options))]

    @property
    def prefix(self) -> "netaddr.IPNetwork":
        """The learner's own /48, inside the documentation prefix 3fff::/20 (RFC 9637)."""
        import netaddr

        site = self.number("prefix", 2**28)
        return netaddr.IPNetwork(((0x3FFF << 112) | (site << 80), 48), version=6)

    @property
    def mac(self) -> "netaddr.EUI":
        """The learner's own MAC address, from the documentation range (RFC 9542)."""
        import netaddr

        return netaddr.EUI(0x00005E005300 + self.number("mac", 256))


def is_binder(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether this is a Binder session, where every user is called alike."""
    return any(name.startswith("BINDER_") for name in environ)


def grading_student(
    environ: Mapping[str, str] = os.environ, directory: Path | None = None
) -> str | None:
    """Return the student that nbgrader is grading at this moment, or None outside grading."""
    if environ.get("NBGRADER_EXECUTION") != "autograde":
        return None
    return (directory or _STARTED_IN).parent.name


def hub_user(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the user of a class hub, or None elsewhere."""
    user = environ.get("JUPYTERHUB_USER")
    return None if not user or user == "jovyan" or is_binder(environ) else user


def told() -> str | None:
    """Return who the learner said they are on the home page, or None."""
    try:
        record = json.loads((state_folder() / "learner.json").read_text(encoding="utf-8"))
        return normalise(record["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def tell(name: str) -> Learner:
    """Remember who the learner is.

    Raises:
        ValueError: The name cannot be an id; nothing is remembered.
    """
    learner = Learner(normalise(name))
    write_atomically(state_folder() / "learner.json", json.dumps({"id": learner.id}) + "\n")
    return learner


def current() -> Learner:
    """Return the learner by the rule at the top of this file."""
    for name in (grading_student(), hub_user()):
        if name is not None:
            return Learner(normalise(name))
    return Learner(told() or GUEST)
