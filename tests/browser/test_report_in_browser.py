"""The report of `ipv6grader report`, as an instructor sees, prints and hears it."""

import random
from datetime import UTC, datetime
from functools import partial

import pytest
from files import ask_axe

from ipv6grader.report.contents import Cell, Mistake, Report, Run, Status, Submission
from ipv6grader.report.items import analyse, by_cell, by_exercise
from ipv6grader.report.webpage import page as page_of

pytestmark = pytest.mark.xdist_group("browser")
EXERCISES = ("shorten", "expand", "same-network", "count-subnets", "explain-the-choice")
EVIL = "<script>document.title = 'taken'</script><img src=//example.com/x>"


def a_class(learners=120):
    """Return a report on a class that does well, with everything that a report can have."""
    chance = random.Random(11)
    cells = [
        Cell("01-text", f"{name}-{n}", float(n), name.startswith("explain"), name)
        for name in EXERCISES
        for n in (1, 2)
    ]
    submissions = []
    for n in range(learners):
        ability = chance.betavariate(3, 2)
        scores = tuple(
            cell.points if chance.random() < ability + (0.3 if at < 2 else -0.1) else 0.0
            for at, cell in enumerate(cells)
        )
        if n % 9 == 0:
            scores = (*scores[:-2], None, None)
        submissions.append(
            Submission(
                f"learner-{n:03}",
                Status.GRADED,
                "Kaboré",
                ("Amina", "Tupou", "José", "Ngọc")[n % 4],
                raw_score=sum(score or 0 for score in scores),
                penalty=1.0 if n % 17 == 3 else 0.0,
                seconds_late=86_400.0 * (n % 17 == 3),
                scores=scores,
                pending=() if scores[-1] is not None else (8, 9),
                person=(f"01-text: It has read its test. {EVIL}",)
                if n == 40
                else ()
                if scores[-1] is not None
                else ("Wait for points: explain-the-choice-1, explain-the-choice-2.",),
                urgent=n == 40,
                journal=True,
                seconds=chance.lognormvariate(-2, 0.7),
                cpu_seconds=chance.lognormvariate(-2.5, 0.7),
                modes=("split",),
                repaired=("The cell shorten-1 was put back.",) if n % 30 == 0 else (),
            )
        )
    submissions += [Submission(f"absent-{n}", Status.MISSING, "Doe", "Ann") for n in range(7)]
    submissions.append(Submission("learner-with-a-name-as-long-as-they-get@example.com",
                                  Status.WAITING))  # fmt: skip
    scored = [one.scores for one in submissions if one.status is Status.GRADED]
    return Report(
        course="IPv6 for operators, spring",
        assignment="addressing",
        made=datetime(2026, 11, 23, 16, 30, tzinfo=UTC),
        version="0.1.0",
        nbgrader_version="0.9.6",
        anonymous=False,
        duedate=datetime(2026, 11, 20, 12),
        cells=tuple(cells),
        submissions=tuple(submissions),
        exercises=tuple(analyse(cells, by_exercise(cells), scored)),
        items=tuple(analyse(*by_cell(cells), scored)),
        mistakes=(
            Mistake("zeros-in-the-middle", "", "Only one run of zeros may be left out.", 61,
                    ("shorten-1", "shorten-2")),
            Mistake("upper-case", "", "RFC 5952 section 4.3 asks for lower case.", 33,
                    ("shorten-2",)),
            Mistake("", "NameError", "name 'same_network' is not defined", 12,
                    ("same-network-1", "same-network-2")),
            Mistake("", "ValueError", EVIL, 1, ("expand-1",)),
        ),
        notebooks_read=120,
        runs=(
            Run("01-text", "split", "", 118),
            Run("01-text", "kernel", "It uses top-level await.", 2),
        ),
        repairs=(("The cell shorten-1 was put back.", 4),),
        engines=(("0.1.0", 120),),
        troubles=("The autograded notebook 01-text of absent-3 was not read. It is no JSON.",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def report_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "addressing.html"
    path.write_text(page_of(a_class()), encoding="utf-8")
    return path


@pytest.fixture
def open_report(open_file, report_file):
    """How to open the page."""
    return partial(open_file, report_file)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_sticks_out(open_report, artifacts, width, scheme):
    page = open_report(width, scheme, axe=True)
    judged, found = ask_axe(page)
    assert judged > 10
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.screenshot(path=artifacts / f"report-{width}-{scheme}.png", full_page=True)


def test_each_picture_has_a_name_a_description_and_the_figures_of_its_table(open_report):
    page = open_report(1280)
    pictures = page.get_by_role("img")
    assert pictures.count() == 5
    for number in range(5):
        picture = pictures.nth(number)
        name, text = picture.locator("title"), picture.locator("desc")
        assert page.get_by_role("img", name=name.text_content(), exact=True).count() == 1
        assert text.text_content().endswith(".")
    assert page.locator("figure:has(#scores-t) text:not(.scale)").all_text_contents() == (
        page.locator("table:has(#t-scores) tbody td").all_text_contents()
    )
    shares = page.locator("table:has(#t-exercises) tbody td:nth-child(4)").all_text_contents()
    assert page.locator("figure:has(#difficulty-t) text.figure").all_text_contents() == shares
    for cells in ("shorten", "same-network"):
        assert page.get_by_role("rowheader", name=cells, exact=True).count() == 1


def test_tables_can_be_scrolled_by_keyboard_on_a_small_screen(open_report):
    page = open_report(360)
    region = page.get_by_role("region", name="Difficulty and discrimination")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(place) => place.scrollLeft > 0", arg=region.element_handle())


def test_what_learners_wrote_is_shown_and_does_nothing(open_report):
    page = open_report(1280)
    assert page.title() == "Report on addressing"
    assert page.get_by_text("<script>document.title").count() == 3
    assert page.locator("script, img").count() == 0


def test_it_prints_on_paper_with_dark_letters(open_report):
    page = open_report(1280, "dark")
    page.emulate_media(media="print")
    colours = page.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; }"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.pdf(format="A4").startswith(b"%PDF")
