"""Hostile submissions gain nothing and break nothing: the files of tests/hostile/, in one batch.

`make test` grades all of them in split mode, with honest ones between them, and a third of them in
shared mode. IPV6COURSE_PROVE=1 grades all in both modes, each alone too, and asks stock nbgrader
what every forgery gains there.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import canaries
import hostile_course
import nbformat
import psutil
import pytest
import stock_judge
from hostile_course import HONEST, NOTEBOOK, POINTS, Attack, Course, Expected

from ipv6grader.execution.sandbox import why_no_sandbox

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
ATTACKS = {attack.name: attack for attack in hostile_course.attacks()}
SAMPLE = sorted(ATTACKS) if PROVE else sorted(random.Random(64).sample(sorted(ATTACKS), 50))
JUDGED = [name for name, attack in ATTACKS.items() if attack.stock.word != "not run"]
# Beside the graded folders and the gradebook: what the grader keeps in a course root of its own.
MAY_CHANGE = ("autograded", "gradebook.db", ".ipv6grader", ".ipv6grader.lock")
MOST_BYTES = 20_000_000
COMMAND = Path(sys.executable).parent / "ipv6grader"

pytestmark = [
    pytest.mark.xdist_group("hostile"),
    pytest.mark.skipif(bool(why_no_sandbox()), reason=why_no_sandbox() or "there is a sandbox"),
]


@dataclass
class Batch:
    """What a run of the grader left."""

    course: Course
    mode: str
    code: int
    said: str
    secrets: dict[str, str]
    changed: list[str] = field(default_factory=list)
    """What in the course root and the home is not as it was."""
    reached: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Files in folders for everybody, and processes."""
    bystander_lives: bool = False

    def notebook(self, student: str) -> Any:
        """Return a graded notebook; None where there is none."""
        path = self.course.autograded(student) / f"{NOTEBOOK}.ipynb"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    def why(self, student: str) -> str:
        """Return what the grader says of a submission, with its points: for a test that fails."""
        told = [line for line in self.said.splitlines() if student in line]
        notebooks = self.course.journal(student).get("notebooks", {})
        return f"{self.course.points(student)}: {notebooks or told}"

    def needs_person(self, student: str) -> bool:
        """Return whether a person is told to look at a submission."""
        grades = self.course.grades(student) or {}
        notebooks = self.course.journal(student).get("notebooks", {}).values()
        told = self.code != 0 and student in self.said
        return (
            any(review for _points, review in grades.values())
            or any(notebook["person"] or notebook["trouble"] for notebook in notebooks)
            or told
        )


def run(course: Course, about: canaries.Canaries, mode: str, *options: str) -> Batch:
    """Grade what is handed in, with the command, and look at what became of the canaries."""
    temporary = course.root.parent / f"tmp-{course.root.name}"
    temporary.mkdir(exist_ok=True)
    environ = {
        "PATH": os.pathsep.join([str(COMMAND.parent), os.environ["PATH"]]),
        "HOME": str(about.home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "SECRET_OF_THE_INSTRUCTOR": about.secrets["environment"],
    }
    command = [COMMAND, "autograde", hostile_course.ASSIGNMENT, "--workers", "2", "--mode", mode]
    places = {course.root: MAY_CHANGE, about.home: ()}
    before = {place: canaries.fingerprints(place, but) for place, but in places.items()}
    with canaries.orphans() as orphans:
        done = subprocess.run(
            [*map(str, command), *options],
            cwd=course.root,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(about.inherited,),
            timeout=900,
        )
    said = done.stdout.decode("utf-8", "replace")
    batch = Batch(course, mode, done.returncode, said, about.secrets)
    for place, but in places.items():
        after = canaries.fingerprints(place, but)
        names = before[place].keys() | after.keys()
        batch.changed += [n for n in names if before[place].get(n) != after.get(n)]
    batch.reached = about.reached()
    batch.left = [str(path) for path in canaries.left_behind()]
    batch.left += [f"process {process.pid}" for process in orphans]
    batch.left += [str(path) for path in temporary.iterdir()]
    batch.bystander_lives = about.bystander.poll() is None
    return batch


@pytest.fixture(scope="module")
def about(tmp_path_factory: pytest.TempPathFactory) -> Iterator[canaries.Canaries]:
    """The canaries, for all batches of this module."""
    for path in canaries.left_behind():
        path.unlink()
    with canaries.set_out(tmp_path_factory.mktemp("canaries")) as about:
        yield about


@pytest.fixture(scope="module")
def released(about: canaries.Canaries, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course root with honest submissions and secrets."""
    course = hostile_course.make_course(
        tmp_path_factory.mktemp("hostile") / "course", about.secrets
    )
    for student, answers in HONEST.items():
        course.hand_in(student, answers)
    private = course.submission("amina.k") / "private.txt"
    private.write_text(about.secrets["student"], encoding="utf-8")
    (course.root / "source" / "notes.txt").write_text(about.secrets["source"], encoding="utf-8")
    course.add_student("canary", about.secrets["gradebook"])
    return course


@pytest.fixture(scope="module")
def make(
    released: Course, about: canaries.Canaries, tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """What makes a course root with some of the attacks handed in.

    First of all, one who asks without harm whether a sandbox is there: kill(-1) needs to know.
    """

    def make(*names: str) -> Course:
        course = Course(tmp_path_factory.mktemp("batch") / "course")
        shutil.copytree(released.root, course.root)
        for name in names:
            course.hand_in_attack(ATTACKS[name], about.given(course.root))
        return course

    course = make()
    course.hand_in("probe", {"longest": PROBE.format(bystander=about.bystander.pid)})
    run(course, about, "split", "--student", "probe")
    said = _text_of(Batch(course, "split", 0, "", {}).notebook("probe"))
    assert "the bystander cannot be reached" in said, "no sandbox: the attacks are not started"
    return make


PROBE = """
import os
def longest(words):
    return max(words, key=len)
try:
    os.kill({bystander}, 0)
except OSError:
    print("the bystander cannot be reached")
"""


@pytest.fixture(scope="module")
def split(make: Any, about: canaries.Canaries) -> Batch:
    """All attacks, in split mode."""
    return run(make(*ATTACKS), about, "split")


@pytest.fixture(scope="module")
def shared(make: Any, about: canaries.Canaries) -> Batch:
    """The sample, in shared mode."""
    return run(make(*SAMPLE), about, "shared")


@pytest.fixture(params=["split", "shared"], scope="module")
def batch(request: pytest.FixtureRequest) -> Batch:
    """Each batch in turn."""
    found: Batch = request.getfixturevalue(request.param)
    return found


# --- the files ------------------------------------------------------------------------------------


def test_there_are_many_attacks_and_many_of_them_gain_points_in_stock_nbgrader():
    assert len(ATTACKS) >= 45
    assert sum(attack.gains for attack in ATTACKS.values()) >= 25


@pytest.mark.parametrize(
    "head",
    [
        "# A sentence.\n# stock: full\n# split: full\n",
        "# stock: full\n# split: full\n# shared: full\n",
        "# A sentence.\n# stock: full\n# split: add-visible=1\n# shared: full\n",
        "# A sentence.\n# stock: full\n# split: subtract=0\n# shared: full\n",
    ],
    ids=["a line is missing", "no sentence", "not fewer points", "no such cell"],
)
def test_a_file_that_does_not_say_what_is_expected_is_refused(head, tmp_path):
    path = tmp_path / "attack.py"
    path.write_text(head + "\n# %% add\npass\n")
    with pytest.raises(ValueError, match=r"attack\.py|fewer points"):
        hostile_course.read_attack(path)


# --- points ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ATTACKS)
def test_in_split_mode_an_attack_gets_what_its_honest_part_deserves(name, split):
    check(split, ATTACKS[name], ATTACKS[name].split)


@pytest.mark.parametrize("name", SAMPLE)
def test_in_shared_mode_an_attack_gets_what_is_declared(name, shared):
    check(shared, ATTACKS[name], ATTACKS[name].shared)


def check(batch: Batch, attack: Attack, expected: Expected) -> None:
    """Compare what the gradebook has with what a file declares.

    In shared mode a submission may always go to a person, with no points before that.
    """
    points = batch.course.points(attack.name)
    if batch.mode == "shared" and batch.needs_person(attack.name) and not any(points.values()):
        return
    if expected.word == "person":
        assert not any(points.values()), points
        assert batch.needs_person(attack.name)
    elif expected.word in ("review", "at most"):
        deserved = attack.split.points
        more = {n: given for n, given in points.items() if (given or 0) > (deserved.get(n) or 0)}
        flagged = expected.word == "review" and batch.needs_person(attack.name)
        assert flagged or not more, more
    elif expected.word == "undetected":
        assert points.keys() == POINTS.keys()
    else:
        assert points == expected.points, batch.why(attack.name)


@pytest.mark.parametrize("student", HONEST)
def test_an_honest_submission_among_them_keeps_its_score(student, batch):
    points = batch.course.points(student)
    assert points == hostile_course.HONEST_POINTS[student], batch.why(student)


# --- nothing outside is read, written or reached --------------------------------------------------


def test_no_secret_is_in_what_the_grader_wrote(batch):
    found = []
    for name in ATTACKS:
        folder = batch.course.autograded(name)
        found += [
            f"{place}: {path.relative_to(folder.parent.parent)}"
            for path in folder.rglob("*")
            if path.is_file()
            for place, secret in batch.secrets.items()
            if place != "hidden" and secret.encode() in path.read_bytes()
        ]
    assert found == []


def test_in_split_mode_no_hidden_test_is_in_what_a_learner_printed(split):
    """The test cells themselves, and what they raise, stand in every graded notebook."""
    found = []
    for name in ATTACKS:
        for cell in (split.notebook(name) or {"cells": []})["cells"]:
            is_test = cell["metadata"].get("nbgrader", {}).get("grade_id") in POINTS
            for output in cell.get("outputs", []):
                if not (is_test and output["output_type"] == "error"):
                    found += [name] * (split.secrets["hidden"] in json.dumps(output))
    assert found == []


def test_nothing_in_the_course_or_the_home_has_changed(batch):
    assert batch.changed == []


def test_nothing_is_left_behind(batch):
    assert batch.left == []


def test_nobody_was_reached_or_stopped(batch):
    assert batch.reached == []
    assert batch.bystander_lives


def test_no_attack_says_that_it_got_out(batch):
    texts = {name: _text_of(batch.notebook(name)) for name in ATTACKS}
    assert [
        (name, line) for name in texts for line in texts[name].split("\n") if "ESCAPED" in line
    ] == []


def _text_of(notebook: Any) -> str:
    """Return what a graded notebook's cells printed."""
    outputs = [o for cell in (notebook or {"cells": []})["cells"] for o in cell.get("outputs", [])]
    return "".join("".join(o["text"]) for o in outputs if o["output_type"] == "stream")


# --- what comes of it can be read -----------------------------------------------------------------


def test_every_graded_notebook_is_a_notebook_of_bounded_size(batch):
    for name in ATTACKS:
        path = batch.course.autograded(name) / f"{NOTEBOOK}.ipynb"
        if path.exists():
            assert path.stat().st_size < MOST_BYTES, name
            nbformat.validate(nbformat.read(path, as_version=4))


def test_no_output_holds_a_script(split):
    outputs = [
        output
        for cell in split.notebook("scripts_in_outputs")["cells"]
        for output in cell.get("outputs", [])
    ]
    assert outputs
    for output in outputs:
        data = output.get("data", {})
        assert "application/javascript" not in data
        for kind in ("text/html", "text/markdown", "image/svg+xml", "text/latex"):
            text = "".join(data.get(kind, ""))
            assert not re.search(r"<script|onerror|onload|srcdoc|javascript:", text), kind


def test_what_the_command_says_cannot_turn_the_screen_around(batch):
    assert (
        re.findall(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", batch.said
        )
        == []
    )


def test_a_forged_journal_is_not_the_grader_s(batch):
    journal = batch.course.journal("amina.k")
    for name in set(ATTACKS) & set(batch.course.all_grades()):
        mine = batch.course.journal(name)
        assert not mine or mine["version"] == journal["version"], name


# --- the judge ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(make: Any) -> Course:
    """A course root in which stock nbgrader grades."""
    course: Course = make()
    return course


SOME = sorted(random.Random(6).sample(sorted(HONEST), 2))


@pytest.mark.parametrize(
    "student", [s if s in SOME else pytest.param(s, marks=pytest.mark.prove) for s in HONEST]
)
def test_stock_nbgrader_gives_an_honest_submission_these_points(student, judged):
    said = stock_judge.autograde(judged, student)
    assert judged.points(student) == hostile_course.HONEST_POINTS[student], said[-2000:]


@pytest.mark.prove
@pytest.mark.parametrize("name", JUDGED)
def test_stock_nbgrader_gives_an_attack_what_its_file_says(name, judged, about):
    attack = ATTACKS[name]
    judged.hand_in_attack(attack, about.given(judged.root))
    said = stock_judge.autograde(judged, name)
    if attack.stock.word == "fails":
        assert not judged.autograded(name).exists(), said[-2000:]
    else:
        assert judged.points(name) == attack.stock.points, said[-2000:]


# --- each alone -----------------------------------------------------------------------------------


@pytest.mark.prove
@pytest.mark.parametrize("mode", ["split", "shared"])
@pytest.mark.parametrize("name", ATTACKS)
def test_alone_an_attack_gets_the_same(name, mode, make, about):
    course = make(name)
    found = run(course, about, mode, "--student", name)
    check(found, ATTACKS[name], getattr(ATTACKS[name], mode))
    assert (found.changed, found.left, found.reached) == ([], [], [])
    assert found.bystander_lives
    shutil.rmtree(course.root)


def test_the_tests_look_for_processes_where_they_would_be():
    """An orphan of the command's would be found: this one is."""
    code = "import subprocess, sys; subprocess.Popen(['sleep', '60'], start_new_session=True)"
    with canaries.orphans() as left:
        subprocess.run([sys.executable, "-c", code], check=True)
    assert [process.name() for process in left if psutil.pid_exists(process.pid)] in ([], ["sleep"])
    assert len(left) == 1
