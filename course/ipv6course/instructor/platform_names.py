"""Who handed a file in, as far as its name says: how Moodle and Canvas name what they zip.

* Moodle, MoodleDocs "Assignment FAQ" and "Using Assignment" ("Download all submissions"): a folder
  `Full name_PARTICIPANT_assignsubmission_file_` a learner, or, without folders, that prefix before
  the file's name. In the full name no underscore is left. Up to version 4.0 the folder ends in an
  underscore. The participant's number belongs to one assignment; it is not the user's.
* Canvas, Instructor Guide "How do I download all student submissions for an assignment?":
  `surnamefirstname_LATE_USER_FILE_name`, the name in small letters and without anything but
  letters, `_LATE` only where it was; a resubmitted file gets `-1`, `-2` at the end of its name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

_MOODLE = re.compile(
    r"(?P<name>[^_]*)_(?P<number>[0-9]+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?"
)
_CANVAS = re.compile(
    r"(?P<name>.+?)_(?:LATE_)?(?P<number>[0-9]+)_(?P<upload>[0-9]+)_(?P<rest>.+)", re.DOTALL
)
_CANVAS_NOBODY = re.compile(
    r"(?:LATE_)?anon_(?P<number>[A-Za-z0-9]+)_(?P<upload>[0-9]+)_(?P<rest>.+)", re.DOTALL
)
_AGAIN = re.compile(r"(?P<stem>.+?)(?:-(?P<canvas>[0-9]{1,3})| ?\((?P<browser>[0-9]{1,3})\))")


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as a learning platform or a folder says."""

    platform: Literal["moodle", "canvas", "folder"]
    name: str
    """As it stands there: for a folder, the folder's name."""
    number: str = ""
    """Moodle's participant, Canvas's user."""

    @property
    def is_named(self) -> bool:
        """Whether a person is named; Moodle's and Canvas's anonymous marking names none."""
        return self.platform == "folder" or not (
            words(self.name) in ({"participant"}, {"anon"}) or not self.name
        )


@dataclass(frozen=True)
class HandedInName:
    """What the path of a handed-in file says."""

    owner: Owner | None
    file: str
    """The file's own name, without what the platform put before it."""
    upload: int = 0
    """Canvas's number of the upload: a later one is greater."""
    plugin: str = "file"
    """Moodle's kind of submission: `file`, or `onlinetext` and others, which are no files."""


def read_name(path: str) -> HandedInName:
    """Read the path of a file in a platform's zip file, or in a plain folder.

    Args:
        path: With slashes; it was judged by `archive.refuse_name`.
    """
    parts = [part for part in path.split("/") if part]
    file = parts[-1] if parts else path
    for part in parts:
        if found := _MOODLE.fullmatch(part):
            owner = Owner("moodle", found["name"].strip(), found["number"])
            own = found["rest"] if part is file and found["rest"] else file
            return HandedInName(owner, own, plugin=found["plugin"])
    if found := _CANVAS_NOBODY.fullmatch(file):
        owner = Owner("canvas", "anon", found["number"])
        return HandedInName(owner, found["rest"], int(found["upload"]))
    if found := _CANVAS.fullmatch(file):
        owner = Owner("canvas", found["name"], found["number"])
        return HandedInName(owner, found["rest"], int(found["upload"]))
    return HandedInName(None, file)


def lesson_of(file: str, lessons: set[str]) -> tuple[str, int] | None:
    """Return the lesson that a notebook's file name is, and its number where it is a copy.

    `01-text.ipynb` is the lesson `01-text`; `01-text-2.ipynb` (Canvas) and `01-text (2).ipynb` (a
    browser) are later copies of it. None for what is no lesson.
    """
    stem = file.removesuffix(".ipynb")
    if stem == file:
        return None
    if stem in lessons:
        return stem, 0
    found = _AGAIN.fullmatch(stem)
    if found and found["stem"] in lessons:
        return found["stem"], int(found["canvas"] or found["browser"])
    return None


def words(name: str) -> set[str]:
    """Return the words of a person's name as they are compared.

    Without case, accents, and what platforms leave out of file names (`O'Brien` is `OBrien`).
    """
    return {squashed(word) for word in name.split()} - {""}


def squashed(name: str) -> str:
    """Return the letters and digits of a name, without case and accents."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())


def is_name_of(owner: Owner, first: str, last: str) -> bool:
    """Return whether an owner's name is that of a person, in whatever order and with more names."""
    theirs, person = words(owner.name), words(f"{first} {last}")
    if not theirs or not person:
        return False
    if owner.platform == "canvas":  # all in one word, the surname first
        one = squashed(owner.name)
        return one in (squashed(last + first), squashed(first + last))
    return person <= theirs or (theirs <= person and len(theirs) > 1)
