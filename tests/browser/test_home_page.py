"""`ipv6course lab` ends at a home page that shows the way, by mouse and by keyboard."""

import json

import pytest
from home_page import HomePage
from lesson_page import SOON, LessonPage
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def loaded_home(lasting_page, lab):
    return HomePage(lasting_page, lab).open()


@pytest.fixture
def home(loaded_home):
    """The home page, in front of what other tests have opened."""
    loaded_home.show()
    return loaded_home


@pytest.fixture
def learner(lasting_learner):
    return lasting_learner


def test_the_map_is_there_without_a_click_and_shows_no_code(loaded_home, learner, watch):
    home, page = loaded_home, loaded_home.page

    for lesson in learner.lessons:
        expect(home.state(learner.title(lesson))).to_have_text(
            f"0 of {len(learner.checks(lesson))} checks"
        )
    expect(home.next).to_have_text(f"Next: {learner.title(learner.lessons[0])}")
    expect(home.panel.locator(".jp-InputArea")).to_be_hidden()
    expect(home.panel.locator("[data-mime-type*='stderr']")).to_have_count(0)
    # No question about news, no other pop-up, nothing of nbgrader for instructors.
    expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
    menus = page.locator("#jp-MainMenu").get_by_role("menuitem").all_inner_texts()
    assert "Run" in menus
    assert "Nbgrader" not in menus
    asked = [
        part for part in ("/news", "/assignments", "/formgrader") if part in str(watch.requests)
    ]
    assert asked == []


def test_next_opens_the_first_lesson_by_keyboard_in_the_same_page(home, lab, learner):
    page = home.page
    first = LessonPage(page, lab, learner.lessons[0])
    page.evaluate("window.loadedOnce = true")

    first.tab_to(home.next)
    page.keyboard.press("Enter")
    first.ready()

    expect(page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_count(2)
    assert page.evaluate("window.loadedOnce"), "the link loaded the page anew"
    assert len(page.context.pages) == 1, "the link opened another browser tab"


def test_an_id_is_saved_and_a_bad_one_is_explained(home, lab, learner):
    learner_file = lab.state / "learner.json"
    home.name.fill("a/b")
    home.save.click()
    expect(home.who.get_by_role("alert")).to_contain_text("U+002F")
    assert not learner_file.exists()

    home.name.fill(" Amina.K ")
    home.save.click()
    expect(home.who.get_by_role("status")).to_contain_text("You are amina.k")
    assert json.loads(learner_file.read_text("utf-8")) == {"id": "amina.k"}

    lesson = LessonPage(home.page, lab, learner.lessons[0])
    home.next.click()
    lesson.ready()
    lesson.cell(lesson.code_cells[0]).click()
    lesson.run_selected()
    expect(lesson.output(lesson.code_cells[0])).to_contain_text("amina.k", timeout=SOON)


def test_what_was_typed_last_is_saved_however_soon_the_button_comes(home):
    """JupyterLab may hand the kernel a text and a click in the wrong order: see overrides.json."""
    for number in range(10):
        home.name.fill(f"learner-{number}")
        home.save.click()
        expect(home.who).to_contain_text(f"You are learner-{number}.")


def test_a_second_start_finds_the_first(lab):
    again = lab.start_again()

    assert (again.returncode, again.stderr) == (0, "")
    assert "already open" in again.stdout
    assert lab.url in again.stdout
