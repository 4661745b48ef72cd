"""`ipv6grader report`: figures that are right, pages that are safe, and nothing changed."""

import csv
import html
import io
import json
import math
import os
import random
import re
import statistics
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from reported_course import GradedCourse, Learner, error, journal
from typer.testing import CliRunner

from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6course.instructor import spreadsheet as course_spreadsheet
from ipv6grader.commands import app
from ipv6grader.course import Course
from ipv6grader.report import ReportError, gather, page, rows
from ipv6grader.report.contents import Cell, Status
from ipv6grader.report.items import FEWEST, analyse, by_exercise, exercise_of
from ipv6grader.report.plain_text import one_line
from ipv6grader.report.spreadsheet import neutral
from ipv6grader.report.webpage import percent, score_bins, time_bins

NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def alembic(monkeypatch):
    """nbgrader starts alembic by name."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def words(text):
    """Return what a reader of the page sees, on one line."""
    text = re.sub(r"<style>.*?</style>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def made(course, **how):
    return gather(course.coursedir, "homework", now=NOW, **how)


def lines(report):
    return list(csv.DictReader(io.StringIO(rows(report), newline="")))


# --- item analysis ------------------------------------------------------------------------------

# Five items of the Law School Admission Test, section 6, and 1000 people: R. D. Bock and
# M. Lieberman, "Fitting a response model for n dichotomously scored items", Psychometrika 35
# (1970), 179-197. How many people gave which pattern; many textbooks and programs use the table.
LSAT = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3,
    "00111": 4, "01000": 1, "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15,
    "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15,
    "10111": 80, "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61,
    "11110": 28, "11111": 298,
}  # fmt: skip
# What R's `ltm::descript(LSAT)` says of it: proportion of right answers, and point-biserial
# correlation with the total score, the item itself excluded.
LSAT_SHARES = [0.924, 0.709, 0.553, 0.763, 0.870]
LSAT_CORRELATIONS = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]


def cells(*points):
    return [
        Cell("lesson", f"cell-{n}", value, False, f"cell-{n}") for n, value in enumerate(points)
    ]


def singly(items):
    return [(n,) for n in range(len(items))]


def henrysson(scores, item):
    """Return the corrected item-total correlation the way that tables were made by hand.

    From the correlation r of item and total, and the standard deviations i and t of both:
    (r t - i) / sqrt(t^2 + i^2 - 2 r t i).
    """
    x = [line[item] for line in scores]
    total = [sum(line) for line in scores]
    r, i, t = statistics.correlation(x, total), statistics.pstdev(x), statistics.pstdev(total)
    return (r * t - i) / math.sqrt(t * t + i * i - 2 * r * t * i)


def test_the_published_analysis_of_a_well_known_test_comes_out():
    scores = [[float(digit) for digit in pattern] for pattern, n in LSAT.items() for _ in range(n)]
    assert len(scores) == 1000
    items = analyse(cells(1, 1, 1, 1, 1), singly(range(5)), scores)
    assert [item.share for item in items] == pytest.approx(LSAT_SHARES)
    assert [item.discrimination for item in items] == pytest.approx(LSAT_CORRELATIONS, abs=5e-5)


@pytest.mark.parametrize("seed", range(5))
def test_discrimination_with_partial_credit_is_henrysson_s_formula(seed):
    chance = random.Random(seed)
    points = [1, 2, 2.5, 4, 0.5]
    scores = []
    for _ in range(40):
        ability = chance.random()
        scores.append([most * round(min(1, ability + chance.random() / 2), 1) for most in points])
    items = analyse(cells(*points), singly(points), scores)
    for n, item in enumerate(items):
        assert item.discrimination == pytest.approx(henrysson(scores, n))
        assert item.share == pytest.approx(statistics.fmean(s[n] for s in scores) / points[n])


def test_cells_of_one_exercise_are_summed_and_are_not_compared_with_each_other():
    chance = random.Random(7)
    scores = [[float(chance.random() < 0.6) for _ in range(4)] for _ in range(30)]
    made_of = [Cell("l", f"double-{n}", 1.0, False, "double") for n in (1, 2)]
    others = [Cell("l", name, 1.0, False, name) for name in ("a", "b")]
    all_cells = [*made_of, *others]
    assert by_exercise(all_cells) == [(0, 1), (2,), (3,)]
    double = analyse(all_cells, by_exercise(all_cells), scores)[0]
    assert (double.name, double.points, double.cells) == ("double", 2, 2)
    assert double.discrimination == pytest.approx(
        statistics.correlation([s[0] + s[1] for s in scores], [s[2] + s[3] for s in scores])
    )


def test_points_that_are_still_open_are_left_out_and_are_no_zeros():
    chance = random.Random(3)
    scores = [[float(chance.random() < 0.5), float(n % 2), None] for n in range(20)]
    scores[0][0] = None
    first, second, essay = analyse(cells(1, 1, 5), singly(range(3)), scores)
    assert (first.scored, second.scored, essay.scored) == (19, 20, 0)
    assert first.share == pytest.approx(statistics.fmean(s[0] for s in scores[1:]))
    assert first.discrimination == pytest.approx(
        statistics.correlation([s[0] for s in scores[1:]], [s[1] for s in scores[1:]])
    )
    assert (essay.share, essay.discrimination) == (None, None)


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ([[1.0, float(n % 2)] for n in range(20)], "All have the same points."),
        (
            [[float(n % 2), 0.1 + 0.2 * (n % 3 > 5)] for n in range(20)],
            "All have the same points in the other exercises.",
        ),
        ([[float(n % 2), float(n % 3 > 0)] for n in range(FEWEST - 1)], "Too few submissions"),
        ([], "Too few submissions"),
    ],
)
def test_there_is_no_figure_where_there_is_nothing_to_tell(scores, why):
    item = analyse(cells(1, 1), singly(range(2)), scores)[0]
    assert item.discrimination is None
    assert why in item.why_not


def test_a_single_exercise_has_nothing_to_be_compared_with():
    item = analyse(cells(1), [(0,)], [[float(n % 2)] for n in range(20)])[0]
    assert item.why_not == "There is no other exercise to compare with."


@pytest.mark.parametrize(
    ("cell", "exercise"),
    [("double-2", "double"), ("double_10", "double"), ("double3", "double"), ("double", "double"),
     ("double-up-1", "double-up"), ("doubled", "doubled"), ("test_double", "test_double"),
     ("double-", "double-")],
)  # fmt: skip
def test_a_test_cell_belongs_to_the_solution_cell_that_its_name_begins_with(cell, exercise):
    assert exercise_of(cell, ["double", "double-up"]) == exercise


# --- histograms ---------------------------------------------------------------------------------


def test_scores_on_the_edge_of_a_bin_and_above_the_maximum_are_counted_once():
    bins = score_bins([0, 0.3, 0.1 + 0.2, 0.9, 0.999, 1, 1.2, -0.5], 1)
    assert [one.count for one in bins] == [2, 0, 0, 2, 0, 0, 0, 0, 0, 3, 1]
    assert bins[3].label == "30 % to under 40 %"
    assert bins[-1].label == "over 100 %, by extra credit"
    assert len(score_bins([1], 1)) == 10


@pytest.mark.parametrize("times", [[0.0], [0.03, 700], [0.0001, 10**7], [5, 5], [0.1, 0.2, 0.5]])
def test_every_time_is_in_one_bin(times):
    bins = time_bins(times, times[:1])
    assert sum(one.count for one in bins) == len(times)
    assert sum(one.second for one in bins) == 1


def test_a_percentage_does_not_round_to_all_or_nothing():
    shares = [0, 0.001, 0.5, 0.999, 1, None]
    assert [percent(share) for share in shares] == ["0 %", "1 %", "50 %", "99 %", "100 %", "–"]


# --- a course -----------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    return GradedCourse(
        tmp_path / "class",
        cells=[("double-1", 1), ("double-2", 2), ("triple-1", 3)],
        written=[("essay", 4)],
        solutions=["double", "triple", "essay"],
        course_id="net101",
    )


@pytest.mark.xdist_group("nbgrader")
def test_scores_are_those_of_nbgrader_s_own_gradebook_and_export(course):
    course.grade(
        [
            Learner("amina.k", [1, 2, 3, None]),
            Learner("bo", [1, 0, 1.5, None], manual={3: 2.5}, hours_late=30, penalty=1.5),
            Learner("chen", [0, 0, 0, 0], extra={2: 0.5}, manual={0: 1}, pending=[0]),
            Learner("dede", [1, 0, 0, 0], hours_late=400, penalty=9),
        ]
    )
    course.enrol("eve")
    nbgrader(course.root, "export")
    exported = {
        line["student_id"]: line
        for line in csv.DictReader((course.root / "grades.csv").open(encoding="utf-8"))
    }
    ours = {line["student_id"]: line for line in lines(made(course))}
    assert list(ours) == ["amina.k", "bo", "chen", "dede", "eve"]
    for student, theirs in exported.items():
        if student == "eve":
            assert (ours["eve"]["status"], ours["eve"]["score"]) == ("not handed in", "")
            continue
        for column in ("raw_score", "late_submission_penalty", "score", "max_score"):
            assert float(ours[student][column]) == pytest.approx(float(theirs[column])), column
    with Gradebook(course.coursedir.db_url) as book:
        waiting = {
            one["student"] for one in book.submission_dicts("homework") if one["needs_manual_grade"]
        }
        late = {
            one.student.id: one.total_seconds_late
            for one in book.assignment_submissions("homework")
        }
    assert {student for student, line in ours.items() if line["needs_person"]} == waiting
    assert {s: float(ours[s]["seconds_late"]) for s in late} == late


def test_a_manual_score_counts_before_an_automatic_one_and_an_open_one_not_at_all(course):
    course.grade([Learner("amina.k", [1, 0, 3, None], manual={1: 2}, pending=[0])])
    line = made(course).submissions[0]
    assert line.scores == (None, 2, 3, None)
    assert line.pending == (0, 3)
    assert line.person == ("Wait for points: double-1, essay.",)


def test_cells_are_in_the_lesson_s_order(tmp_path):
    course = GradedCourse(tmp_path / "class", cells=[("zebra", 1), ("apple", 2), ("mango", 3)])
    course.grade([Learner("amina.k", [0.5, 1, 1.5])])
    found = made(course)
    assert [cell.name for cell in found.cells] == ["zebra", "apple", "mango"]
    assert found.submissions[0].scores == (0.5, 1, 1.5)
    assert list(lines(found)[0].items())[-3:] == [
        ("lesson/zebra", "0.5"), ("lesson/apple", "1"), ("lesson/mango", "1.5"),
    ]  # fmt: skip


def test_mistakes_are_grouped_by_hint_else_by_error_and_counted_once_a_submission(course):
    hint = "[doubled-not] Twice the number was asked for."
    course.grade(
        [
            Learner("a", [0, 0, 0, 0], outputs={"double-1": [error(hint)],
                                                "double-2": [error(hint)]}),
            Learner("b", [0, 2, 0, 0], outputs={"double-1": [error("[doubled-not] Old text.")],
                                                "triple-1": [error("no 'x'", "NameError")]}),
            Learner("c", [1, 2, 0, 0], outputs={"triple-1": [error("no 'x'", "NameError")]}),
            Learner("d", [1, 2, 0, 0], outputs={"triple-1": [
                {"output_type": "stream", "name": "stdout", "text": "fine"},
                {"output_type": "stream", "name": "stderr", "text": ["Warning: old\n", "more"]},
            ]}),
            Learner("e", [1, 2, 0, 0], outputs={"triple-1": [
                error("<object at 0x7f0011223344>\nsecond line")]}),
        ]
    )  # fmt: skip
    found = made(course)
    assert [(m.hint, m.error, m.text, m.submissions, m.cells) for m in found.mistakes] == [
        ("", "NameError", "no 'x'", 2, ("triple-1",)),
        ("doubled-not", "", "Twice the number was asked for.", 2, ("double-1", "double-2")),
        ("", "AssertionError", "<object at 0x…> second line", 1, ("triple-1",)),
        ("", "stderr", "Warning: old", 1, ("triple-1",)),
    ]
    shown = words(page(found))
    assert "doubled-not 2 40 % Twice the number was asked for. double-1, double-2" in shown
    assert "Text on stderr 1 20 % Warning: old" in shown


def test_the_journal_tells_time_ways_repairs_and_who_needs_a_person(course):
    course.grade(
        [
            Learner("a", [1, 2, 3, 4], journal=journal(0.2, 0.1)),
            Learner("b", [1, 2, 3, 4], journal=journal(
                3.5, 1.25, "kernel", why="It uses top-level await.",
                repaired=["The cell double-1 was put back."])),
            Learner("c", [0, 0, 0, 4], journal=journal(
                31, 30, trouble="It was stopped after 30 s.", person=["It has read its test."])),
            Learner("d", [1, 2, 3, 4]),
        ]
    )  # fmt: skip
    found = made(course)
    by_id = {one.student: one for one in found.submissions}
    assert by_id["c"].person == (
        "lesson: It has read its test.",
        "lesson: It was stopped after 30 s.",
    )
    assert not by_id["b"].person
    assert (by_id["b"].seconds, by_id["b"].cpu_seconds, by_id["d"].seconds) == (3.5, 1.25, None)
    shown = words(page(found))
    for sentence in (
        "1 submission has no journal of ipv6grader: stock nbgrader graded it.",
        "lesson kernel It uses top-level await. 1",
        "The cell double-1 was put back. 1",
        "1 submission had damaged cells.",
        "By the clock 3.5",
        "2 s to under 5 s 1 0",
        "20 s to under 50 s 1 1",
    ):
        assert sentence in shown


def test_what_the_journal_asks_of_the_whole_submission_comes_first(course):
    whole = {**journal(person=["It has read its test."]), "person": ["A file was left out."]}
    course.grade([Learner("a", [1, 2, 3, 4], journal=whole)])
    line = made(course).submissions[0]
    assert line.person == ("A file was left out.", "lesson: It has read its test.")
    assert made(course).engines == (("1", 1),)


def test_what_the_journal_asks_is_done_once_a_person_gave_points_and_nothing_waits(course):
    asked = journal(person=["It has read its test."])
    course.grade(
        [
            Learner("done", [1, 2, 3, 4], journal=asked, manual={0: 0}),
            Learner("half", [1, 2, 3, 4], journal=asked, manual={0: 0}, pending=[1]),
            Learner("open", [1, 2, 3, 4], journal=asked),
        ]
    )
    person = {one.student: one.person for one in made(course).submissions}
    assert person["done"] == ()
    assert person["half"][0] == person["open"][0] == "lesson: It has read its test."


def test_a_journal_that_the_learner_handed_in_is_none(course):
    forged = json.dumps(journal(0.001, 0.001)).encode()
    course.grade([Learner("mallory", [0, 0, 0, 0], journal=forged)])
    assert made(course).submissions[0].journal
    course.submitted("mallory").joinpath(".ipv6grader.json").write_bytes(forged)
    line = made(course).submissions[0]
    assert (line.journal, line.seconds) == (False, None)


def test_who_has_not_handed_in_and_whose_work_is_not_graded_yet(course):
    course.grade([Learner("a", [1, 2, 3, 4]), Learner("stuck", [None, None, None, None])])
    course.autograded("stuck").joinpath("lesson.ipynb").unlink()
    course.autograded("stuck").rmdir()  # as when nbgrader gave up in the middle
    course.enrol("absent", "enrolled")
    course.submitted("enrolled")
    course.submitted("stranger")
    status = {one.student: one.status for one in made(course).submissions}
    assert status == {
        "a": Status.GRADED,
        "absent": Status.MISSING,
        "enrolled": Status.WAITING,
        "stranger": Status.WAITING,
        "stuck": Status.WAITING,
    }


@pytest.mark.parametrize("learners", [0, 1, 2])
def test_few_submissions_make_a_page_without_invented_figures(course, learners):
    course.grade([Learner(f"s{n}", [1, 0, n, None]) for n in range(learners)])
    found = made(course)
    shown = words(page(found))
    assert "Report on homework" in shown
    assert "nan" not in shown.lower().split()
    assert all(item.discrimination is None for item in found.items)
    if learners:
        assert "Too few submissions: it takes 10." in shown
    else:
        assert "Nothing is graded yet." in shown
        assert rows(found).count("\r\n") == 1


def test_an_assignment_without_points_and_without_cells_makes_a_page(tmp_path):
    course = GradedCourse(tmp_path / "none", cells=[])
    course.grade([Learner("a", [])])
    assert "No cell of this assignment is worth points." in words(page(made(course)))
    course = GradedCourse(tmp_path / "zero", cells=[("bonus", 0)])
    course.grade([Learner(f"s{n}", [float(n % 2)]) for n in range(12)])
    found = made(course)
    assert found.items[0].share is None
    assert "bonus" in page(found)


def test_the_page_names_date_versions_course_and_assignment(course):
    course.grade([Learner("a", [1, 2, 3, 4])])
    found = made(course)
    shown = words(page(found))
    for part in (
        "Report on homework",
        "Course: net101",
        "Made on 2026-11-23 16:30 UTC",
        f"Made by ipv6grader {found.version}, with nbgrader {found.nbgrader_version}",
        "Due on 2026-11-20 12:00 UTC",
        "This page has names and results of learners.",
    ):
        assert part in shown


def test_a_course_without_an_id_is_called_like_its_folder(tmp_path):
    assert made(GradedCourse(tmp_path / "spring", cells=[("a", 1)])).course == "spring"


# --- reading only, and errors ---------------------------------------------------------------------


def test_nothing_of_the_course_is_changed(course):
    course.grade([Learner("a", [1, 2, 3, None])])
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns)
              for path in course.root.rglob("*") if path.is_file()}  # fmt: skip
    page(made(course))
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns)
             for path in course.root.rglob("*") if path.is_file()}  # fmt: skip
    assert after == before


def test_an_unknown_assignment_and_a_missing_gradebook_are_named(course, tmp_path):
    with pytest.raises(ReportError, match=r"no assignment 'homewrk'; it has: homework"):
        gather(course.coursedir, "homewrk")
    course.coursedir.db_url = f"sqlite:///{tmp_path}/none/gradebook.db"
    with pytest.raises(ReportError, match=r"There is no gradebook .*none/gradebook\.db"):
        made(course)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", [b"no database at all, but long enough" * 20, b""])
def test_a_damaged_gradebook_is_an_error_of_one_line(course, tmp_path, content):
    path = tmp_path / "gradebook.db"
    path.write_bytes(content)
    course.coursedir.db_url = f"sqlite:///{path}"
    with pytest.raises(ReportError, match="The gradebook cannot be read") as caught:
        made(course)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


# --- hostile ------------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}{% raw %}"
TRICKS = "\x1b[31mred\x1b[0m \u202egnp.exe\u2066 \x00\x08" + "a\u0301\u0302\u0303\u0304\u0305" * 50


class Tags(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open = set(), set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        if tag not in ("meta", "rect", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def evil_course(tmp_path):
    course = GradedCourse(
        tmp_path / "class", cells=[("a-1", 1), (EVIL[:60], 2)], course_id="c", solutions=["a"]
    )
    names = [f"{n} {EVIL.replace('/', '_')}" for n in range(12)]
    course.grade(
        [
            Learner(
                name,
                [float(n % 2), float(n % 3)],
                first_name=EVIL,
                last_name="=cmd|' /C calc'!A0",
                pending=[0],
                hours_late=n,
                outputs={"a-1": [error(EVIL + TRICKS, ename=EVIL)],
                         EVIL[:60]: [error(f"[hint-1] {EVIL}")]},
                journal=journal(
                    0.5, 0.5, EVIL, why=EVIL + TRICKS, person=[EVIL, TRICKS], repaired=[EVIL] * 50
                ),
            )
            for n, name in enumerate(names)
        ]
    )  # fmt: skip
    course.enrol(EVIL)
    return course


@pytest.mark.parametrize("anonymous", [False, True])
def test_whatever_a_learner_writes_is_text_on_the_page(tmp_path, anonymous):
    text = page(made(evil_course(tmp_path), anonymous=anonymous))
    tags = Tags(text)
    assert tags.open == []
    assert not tags.tags & {"script", "img", "iframe", "object", "link", "base", "form"}
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert not tags.attributes & {"src", "style", "srcdoc"}
    assert "49" not in re.findall(r"\}?49\{?", text)
    assert "<script>alert(1)</script>" in html.unescape(text), "it is shown, as text"
    for trick in ("\x1b", "\u202e", "\u2066", "\x00", "\x08"):
        assert trick not in text
    assert not re.search("[\u0300-\u036f]{4}", text), "accents are not piled up"


def test_the_page_asks_for_nothing_from_elsewhere(tmp_path):
    text = page(made(evil_course(tmp_path)))
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert set(re.findall(r'href="([^"#]*)', text)) == {""}
    assert "url(" not in text and "@import" not in text


def test_every_formula_is_neutralised_in_the_csv_file_and_every_line_has_all_columns(tmp_path):
    text = rows(made(evil_course(tmp_path)))
    table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(line) for line in table} == {len(table[0])}
    assert text.count("\r\n") == text.count("\n") == len(table)
    for cell in (cell for line in table for cell in line):
        assert not re.match(r"[=+@\t\r]|-(?![0-9.]+$)", cell), cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "+22670123456", "@x", "'=1", "a;=1", "a, -x", "\uff1dx", "\t=1", "x\r\n=1",
     "Zoë", "\u202e=1", "-", "'", "", " =1", "a|@x", "\"=1", ";\"=1", "\u0645\u200c\u0645"],
)  # fmt: skip
def test_the_rule_for_formulas_is_the_course_s_own(text):
    assert neutral(text) == course_spreadsheet.neutral(text)


BROKEN = {
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 200_000,
    "many parts": b"[" + b"[]," * 600_000 + b"[]]",
    "cells are no list": b'{"cells": {"a": 1}}',
    "strange cells": json.dumps(
        {
            "cells": [
                1,
                None,
                {"cell_type": "code"},
                {"cell_type": "code", "metadata": []},
                {"cell_type": "code", "metadata": {"nbgrader": {"grade": True, "grade_id": []}}},
                {
                    "cell_type": "code",
                    "metadata": {"nbgrader": {"grade": True, "grade_id": "double-1"}},
                    "outputs": [7, {"output_type": "error", "ename": [], "evalue": {"a": 1}}],
                },
            ]
        }
    ).encode(),
    "a huge number": b'{"cells": [' + b"9" * 10_000 + b"]}",
    "long": b'{"cells": [], "x": "' + b"x" * 17_000_000 + b'"}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_notebook_is_named_and_the_others_are_read(course, content):
    course.grade(
        [
            Learner("broken", [0, 0, 0, 0]),
            Learner("whole", [0, 2, 3, 4], outputs={"double-1": [error("[x] No.")]}),
        ]
    )
    course.autograded("broken").joinpath("lesson.ipynb").write_bytes(content)
    found = made(course)
    assert "x" in [mistake.hint for mistake in found.mistakes]
    if b"double-1" not in content:
        assert [("lesson of broken" in trouble) for trouble in found.troubles] == [True]
        assert found.troubles[0] in words(page(found))


@pytest.mark.parametrize("content", [*BROKEN.values(), b'{"notebooks": [1], "seconds": "x"}',
    b'{"seconds": NaN, "cpu_seconds": -1, "notebooks": {"lesson": {"mode": 1, "person": "no"}}}',
    b'{"seconds": 1e999, "cpu_seconds": true, "notebooks": {"lesson": 3, "other": {}}}',
], ids=[*BROKEN, "wrong kinds", "no numbers", "endless"])  # fmt: skip
def test_a_broken_journal_gives_no_figures(course, content):
    course.grade([Learner("a", [0, 0, 0, 0], journal=content)])
    found = made(course)
    line = found.submissions[0]
    assert (line.seconds, line.cpu_seconds, line.person) == (None, None, ())
    page(found)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_links_and_pipes_in_an_autograded_folder_are_not_followed(course, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps({"cells": []}))
    course.grade([Learner("linked", [0] * 4), Learner("piped", [0] * 4)])
    for student in ("linked", "piped"):
        course.autograded(student).joinpath("lesson.ipynb").unlink()
    course.autograded("linked").joinpath("lesson.ipynb").symlink_to(secret)
    os.mkfifo(course.autograded("piped") / "lesson.ipynb")
    os.mkfifo(course.autograded("piped") / ".ipv6grader.json")
    found = made(course)
    assert len(found.troubles) == 2
    assert found.notebooks_read == 0


def test_a_student_id_that_is_a_path_reads_nothing_elsewhere(course):
    course.grade([Learner("a", [0] * 4, outputs={"double-1": [error("[x] No.")]})])
    with Gradebook(course.coursedir.db_url) as book:
        book.add_student("../autograded/a")
        book.add_submission("homework", "../autograded/a")
    found = made(course)
    assert found.mistakes[0].submissions == 1
    assert {one.student: one.status for one in found.submissions}["../autograded/a"] is (
        Status.WAITING
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n\tb", "a b"), ("\x1b]0;title\x07x", "x"), ("\x1b[1;31mx\x1b[0m", "x"), (None, ""),
     (7, ""), ("x" * 100, "x" * 19 + "…"), ("\x1b[", ""), ("\ud800x", "x"), ("e\u0301", "é")],
)  # fmt: skip
def test_a_text_becomes_one_plain_line(text, line):
    assert one_line(text, 20) == line


# --- anonymous ----------------------------------------------------------------------------------


def test_no_name_and_no_id_is_in_an_anonymous_report(course):
    learners = [
        Learner(
            f"learner-{n}",
            [float(n % 2), 0, 0, None],
            first_name=f"Given{n}",
            last_name=f"Family{n}",
            hours_late=n,
            outputs={"double-1": [error(f"no file /home/LEARNER-{n}/x of Given{n}")]},
            journal=journal(person=[f"learner-{n} has read its test"], why=f"as Family{n} wants"),
        )
        for n in range(20)
    ]
    course.grade(learners)
    course.enrol("learner-absent")
    found = made(course, anonymous=True)
    for text in (page(found), rows(found)):
        assert not re.search(r"learner-(\d|absent)|given\d|family\d", text, re.IGNORECASE)
    assert sorted(int(one.student) for one in found.submissions) == list(range(1, 22))
    assert "Numbers stand for learners." in page(found)
    late = [made(course, anonymous=True).submissions for _ in range(3)]
    orders = {tuple(one.seconds_late for one in lines_) for lines_ in late}
    assert len(orders) > 1, "the order of the numbers does not tell the order of the ids"
    named = made(course)
    assert sorted(one.seconds_late for one in late[0]) == sorted(
        one.seconds_late for one in named.submissions
    )


# --- a thousand ---------------------------------------------------------------------------------


def thousand(root, worst):
    chance = random.Random(5)
    points = [(f"exercise-{n // 2}-{n % 2}", float(1 + n % 3)) for n in range(24)]
    course = GradedCourse(
        root, cells=points, written=[("essay", 4)], solutions=[f"exercise-{n}" for n in range(12)]
    )
    evil = '"' * 1000 if worst else ""
    learners = []
    for n in range(1000):
        ability = chance.random()
        scores = [most if chance.random() < ability else 0.0 for _name, most in points]
        failed = [name for (name, _most), score in zip(points, scores, strict=True) if not score]
        learners.append(
            Learner(
                f"student-{n:04}{evil[:100]}",
                [*scores, None],
                first_name=f"Given {n}{evil}",
                last_name=f"Family {n}{evil}",
                hours_late=n - (0 if worst else 950),
                penalty=1.0 if n > 950 else None,
                outputs={
                    name: [
                        error(
                            f"[hint-{chance.randrange(40)}] Some words.{n if worst else ''}{evil}"
                        )
                    ]
                    for name in failed
                },
                journal=journal(
                    chance.lognormvariate(-2, 1),
                    chance.lognormvariate(-2.5, 1),
                    why=f"because {n}{evil}" if worst else "",
                    person=[f"{n}{evil}"] * 9 if worst else [],
                    repaired=[f"{n}{evil}"] * 9 if worst else [],
                ),
            )
        )
    course.grade(learners)
    course.enrol(*(f"absent-{n}{evil[:100]}" for n in range(300)))
    return course


@pytest.mark.parametrize("worst", [False, True], ids=["honest", "everything hostile"])
def test_the_page_of_a_thousand_submissions_is_small(tmp_path, worst):
    course = thousand(tmp_path / "class", worst)
    found = made(course)
    text = page(found)
    assert len(text.encode()) < 300_000
    assert len(lines(found)) == 1300
    assert [item.discrimination is not None for item in found.exercises] == [True] * 12 + [False]
    scores = [one.scores for one in found.submissions if one.status is Status.GRADED]
    first = [s[0] + s[1] for s in scores]
    others = [sum(s[2:24]) for s in scores]
    assert found.exercises[0].discrimination == pytest.approx(statistics.correlation(first, others))
    counts = [mistake.submissions for mistake in found.mistakes]
    assert all(before >= after for before, after in pairwise(counts))


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_the_command_writes_both_files_for_the_instructor_alone(course, run):
    course.grade([Learner("amina.k", [1, 2, 3, None])])
    course.enrol("bo")
    said = run("homework", "--course-dir", course.root)
    assert said.exit_code == 0, said.output
    assert "1 graded, 1 need a person, 0 not graded yet, 1 not handed in." in said.output
    folder = course.root / "reports"
    assert sorted(path.name for path in folder.iterdir()) == ["homework.csv", "homework.html"]
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert "amina.k" in (folder / "homework.html").read_text("utf-8")
    assert (folder / "homework.csv").read_bytes().startswith(b"\xef\xbb\xbfassignment,")
    assert run("homework", "--course-dir", course.root, "--anonymous").exit_code == 0
    assert "amina.k" not in (folder / "homework-anonymous.html").read_text("utf-8")


def test_the_command_honours_nbgrader_config_and_names_what_is_wrong(course, run, tmp_path):
    course.grade([Learner("amina.k", [1, 2, 3, None])])
    moved = tmp_path / "elsewhere.db"
    (course.root / "gradebook.db").rename(moved)
    config = course.root / "nbgrader_config.py"
    config.write_text(f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{moved}'\n")
    assert Course(course.root).coursedir.db_url == f"sqlite:///{moved}"
    assert run("homework", "--course-dir", course.root, "--output", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "homework.html").is_file()
    for arguments, message in (
        (("other", "--course-dir", course.root), "no assignment 'other'"),
        (("homework", "--course-dir", tmp_path / "nowhere"), "is no folder"),
    ):
        said = run(*arguments)
        assert said.exit_code == 2
        assert message in said.output
        assert "Traceback" not in said.output
    config.write_text("1 / 0")
    said = run("homework", "--course-dir", course.root)
    assert said.exit_code == 2
    assert "is not in order" in said.output


def test_a_folder_that_cannot_be_written_leaves_the_files_that_were_there(course, run, tmp_path):
    course.grade([Learner("amina.k", [1, 2, 3, None])])
    out = tmp_path / "out"
    out.write_text("a file is in the way")
    said = run("homework", "--course-dir", course.root, "--output", out)
    assert said.exit_code == 2
    assert out.read_text() == "a file is in the way"


# --- stock nbgrader -------------------------------------------------------------------------------

STOCK = [
    ("square", "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION",
     {"solution": True, "grade": False}),
    ("square-1", "assert square(3) == 9, '[not-squared] Multiply it by itself.'",
     {"solution": False, "grade": True, "points": 2}),
    ("half-1", "1.5 if square(2) == 4 else 0", {"solution": False, "grade": True, "points": 3}),
    ("why", "Explain.", {"solution": True, "grade": True, "points": 4}),
]  # fmt: skip


def stock_notebook():
    cells = []
    for grade_id, source, what in STOCK:
        kind = "markdown" if grade_id == "why" else "code"
        cell = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        cells.append(cell(source, id=grade_id))
        cells[-1].metadata["nbgrader"] = {
            "grade_id": grade_id, "schema_version": 3, "locked": not what["solution"],
            "task": False, **what,
        }  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


@pytest.mark.xdist_group("nbgrader")
def test_a_course_that_stock_nbgrader_graded(tmp_path):
    root = tmp_path / "class"
    source = root / "source" / "ps1" / "problems.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(stock_notebook(), source)
    nbgrader(root, "generate_assignment", "ps1")
    release = root / "release" / "ps1" / "problems.ipynb"
    for student, answer in {
        "amina.k": "def square(x):\n    return x ** 2",
        "bo": "square = abs",
    }.items():
        mine = nbformat.read(release, as_version=4)
        mine.cells[0].source = answer
        mine.cells[3].source = f"{student} explains."
        path = root / "submitted" / student / "ps1" / "problems.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(mine, path)
    nbgrader(root, "autograde", "ps1")
    nbgrader(root, "db", "student", "add", "chen", "--first-name=Chen")

    found = gather(Course(root).coursedir, "ps1", now=NOW)
    assert [cell.name for cell in found.cells] == ["square-1", "half-1", "why"]
    assert [cell.by_person for cell in found.cells] == [False, False, True]
    by_id = {one.student: one for one in found.submissions}
    assert by_id["amina.k"].scores == (2, 1.5, None)
    assert by_id["bo"].scores == (0, 0, None)
    assert by_id["chen"].status is Status.MISSING
    assert by_id["bo"].person == ("Waits for points: why.",)
    mistake = found.mistakes[0]
    assert (mistake.hint, mistake.text, mistake.submissions, mistake.cells) == (
        "not-squared", "Multiply it by itself.", 1, ("square-1",),
    )  # fmt: skip
    assert [(item.name, item.share) for item in found.exercises] == [
        ("square", 0.5), ("half-1", 0.25), ("why", None),
    ]  # fmt: skip
    assert "2 submissions have no journal of ipv6grader" in words(page(found))
