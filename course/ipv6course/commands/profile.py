"""`ipv6course profile CC…`: a country's holdings, pace and use of IPv6 as one page."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipv6course.classroom.messages import _
from ipv6course.commands.console import console, fail, progress_bar
from ipv6data.database import open_data
from ipv6data.queries import find_country

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_SECONDS = 60


def profile(
    countries: Annotated[
        list[str],
        typer.Argument(
            metavar="COUNTRY…", help="Codes or names, in any UN language; `all` for all."
        ),
    ],
    output: Annotated[Path, typer.Option(help="The folder for the pages.")] = Path(),
    pdf: Annotated[bool, typer.Option(help="Also a PDF, with Chromium if there is one.")] = True,
) -> None:
    """Write a page about each country: what it holds, how it came, what is used, with sources."""
    from ipv6course.profile.page import page

    data = open_data()
    codes = _codes(data, countries)
    output.mkdir(parents=True, exist_ok=True)
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None) if pdf else None
    without = []
    with progress_bar(_("Writing")) as update:
        for number, code in enumerate(codes):
            update(code, number, len(codes))
            place = output / f"ipv6-profile-{code}.html"
            place.write_text(page(data, code), encoding="utf-8")
            if browser and not write_pdf(browser, place):
                without.append(code)
    for code in codes[:10]:
        console.print(f"[green]✔[/] {escape(str(output / f'ipv6-profile-{code}.html'))}")
    if len(codes) > 10:
        console.print(_("… and {count} more").format(count=len(codes) - 10))
    if pdf and not browser:
        console.print(_("There is no Chromium here, so there is no PDF: print the page instead."))
    if without:
        fail(_("Chromium made no PDF of {codes}.").format(codes=", ".join(without)))


def _codes(data: sqlite3.Connection, wanted: list[str]) -> list[str]:
    """Return the codes of what was asked for; end the command where one is not found."""
    if wanted == ["all"]:
        return [cc for (cc,) in data.execute("SELECT cc FROM country ORDER BY cc")]
    codes = []
    for text in wanted:
        found = find_country(data, text)
        exact = [one for one in found if text.upper() in (one.cc, one.name.upper())] or found
        if len(exact) != 1:
            names = ", ".join(f"{one.name} ({one.cc})" for one in exact[:8])
            fail(
                _("No country is called {text}.").format(text=repr(text))
                if not exact
                else _("{text} can be {names}.").format(text=repr(text), names=names),
                _("Give the code in two letters (ISO 3166-1), such as BF."),
            )
        codes.append(exact[0].cc)
    return list(dict.fromkeys(codes))


def write_pdf(browser: str, page: Path) -> bool:
    """Print a page to a PDF beside it; return whether it worked."""
    place = page.with_suffix(".pdf").absolute()
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="ipv6course-") as home:
        command = [
            *(browser, "--headless", *root, "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--no-pdf-header-footer"),
            *(f"--user-data-dir={home}", f"--print-to-pdf={place}", page.absolute().as_uri()),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
        except (subprocess.SubprocessError, OSError):
            return False
    return place.is_file()
