"""Prepares the learner's folder: the lessons, what the home page's map shows, the home page.

On Binder, `binder/start` runs it on a publication before Jupyter starts:

    python3 -m ipv6course.authoring.learner_folder PUBLICATION
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ipv6course.authoring.place import Placed, place
from ipv6course.places import course_home, state_folder, write_atomically

HOME_PAGE = "home.ipynb"
WORK = "work"
COURSE_MAP = "course.json"
PLACED = "placed.json"


def course_map_text(course: list[dict[str, Any]]) -> str:
    """Return the file that the home page reads, for what `describe_course` returns."""
    return json.dumps(course, indent=1) + "\n"


def prepare(releases: Mapping[str, Path], course: str, page: str) -> list[Placed]:
    """Bring the learner's folder up to date; work is never overwritten.

    Args:
        releases: Released notebooks by `module/lesson.ipynb`.
        course: The map, as `course_map_text` writes it.
        page: The home page's notebook.

    Returns:
        What became of each notebook.

    Raises:
        OSError: The folder cannot be written.
    """
    home, state = course_home(), state_folder()
    placed = place(releases, home / WORK, state / PLACED)
    write_atomically(state / COURSE_MAP, course)
    write_atomically(home / HOME_PAGE, page)
    return placed


def prepare_from_publication(folder: Path) -> list[Placed]:
    """Bring the learner's folder up to date with a folder that `ipv6course publish` wrote.

    Raises:
        OSError: The publication cannot be read, or the learner's folder not written.
    """
    work, state = folder / WORK, folder / state_folder().name
    releases = {path.relative_to(work).as_posix(): path for path in sorted(work.glob("*/*.ipynb"))}
    course = (state / COURSE_MAP).read_text(encoding="utf-8")
    return prepare(releases, course, (folder / HOME_PAGE).read_text(encoding="utf-8"))


if __name__ == "__main__":
    try:
        prepare_from_publication(Path(sys.argv[1]))
    except OSError as error:
        sys.exit(f"The learner's folder {course_home()} was not prepared: {error}")
