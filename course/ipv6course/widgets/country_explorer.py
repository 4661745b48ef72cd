"""The country explorer: find countries in any of six languages, and compare up to four.

`country_facts` computes what is known of every country, `compare` makes table and chart of a few;
`CountryExplorer` lets a reader find and choose them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import ipywidgets
import traitlets

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import (
    REGISTRIES,
    Chart,
    Table,
    Translate,
    isolated,
    rounded,
    short,
)
from ipv6course.widgets.charts.comparison import comparison_chart
from ipv6course.widgets.charts.figure_box import FigureBox
from ipv6course.widgets.charts.sources import source_note
from ipv6course.widgets.column import Column
from ipv6data.queries import (
    PerHead,
    against_adoption,
    as_of,
    find_country,
    first_delegations,
    per_head,
)

MOST = 4  # countries: more cannot be read side by side at 360 pixels
# What the six languages call themselves.
LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "zh": "中文",
    "ru": "Русский",
}
GROUPS = ("ldc", "lldc", "sids", "transition")

LABELS = {
    "language": N_("Names in"),
    "search": N_("Find a country"),
    "found": N_("Found"),
    "add": N_("Add to the comparison"),
    "remove": N_("Remove {name}"),
    "title": N_("What countries hold, against the world's mean"),
    "facts": N_("Countries compared"),
    "fact": N_("Fact"),
    "choose": N_("Choose up to four countries. Type a name in any of the six languages."),
    "count": N_("{count} countries found."),
    "none": N_("No country is called so. Try a part of the name, or its code."),
    "added": N_("{name} is added."),
    "removed": N_("{name} is removed."),
    "there": N_("{name} is in the comparison already."),
    "full": N_("There are four. Remove one first."),
    "code": N_("Code"),
    "registry": N_("Regional registry"),
    "region": N_("Region (United Nations)"),
    "income": N_("Income (World Bank)"),
    "groups": N_("Groups"),
    "ldc": N_("least developed"),
    "lldc": N_("landlocked developing"),
    "sids": N_("small island developing"),
    "transition": N_("in transition"),
    "people": N_("People"),
    "ipv4": N_("IPv4 addresses, {date}"),
    "ipv4-head": N_("IPv4 addresses per head, {date}"),
    "ipv6": N_("IPv6, /32-equivalents, {date}"),
    "ipv6-million": N_("IPv6, /32-equivalents for a million people, {date}"),
    "asn": N_("AS numbers, {date}"),
    "first-ipv4": N_("First IPv4 delegation still held"),
    "first-ipv6": N_("First IPv6 delegation still held"),
    "newest": N_("IPv6, /32-equivalents, newest, neighbouring blocks merged"),
    "users": N_("Users with IPv6 (Google)"),
    "networks": N_("Networks that announce IPv6 (RIPE NCC)"),
    "dated": N_("{value} ({date})"),
    "ratio-ipv4": N_("IPv4 {date}"),
    "ratio-asn": N_("AS numbers {date}"),
    "ratio-ipv6": N_("IPv6 {date}"),
    "unknown": N_("-"),
}


class Facts(NamedTuple):
    """What is known of one country."""

    cc: str
    names: dict[str, str]
    """By language: en, fr, es, ar, zh, ru."""
    registry: str | None
    region: str
    income: str | None
    groups: tuple[str, ...]
    """Of ldc, lldc, sids, transition."""
    people: int | None
    held: dict[str, float]
    """By type: IPv4 addresses, IPv6 /32-equivalents, AS numbers."""
    ratio: dict[str, float | None]
    """By type, how many times the world's mean per head; None without a figure of people."""
    first_ipv4: str | None
    """A month."""
    first_ipv6: str | None
    newest: tuple[float, str | None]
    """IPv6 /32-equivalents of the newest country totals, and their date."""
    users: tuple[float | None, str | None]
    """Percent and date."""
    networks: tuple[float | None, str | None]
    """Percent and date."""


def country_facts(data: sqlite3.Connection) -> dict[str, Facts]:
    """Return what is known of each of the 249 countries and territories, by code.

    Args:
        data: The database, of `ipv6data.database.open_data`.
    """
    holdings: dict[str, dict[str | None, PerHead]] = {}
    means = {}
    for type in ("ipv4", "ipv6", "asn"):
        rows = per_head(data, type=type)
        holdings[type] = {row.cc: row for row in rows}
        counted = [row for row in rows if row.people]
        people = sum(row.people or 0 for row in counted)
        means[type] = sum(row.size for row in counted) / people if people else 0
    first = {row.cc: row for row in first_delegations(data)}
    use = {row.cc: row for row in against_adoption(data)}
    found = {}
    for cc, *rest in data.execute(
        "SELECT cc, registry, region, income, ldc, lldc, sids, transition,"
        " name_en, name_fr, name_es, name_ar, name_zh, name_ru FROM country ORDER BY cc"
    ):
        registry, region, income, *flags = rest[:7]
        own = {type: held[cc] for type, held in holdings.items()}
        found[cc] = Facts(
            cc=cc,
            names=dict(zip(LANGUAGES, rest[7:], strict=True)),
            registry=registry,
            region=region,
            income=income,
            groups=tuple(name for name, flag in zip(GROUPS, flags, strict=True) if flag),
            people=own["ipv6"].people,
            held={type: row.size for type, row in own.items()},
            ratio={type: _ratio(row.per_head, means[type]) for type, row in own.items()},
            first_ipv4=first[cc].first_ipv4,
            first_ipv6=first[cc].first_ipv6,
            newest=(use[cc].newest_size, use[cc].newest_date),
            users=(use[cc].users_percent, use[cc].users_date),
            networks=(use[cc].networks_percent, use[cc].networks_date),
        )
    return found


def _ratio(value: float | None, mean: float) -> float | None:
    return value / mean if value is not None and mean else None


def compare(
    countries: Sequence[Facts],
    *,
    date: str,
    note: str,
    table_note: str,
    language: str = "en",
    translate: Translate = _,
) -> Chart:
    """Return a comparison: the chart of what they hold per head, and the table of all facts.

    Args:
        countries: The facts of each.
        date: Of the registries' files.
        note: The source of the figure, with its date.
        table_note: The sources of all facts in the table, with their dates.
        language: Of the countries' names: en, fr, es, ar, zh, ru.
        translate: Turns an English label into the learner's language.
    """
    words = {name: translate(text) for name, text in LABELS.items()}
    names = [_name(facts, language) for facts in countries]
    measures = {type: words[f"ratio-{type}"].format(date=date) for type in ("ipv4", "asn", "ipv6")}
    chart = comparison_chart(
        {
            name: [(text, facts.ratio[type]) for type, text in measures.items()]
            for name, facts in zip(names, countries, strict=True)
        },
        title=words["title"],
        note=note,
        translate=translate,
    )
    columns = [_facts(facts, date, words) for facts in countries]
    labels = [label for label, _value in columns[0]] if columns else []
    table = Table(
        title=words["facts"],
        columns=(words["fact"], *names),
        rows=tuple(
            (label, *(column[place][1] for column in columns)) for place, label in enumerate(labels)
        ),
        note=table_note,
    )
    return Chart(chart.figure, table, chart.sentence, translate)


def _facts(facts: Facts, date: str, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return label and text of each fact, in the order of the table."""
    people = facts.people
    per_head = facts.held["ipv4"] / people if people else None
    per_million = 1_000_000 * facts.held["ipv6"] / people if people else None
    unknown = words["unknown"]

    def dated(value: float | None, when: str | None, unit: str = "") -> str:
        if value is None or when is None:
            return unknown
        return words["dated"].format(value=f"{_number(value)}{unit}", date=when)

    return [
        (words["code"], facts.cc),
        (words["registry"], REGISTRIES.get(facts.registry or "", unknown)),
        (words["region"], facts.region or unknown),
        (words["income"], facts.income or unknown),
        (words["groups"], ", ".join(words[name] for name in facts.groups) or unknown),
        (words["people"], unknown if people is None else f"{people:,}"),
        (words["ipv4"].format(date=date), _number(facts.held["ipv4"])),
        (words["ipv4-head"].format(date=date), unknown if per_head is None else _number(per_head)),
        (words["ipv6"].format(date=date), _number(facts.held["ipv6"])),
        (
            words["ipv6-million"].format(date=date),
            unknown if per_million is None else _number(per_million),
        ),
        (words["asn"].format(date=date), _number(facts.held["asn"])),
        (words["first-ipv4"], facts.first_ipv4 or unknown),
        (words["first-ipv6"], facts.first_ipv6 or unknown),
        (words["newest"], dated(*facts.newest)),
        (words["users"], dated(*facts.users, unit=" %")),
        (words["networks"], dated(*facts.networks, unit=" %")),
    ]


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return short(rounded(value, 3) or 0) if abs(value) < 1 else f"{value:.4g}"


def _name(facts: Facts, language: str) -> str:
    return facts.names[language] or facts.names["en"]


class CountryExplorer(Column):
    """A field to search in, a list of what is found, and the comparison of what is chosen.

    Tab moves on, typing finds, arrow keys choose in the list, Enter and Space press a button. What
    was done, or why not, is said in a live region.
    """

    value = traitlets.List(
        traitlets.Unicode(), help="The codes of the countries compared, in order, such as 'FJ'."
    )

    def __init__(
        self,
        data: sqlite3.Connection,
        countries: Sequence[str] = (),
        language: str = "en",
        translate: Translate = _,
    ) -> None:
        """Show a comparison.

        Args:
            data: The database, of `ipv6data.database.open_data`.
            countries: The codes of those to begin with, four at most.
            language: Of the countries' names: en, fr, es, ar, zh, ru.
            translate: Turns an English sentence or label into the learner's language.

        Raises:
            ValueError: There are more than four, one is there twice or is no country's code.
        """
        self._data, self._translate = data, translate
        self._labels = {name: translate(text) for name, text in LABELS.items()}
        self._facts = country_facts(data)
        self._notes = [
            source_note(data, query, translate=translate)
            for query in ("per_head", "against_adoption")
        ]
        self._date = as_of(data, "per_head").newest[:7]
        self._codes = self._checked(countries)
        self._make_controls(language)
        chosen = ipywidgets.HBox(self.remove, layout={"flex_flow": "row wrap"})
        self._status = ipywidgets.HTML()
        self._box = FigureBox(translate)
        self._box.with_table.value = True  # the table is the comparison
        super().__init__(
            [
                self.language,
                self.search,
                self.found,
                self.add,
                self._status,
                chosen,
                self._box,
            ],
            value=list(self._codes),
        )
        self.add_class("ipv6-countries")
        self._find()
        self._show()
        self._say(self._labels["choose"])
        self.observe(self._value_set, names="value")

    def chart(self) -> Chart:
        """Return the comparison: chart and table."""
        return compare(
            [self._facts[cc] for cc in self._codes],
            date=self._date,
            note=self._notes[0],
            table_note=self._notes[1],
            language=self.language.value,
            translate=self._translate,
        )

    def __repr__(self) -> str:
        """Return the sentence and the table: what a static page or a terminal shows instead."""
        return str(self.chart())

    # --- What a reader does; each says what it did, or why not -----------------------------------

    def choose(self, cc: str) -> None:
        """Add a country to the comparison, if there is room."""
        name = _name(self._facts[cc], self.language.value)
        if cc in self._codes:
            self._say(self._labels["there"].format(name=isolated(name)))
        elif len(self._codes) == MOST:
            self._say(self._labels["full"], alarm=True)
        else:
            self._adopt([*self._codes, cc])
            self._say(self._labels["added"].format(name=isolated(name)))

    def drop(self, cc: str) -> None:
        """Take a country out of the comparison."""
        name = _name(self._facts[cc], self.language.value)
        self._adopt([code for code in self._codes if code != cc])
        self._say(self._labels["removed"].format(name=isolated(name)))

    # --- Inside ----------------------------------------------------------------------------------

    def _make_controls(self, language: str) -> None:
        look = {
            "layout": {"width": "100%", "max_width": "34rem"},
            "style": {"description_width": "9em"},
        }
        label = self._labels
        self.language = ipywidgets.Dropdown(
            description=label["language"],
            options=[(name, code) for code, name in LANGUAGES.items()],
            value=language,
            **look,
        )
        self.search = ipywidgets.Text(description=label["search"], **look)
        self.found = ipywidgets.Select(description=label["found"], rows=6, **look)
        self.add = ipywidgets.Button(
            description=label["add"], layout={"width": "auto", "align_self": "flex-start"}
        )
        self.remove = [
            ipywidgets.Button(icon="times", layout={"width": "auto"}) for _place in range(MOST)
        ]
        for place, button in enumerate(self.remove):
            button.on_click(lambda _button, place=place: self.drop(self._codes[place]))
        self.language.observe(self._rename, names="value")
        self.search.observe(self._find, names="value")
        self.add.on_click(self._add_found)

    def _add_found(self, _button: Any) -> None:
        if self.found.value is not None:
            self.choose(self.found.value)

    def _find(self, _change: Any = None) -> None:
        """List the countries that the text finds, the best match first and chosen."""
        wanted = self.search.value.strip()
        found = find_country(self._data, wanted)
        self.found.options = [
            (self._line(row.cc, row.matched if wanted else ""), row.cc) for row in found
        ]
        self.found.value = found[0].cc if found else None
        self.add.disabled = not found
        if wanted:
            kind = "count" if found else "none"
            self._say(self._labels[kind].format(count=len(found)))

    def _line(self, cc: str, matched: str) -> str:
        """Return a line of the list: the name, and what was found where it is written otherwise."""
        name = _name(self._facts[cc], self.language.value)
        line = f"{isolated(name)} ({cc})"
        return line if matched in ("", name, cc) else f"{line} {isolated(matched)}"

    def _rename(self, _change: Any) -> None:
        self._find()
        self._show()

    def _value_set(self, change: Any) -> None:
        """Compare the countries that someone wrote into `value`."""
        if list(change["new"]) == self._codes:
            return
        try:
            codes = self._checked(change["new"])
        except ValueError:
            self.value = list(self._codes)
            raise
        self._adopt(codes)

    def _checked(self, codes: Sequence[str]) -> list[str]:
        for cc in codes:
            if cc not in self._facts:
                raise ValueError(f"{cc!r} is no country's code in ISO 3166-1, such as 'FJ'")
        if len(set(codes)) < len(codes) or len(codes) > MOST:
            raise ValueError(f"{list(codes)} are not up to {MOST} different countries")
        return list(codes)

    def _adopt(self, codes: list[str]) -> None:
        self._codes = codes
        self.value = list(codes)
        self._show()

    def _show(self) -> None:
        """Show the buttons of those that are chosen, and the comparison."""
        for place, button in enumerate(self.remove):
            is_used = place < len(self._codes)
            button.layout.display = "" if is_used else "none"
            if is_used:
                name = _name(self._facts[self._codes[place]], self.language.value)
                button.description = self._labels["remove"].format(name=isolated(name))
        self._box.layout.display = "" if self._codes else "none"
        self._box.show(self.chart())

    def _say(self, text: str, alarm: bool = False) -> None:
        role = "alert" if alarm else "status"
        style = "margin: .2em 0; line-height: 1.4; color: var(--jp-content-font-color1, #1a1a1a)"
        self._status.value = f'<p role="{role}" style="{style}"><bdi>{escape(text)}</bdi></p>'
