"""A job in a real kernel gives what nbgrader's own `Execute` gives."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.preprocessors import Execute

from ipv6grader import kernel
from ipv6grader.kernel import (
    KernelError,
    KernelExecutor,
    job_from_json,
    job_to_json,
    result_from_json,
    run,
)
from ipv6grader.model import Job, JobCell, Mode

pytestmark = pytest.mark.xdist_group("grader-kernels")

HONEST = [
    "import os, sys\nos.environ['NBGRADER_EXECUTION']",
    "print('a')\nprint('b', file=sys.stderr)",
    "1 / 0",
    "40 + 2",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))",
    "import asyncio\nawait asyncio.sleep(0)",
    "!echo from a shell",
    "open('here.txt').read()",
    "os.path.basename(os.path.dirname(os.getcwd()))",
]


def job(*sources, seconds=30, files=None, **more):
    cells = tuple(JobCell(2 * n + 1, source) for n, source in enumerate(sources))
    where = {"files": files, "directory": "autograded/amina.k/ps1", "mode": Mode.KERNEL}
    return Job("amina.k", "ps1", "work", cells, cell_seconds=seconds, **where, **more)


@pytest.fixture(scope="module")
def executor():
    executor = KernelExecutor()
    yield executor
    executor.close()


def names(executed, position):
    """Return what kind of outputs a cell has; of an error, its name."""
    outputs = executed.outputs[position]
    return [output.get("ename") or output["output_type"] for output in outputs]


def test_the_outputs_are_those_of_nbgraders_execute(executor, tmp_path, monkeypatch):
    folder = tmp_path / "autograded" / "amina.k" / "ps1"
    folder.mkdir(parents=True)
    (folder / "here.txt").write_text("mine")
    (folder / "here.txt").chmod(0o444)
    executed = executor.run(job(*HONEST, files=folder))

    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in HONEST])
    stock, _resources = Execute().preprocess(notebook, {"metadata": {"path": str(folder)}})
    assert executed.trouble == ""
    assert executed.mode is Mode.KERNEL
    for number, cell in enumerate(stock.cells):
        mine, theirs = executed.outputs[2 * number + 1], [dict(output) for output in cell.outputs]
        for output in (*mine, *theirs):
            output.pop("traceback", None)  # addresses and paths are in it
        # Streams come in whichever order.
        assert sorted(mine, key=json.dumps) == sorted(theirs, key=json.dumps)
        assert executed.counts[2 * number + 1] == cell.execution_count
    assert "amina.k" in json.dumps(executed.outputs)
    assert executed.cpu_seconds > 0


def test_the_settings_are_those_of_nbgraders_execute():
    stock = Execute()
    assert {name: getattr(stock, name) for name in kernel._AS_EXECUTE} == kernel._AS_EXECUTE
    client, execute = NotebookClient(nbformat.v4.new_notebook()), Execute()
    assert client.shutdown_kernel == execute.shutdown_kernel
    differ = {
        name
        for name in client.trait_names(config=True)
        if getattr(client, name) != getattr(execute, name)
    }
    assert differ == {
        *kernel._AS_EXECUTE,
        "timeout",
        "on_cell_executed",
        "display_data_priority",  # which nbclient does not look at
    }


def test_a_cell_that_takes_too_long_is_interrupted_and_the_next_one_runs(executor):
    executed = executor.run(job("import time\ntime.sleep(600)", "6 * 7", seconds=1))
    assert "CellTimeoutError" in names(executed, 1)
    assert names(executed, 3) == ["execute_result"]
    assert executed.trouble == ""


def test_a_kernel_that_ends_leaves_its_cell_with_an_error_and_the_rest_without_outputs(executor):
    executed = executor.run(job("'before'", "import os\nos._exit(0)", "'after'"))
    assert names(executed, 1) == ["execute_result"]
    assert names(executed, 3) == ["KernelStopped"]
    assert 5 not in executed.outputs
    assert executed.trouble == "The kernel died."


def test_a_kernel_that_is_not_there_is_named(executor):
    executed = executor.run(job("1", kernel_name="cobol"))
    assert executed.outputs == {}
    assert "There is no kernel 'cobol' here." in executed.trouble


def test_too_much_output_is_cut_and_what_lowers_a_score_is_kept(executor):
    much = "'x' * 5_000_000"
    executed = executor.run(
        job(f"print({much})\nimport sys\nprint({much}, file=sys.stderr)\n1 / 0", much, "7")
    )
    assert names(executed, 1)[-1] == "ZeroDivisionError"
    assert any(output.get("name") == "stderr" for output in executed.outputs[1])
    assert names(executed, 3) == ["OutputTooLong"]
    assert names(executed, 5) == ["execute_result"]
    assert len(json.dumps(executed.outputs)) < 1_000_000


@pytest.mark.skipif(os.name == "nt", reason="kills by a signal of POSIX")
def test_a_job_that_ends_the_kernels_process_spends_the_executor_only_for_itself(executor):
    with pytest.raises(KernelError, match="ended before it answered"):
        executor.run(job("import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)"))
    assert names(executor.run(job("1")), 1) == ["execute_result"]


def test_a_job_comes_out_of_json_as_it_went_in(tmp_path):
    sent = job(
        "1",
        answers=frozenset("ab"),
        known_signs=frozenset("c"),
        kernel_options={"iopub_timeout": 9},
    )
    assert job_from_json(job_to_json(sent, tmp_path)) == (sent, tmp_path)


def test_the_program_runs_one_job_where_it_is_started(tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ipv6grader.kernel"],
        input=job_to_json(job("import os\nprint('loud')\nos.getcwd()")).encode(),
        capture_output=True,
        cwd=tmp_path,
    )
    executed = result_from_json(done.stdout)
    assert names(executed, 1) == ["stream", "execute_result"]
    assert str(tmp_path) in str(executed.outputs[1][1])


@pytest.mark.parametrize(
    "answer",
    ["", "[]", "{}", '{"outputs": [], "counts": {}}', "[" * 100_000, '{"outputs": {}}', "\0"],
)
def test_an_answer_that_is_none_is_refused(answer):
    with pytest.raises(ValueError, match=r"."):
        result_from_json(answer)


def test_junk_in_an_answer_is_left_out():
    answer = {
        "outputs": {"1": [{}], "x": [], "2": "text", "99999999999": []},
        "counts": {"1": "one"},
        "trouble": ["no", "text"],
        "cpu_seconds": float("nan"),
        "wall_seconds": -1,
        "tampering": "none",
    }
    executed = result_from_json(json.dumps(answer))
    assert executed.outputs == {1: [{}]}
    assert executed.counts == {1: None}
    assert (executed.trouble, executed.cpu_seconds, executed.wall_seconds) == ("", 0.0, 0.0)
    assert executed.tampering == []


def test_running_here_and_in_the_process_is_the_same(tmp_path):
    assert names(run(job("1"), tmp_path), 1) == ["execute_result"]
