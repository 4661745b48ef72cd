"""ipv6grader gives honest work the scores that stock nbgrader gives.

The judge is `nbgrader autograde` itself, on copies of the same course roots: the course under
`tests/parity`, which is not about IPv6, and the IPv6 course with its proven answers. `make test`
grades a seeded sample; `make prove` over 300 submissions, in both modes. Whatever differs and is
not on the list `parity.compare.IMPROVEMENTS` fails, and is printed with both outputs.

IPV6COURSE_SEED=text tries other submissions.
"""

import csv
import os
import shutil
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from parity import grading
from parity.compare import IMPROVEMENTS, Comparison, compare
from parity.course_root import (
    ASSIGNMENTS,
    make_module_root,
    make_root,
    text_notebooks,
)
from parity.formgrader import pages
from parity.grading import Graded, Key
from parity.honest import HandIn, hand_ins, module_hand_ins

from ipv6course.authoring.outline import read_outline
from ipv6course.places import modules_folder

pytestmark = [
    pytest.mark.xdist_group("parity"),
    # nbgrader's own, about its session
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

MODULES = [module.name for module in read_outline(modules_folder())]
SEED = os.environ.get("IPV6COURSE_SEED", "tide")


@dataclass(frozen=True)
class Class:
    """Hand-ins to the assignments of one course root, and what stock nbgrader gave them."""

    root: Path
    folder: Path
    handed: list[HandIn]
    stock: dict[Key, Graded]


@dataclass(frozen=True)
class Both:
    """The two courses."""

    own: Class
    modules: Class

    def grade(
        self, name: str, own: str = "", modules: str = ""
    ) -> tuple[Comparison, dict[Key, Graded]]:
        """Grade all hand-ins with ipv6grader, and compare.

        Args:
            name: Of the folders in which it is done.
            own: A mode for the test's own course; empty: as each notebook was found to allow.
            modules: The same for the IPv6 course.
        """
        classes = (self.own, self.modules)

        def grade(one: Class) -> tuple[dict[Key, Graded], str]:
            mode = own if one is self.own else modules
            options = ("--mode", mode) if mode else ()
            return grading.ours(one.root, one.folder / name, one.handed, *options)

        found, ours = Comparison(), {}
        with ThreadPoolExecutor(2) as pool:
            for one, (graded, said) in zip(classes, pool.map(grade, classes), strict=True):
                print(said)
                found.add(compare(one.handed, one.stock, graded))
                ours |= graded
        return found, ours


def make_classes(folder: Path, *, own: int, modules: int, handed: int, notebooks: int) -> Both:
    """Make both courses and their hand-ins, and grade them with stock nbgrader.

    Args:
        folder: Where they go.
        own: Hand-ins to each assignment of the test's own course.
        modules: Hand-ins to each module.
        handed: The most notebooks that one hand-in has.
        notebooks: The most notebooks that an assignment or a module has.
    """
    taken = {"seed": SEED, "notebooks": notebooks}
    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(make_module_root, folder / "modules" / "root", MODULES, **taken)
        own_root = make_root(folder / "own" / "root", **taken)
        module_root = making.result()
    own_handed = [
        entry
        for name in ASSIGNMENTS
        for entry in hand_ins(own_root, name, own, seed=SEED, notebooks=handed)
    ]
    module_handed = [
        entry
        for name in MODULES
        for entry in module_hand_ins(module_root, name, modules, seed=SEED, notebooks=handed)
    ]
    classes = [
        Class(root, root.parent, entries, grading.stock(root, root.parent / "stock", entries))
        for root, entries in ((own_root, own_handed), (module_root, module_handed))
    ]
    return Both(*classes)


# --- the sample of `make test` ------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Two hand-ins to every assignment and module."""
    folder = tmp_path_factory.mktemp("parity")
    return make_classes(folder, own=2, modules=2, handed=1, notebooks=1)


@pytest.fixture(scope="module")
def graded(sample):
    """The sample graded by ipv6grader, and the comparison."""
    # To find out what the modules allow takes half a minute; other tests see to that.
    return sample.grade("ours", modules="split")


def test_a_sample_of_honest_work_scores_as_with_stock_nbgrader(sample, graded):
    found, _ours = graded
    print(found)

    assert found.submissions == 2 * (len(ASSIGNMENTS) + len(MODULES)) >= 20
    assert not found.unlisted, str(found)
    assert sum(found.modes.values()) == found.notebooks > 0


def test_nbgrader_and_formgrader_go_on_with_what_ipv6grader_graded(sample, graded):
    assignment, root = "pictures", sample.own.folder / "ours"
    found, ours = graded
    students = [entry for entry in sample.own.handed if entry.assignment == assignment]

    for command in (
        ["generate_feedback", assignment],
        ["release_feedback", assignment],
        ["export"],
    ):
        done = grading.run(root, "nbgrader", *command)
        assert done.returncode == 0, done.stdout

    for entry in students:
        for name in entry.notebooks:
            page = root / "feedback" / entry.student / assignment / f"{name}.html"
            assert "Score" in page.read_text(encoding="utf-8")
            assert (root / "exchange" / "parity" / "feedback").is_dir()
    with (root / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    for entry in students:
        key = entry.student, assignment
        assert float(rows[key]["raw_score"]) == ours[key].whole["score"]
    # What Formgrader's pages show, apart from whom an improvement concerns.
    shown = pages(root, assignment)
    expected = pages(sample.own.stock[students[0].student, assignment].root, assignment)
    for entry in students:
        if (entry.student, assignment) not in found.excused:
            assert shown[entry.student] == expected[entry.student]
            for name in entry.notebooks:
                assert shown[f"{entry.student} {name}"] == expected[f"{entry.student} {name}"]


def test_the_comparison_notices_every_kind_of_difference(sample, tmp_path):
    """Stock's own gradebook, spoilt: what cannot fail proves nothing."""
    entry = next(
        entry
        for entry in sample.own.handed
        if entry.assignment == "words" and "deleted_test" not in str(entry.habits)
    )
    key = entry.student, entry.assignment
    copy = shutil.copytree(sample.own.stock[key].root, tmp_path / "copy")
    same = compare([entry], sample.own.stock, grading.read(copy, [entry]))
    with closing(sqlite3.connect(copy / "gradebook.db")) as database, database:
        database.execute("UPDATE grade SET auto_score = coalesce(auto_score, 0) - 0.25")
        database.execute("UPDATE comment SET auto_comment = 'spoilt'")
        database.execute("UPDATE submitted_notebook SET late_submission_penalty = 0.125")
    spoilt = compare([entry], sample.own.stock, grading.read(copy, [entry]))

    assert not same.unlisted, str(same)
    whats = {difference.what for difference in spoilt.unlisted}
    assert {"automatic", "score", "comment", "penalty"} <= whats
    assert "automatic" in str(spoilt)


def test_every_listed_improvement_says_what_is_better():
    assert len({entry.name for entry in IMPROVEMENTS}) == len(IMPROVEMENTS)
    assert all(len(entry.why) > 40 for entry in IMPROVEMENTS)


# --- `make prove` -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everybody(tmp_path_factory):
    """Over 300 hand-ins: 30 to each of seven assignments, 34 to each module."""
    folder = tmp_path_factory.mktemp("parity-all")
    return make_classes(folder, own=30, modules=34, handed=2, notebooks=99)


@pytest.fixture(scope="module")
def everybody_graded(everybody):
    """All of them graded by ipv6grader, each notebook as it was found to allow."""
    return everybody.grade("ours")


@pytest.mark.prove
def test_over_300_submissions_score_as_with_stock_nbgrader(everybody_graded):
    found, ours = everybody_graded
    print(found)

    assert found.submissions > 300
    assert not found.unlisted, str(found)
    assert {"split", "shared", "kernel"} <= set(found.modes)
    tried = [row for graded in ours.values() for row in graded.cells.values() if "of" in row]
    passed = [row for row in tried if row["automatic"] == row["of"]]
    assert 0.2 < len(passed) / len(tried) < 0.9, "the hand-ins are not varied"


@pytest.mark.prove
def test_over_300_submissions_score_so_in_shared_mode_too(everybody):
    found, _ours = everybody.grade("shared", "shared", "shared")
    print(found)

    assert found.submissions > 300
    assert not found.unlisted, str(found)
    assert set(found.modes) == {"shared"}


@pytest.mark.prove
def test_nearly_every_test_cell_is_passed_by_somebody_and_failed_by_somebody(everybody):
    seen: dict[tuple[str, str, str], set[bool]] = {}
    for one in (everybody.own, everybody.modules):
        for (_student, assignment), graded in one.stock.items():
            for (notebook, cell), row in graded.cells.items():
                if "of" in row and row["automatic"] is not None and graded.written(notebook):
                    seen.setdefault((assignment, notebook, cell), set()).add(row["automatic"] > 0)
    one_sided = {cell: found for cell, found in seen.items() if len(found) < 2}
    assert len(one_sided) < len(seen) / 10, one_sided


@pytest.mark.prove
def test_each_notebook_goes_the_way_that_its_author_expects(everybody_graded):
    went = {
        (assignment, name): (note["mode"], note["why"])
        for (_student, assignment), graded in everybody_graded[1].items()
        for name, note in graded.journal().items()
    }
    for place, (mode, why) in sorted(went.items()):
        print(*place, mode, why)
    astray = [
        f"{text.assignment}/{text.name} went {mode}: {why} Expected {text.mode}: {text.why}"
        for text in text_notebooks()
        for mode, why in [went[text.assignment, text.name]]
        if not mode.startswith(("split", "shared") if text.mode == "any" else text.mode)
    ]
    assert astray == []
    of_modules = {place: mode for place, (mode, _why) in went.items() if place[0] in MODULES}
    assert all(mode.startswith("split") for mode in of_modules.values()), of_modules
