"""The lessons as a learner gets them: they stop at the first exercise, which says what to do."""

import re

import pytest
from learner import grade_id, lesson_names, one_a_module, outputs
from lesson_page import LessonPage
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
LESSONS = lesson_names()
BLANK = "# YOUR CODE HERE\nraise NotImplementedError()"


def stops(learner, name):
    """Return the cells that say so while there is no answer: checks, and answers of a widget."""
    return [
        grade_id(cell)
        for cell in learner.read(name).cells
        if cell.source == BLANK or grade_id(cell) in learner.checks(name)
    ]


@pytest.mark.parametrize("name", one_a_module(LESSONS, 0))
def test_a_blank_lesson_stops_at_its_first_exercise_and_says_why(
    name, lasting_page, lab, lasting_learner
):
    page, learner = lasting_page, lasting_learner
    lesson = LessonPage(page, lab, name).show()
    first = stops(learner, name)[0]

    lesson.run_all()

    said = lesson.output(first)
    expect(said).to_contain_text(re.compile(r"\[(not-written|no-answer)\] There is no answer"))
    expect(said).not_to_contain_text("Traceback")
    expect(said).not_to_contain_text("CheckFailed")
    lesson.save()
    saved = learner.read(name)
    (failed, shown), *more = outputs(saved, "error")
    assert grade_id(failed) == first
    # On a busy machine a kernel also runs cells that reach it long after the one that failed.
    text = "\n".join(
        line for _cell, output in [(failed, shown), *more] for line in output.traceback
    )
    assert [line for line in learner.hidden_lines(name) if line in text] == []
    assert learner.passed(name) == set()
