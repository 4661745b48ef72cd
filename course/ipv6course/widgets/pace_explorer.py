"""The pace explorer: how fast numbers are delegated, by registry and group of countries.

`pace_lines` computes what is drawn, `explore_pace` makes the chart of it; `PaceExplorer` lets a
reader choose. The months are read from the data once, so a choice only adds up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import ipywidgets
import traitlets

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import REGISTRIES, Chart, Translate
from ipv6course.widgets.charts.figure_box import FigureBox
from ipv6course.widgets.charts.pace import pace_chart
from ipv6course.widgets.charts.sources import source_note
from ipv6course.widgets.column import Column
from ipv6data.queries import as_of, parameters

ALL = "all"
TYPES = {"ipv6": N_("IPv6"), "ipv4": N_("IPv4"), "asn": N_("AS numbers")}
GROUPS = {
    ALL: N_("all together, one line"),
    "registry": N_("by registry"),
    "region": N_("by region (United Nations)"),
    "itu_region": N_("by ITU region"),
    "income": N_("by income (World Bank)"),
    "ldc": N_("least developed countries"),
    "lldc": N_("landlocked developing countries"),
    "sids": N_("small island developing states"),
    "transition": N_("economies in transition"),
}
MEASURES = {
    "records": N_("delegations a year"),
    "size": N_("size of the delegations a year"),
    "cumulative_records": N_("all delegations so far"),
    "cumulative": N_("size of all delegations so far"),
}
AXES = {"linear": N_("linear"), "log": N_("logarithmic")}

UNITS = {
    "ipv6": N_("/32-equivalents"),
    "ipv4": N_("addresses"),
    "asn": N_("AS numbers"),
    "records": N_("delegations"),
}
FLAGS = ("ldc", "lldc", "sids", "transition")
INCOMES = ("Low", "Lower middle", "Upper middle", "High")

LABELS = {
    "type": N_("Numbers"),
    "registry": N_("Registry"),
    "group": N_("Lines"),
    "measure": N_("Measure"),
    "axis": N_("Scale"),
    "every": N_("all five registries"),
    "everything": N_("all countries"),
    "others": N_("other countries"),
    "unclassified": N_("not classified"),
    "title": N_("{numbers}: {measure}, {registry}"),
    "survivors": N_("Of what was still held on that date"),
    "outside": N_("In no line, because it is under no country's code: {size} {unit}"),
}


class Settings(NamedTuple):
    """What a reader has chosen."""

    type: str = "ipv6"
    """`ipv6`, `ipv4` or `asn`."""
    registry: str = ALL
    """`afrinic`, `apnic`, `arin`, `lacnic`, `ripencc`, or `all`."""
    group: str = "registry"
    """What has a line of its own; see `GROUPS`."""
    measure: str = "records"
    """See `MEASURES`."""
    axis: str = "linear"
    """`linear` or `log`."""

    def checked(self) -> Settings:
        """Return the settings, if each is one that there is.

        Raises:
            ValueError: One is not; the message names it and those that there are.
        """
        known: tuple[Iterable[str], ...] = (TYPES, (ALL, *REGISTRIES), GROUPS, MEASURES, AXES)
        for name, value, choices in zip(self._fields, self, known, strict=True):
            if value not in choices:
                raise ValueError(f"{value!r} is no {name}; use one of {', '.join(choices)}")
        return self


class Year(NamedTuple):
    """What one registry delegated to one country in one year, of what is still held."""

    year: str | None
    """None where the file has no date."""
    registry: str
    cc: str | None
    records: int
    size: float


# As the text of the named query "pace", for all types, registries and countries at once: a widget
# that asked anew at each choice would take longer than 100 ms. IPv6 is counted in /64s.
YEARLY = """
SELECT type, substr(month, 1, 4), registry, cc, SUM(records),
       SUM(records * CASE type WHEN 'ipv6' THEN 1 << (64 - value) ELSE value END)
FROM tally
WHERE snapshot_id IN (SELECT value FROM json_each(:snapshots))
  AND status IN ('allocated', 'assigned')
GROUP BY 1, 2, 3, 4
"""


def yearly(data: sqlite3.Connection) -> dict[str, list[Year]]:
    """Return what was delegated by year, registry and country, by type of number.

    Sizes are in the units of `ipv6data.queries`.
    """
    found: dict[str, list[Year]] = {type: [] for type in TYPES}
    for type, year, registry, cc, records, size in data.execute(YEARLY, parameters(data)):
        if type == "ipv6":
            size /= 1 << 32
        found[type].append(Year(year, registry, cc, records, size))
    return found


def memberships(data: sqlite3.Connection, translate: Translate = _) -> dict[str, dict[str, str]]:
    """Return the group that each country is in, by the name of the grouping and its code."""
    columns = [name for name in GROUPS if name not in (ALL, "registry")]
    words = {name: translate(text) for name, text in (LABELS | GROUPS).items()}
    found: dict[str, dict[str, str]] = {name: {} for name in columns}
    for cc, *values in data.execute(f"SELECT cc, {', '.join(columns)} FROM country"):
        for name, value in zip(columns, values, strict=True):
            if name in FLAGS:
                found[name][cc] = words[name if value else "others"]
            else:
                found[name][cc] = value or words["unclassified"]
    return found


def pace_lines(
    rows: Iterable[Year],
    settings: Settings,
    members: Mapping[str, str],
    until: str,
    everything: str = "all countries",
) -> tuple[dict[str, list[tuple[str | None, float]]], float]:
    """Add up what the settings ask for.

    Args:
        rows: What was delegated by year, registry and country.
        settings: The choice; its type and axis do not matter here.
        members: The group of each country, where the lines are groups of countries.
        until: The last year.
        everything: The name of the one line that is no group.

    Returns:
        Pairs of year and value, by the name of the line; every year from the first of all lines to
        the last; None, last, is without a date. And what is in no line, because its code is no
        country's: a sum over all years.
    """
    counts = "records" in settings.measure
    sums: dict[str, dict[str | None, float]] = {}
    outside = 0.0
    for row in rows:
        if settings.registry not in (ALL, row.registry):
            continue
        value = row.records if counts else row.size
        if settings.group == ALL:
            name: str | None = everything
        elif settings.group == "registry":
            name = REGISTRIES[row.registry]
        else:
            name = members.get(row.cc or "")
        if name is None:
            outside += value
        else:
            line = sums.setdefault(name, {})
            line[row.year] = line.get(row.year, 0) + value
    first = min((year for line in sums.values() for year in line if year), default=until)
    years = [str(year) for year in range(int(first), int(until) + 1)]
    is_total = "cumulative" in settings.measure
    lines = {name: _line(sums[name], years, is_total) for name in sorted(sums, key=_order)}
    return lines, outside


def _line(
    sums: Mapping[str | None, float], years: Sequence[str], is_total: bool
) -> list[tuple[str | None, float]]:
    line: list[tuple[str | None, float]] = []
    total = 0.0
    for year in years:
        total = total + sums.get(year, 0) if is_total else sums.get(year, 0)
        line.append((year, total))
    if None in sums:
        line.append((None, total + sums[None] if is_total else sums[None]))
    return line


def _order(name: str) -> tuple[int, str]:
    """Order lines by name, but incomes from low to high."""
    return (INCOMES.index(name) if name in INCOMES else len(INCOMES), name)


class PaceExplorer(Column):
    """Five choices, and the chart, sentence and table that they make.

    Each choice is a list: Tab moves to it, arrow keys choose in it.
    """

    value = traitlets.List(
        traitlets.Unicode(), help="The settings in the order of `Settings`, such as 'ipv6', 'all'."
    )

    def __init__(
        self,
        data: sqlite3.Connection,
        settings: Sequence[str] = Settings(),
        translate: Translate = _,
    ) -> None:
        """Show the pace.

        Args:
            data: The database, of `ipv6data.database.open_data`.
            settings: What is chosen at the beginning, in the order of `Settings`.
            translate: Turns an English sentence or label into the learner's language.

        Raises:
            ValueError: One of the settings is not one that there is.
        """
        self._translate = translate
        self._labels = {name: translate(text) for name, text in LABELS.items()}
        self._now = Settings(*settings).checked()
        self._rows = yearly(data)
        self._members = memberships(data, translate)
        self._note = source_note(data, "pace", translate=translate)
        self._until = as_of(data, "pace").newest
        self._busy = False
        self._make_controls()
        self._box = FigureBox(translate)
        super().__init__([*self.controls.values(), self._box], value=list(self._now))
        self.add_class("ipv6-pace")
        self._show()
        self.observe(self._value_set, names="value")

    def chart(self) -> Chart:
        """Return the chart of the settings."""
        now, label = self._now, self._labels
        members = self._members.get(now.group, {})
        lines, outside = pace_lines(
            self._rows[now.type], now, members, self._until[:4], label["everything"]
        )
        unit = self._translate(UNITS["records" if "records" in now.measure else now.type])
        notes = [self._note, label["survivors"]]
        if outside:
            notes.append(label["outside"].format(size=f"{outside:,.0f}", unit=unit))
        return pace_chart(
            lines,
            title=label["title"].format(
                numbers=self._translate(TYPES[now.type]),
                measure=self._translate(MEASURES[now.measure]),
                registry=REGISTRIES.get(now.registry, label["every"]),
            ),
            unit=unit,
            note=". ".join(notes),
            log=now.axis == "log",
            partial="" if self._until.endswith("-12-31") else self._until[:4],
            translate=self._translate,
        )

    def __repr__(self) -> str:
        """Return the sentence and the table: what a static page or a terminal shows instead."""
        return str(self.chart())

    def _make_controls(self) -> None:
        registries = {ALL: self._labels["every"], **REGISTRIES}
        choices = (TYPES, registries, GROUPS, MEASURES, AXES)
        self.controls = {}
        for name, value, known in zip(Settings._fields, self._now, choices, strict=True):
            control = ipywidgets.Dropdown(
                description=self._labels[name],
                options=[(self._translate(text), choice) for choice, text in known.items()],
                value=value,
                layout={"width": "100%", "max_width": "30rem"},
                style={"description_width": "6em"},
            )
            control.observe(self._chosen, names="value")
            self.controls[name] = control

    def _chosen(self, _change: Any) -> None:
        if not self._busy:
            self._adopt(Settings(*(control.value for control in self.controls.values())))

    def _value_set(self, change: Any) -> None:
        """Take the settings that someone wrote into `value`."""
        if self._busy or tuple(change["new"]) == self._now:
            return
        try:
            self._adopt(Settings(*change["new"]).checked())
        except (ValueError, TypeError):
            self._adopt(self._now)
            raise

    def _adopt(self, settings: Settings) -> None:
        """Make settings, controls and `value` say the same."""
        self._now = settings
        self._busy = True
        try:
            for control, value in zip(self.controls.values(), settings, strict=True):
                control.value = value
            self.value = list(settings)
        finally:
            self._busy = False
        self._show()

    def _show(self) -> None:
        self._box.show(self.chart())
