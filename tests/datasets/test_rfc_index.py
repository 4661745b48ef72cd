"""The RFC index: a file that stays sorted, and whose facts fit each other and the course."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from ipv6course.places import modules_folder
from ipv6data import rfc_index as subject
from ipv6data.rfc_index import rfc_index

FACTS = Path(subject.__file__).with_name("rfc_index.csv")
# The standards that the course teaches as being in force.
CURRENT = """
    8200 4291 4007 5952 6724 7346 4443 8201 4861 4862 7217 8981 8106 4191 9777 9915 6052 7915 6146
    6147 6877 8925 8781 9872 5969 6333 7596 7597 7598 7599 7084 8585 9313 4944 6282 6775 8505 6550
    9008 7252 9637 9542
"""
STATUSES = {
    "best current practice",
    "draft standard",
    "experimental",
    "historic",
    "informational",
    "internet standard",
    "proposed standard",
    "unknown",
}


def numbers():
    with FACTS.open(encoding="utf-8", newline="") as file:
        return [int(row["number"]) for row in csv.DictReader(file)]


def cited():
    """Yield file and number of each RFC that a text of the course cites."""
    for path in sorted(modules_folder().rglob("*")):
        if path.suffix in (".md", ".toml", ".py"):
            for number in re.findall(r"RFC[\s\u00a0]*(\d{3,5})", path.read_text(encoding="utf-8")):
                yield path, int(number)


def test_the_file_is_sorted_and_has_no_number_twice():
    assert numbers() == sorted(set(numbers()))
    assert list(rfc_index()) == numbers()


def test_the_file_ends_its_lines_as_git_keeps_them():
    content = FACTS.read_bytes()
    assert b"\r" not in content
    assert content.endswith(b"\n")


@pytest.mark.parametrize("number", [int(number) for number in CURRENT.split()])
def test_a_standard_that_the_course_teaches_is_in_force(number):
    assert rfc_index()[number].obsoleted_by == ()


@pytest.mark.parametrize(("old", "new"), [(2460, 8200), (8415, 9915), (3315, 8415), (1883, 2460)])
def test_what_became_obsolete_names_its_successor(old, new):
    assert new in rfc_index()[old].obsoleted_by


def test_some_obsolete_ones_are_in_the_index_so_that_citing_them_is_noticed():
    assert {2460, 8415} <= {rfc.number for rfc in rfc_index().values() if rfc.obsoleted_by}


def test_every_row_makes_sense():
    for rfc in rfc_index().values():
        assert rfc.title == rfc.title.strip() != "", rfc
        assert rfc.status in STATUSES, rfc
        year, month = map(int, rfc.published.split("-"))
        assert date(1969, 4, 1) <= date(year, month, 1) <= subject.AS_OF, rfc
        assert all(later > rfc.number for later in rfc.obsoleted_by + rfc.updated_by), rfc


def test_the_way_from_an_obsolete_rfc_ends_at_one_in_force():
    index = rfc_index()
    for rfc in index.values():
        ahead, seen = list(rfc.obsoleted_by), set()
        while ahead:
            number = ahead.pop()
            assert number in index, f"RFC {rfc.number}: its successor {number} is not in the index"
            assert number not in seen or index[number]
            seen.add(number)
            ahead += [later for later in index[number].obsoleted_by if later not in seen]


def test_every_rfc_that_the_course_cites_is_in_the_index():
    found = list(cited())
    assert len(found) > 20
    assert [f"{path.name}: RFC {n}" for path, n in found if n not in rfc_index()] == []
