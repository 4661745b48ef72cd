"""Where a chart's numbers are from, in one line for its caption: every chart carries it."""

from __future__ import annotations

import sqlite3

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import Translate
from ipv6data.queries import as_of

LABELS = {
    "registries": N_("Source: delegation statistics of the regional registries, {date}"),
    "other": N_("Source: {publisher}, {title}, {date}"),
    "also": N_("{first}; {publisher}, {title}, {date}"),
}


def source_note(
    data: sqlite3.Connection,
    query: str,
    *,
    registry: str | None = None,
    translate: Translate = _,
) -> str:
    """Return the source and date of what a named query answers.

    Args:
        data: The database.
        query: The query's name, such as "pace".
        registry: As given to the query.
        translate: Turns an English label into the learner's language.

    Raises:
        ValueError: There is no such query.
    """
    found = as_of(data, query, registry=registry)
    files = {
        name for (name,) in data.execute("SELECT name FROM snapshot JOIN source USING (source_id)")
    }
    others = [name for name in found.sources if name not in files]
    note = ""
    if len(others) < len(found.sources):
        note = translate(LABELS["registries"]).format(date=found)
    for name in others:
        publisher, title, date = data.execute(
            "SELECT publisher, title, as_of FROM source WHERE name = ?", (name,)
        ).fetchone()
        facts = {"publisher": publisher, "title": title, "date": date}
        kind = "also" if note else "other"
        note = translate(LABELS[kind]).format(first=note, **facts)
    return note
