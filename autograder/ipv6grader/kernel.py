"""Runs a notebook in a real Jupyter kernel, as nbgrader's own `Execute` runs it.

Two use it. Inside a sandbox it serves notebooks that need a real kernel. Outside any sandbox it
is what `--unsafe` names: the kernel can do whatever the user can do who grades.

`python -m ipv6grader.kernel` reads a job as JSON and writes what came of it as JSON. What it runs
is in its reach, so its answers are checked by the reader, like anything that comes from a child.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ipv6grader.lean import be_lean
from ipv6grader.model import Executed, Job, JobCell, Mode

START_SECONDS = 60.0
"""How long a kernel may take to start; nbclient's own limit."""
MOST_BYTES = 64 * 1024 * 1024
"""The longest answer, and the most that a notebook's outputs may hold."""
_CELL_BYTES = 4 * 1024 * 1024  # what the outputs of one cell may hold; of later cells, less
_LATE = 30.0  # seconds beside the cells' own: interrupting, iopub, shutting down


class KernelError(RuntimeError):
    """No kernel process could be had, or it broke its own protocol. The text says why."""


_AS_EXECUTE: dict[str, Any] = {
    "allow_errors": True,
    "interrupt_on_timeout": True,
    "raise_on_iopub_timeout": True,
    "error_on_timeout": {
        "ename": "CellTimeoutError",
        "evalue": "",
        "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
    },
}
"""The defaults of nbgrader's `Execute`; a test compares them with it."""


# --- one notebook -------------------------------------------------------------------------------


def run(job: Job, folder: Path) -> Executed:
    """Run a notebook in a kernel that lives as long as the notebook.

    Args:
        job: What to run; its `mode`, `trusted` texts and `files` are not looked at.
        folder: The kernel's working directory.

    Returns:
        Outputs and counts as nbclient collects them. A cell in which the kernel died or fell
        silent ends with an error; those after it are not in the outputs.
    """
    begun, cpu = time.monotonic(), _children_cpu()
    executed = Executed()
    with tempfile.TemporaryDirectory(prefix="ipv6grader-") as sockets:
        client = _client(job, folder, Path(sockets))
        try:
            client.run_all()
        except Exception as why:  # a dead kernel, a silent one, none of that name
            executed.trouble = _trouble(why, job)
    for cell, asked in zip(client.nb.cells[: client.begun], job.cells, strict=False):
        executed.outputs[asked.index] = [dict(output) for output in cell.outputs]
        executed.counts[asked.index] = cell.execution_count
    if executed.trouble and client.begun:
        executed.outputs[job.cells[client.begun - 1].index].append(_error(executed.trouble))
    executed.wall_seconds = time.monotonic() - begun
    executed.cpu_seconds = _children_cpu() - cpu
    return executed


def _client(job: Job, folder: Path, sockets: Path) -> Any:
    """Return nbclient's client, set up as nbgrader's `Execute`; it knows how far it came.

    nbgrader itself takes seconds to import, which each process here would pay.
    """
    from nbclient import NotebookClient
    from traitlets.config import Config

    class Client(NotebookClient):
        """A client with a bound on what it collects."""

        begun = 0
        here = 0
        together = 0

        def run_all(self) -> None:
            """Do what nbconvert's `ExecutePreprocessor.preprocess` does."""
            self.reset_execution_trackers()
            with self.setup_kernel():
                assert self.kc is not None
                self.wait_for_reply(self.kc.kernel_info())
                for index, cell in enumerate(self.nb.cells):
                    self.begun, self.here = index + 1, 0
                    self.execute_cell(cell, index, store_history=True)

        def output(self, outs: Any, msg: Any, display_id: Any, cell_index: Any) -> Any:
            size = len(str(msg["content"]))
            most = _CELL_BYTES if self.together < 6 * _CELL_BYTES else _CELL_BYTES // 64
            if self.here + size > most:
                outs += _shortened(msg, outs)
                return None
            self.here += size
            self.together += size
            return super().output(outs, msg, display_id, cell_index)

    config = Config()
    if sys.platform != "win32":  # TCP ports are chosen first and bound later: others take them
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = str(sockets / "kernel")
    config.ConnectionFileMixin.connection_file = str(sockets / "connection.json")
    known = set(NotebookClient.class_trait_names(config=True))
    seconds = job.cell_seconds
    options = _AS_EXECUTE | {k: v for k, v in job.kernel_options.items() if k in known}
    return Client(
        _notebook(job),
        config=config,
        resources={"metadata": {"path": str(folder)}},
        timeout=None if seconds is None else max(1, math.ceil(seconds)),
        kernel_name=job.kernel_name,
        record_timing=False,
        on_cell_executed=_record_error,
        **options,
    )


def _record_error(cell: Any, execute_reply: Any, **_more: Any) -> None:
    """Do what nbgrader's `Execute.on_cell_executed` does: no cell fails without an error."""
    from nbformat.v4 import new_output

    said = execute_reply["content"]
    if said["status"] != "error":
        return
    if any(out.output_type == "error" and out.ename == said["ename"] for out in cell.outputs):
        return
    lines = said["traceback"] or ["ERROR: An error occurred while showtraceback was disabled"]
    cell.outputs.append(
        new_output("error", ename=said["ename"], evalue=said["evalue"], traceback=lines)
    )


def _notebook(job: Job) -> Any:
    from nbformat.v4 import new_code_cell, new_notebook

    return new_notebook(cells=[new_code_cell(cell.source) for cell in job.cells])


def _error(text: str, name: str = "KernelStopped") -> Any:
    from nbformat.v4 import new_output

    return new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def _shortened(msg: Mapping[str, Any], outs: list[Any]) -> list[Any]:
    """Return what is kept of an output that is too much: what lowers a score always is."""
    from nbformat.v4 import new_output

    content = msg["content"]
    if msg["msg_type"] == "error":
        return [_error(str(content.get("evalue"))[:1000], str(content.get("ename"))[:100])]
    if msg["msg_type"] == "execute_result":
        return [_error("the result is larger than a grader keeps", "OutputTooLong")]
    name = "stderr" if content.get("name") == "stderr" else "stdout"
    cut = new_output("stream", name=name, text="... Output truncated ...\n")
    return [] if cut in outs else [cut]


def _trouble(why: Exception, job: Job) -> str:
    name = type(why).__name__
    sentences = {
        "DeadKernelError": "The kernel died.",
        "CellTimeoutError": "The kernel fell silent, and an interrupt did not stop it.",
        "NoSuchKernel": f"There is no kernel '{job.kernel_name}' here.",
    }
    return sentences.get(name, f"The kernel did not run to the end: {name}: {str(why)[:500]}")


def _children_cpu() -> float:
    """Return the CPU seconds of children that have ended; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# --- as JSON ------------------------------------------------------------------------------------


def job_to_json(job: Job, folder: Path | None = None) -> str:
    """Return a job as one line of JSON; its files are a matter of the one who runs it.

    Args:
        job: The job.
        folder: Where its kernel is to work; None: where the process that reads it is.
    """
    plain = asdict(job)
    plain |= {
        "mode": job.mode.value,
        "files": None,
        "given": None,
        "answers": sorted(job.answers),
        "known_signs": sorted(job.known_signs),
        "kernel_options": dict(job.kernel_options),
        "folder": None if folder is None else str(folder),
    }
    return json.dumps(plain)


def job_from_json(text: str | bytes) -> tuple[Job, Path]:
    """Return the job that `job_to_json` wrote, and the folder where its kernel is to work."""
    plain = json.loads(text)
    folder = Path(plain.pop("folder") or Path.cwd())
    plain |= {
        "cells": tuple(JobCell(**cell) for cell in plain["cells"]),
        "answers": frozenset(plain["answers"]),
        "known_signs": frozenset(plain["known_signs"]),
        "mode": Mode(plain["mode"]),
    }
    return Job(**plain), folder


def result_to_json(executed: Executed) -> str:
    """Return what running gave as one line of JSON."""
    return json.dumps(asdict(executed) | {"mode": None}, default=str)


def result_from_json(text: str | bytes) -> Executed:
    """Read an answer that a child wrote; outputs themselves are for `outputs.accept` to check.

    Raises:
        ValueError: It is not of the form that `result_to_json` writes.
    """
    try:
        plain = json.loads(text)
    except RecursionError:
        raise ValueError("the kernel's process answered something nested too deep") from None
    return result_from_plain(plain)


def result_from_plain(plain: object) -> Executed:
    """Read an answer of a child that has been parsed.

    Raises:
        ValueError: It is not of the form that `result_to_json` writes.
    """
    if not isinstance(plain, dict):
        raise ValueError("the kernel's process answered no JSON object")
    outputs, counts = plain.get("outputs"), plain.get("counts")
    if not isinstance(outputs, dict) or not isinstance(counts, dict):
        raise ValueError("the kernel's process answered without outputs")
    trouble = plain.get("trouble", "")
    executed = Executed(trouble=trouble[:1000] if isinstance(trouble, str) else "")
    for name, found in outputs.items():
        if isinstance(found, list) and name.isdecimal() and len(name) < 9:
            executed.outputs[int(name)] = found
            count = counts.get(name)
            executed.counts[int(name)] = count if type(count) is int else None
    executed.cpu_seconds = _seconds(plain.get("cpu_seconds"))
    executed.wall_seconds = _seconds(plain.get("wall_seconds"))
    return executed


def _seconds(value: object) -> float:
    good = isinstance(value, int | float) and math.isfinite(value) and 0 <= value < 1e9
    return float(value) if good else 0.0  # type: ignore[arg-type]


# --- a process for it ---------------------------------------------------------------------------


class KernelExecutor:
    """Runs jobs one after another in kernels of this machine, outside any sandbox.

    The kernels belong to a process of their own, so that what they send never grows this one. A
    learner's code can do here whatever the user can: only `--unsafe` leads here.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._closed = False

    def run(self, job: Job) -> Executed:
        """Run a job.

        Raises:
            KernelError: The kernels' process died or answered nothing.
        """
        with tempfile.TemporaryDirectory(prefix="ipv6grader-") as room:
            folder = Path(room) / job.directory
            folder.parent.mkdir(parents=True)
            if job.files is not None:
                shutil.copytree(job.files, folder, symlinks=True, copy_function=_copy_writable)
            else:
                folder.mkdir()
            request = job_to_json(job, folder.absolute())
            answer = self._ask(request.encode() + b"\n", _longest(job))
        try:
            executed = result_from_json(answer)
        except ValueError as why:
            self._stop()
            raise KernelError(str(why)) from None
        executed.mode = Mode.KERNEL
        return executed

    def close(self) -> None:
        """End the process and its kernel, from whichever thread."""
        self._closed = True
        self._stop()

    def _ask(self, request: bytes, seconds: float | None) -> bytes:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            answer = self._answers.get(timeout=seconds)
        except (OSError, ValueError):
            answer = b""
        except queue.Empty:
            self._stop()
            raise KernelError("the kernel process gave no answer in time") from None
        if not answer:
            code = process.poll()
            self._stop()
            raise KernelError(f"the kernel process ended before it answered (exit code {code})")
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise KernelError("the executor is closed")
        if self._process is None:
            self._answers = queue.SimpleQueue()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ipv6grader.kernel", "serve"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            stdout = self._process.stdout
            threading.Thread(target=_read, args=(stdout, self._answers), daemon=True).start()
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()  # the process then ends its kernel
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _copy_writable(source: str, target: str) -> None:
    """Copy a file; what is read-only in the course is the learner's own in the copy."""
    shutil.copyfile(source, target, follow_symlinks=False)
    if not Path(target).is_symlink():
        Path(target).chmod(0o644)


def _longest(job: Job) -> float | None:
    if job.cell_seconds is None:
        return None
    return START_SECONDS + 2 * _LATE + len(job.cells) * (job.cell_seconds + _LATE)


def _read(stream: IO[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    """Hand on each line; an empty one says that there will be no more."""
    while (line := stream.readline(MOST_BYTES)).endswith(b"\n"):
        answers.put(line)
    answers.put(b"")
    stream.close()


def main() -> None:
    """Run the job that comes in; or, as `serve`, one after another until no more come."""
    be_lean()
    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the asker's matter
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    source, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)  # what kernels and their libraries print is no answer
    os.close(nothing)
    if sys.argv[1:] != ["serve"]:
        answers.write(result_to_json(run(*job_from_json(source.read()))).encode())
        answers.close()
        return
    busy = threading.Event()
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(source, requests, busy), daemon=True).start()
    while request := requests.get():
        answers.write(result_to_json(run(*job_from_json(request))).encode() + b"\n")
        answers.flush()
        busy.clear()


def _listen(source: IO[bytes], requests: queue.SimpleQueue[bytes], busy: threading.Event) -> None:
    """Hand on each line. At the end, whoever asked is gone: nobody waits for an answer."""
    for line in source:
        busy.set()
        requests.put(line)
    requests.put(b"")
    if busy.is_set():
        _end_children()
        os._exit(1)


def _end_children() -> None:
    """Kill every process that descends from this one."""
    import psutil

    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()


if __name__ == "__main__":
    main()
