"""The trial of `make course` on a bare Debian 12 that has git, make and python3, and nothing else.

It needs root, debootstrap and a configured Debian mirror; `make prove` calls it. A minimal Debian
is made in a temporary folder and entered with chroot, in namespaces of its own, so that every
mount and every process is gone at the end. Addresses of mirrors and registries come from this
machine's own configuration. The checkout goes in as it is, with what is not yet committed.

Four trials: a learner who has neither sudo nor pip; root, up to the course's home page; a second
run; a learner who has pip but no ensurepip. Set BARE_DEBIAN to a folder that debootstrap made
before, to save a minute.
"""

import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
RELEASE = "bookworm"
PORT = 18900
_PASSED_ON = r"PIP_|(https?|no)_proxy|(HTTPS?|NO)_PROXY"
# This machine's certificate authorities; Debian's package rewrites its own bundle when installed.
_AUTHORITIES = "/etc/host-authorities.crt"


def run(*command: str | Path) -> str:
    """Run a command of this machine and return what it prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def expect(holds: bool, what: str, said: str = "") -> None:
    """Print a result; end the trial where it is not what is expected."""
    say(f"  {'right' if holds else 'WRONG'}: {what}")
    if not holds:
        sys.exit("\n".join(said.strip().splitlines()[-30:]))


# ---------------------------------------------------------------- on this machine


def debian_sources() -> list[str]:
    """Return this machine's own sources of Debian 12, a line each, as in sources.list."""
    form = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"
    lines = run("apt-get", "indextargets", "--format", form, "Created-By: Packages").splitlines()
    return [line for line in dict.fromkeys(lines) if line.split()[2].startswith(RELEASE)]


def make_root(root: Path) -> None:
    """Make a minimal Debian that reaches what this machine reaches."""
    sources = debian_sources()
    if not sources:
        sys.exit(f"apt is not configured for Debian {RELEASE} here: there is no mirror to use.")
    base = os.environ.get("BARE_DEBIAN")
    if base:
        run("cp", "-a", base, root)
    else:
        if not shutil.which("debootstrap"):
            run("apt-get", "install", "-y", "-q", "debootstrap")
        mirror = next(line.split()[1] for line in sources if line.split()[2] == RELEASE)
        run("debootstrap", "--variant=minbase", RELEASE, root, mirror)
    (root / "etc/apt/sources.list").write_text("\n".join(sources) + "\n")
    settings = run("apt-config", "dump").splitlines()
    kept = [line for line in settings if re.match(r"Acquire::(Check-|http|Retries)", line)]
    (root / "etc/apt/apt.conf.d/99host").write_text("\n".join(kept) + "\n")
    user_pip = Path("~/.config/pip/pip.conf").expanduser()
    for path in (Path("/etc/pip.conf"), Path("/etc/resolv.conf"), Path("/etc/hosts"), user_pip):
        if path.exists():
            inside = "etc/xdg/pip/pip.conf" if path == user_pip else str(path)[1:]
            (root / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, root / inside)
    authorities = ssl.get_default_verify_paths().cafile
    if authorities:
        shutil.copy(authorities, root / _AUTHORITIES[1:])
    listed = run("git", "-C", CHECKOUT, "ls-files", "-co", "--exclude-standard", "-z")
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).exists():
            (root / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, root / "source" / name)


def main() -> None:
    """Make the Debian, and go on inside namespaces of its own."""
    if os.geteuid() != 0:
        sys.exit("This trial needs root, for chroot and mounts.")
    with tempfile.TemporaryDirectory(prefix="bare-debian-") as work:
        root = Path(work) / "root"
        started = time.monotonic()
        make_root(root)
        say(f"A minimal Debian {RELEASE} is made ({time.monotonic() - started:.0f} s).")
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        done = subprocess.run([*unshare, sys.executable, __file__, "--inside", root])
    sys.exit(done.returncode)


# ---------------------------------------------------------------- inside the bare Debian


class Debian:
    """The bare Debian, from inside the namespaces."""

    def __init__(self, root: Path) -> None:
        self.root = root
        run("mount", "-t", "proc", "proc", root / "proc")
        run("mount", "--bind", "/dev", root / "dev")
        names = {name: text for name, text in os.environ.items() if re.match(_PASSED_ON, name)}
        self._environ = {**names, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        if (root / _AUTHORITIES[1:]).exists():
            self._environ["PIP_CERT"] = _AUTHORITIES

    def command(self, line: str, user: str = "root") -> list[str]:
        """Return the command that runs a shell line as a user, without a terminal."""
        home = "/root" if user == "root" else f"/home/{user}"
        line = f"export HOME={home} && cd && {line}"
        return ["chroot", f"--userspec={user}", str(self.root), "sh", "-c", line]

    def run(self, line: str, user: str = "root") -> tuple[int, str]:
        """Run a shell line; return its exit code and what it says."""
        done = subprocess.run(
            self.command(line, user),
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    def must(self, line: str, user: str = "root") -> str:
        """Run a shell line that prepares a trial."""
        code, said = self.run(line, user)
        if code:
            sys.exit(f"{line}\n{said}")
        return said

    def start(self, line: str, said: Path) -> "subprocess.Popen[bytes]":
        """Start a shell line as root; what it says goes into a file."""
        with said.open("wb") as output:
            return subprocess.Popen(
                self.command(line),
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def first_status(course: "subprocess.Popen[bytes]", said: Path) -> tuple[int, str]:
    """Wait until `make course` prints its address; return the HTTP status and the address."""
    end = time.monotonic() + 1800
    while course.poll() is None and time.monotonic() < end:
        match = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/home\.ipynb\S*", said.read_text())
        if match:
            with urllib.request.urlopen(match[0], timeout=60) as reply:
                return reply.status, match[0]
        time.sleep(0.1)
    return 0, ""


def megabytes(log: str) -> float:
    """Return how much pip downloaded, in MB, by its own words."""
    units = {"kB": 1e-3, "MB": 1.0, "GB": 1e3, "bytes": 1e-6}
    sizes = re.findall(r"Downloading \S+ \(([\d.]+) (\w+)\)", log)
    return sum(float(number) * units[unit] for number, unit in sizes)


def without_anything(debian: Debian) -> None:
    """A learner without sudo, pip and ensurepip gets the line to type, and no half .venv."""
    say("A learner without sudo and without pip:")
    code, said = debian.run("cd ipv6-course && make course BROWSER=none", "learner")
    expect(code != 0, "make course ends with an error", said)
    named = re.search(r"^ *sudo apt-get install python3-venv$", said, re.MULTILINE)
    expect(named is not None, "it names the line to type", said)
    code, _ = debian.run("test -e ipv6-course/.venv", "learner")
    expect(code != 0, "nothing half-made is left")


def as_root(debian: Debian) -> None:
    """Root gets all the way to the home page, with one command."""
    say("Root, with one command:")
    said = debian.root / "course.log"
    line = f"cd ipv6-course && exec make course BROWSER=none PORT={PORT} COURSE_HOME=/root/my-work"
    started = time.monotonic()
    course = debian.start(line, said)
    status, _ = first_status(course, said)
    seconds = time.monotonic() - started
    expect(
        status == 200, f"the home page answers, {seconds:.0f} s after the command", said.read_text()
    )
    os.killpg(course.pid, signal.SIGINT)
    try:
        course.wait(30)
        stopped = True
    except subprocess.TimeoutExpired:
        stopped = False
    expect(stopped, "Ctrl-C stops it", said.read_text())
    venv = debian.root / "root/ipv6-course/.venv"
    size = run("du", "-sm", venv).split()[0]
    log = (venv / "install.log").read_text()
    say(f"  figures: {megabytes(log):.0f} MB downloaded by pip, .venv {size} MB")
    started = time.monotonic()
    debian.must("cd ipv6-course && make environment-lab")
    say(f"  figures: a second run of the environment takes {time.monotonic() - started:.2f} s")


def with_pip_only(debian: Debian) -> None:
    """A learner with the system's pip and no ensurepip needs no root."""
    say("A learner with python3-pip and without python3-venv:")
    debian.must("apt-get purge -y -q python3-venv 'python3.*-venv'")
    debian.must("apt-get install -y -q --no-install-recommends python3-pip")
    started = time.monotonic()
    code, said = debian.run("cd ipv6-course && make environment-lab", "learner")
    expect(code == 0, f"the environment is made, in {time.monotonic() - started:.0f} s", said)
    line = "cd ipv6-course && .venv/bin/python -c 'import jupyterlab, nbgrader, scapy'"
    code, said = debian.run(line, "learner")
    expect(code == 0, "its packages can be imported", said)


def inside(root: Path) -> None:
    """Run the trials in a bare Debian."""
    debian = Debian(root)
    debian.must("apt-get update -q")
    debian.must("apt-get install -y -q --no-install-recommends git make python3")
    name = "-c user.name=trial -c user.email=trial@example.com"
    add = f"git init -q && git add -A && git {name} commit -q -m trial"
    debian.must(f"cd /source && {add}")
    debian.must("useradd -m learner && git config --system safe.directory '*'")
    for user in ("root", "learner"):
        debian.must(f"git clone -q {shlex.quote('/source')} ipv6-course", user)
    without_anything(debian)
    as_root(debian)
    with_pip_only(debian)
    say("The trial on a bare Debian is passed.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(Path(sys.argv[2]))
    else:
        main()
