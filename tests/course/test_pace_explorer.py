"""The pace explorer: its lines are those of the named query, and its choices. No browser."""

import pytest
from ipywidgets import Dropdown

from ipv6course.widgets.answer import answer_line
from ipv6course.widgets.charts.chart import REGISTRIES
from ipv6course.widgets.pace_explorer import (
    GROUPS,
    MEASURES,
    PaceExplorer,
    Settings,
    memberships,
    pace_lines,
    yearly,
)
from ipv6data import queries


@pytest.fixture(scope="module")
def rows(data):
    return yearly(data)


@pytest.fixture(scope="module")
def made(data):
    return PaceExplorer(data)


@pytest.fixture
def explorer(made):
    made.value = list(Settings())
    return made


def lines(rows, data, *settings):
    chosen = Settings(*settings)
    members = memberships(data).get(chosen.group, {})
    return pace_lines(rows[chosen.type], chosen, members, "2018")


@pytest.mark.parametrize("type", ["ipv4", "ipv6", "asn"])
@pytest.mark.parametrize("measure", MEASURES)
def test_lines_are_those_of_the_named_query(type, measure, rows, data):
    found, outside = lines(rows, data, type, "all", "registry", measure)
    assert outside == 0
    assert sorted(found) == sorted(REGISTRIES.values())
    for registry, name in REGISTRIES.items():
        asked = {
            row.period: getattr(row, measure)
            for row in queries.pace(data, type=type, registry=registry)
        }
        given = dict(found[name])
        assert given[None] == pytest.approx(asked[None]) if None in asked else None not in given
        for year, value in asked.items():
            assert given[year] == pytest.approx(value)
        assert all(not given[year] for year in given.keys() - asked.keys())


def test_lines_of_groups_and_what_is_in_none_are_everything(rows, data):
    everything, _none = lines(rows, data, "ipv6", "all", "all", "records")
    total = sum(value for _year, value in everything["all countries"])
    for group in GROUPS:
        if group not in ("all", "registry"):
            found, outside = lines(rows, data, "ipv6", "all", group, "records")
            assert outside == sum(row.records for row in queries.outside(data, type="ipv6"))
            assert outside + sum(value for line in found.values() for _y, value in line) == total


def test_a_group_is_that_of_the_named_query(rows, data):
    found, _outside = lines(rows, data, "ipv6", "apnic", "income", "size")
    assert list(found)[:4] == ["Low", "Lower middle", "Upper middle", "High"]
    low = queries.pace(data, type="ipv6", registry="apnic", group="income", member="Low")
    assert {year: value for year, value in found["Low"] if value} == pytest.approx(
        {row.period: row.size for row in low if row.size}
    )


def test_a_choice_changes_chart_value_and_text(explorer):
    assert explorer.value == ["ipv6", "all", "registry", "records", "linear"]
    explorer.controls["registry"].value = "lacnic"
    explorer.controls["measure"].value = "cumulative"
    explorer.controls["axis"].value = "log"
    assert explorer.value == ["ipv6", "lacnic", "registry", "cumulative", "log"]
    assert "LACNIC" in repr(explorer)
    assert "ARIN" not in repr(explorer)
    figure = explorer.chart().figure
    assert figure.layout.yaxis.type == "log"
    assert "2018-10-13" in figure.layout.title.text
    assert answer_line("choice", explorer.value).startswith("choice = ['ipv6', 'lacnic'")


def test_settings_written_into_value_are_followed_or_refused(explorer):
    explorer.value = ["ipv4", "all", "ldc", "cumulative", "linear"]
    assert explorer.controls["type"].value == "ipv4"
    assert "other countries" in repr(explorer)
    with pytest.raises(ValueError, match="'nowhere' is no registry; use one of all, afrinic"):
        explorer.value = ["ipv4", "nowhere", "ldc", "cumulative", "linear"]
    assert explorer.value[1] == "all"


def test_what_is_in_no_line_is_said(explorer):
    explorer.controls["group"].value = "region"
    title = explorer.chart().figure.layout.title.text
    assert "no country" in title.replace("</span><br>", " ")


def test_the_table_stays_open_from_choice_to_choice(explorer):
    box = explorer.children[-1]
    box.with_table.value = True
    explorer.controls["registry"].value = "arin"
    assert "<table>" in box.children[-1].value
    assert 'role="status"' in box.children[1].value
    assert all(isinstance(control, Dropdown) for control in explorer.controls.values())
