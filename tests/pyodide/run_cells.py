"""Runs a lesson's cells, inside Pyodide, as a kernel does: one shell and one `__main__` a lesson.

Rules of this file:

- Streams are exchanged when it is imported, before any library: a logger keeps the stream it finds.
- A result holds plain values only, for it leaves as JSON.
- It observes, it does not judge: what a result means is `browser_gate.py`'s affair.
"""

import builtins
import io
import json
import os
import sys
import time
import types
from functools import cache
from pathlib import Path

HOME = Path("/home/pyodide/ipv6-course")
# Events of the interpreter's own audit (PEP 578) that reach outside it.
_OUTWARD = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system")

_outward: list[str] = []
_imports: set[str] = set()
_import = builtins.__import__


class _Stream(io.StringIO):
    """Standard output or error: collects until it is taken."""

    def take(self) -> str:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


_stdout, _stderr = sys.stdout, sys.stderr = _Stream(), _Stream()


def _note_outward(event: str, arguments: tuple) -> None:
    if event.startswith(_OUTWARD) and event != "socket.gethostname":
        _outward.append(event)


def _noting_import(name, globals=None, locals=None, fromlist=(), level=0):
    """Import as ever; note what a notebook asks for, not what libraries import in turn."""
    if globals is not None and globals.get("__name__") == "__main__":
        _imports.update(f"{name}.{item}" for item in fromlist or ())
        if not fromlist:
            _imports.add(name)
    return _import(name, globals, locals, fromlist, level)


@cache
def _shell_class() -> type:
    """Return the shell's class; IPython is imported only once the shims are in place."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type

    class Publisher(DisplayPublisher):
        """Keeps the kind and the size of what a cell displays."""

        def __init__(self, *arguments, **settings):
            super().__init__(*arguments, **settings)
            self.shown = []

        def publish(self, data, *_ignored, **_also_ignored):
            self.shown += [[kind, len(str(data[kind]))] for kind in sorted(data)]

    class Hook(DisplayHook):
        """The same for the value of a cell's last line, which a kernel does not print either."""

        def write_output_prompt(self):
            pass

        def write_format_data(self, format_dict, md_dict=None):
            self.shell.display_pub.publish(format_dict)

        def finish_displayhook(self):
            self._is_active = False

    class LessonShell(InteractiveShell):
        """Keeps errors, those of a value's own display too, as a kernel sends them."""

        display_pub_class = Type(Publisher)
        displayhook_class = Type(Hook)

        def __init__(self, *arguments, **settings):
            self.errors = []
            super().__init__(*arguments, **settings)

        def _showtraceback(self, etype, evalue, stb):
            self.errors.append([etype.__name__, str(evalue), "\n".join(stb)])

    return LessonShell


def start() -> None:
    """Bring up what a kernel has before its first cell."""
    import browser_shims

    browser_shims.apply()
    os.environ["COURSE_HOME"] = str(HOME)
    sys.addaudithook(_note_outward)
    builtins.__import__ = _noting_import
    _shell_class()


def _run_cell(shell, cell: dict) -> dict:
    began = time.perf_counter()
    shell.errors.clear()
    shell.display_pub.shown.clear()
    done = shell.run_cell(cell["source"], store_history=True)
    failed = done.error_before_exec or done.error_in_exec
    if failed and not shell.errors:
        shell.errors.append([type(failed).__name__, str(failed), ""])
    return {
        "number": cell["number"],
        "grade_id": cell["grade_id"],
        "is_test": cell["is_test"],
        "errors": list(shell.errors),
        "stdout": _stdout.take(),
        "stderr": _stderr.take(),
        "displays": list(shell.display_pub.shown),
        "seconds": round(time.perf_counter() - began, 3),
    }


def run_lesson(job: str) -> str:
    """Run the cells of one lesson in order, an error or not.

    Args:
        job: JSON: `name` (such as `addressing/01-text`) and `cells`, each with `number`,
            `grade_id`, `is_test` and `source`.

    Returns:
        JSON: what each cell did, and what the lesson imported, loaded and reached for.
    """
    from traitlets.config import Config

    from ipv6course.classroom.progress import passed

    lesson = json.loads(job)
    folder = HOME / "work" / lesson["name"].partition("/")[0]
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    loaded = set(sys.modules)
    main = types.ModuleType("__main__")
    # There are no threads in a browser, and history is written by one.
    settings = Config({"HistoryManager": {"enabled": False}})
    environment = dict(os.environ)
    shell = _shell_class().instance(user_module=main, user_ns=vars(main), config=settings)
    before = "".join([_stdout.take(), _stderr.take()])
    _outward.clear()
    _imports.clear()
    try:
        cells = [_run_cell(shell, cell) for cell in lesson["cells"]]
    finally:
        type(shell).clear_instance()
        os.environ.clear()
        os.environ.update(environment)
    return json.dumps(
        {
            "name": lesson["name"],
            "before": before,
            "cells": cells,
            "imports": sorted(_imports),
            "loaded": sorted(set(sys.modules) - loaded),
            "outward": list(_outward),
            "passed": sorted(passed(lesson["name"])),
        }
    )
