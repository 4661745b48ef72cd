"""Where the course's things are: its lessons, and the learner's own folder."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent


def modules_folder() -> Path:
    """Return the folder with one folder a module, in a checkout and in a wheel alike.

    `IPV6COURSE_MODULES` names another one: an author's own modules, tried before they are ours.

    Raises:
        FileNotFoundError: The package was installed without its lessons.
    """
    if own := os.environ.get("IPV6COURSE_MODULES"):
        return Path(own).expanduser().absolute()
    for folder in (_PACKAGE.parent / "modules", _PACKAGE / "modules"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no lessons beside {_PACKAGE}: install the course again")


def course_home() -> Path:
    """Return the learner's own folder: `COURSE_HOME`, else `ipv6-course` in the home folder."""
    return Path(os.environ.get("COURSE_HOME") or "~/ipv6-course").expanduser().absolute()


def state_folder() -> Path:
    """Return the folder for what the course remembers of its learner (it may not exist yet)."""
    return course_home() / ".ipv6-course"
