"""The named queries on a database that is checked by hand."""

import json
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from small import add_snapshot, add_source, rows, small_database

from ipv6data import queries
from ipv6data.ask import ask

SLASH_48 = Fraction(1, 1 << 16)
SLASH_64 = Fraction(1, 1 << 32)


@pytest.fixture
def data():
    connection = small_database()
    yield connection
    connection.close()


def test_a_prefix_length_becomes_slash_32s_and_only_held_space_counts(data):
    sizes = {row.cc: row.size for row in queries.per_head(data, type="ipv6")}
    assert sizes == {
        **{"KE": 1 + SLASH_48, "NP": 1, "US": 8 + SLASH_64, "EU": 2},
        **{"CI": 0, "TV": 0, "UZ": 0, "AQ": 0},
    }


def test_per_head_is_from_most_to_least_and_keeps_what_has_no_people(data):
    found = queries.per_head(data, type="ipv4")
    assert [row.cc for row in found] == ["UZ", "US", "KE", "NP", "CI", "TV", "AQ", "EU"]
    assert [row.per_head for row in found[:4]] == [32, 9216 / 600, 10.24, 2.56]
    assert found[0].per_million == 32_000_000
    assert found[-2][2:6] == (None, 1, 256, None)
    assert sum(row.share for row in found) == pytest.approx(1)
    assert found[-1].share == 256 / 12544


def test_people_are_those_of_the_year_of_the_files(data):
    assert {row.cc: row.people for row in queries.per_head(data)}["US"] == 600


def test_what_is_in_no_country_is_said_and_completes_the_total(data):
    assert queries.outside(data, type="ipv4") == [("ripencc", "EU", 1, 256)]
    assert queries.outside(data, type="ipv6") == [("ripencc", "EU", 1, 2.0)]
    total = sum(row.size for row in queries.monthly(data, type="ipv4"))
    in_countries = sum(row.size for row in queries.per_head(data, type="ipv4") if row.name)
    assert in_countries + 256 == total


def test_monthly_is_by_month_registry_and_country(data):
    assert queries.monthly(data, type="ipv6", registry="afrinic") == [
        ("2006-01", "afrinic", "KE", 1, 1.0),
        ("2008-02", "afrinic", "KE", 1, SLASH_48),
    ]
    assert [row.cc for row in queries.monthly(data, type="ipv4", cc="us")] == ["US", "US"]
    assert queries.monthly(data, type="asn")[0] == (None, "arin", "US", 1, 1)


def test_the_pace_has_every_year_and_a_change_only_where_both_years_are_whole(data):
    found = queries.pace(data, type="ipv6")
    assert [row.period for row in found] == [str(year) for year in range(2004, 2019)]
    by_year = {row.period: row for row in found}
    assert by_year["2005"][1:] == (0, 0.0, 1, 2.0, -1.0, True)
    assert by_year["2006"].change is None  # nothing in the year before
    assert by_year["2008"].size == 1 + 8 + SLASH_48
    assert by_year["2018"].complete is False
    assert by_year["2018"].change is None
    assert found[-1].cumulative_records == 6
    assert found[-1].cumulative == 12 + SLASH_48 + SLASH_64


def test_the_pace_by_month_compares_with_the_same_month_a_year_before(data):
    found = {row.period: row for row in queries.pace(data, type="ipv6", cc="KE", by="month")}
    assert next(iter(found)) == "2006-01"
    assert list(found)[-1] == "2018-10"
    assert len(found) == 12 * 12 + 10
    assert found["2007-01"].change == -1
    assert found["2018-10"].complete is False


def test_the_pace_puts_what_has_no_date_last_and_not_in_1970(data):
    found = queries.pace(data, type="asn")
    assert found[0].period == "2001"
    assert found[-1] == (None, 1, 1, 2, 11, None, True)


def test_the_pace_of_a_group_is_that_of_its_countries(data):
    one = queries.pace(data, type="ipv4", group="ldc", member="least developed countries")
    assert one == queries.pace(data, type="ipv4", cc="NP")
    with pytest.raises(ValueError, match=r"has no 'least'; it has: least developed countries, o"):
        queries.pace(data, group="ldc", member="least")


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("ldc", {"least developed countries": 512, "other countries": 11776}),
        ("lldc", {"landlocked developing countries": 1792, "other countries": 10496}),
        ("sids", {"small island developing states": 0, "other countries": 12288}),
        ("transition", {"economies in transition": 1280, "other countries": 11008}),
        ("region", {"Africa": 1024, "Americas": 9216, "Asia": 1792, "Oceania": 0}),
        ("income", {"Low": 512, "Lower middle": 2304, "Upper middle": 0, "High": 9216}),
        ("itu_region", {}),
    ],
)
def test_groups_of_countries_and_what_is_in_none_are_all_that_is_held(data, group, expected):
    found = {row.group: row.size for row in queries.by_group(data, group=group, type="ipv4")}
    assert found.pop(queries.NO_COUNTRY) == 256
    assert found.pop(queries.NOT_CLASSIFIED, 0) == 12288 - sum(expected.values())
    assert list(found.items()) == list(expected.items())


def test_a_group_per_head_counts_only_countries_whose_people_are_known(data):
    data.execute("UPDATE country SET region = 'Asia' WHERE cc = 'AQ'")
    row = next(row for row in queries.by_group(data, type="ipv4") if row.group == "Asia")
    assert (row.countries, row.with_any, row.people, row.records, row.size) == (3, 3, 240, 3, 2048)
    assert row.per_head == 1792 / 240
    assert row.people_share == 240 / 1000


def test_by_registry_is_who_delegated_with_the_people_of_its_region(data):
    found = {row.group: row for row in queries.by_group(data, group="registry", type="ipv4")}
    assert found["ripencc"].size == 1536
    assert found["ripencc"].per_head == 1280 / 40  # EU is no country's
    assert found["lacnic"].people == 0
    assert queries.NO_COUNTRY not in found
    assert sum(row.size for row in found.values()) == 12544


def test_lengths_say_who_may_delegate_further(data):
    assert [row[:4] for row in queries.lengths(data)] == [
        *[(29, 1, 1, 0), (31, 1, 1, 0), (32, 2, 2, 0), (48, 1, 0, 1), (64, 1, 0, 1)]
    ]
    assert sum(row.share_of_size for row in queries.lengths(data)) == pytest.approx(1)
    assert queries.lengths(data, cc="TV") == []


def test_from_first_ipv4_to_first_ipv6_in_months(data):
    found = {row.cc: row[2:] for row in queries.first_delegations(data)}
    assert found["KE"] == ("1995-03", "2006-01", 130)
    assert found["EU"] == ("2003-03", "2004-04", 13)
    assert found["UZ"] == ("2010-07", None, None)
    assert found["TV"] == (None, None, None)
    assert [row.cc for row in queries.first_delegations(data)][:4] == ["EU", "KE", "NP", "US"]
    assert queries.first_delegations(data, cc="KE")[0].name == "Kenya"


def test_the_lorenz_curve_goes_by_size_per_head(data):
    found = queries.lorenz(data, type="ipv4")
    assert found[0][3:] == (0.0, 0.0, 0.0, 0.0)
    assert [row.cc for row in found[1:]] == ["CI", "TV", "NP", "KE", "US", "UZ"]
    assert found[-1][-2:] == (1.0, 1.0)
    assert [row.people_share for row in found[1:4]] == [0.05, 0.06, 0.26]
    assert found[3].size_share == 512 / 12032


def test_concentration_names_what_counts_as_one(data):
    people, countries = queries.concentration(data, type="ipv4")
    assert (people.basis, countries.basis) == ("people", "countries")
    assert people.left_out == countries.left_out == 512  # AQ has no people, EU is no country
    held = {"CI": 0, "TV": 0, "NP": 512, "KE": 1024, "US": 9216, "UZ": 1280}
    assert countries.gini == pytest.approx(mean_difference_gini(held.values()))
    assert people.gini == pytest.approx(
        mean_difference_gini(held.values(), [50, 10, 200, 100, 600, 40])
    )
    assert people.hhi == pytest.approx(sum((size / 12032) ** 2 for size in held.values()))
    # the top 1 % of 1000 people are 10 of Uzbekistan's 40, the top 10 % all 40 and 60 of the US's
    assert people.top_1_percent == pytest.approx(320 / 12032)
    assert people.top_10_percent == pytest.approx((1280 + 921.6) / 12032)


def test_holders_are_of_one_registry_each(data):
    (found,) = queries.concentration(data, type="ipv4", over="holders")
    held = [1024, 512, 8192, 1024, 256, 1280, 256]
    assert (found.basis, found.members, found.size, found.left_out) == ("holders", 7, 12544, 0)
    assert found.gini == pytest.approx(mean_difference_gini(held))
    assert found.hhi == pytest.approx(sum((size / 12544) ** 2 for size in held))
    data.execute("UPDATE delegation SET holder = NULL WHERE value = 1280")
    (found,) = queries.concentration(data, type="ipv4", over="holders")
    assert (found.members, found.left_out) == (6, 1280)


def mean_difference_gini(sizes, weights=None):
    """The other definition: half the mean difference of two people, divided by the mean."""
    pairs = list(zip(sizes, weights or [1] * len(sizes), strict=True))
    everyone = sum(weight for _size, weight in pairs)
    apart = sum(v * w * abs(Fraction(x, v) - Fraction(y, w)) for x, v in pairs for y, w in pairs)
    return float(apart / (2 * everyone * sum(size for size, _weight in pairs)))


@settings(max_examples=50, deadline=None)
@given(some.lists(some.tuples(some.integers(0, 1 << 40), some.integers(1, 1 << 30)), min_size=1))
def test_gini_by_trapezoids_is_gini_by_mean_difference(pairs):
    sizes, weights = zip(*pairs, strict=True)
    if not sum(sizes):
        with pytest.raises(ValueError, match="no shares"):
            queries.gini(sizes, weights)
        return
    assert queries.gini(sizes, weights) == pytest.approx(mean_difference_gini(sizes, weights))
    assert 1 / len(sizes) - 1e-9 <= queries.hhi(sizes) <= 1


@pytest.mark.parametrize(
    ("sizes", "expected"), [([5, 5, 5], 0), ([0, 0, 0, 8], 0.75), ([1, 2, 3, 4], 0.25)]
)
def test_gini_of_sizes_that_textbooks_have(sizes, expected):
    assert queries.gini(sizes) == expected


def test_the_imbalance_says_who_had_what_by_when(data):
    found = {(row.year, row.group): row for row in queries.ipv4_imbalance(data)}
    assert min(found)[0] == 1990
    assert max(found)[0] == 2018
    row = found[2000, "High"]
    assert row[2:6] == (8192, 8192 / 12544, 8192 / (8192 + 256 + 512), 600)
    assert row.people_share == 0.6
    assert found[2000, "Low"].per_head == 512 / 200
    assert found[1999, "Low"].people_share is None  # no figure of people in that year
    assert found[2018, queries.NO_COUNTRY].addresses == 256
    for year in (1990, 2018):
        assert sum(row.share_then for key, row in found.items() if key[0] == year) == 1


def test_use_stands_beside_what_is_held_each_with_its_date(data):
    add_source(data, 50, "use", "2026-07-19")
    data.executemany(
        "INSERT INTO adoption VALUES (50, ?, ?, ?, ?)",
        [
            ("google-users", "KE", "2026-07-19", 12.5),
            ("google-users", "KE", "2025-07-19", 9.5),
            ("google-users", "", "2026-07-19", 50.0),
            ("ripencc-v6asn", "KE", "2017-08-14", 30.0),
        ],
    )
    data.execute("INSERT INTO country_quarter VALUES (50, 'KE', '2026-02-01', 3, 131072, 4, 5)")
    found = {row.cc: row for row in queries.against_adoption(data)}
    assert len(found) == 7
    assert found["KE"][2:5] == (100, 2, 1 + SLASH_48)
    assert found["KE"][6:] == (2.0, "2026-02-01", 12.5, "2026-07-19", 30.0, "2017-08-14")
    assert found["US"][6:] == (0.0, "2026-02-01", None, None, None, None)
    assert queries.country(data, "ke").use[-1] == ("ripencc-v6asn", "2017-08-14", 30.0)


def test_pools_and_transfers(data):
    add_source(data, 51, "pools", "2022-02-28")
    data.execute(
        "INSERT INTO pool VALUES (51, 'lacnic', '2022-01-31', 'ipv6', 'reserved', 2, 98304)"
    )
    data.execute("INSERT INTO pool VALUES (51, 'lacnic', '2022-01-31', 'ipv4', 'reserved', 2, 512)")
    data.executemany(
        "INSERT INTO transfer VALUES (51, 'apnic', ?, '2010-11', ?)",
        [("IPv4s", 1024), ("Prefixes", 3)],
    )
    assert queries.pools(data, type="ipv6") == [("2022-01-31", "lacnic", "reserved", 2, 1.5)]
    assert queries.pools(data)[0].size == 512
    assert queries.pools(data, registry="arin") == []
    assert queries.transfers(data) == [("2010-11", "apnic", 3, 1024)]
    assert str(queries.as_of(data, "pools")) == "2022-02-28"


def test_a_profile_has_rank_and_averages(data):
    found = queries.country(data, "ke")
    ipv4, ipv6, asn = found.holdings
    assert (ipv4.records, ipv4.size, ipv4.rank, ipv4.ranked) == (2, 1024, 3, 6)
    assert ipv4.region_per_million == 1_000_000 * 1024 / 150
    assert ipv4.income_per_million == 1_000_000 * (1024 + 1280) / 190
    assert ipv4.world_per_million == 1_000_000 * 12032 / 1000
    assert ipv6.size == 1 + SLASH_48
    assert (asn.records, asn.rank) == (0, 2)
    assert found.names["ru"] == "Кения"
    assert found.first.months == 130
    assert (found.people, found.people_year) == (100, 2018)


def test_a_profile_of_a_country_with_nothing_is_whole(data):
    for cc in ("TV", "AQ"):
        found = queries.country(data, cc)
        assert found.ipv6_pace == found.ipv6_lengths == found.quarters == found.use == []
        assert found.holdings[1].size == 0
    assert found.holdings[0].rank is None
    assert found.people is None


@pytest.mark.parametrize("code", ["EU", "ZZ", "", "KEN", "K'"])
def test_no_profile_without_a_country(data, code):
    with pytest.raises(ValueError, match=r"is no country's code"):
        queries.country(data, code)


# Which files.


def test_the_default_is_the_newest_set_of_all_five_with_records(data):
    newer = rows("afrinic KE ipv6 30 2026-01-01 allocated 1")
    add_snapshot(data, 6, "afrinic", "2026-08-21", "records", newer)
    add_snapshot(
        data, 7, "apnic", "2024-11-08", "tally", rows("apnic NP ipv6 32 2001-01-01 allocated 1")
    )
    assert str(queries.as_of(data, "pace")) == "2018-10-12 to 2018-10-13"
    assert queries.monthly(data, cc="KE", snapshot="2026") == [("2026-01", "afrinic", "KE", 1, 4)]
    assert str(queries.as_of(data, "pace", snapshot="2026-08", registry="afrinic")) == "2026-08-21"
    for number, registry in enumerate(("apnic", "arin", "lacnic", "ripencc"), 8):
        add_snapshot(data, number, registry, "2026-09-01", "records", [])
    assert str(queries.as_of(data, "pace")) == "2026-08-21 to 2026-09-01"


def test_where_no_set_is_whole_the_newest_of_each_registry_counts(data):
    data.execute("DELETE FROM snapshot WHERE registry = 'arin'")
    assert {row.registry for row in queries.monthly(data, type="ipv4")} == {
        *("afrinic", "apnic", "lacnic", "ripencc")
    }


def test_a_database_without_files_has_no_rows():
    empty = small_database()
    for table in ("snapshot", "tally", "delegation", "country", "population"):
        empty.execute(f"DELETE FROM {table}")
    assert queries.pace(empty) == queries.per_head(empty) == queries.by_group(empty) == []
    assert queries.lengths(empty) == queries.concentration(empty) == queries.snapshots(empty) == []
    assert queries.concentration(empty, over="holders") == queries.ipv4_imbalance(empty) == []
    assert len(queries.lorenz(empty)) == 1
    assert queries.find_country(empty, "ke") == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: queries.pace(data, type="ipv5"), "use one of ipv4, ipv6, asn"),
        (lambda data: queries.pace(data, registry="ripe"), "afrinic, apnic, arin, lacnic, ripencc"),
        (lambda data: queries.pace(data, by="week"), "by year or by month"),
        (lambda data: queries.pace(data, snapshot="2019"), "it has: afrinic 2018-10-13, apnic"),
        (lambda data: queries.pace(data, group="ldc"), "go together"),
        (lambda data: queries.by_group(data, group="continent"), "registry, region, itu_region"),
        (lambda data: queries.concentration(data, over="people"), "countries or holders"),
        (lambda data: queries.pools(data, type="ipv7"), "ipv4, ipv6, asn"),
        (lambda data: queries.transfers(data, registry="iana"), "afrinic"),
        (lambda data: queries.as_of(data, "peace"), "there are against_adoption, "),
        (lambda data: queries.sql("peace"), "there are against_adoption, "),
    ],
)
def test_an_argument_that_the_data_does_not_know_is_named_with_what_it_knows(data, call, message):
    with pytest.raises(ValueError, match=message):
        call(data)


# The texts.


@pytest.mark.parametrize("name", queries.names())
def test_every_text_runs_by_itself_as_a_reader_would_run_it(data, name):
    given = queries.parameters(data, letters=4, countries=None, group="income", cc="KE")
    assert queries.sql(name).startswith("-- ")
    assert ask(data, queries.sql(name), given) == data.execute(queries.sql(name), given).fetchall()


@pytest.mark.parametrize("name", queries.names())
def test_no_text_reads_a_large_table_from_end_to_end(data, name):
    given = queries.parameters(data, letters=4, countries=None, group="income", cc="KE")
    steps = [row[3] for row in data.execute("EXPLAIN QUERY PLAN " + queries.sql(name), given)]
    large = [step for step in steps if "tally" in step or "delegation" in step]
    index = {"concentration": "COVERING INDEX delegation_by_holder"}.get(name, "tally_by_snapshot")
    assert all("SEARCH" in step and index in step for step in large), large


def test_every_query_with_files_has_a_text_and_dates(data):
    for name in queries.names():
        assert callable(getattr(queries, name))
    assert json.loads(str(queries.parameters(data)["snapshots"])) == [1, 2, 3, 4, 5]
    assert queries.as_of(data, "per_head").sources[-1] == "people"


# Finding a country.


@pytest.mark.parametrize(
    ("text", "first"),
    [
        *[("ke", "KE"), ("KEX", "KE"), ("kenya", "KE"), ("Ken", "KE"), ("Кения", "KE")],
        *[("кен", "KE"), ("肯尼亚", "KE"), ("肯", "KE"), ("كينيا", "KE"), ("كِينيا", "KE")],
        *[("cote d ivoire", "CI"), ("COTE D'IVOIRE", "CI"), ("ivoire", "CI"), ("ivory", "CI")],
        *[("cotedivoire", "CI"), ("кот д'ивуар", "CI"), ("nepal", "NP"), ("népal", "NP")],
        *[("etats unis", "US"), ("united states", "US"), ("USA", "US"), ("states united", "US")],
        *[("اوزبكستان", "UZ"), ("أوزبكستان", "UZ"), ("الامريكيه", "US"), ("  kenya  ", "KE")],
    ],
)
def test_a_country_is_found_in_six_languages_without_case_or_accents(data, text, first):
    assert queries.find_country(data, text)[0].cc == first


def test_a_search_puts_codes_first_and_says_what_matched(data):
    found = queries.find_country(data, "n")
    assert [row.cc for row in found][:1] == ["NP"]
    assert queries.find_country(data, "кения")[0] == ("KE", "Kenya", "Кения", "ru")
    assert queries.find_country(data, "tv")[0] == ("TV", "Tuvalu", "TV", "code")
    assert len(queries.find_country(data, "")) == 7
    assert queries.find_country(data, "atlantis") == []


def test_rows_come_in_the_order_that_is_promised(data):
    for type in ("ipv4", "ipv6", "asn"):
        months = [
            (row.month or "", row.registry, row.cc or "")
            for row in queries.monthly(data, type=type)
        ]
        assert months == sorted(months)
        heads = [row.per_head for row in queries.lorenz(data, type=type)]
        assert all(left <= right for left, right in pairwise(heads))
