"""A PostgreSQL server of the tests' own: in a temporary folder, on a Unix socket alone."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

NEEDED = ("initdb", "pg_ctl", "postgres")
OPTIONS = (
    "listen_addresses=''",
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_connections=20",
    "autovacuum=off",
)


class NotInstalledError(RuntimeError):
    """No PostgreSQL server is installed."""


def programs():
    """Return the folder with the server's programs; Debian keeps it off the PATH.

    Raises:
        NotInstalledError: There is none.
    """
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name)
    )
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    for folder in reversed(folders):
        if all((folder / name).exists() for name in NEEDED):
            return folder
    raise NotInstalledError("No PostgreSQL server: sudo apt-get install postgresql")


class Server:
    """A running server."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = programs()
        # PostgreSQL does not run as root.
        self._user = {"user": "nobody", "extra_groups": ()} if os.geteuid() == 0 else {}
        self._databases = 0

    def _run(self, *command):
        done = subprocess.run(
            [self.bin / command[0], *command[1:]],
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=command[0] == "initdb",  # pg_ctl's server would keep the pipe open
            text=True,
            **({} if command[0] == "initdb" else {"stdout": subprocess.DEVNULL}),
            **self._user,
        )
        assert done.returncode == 0, f"{command[0]}: {done.stderr or self.log()}"

    def log(self):
        """Return what the server wrote."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else "no log"

    def make(self):
        """Make the server's files, and start it."""
        if self._user:
            shutil.chown(self.folder, "nobody")
        self._run(
            "initdb", "-D", "data", "-U", "teacher", "-A", "trust", "-E", "UTF8", "--no-sync",
            "--no-locale",
        )  # fmt: skip
        self.start()

    def start(self):
        """Start the server, and wait until it answers."""
        options = " ".join(f"-c {option}" for option in OPTIONS)
        options += f" -k {self.folder}"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def stop(self, mode="immediate"):
        """Stop the server; `immediate` is what a crash looks like to its clients."""
        self._run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def url(self, database, options=""):
        """Return a database's address for SQLAlchemy."""
        return f"postgresql+psycopg://teacher@/{database}?host={self.folder}{options}"

    def add_database(self, template="template0"):
        """Make a database, a copy of another one's content if wanted, and return its name."""
        import psycopg

        self._databases += 1
        name = f"course{self._databases}"
        with psycopg.connect(
            host=str(self.folder), user="teacher", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


@contextmanager
def running_server():
    """Start a server, and stop it at the end.

    Raises:
        NotInstalledError: No server is installed.
    """
    programs()
    # A socket's path has at most 107 characters: pytest's own folders may be too deep.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    folder.chmod(0o755)
    server = Server(folder)
    try:
        server.make()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder)
