"""The map of the course: what there is, what the learner has done, and what is next."""

import json
from dataclasses import dataclass
from pathlib import Path

from ipv6course.classroom import progress
from ipv6course.places import course_home, exchange_folder, state_folder


@dataclass(frozen=True)
class LessonState:
    """One lesson on the map."""

    name: str
    """Module and lesson, such as `addressing/01-text`."""
    title: str
    minutes: int
    done: int
    """Checks passed."""
    checks: int
    """Checks in all."""
    path: str
    """The learner's notebook, from the course's folder."""
    newer: tuple[str, ...] = ()
    """Newer versions that lie beside the learner's."""
    is_here: bool = True
    """False for what a learner of a class has not yet fetched from the exchange."""

    @property
    def is_done(self) -> bool:
        """Whether every check has passed."""
        return self.done == self.checks


@dataclass(frozen=True)
class ModuleState:
    """One module on the map."""

    name: str
    """Its folder, which is nbgrader's assignment."""
    title: str
    lessons: tuple[LessonState, ...]


@dataclass(frozen=True)
class CourseMap:
    """The whole map."""

    modules: tuple[ModuleState, ...]

    @property
    def lessons(self) -> tuple[LessonState, ...]:
        """All lessons, in order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def next(self) -> LessonState | None:
        """The first lesson that is here and not done, or None."""
        waiting = (lesson for lesson in self.lessons if lesson.is_here and not lesson.is_done)
        return next(waiting, None)

    def table(self) -> str:
        """Return the map as a text table."""
        rows = [f"{'lesson':<28} {'checks passed':<14} title"]
        for lesson in self.lessons:
            count = f"{lesson.done} of {lesson.checks}"
            rows.append(f"{lesson.name:<28} {count:<14} {lesson.title}")
        return "\n".join(rows)


def read_map() -> CourseMap:
    """Return the learner's map. A course that is not built yet has an empty one."""
    try:
        course = json.loads((state_folder() / "course.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return CourseMap(())
    modules = (
        ModuleState(
            module["name"],
            module["title"],
            tuple(_lesson(module["name"], lesson) for lesson in module["lessons"]),
        )
        for module in course
    )
    return CourseMap(tuple(modules))


def _lesson(module: str, lesson: dict[str, object]) -> LessonState:
    name = f"{module}/{lesson['name']}"
    checks = {str(check["id"]) for check in lesson["checks"]}  # type: ignore[attr-defined]
    path = f"work/{name}.ipynb"
    newer = sorted(Path(course_home(), "work", module).glob(f"{lesson['name']}.new*.ipynb"))
    return LessonState(
        name=name,
        title=str(lesson["title"]),
        minutes=int(str(lesson["minutes"])),
        done=len(checks & progress.passed(name)),
        checks=len(checks),
        path=path,
        newer=tuple(f"work/{module}/{file.name}" for file in newer),
        is_here=exchange_folder() is None or course_home().joinpath(path).exists(),
    )
