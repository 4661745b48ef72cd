"""The map of the course: what there is, what is done, and what is next."""

import json

import pytest

from ipv6course.classroom.course_map import read_map
from ipv6course.classroom.progress import record_passed

COURSE = [
    {
        "name": "orientation",
        "title": "Orientation",
        "goals": ["Run a cell."],
        "lessons": [
            {
                "name": "01-start",
                "title": "Start",
                "minutes": 10,
                "checks": [{"id": "double-1", "points": 1}, {"id": "double-2", "points": 2}],
            },
            {"name": "02-read", "title": "Only reading", "minutes": 5, "checks": []},
        ],
    },
    {
        "name": "addressing",
        "title": "Addressing",
        "goals": ["Read."],
        "lessons": [
            {
                "name": "01-text",
                "title": "Text",
                "minutes": 40,
                "checks": [{"id": "full-1", "points": 1}],
            }
        ],
    },
]


@pytest.fixture
def course(course_home):
    state = course_home / ".ipv6-course"
    state.mkdir(parents=True)
    (state / "course.json").write_text(json.dumps(COURSE))
    return course_home


@pytest.mark.parametrize("text", [None, "", "[", "\ufeff"])
def test_a_course_that_is_not_built_has_an_empty_map(course_home, text):
    if text is not None:
        (course_home / ".ipv6-course").mkdir(parents=True)
        (course_home / ".ipv6-course" / "course.json").write_text(text)
    course_map = read_map()
    assert (course_map.modules, course_map.lessons, course_map.next) == ((), (), None)


def test_the_map_says_what_there_is(course):
    course_map = read_map()
    assert [module.title for module in course_map.modules] == ["Orientation", "Addressing"]
    first = course_map.lessons[0]
    assert (first.name, first.title, first.minutes) == ("orientation/01-start", "Start", 10)
    assert (first.done, first.checks, first.path) == (0, 2, "work/orientation/01-start.ipynb")


def test_next_is_the_first_lesson_with_a_check_to_pass(course):
    assert read_map().next.name == "orientation/01-start"
    record_passed("orientation/01-start", "double-1")
    assert (read_map().next.name, read_map().next.done) == ("orientation/01-start", 1)
    record_passed("orientation/01-start", "double-2")
    assert read_map().next.name == "addressing/01-text"
    record_passed("addressing/01-text", "full-1")
    assert read_map().next is None


def test_a_check_that_is_no_longer_in_the_course_does_not_count(course):
    record_passed("addressing/01-text", "removed-1")
    assert read_map().lessons[2].done == 0
    assert not read_map().lessons[2].is_done


def test_newer_versions_beside_the_learner_s_own_are_on_the_map(course):
    folder = course / "work" / "addressing"
    folder.mkdir(parents=True)
    for name in ("01-text.ipynb", "01-text.new.ipynb", "01-text.new-2.ipynb", "02-x.new.ipynb"):
        (folder / name).write_text("")
    assert set(read_map().lessons[2].newer) == {
        "work/addressing/01-text.new.ipynb",
        "work/addressing/01-text.new-2.ipynb",
    }


def test_the_map_as_a_table_has_a_line_for_each_lesson(course):
    record_passed("orientation/01-start", "double-1")
    header, *lines = read_map().table().splitlines()
    assert header.split() == ["lesson", "checks", "passed", "title"]
    assert [" ".join(line.split()) for line in lines] == [
        "orientation/01-start 1 of 2 Start",
        "orientation/02-read 0 of 0 Only reading",
        "addressing/01-text 0 of 1 Text",
    ]
