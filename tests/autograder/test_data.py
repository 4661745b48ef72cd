"""A lesson that is graded opens the course's data, in a sandbox whose home and /tmp are empty."""

import pytest

from ipv6course.classroom import graded
from ipv6data import database
from ipv6grader.execution.sandbox import why_no_sandbox
from ipv6grader.execution.worker import Executor
from ipv6grader.model import Job, JobCell, Mode

pytestmark = [
    pytest.mark.xdist_group("split"),
    pytest.mark.skipif(bool(why_no_sandbox()), reason=why_no_sandbox() or "there is a sandbox"),
]
LESSON = "from ipv6data.database import open_data\n"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Where the data are unpacked: below /tmp, once."""
    return tmp_path_factory.mktemp("home") / ".cache"


@pytest.fixture
def course_with_data(cache, tmp_path, monkeypatch):
    """A course with a lesson that opens the data."""
    module = tmp_path / "modules" / "exhaustion"
    module.mkdir(parents=True)
    (module / "01-data.md").write_text(LESSON)
    monkeypatch.setenv("IPV6COURSE_MODULES", str(module.parent))
    monkeypatch.setenv("IPV6DATA_HOME", str(cache))
    monkeypatch.delenv("IPV6DATA_DATABASE", raising=False)
    graded._reads_data.cache_clear()
    yield
    graded._reads_data.cache_clear()


@pytest.mark.parametrize("mode", [Mode.SPLIT, Mode.SHARED, Mode.KERNEL])
def test_a_graded_notebook_and_its_tests_open_the_data(course_with_data, mode):
    count = "data.execute('select count(*) from country').fetchone()[0]"
    cells = (
        JobCell(0, f"{LESSON}data = open_data()\ncountries = {count}", grade_id="answer"),
        JobCell(1, f"{LESSON}data = open_data()\nassert countries == {count} == 249", is_test=True),
        JobCell(
            2,
            "from pathlib import Path\nassert not Path.home().joinpath('.cache').exists()",
            is_test=True,
        ),
    )
    about = {"files": None, "directory": "autograded/amina.k/ps1", "answers": frozenset({"answer"})}
    with Executor() as executor:
        executed = executor.run(
            Job("amina.k", "ps1", "work", cells, mode=mode, cell_seconds=30.0, **about)
        )
    assert executed.trouble == ""
    assert list(executed.outputs.values()) == [[], [], []]


def test_the_data_are_unpacked_before_a_worker_starts(course_with_data):
    (place,) = [said[0] for said in graded.shown() if isinstance(said, tuple)]
    assert place == database.default_database()
    assert place.stat().st_mode & 0o444 == 0o444


def test_a_course_whose_lessons_open_no_data_unpacks_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("IPV6COURSE_MODULES", str(tmp_path))
    monkeypatch.setenv("IPV6DATA_HOME", str(tmp_path / "home"))
    graded._reads_data.cache_clear()
    assert graded.shown() == []
    assert graded.environment() == ["IPV6COURSE_MODULES"]
    assert not (tmp_path / "home").exists()
    graded._reads_data.cache_clear()
