"""The country explorer: its facts are those of the queries, and what a reader does. No browser."""

import json

import pytest

from ipv6course.widgets.answer import answer_line
from ipv6course.widgets.country_explorer import CountryExplorer, country_facts
from ipv6data import queries


@pytest.fixture(scope="module")
def made(data):
    return CountryExplorer(data)


@pytest.fixture
def explorer(made):
    made.language.value, made.search.value, made.value = "en", "", ["FJ", "FR"]
    return made


def cells(explorer, place):
    return {row[0]: row[place] for row in explorer.chart().table.rows}


def test_facts_are_those_of_the_countrys_profile(data):
    facts = country_facts(data)
    assert len(facts) == 249
    for cc in ("FJ", "FR", "NG", "BV"):
        profile = queries.country(data, cc)
        held = {holding.type: holding for holding in profile.holdings}
        assert facts[cc].names == profile.names
        assert facts[cc].people == profile.people
        assert facts[cc].held == {type: row.size for type, row in held.items()}
        assert (facts[cc].first_ipv4, facts[cc].first_ipv6) == profile.first[2:4]
        for type, row in held.items():
            if row.per_million is None:
                assert facts[cc].ratio[type] is None
            else:
                times = row.per_million / row.world_per_million
                assert facts[cc].ratio[type] == pytest.approx(times)


@pytest.mark.parametrize(
    "text", ["côte d'ivoire", "COTE D IVOIRE", "ivory", "كوت ديفوار", "科特迪瓦", "Кот-д", "civ"]
)
def test_a_country_is_found_in_six_languages(text, explorer):
    explorer.search.value = text
    assert explorer.found.value == "CI"
    explorer.add.click()
    assert explorer.value == ["FJ", "FR", "CI"]


def test_a_name_from_right_to_left_keeps_its_direction(explorer):
    explorer.value, explorer.language.value = ["EG"], "ar"
    assert "<bdi>مصر</bdi></th>" in explorer.chart().table.html()
    assert "\u2068مصر\u2069" in explorer.chart().sentence
    explorer.language.value = "en"
    explorer.search.value = "مصر"
    assert explorer.found.options == (("\u2068Egypt\u2069 (EG) \u2068مصر\u2069", "EG"),)


def test_what_nobody_is_called_is_said(explorer):
    explorer.search.value = "Atlantis"
    assert explorer.add.disabled
    assert "No country is called so." in explorer._status.value
    explorer.search.value = ""
    assert len(explorer.found.options) == 249


def test_four_at_most_and_each_once(explorer):
    for cc in ("FJ", "EG", "TV", "ZA"):
        explorer.choose(cc)
    assert explorer.value == ["FJ", "FR", "EG", "TV"]
    assert 'role="alert"' in explorer._status.value
    remove = explorer.remove[0]
    assert remove.description == "Remove \u2068Fiji\u2069"
    remove.click()
    assert explorer.value == ["FR", "EG", "TV"]
    assert answer_line("chosen", explorer.value) == "chosen = ['FR', 'EG', 'TV']"


def test_the_table_carries_dates_and_the_figure_the_source(explorer):
    fiji = cells(explorer, 1)
    assert fiji["Code"] == "FJ"
    assert fiji["Groups"] == "small island developing"
    assert fiji["IPv4 addresses, 2018-10"] == "143,872"
    assert fiji["Users with IPv6 (Google)"].endswith("(2026-07-19)")
    figure = json.loads(explorer.chart().figure.to_json())
    assert "2018-10-13" in figure["layout"]["title"]["text"]
    assert len(json.dumps(figure)) < 5000


def test_a_territory_without_anything_and_no_country_at_all(explorer):
    explorer.value = ["BV"]
    bouvet = cells(explorer, 1)
    assert bouvet["IPv4 addresses per head, 2018-10"] == "-"
    assert bouvet["First IPv6 delegation still held"] == "-"
    explorer.drop("BV")
    assert explorer.value == []
    assert "Nothing is chosen yet." in repr(explorer)


def test_codes_written_into_value_are_followed_or_refused(explorer):
    explorer.value = ["ZA"]
    shown = [button.description for button in explorer.remove if not button.layout.display]
    assert shown == ["Remove \u2068South Africa\u2069"]
    with pytest.raises(ValueError, match="'EU' is no country's code"):
        explorer.value = ["EU"]
    with pytest.raises(ValueError, match="not up to 4 different countries"):
        explorer.value = ["ZA", "ZA"]
    assert explorer.value == ["ZA"]
