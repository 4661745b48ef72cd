"""The gate of the browser: runs lessons in Pyodide and says what would fail for a learner there.

The rules that lessons keep (DESIGN: one notebook, four places) are the tables below.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import browser_wheels

from ipv6course.authoring.notebook import source_notebook
from ipv6course.authoring.outline import read_outline
from ipv6course.authoring.text_lesson import lesson_paths, read_lesson

HERE = Path(__file__).parent
COURSE = HERE.parents[1] / "course" / "modules"
SPECIMENS = HERE / "specimens"
PYODIDE = HERE.parent / "node_modules" / "pyodide"
INSTALL = "npm install --no-audit --no-fund --no-package-lock --prefix tests"
SECONDS = 300

ROOMS = (
    *("address", "plan", "packet", "network", "transition", "iot"),
    *("widgets", "classroom", "places"),
)
# traitlets and IPython.display come with ipywidgets and anywidget: a widget's state is written in
# the one, and the other shows it.
LIBRARIES = (
    *("netaddr", "scapy", "ipywidgets", "anywidget", "traitlets", "IPython.display"),
    *("ruamel.yaml", "plotly.graph_objects", "ipv6data"),
    *(f"ipv6course.{room}" for room in ROOMS),
)
# Parts of the standard library that open connections or start processes.
OUTWARD = (
    *("socket", "_socket", "ssl", "socketserver", "http", "urllib.request", "xmlrpc", "ftplib"),
    *("smtplib", "poplib", "imaplib", "subprocess", "multiprocessing", "pty", "webbrowser"),
)
NOT_IN_A_BROWSER = ("numpy", "pandas", "plotly.express")
LARGEST_DISPLAY = 200_000  # bytes; DESIGN: a built notebook stays under 200 KB


class NotReadyError(Exception):
    """Something that the gate needs is not installed. Its message says how to get it."""


def is_allowed(name: str) -> bool:
    """Return whether a lesson, or a room that it touches, may import a dotted name."""
    if _is_within(name, OUTWARD):
        return False
    return name.partition(".")[0] in sys.stdlib_module_names or _is_within(name, LIBRARIES)


def _is_within(name: str, roots: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{root}.") for root in roots)


def read_lessons(modules: Path) -> list[dict[str, Any]]:
    """Return the lessons of the course's outline, with their reference solutions, as jobs."""
    return [
        _job(read_lesson(path))
        for module in read_outline(modules)
        for path in lesson_paths(modules, module.name)
    ]


def _job(lesson: Any) -> dict[str, Any]:
    cells = []
    for number, node in enumerate(source_notebook(lesson).cells, start=1):
        if node.cell_type == "code":
            graded = node.metadata.get("nbgrader", {})
            cells.append(
                {
                    "number": number,
                    "grade_id": graded.get("grade_id", ""),
                    "is_test": bool(graded.get("grade") and not graded.get("solution")),
                    "source": node.source,
                }
            )
    return {"name": f"{lesson.module}/{lesson.name}", "cells": cells}


def check_ready() -> None:
    """Check that npm's packages are there, in the versions that `package.json` names.

    Raises:
        NotReadyError: They are not.
    """
    pins = json.loads((HERE.parent / "package.json").read_text(encoding="utf-8"))["dependencies"]
    try:
        found = json.loads((PYODIDE / "package.json").read_text(encoding="utf-8"))["version"]
    except OSError:
        found = "absent"
    if found != pins["pyodide"]:
        raise NotReadyError(f"Pyodide is {found}, not {pins['pyodide']}: run `{INSTALL}`")


def run(
    lessons: list[dict[str, Any]], folder: Path, extra_modules: tuple[Path, ...] = ()
) -> dict[str, Any]:
    """Run lessons in one Pyodide, each in a shell of its own.

    Args:
        lessons: What `read_lessons` returns.
        folder: An empty folder for the wheel, the job and the result.
        extra_modules: Folders of modules besides the course's own, for their hints.

    Raises:
        NotReadyError: npm's packages, node or a wheel are missing.
        RuntimeError: The course's wheel cannot be built, or Pyodide itself stopped.
    """
    check_ready()
    try:
        archives = [*browser_wheels.library_wheels(), browser_wheels.course_wheel(folder)]
    except browser_wheels.NotFetchedError as error:
        raise NotReadyError(f"the wheels for the browser: {error}") from None
    archives += [_packed(modules, folder) for modules in extra_modules]
    job = {
        "pyodide": str(PYODIDE),
        "archives": [str(path) for path in archives],
        "sources": [str(HERE / "browser_shims.py"), str(HERE / "run_cells.py")],
        "lessons": lessons,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    _run_node(folder)
    result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    if result["failure"]:
        names = ["the start", *(lesson["name"] for lesson in lessons)]
        at = names[len(result["lessons"]) + ("start" in result["seconds"])]
        raise RuntimeError(f"Pyodide stopped in {at}: {result['failure']}")
    return result


def _run_node(folder: Path) -> None:
    command = ["node", str(HERE / "run_lessons.mjs"), "job.json", "result.json"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise NotReadyError("there is no `node`: install Node.js 20 or newer") from None
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"the lessons did not end within {SECONDS} seconds") from None
    if not (folder / "result.json").is_file():
        raise RuntimeError(f"node stopped without a result: {done.stderr[-2000:]}")


def _packed(modules: Path, folder: Path) -> Path:
    """Pack a folder of modules so that it unpacks beside the course's own."""
    path = folder / f"{modules.name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(modules.rglob("*.toml")):
            archive.write(file, Path("ipv6course/modules") / file.relative_to(modules))
    return path


def problems(lesson: dict[str, Any]) -> list[str]:
    """Return everything in a lesson's result that would fail, or disturb, a learner."""
    found = [text for cell in lesson["cells"] for text in _cell_problems(cell)]
    found += [f"Python wrote past its streams: {line}" for line in lesson["stray"]]
    if lesson["before"]:
        found.append(f"the start of the kernel wrote: {lesson['before'][:500]}")
    found += [f"the network was tried: {what}" for what in lesson["network"]]
    found += [f"reached outside: {event}" for event in lesson["outward"]]
    found += [f"imports {name}" for name in lesson["imports"] if not is_allowed(name)]
    found += [f"loads {name}" for name in lesson["loaded"] if name in NOT_IN_A_BROWSER]
    size = sum(size for cell in lesson["cells"] for _kind, size in cell["displays"])
    if size > LARGEST_DISPLAY:
        found.append(f"displays {size} bytes; a notebook stays under {LARGEST_DISPLAY}")
    tests = [cell["grade_id"] for cell in lesson["cells"] if cell["is_test"]]
    found += [f"did not remember {test}" for test in tests if test not in lesson["passed"]]
    return found


def _cell_problems(cell: dict[str, Any]) -> list[str]:
    where = f"cell {cell['number']}" + (f" ({cell['grade_id']})" if cell["grade_id"] else "")
    found = [f"{where}: {kind}: {text}" for kind, text, _traceback in cell["errors"]]
    if cell["stderr"]:
        found.append(f"{where} wrote to stderr: {cell['stderr'][:500]}")
    if cell["is_test"] and not any(
        "✔" in line and cell["grade_id"] in line for line in cell["stdout"].splitlines()
    ):
        found.append(f"{where} did not print its ✔")
    return found
