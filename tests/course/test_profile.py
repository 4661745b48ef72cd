"""`ipv6course profile`: a page about any country, also one with nothing; it fetches nothing."""

import html
import re
import sqlite3
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from ipv6course.commands import app
from ipv6course.profile.page import figure, page
from ipv6data.queries import country

pytestmark = pytest.mark.xdist_group("data")
# With much, with little, a territory with nothing, a landlocked one, islands, without people.
SOME = ("BR", "BF", "AQ", "KI", "TV", "SA", "PN")


def words(text):
    """Return what a reader of the page sees, on one line."""
    text = re.sub(r"<style>.*?</style>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


class Reader(HTMLParser):
    """Notes open elements, and whatever could fetch something."""

    def __init__(self):
        super().__init__()
        self.open, self.fetched = [], []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "rect", "line", "br"):
            self.open.append(tag)
        self.fetched += [a for a in attributes if a[0] in ("src", "href", "xlink:href", "data")]

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag


def check(data: sqlite3.Connection, cc: str) -> None:
    text = page(data, cc)
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    assert reader.fetched == [] and "url(" not in text and "<script" not in text
    found = country(data, cc)
    seen = words(text)
    assert found.names["en"] in seen and found.date in seen
    for holding in found.holdings:
        if holding.records:
            assert f"{holding.records:,}" in seen
    assert ("No registry had delegated" in seen) == (not any(h.records for h in found.holdings))
    assert len(text) < 60_000


@pytest.mark.parametrize("cc", SOME)
def test_a_page_is_whole_and_has_the_country_s_figures_and_fetches_nothing(data, cc):
    check(data, cc)


@pytest.mark.prove
def test_there_is_a_page_of_every_country_and_territory(data):
    codes = [cc for (cc,) in data.execute("SELECT cc FROM country")]
    assert len(codes) == 249
    for cc in codes:
        check(data, cc)


def test_holdings_are_those_of_the_records_themselves(data):
    """Counted another way: from the records, in plain Python."""
    rows = data.execute(
        "SELECT type, value FROM delegation WHERE cc = 'KE' AND status IN ('allocated', 'assigned')"
    ).fetchall()
    ipv4 = [value for kind, value in rows if kind == "ipv4"]
    ipv6 = [value for kind, value in rows if kind == "ipv6"]
    seen = words(page(data, "KE"))
    assert f"IPv4 addresses {len(ipv4):,} {sum(ipv4):,} " in seen
    size = sum(2 ** (32 - value) for value in ipv6)
    assert f"IPv6, in /32s {len(ipv6):,} {figure(size)} " in seen


def test_the_page_says_what_it_cannot_say_and_where_each_figure_is_from(data):
    seen = words(page(data, "BF"))
    assert "What these figures can't say" in seen and "where the holder registered" in seen
    for (title,) in data.execute(
        "SELECT title FROM source JOIN snapshot USING (source_id) WHERE detail = 'records'"
    ):
        assert title in seen


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0, "0"), (0.00004, "< 0.001"), (0.25, "0.250"), (5, "5.00"), (1234.5, "1,234")],
)
def test_figures_have_the_digits_that_count(value, shown):
    assert figure(value) == shown


def run(*arguments):
    return CliRunner().invoke(app, ["profile", *map(str, arguments)])


def test_countries_are_asked_for_by_code_or_by_name_in_any_language(tmp_path):
    done = run("bf", "Кения", "Kiribati", "肯尼亚", "--output", tmp_path / "pages", "--no-pdf")
    assert done.exit_code == 0, done.output
    made = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert made == [f"ipv6-profile-{cc}.html" for cc in ("BF", "KE", "KI")]


@pytest.mark.parametrize("asked", ["Congo", "Atlantis", "EU"])
def test_what_is_no_one_country_is_said_and_nothing_is_written(tmp_path, asked):
    done = run(asked, "--output", tmp_path / "pages", "--no-pdf")
    assert done.exit_code == 1
    assert "two letters" in done.output
    assert not (tmp_path / "pages").exists()
