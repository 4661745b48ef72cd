"""`ipv6course lab`: JupyterLab at the course's home page, in the learner's own folder."""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipv6course.authoring import learner_folder
from ipv6course.authoring.build import built_notebooks, describe_course
from ipv6course.authoring.place import Placed
from ipv6course.commands.build import built_course
from ipv6course.commands.console import console, fail
from ipv6course.commands.server import LabServer, open_browser
from ipv6course.places import course_home, state_folder

_HOME_PAGE = "home.ipynb"


def prepare_home(build: Path, *, in_class: bool = False) -> list[Placed]:
    """Bring the learner's folder up to date with a built course; work is never overwritten.

    Args:
        build: A built course.
        in_class: The lessons come from the instructor, through an exchange: place none here.

    Raises:
        OSError: The folder cannot be written.
    """
    releases = {} if in_class else built_notebooks(build, "release")
    course = learner_folder.course_map_text(describe_course(build))
    page = files("ipv6course.commands").joinpath(_HOME_PAGE).read_text(encoding="utf-8")
    return learner_folder.prepare(releases, course, page)


def learners_server(exchange: Path | None = None) -> LabServer:
    """Return the server of the learner's folder, with an exchange where there is one."""
    in_class = ("exchange",) if exchange else ()
    return LabServer(
        root=course_home(),
        state=state_folder(),
        page=f"lab/tree/{_HOME_PAGE}",
        again=f"ipv6course lab --exchange {exchange}" if exchange else "make course",
        kinds=in_class,
        environ={
            "COURSE_HOME": str(course_home()),
            "IPV6COURSE_EXCHANGE": str(exchange or ""),
        },
        purpose=str(exchange or ""),
    )


def check_exchange(exchange: Path) -> Path:
    """Return the exchange's folder, or end with what is wrong with it."""
    exchange = exchange.expanduser().absolute()
    if sys.platform == "win32":
        fail(
            "nbgrader's exchange does not work on Windows.",
            "Work without it, and hand in a file: ipv6course lab",
        )
    if (exchange / "nbgrader_config.py").exists():
        fail(
            f"{exchange} is the instructor's classroom, not an exchange.",
            f"Its exchange usually is the folder in it: --exchange {exchange / 'exchange'}",
        )
    if not exchange.is_dir():
        fail(
            f"There is no exchange at {exchange}.",
            "The instructor makes it, and is told its name, with: ipv6course teach CLASSROOM",
        )
    return exchange


def _build_and_place(in_class: bool) -> None:
    """Bring the lessons up to date, and say where a newer one lies beside the learner's."""
    build, _report = built_course()
    for item in prepare_home(build, in_class=in_class):
        if item.outcome == "beside":
            console.print(f"  A newer {item.name} lies beside yours: {item.beside}")


def _welcome(server: LabServer, port: int) -> list[str]:
    fetch = "Your instructor's assignments: menu Nbgrader → Assignment List"
    return [
        f"[green]✔[/] The course is open:\n  {server.url(port)}",
        f"Your files: {escape(str(course_home()))}",
        *([fetch] if server.purpose else []),
        "To stop, press Ctrl-C here. Your work is saved.",
    ]


def lab(
    port: Annotated[
        int | None,
        typer.Option(envvar="PORT", min=1, max=65535, help="By default the first free from 8888."),
    ] = None,
    exchange: Annotated[
        Path | None,
        typer.Option(
            envvar="IPV6COURSE_EXCHANGE",
            help="Your class's exchange on this machine: fetch and hand in through it.",
        ),
    ] = None,
) -> None:
    """Open the course in JupyterLab. BROWSER=none only prints the address."""
    if exchange is not None:
        exchange = check_exchange(exchange)
    server = learners_server(exchange)
    try:
        if (running := server.running_port()) is not None:
            console.print(f"[green]✔[/] The course is already open:\n  {server.url(running)}")
            open_browser(server.url(running))
            return
        (course_home() / "work").mkdir(parents=True, exist_ok=True)
        port = server.choose_port(port)
        with server.run(port) as process:  # it starts while the lessons are built
            _build_and_place(in_class=exchange is not None)
            server.serve(process, port, _welcome(server, port))
    except OSError as error:
        fail(
            f"{course_home()} cannot be used: {error}",
            "Choose another folder: COURSE_HOME=/path/to/folder make course",
        )
