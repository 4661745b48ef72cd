"""Writes a lesson's source notebook, and lets nbgrader make the release of it."""

import logging
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ipv6course.authoring.build import BuildError
from ipv6course.authoring.notebook import source_notebook
from ipv6course.authoring.text_lesson import TextLesson


def write_source(output: Path, lesson: TextLesson) -> Path:
    """Write `source/<module>/<lesson>.ipynb` under an nbgrader course root."""
    path = output / "source" / lesson.module / f"{lesson.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(source_notebook(lesson)) + "\n", encoding="utf-8")
    return path


def write_release(output: Path, module: str, lesson: str) -> Path:
    """Write `release/<module>/<lesson>.ipynb` with nbgrader's own `generate_assignment`.

    The learner's release needs no gradebook, so none is made.

    Raises:
        BuildError: nbgrader refuses the source.
    """
    config = Config()
    config.CourseDirectory.root = str(output.absolute())
    config.CourseDirectory.assignment_id = module
    config.CourseDirectory.notebook_id = lesson
    config.GenerateAssignment.force = True
    config.GenerateAssignment.no_database = True
    config.GenerateAssignment.preprocessors = [
        preprocessor
        for preprocessor in GenerateAssignment.preprocessors.default_args[0]
        if preprocessor.__name__ != "SaveCells"
    ]
    quiet = logging.getLogger("ipv6course.release")
    quiet.setLevel(logging.ERROR)
    coursedir = CourseDirectory(config=config)
    try:
        GenerateAssignment(coursedir=coursedir, config=config, log=quiet).start()
    except NbGraderException as error:
        # nbgrader takes the folder for a pattern, so brackets and asterisks in its name mislead it.
        raise BuildError(
            f"{module}/{lesson}: nbgrader makes no release in {output}: {error}"
        ) from None
    return output / "release" / module / f"{lesson}.ipynb"
