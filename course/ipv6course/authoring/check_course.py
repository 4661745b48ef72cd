"""Reads lessons and holds them against the rules, all of them before any is built."""

from collections import Counter
from pathlib import Path

from ipv6course.authoring.build import BuildError
from ipv6course.authoring.rules import Problem, Room, problems
from ipv6course.authoring.text_lesson import (
    LessonTextError,
    TextLesson,
    lesson_paths,
    read_lesson,
)
from ipv6course.classroom import hints
from ipv6data.rfc_index import rfc_index


def read_checked(modules: Path, paths: list[Path]) -> list[TextLesson]:
    """Read lessons and refuse the malformed.

    Raises:
        BuildError: With every problem of every lesson.
    """
    lessons, texts = [], []
    for path in paths:
        try:
            lesson = read_lesson(path)
            room = Room(lesson, hints.load(lesson.module, modules), rfc_index())
            texts += [str(problem) for problem in problems(room)]
            lessons.append(lesson)
        except (LessonTextError, ValueError) as error:
            texts.append(str(error))
    for module in {path.parent.name for path in paths}:
        texts += [str(problem) for problem in module_problems(modules, module)]
    if texts:
        raise BuildError("\n".join(dict.fromkeys(texts)))
    return lessons


def module_problems(modules: Path, module: str) -> list[Problem]:
    """Return what is wrong across the lessons of a module.

    Answers are named by exercise, so an exercise's name is used once a module.
    """
    found = [
        Problem(path, 1, "a built notebook stands among the texts", "delete it: the text is it")
        for path in sorted((modules / module).glob("*.ipynb"))
    ]
    lessons, readable = [], True
    for path in lesson_paths(modules, module):
        try:
            lessons.append(read_lesson(path))
        except LessonTextError:
            readable = False
    count = Counter(exercise for lesson in lessons for exercise in lesson.exercises)
    for lesson in lessons:
        for exercise in lesson.exercises:
            if count[exercise] > 1:
                line = lesson.solutions(exercise)[0].line
                what = f"exercise '{exercise}' stands in another lesson of this module too"
                found.append(Problem(lesson.path, line, what, "give it another grade_id"))
    known = set(count)
    for path in sorted((modules / module / "answers").glob("*.py")):
        if readable and path.stem not in known:
            fix = "delete it, or name it after the grade_id of a solution cell"
            found.append(Problem(path, 1, "answers to no exercise of this module", fix))
    return found
