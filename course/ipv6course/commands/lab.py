"""`ipv6course lab`: JupyterLab at the course's home page, in the learner's own folder."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from ipv6course.authoring import learner_folder
from ipv6course.authoring.build import built_notebooks, describe_course
from ipv6course.authoring.place import Placed
from ipv6course.commands.build import built_course
from ipv6course.commands.console import console, fail
from ipv6course.places import course_home, state_folder, write_atomically

_FIRST_PORT = 8888
_PATIENCE = 120  # seconds: a shared machine of a workshop starts thirty servers at once
_HOME_PAGE = "home.ipynb"
_LOG = "server.log"


def prepare_home(build: Path) -> list[Placed]:
    """Bring the learner's folder up to date with a built course; work is never overwritten.

    Raises:
        OSError: The folder cannot be written.
    """
    course = learner_folder.course_map_text(describe_course(build))
    page = files("ipv6course.commands").joinpath(_HOME_PAGE).read_text(encoding="utf-8")
    return learner_folder.prepare(built_notebooks(build, "release"), course, page)


def server_command(home: Path, port: int, token: str) -> list[str]:
    """Return the command that starts JupyterLab for the learner.

    The server listens on this machine only, with the learner's menus and without the news pop-up.
    """
    settings = Path(str(files("ipv6course"))) / "jupyter" / "settings"
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--log-level=WARN"),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={home}",
        f"--IdentityProvider.token={token}",
        f"--LabApp.default_url=/lab/tree/{_HOME_PAGE}",
        f"--LabApp.app_settings_dir={settings}",
        f"--LabApp.user_settings_dir={state_folder() / 'lab' / 'settings'}",
        f"--LabApp.workspaces_dir={state_folder() / 'lab' / 'workspaces'}",
    ]


def server_environ() -> dict[str, str]:
    """Return the environment of the server and its kernels."""
    own = str(files("ipv6course").joinpath("jupyter"))
    scripts = str(Path(sys.executable).parent)
    paths = [own, os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {
        **os.environ,
        "COURSE_HOME": str(course_home()),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
    }


def _url(port: int, token: str) -> str:
    return f"http://127.0.0.1:{port}/lab/tree/{_HOME_PAGE}?token={token}"


def _answers(port: int, token: str) -> bool:
    """Return whether the learner's own server answers on a port."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/status", headers={"Authorization": f"token {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _choose_port(wanted: int | None) -> int:
    if wanted is not None:
        if not _is_free(wanted):
            fail(
                f"Port {wanted} is taken by another program.",
                f"Choose another one: make course PORT={wanted + 1}",
            )
        return wanted
    return next(port for port in range(_FIRST_PORT, 65536) if _is_free(port))


def _token() -> str:
    """Return the secret of the learner's server; it stays, so that a bookmark does."""
    path = state_folder() / "token"
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        token = secrets.token_hex(24)
        write_atomically(path, token + "\n", private=True)
        return token


def _running_port(token: str) -> int | None:
    """Return the port of a server that already runs for this folder."""
    try:
        port = json.loads((state_folder() / "server.json").read_text(encoding="utf-8"))["port"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return port if isinstance(port, int) and _answers(port, token) else None


def _wait(server: "subprocess.Popen[bytes]", port: int, token: str, log: Path) -> None:
    with console.status("Starting JupyterLab …"):
        end = time.monotonic() + _PATIENCE
        while not _answers(port, token):
            if server.poll() is not None or time.monotonic() > end:
                server.terminate()
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                fail(f"JupyterLab did not start. Its last words, from {log}:\n{tail}")
            time.sleep(0.1)


def _open_browser(url: str) -> None:
    if os.environ.get("BROWSER", "").lower() != "none":
        webbrowser.open(url)


@contextmanager
def _server(port: int, token: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run JupyterLab for the length of the block; a Ctrl-C in the block ends it in peace."""
    state = state_folder()
    for ending in (signal.SIGINT, signal.SIGTERM):  # also where a shell had them ignored
        signal.signal(ending, signal.default_int_handler)
    with (state / _LOG).open("wb") as output:
        server = subprocess.Popen(
            server_command(course_home(), port, token),
            env=server_environ(),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield server
    except KeyboardInterrupt:
        console.print("\nStopping …")
    finally:
        server.terminate()
        server.wait()
        (state / "server.json").unlink(missing_ok=True)


def _build_and_place() -> None:
    """Bring the lessons up to date, and say where a newer one lies beside the learner's."""
    build, _report = built_course()
    for item in prepare_home(build):
        if item.outcome == "beside":
            console.print(f"  A newer {item.name} lies beside yours: {item.beside}")


def _serve(server: "subprocess.Popen[bytes]", port: int, token: str) -> None:
    """Say where the course is, and wait until JupyterLab ends."""
    state, url = state_folder(), _url(port, token)
    _wait(server, port, token, state / _LOG)
    write_atomically(state / "server.json", json.dumps({"port": port}) + "\n")
    console.print(f"[green]✔[/] The course is open:\n  {url}")
    console.print(f"Your files: {course_home()}", markup=False)
    console.print("To stop, press Ctrl-C here. Your work is saved.")
    _open_browser(url)
    if server.wait() != 0:
        console.print(f"JupyterLab has ended by itself; its log is {state / _LOG}.", markup=False)
        console.print("To open it again: make course")


def lab(
    port: Annotated[
        int | None,
        typer.Option(envvar="PORT", min=1, max=65535, help="By default the first free from 8888."),
    ] = None,
) -> None:
    """Open the course in JupyterLab. BROWSER=none only prints the address."""
    try:
        token = _token()
        if (running := _running_port(token)) is not None:
            console.print(f"[green]✔[/] The course is already open:\n  {_url(running, token)}")
            _open_browser(_url(running, token))
            return
        port = _choose_port(port)
        with _server(port, token) as server:  # it starts while the lessons are built
            _build_and_place()
            _serve(server, port, token)
    except OSError as error:
        fail(
            f"{course_home()} cannot be used: {error}",
            "Choose another folder: COURSE_HOME=/path/to/folder make course",
        )
