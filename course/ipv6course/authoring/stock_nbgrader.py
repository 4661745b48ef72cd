"""Stock nbgrader as the judge of the exercise gates: its own commands, its own gradebook.

An nbgrader command spends most of its time on imports. Here a server process imports them once, and
each command runs in a fork of it, with a directory, environment and streams of its own.
"""

import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


class NbgraderError(RuntimeError):
    """An nbgrader command failed. Its text is what the command said from its first error on."""


def nbgrader(course_root: Path, *arguments: str) -> None:
    """Run an nbgrader command in a course root.

    nbgrader starts `alembic` by name, so this Python's scripts folder goes in front of PATH.

    Raises:
        NbgraderError: The command failed.
    """
    scripts = str(Path(sys.executable).parent)
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
            "JUPYTER_RUNTIME_DIR": folder,
        }
        log = Path(folder) / "log"
        if "forkserver" in multiprocessing.get_all_start_methods():
            code = _fork(course_root, arguments, environ, log)
        else:
            command = [sys.executable, "-m", "nbgrader", *arguments]
            with log.open("wb") as said:
                code = subprocess.run(
                    command, cwd=course_root, env=environ, stdout=said, stderr=subprocess.STDOUT
                ).returncode
        if code:
            text = _complaint(log.read_text(encoding="utf-8", errors="replace"))
            raise NbgraderError(f"nbgrader {' '.join(arguments)}: {text}")


def _complaint(said: str) -> str:
    """Return what a command said from its first error on, or its end where it named none."""
    error = re.search(r"^(\[.* ERROR\]|Traceback)", said, re.MULTILINE)
    return said[error.start() :][:4000] if error else said[-2000:]


def _fork(course_root: Path, arguments: tuple[str, ...], environ: dict[str, str], log: Path) -> int:
    """Run a command in a fork of the server, and return its exit code."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["nbgrader.apps"])
    child = context.Process(target=_run, args=(course_root, arguments, environ, log))
    child.start()
    child.join()
    return child.exitcode or 0


def _run(course_root: Path, arguments: tuple[str, ...], environ: dict[str, str], log: Path) -> None:
    """Be the command `nbgrader`, in a process that ends with it."""
    from nbgrader.apps import NbGraderApp

    with log.open("wb") as said:
        for descriptor in (1, 2):
            os.dup2(said.fileno(), descriptor)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(course_root)
    sys.argv = ["nbgrader", *arguments]
    NbGraderApp.launch_instance()


def grade(course_root: Path, assignment: str) -> None:
    """Autograde every submission to an assignment.

    A kernel chooses TCP ports and binds them later, so kernels that start side by side can take
    each other's. Here each command's kernels listen on sockets in a folder of their own, where the
    system has such.
    """
    with tempfile.TemporaryDirectory() as sockets:
        transport = ("--KernelManager.transport=ipc", f"--KernelManager.ip={sockets}/kernel")
        if sys.platform == "win32":
            transport = ()
        nbgrader(course_root, "autograde", assignment, *transport)


def feedback(course_root: Path, assignment: str) -> None:
    """Write the feedback on every graded submission to an assignment."""
    nbgrader(course_root, "generate_feedback", assignment)


def scores(course_root: Path, assignment: str, student: str) -> dict[tuple[str, str], float]:
    """Return a submission's points by (notebook, grade_id)."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course_root / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission(assignment, student)
        return {
            (notebook.name, grade.name): float(grade.score)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
