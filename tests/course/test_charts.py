"""The charts of allocation statistics: figure, table and sentence from plain rows. No browser."""

import csv
import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from ipv6course.widgets.charts.adoption import adoption_chart, rank_correlation
from ipv6course.widgets.charts.chart import Chart, Table, draw, log_axis, rounded, short
from ipv6course.widgets.charts.comparison import comparison_chart
from ipv6course.widgets.charts.imbalance import imbalance_chart
from ipv6course.widgets.charts.lengths import lengths_chart
from ipv6course.widgets.charts.lorenz import gini, lorenz_chart, share_of_least, thinned
from ipv6course.widgets.charts.pace import pace_chart
from ipv6course.widgets.charts.pools import STATUSES, pools_chart
from ipv6course.widgets.charts.sources import source_note
from ipv6course.widgets.charts.tile_map import EMPTY, STEPS, TILES, steps, tile_map_chart, tiles
from ipv6data import queries
from ipv6data.database import open_data

NOTE = "Source: an example of 2018-10-13"
KB = 1000


@pytest.fixture(scope="module")
def data():
    connection = open_data()
    yield connection
    connection.close()


def everything() -> list[Chart]:
    """One of each chart, from rows that can be checked by hand."""
    return [
        pace_chart({"ARIN": [("2017", 3), ("2018", 5)]}, title="Pace", unit="/32s", note=NOTE),
        lorenz_chart(
            {"IPv4": [(0.5, 0.25), (1, 1)]}, title="L", note=NOTE, members="people", space="space"
        ),
        pools_chart([("2022-01-31", "reserved", 7)], title="Pool", unit="addresses", note=NOTE),
        adoption_chart(
            [("A", 1, 10, "Asia"), ("B", 2, 20, "Asia"), ("C", 3, 30, "Africa"), ("D", 0, 1, "")],
            title="Adoption",
            held="/48s per head",
            used="users",
            note=NOTE,
        ),
        lengths_chart({"All": [(32, 9), (48, 1)]}, title="Lengths", unit="delegations", note=NOTE),
        imbalance_chart([("A", 100, 10), ("B", 5, 10)], title="I", unit="addresses", note=NOTE),
        comparison_chart({"Fiji": [("IPv4", 0.5), ("IPv6", None)]}, title="C", note=NOTE),
        tile_map_chart({"FJ": 2.0, "FR": 5.0}, title="Map", unit="%", note=NOTE, names={}),
    ]


NAMES = ("pace", "lorenz", "pools", "adoption", "lengths", "imbalance", "comparison", "tile_map")


# --- What every chart has -----------------------------------------------------------------------


@pytest.mark.parametrize("chart", everything(), ids=NAMES)
def test_every_figure_carries_its_source_and_date_and_asks_nobody(chart):
    assert type(chart.figure).__name__ == "Figure"
    text = chart.figure.to_json()
    assert NOTE.split()[-1] in json.loads(text)["layout"]["title"]["text"]
    assert "http" not in text
    assert "topojson" not in text
    assert NOTE in chart.table.text()
    assert NOTE in chart.table.html()
    assert chart.sentence.endswith(".")


@pytest.mark.parametrize("chart", everything(), ids=NAMES)
def test_every_chart_shows_figure_then_words(chart, capsys):
    figure, words = chart.outputs()
    assert figure["application/vnd.plotly.v1+json"]["config"]["displayModeBar"] is False
    assert "text/html" not in figure  # a page would show it in the figure's place
    assert chart.sentence in figure["text/plain"]
    assert "<details" in words["text/html"]
    assert words["text/plain"] == chart.table.text(30)


def test_no_chart_needs_what_a_browser_does_not_have():
    modules = [f"ipv6course.widgets.charts.{name}" for name in (*NAMES, "chart", "sources")]
    program = (
        f"import sys, {', '.join(modules)}\n"
        "from ipv6course.widgets.charts.pace import pace_chart\n"
        "pace_chart({'a': [('2018', 1)]}, title='t', unit='u', note='n')\n"
        "print({'numpy', 'pandas', 'plotly.express'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_empty_rows_make_a_chart_that_says_so():
    assert "nothing" in pace_chart({}, title="t", unit="u", note=NOTE).sentence
    assert "nothing" in pools_chart([], title="t", unit="u", note=NOTE).sentence
    assert "nothing" in lengths_chart({}, title="t", unit="u", note=NOTE, log=True).sentence
    assert "nothing" in imbalance_chart([], title="t", unit="u", note=NOTE).sentence
    assert "no data" in tile_map_chart({}, title="t", unit="u", note=NOTE, names={}).sentence
    assert comparison_chart({}, title="t", note=NOTE).table.rows == ()


def test_words_go_through_the_translation():
    def translate(text: str) -> str:
        return f"*{text}"

    chart = pace_chart({"A": [("2018", 1)]}, title="t", unit="u", note="n", translate=translate)
    assert chart.table.columns[0] == "*Period"
    assert chart.sentence.startswith("*A has")
    assert "*The numbers as a table (1 rows)" in chart.html()


def test_titles_are_escaped_and_broken_into_lines():
    title = "A <b>bold</b> title that is far too long for a figure of 330 pixels"
    figure = draw([], title=title, note=NOTE, x={}, y={})
    text = figure.layout.title.text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert text.count("<br>") == 2


# --- Numbers ------------------------------------------------------------------------------------


def test_numbers_are_as_short_as_a_figure_can_show():
    assert [rounded(value) for value in (0, 7, 123456, 0.000123456, None)] == [
        0,
        7,
        123500,
        0.0001235,
        None,
    ]
    assert [short(value) for value in (0, 0.02, 12, 2050, 4_040_000, 3.7e9)] == [
        "0",
        "0.02",
        "12",
        "2.05k",
        "4.04M",
        "3.7G",
    ]


def test_a_logarithmic_axis_has_whole_tens_and_leaves_a_gap_at_nothing():
    axis = log_axis([0, 3, 4000])
    assert axis["range"] == [0, 4]
    assert axis["ticktext"] == ["1", "10", "100", "1k", "10k"]
    rows = [("2016", 10), ("2017", 0), ("2018", 100)]
    chart = pace_chart({"A": rows}, title="t", unit="u", note=NOTE, log=True)
    assert list(chart.figure.data[0].y) == [10, None, 100]
    assert "no place on a logarithmic axis" in " ".join(
        chart.figure.layout.title.text.replace("</span><br>", " ").split()
    ).replace('<span style="font-size:12px;color:#595959">', "")
    assert ("2017", 0) in chart.table.rows


def test_what_has_no_date_is_in_the_table_only_and_an_unfinished_year_is_hollow():
    rows = [("2017", 3), ("2018", 1), (None, 9)]
    chart = pace_chart({"A": rows}, title="t", unit="u", note=NOTE, partial="2018")
    assert list(chart.figure.data[0].x) == ["2017", "2018"]
    assert chart.figure.data[0].marker.symbol[-1].endswith("-open")
    assert chart.table.rows[-1] == ("no date", 9)


def test_many_months_are_a_first_and_a_distance_and_each_is_in_its_month():
    months = [f"{year}-{month:02}" for year in range(1980, 2031) for month in range(1, 13)]
    chart = pace_chart({"A": [(m, 1) for m in months]}, title="t", unit="u", note=NOTE)
    trace = chart.figure.data[0]
    assert trace.x is None
    first = datetime.fromisoformat(trace.x0)
    step = timedelta(milliseconds=trace.dx)
    assert [f"{first + place * step:%Y-%m}" for place in range(len(months))] == months
    assert [row[0] for row in chart.table.rows] == months[::-1]
    del months[7]
    chart = pace_chart({"A": [(m, 1) for m in months]}, title="t", unit="u", note=NOTE)
    assert list(chart.figure.data[0].x) == months


def test_the_gini_coefficient_by_hand_and_by_the_query(data):
    assert gini([(0, 0), (1, 1)]) == 0
    assert gini([(0, 0), (0.5, 0), (1, 1)]) == 0.5
    assert share_of_least([(0, 0), (0.5, 0.25), (1, 1)], 0.75) == 0.625
    rows = queries.lorenz(data, type="ipv4")
    curve = [(row.people_share, row.size_share) for row in rows]
    people = next(row for row in queries.concentration(data, type="ipv4") if row.basis == "people")
    assert gini(curve) == pytest.approx(people.gini)
    assert gini(thinned(curve)) == pytest.approx(people.gini, abs=0.005)
    assert len(thinned(curve)) < 120
    assert thinned(curve)[-1] == (1, 1)


def test_a_curve_that_falls_is_refused():
    with pytest.raises(ValueError, match="a Lorenz curve rises"):
        lorenz_chart({"A": [(0.5, 0.6), (1, 0.5)]}, title="t", note="", members="m", space="s")


def test_rank_correlation_by_hand():
    assert rank_correlation([(1, 10), (2, 20), (3, 30)]) == pytest.approx(1)
    assert rank_correlation([(1, 3), (2, 2), (3, 1)]) == pytest.approx(-1)
    # Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: 4.5 / sqrt(4.5 * 5)
    assert rank_correlation([(1, 1), (2, 3), (2, 2), (9, 4)]) == pytest.approx(0.9486833)
    with pytest.raises(ValueError, match="have no correlation"):
        rank_correlation([(1, 1), (2, 2)])
    with pytest.raises(ValueError, match="all values are equal"):
        rank_correlation([(1, 1), (1, 2), (1, 3)])


def test_the_layers_of_a_pool_are_its_sizes_and_known_without_colour():
    rows = [
        ("2022-01-31", "available", 5),
        ("2022-01-31", "reserved", 7),
        ("2022-02-28", "reserved", 8),
    ]
    chart = pools_chart(rows, title="t", unit="u", note=NOTE, statuses=("reserved", "available"))
    assert [list(trace.y) for trace in chart.figure.data] == [[7, 8], [5, 0]]
    assert chart.table.rows == (("2022-02-28", 8, 0), ("2022-01-31", 7, 5))
    patterns = [pattern for _colour, pattern in STATUSES.values()]
    assert len(set(patterns)) == len(patterns)
    with pytest.raises(ValueError, match="'returned' is no status; use allocated"):
        pools_chart(rows, title="t", unit="u", note=NOTE, statuses=("returned",))


def test_a_country_without_people_has_nothing_per_head():
    with pytest.raises(ValueError, match="Bouvet Island has 0 people"):
        imbalance_chart([("Bouvet Island", 1, 0)], title="t", unit="u", note=NOTE)


def test_what_holds_nothing_is_named_where_it_cannot_be_drawn():
    chart = imbalance_chart([("A", 10, 10), ("B", 0, 10)], title="t", unit="u", note=NOTE)
    assert "nothing: B" in chart.figure.layout.title.text
    assert chart.table.rows == (("A", 10, 10, 1.0), ("B", 0, 10, 0.0))


# --- The table ----------------------------------------------------------------------------------


def test_a_table_is_read_by_a_screen_reader_and_harmless():
    table = Table("T <i>", ("Name", "n"), (("مصر", 1234567), ("<script>", None)), "note")
    html = table.html()
    assert '<th scope="col" class="l">Name</th><th scope="col">n</th>' in html
    assert '<th scope="row"><bdi>مصر</bdi></th><td>1,234,567</td>' in html
    assert 'tabindex="0"' in html  # it scrolls, so the keyboard must reach it
    assert "<script>" not in html
    assert table.text().splitlines()[-2:] == ["<script>          -", "note"]


def test_a_long_table_says_what_it_leaves_out():
    table = Table("T", ("n",), tuple((n,) for n in range(500)))
    assert "The table has 250 more rows." in table.text()
    assert "The table has 250 more rows." in table.html()
    assert table.html().count("<tr>") == 251


# --- The map ------------------------------------------------------------------------------------


def test_every_country_has_one_tile_and_no_two_share_one(data):
    with TILES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(tiles()) == 249
    assert {row["cc"] for row in rows} == {cc for (cc,) in data.execute("SELECT cc FROM country")}
    assert len(set(tiles().values())) == 249


def test_tiles_lie_roughly_as_on_a_map(data):
    place = tiles()
    for pair in [
        "US-FR",
        "FR-PL",
        "PL-RU",
        "SN-ET",
        "MA-EG",
        "IQ-IN",
        "CN-JP",
        "BR-NG",
        "AU-NZ",
        "PE-BR",
        "FJ-WS",
    ]:
        west, east = pair.split("-")
        assert place[west].column < place[east].column, f"{west} is not west of {east}"
    for pair in [
        "CA-US",
        "US-MX",
        "NO-IT",
        "IT-TN",
        "DZ-NG",
        "NG-ZA",
        "RU-CN",
        "CN-SG",
        "ID-AU",
        "CO-CL",
        "IS-GB",
        "MH-FJ",
    ]:
        north, south = pair.split("-")
        assert place[north].row < place[south].row, f"{north} is not north of {south}"
    regions = dict(data.execute("SELECT cc, region FROM country"))
    americas = [place[cc].column for cc in place if regions[cc] == "Americas"]
    others = [place[cc].column for cc in place if regions[cc] in ("Africa", "Asia", "Oceania")]
    assert max(americas) - 2 <= min(others)


def test_the_map_says_without_colour_what_has_no_data():
    chart = tile_map_chart({"FJ": 3.0, "EU": 9.0}, title="t", unit="%", note=NOTE, names={})
    letters = [code for row in chart.figure.data[0].text for code in row if code]
    assert "FJ" in letters
    assert "fr" in letters
    assert len(letters) == 249
    assert [trace.name for trace in chart.figure.data[1:]][-1] == "no data (small letters)"
    assert ("EU", "EU", 9.0) in chart.table.rows


def test_classes_have_equally_many_members_and_never_part_equals():
    assert steps(range(10)) == [0, 2, 4, 6, 8]
    assert steps([0] * 9 + [1]) == [0]
    with pytest.raises(ValueError, match="give at most 5 numbers that ascend"):
        tile_map_chart({}, title="t", unit="u", note="", names={}, edges=[3, 1])


def test_letters_can_be_read_on_every_tile():
    for colour in (EMPTY, *STEPS):
        light = luminance(colour)
        # plotly writes #444444 on what is light, white on what is dark
        others = [luminance("#444444"), 1.0]
        assert max((max(light, o) + 0.05) / (min(light, o) + 0.05) for o in others) > 4.5, colour


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- Size, with the course's data ---------------------------------------------------------------


def test_figures_of_the_real_data_are_small(data):
    names = dict(data.execute("SELECT cc, name_en FROM country"))
    note = source_note(data, "pace")
    months = {
        registry: [
            (row.period, row.cumulative)
            for row in queries.pace(data, type="ipv4", registry=registry, by="month")
        ]
        for registry in ("afrinic", "apnic", "arin", "lacnic", "ripencc")
    }
    use = queries.against_adoption(data)
    charts = {
        30: pace_chart(months, title="t", unit="u", note=note),
        20: tile_map_chart(
            {row.cc: row.users_percent for row in use}, title="t", unit="u", note=note, names=names
        ),
        15: adoption_chart(
            [
                (row.name, row.per_million, row.users_percent)
                for row in use
                if row.per_million is not None and row.users_percent is not None
            ],
            title="t",
            held="h",
            used="u",
            note=note,
        ),
    }
    for most, chart in charts.items():
        assert len(json.dumps(chart.outputs()[0])) < most * KB
        assert len(json.dumps(chart.outputs())) < 70 * KB


def test_a_source_names_publisher_and_date(data):
    assert source_note(data, "pace") == (
        "Source: delegation statistics of the regional registries, 2018-10-12 to 2018-10-13"
    )
    assert "World Bank" in source_note(data, "per_head")
    assert "afrinic" in source_note(data, "pools", registry="afrinic").lower()
    with pytest.raises(ValueError, match="no query"):
        source_note(data, "nothing")
