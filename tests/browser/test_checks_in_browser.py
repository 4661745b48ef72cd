"""Answers typed in the browser: what a check says, what the home page shows, and what survives."""

import shutil
import threading

import pytest
from home_page import HomePage
from jupyter_client.manager import start_new_kernel
from lab import RunningLab
from learner import LearnerFolder, grade_id
from lesson_page import SOON, LessonPage
from playwright.sync_api import expect

from ipv6course.classroom import hints

pytestmark = pytest.mark.xdist_group("browser")
NAME = "addressing/01-text"
WITHIN_5_S = 5_000
WRONG, RIGHT = "return hex(value)", 'return format(value, "x")'


@pytest.fixture
def page(lasting_page):
    return lasting_page


@pytest.fixture
def learner(lasting_learner):
    return lasting_learner


def test_a_wrong_answer_meets_its_hint_and_a_right_one_moves_the_map(page, lab, learner):
    home = HomePage(page, lab).show()
    state = home.state(learner.title(NAME))
    of = len(learner.checks(NAME))
    expect(state).to_have_text(f"0 of {of} checks")
    lesson = LessonPage(page, lab, NAME).show()
    lesson.run_first_cell()
    said = lesson.output("write-group-1")

    lesson.answer("write-group", WRONG)
    lesson.run_selected()
    hint = hints.load("addressing")["hexadecimal-mark"]
    expect(said).to_contain_text(f"[{hint.id}] {hint.text}", timeout=SOON)
    expect(said).to_contain_text(hint.rfc)
    expect(said).to_contain_text("write_group(3512)")
    assert learner.passed(NAME) == set()

    lesson.answer("write-group", RIGHT)
    lesson.run_selected()
    expect(said).to_contain_text("✔ Passed: write-group-1", timeout=SOON)
    expect(state).to_have_text(f"1 of {of} checks", timeout=WITHIN_5_S)
    lesson.run_selected()
    expect(state).to_have_text(f"2 of {of} checks", timeout=WITHIN_5_S)
    expect(home.row(learner.title(NAME))).to_have_class("begun")

    # Neither a new kernel nor a new page takes anything back.
    lesson.save()
    lesson.restart_kernel()
    expect(page.locator(".Toastify__toast")).to_contain_text("Run the lesson's cells again")
    lesson.open()
    expect(lesson.cell("write-group")).to_contain_text(RIGHT)
    expect(said).to_contain_text("✔ Passed: write-group-1")
    home.show()
    expect(state).to_have_text(f"2 of {of} checks", timeout=SOON)


def test_the_map_turns_green_when_all_checks_of_a_lesson_pass(page, lab, learner):
    first, second, *_others = learner.lessons
    learner.solve(first)
    home = HomePage(page, lab).show()
    row = home.row(learner.title(first))
    border = "() => getComputedStyle(document.querySelector('.ipv6-home li')).borderLeftColor"
    grey = page.evaluate(border)

    LessonPage(page, lab, first).show().run_all()
    home.show()

    expect(row).to_have_class("done", timeout=WITHIN_5_S)
    expect(row.locator(".state")).to_have_text("✔ done")
    expect(home.next).to_have_text(f"Next: {learner.title(second)}")
    assert grey != page.evaluate(border) == "rgb(46, 125, 50)"


def test_work_and_progress_survive_a_killed_server(new_page, lab, tmp_path):
    other = RunningLab(tmp_path / "home")
    shutil.copytree(lab.state / "build", other.state / "build")
    with other, new_page(other) as page:
        folder = LearnerFolder(other)
        lesson = LessonPage(page, other, NAME).open()
        lesson.run_first_cell()
        lesson.answer("write-group", RIGHT)
        lesson.run_selected()
        expect(lesson.output("write-group-1")).to_contain_text("✔ Passed", timeout=SOON)
        lesson.save()
        saved = folder.path(NAME).read_bytes()

        page.goto("about:blank")
        other.kill_server()
        other.start()

        assert folder.path(NAME).read_bytes() == saved
        assert folder.passed(NAME) == {"write-group-1"}
        home = HomePage(page, other).open()
        of = len(folder.checks(NAME))
        expect(home.state(folder.title(NAME))).to_have_text(f"1 of {of} checks")
        lesson.show()
        expect(lesson.cell("write-group")).to_contain_text(RIGHT)
    assert other.stop() == 0


def test_two_notebooks_at_once_both_count(lab, learner):
    """Two kernels pass the checks of one lesson at the same time, each its own half of them."""
    notebook = learner.solved(NAME)
    checks = learner.checks(NAME)
    exercises = sorted({check.rpartition("-")[0] for check in checks})
    halves = [[c for c in checks if c.rpartition("-")[0] in exercises[n::2]] for n in (0, 1)]
    begin = threading.Barrier(2)
    failures = []

    def learn(half):
        manager, client = start_new_kernel(env=lab.environ(), cwd=str(learner.path(NAME).parent))
        try:
            begin.wait(60)
            for cell in notebook.cells:
                name = grade_id(cell)
                if cell.cell_type == "code" and (name not in checks or name in half):
                    reply = client.execute_interactive(
                        cell.source, timeout=60, output_hook=lambda message: None
                    )
                    if reply["content"]["status"] != "ok":
                        failures.append(reply["content"])
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    threads = [threading.Thread(target=learn, args=[half]) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert learner.passed(NAME) == set(checks)
