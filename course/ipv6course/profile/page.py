"""A country's profile as one HTML page that needs nothing else: no script, no picture, no font.

Everything is escaped by Jinja, and the page's own policy forbids scripts and requests even so.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ipv6course.classroom.messages import _, catalogue
from ipv6course.profile.charts import columns
from ipv6data.queries import Country, Period, country

_HERE = Path(__file__).parent
_OTHERS = ("fr", "es", "ar", "zh", "ru")


@dataclass(frozen=True)
class Source:
    """Where a part of the page is from."""

    title: str
    publisher: str
    as_of: str
    terms: str


@dataclass(frozen=True)
class People:
    """How many people a country had in a year."""

    people: int
    year: int


@dataclass(frozen=True)
class Pace:
    """What the country got each year, of one type."""

    title: str
    chart: Markup
    rows: Sequence[Period]
    """The years in which something was delegated, and the row without a date."""


def page(data: sqlite3.Connection, cc: str) -> str:
    """Return a country's page.

    Args:
        data: The database of `ipv6data.database.open_data`.
        cc: The country's code; `ipv6data.queries.find_country` finds it by name.

    Raises:
        ValueError: No country has this code.
    """
    found = country(data, cc)
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        catalogue(), newstyle=True
    )
    environment.filters |= {"figure": figure, "whole": whole, "percent": percent}
    return environment.get_template("profile.html.j2").render(**_view(data, found))


def _view(data: sqlite3.Connection, found: Country) -> dict[str, Any]:
    ipv4, ipv6, asn = (
        next(one for one in found.holdings if one.type == kind) for kind in ("ipv4", "ipv6", "asn")
    )
    return {
        "country": found,
        "name": found.names["en"],
        "names": [(language, found.names[language]) for language in _OTHERS],
        "groups": _groups(found),
        "language": catalogue().info().get("language", "en"),
        "ipv4": ipv4,
        "ipv6": ipv6,
        "asn": asn,
        "kinds": [
            (_("IPv4 addresses"), ipv4),
            (_("IPv6, in /32s"), ipv6),
            (_("AS numbers"), asn),
        ],
        "ipv6_pace": _pace(
            "ipv6", _("IPv6 delegated in each year, in /32s"), found.ipv6_pace, found.names["en"]
        ),
        "ipv4_pace": _pace(
            "ipv4", _("IPv4 addresses delegated in each year"), found.ipv4_pace, found.names["en"]
        ),
        "users": [one for one in found.use if one.series == "google-users"],
        "networks": _each_year([one for one in found.use if one.series == "ripencc-v6asn"]),
        "sources": [Source(*row) for row in data.execute(_SOURCES)],
        **_newest_people(data, found),
    }


_SOURCES = """
    SELECT title, publisher, as_of, terms FROM source
    WHERE source_id IN (SELECT source_id FROM snapshot WHERE detail = 'records')
       OR source_id IN (SELECT source_id FROM country_quarter)
       OR source_id IN (SELECT source_id FROM population)
       OR source_id IN (SELECT source_id FROM adoption WHERE cc <> '')
    ORDER BY as_of DESC, title
"""


def _groups(found: Country) -> list[str]:
    """Return the groups that a country belongs to, in words."""
    flags = [
        (found.ldc, _("least developed country (list of 2024)")),
        (found.lldc, _("landlocked developing country")),
        (found.sids, _("small island developing state")),
        (found.transition, _("economy in transition")),
    ]
    return [words for flag, words in flags if flag]


def _pace(name: str, title: str, periods: Sequence[Period], of: str) -> Pace | None:
    """Return a pace with its chart; None where nothing was ever delegated."""
    rows = [period for period in periods if period.records]
    if not rows:
        return None
    years = [(period.period, period.size) for period in periods if period.period is not None]
    about = _("{country}: one column a year; what was returned since is in no column.")
    return Pace(title, columns(name, title, about.format(country=of), years, figure), rows)


def _each_year(use: Sequence[Any]) -> list[Any]:
    """Return the last figure of each year."""
    return list({one.date[:4]: one for one in use}.values())


def _newest_people(data: sqlite3.Connection, found: Country) -> dict[str, Any]:
    """Return the newest figure of people, and the /32s for a million of them in the last quarter.

    The holdings' own figure of people is of the holdings' year, which is older.
    """
    query = "SELECT people, year FROM population WHERE cc = ? ORDER BY year DESC LIMIT 1"
    row = data.execute(query, [found.cc]).fetchone()
    if row is None or not found.quarters:
        return {"newest_people": None, "merged_per_million": None}
    people = People(*row)
    size = found.quarters[-1].ipv6_size * 1_000_000 / people.people
    return {"newest_people": people, "merged_per_million": size}


def whole(value: float | None) -> str:
    """Return a number without decimals, its thousands apart; a dash where there is none."""
    return "–" if value is None else f"{value:,.0f}"


def figure(value: float | None) -> str:
    """Return a number with about three digits that count."""
    if value is None:
        return "–"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) < 0.001:
        return "< 0.001"
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"


def percent(share: float | None) -> str:
    """Return a share of 1 as percent."""
    if share is None:
        return "–"
    return "0 %" if share == 0 else f"{figure(100 * share)} %"
