"""The answers of a module as sheets: the k-th answer of every exercise, together.

The grader tries each sheet in its two ways of running a notebook (`ipv6grader.verdict`).
"""

from itertools import zip_longest

from ipv6course.authoring.answers import Answer, read_answers
from ipv6course.authoring.text_lesson import TextLesson, lesson_paths, read_lesson
from ipv6course.places import modules_folder


def answer_sheets(assignment: str) -> list[dict[str, str]]:
    """Return the sheets of a module of this course; none for any other assignment.

    Each is the text of solution cells by grade_id. An exercise that has fewer answers than another
    is left out of the last sheets.
    """
    folder = modules_folder() / assignment
    if not (folder / "module.toml").is_file():
        return []
    answers = {path.stem: read_answers(path) for path in sorted(folder.glob("answers/*.py"))}
    lessons = [read_lesson(path) for path in lesson_paths(modules_folder(), assignment)]
    pairs = [
        [_cells(lesson, exercise, answer) for answer in answers.get(exercise, ())]
        for lesson in lessons
        for exercise in lesson.exercises
    ]
    return [
        {cell: text for cells in sheet if cells for cell, text in cells.items()}
        for sheet in zip_longest(*pairs)
    ]


def _cells(lesson: TextLesson, exercise: str, answer: Answer) -> dict[str, str]:
    """Return the cells that an answer fills."""
    return {
        cell.grade_id: answer.source
        for cell in lesson.solutions(exercise)
        if answer.cell in ("", cell.grade_id)
    }
