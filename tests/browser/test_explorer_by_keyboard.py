"""The address explorer inside its lesson, by keyboard alone: no mouse from the first key on."""

import pytest
from lab import widget_round_trips
from lesson_page import SOON, LessonPage
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
NAME = "addressing/01-text"


@pytest.fixture(scope="module")
def page(lasting_page):
    return lasting_page


@pytest.fixture(scope="module")
def lesson(page, lab):
    """The lesson, with its explorer on the screen."""
    lesson = LessonPage(page, lab, NAME).open()
    lesson.run_down_to(".ipv6x")
    return lesson


@pytest.fixture
def explorer(lesson, page):
    """The same, with the focus in the address field."""
    lesson.tab_to(page.locator(".ipv6x-input"), at_most=60)
    return lesson


def focused_bit(page):
    return page.evaluate("document.activeElement.dataset.bit")


def type_address(page, text):
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_an_address_is_typed_a_bit_turned_over_and_taken_back(explorer, page):
    canonical = page.locator(".ipv6x-canonical")
    type_address(page, "2001:DB8:0:0:0:0:0:80")
    expect(canonical).to_have_text("2001:db8::80")

    explorer.tab_to(page.locator(".ipv6x-grid"), at_most=2)
    assert focused_bit(page) == "0"
    seen = []
    for key in ("ArrowRight", "ArrowDown", "PageDown", "End", "Home", "Control+End", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(focused_bit(page))
    assert seen == ["1", "17", "33", "47", "32", "127", "126"]

    page.keyboard.press("Space")
    expect(canonical).to_have_text("2001:db8::82")
    assert focused_bit(page) == "126"
    expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(canonical).to_have_text("2001:db8::80")
    page.keyboard.press("Space")
    expect(canonical).to_have_text("2001:db8::82")
    page.keyboard.press("Control+z")
    expect(canonical).to_have_text("2001:db8::80")

    explorer.tab_to(page.locator(".ipv6x-undo"), "Shift+Tab", at_most=1)
    page.keyboard.press("Enter")
    expect(canonical).to_have_text("2001:db8::82")
    expect(page.locator(".ipv6x-input")).to_have_value("2001:db8::82")


def test_a_text_that_is_no_address_says_why_where_a_screen_reader_hears_it(explorer, page):
    heard = page.locator(".ipv6x-live[aria-live=polite]")
    type_address(page, "2001:db8::1::2")

    expect(heard).to_contain_text("This is not an IPv6 address.")
    expect(heard).to_contain_text("'::'")
    expect(page.locator(".ipv6x-input")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Control+z")
    expect(heard).to_have_text("")


def test_keys_in_the_explorer_are_not_commands_of_the_notebook(explorer, page):
    before = explorer.cells.count()
    text = "abba::dd"
    type_address(page, text)
    expect(page.locator(".ipv6x-input")).to_have_value(text)
    for _place in ("undo button", "grid"):
        page.keyboard.press("Tab")
        for key in (*"abddxm", "ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
        assert explorer.is_focused(page.locator(".ipv6x"))
    expect(explorer.cells).to_have_count(before)
    expect(page.locator(".ipv6x-canonical")).to_have_text(text)


def test_the_saved_notebook_holds_the_explorer_as_text(explorer, lasting_learner):
    explorer.save()

    shown = [
        output for cell in lasting_learner.read(NAME).cells for output in cell.get("outputs", [])
    ]
    texts = [output.data["text/plain"] for output in shown if "data" in output]
    assert any("Canonical text" in text and "2001:db8:0:a::1" in text for text in texts)


def test_a_bit_comes_back_from_python_before_a_learner_notices(explorer, page):
    trips = sorted(widget_round_trips(page, 20))
    print("round trips in milliseconds:", [round(1000 * trip) for trip in trips])
    assert trips[len(trips) // 2] < 0.1


def test_the_slider_moves_by_arrow_keys(page, lab, lesson):
    lesson = LessonPage(page, lab, "orientation/01-start").show()
    lesson.run_down_to(".ipv6-digit")
    handle = lesson.panel.get_by_role("slider", name="Number")
    lesson.tab_to(handle, at_most=60)

    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)

    binary = lesson.panel.get_by_role("status").filter(has_text="binary")
    expect(binary).to_contain_text("1101", timeout=SOON)
