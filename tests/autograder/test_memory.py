"""The memory that grading takes does not grow with the number of submissions.

`make test` grades a few hundred small ones, `make prove` ten thousand; each in a process of its
own, for what a test runner remembers is not the grader's.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hand_ins import SANDBOX

pytestmark = [
    pytest.mark.xdist_group("scheduler"),
    pytest.mark.skipif(not SANDBOX, reason="needs a sandbox, and Linux's figures"),
]
MEASURE = Path(__file__).with_name("measure_memory.py")


def measure(number, *scheduler):
    """Return the first and the last figures; they are printed for `pytest -s`."""
    done = subprocess.run(
        [sys.executable, str(MEASURE), str(number), *scheduler], capture_output=True, text=True
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    marks = [found for found in map(json.loads, done.stdout.splitlines()) if "rss" in found]
    tenth = next(mark for mark in marks if mark["graded"] >= max(100, number // 10))
    assert marks[-1]["graded"] == number
    return marks[0], tenth, marks[-1]


def test_memory_stays_the_same_over_some_hundred_submissions():
    first, _tenth, last = measure(250)
    assert last["rss"] - first["rss"] < 1.5
    assert last["together"] - first["together"] < 60  # of what runs at the moment, too


@pytest.mark.prove
def test_memory_stays_the_same_over_ten_thousand_submissions():
    first, tenth, last = measure(10_000)
    assert last["rss"] - tenth["rss"] < 2
    assert last["rss"] - first["rss"] < 3
    assert last["together"] - tenth["together"] < 60


@pytest.mark.prove
def test_memory_grows_little_with_dask_in_the_same_process():
    _first, tenth, last = measure(2000, "local:2")
    # Dask's own scheduler runs here. It keeps 0.6 kB of each task, 2 kB as the system sees it.
    assert last["rss"] - tenth["rss"] < 8
