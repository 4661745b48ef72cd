"""The lessons from top to bottom, with the reference solutions."""

import pytest
from learner import lesson_names, one_a_module, outputs
from lesson_page import LessonPage
from pictures import photograph
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
LESSONS = lesson_names()
WIDGETS = ".jupyter-widgets, [class^=ipv6]"
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize("name", one_a_module(LESSONS, -1))
def test_a_solved_lesson_runs_from_top_to_bottom(
    name, lasting_page, lab, lasting_learner, artifacts
):
    page, learner = lasting_page, lasting_learner
    learner.solve(name)
    lesson = LessonPage(page, lab, name).show()

    lesson.run_all()
    for check in learner.checks(name):
        expect(lesson.output(check)).to_contain_text(f"✔ Passed: {check}")
    lesson.save()

    saved = learner.read(name)
    counts = [cell.execution_count for cell in saved.cells if cell.cell_type == "code"]
    assert counts == [*range(1, len(counts) + 1)]
    assert outputs(saved, "error") == []
    assert [o.text for _cell, o in outputs(saved, "stream") if o.name == "stderr"] == []
    widgets = [(c, o) for c, o in outputs(saved, "execute_result") if WIDGET in o.data]
    for cell, output in widgets:
        shown = lesson.output(saved.cells.index(cell)).locator(WIDGETS).first
        shown.scroll_into_view_if_needed()
        expect(shown).to_be_visible()
        assert output.data["text/plain"], "a reader without widgets has no text in its place"
    assert learner.passed(name) == set(learner.checks(name))
    photograph(lesson, artifacts, name.replace("/", "-"))
