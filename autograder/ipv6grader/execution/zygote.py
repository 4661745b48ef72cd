"""Process 1 of the sandbox: imports what assignments import, and forks for each notebook.

It runs no cell and reads nothing that a learner wrote. The parent (`worker.py`) tells it what to
do, a packet at a time; it has one notebook under way at most.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import entry_points
from typing import Any

from ipv6grader.execution import confine
from ipv6grader.execution.shell import make_shell, run_cell

_PACKET = 60_000
_WARM = ("1 + 1", "print('warm')", "def f():\n    return 1 / 0\nf()", "import sys")


class Zygote:
    """The forking process of one worker."""

    def __init__(self, control: socket.socket, settings: dict[str, Any]) -> None:
        self._control = control
        self._shell = make_shell()
        self._cells = importlib.import_module("ipv6grader.execution.cells")  # the streams first
        self._limits = confine.Limits(**settings["limits"])
        self._user: int | None = settings["user"]
        may_fork = settings["may_fork"]
        self._filters = {
            kernel: confine.system_call_filter(may_fork or kernel, kernel)
            for kernel in (False, True)
        }
        self._namespaces = confine.PidNamespaces()
        self._children: dict[str, int] = {}
        self._tried: set[str] = set()
        self._alarm: socket.socket | None = None
        self._cpu = 0.0
        self._warm()

    def serve(self) -> None:
        """Do what the parent says until it closes the socket."""
        self._say({"ready": os.getpid()})
        while True:
            waiting = [self._control, *([self._alarm] if self._alarm else [])]
            ready = select.select(waiting, [], [])[0]
            if self._alarm in ready:
                self._heed(self._alarm)
            if self._control in ready:
                data, ends, _flags, _address = socket.recv_fds(self._control, _PACKET, 8)
                if not data:
                    return
                self._do(json.loads(data), ends)

    def _say(self, message: Any) -> None:
        self._control.send(json.dumps(message).encode())

    def _do(self, message: dict[str, Any], ends: list[int]) -> None:
        if "import" in message:
            self._import(message["import"])
            self._say({"imported": len(sys.modules)})
        elif "start" in message:
            self._start(message["start"], ends)
        elif "signal" in message:
            child = self._children.get(message["signal"])
            if child:
                os.kill(child, signal.SIGKILL if message["kill"] else signal.SIGUSR1)
            self._say({"signalled": True})  # so that no signal reaches what runs next
        elif "end" in message:
            self._end()
            self._say({"ended": True, "cpu": self._cpu})

    def _import(self, names: list[str]) -> None:
        self._try_import(names)
        for entry in entry_points(group="ipv6grader.warm"):
            with suppress(Exception):  # it is for speed alone
                entry.load()()
        self._settle()

    def _try_import(self, names: Iterable[str]) -> None:
        for name in names:
            try:
                importlib.import_module(name)
            except BaseException:  # the cell that needs it will say why
                continue

    def _warm(self) -> None:
        """Do once what each notebook would do first, so that each child finds it done."""
        for source in _WARM:
            run_cell(self._shell, source, 1)
        self._shell.reset(new_session=True)
        self._shell.history_manager.reset(new_session=True)
        self._settle()

    @staticmethod
    def _settle() -> None:
        gc.collect()
        gc.set_threshold(20_000)
        gc.freeze()  # the collector then does not write to pages that children share

    def _start(self, job: dict[str, Any], ends: list[int]) -> None:
        """Fork the processes of a notebook; `ends` are their sockets, in this order."""
        self._cpu = 0.0
        # Here they are what they are; a learner's process could make them something else.
        new = set(job["watched"]) - self._tried
        self._try_import(new)
        self._tried |= new
        if job["split"]:
            student, student_call, test, test_call, alarm, alarm_end = ends
            self._alarm = socket.socket(fileno=alarm_end)
            self._fork(
                "student", job, lambda: self._cells.be_student(self._shell, student, student_call)
            )
            self._fork(
                "test", job, lambda: self._cells.be_test(self._shell, test, test_call, alarm, job)
            )
        elif job["mode"] == "kernel":
            self._fork("student", job, lambda: self._cells.be_kernel(ends[0], job))
        else:
            self._fork("student", job, lambda: self._cells.be_both(self._shell, ends[0], job))
        for end in ends[:5]:
            os.close(end)

    def _fork(self, role: str, job: dict[str, Any], be: Callable[[], None]) -> None:
        kernel = job["mode"] == "kernel"
        child = self._namespaces.fork()
        if child:
            self._children[role] = child
            return
        try:
            self._control.close()
            stage = job["stage"] if role == "student" else job["given"]
            rules = self._filters[kernel]
            confine.confine(job["directory"], stage, self._limits, self._user, rules)
            os.environ["NBGRADER_EXECUTION"] = "autograde"
            be()
        finally:
            os._exit(0)

    def _heed(self, alarm: socket.socket) -> None:
        """Do what the test process asks for: to interrupt the student's, or to kill it."""
        said = alarm.recv(64)
        child = self._children.get("student")
        if not said:
            alarm.close()
            self._alarm = None
        elif child:
            os.kill(child, signal.SIGKILL if b"k" in said else signal.SIGUSR1)
            alarm.send(said)

    def _end(self) -> None:
        """End what is left of a notebook; with the first process of a namespace all others go."""
        for child in self._children.values():
            os.kill(child, signal.SIGKILL)
            _pid, _status, used = os.wait4(child, 0)
            self._cpu += used.ru_utime + used.ru_stime
        self._children.clear()
        if self._alarm:
            self._alarm.close()
            self._alarm = None


def main(descriptor: int, settings: dict[str, Any]) -> None:
    """Be the zygote; `descriptor` is its end of the parent's socket."""
    try:
        Zygote(socket.socket(fileno=descriptor), settings).serve()
    except BaseException:  # Python's own streams are a notebook's here
        os.write(2, traceback.format_exc().encode())
        raise
