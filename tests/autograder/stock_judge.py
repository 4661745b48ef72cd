"""Stock nbgrader as the judge of honest submissions, and of what a forgery gains there.

It runs in a sandbox of its own: these are hostile notebooks, and nbgrader does nothing about that.
"""

import os
import subprocess
import sys
from pathlib import Path

from hostile_course import ASSIGNMENT, Course


def autograde(course: Course, student: str = "*") -> str:
    """Grade with `nbgrader autograde`; return what it said."""
    scripts = Path(sys.executable).parent
    private = course.root / "judge"
    private.mkdir(exist_ok=True)
    sandbox = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    sandbox += ["--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--ro-bind", str(scripts.parent)]
    sandbox += [str(scripts.parent), "--bind", str(course.root), str(course.root)]
    sandbox += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent"]
    sandbox += ["--chdir", str(course.root), "--"]
    command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, f"--student={student}"]
    environ = {
        "PATH": os.pathsep.join([str(scripts), os.environ["PATH"]]),
        "HOME": str(private),
        "LANG": "C.UTF-8",
        "JUPYTER_RUNTIME_DIR": str(private),
    }
    return subprocess.run(
        [*sandbox, *command],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        timeout=1800,
    ).stdout
