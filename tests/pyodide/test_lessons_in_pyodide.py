"""Every lesson, with its reference solutions, in the Python of a browser: no server, no network."""

import browser_gate
import pytest
from browser_specimens import FAULTY, FAULTY_CHECKS

# One worker of pytest-xdist runs these: Pyodide starts once for all of them.
pytestmark = pytest.mark.xdist_group("pyodide")
SPECIMENS = ["specimen/01-libraries", "specimen/02-network"]
LESSONS = [lesson["name"] for lesson in browser_gate.read_lessons(browser_gate.COURSE)]


@pytest.mark.parametrize("name", [*LESSONS, *SPECIMENS])
def test_a_lesson_runs_in_a_browser(name, lessons_in_browser):
    assert browser_gate.problems(lessons_in_browser[name]) == []


def test_no_lesson_loads_what_a_browser_lacks(lessons_in_browser):
    loaded = {module for name in LESSONS for module in lessons_in_browser[name]["loaded"]}
    assert loaded.isdisjoint(browser_gate.NOT_IN_A_BROWSER)


def test_no_lesson_creates_a_socket(lessons_in_browser):
    assert [event for name in LESSONS for event in lessons_in_browser[name]["outward"]] == []


def test_python_itself_starts_without_a_network(browser_run):
    assert browser_run["startAttempts"] == []
    assert browser_run["startOutput"] == []


def test_functions_of_a_cell_belong_to_main(lessons_in_browser):
    """The watch on withheld calls knows a learner's code by it."""
    problems = browser_gate.problems(lessons_in_browser["specimen/withheld call"])
    assert any("[withheld]" in problem for problem in problems)


def test_a_figure_and_widgets_are_displayed(lessons_in_browser):
    kinds = [
        kind
        for cell in lessons_in_browser["specimen/01-libraries"]["cells"]
        for kind, _size in cell["displays"]
    ]
    assert kinds.count("application/vnd.jupyter.widget-view+json") == 2
    assert kinds.count("application/vnd.plotly.v1+json") == 1


@pytest.mark.parametrize("name", [*FAULTY, *FAULTY_CHECKS])
def test_the_gate_names_a_fault(name, lessons_in_browser):
    expected = (FAULTY | FAULTY_CHECKS)[name][-1]
    problems = browser_gate.problems(lessons_in_browser[f"specimen/{name}"])
    assert any(expected in problem for problem in problems), problems


def test_a_pyodide_of_another_version_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setattr(browser_gate, "PYODIDE", tmp_path)
    (tmp_path / "package.json").write_text('{"version": "0.1"}')
    with pytest.raises(browser_gate.NotReadyError, match=r"Pyodide is 0\.1.*npm install"):
        browser_gate.check_ready()


def test_a_missing_pyodide_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(browser_gate, "PYODIDE", tmp_path / "absent")
    with pytest.raises(browser_gate.NotReadyError, match=r"absent.*npm install .*--prefix tests"):
        browser_gate.check_ready()
