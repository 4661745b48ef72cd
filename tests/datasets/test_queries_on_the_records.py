"""The named queries on all records of October 2018, computed a second time, another way.

The queries add up `tally` in SQL, in whole /64s. Here `delegation` is added up record by record in
Python, in whole IPv6 addresses, and the figures of inequality follow the other definition.
"""

from collections import Counter, defaultdict
from fractions import Fraction

import pytest

from ipv6data import queries
from ipv6data.ask import ask

UNIT = {"ipv4": 1, "ipv6": 1 << 96, "asn": 1}
TYPES = ("ipv4", "ipv6", "asn")


@pytest.fixture(scope="module")
def held(data):
    """Every record that is held: registry, cc, type, size, month, value, snapshot, holder."""
    records = defaultdict(list)
    newest = [str(row.snapshot_id) for row in queries.snapshots(data) if "2018-10" in row.date]
    assert len(newest) == 5
    for registry, cc, type, value, date, status, *holder in data.execute(
        "SELECT registry, cc, type, value, date, status, snapshot_id, holder FROM delegation "
        f"WHERE snapshot_id IN ({', '.join(newest)})"
    ):
        if status in ("allocated", "assigned"):
            size = 1 << (128 - value) if type == "ipv6" else value
            records[type].append((registry, cc, size, date and date[:7], value, tuple(holder)))
    return records


def summed(held, type, key):
    """Return records and size by a key."""
    counts, sizes = Counter(), Counter()
    for record in held[type]:
        name = key(record)
        counts[name] += 1
        sizes[name] += record[2]
    return {each: (counts[each], Fraction(sizes[each], UNIT[type])) for each in counts}


def test_the_summary_lines_are_the_records(data):
    for file in queries.snapshots(data):
        counted = dict(
            data.execute(
                "SELECT type, sum(records) FROM tally WHERE snapshot_id = ? GROUP BY type",
                (file.snapshot_id,),
            )
        )
        assert counted == {
            "asn": file.asn_records,
            "ipv4": file.ipv4_records,
            "ipv6": file.ipv6_records,
        }


@pytest.mark.parametrize("type", TYPES)
def test_monthly(data, held, type):
    expected = summed(held, type, lambda record: (record[3], record[0], record[1]))
    found = queries.monthly(data, type=type, snapshot="2018-10")
    assert {row[:3]: (row.records, row.size) for row in found} == expected
    order = [(row.month or "", row.registry, row.cc or "") for row in found]
    assert order == sorted(order)


@pytest.mark.parametrize("type", TYPES)
def test_countries_and_what_is_outside_them(data, held, type):
    expected = summed(held, type, lambda record: record[1])
    found = queries.per_head(data, type=type)
    assert {row.cc: (row.records, row.size) for row in found if row.records} == expected
    outside = queries.outside(data, type=type)
    assert sum(row.size for row in outside) == sum(row.size for row in found if row.name is None)
    assert sum(row.share for row in found) == pytest.approx(1)
    for group in queries.GROUPS:
        groups = queries.by_group(data, group=group, type=type)
        assert sum(row.records for row in groups) == len(held[type])
        assert sum(row.size for row in groups) == sum(size for _n, size in expected.values())
        assert sum(row.countries for row in groups) == 249


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("by", ["year", "month"])
def test_pace(data, held, type, by):
    letters = {"year": 4, "month": 7}[by]
    expected = summed(held, type, lambda record: record[3] and record[3][:letters])
    found = queries.pace(data, type=type, by=by)
    assert {row.period: (row.records, row.size) for row in found if row.records} == expected
    assert found[-1].cumulative_records == len(held[type])
    assert found[-1].cumulative == sum(size for _n, size in expected.values())


def test_lengths(data, held):
    expected = Counter(record[4] for record in held["ipv6"])
    assert {row.length: row.records for row in queries.lengths(data)} == expected


def test_first_delegations(data, held):
    first = {}
    for type in ("ipv4", "ipv6"):
        for _registry, cc, _size, month, *_rest in held[type]:
            first[cc, type] = min(month, first.get((cc, type), "9999"))
    for row in queries.first_delegations(data):
        assert row.first_ipv4 == first.get((row.cc, "ipv4"))
        assert row.first_ipv6 == first.get((row.cc, "ipv6"))


@pytest.mark.parametrize("type", TYPES)
def test_concentration_over_countries(data, type):
    rows = [row for row in queries.per_head(data, type=type) if row.people]
    by_people, by_country = queries.concentration(data, type=type)
    weights = [row.people for row in rows]
    everything = sum(row.size for row in queries.per_head(data, type=type))
    for found, counts in ((by_people, weights), (by_country, [1] * len(rows))):
        pairs = [
            (int(row.size * (1 << 32)), count) for row, count in zip(rows, counts, strict=True)
        ]
        apart = sum(abs(x * w - y * v) for x, v in pairs for y, w in pairs)
        total = sum(size for size, _count in pairs)
        assert found.gini == pytest.approx(apart / (2 * sum(counts) * total), rel=1e-12)
        assert found.hhi == pytest.approx(
            float(sum((x / total) ** 2 for x, _v in pairs)), rel=1e-12
        )
        assert found.size + found.left_out == pytest.approx(everything)


@pytest.mark.parametrize("type", TYPES)
def test_concentration_over_holders(data, held, type):
    sizes = sorted(size for _n, size in summed(held, type, lambda record: record[5]).values())
    (found,) = queries.concentration(data, type=type, over="holders")
    number, total = len(sizes), sum(sizes)
    # the Gini of a sorted list: 2 * sum(i * x[i]) / (n * sum(x)) - (n + 1) / n
    ranked = sum(rank * size for rank, size in enumerate(sizes, 1))
    assert found.members == number
    assert found.gini == pytest.approx(
        float(2 * ranked / (number * total) - Fraction(number + 1, number))
    )
    assert found.hhi == pytest.approx(float(sum(size**2 for size in sizes) / total**2))
    tenth = number // 10
    assert found.top_10_percent == pytest.approx(float(sum(sizes[-tenth:]) / total), rel=1e-3)


def test_the_imbalance_ends_with_the_groups(data, held):
    found = [row for row in queries.ipv4_imbalance(data) if row.year == 2018]
    assert {row.group: row.addresses for row in found} == {
        row.group: row.size for row in queries.by_group(data, group="income", type="ipv4")
    }
    addresses = sum(record[2] for record in held["ipv4"] if record[3] < "2001")
    by_2000 = [row for row in queries.ipv4_imbalance(data) if row.year == 2000]
    assert sum(row.addresses for row in by_2000) == addresses


def test_every_country_has_a_profile_that_agrees_with_the_tables(data):
    ipv6 = {row.cc: row for row in queries.per_head(data, type="ipv6")}
    for cc in ("KE", "TV", "US", "AQ", "BV", "TW", "SC"):
        profile = queries.country(data, cc)
        assert profile.holdings[1][1:3] == (ipv6[cc].records, ipv6[cc].size)
        assert sum(row.records for row in profile.ipv6_pace) == ipv6[cc].records


@pytest.mark.parametrize("name", queries.names())
def test_every_text_runs_as_a_reader_runs_it(data, name):
    cc = "KE" if name == "country" else None
    given = queries.parameters(data, cc=cc, letters=4, countries=None, group="income")
    assert ask(data, queries.sql(name), given)


@pytest.mark.parametrize("number", range(6))
def test_a_country_is_found_by_each_of_its_names(data, number):
    language = ("en", "fr", "es", "ar", "zh", "ru")[number]
    rows = data.execute(f"SELECT cc, name_{language} FROM country ORDER BY cc").fetchall()
    for cc, name in rows[number::6]:
        assert cc in [row.cc for row in queries.find_country(data, name.upper())[:2]]
        assert cc in [row.cc for row in queries.find_country(data, name[: len(name) // 2 + 1])]


@pytest.mark.parametrize(
    ("text", "cc"),
    [
        *[("United States", "US"), ("United Kingdom", "GB"), ("cote d ivoire", "CI")],
        *[("Turkey", "TR"), ("Swaziland", "SZ"), ("viet nam", "VN"), ("Россия", "RU")],
        *[("Кения", "KE"), ("肯尼亚", "KE"), ("كينيا", "KE"), ("sao tome", "ST"), ("404", "KE")],
        *[("dr congo", "CD"), ("south korea", "KR"), ("aland", "AX"), ("curacao", "CW")],
    ],
)
def test_a_country_is_found_as_people_write_it(data, text, cc):
    assert queries.find_country(data, text)[0].cc == cc
