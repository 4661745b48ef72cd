"""Runs jobs in a sandbox, one after another: the parent's side.

Whatever comes from inside is checked for its shape and its size, and waited for up to a deadline.
A sandbox whose zygote has died is made anew.
"""

import hashlib
import itertools
import json
import math
import shutil
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ipv6grader.execution import names
from ipv6grader.execution.channel import Channel, ChannelError, LateError
from ipv6grader.execution.confine import Limits
from ipv6grader.execution.sandbox import Sandbox, why_no_sandbox
from ipv6grader.execution.signs import signs
from ipv6grader.model import Executed, Job, JobCell, Mode, Output

INTERRUPTED = {
    "output_type": "error",
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
}
"""What nbgrader's Execute adds to a cell that took too long."""
GRACE = 5.0
"""Seconds that a cell has for ending after it was interrupted, before its process is killed."""
_START = 60.0
_AGAIN = 0.05


class NoSandboxError(RuntimeError):
    """There is no sandbox. The text says why, and what to do."""


class BrokenSandboxError(RuntimeError):
    """The sandbox ended under a job."""


class _LostError(Exception):
    """A process of this notebook is gone."""


class Executor:
    """Runs the cells of notebooks; one worker's, used by one thread.

    Args:
        modules: Names of modules to import once, before the first notebook.
        limits: What one process may take.
        number: Which worker it is.

    Raises:
        NoSandboxError: This machine can have no sandbox.
    """

    def __init__(
        self, modules: Iterable[str] = (), limits: Limits | None = None, number: int = 0
    ) -> None:
        if why := why_no_sandbox():
            raise NoSandboxError(why)
        self._modules = list(modules)
        self._limits = limits or Limits()
        self._number = number
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> "Executor":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox."""
        if self._sandbox:
            self._sandbox.close()
            self._sandbox = None

    @property
    def modules(self) -> list[str]:
        """The modules that are imported before the first notebook."""
        return [*self._modules]

    def run(self, job: Job) -> Executed:
        """Run a job, and return what came of it, whatever a notebook does to its own processes.

        Raises:
            BrokenSandboxError: The zygote ended. The next job has a new sandbox.
        """
        began = time.monotonic()
        executed = Executed()
        try:
            self._import_for(job)
            _Run(self._ready(), job, executed).go()
            if job.mode is Mode.SPLIT and executed.changed_arguments and not executed.trouble:
                again = Executed()
                _Run(self._ready(), replace(job, mode=Mode.IN_PLACE), again).go()
                _take_lower(executed, again, job)
        except (ChannelError, OSError, ValueError, KeyError) as why:
            words = self._sandbox.last_words() if self._sandbox else ""
            self.close()
            raise BrokenSandboxError(f"the sandbox broke down: {why} {words}".strip()) from why
        executed.wall_seconds = time.monotonic() - began
        return executed

    def learn(self, job: Job) -> None:
        """Run a release once and import what it imported; it holds no answers.

        Later notebooks then find their modules imported. What its cells name is imported too: some
        modules can only be imported out here, such as scapy, which looks for network interfaces.
        """
        run = _Run(self._ready(), job, Executed(), learn=True)
        run.go()
        named = [name for cell in job.cells for name in names.modules_in(cell.source)]
        self._modules = [*dict.fromkeys([*self._modules, *named, *run.modules])]
        self._tell({"import": self._modules})

    def _import_for(self, job: Job) -> None:
        """Import what a notebook names and can't import for itself (`ipv6grader.outside`)."""
        known = {name.partition(".")[0] for name in self._modules}
        packages = {name: name.partition(".")[0] for name in _outside()}
        missing = [
            name
            for name, package in packages.items()
            if package not in known and _imports(job, package)
        ]
        if missing:
            self._modules += missing
            self._tell({"import": missing})

    def _ready(self) -> Sandbox:
        """Return the sandbox, made anew if need be."""
        if self._sandbox is None:
            self._sandbox = Sandbox(self._limits, self._number)
            self._sandbox.control.settimeout(_START)
            self._hear()
            if self._modules:
                self._tell({"import": self._modules})
        return self._sandbox

    def _tell(self, message: Any) -> Any:
        self._ready().control.send(json.dumps(message).encode())
        return self._hear()

    def _hear(self) -> Any:
        assert self._sandbox is not None
        data = self._sandbox.control.recv(1 << 16)
        if not data:
            raise ChannelError("the zygote has ended")
        return json.loads(data)


def _take_lower(executed: Executed, in_place: Executed, job: Job) -> None:
    """Take the outputs of tests that are worth less with the learner's changes done in place.

    In split mode a test that asks whether an argument was left alone sees an argument that was. In
    place a learner could change what the test expects. The lower of the two is neither.
    """
    for cell in job.cells:
        if cell.is_test and cell.index in in_place.outputs:
            outputs = in_place.outputs[cell.index]
            if _worth(outputs) < _worth(executed.outputs.get(cell.index, [])):
                executed.outputs[cell.index] = outputs
    executed.cpu_seconds += in_place.cpu_seconds
    executed.trouble = executed.trouble or in_place.trouble


def _worth(outputs: list[Output]) -> float:
    """Return what orders a test's outputs as nbgrader orders them: failed, in part, all."""
    for output in outputs:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "error" or output.get("name") == "stderr":
            return 0.0
        if output.get("output_type") == "execute_result":
            try:
                return max(0.0, float(output["data"]["text/plain"]))
            except (KeyError, TypeError, ValueError):
                return math.inf
    return math.inf


class _Run:
    """One job in a sandbox."""

    def __init__(self, sandbox: Sandbox, job: Job, executed: Executed, learn: bool = False) -> None:
        self._sandbox = sandbox
        self._job = job
        self._executed = executed
        self._learn = learn
        self._counts = itertools.count(1)
        self._channels: dict[str, Channel] = {}
        self._needed = _needed(job)
        self.modules: list[str] = []

    def go(self) -> None:
        """Run all cells."""
        try:
            self._stage()
            self._start()
            if self._job.mode is Mode.KERNEL:
                self._run_in_kernel()
            else:
                for cell in self._job.cells:
                    self._run(cell)
                self._judge()
        finally:
            self._end()

    # --- its beginning and end --------------------------------------------------------------

    def _stage(self) -> None:
        """Copy the submission's files to where its process finds them."""
        if self._job.files is not None:
            shutil.copytree(self._job.files, self._sandbox.stage / "files", symlinks=True)
        given = self._job.given
        if given is not None and not (self._sandbox.stage / _place(given)).exists():
            shutil.copytree(given, self._sandbox.stage / _place(given))

    def _start(self) -> None:
        job = self._job
        message = {
            "mode": job.mode.value,
            "split": job.mode.is_split,
            "directory": job.directory,
            "stage": "files" if job.files else "",
            "given": _place(job.given) if job.given else "",
            "answers": sorted(job.answers),
            "imports": dict(job.imports),
            "wanted": sorted(_wanted(job)),
            "watched": sorted(_watched(job)),
            "learn": self._learn,
        }
        theirs: list[socket.socket] = []
        try:
            for role in ("student", "test") if job.mode.is_split else ("student",):
                own, end = socket.socketpair()
                self._channels[role] = Channel(own)
                theirs.append(end)
                if job.mode.is_split:
                    theirs += socket.socketpair() if role == "student" else ()
            # Order for the zygote: student, its call end, test, its call end, alarm, alarm's end.
            if job.mode.is_split:
                student, call, answer, test = theirs
                theirs = [student, call, test, answer, *socket.socketpair()]
            ends = [end.fileno() for end in theirs]
            data = json.dumps({"start": message}).encode()
            socket.send_fds(self._sandbox.control, [data], ends)
        finally:
            for end in theirs:
                end.close()
        if job.mode is not Mode.KERNEL:
            for role, channel in self._channels.items():
                self._greet(role, channel)

    def _greet(self, role: str, channel: Channel) -> None:
        here = channel.receive(time.monotonic() + _START)
        if not (isinstance(here, dict) and here.get("here")):
            raise ChannelError(f"the {role}'s process did not begin")

    def _end(self) -> None:
        for channel in self._channels.values():
            channel.close()
        try:
            self._sandbox.control.send(b'{"end": true}')
            said = json.loads(self._sandbox.control.recv(1 << 16) or b"{}")
            self._executed.cpu_seconds = float(said.get("cpu", 0.0))
        finally:
            if self._job.files is not None:
                shutil.rmtree(self._sandbox.stage / "files")

    # --- its cells --------------------------------------------------------------------------

    def _run(self, cell: JobCell) -> None:
        """Run a cell where it belongs."""
        if not cell.source.strip():
            return
        count = next(self._counts)
        split = self._job.mode.is_split
        message = {
            "run": cell.source,
            "count": count,
            "test": cell.is_test,
            "given": cell.source == cell.trusted,
            "edited": cell.trusted is not None and not cell.is_test,
        }
        outputs = self._ask("test" if split and cell.is_test else "student", message)
        if split and (needed := self._needed.get(cell.index)):
            self._ask("test", {**message, "run": needed})
        if outputs is not None:
            self._executed.outputs[cell.index] = outputs
            self._executed.counts[cell.index] = count

    def _ask(self, role: str, message: Mapping[str, Any]) -> list[Output] | None:
        """Have a process run a cell; None where there is no such process any more."""
        channel = self._channels.get(role)
        if channel is None:
            return None
        try:
            channel.send(message)
            reply, late = self._wait(role, channel)
            outputs = reply["outputs"]
            if not isinstance(outputs, list):
                raise ChannelError("no outputs came")
        except (ChannelError, KeyError, TypeError, _LostError) as why:
            self._lose(role, str(why))
            return None
        self._note(reply)
        return [*outputs, INTERRUPTED] if late else outputs

    def _wait(self, role: str, channel: Channel) -> tuple[Any, bool]:
        """Wait for a process's reply; interrupt it at the cell's limit, and kill it after that."""
        seconds = self._job.cell_seconds
        limit = None if seconds is None else time.monotonic() + seconds
        try:
            return channel.receive(limit), False
        except LateError:
            pass
        until = time.monotonic() + GRACE
        while time.monotonic() < until:
            self._signal(role, kill=False)
            try:
                return channel.receive(time.monotonic() + _AGAIN), True
            except LateError:
                continue
        self._signal(role, kill=True)
        raise _LostError(f"a cell ran for over {seconds:g} seconds and could not be interrupted")

    def _signal(self, role: str, *, kill: bool) -> None:
        self._sandbox.control.send(json.dumps({"signal": role, "kill": kill}).encode())
        self._sandbox.control.recv(1 << 16)

    def _note(self, reply: Mapping[str, Any]) -> None:
        """Keep what a reply says beside its outputs."""
        found = reply.get("tampering")
        if isinstance(found, list):
            new = [str(item)[:300] for item in found[:20]]
            known = self._executed.tampering
            known += [sentence for sentence in new if sentence not in known][: 20 - len(known)]
        if reply.get("changed") is True:
            self._executed.changed_arguments = True
        if reply.get("trouble") and not self._executed.trouble:
            self._executed.trouble = str(reply["trouble"])[:300]

    def _lose(self, role: str, why: str) -> None:
        """Go on without a process."""
        self._channels.pop(role).close()
        who = "The learner's process" if role == "student" else "The test process"
        self._executed.trouble = self._executed.trouble or f"{who} ended: {why}."

    def _judge(self) -> None:
        """Add the signs in the text, and what was learned."""
        job = self._job
        if job.mode is Mode.SHARED:
            self._executed.tampering += _signs(job)
        if self._learn and "student" in self._channels:
            channel = self._channels["student"]
            channel.send({"modules": True})
            reply = channel.receive(time.monotonic() + _START)
            self.modules = [name for name in reply["modules"] if not name.startswith("_")]

    # --- a real kernel ----------------------------------------------------------------------

    def _run_in_kernel(self) -> None:
        """Have the job run by nbclient in a real kernel, inside."""
        from ipv6grader.kernel import job_to_json, result_from_json

        channel = self._channels["student"]
        cells = len(self._job.cells)
        seconds = self._job.cell_seconds
        limit = None if seconds is None else time.monotonic() + _START + cells * (seconds + GRACE)
        try:
            found = result_from_json(channel.exchange_text(job_to_json(self._job), limit))
        except (ChannelError, ValueError) as why:
            self._executed.trouble = f"The kernel's process ended: {why}."
            return
        self._executed.outputs = found.outputs
        self._executed.counts = found.counts
        self._executed.trouble = found.trouble
        self._executed.tampering = _signs(self._job)


@cache
def _outside() -> tuple[str, ...]:
    """Return the modules that can only be imported outside of the sandbox, as packages tell."""
    entries = entry_points(group="ipv6grader.outside")
    return tuple(name for entry in entries for name in entry.load()())


def _imports(job: Job, package: str) -> bool:
    """Return whether a notebook imports a package, or a module of it."""
    return any(
        package == name.partition(".")[0]
        for cell in job.cells
        if package in cell.source
        for name in names.modules_in(cell.source)
    )


def _signs(job: Job) -> list[str]:
    """Return what in the learner's own cells looks as if they reached for their marks."""
    mine = [cell for cell in job.cells if not cell.is_test and cell.source != cell.trusted]
    # A learner who edits a cell of the instructor's answers only for what is new in it.
    found = set[str]().union(*(signs(cell.source) - signs(cell.trusted or "") for cell in mine))
    return sorted(found - job.known_signs)


def _cell_names(job: Job) -> tuple[list[names.CellNames], dict[int, names.CellNames]]:
    """Return the names of the tests, and of the instructor's other cells by position."""
    tests = [names.names_of(cell.source) for cell in job.cells if cell.is_test]
    given = {
        cell.index: names.names_of(cell.trusted)
        for cell in job.cells
        if not cell.is_test and cell.trusted is not None
    }
    return tests, given


def _wanted(job: Job) -> frozenset[str]:
    if not job.mode.is_split:
        return frozenset()
    tests, given = _cell_names(job)
    return names.wanted(tests, given.values(), job.answers)


def _watched(job: Job) -> set[str]:
    """Return the modules that the instructor's cells use, where the learner's run beside them."""
    if job.mode is not Mode.SHARED:
        return set()
    trusted = [cell.source if cell.is_test else cell.trusted or "" for cell in job.cells]
    return {name for source in trusted for name in names.modules_in(source)}


def _needed(job: Job) -> dict[int, str]:
    """Return what of the instructor's cells the test process has to run, by position."""
    if not job.mode.is_split:
        return {}
    tests = tuple(cell.source for cell in job.cells if cell.is_test)
    given = {
        cell.index: cell.trusted
        for cell in job.cells
        if not cell.is_test and cell.trusted is not None
    }
    return dict(zip(given, names.needed(tuple(given.values()), tests), strict=True))


def _place(given: Path) -> str:
    """Return where the instructor's files stay in the stage: they are the same for every job."""
    return f"given-{hashlib.sha256(str(given).encode()).hexdigest()[:16]}"
