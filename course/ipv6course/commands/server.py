"""A JupyterLab server for one folder: started, waited for, found again, and ended by Ctrl-C.

It listens on this machine only, without the news pop-up, and with a secret that stays, so that a
bookmark does.
"""

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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from ipv6course.commands.console import console, fail
from ipv6course.places import write_atomically

FIRST_PORT = 8888
_PATIENCE = 120  # seconds: a shared machine of a workshop starts thirty servers at once
_LOG = "server.log"


@dataclass(frozen=True)
class LabServer:
    """JupyterLab for one folder."""

    root: Path
    """The folder that JupyterLab shows, and in which it starts."""
    state: Path
    """Where it keeps its secret, port, log and the user's settings."""
    page: str
    """What it opens, after the server's address, such as `lab/tree/home.ipynb`."""
    again: str
    """The command that opens it again; messages name it."""
    kinds: tuple[str, ...] = ()
    """Folders of `ipv6course/jupyter` whose configuration comes before everybody's."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """What its environment has besides this process's."""
    purpose: str = ""
    """A server that runs already is the wanted one only if it has the same purpose."""

    def command(self, port: int) -> list[str]:
        """Return the command that starts JupyterLab."""
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--log-level=WARN"),
            *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token()}",
            f"--LabApp.default_url=/{self.page}",
            f"--LabApp.app_settings_dir={_settings() / 'settings'}",
            f"--LabApp.user_settings_dir={self.state / 'lab' / 'settings'}",
            f"--LabApp.workspaces_dir={self.state / 'lab' / 'workspaces'}",
        ]

    def child_environ(self) -> dict[str, str]:
        """Return the environment of the server and its kernels.

        nbgrader starts `alembic` by name, so this Python's scripts come first.
        """
        own = [str(_settings() / kind) for kind in self.kinds]
        paths = [*own, str(_settings()), os.environ.get("JUPYTER_CONFIG_PATH", "")]
        scripts = str(Path(sys.executable).parent)
        return {
            **os.environ,
            "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
            "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
            **self.environ,
        }

    def url(self, port: int, page: str = "") -> str:
        """Return the address of a page, with the secret."""
        return f"http://127.0.0.1:{port}/{page or self.page}?token={self.token()}"

    def token(self) -> str:
        """Return the server's secret; it is made at the first call, and stays."""
        path = self.state / "token"
        try:
            return path.read_text(encoding="ascii").strip()
        except OSError:
            token = secrets.token_hex(24)
            write_atomically(path, token + "\n", private=True)
            return token

    def running_port(self) -> int | None:
        """Return the port of a server that already runs for this folder.

        One that runs for another purpose ends the command with what to do.
        """
        try:
            record = json.loads((self.state / "server.json").read_text(encoding="utf-8"))
            port, purpose = record["port"], record.get("purpose", "")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if not isinstance(port, int) or not self._answers(port):
            return None
        if purpose != self.purpose:
            fail(
                f"{self.root} is already open, in another way than you ask for.",
                f"Press Ctrl-C where it was started, then run this again: {self.again}",
            )
        return port

    def choose_port(self, wanted: int | None) -> int:
        """Return the wanted port, or the first free one from 8888."""
        if wanted is None:
            return next(port for port in range(FIRST_PORT, 65536) if _is_free(port))
        if not _is_free(wanted):
            fail(
                f"Port {wanted} is taken by another program.",
                f"Choose another one: PORT={wanted + 1} {self.again}",
            )
        return wanted

    @contextmanager
    def run(self, port: int) -> Iterator["subprocess.Popen[bytes]"]:
        """Run JupyterLab for the length of the block; a Ctrl-C in the block ends it in peace."""
        for ending in (signal.SIGINT, signal.SIGTERM):  # also where a shell had them ignored
            signal.signal(ending, signal.default_int_handler)
        command = self.command(port)
        with (self.state / _LOG).open("wb") as output:
            server = subprocess.Popen(
                command,
                cwd=self.root,
                env=self.child_environ(),
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
            (self.state / "server.json").unlink(missing_ok=True)

    def serve(self, server: "subprocess.Popen[bytes]", port: int, welcome: list[str]) -> None:
        """Wait until JupyterLab answers, say the welcome, and wait until it ends."""
        self._wait(server, port)
        record = {"port": port, "purpose": self.purpose}
        write_atomically(self.state / "server.json", json.dumps(record) + "\n")
        for line in welcome:
            console.print(line)
        open_browser(self.url(port))
        if server.wait() != 0:
            log = self.state / _LOG
            console.print(f"JupyterLab has ended by itself; its log is {log}.", markup=False)
            console.print(f"To open it again: {self.again}", markup=False)

    def _answers(self, port: int) -> bool:
        """Return whether this folder's own server answers on a port."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/status",
            headers={"Authorization": f"token {self.token()}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as reply:
                return bool(reply.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            return False

    def _wait(self, server: "subprocess.Popen[bytes]", port: int) -> None:
        log = self.state / _LOG
        with console.status("Starting JupyterLab …"):
            end = time.monotonic() + _PATIENCE
            while not self._answers(port):
                if server.poll() is not None or time.monotonic() > end:
                    server.terminate()
                    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                    fail(f"JupyterLab did not start. Its last words, from {log}:\n{tail}")
                time.sleep(0.1)


def open_browser(url: str) -> None:
    """Show an address in the user's browser, unless `BROWSER=none`."""
    if os.environ.get("BROWSER", "").lower() != "none":
        webbrowser.open(url)


def _settings() -> Path:
    return Path(str(files("ipv6course"))) / "jupyter"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
