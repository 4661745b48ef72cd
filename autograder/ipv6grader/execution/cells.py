"""What a forked process does: it runs cells, as the parent tells it.

The parent sends `{"run": source, "count": n}`; the answer is `{"outputs": […]}`.
"""

import os
import select
import signal
import socket
import sys
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ipv6grader.execution import tamper
from ipv6grader.execution.channel import Channel, ChannelError
from ipv6grader.execution.confine import HOME
from ipv6grader.execution.remote import Interruptible, Remote, Served, StudentEndedError
from ipv6grader.execution.shell import OUTPUTS, WATCHED, Shell, run_cell
from ipv6grader.execution.values import Values, registered_types
from ipv6grader.model import Mode

# Once, in the zygote: to find them takes longer than many notebooks.
_CODECS = registered_types()
_STARTED = [entry.load() for entry in entry_points(group="ipv6grader.child")]


def _begin(shell: Shell) -> Interruptible:
    """Make this process's streams and signals those of a notebook, in its working directory."""
    # Where IPython puts it in a kernel: after the standard library.
    sys.path.insert(next((n for n, p in enumerate(sys.path) if "site-packages" in p), 0), "")
    shell.user_ns["_dh"][:] = [str(Path.cwd())]  # where `%cd -` goes back to
    WATCHED.begin(HOME)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for started in _STARTED:
        started()
    interruptible = Interruptible()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGUSR1, interruptible.stop)
    return interruptible


def _keep_only(*descriptors: int) -> None:
    """Close every descriptor but the standard ones and these."""
    kept = [2, *sorted(descriptors)]
    for low, high in zip(kept, [*kept[1:], 4096], strict=True):
        os.closerange(low + 1, high)


def _run(shell: Shell, interruptible: Interruptible, message: Any) -> list[dict[str, Any]]:
    _value, error = interruptible.run(lambda: run_cell(shell, message["run"], message["count"]))
    if error is not None:
        OUTPUTS.error(type(error).__name__, "", [f"{type(error).__name__}"])
    return OUTPUTS.list


def be_student(shell: Shell, control_end: int, call_end: int) -> None:
    """Run the learner's cells, and the learner's functions when the test process calls them."""
    _keep_only(control_end, call_end)
    interruptible = _begin(shell)
    control = Channel(socket.socket(fileno=control_end))
    calls = Channel(socket.socket(fileno=call_end))
    served = Served(shell.user_ns, calls, Values(_CODECS), interruptible)
    control.send({"here": True})
    while True:
        ready = [calls] if calls.has_more else select.select([control, calls], [], [])[0]
        try:
            if calls in ready:
                served.answer()
            if control in ready:
                outputs = _run(shell, interruptible, control.receive())
                control.send({"outputs": outputs})
        except ChannelError:
            return


def be_test(
    shell: Shell, control_end: int, call_end: int, alarm_end: int, job: dict[str, Any]
) -> None:
    """Run the instructor's cells. Nothing that the learner wrote is run here."""
    _keep_only(control_end, call_end, alarm_end)
    interruptible = _begin(shell)
    control = Channel(socket.socket(fileno=control_end))
    alarm = socket.socket(fileno=alarm_end)
    calls = Channel(socket.socket(fileno=call_end))
    remote = Remote(calls, Values(_CODECS), alarm, in_place=job["mode"] == Mode.IN_PLACE.value)
    student = _Student(shell, remote, job)
    control.send({"here": True})
    while True:
        try:
            message = control.receive()
        except ChannelError:
            return
        student.bring()
        outputs = _run(shell, interruptible, message)
        student.settle()
        changed = remote.changed_arguments
        control.send({"outputs": outputs, "trouble": student.trouble, "changed": changed})


class _Student:
    """Keeps the test process's namespace up to date with the learner's."""

    def __init__(self, shell: Shell, remote: Remote, job: dict[str, Any]) -> None:
        self._shell = shell
        self._remote = remote
        self._wanted: list[str] = job["wanted"]
        self._answers = set(job["answers"])
        self._imports: dict[str, str] = job["imports"]
        self._brought: dict[str, Any] = {}
        self.trouble = ""

    def bring(self) -> None:
        """Give the tests what the learner's namespace has of the wanted names."""
        namespace = self._shell.user_ns
        self._import(namespace)
        wanted = [name for name in self._wanted if not self._is_own(name)]
        try:
            found = self._remote.names(wanted) if wanted and not self.trouble else {}
        except (StudentEndedError, TypeError) as why:
            self.trouble = str(why)
            found = {}
        for name in (self._brought.keys() | self._answers) - found.keys():
            if not self._is_own(name):
                namespace.pop(name, None)
        namespace.update(found)
        self._brought = found

    def _is_own(self, name: str) -> bool:
        """Return whether the instructor's cells, not the learner's, gave a name its value."""
        if name in self._answers or name not in self._shell.user_ns:
            return False
        return name not in self._brought or self._shell.user_ns[name] is not self._brought[name]

    def _import(self, namespace: dict[str, Any]) -> None:
        """Import what the instructor's own answers import, where the tests have no such name."""
        for name in [*self._imports]:
            statement = self._imports.pop(name)
            if name in self._wanted and name not in namespace:
                with suppress(Exception):
                    exec(statement, namespace)

    def settle(self) -> None:
        """Stop what a test has left running."""
        try:
            self._remote.settle()
        except StudentEndedError as why:
            self.trouble = str(why)


def be_both(shell: Shell, control_end: int, job: dict[str, Any]) -> None:
    """Run all cells in this one process, and say what looks like tampering."""
    _keep_only(control_end)
    interruptible = _begin(shell)
    control = Channel(socket.socket(fileno=control_end))
    watch = tamper.Watch(shell, job["watched"])
    control.send({"here": True, "modules": sorted(sys.modules) if job.get("learn") else []})
    while True:
        try:
            message = control.receive()
        except ChannelError:
            return
        if message.get("modules"):
            control.send({"modules": sorted(sys.modules)})
            continue
        outputs = _run(shell, interruptible, message)
        if message["given"]:
            watch.accept()
        elif message["edited"]:
            watch.accept(tamper.EXCEPTIONS)
        control.send({"outputs": outputs, "tampering": watch.look(message["test"])})


def be_kernel(control_end: int, job: dict[str, Any]) -> None:
    """Become the program that runs a notebook in a real kernel: a job in, what came of it out."""
    for number in (0, 1):
        os.dup2(control_end, number)
    _keep_only()
    os.environ["JUPYTER_RUNTIME_DIR"] = os.environ["HOME"]
    os.execv(sys.executable, [sys.executable, "-P", "-m", "ipv6grader.kernel"])
