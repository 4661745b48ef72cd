"""The nbgrader course root of a classroom: its configuration, its folders, its gradebook.

nbgrader decides where things are: `nbgrader_config.py` of the classroom is read as nbgrader reads
it, and every path and the gradebook's address come from its `CourseDirectory`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ipv6course.classroom.messages import _

CONFIG = "nbgrader_config.py"
COLLECTED = "collected"
"""The classroom's folder of what `collect` remembers and of older versions of submissions."""


@contextmanager
def _scripts_on_path() -> Iterator[None]:
    """Let nbgrader find `alembic`, which it starts by name to make a gradebook."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


class CourseRootError(ValueError):
    """A folder is no classroom. The text says why."""


class CourseRoot:
    """A classroom, with nbgrader's names for its parts."""

    def __init__(self, folder: Path) -> None:
        """Read the classroom's configuration.

        Args:
            folder: What `ipv6course classroom DIR` made, or any nbgrader course root.

        Raises:
            CourseRootError: It is no classroom, or its configuration cannot be read.
        """
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config
        from traitlets.config.loader import PyFileConfigLoader

        self.folder = folder.expanduser().absolute()
        if not (self.folder / CONFIG).is_file() and not (self.folder / "source").is_dir():
            raise CourseRootError(
                _("{folder} is no classroom: it has no {config}.").format(
                    folder=self.folder, config=CONFIG
                )
            )
        config = Config()
        if (self.folder / CONFIG).is_file():
            try:  # it is the instructor's own Python, as for every nbgrader command
                config = PyFileConfigLoader(CONFIG, path=str(self.folder)).load_config()
            except Exception as why:
                raise CourseRootError(
                    _("{file} cannot be read: {why}").format(file=self.folder / CONFIG, why=why)
                ) from None
        if "root" not in config.CourseDirectory:
            config.CourseDirectory.root = str(self.folder)
        self._nbgrader: Any = CourseDirectory(config=config)

    def step(self, step: str, student: str, assignment: str) -> Path:
        """Return the folder of a step: `source`, `release`, `submitted`, `feedback` and so on.

        Args:
            step: nbgrader's name of the step.
            student: The student's id; `.` for the steps that have none.
            assignment: The assignment's name.
        """
        name = getattr(self._nbgrader, f"{step}_directory")
        return Path(self._nbgrader.format_path(name, student, assignment))

    @property
    def collected(self) -> Path:
        """The folder of what `collect` remembers."""
        return self.folder / COLLECTED

    def assignments(self) -> list[str]:
        """Return the names of the assignments in `release` and `source`, in order."""
        found = set()
        for step in ("release", "source"):
            parent = self.step(step, ".", "x").parent
            if parent.is_dir():
                found |= {
                    path.name
                    for path in parent.iterdir()
                    if path.is_dir() and any(path.glob("*.ipynb"))
                }
        return sorted(found)

    def lessons(self, assignment: str) -> dict[str, Path]:
        """Return an assignment's notebooks by lesson: those of `release`, else of `source`."""
        for step in ("release", "source"):
            found = sorted(self.step(step, ".", assignment).glob("*.ipynb"))
            if found:
                return {path.stem: path for path in found}
        return {}

    def submission_time(self, student: str, assignment: str) -> Any:
        """Return the time in `timestamp.txt` of a submission: naive, in UTC; None without one."""
        try:
            return self._nbgrader.get_existing_timestamp(
                str(self.step("submitted", student, assignment))
            )
        except (
            AttributeError,
            ValueError,
            OverflowError,
        ):  # nbgrader's own complaint has no `fail`
            return None

    @contextmanager
    def gradebook(self) -> Iterator[Any]:
        """Open nbgrader's gradebook for the length of the block; it is made if need be.

        Raises:
            CourseRootError: The database cannot be opened.
        """
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with _scripts_on_path():
                opened = Gradebook(self._nbgrader.db_url, self._nbgrader.course_id)
            with opened as gradebook:
                yield gradebook
        except SQLAlchemyError as why:
            raise CourseRootError(
                _("The gradebook {url} cannot be used: {why}").format(
                    url=self._nbgrader.db_url, why=str(why).splitlines()[0]
                )
            ) from None

    @property
    def has_gradebook(self) -> bool:
        """Whether there is a gradebook already; True where that takes a connection to know."""
        scheme, _colon, path = self._nbgrader.db_url.partition(":///")
        return scheme != "sqlite" or Path(path).is_file()
