import os

import browser_gate
import pytest
from browser_specimens import faulty_lessons


@pytest.fixture(scope="session")
def browser_run(tmp_path_factory):
    """What happened when every lesson, and every specimen, ran in Pyodide."""
    # The course's own lessons come first: no specimen prepares the ground for them.
    lessons = [
        *browser_gate.read_lessons(browser_gate.COURSE),
        *browser_gate.read_lessons(browser_gate.SPECIMENS),
        *faulty_lessons(),
    ]
    folder = tmp_path_factory.mktemp("pyodide")
    try:
        return browser_gate.run(lessons, folder, extra_modules=(browser_gate.SPECIMENS,))
    except browser_gate.NotReadyError as error:
        reason = str(error)
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def lessons_in_browser(browser_run):
    """The same by the lesson's name."""
    return {lesson["name"]: lesson for lesson in browser_run["lessons"]}
