"""The report as one HTML page that needs nothing else: no script, no picture, no font.

Everything is escaped by Jinja, and the page's own policy forbids scripts and requests even so. A
long list is cut, and says how many are left out; the CSV file has all.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ipv6grader.report import charts
from ipv6grader.report.contents import Item, Mistake, Report, Status, Submission
from ipv6grader.report.items import FEWEST, reading
from ipv6grader.report.messages import _, catalogue, ngettext
from ipv6grader.report.plain_text import one_line

_HERE = Path(__file__).parent
_BINS = 10  # of the score distribution
_NEAR = 1e-9
_MOST_PEOPLE = 60  # in a list of learners with reasons
_MOST_NAMES = 150  # in a list of names
_MOST_KINDS = 30  # of mistakes, repairs, ways to run
_MOST_BARS = 15  # of the mistakes' chart
_MOST_SENTENCES = 2  # for one learner
_ID, _LABEL, _SENTENCE = 40, 44, 160  # characters

T = TypeVar("T")


@dataclass(frozen=True)
class Cut(Generic[T]):
    """The beginning of a list."""

    shown: Sequence[T]
    left_out: int

    @classmethod
    def at(cls, everything: Sequence[T], most: int) -> "Cut[T]":
        """Return a list's first entries, and how many more it has."""
        return cls(everything[:most], max(0, len(everything) - most))


@dataclass(frozen=True)
class Bin:
    """A row of a histogram's table."""

    label: str
    count: int
    second: int = 0
    """The count of the second kind."""


def page(report: Report) -> str:
    """Return the page."""
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
    environment.filters |= {
        "number": number,
        "percent": percent,
        "duration": duration,
        "id": partial(one_line, longest=_ID),
        "sentence": partial(one_line, longest=_SENTENCE),
    }
    template = environment.get_template("report.html.j2")
    return template.render(**_view(report))


def _view(report: Report) -> dict[str, Any]:
    """Return what the template shows."""
    graded = [one for one in report.submissions if one.status is Status.GRADED]
    person = sorted((one for one in graded if one.person), key=lambda one: not one.urgent)
    late = [one for one in graded if one.seconds_late > 0 or one.penalty > 0]
    return {
        "report": report,
        "language": catalogue().info().get("language", "en"),
        "graded": graded,
        "waiting": _names(report, Status.WAITING),
        "missing": _names(report, Status.MISSING),
        "open": sum(bool(one.pending) for one in graded),
        "person": Cut.at(person, _MOST_PEOPLE),
        "person_count": len(person),
        "most_sentences": _MOST_SENTENCES,
        "late": Cut.at(sorted(late, key=lambda one: -one.seconds_late), _MOST_PEOPLE),
        "late_count": len(late),
        "penalties": sum(one.penalty for one in late),
        "waiting_cells": _waiting_cells(report, graded),
        "scores": _scores(report, graded),
        "exercises": _exercises(report),
        "mistakes": _mistakes(report, len(graded)),
        "times": _times(graded),
        "runs": Cut.at(report.runs, _MOST_KINDS),
        "repairs": Cut.at(report.repairs, _MOST_KINDS),
        "repaired_count": sum(bool(one.repaired) for one in graded),
        "without_journal": sum(not one.journal for one in graded),
        "fewest": FEWEST,
        "reading": reading,
        "many_notebooks": len({cell.notebook for cell in report.cells}) > 1,
    }


def _names(report: Report, status: Status) -> Cut[Submission]:
    return Cut.at([one for one in report.submissions if one.status is status], _MOST_NAMES)


def _waiting_cells(report: Report, graded: Sequence[Submission]) -> list[tuple[Any, int]]:
    """Return the cells that wait for a person, and in how many submissions."""
    counts = [0] * len(report.cells)
    for one in graded:
        for position in one.pending:
            counts[position] += 1
    return [(cell, count) for cell, count in zip(report.cells, counts, strict=True) if count]


# --- scores ---------------------------------------------------------------------------------------


def score_bins(scores: Sequence[float], most: float) -> list[Bin]:
    """Return how many scores lie in each tenth of the maximum, and above it where there are such.

    Raises:
        ValueError: The maximum is not positive.
    """
    if most <= 0:
        raise ValueError(f"{most} points can be earned; shares of it are not defined")
    counts = [0] * (_BINS + 1)
    for score in scores:
        share = score / most
        over = share > 1 + _NEAR
        counts[_BINS if over else max(0, min(int(share * _BINS + _NEAR), _BINS - 1))] += 1
    bins = [
        Bin(_("{low} % to under {high} %").format(low=low, high=low + 100 // _BINS), count)
        for low, count in zip(range(0, 100, 100 // _BINS), counts, strict=False)
    ]
    bins[-1] = Bin(_("90 % to 100 %"), bins[-1].count)
    if counts[_BINS]:
        bins.append(Bin(_("over 100 %, by extra credit"), counts[_BINS]))
    return bins


def _scores(report: Report, graded: Sequence[Submission]) -> dict[str, Any] | None:
    """Return the distribution, its chart and its figures; None where there is none."""
    scores = [one.score for one in graded if one.score is not None]
    if not scores or report.max_score <= 0:
        return None
    bins = score_bins(scores, report.max_score)
    lower, middle, upper = (
        statistics.quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else scores * 3
    )
    scale = [f"{100 * tenth // _BINS}" for tenth in range(_BINS + 1)]
    description = ngettext(
        "{count} submission. The middle one has {median} of {most} points.",
        "{count} submissions. The middle one has {median} of {most} points.",
        len(scores),
    ).format(count=len(scores), median=number(middle), most=number(report.max_score))
    return {
        "bins": bins,
        "description": description,
        "chart": charts.columns(
            "scores",
            _("How many submissions have which share of the points, in per cent"),
            description,
            [one.count for one in bins],
            scale + ([_("more")] if len(bins) > _BINS else []),
        ),
        "mean": statistics.fmean(scores),
        "median": middle,
        "lower": lower,
        "upper": upper,
        "lowest": min(scores),
        "highest": max(scores),
        "spread": statistics.stdev(scores) if len(scores) > 1 else None,
    }


# --- exercises ------------------------------------------------------------------------------------


def _exercises(report: Report) -> dict[str, Any]:
    """Return the exercises with their two charts, and their cells where one has several."""
    items = report.exercises
    several = len({item.notebook for item in items}) > 1

    def label(item: Item) -> str:
        name = f"{item.name} · {item.notebook}" if several else item.name
        return one_line(name, _LABEL)

    shares = [
        charts.Bar(label(item), item.share, "–" if item.share is None else percent(item.share))
        for item in items
    ]
    apart = [
        charts.Bar(label(item), item.discrimination, f"{item.discrimination:.2f}")
        for item in items
        if item.discrimination is not None
    ]
    return {
        "items": items,
        "cells": report.items if len(report.items) > len(items) else (),
        "difficulty": _chart(
            "difficulty",
            _("Share of the points earned, for each exercise"),
            _("A short bar is a hard exercise. The table below has the same figures."),
            shares,
        ),
        "discrimination": _chart(
            "discrimination",
            _("Discrimination of each exercise, from -1 to 1"),
            _("A bar to the left of the line is below zero: look at that exercise first."),
            apart,
            low=-1.0,
        ),
    }


def _chart(name: str, title: str, text: str, bars: Sequence[charts.Bar], **scale: float) -> Markup:
    """Return a chart, or nothing where there is no figure."""
    if all(bar.value is None for bar in bars):
        return Markup("")
    return charts.rows(name, title, text, bars, **scale)


# --- mistakes -------------------------------------------------------------------------------------


def _mistakes(report: Report, graded: int) -> dict[str, Any]:
    """Return the mistakes and their chart, in which a full bar is every submission."""
    bars = [
        charts.Bar(
            one_line(one.hint or f"{_error_name(one)}: {one.text}", _LABEL),
            one.submissions,
            f"{one.submissions}",
        )
        for one in report.mistakes[:_MOST_BARS]
    ]
    return {
        "all": Cut.at(report.mistakes, _MOST_KINDS),
        "chart": _chart(
            "mistakes",
            _("How many submissions met each mistake"),
            _("The most frequent is at the top. The table below has the same figures."),
            bars,
            high=float(graded or 1),
        ),
        "error_name": _error_name,
    }


def _error_name(mistake: Mistake) -> str:
    return _("Text on stderr") if mistake.error == "stderr" else mistake.error


# --- times ----------------------------------------------------------------------------------------


def time_bins(wall: Sequence[float], cpu: Sequence[float]) -> list[Bin]:
    """Return how many submissions took how long, in steps of 1, 2 and 5 as times spread widely."""
    edges = [round(step * 10.0**power, 9) for power in range(-2, 5) for step in (1, 2, 5)]
    both = [*wall, *cpu]
    first = max((n for n, edge in enumerate(edges) if edge <= min(both)), default=0)
    last = min((n for n, edge in enumerate(edges) if edge > max(both)), default=len(edges) - 1)

    def within(times: Sequence[float], low: float, high: float) -> int:
        return sum(low <= time < high for time in times)

    bins: list[Bin] = []
    if any(time < edges[first] for time in both):
        label = _("under {high} s").format(high=number(edges[first]))
        bins.append(Bin(label, within(wall, 0, edges[first]), within(cpu, 0, edges[first])))
    for low, high in zip(edges[first:last], edges[first + 1 : last + 1], strict=True):
        label = _("{low} s to under {high} s").format(low=number(low), high=number(high))
        bins.append(Bin(label, within(wall, low, high), within(cpu, low, high)))
    if any(time >= edges[last] for time in both):
        label = _("{low} s or more").format(low=number(edges[last]))
        endless = float("inf")
        bins.append(
            Bin(label, within(wall, edges[last], endless), within(cpu, edges[last], endless))
        )
    return bins


def _times(graded: Sequence[Submission]) -> dict[str, Any] | None:
    """Return the times, their chart and their figures; None where no journal has any."""
    wall = [one.seconds for one in graded if one.seconds is not None]
    cpu = [one.cpu_seconds for one in graded if one.cpu_seconds is not None]
    if not wall and not cpu:
        return None
    bins = time_bins(wall, cpu)
    bars: list[charts.Bar] = []
    for one in bins:
        bars.append(
            charts.Bar(_("{span}, by the clock").format(span=one.label), one.count, f"{one.count}")
        )
        bars.append(
            charts.Bar(
                _("{span}, of the processor").format(span=one.label),
                one.second,
                f"{one.second}",
                second=True,
            )
        )
    most = max(max(one.count, one.second) for one in bins)
    return {
        "bins": bins,
        "chart": _chart(
            "times",
            _("How many submissions took how long to grade"),
            _("Two bars for each span: by the clock, and of the processor."),
            bars,
            high=float(most),
        ),
        "kinds": [
            (name, _summary(times))
            for name, times in ((_("By the clock"), wall), (_("Of the processor"), cpu))
            if times
        ],
    }


def _summary(times: Sequence[float]) -> dict[str, float]:
    many = len(times) > 1
    return {
        "median": statistics.median(times),
        "most": statistics.quantiles(times, n=20, method="inclusive")[-1] if many else times[0],
        "longest": max(times),
        "all": sum(times),
    }


# --- figures --------------------------------------------------------------------------------------


def number(value: float | None) -> str:
    """Return a number for people: at most two decimals, and no more than it has."""
    if value is None:
        return "–"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(share: float | None) -> str:
    """Return a share as a percentage; a part that is not all is never rounded to all."""
    if share is None:
        return "–"
    whole = round(100 * share)
    if whole == 100 and share < 1 - _NEAR:
        whole = 99
    if whole == 0 and share > _NEAR:
        whole = 1
    return f"{whole} %"


def duration(seconds: float) -> str:
    """Return a time in the largest unit that fits."""
    if seconds < 60:
        return _("{count} s").format(count=number(seconds))
    if seconds < 3600:
        return _("{count} min").format(count=round(seconds / 60))
    if seconds < 48 * 3600:
        return _("{count} h").format(count=number(round(seconds / 3600, 1)))
    return _("{count} days").format(count=number(round(seconds / 86400, 1)))
