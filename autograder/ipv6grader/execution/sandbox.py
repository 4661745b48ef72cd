"""The sandbox that a worker's processes live in: bubblewrap around the zygote.

Inside there is a read-only system with the Python that grades, no network, no /proc, no /dev/shm,
no home, no course. What a package that is installed from a checkout needs is shown by name, since
beside it may lie what learners must not read.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from stat import S_ISDIR
from typing import IO, Any

from ipv6grader.execution.confine import HOME, STAGE, Limits

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
_SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/ssl/certs", "/etc/alternatives")
_POWERS = ("SYS_ADMIN", "SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE", "KILL")
_FIRST_USER = 64_000
_CGROUPS = Path("/sys/fs/cgroup")
_STAGES = "ipv6grader-stage-"


@cache
def why_no_sandbox() -> str:
    """Return why there can be no sandbox on this machine; empty where there can."""
    if sys.platform != "linux":
        return "The sandbox needs Linux."
    if shutil.which("bwrap") is None:
        return "The sandbox needs bubblewrap: sudo apt-get install bubblewrap"
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, OSError, RuntimeError):
        return "The sandbox needs libseccomp: sudo apt-get install libseccomp2"
    with tempfile.TemporaryDirectory() as stage:
        command = [*_bubblewrap(Path(stage)), sys.executable, "-I", "-c", "print('here')"]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.stdout != "here\n":
        return f"bubblewrap cannot make a sandbox here: {done.stderr.strip()[-300:]}"
    return ""


def _bubblewrap(stage: Path) -> list[str]:
    """Return the command that runs another one in the sandbox."""
    command = ["bwrap", "--unshare-pid", "--as-pid-1", "--unshare-net", "--unshare-ipc"]
    command += ["--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session"]
    command += ["--clearenv", "--hostname", "grader", "--cap-drop", "ALL"]
    if os.getuid():
        # Any other user would have a second user namespace, which may not rule the first one's
        # processes. It is this user all the same, and root of nothing.
        command += ["--unshare-user", "--uid", "0", "--gid", "0"]
    for power in _POWERS:
        command += ["--cap-add", f"CAP_{power}"]
    command += ["--tmpfs", "/", "--dev", "/dev", "--remount-ro", "/dev", "--tmpfs", "/tmp"]
    for path in _SYSTEM:
        if Path(path).is_symlink():
            command += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).is_dir():
            command += ["--ro-bind", path, path]
    command += _bound([(path, path) for path in (*_SETTINGS, *_python_paths())])
    for path in _asked("ipv6grader.hidden"):
        command += [*_parents([path]), "--perms", "0755", "--tmpfs", path]
    command += _bound(_shown())
    command += [
        "--tmpfs",
        HOME,
        "--ro-bind",
        str(stage),
        STAGE,
        "--remount-ro",
        "/",
        "--chdir",
        "/",
    ]
    for name, value in _environment().items():
        command += ["--setenv", name, value]
    return command


def _bound(paths: list[tuple[str, str]]) -> list[str]:
    """Return the arguments that show these paths, each at its place, where they exist."""
    arguments = _parents([place for _path, place in paths])
    for path, place in paths:
        arguments += ["--ro-bind-try", path, place]
    return arguments


def _parents(paths: list[str]) -> list[str]:
    """Return the arguments that make the folders above: else only root could pass through them."""
    found = {str(parent) for path in paths for parent in Path(path).parents} - {"/", *_SYSTEM}
    folders = sorted(path for path in found if not path.startswith("/usr/"))
    return [part for path in folders for part in ("--perms", "0755", "--dir", path)]


def _home() -> str:
    """Return the folder for temporary files; each notebook has it anew.

    It is /tmp, but where the Python that grades is installed there.
    """
    return f"{HOME}/tmp" if any(p.startswith("/tmp/") for p in _python_paths()) else "/tmp"


def _environment() -> dict[str, str]:
    asked = dict.fromkeys(_asked("ipv6grader.environment"))
    passed = [name for name in asked if name in os.environ]
    return {
        **{name: os.environ[name] for name in passed},
        **dict(name.split("=", 1) for name in asked if "=" in name),
        "TMPDIR": _home(),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": _home(),
        "USER": "learner",
        "LOGNAME": "learner",
        "LANG": "C.UTF-8",
        "TERM": "xterm-color",
        "CLICOLOR": "1",
        "PAGER": "cat",
        "GIT_PAGER": "cat",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _prefixes() -> list[str]:
    """Return the folders of the Python that grades, outermost first."""
    real = Path(sys.executable).resolve().parent.parent
    found = {str(Path(p)) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix, real)}
    return sorted(path for path in found if not path.startswith("/usr"))


def _python_paths() -> list[str]:
    """Return what must be seen inside: Python, and the packages that it finds elsewhere."""
    prefixes = _prefixes()
    shown = list(prefixes)
    for entry in search_path():
        inside = any(Path(entry).is_relative_to(prefix) for prefix in (*prefixes, "/usr"))
        if not inside:
            shown += [str(path) for path in sorted(Path(entry).iterdir()) if _is_importable(path)]
    return shown


def _asked(group: str) -> list[str]:
    """Return the paths, or names, that installed packages give under an entry point.

    `ipv6grader.environment`: variables that learners' notebooks may see; `NAME=value` where they
    are to see another value than the grader.
    `ipv6grader.hidden`: folders with what learners must not read, although a package holds them.
    """
    return [str(path) for entry in entry_points(group=group) for path in entry.load()()]


def _shown() -> list[tuple[str, str]]:
    """Return what else notebooks need (`ipv6grader.shown`): each path, and its place inside.

    A path is shown where it is. What may lie in the home, or among temporary files, is given as a
    pair of the path and a place of its own: those folders are empty for a notebook.
    """
    asked = [said for entry in entry_points(group="ipv6grader.shown") for said in entry.load()()]
    pairs = [said if isinstance(said, tuple) else (said, said) for said in asked]
    return [(str(path), str(place)) for path, place in pairs]


def _is_importable(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def search_path() -> list[str]:
    """Return where modules are looked for inside: where they are here, this program's own aside."""
    script = str(Path(sys.argv[0]).resolve().parent) if sys.argv[0] else ""
    # Not Path.is_dir(), which raises an error where a folder may not be entered.
    found = [os.path.realpath(p) for p in sys.path if p and os.path.isdir(p)]  # noqa: PTH112
    cwd = str(Path.cwd())
    return [p for p in dict.fromkeys(found) if p not in (script, cwd) or "site-packages" in p]


class Cgroup:
    """Limits on memory and processes of all that one worker runs, where this system lets us."""

    def __init__(self, memory: int, processes: int) -> None:
        self._folders: list[Path] = []
        name = f"ipv6grader-{os.getpid()}-{id(self):x}"
        try:
            if (_CGROUPS / "cgroup.controllers").exists():
                self._make_unified(name, {"memory.max": memory, "pids.max": processes})
            else:
                self._make(_own_group("memory") / name, {"memory.limit_in_bytes": memory})
                self._make(_own_group("pids") / name, {"pids.max": processes})
        except OSError:
            self.remove()

    def _make(self, folder: Path, limits: dict[str, int]) -> None:
        folder.mkdir()
        self._folders.append(folder)
        for limit, value in limits.items():
            (folder / limit).write_text(str(value))

    def _make_unified(self, name: str, limits: dict[str, int]) -> None:
        """Make a group of cgroup v2: under the nearest one above us that gives out the controllers.

        Raises:
            OSError: There is none in which we may do so.
        """
        controllers = {limit.partition(".")[0] for limit in limits}
        own = _own_group("")
        for above in (own, *own.parents):
            if not above.is_relative_to(_CGROUPS):
                break
            given = (above / "cgroup.subtree_control").read_text(encoding="ascii").split()
            if not controllers <= set(given):
                continue
            with suppress(OSError):
                self._make(above / name, limits)
                entered = subprocess.run([*_entering(self.doors), "true"], capture_output=True)
                if entered.returncode == 0:
                    return
            self.remove()
        raise OSError("no cgroup gives out its controllers to us")

    @property
    def doors(self) -> list[str]:
        """The files into which a process writes 0 to be under the limits; none without limits."""
        return [str(folder / "cgroup.procs") for folder in self._folders]

    def remove(self) -> None:
        """Remove the groups; what ran in them has ended."""
        for folder in self._folders:
            try:
                folder.rmdir()
            except OSError:
                continue
        self._folders = []


def _own_group(controller: str) -> Path:
    """Return this process's own group: of a controller, or of cgroup v2, which names none.

    Raises:
        OSError: There is none.
    """
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _number, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return _CGROUPS / controller / path.lstrip("/")
    raise OSError(f"no cgroup of {controller}")


def _entering(doors: list[str]) -> list[str]:
    """Return what a command begins with that is to run under the limits."""
    return ["/bin/sh", "-c", _ENTER, "sh", *doors, "--"]


# Enters the groups (arguments up to `--`), then becomes the command after it.
_ENTER = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 9; shift; done; shift; exec "$@"'
_CODE = (
    "import sys, json; settings = json.loads(sys.argv[2]); sys.path[:] = settings.pop('path'); "
    "from ipv6grader.execution.zygote import main; main(int(sys.argv[1]), settings)"
)


def _own(stage: Path, doors: list[str]) -> IO[str]:
    """Lock a stage for as long as this process lives, and write down what to remove with it."""
    import fcntl

    beside = stage / "owner.new"
    owner = beside.open("w", encoding="utf-8")
    owner.write("\n".join(str(Path(door).parent) for door in doors))
    owner.flush()
    fcntl.flock(owner, fcntl.LOCK_EX)
    beside.rename(stage / "owner")  # nobody sees it unlocked
    return owner


def _clear_left_over() -> None:
    """Remove the stages, and the groups, of this user's graders that were killed."""
    import fcntl

    for stage in Path(tempfile.gettempdir()).glob(f"{_STAGES}*"):
        with suppress(OSError):
            about = stage.lstat()
            if not S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
                continue
            with (stage / "owner").open(encoding="utf-8") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for folder in map(Path, owner.read().splitlines()):
                    if folder.is_relative_to(_CGROUPS) and folder.name.startswith("ipv6grader-"):
                        folder.rmdir()
                shutil.rmtree(stage)


class Sandbox:
    """A zygote in its sandbox.

    Args:
        limits: What one process of it may take.
        number: Which worker's it is; as root, each runs its notebooks as another user.
    """

    def __init__(self, limits: Limits, number: int) -> None:
        import json

        _clear_left_over()
        self._folder = tempfile.TemporaryDirectory(prefix=_STAGES)
        self.stage = Path(self._folder.name)
        self.stage.chmod(0o755)
        self._cgroup = Cgroup(2 * limits.memory, 2 * limits.processes)
        self._owner = _own(self.stage, self._cgroup.doors)
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        settings: dict[str, Any] = {
            "path": search_path(),
            "limits": asdict(limits),
            "user": _FIRST_USER + number % 1000 if os.getuid() == 0 else None,
            "may_fork": bool(self._cgroup.doors),
        }
        python = [sys.executable, "-I", "-c", _CODE, str(theirs.fileno()), json.dumps(settings)]
        self._process = subprocess.Popen(
            [*_entering(self._cgroup.doors), *_bubblewrap(self.stage), *python],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        theirs.close()

    def last_words(self) -> str:
        """End the zygote, and return the end of what it wrote to its standard error."""
        self._process.kill()
        assert self._process.stderr is not None
        return self._process.stderr.read()[-2000:].decode("utf-8", "replace").strip()

    def close(self) -> None:
        """End everything inside, and leave nothing behind."""
        self.control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        self._cgroup.remove()
        self._folder.cleanup()
        self._owner.close()
