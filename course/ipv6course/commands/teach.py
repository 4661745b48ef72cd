"""`ipv6course teach DIR`: JupyterLab in an instructor's classroom, with Formgrader."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipv6course.commands.console import console, fail
from ipv6course.commands.server import LabServer, open_browser

_CONFIG = "nbgrader_config.py"
_FORMGRADER = "formgrader"


def exchange_of(folder: Path) -> Path | None:
    """Return the exchange that a classroom's configuration names, or None where it names none.

    The configuration is the instructor's own program; one that does not run ends the command.
    """
    from traitlets.config.loader import PyFileConfigLoader

    try:
        config = PyFileConfigLoader(_CONFIG, path=str(folder)).load_config()
    except Exception as error:  # whatever a program can raise
        fail(
            f"{folder / _CONFIG} does not run: {type(error).__name__}: {error}",
            "Repair it; or rename it, and `ipv6course classroom` makes a new one.",
        )
    root = config.Exchange.get("root")
    return folder / Path(root).expanduser() if isinstance(root, str) and root else None


def make_exchange(exchange: Path) -> None:
    """Make the exchange, which Formgrader wants to find; everybody may write into it.

    The rights are those that nbgrader's `release_assignment` gives.

    Raises:
        OSError: It cannot be made.
    """
    if not exchange.exists():
        exchange.mkdir(parents=True)
        exchange.chmod(0o777)


def classroom_server(folder: Path) -> LabServer:
    """Return the server of a classroom."""
    return LabServer(
        root=folder,
        state=folder / ".ipv6-course",
        page="lab",
        again=f"ipv6course teach {folder}",
        kinds=("teach",),
    )


def _welcome(server: LabServer, port: int, exchange: Path | None) -> list[str]:
    return [
        f"[green]✔[/] Your classroom is open:\n  {server.url(port)}",
        f"Formgrader (menu Nbgrader → Formgrader), also in a tab of its own:"
        f"\n  {server.url(port, _FORMGRADER)}",
        *(
            [f"Learners on this machine: ipv6course lab --exchange {escape(str(exchange))}"]
            if exchange
            else []
        ),
        "To stop, press Ctrl-C here. Grades and files stay.",
    ]


def teach(
    folder: Annotated[Path, typer.Argument(help="A classroom: ipv6course classroom DIR.")],
    port: Annotated[
        int | None,
        typer.Option(envvar="PORT", min=1, max=65535, help="By default the first free from 8888."),
    ] = None,
) -> None:
    """Open a classroom in JupyterLab, with Formgrader. BROWSER=none only prints the address."""
    folder = folder.expanduser().absolute()
    if not (folder / _CONFIG).is_file():
        fail(f"{folder} is not a classroom.", f"Make it one: ipv6course classroom {folder}")
    server = classroom_server(folder)
    try:
        if (running := server.running_port()) is not None:
            console.print(f"[green]✔[/] The classroom is already open:\n  {server.url(running)}")
            open_browser(server.url(running))
            return
        if (exchange := exchange_of(folder)) is not None:
            make_exchange(exchange)
        port = server.choose_port(port)
        with server.run(port) as process:
            server.serve(process, port, _welcome(server, port, exchange))
    except OSError as error:
        fail(f"{folder} cannot be used: {error}", "Are the folder and its exchange yours?")
