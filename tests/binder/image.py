"""Stands in for the image that repo2docker builds: without Docker, the same files, packages, user.

- The repository is what repo2docker would copy: the checkout's files, less its `.dockerignore`.
- The environment has the versions that repo2docker froze, JupyterLab and JupyterHub among them;
  then the Dockerfile's own line installs `binder/requirements.txt` over them.
- Scripts run as an ordinary user, also where root runs the tests.

What is not here: Docker's layers, conda, and the operating system of repo2docker's base image.
"""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from docker.utils.build import exclude_paths
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]
CACHE = CHECKOUT / "build" / "binder"
BINDER = CHECKOUT / "binder"
# The Python packages that repo2docker asks conda for, by their names on PyPI.
_BASE = (
    "ipykernel",
    "ipywidgets",
    "jupyter-offlinenotebook",
    "jupyter-resource-usage",
    "jupyter_server",
    "jupyterhub",
    "jupyterlab",
    "notebook",
)
_PYPI_NAMES = {"jupyterhub-base": "jupyterhub", "nbconvert-core": "nbconvert"}
_LOCKED = re.compile(r"/(?P<name>[a-z][^/]*)-(?P<version>[^-/]+)-[^-/]+\.(conda|tar\.bz2)#")


def dockerfile(repository: Path) -> str:
    """Return the Dockerfile that repo2docker renders for a repository, with what it says of it."""
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def frozen() -> dict[str, str]:
    """Return the versions that repo2docker froze for our Python, by canonical name."""
    package = find_spec("repo2docker")
    assert package and package.origin
    conda = Path(package.origin).parent / "buildpacks" / "conda"
    lock = conda / f"environment.py-{runtime()}-linux-64.lock"
    found = (_LOCKED.search(line) for line in lock.read_text(encoding="utf-8").splitlines())
    versions = {match["name"]: match["version"] for match in found if match}
    return {canonicalize_name(_PYPI_NAMES.get(name, name)): of for name, of in versions.items()}


def runtime() -> str:
    """Return the version of Python that binder/runtime.txt asks for."""
    return (BINDER / "runtime.txt").read_text().strip().removeprefix("python-")


def copy_as_docker_does(target: Path) -> None:
    """Copy what repo2docker would put into an image: a fresh clone, less what is ignored."""
    listed = ["git", "-C", str(CHECKOUT), "ls-files", "-co", "--exclude-standard", "-z"]
    names = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split("\0")
    clone = target.with_name(f"{target.name}-clone")
    for name in filter(None, names):
        if (CHECKOUT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, clone / name)
    (clone / ".git").mkdir()
    (clone / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    lines = (clone / "binder" / ".dockerignore").read_text().splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    target.mkdir()
    for name in sorted(exclude_paths(str(clone), patterns)):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (clone / name).is_file():
            shutil.copy(clone / name, target / name)


@dataclass(frozen=True)
class Image:
    """The image, and its one user."""

    folder: Path
    """Of this run: the user's home, which is the repository too, and temporary files."""
    prefix: Path
    """The Python environment."""

    @property
    def home(self) -> Path:
        """The user's home folder; on Binder the repository lies in it, not beside it."""
        return self.folder / "home"

    def environ(self, **more: str) -> dict[str, str]:
        """Return the environment variables that repo2docker sets, and those that pip needs here."""
        ours = {name: text for name, text in os.environ.items() if _PASSED_ON.match(name)}
        return {
            **ours,
            "HOME": str(self.home),
            "USER": "jovyan",
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder / "tmp"),
            "REPO_DIR": str(self.home),
            "NB_PYTHON_PREFIX": str(self.prefix),
            "KERNEL_PYTHON_PREFIX": str(self.prefix),
            "PATH": os.pathsep.join([str(self.prefix / "bin"), "/usr/bin", "/bin"]),
            **more,
        }

    def command(self, *command: str | Path) -> list[str]:
        """Return a command as the image's user runs it."""
        return [*_AS_USER, *map(str, command)]

    def run(
        self, *command: str | Path, cwd: Path | None = None, environ: Mapping[str, str] = {}
    ) -> str:
        """Run a command as the image's user, and return what it says; it must succeed."""
        done = subprocess.run(
            self.command(*command),
            cwd=cwd or self.home,
            env=self.environ(**environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def give_to_user(self, *paths: Path) -> None:
        """Make the image's user the owner."""
        if os.geteuid() == 0:
            user = pwd.getpwnam(_USER)
            owner = f"{user.pw_uid}:{user.pw_gid}"
            subprocess.run(["chown", "-R", owner, *map(str, paths)], check=True)

    def versions(self) -> dict[str, str]:
        """Return what is installed, by canonical name."""
        lines = self.run("python3", "-m", "pip", "list", "--format=freeze").splitlines()
        pairs = (line.split("==") for line in lines if "==" in line)
        return {canonicalize_name(name): version for name, version in pairs}

    def megabytes(self) -> float:
        """Return how much room the environment takes."""
        paths = (path for path in self.prefix.rglob("*") if path.is_file())
        return sum(path.lstat().st_size for path in paths) / 1e6


_USER = "nobody"
_PASSED_ON = re.compile(r"PIP_(?!NO_CACHE)|SSL_|(https?|no)_proxy|(HTTPS?|NO)_PROXY")
# setpriv looks its command up while it still has root's capabilities; `env` does so without them.
_AS_USER = (
    []
    if os.geteuid() != 0
    else [
        *("setpriv", f"--reuid={_USER}", f"--regid={pwd.getpwnam(_USER).pw_gid}"),
        *("--clear-groups", "--no-new-privs", "env"),
    ]
)


def _user_can(*command: str | Path) -> bool:
    try:
        done = subprocess.run([*_AS_USER, *map(str, command)], capture_output=True, cwd="/")
    except OSError:
        return False
    return done.returncode == 0


def python() -> str | None:
    """Return a Python of the version that Binder has, which the image's user can run, or None.

    This one may lie in root's own home folder, where an ordinary user cannot read it.
    """
    own = getattr(sys, "_base_executable", None) or sys.executable
    right = f"import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != {runtime()!r})"
    candidates = (own, f"/usr/bin/python{runtime()}", shutil.which(f"python{runtime()}"))
    return next((one for one in candidates if one and _user_can(one, "-c", right)), None)


def make_image(folder: Path) -> Image:
    """Make the image, up to where `binder/postBuild` runs.

    The environment is kept in `build/binder` where the image's user can enter that, under a name
    that says what it was made from.
    """
    folder.chmod(0o755)
    copy_as_docker_does(folder / "home")
    (folder / "tmp").mkdir()
    pins = "".join(f"{name}=={version}\n" for name, version in frozen().items())
    digest = hashlib.sha256(f"{python()}{pins}".encode())
    for name in ("requirements.txt", "constraints.txt"):
        digest.update((BINDER / name).read_bytes())
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = CACHE if _user_can("test", "-x", CACHE) else folder
    image = Image(folder, kept / digest.hexdigest()[:16])
    image.give_to_user(folder)
    if not (image.prefix / ".ready").exists():
        shutil.rmtree(CACHE)
        _make_environment(image, pins)
    image.run("python3", "-m", "pip", "uninstall", "-q", "-y", "ipv6-course")
    return image


def _make_environment(image: Image, pins: str) -> None:
    """Install what repo2docker's image has, then what the Dockerfile installs for us."""
    image.prefix.mkdir(parents=True)
    image.give_to_user(image.prefix)
    image.run(str(python()), "-m", "venv", "--without-pip", image.prefix)
    lock = image.prefix / "frozen.txt"
    lock.write_text(pins)
    pip = [sys.executable, "-m", "pip", "--python", str(image.prefix / "bin" / "python")]
    options = ["-q", "--no-compile", "-c", str(lock)]
    subprocess.run([*pip, "install", *options, "pip", *_BASE], check=True)
    image.give_to_user(image.prefix)
    image.run("bash", "-c", requirements_line(dockerfile(image.home)))
    (image.prefix / ".ready").touch()


def requirements_line(rendered: str) -> str:
    """Return the line of a Dockerfile that installs our requirements."""
    (line,) = re.findall(r"^RUN (.*pip install .*)$", rendered, re.MULTILINE)
    return str(line)
