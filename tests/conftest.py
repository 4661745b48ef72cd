"""What every test finds: a learner's folder of its own, and a small course to spoil."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from ipv6course.authoring.text_lesson import read_lesson
from ipv6course.places import modules_folder
from ipv6data.database import open_data

_NOT_OURS = ("NBGRADER_EXECUTION", "JUPYTERHUB_USER", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

_LONGEST = ("gates-", "browser", "hostile", "nbgrader", "binder")  # groups of tests

COURSE = 'modules = ["tiny"]\n'
MODULE = 'title = "Tiny"\ngoals = ["Double a number."]\nmisconceptions = ["Two is a power."]\n'
HINTS = """\
[doubled-not]
text = "Twice the number was asked for."
rfc = "RFC 4291 section 2.2"
"""
LESSON = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
  language: python
ipv6course:
  title: "A tiny lesson"
  minutes: 10
  goals:
    - Double a number.
---

# A tiny lesson

Groups of an address such as `2001:db8::1` are numbers (RFC 4291 section 2.2).

```{code-cell} ipython3
from ipv6course.classroom import Lesson

lesson = Lesson("tiny/01-double")
```

### Exercise: double

```{code-cell} ipython3
---
nbgrader: {grade_id: double, solution: true}
withheld: [statistics.fsum]
---
def double(number):
    \"\"\"Return twice the number.\"\"\"
    ### BEGIN SOLUTION
    return number + number + 0
    ### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader: {grade_id: double-1, points: 1}
---
with lesson.check("double-1") as test:
    test.call(double, 3).gives(6, hint="doubled-not")
```

```{code-cell} ipython3
---
nbgrader: {grade_id: double-2, points: 2}
---
with lesson.check("double-2") as test:
    test.call(double, 2).gives(4, hint="doubled-not")
    ### BEGIN HIDDEN TESTS
    hidden_argument = 7000 + lesson.learner.number("double", 900)
    test.call(double, hidden_argument).gives(2 * hidden_argument, hint="doubled-not")
    ### END HIDDEN TESTS
```
"""
ANSWERS = """\
# %% right: times two
def double(number):
    return number * 2

# %% right: shifted
def double(number):
    return number << 1

# %% wrong: squared
# points=[0, 0] hint="doubled-not" met="visible"
def double(number):
    return number**2

# %% wrong: one more
# points=[0, 0] hint="doubled-not" met="visible"
def double(number):
    return number + 1

# %% wrong: a text
# points=[0, 0] hint="wrong-type" met="visible"
def double(number):
    return str(number * 2)

# %% wrong: small numbers only
# points=[1, 0] hint="doubled-not" met="hidden"
def double(number):
    return number * 2 if number < 100 else 0

# %% wrong: prints
# points=[0, 0] hint="nothing-returned" met="visible"
def double(number):
    print(number * 2)

# %% wrong: asks a library
# points=[0, 0] hint="withheld" met="visible"
import statistics

def double(number):
    return int(statistics.fsum([number, number]))
"""


@dataclass(frozen=True)
class TinyCourse:
    """A course of one module and one lesson that has nothing wrong with it."""

    modules: Path

    @property
    def lesson(self) -> Path:
        """The one lesson."""
        return self.modules / "tiny" / "01-double.md"

    @property
    def hints(self) -> Path:
        """The hints of its module."""
        return self.modules / "tiny" / "hints.toml"

    @property
    def answers(self) -> Path:
        """The answers to its exercise."""
        return self.modules / "tiny" / "answers" / "double.py"

    @staticmethod
    def change(path: Path, old: str, new: str) -> None:
        """Replace the one place where a file has the old text."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    @staticmethod
    def line(path: Path, of: str) -> int:
        """Return the line, from 1, of the first line that has this text."""
        lines = path.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if of in line)


def write_tiny_course(folder: Path) -> TinyCourse:
    """Write the course into a folder."""
    tiny = TinyCourse(folder)
    tiny.answers.parent.mkdir(parents=True)
    (folder / "course.toml").write_text(COURSE, encoding="utf-8")
    (folder / "tiny" / "module.toml").write_text(MODULE, encoding="utf-8")
    tiny.hints.write_text(HINTS, encoding="utf-8")
    tiny.lesson.write_text(LESSON, encoding="utf-8")
    tiny.answers.write_text(ANSWERS, encoding="utf-8")
    return tiny


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what only `make prove` runs out of `make test`; begin with what takes longest.

    A group runs on one worker. A long one that begins last would keep the others waiting.
    """
    items.sort(key=_turn)
    if os.environ.get("IPV6COURSE_PROVE") != "1":
        left_out = [item for item in items if item.get_closest_marker("prove")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _turn(item: pytest.Item) -> int:
    group = item.get_closest_marker("xdist_group")
    name = group.args[0] if group else ""
    return next((n for n, long in enumerate(_LONGEST) if name.startswith(long)), len(_LONGEST))


@pytest.fixture(autouse=True)
def course_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder of this test alone; who runs the tests, and where, does not count."""
    home = tmp_path / "ipv6-course"
    monkeypatch.setenv("COURSE_HOME", str(home))
    for name in _NOT_OURS:
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def tiny(tmp_path: Path) -> TinyCourse:
    """The tiny course, to be spoilt."""
    return write_tiny_course(tmp_path / "modules")


@pytest.fixture(scope="session")
def make_tiny() -> Callable[[Path], TinyCourse]:
    """What writes a tiny course into a folder, for fixtures that live longer than a test."""
    return write_tiny_course


def put_answers(notebook: Path, module: str) -> None:
    """Put the reference solutions into a learner's notebook of a module."""
    lesson = read_lesson(modules_folder() / module / f"{notebook.stem}.md")
    reference = {cell.grade_id: cell.source for cell in lesson.cells if cell.is_solution}
    content = nbformat.read(notebook, as_version=4)
    for cell in content.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = reference.get(grade_id, cell.source)
    nbformat.write(content, notebook)


@pytest.fixture(scope="session")
def solve() -> Callable[[Path, str], None]:
    """What puts the reference solutions into a learner's notebook: `solve(path, module)`."""
    return put_answers


@pytest.fixture(scope="module")
def data() -> Iterator[sqlite3.Connection]:
    """The course's data, as a learner has it."""
    connection = open_data()
    yield connection
    connection.close()
