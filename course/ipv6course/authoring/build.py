"""Builds the course: text lessons to nbgrader's `source/`, and with nbgrader to `release/`.

The output folder is an nbgrader course root. A lesson is built again only if its text, what it is
held against, or the builder changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipv6course.authoring.outline import read_outline
from ipv6course.places import modules_folder

if TYPE_CHECKING:
    from ipv6course.authoring.text_lesson import TextLesson

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


class BuildError(Exception):
    """Lessons that cannot be built. Its text lists file, line and fix of each problem."""


@dataclass
class BuildReport:
    """What a build did, as `module/lesson` names."""

    built: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def build(
    output: Path, *, modules: Path | None = None, progress: Progress = lambda what, done, of: None
) -> BuildReport:
    """Build `source/`, `release/` and `course.json` of the whole course.

    Args:
        output: An nbgrader course root; made if need be.
        modules: The folder of modules; by default the course's own.
        progress: Told of every lesson before it is built.

    Raises:
        BuildError: A lesson or the outline is malformed. No lesson has been written then.
    """
    modules = modules or modules_folder()
    try:
        outline = read_outline(modules)
    except (ValueError, FileNotFoundError) as error:
        raise BuildError(str(error)) from None
    lessons = [
        (module.name, path)
        for module in outline
        for path in sorted((modules / module.name).glob("[0-9][0-9]-*.md"))
    ]
    report, stale = BuildReport(), []
    for module, path in lessons:
        if _is_current(output, module, path):
            report.unchanged.append(f"{module}/{path.stem}")
        else:
            stale.append(path)
    if stale:
        _build_lessons(output, modules, stale, report, progress)
    _forget_others(output, {f"{module}/{path.stem}" for module, path in lessons})
    return report


def _build_lessons(
    output: Path, modules: Path, stale: list[Path], report: BuildReport, progress: Progress
) -> None:
    # These import jupytext and nbgrader, which a build with nothing to do does not need.
    from ipv6course.authoring.check_course import read_checked
    from ipv6course.authoring.release import write_release, write_source

    progress("reading the lessons", 0, len(stale))
    checked = read_checked(modules, stale)
    for done, lesson in enumerate(checked):
        name = f"{lesson.module}/{lesson.name}"
        progress(name, done, len(checked))
        write_source(output, lesson)
        write_release(output, lesson.module, lesson.name)
        record = {"fingerprint": _fingerprint(lesson.path), **_describe(lesson)}
        _write_json(_record(output, lesson.module, lesson.name), record)
        report.built.append(name)
    progress("done", len(checked), len(checked))


def _describe(lesson: "TextLesson") -> dict[str, object]:
    """Return what the home page shows of a lesson."""
    checks = [
        {"id": cell.grade_id, "points": cell.nbgrader["points"]}
        for cell in lesson.cells
        if cell.is_test
    ]
    return {"title": lesson.title, "minutes": lesson.metadata["minutes"], "checks": checks}


def describe_course(output: Path, modules: Path | None = None) -> list[dict[str, Any]]:
    """Return the map of a built course: modules with their lessons and checks, in order."""
    modules = modules or modules_folder()
    course = []
    for module in read_outline(modules):
        lessons = []
        for path in sorted((output / ".built" / module.name).glob("*.json")):
            record = json.loads(path.read_text(encoding="utf-8"))
            del record["fingerprint"]
            lessons.append({"name": path.stem, **record})
        entry = {"name": module.name, "title": module.title, "goals": list(module.goals)}
        course.append({**entry, "lessons": lessons})
    return course


def _record(output: Path, module: str, lesson: str) -> Path:
    return output / ".built" / module / f"{lesson}.json"


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def built_notebooks(output: Path, stage: str) -> dict[str, Path]:
    """Return the notebooks of a stage (`source` or `release`) by `module/lesson.ipynb`."""
    root = output / stage
    return {path.relative_to(root).as_posix(): path for path in sorted(root.glob("*/*.ipynb"))}


def _is_current(output: Path, module: str, path: Path) -> bool:
    files = [output / stage / module / f"{path.stem}.ipynb" for stage in ("source", "release")]
    if not all(file.is_file() for file in files):
        return False
    try:
        record = json.loads(_record(output, module, path.stem).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(record.get("fingerprint") == _fingerprint(path))


def _fingerprint(lesson: Path) -> str:
    """Return a hash of everything that decides how a lesson comes out."""
    digest = hashlib.sha256(_builder_fingerprint().encode())
    answers = sorted((lesson.parent / "answers").glob("*.py"))
    for path in (lesson, lesson.parent / "hints.toml", *answers):
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_bytes() if path.is_file() else b"")
    for path in sorted(lesson.parent.glob("*.ipynb")):  # there should be none
        digest.update(path.name.encode() + b"\0")
    return digest.hexdigest()


@cache
def _builder_fingerprint() -> str:
    import ipv6data

    digest = hashlib.sha256()
    for package in ("jupytext", "nbgrader", "nbformat"):
        digest.update(f"{package} {version(package)}\n".encode())
    sources = [*sorted(Path(__file__).parent.glob("*.py")), *_facts(ipv6data.__file__)]
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _facts(package_file: str) -> Iterator[Path]:
    yield from sorted(Path(package_file).parent.glob("rfc_index.*"))


def _forget_others(output: Path, lessons: set[str]) -> None:
    """Remove built notebooks whose lesson is no longer in the course."""
    for pattern in ("source/*/*.ipynb", "release/*/*.ipynb", ".built/*/*.json"):
        for path in output.glob(pattern):
            if f"{path.parent.name}/{path.stem}" not in lessons:
                path.unlink()
