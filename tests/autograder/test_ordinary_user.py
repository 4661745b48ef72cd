"""Most instructors are no root: the sandbox serves them as well, and holds as much back."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import ipv6course
import ipv6data
import ipv6grader
from ipv6grader.execution.sandbox import search_path, why_no_sandbox

NOBODY = 65_534
ROOTS = [Path(module.__file__).parents[1] for module in (ipv6course, ipv6data, ipv6grader)]
# What a notebook says of itself, and a test of it, in split mode.
GRADE = """
import json, sys
from ipv6grader.execution.worker import Executor
from ipv6grader.model import Job, JobCell, Mode

own = '''
import os, socket
from contextlib import suppress
def answer():
    found = []
    for name, reach in (
        ("socket", socket.socket),
        ("home", lambda: os.listdir(HOME)),
        ("write", lambda: open("/usr/written", "w")),
        ("others", lambda: os.kill(PARENT, 0)),
        ("mount", lambda: os.unshare(0x20000000) if hasattr(os, "unshare") else 1 / 0),
    ):
        with suppress(Exception):
            reach()
            found.append(name)
    return found
'''.replace("HOME", repr(sys.argv[1])).replace("PARENT", str(__import__("os").getpid()))
cells = (
    JobCell(0, own, grade_id="answer"),
    JobCell(1, "print(answer())", is_test=True),
    JobCell(2, "while True: pass"),
    JobCell(3, "print(answer())", is_test=True),
)
about = {"files": None, "directory": "autograded/a/ps1", "answers": frozenset({"answer"})}
with Executor() as executor:
    job = Job("a", "ps1", "w", cells, mode=Mode.SPLIT, cell_seconds=0.5, **about)
    done = executor.run(job)
print(json.dumps([done.trouble, done.outputs[1], done.outputs[2][-1:], done.outputs[3]]))
"""


@pytest.fixture
def home():
    """A home folder; not in pytest's own temporary folder, which an ordinary user may not enter."""
    with tempfile.TemporaryDirectory(prefix="ipv6course-home-") as folder:
        Path(folder).chmod(0o777)
        yield folder


def as_nobody(home, *command):
    """Run a command as an ordinary user, who has this Python's packages."""
    packages = [path for path in search_path() if "site-packages" in path or Path(path) in ROOTS]
    environ = {"PATH": "/usr/bin:/bin", "HOME": home, "PYTHONPATH": os.pathsep.join(packages)}
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    return subprocess.run(
        command,
        **who,
        env={**environ, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
    )


def usable_python(home):
    """Return a Python that an ordinary user may run with our packages, or None."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", shutil.which(version)):
        try:
            done = as_nobody(home, python or "false", "-c", "import ipv6grader.execution.worker")
        except OSError:
            continue
        if done.returncode == 0:
            return python
    return None


@pytest.mark.skipif(bool(why_no_sandbox()), reason=why_no_sandbox() or "there is a sandbox")
def test_an_ordinary_user_grades_in_a_sandbox_too(home):
    python = usable_python(home)
    if python is None:
        pytest.skip("an ordinary user cannot read this Python, or this checkout")
    done = as_nobody(home, python, "-c", GRADE, str(Path.home()))
    assert done.returncode == 0, done.stderr[-2000:]
    trouble, before, endless, after = json.loads(done.stdout)
    assert trouble == ""
    assert [o["text"] for o in before] == [o["text"] for o in after] == ["[]\n"]
    assert endless[0]["ename"] == "CellTimeoutError"
