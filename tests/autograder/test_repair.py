"""Whatever happens to a released notebook, the repaired one is what nbgrader can grade."""

import copy
import json
import random

import nbformat
import pytest
from course_root import STUB, generated, released, released_notebook  # noqa: F401
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, DeduplicateIds, OverwriteCells

from ipv6grader.released import read_assignment
from ipv6grader.repair import SubmissionError, repair
from ipv6grader.submission import parse_submission

ANSWER = "def double(number):\n    return 2 * number"


@pytest.fixture(scope="session")
def source(generated):  # noqa: F811
    return read_assignment(CourseDirectory(root=str(generated)), "ps1")["work"]


@pytest.fixture
def mend(source):
    """What reads a notebook as bytes and repairs it."""
    return lambda notebook: repair(parse_submission(json.dumps(notebook).encode()), source)


def cell(notebook, name):
    """Return the cell with this id or grade_id."""
    return next(c for c in notebook["cells"] if name in (c.get("id"), name_of(c)))


def name_of(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def at(notebook, name):
    return notebook["cells"].index(cell(notebook, name))


def own(text, kind="code", **other):
    new = {"cell_type": kind, "metadata": {}, "source": text, **other}
    return new | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def ids(notebook):
    return [c["id"] for c in notebook["cells"]]


def texts(notebook):
    return [c["source"] for c in notebook["cells"]]


def without_metadata(notebook, ids=True):
    """Do what some editors do: lose metadata, and ids too."""
    for entry in notebook["cells"]:
        entry["metadata"] = {}
        if ids:
            entry.pop("id", None)


# --- honest work --------------------------------------------------------------------------------


def test_an_untouched_submission_gives_no_notes_and_keeps_its_order(mend, released):  # noqa: F811
    mended = mend(released)
    assert mended.notes == ()
    assert mended.restored == frozenset()
    assert ids(mended.notebook) == ids(released)
    assert texts(mended.notebook) == [
        "".join(c["source"]) if name_of(c) not in ("double-2", "task") else text
        for c, text in zip(released["cells"], texts(mended.notebook), strict=True)
    ]


def test_honest_work_gives_no_notes(mend, released):  # noqa: F811
    cell(released, "double")["source"] = ANSWER
    cell(released, "essay")["source"] = "My essay."
    cell(released, "setup")["source"] += "\nlimit = 20"
    released["cells"].insert(at(released, "double"), own("helper = 1", id="mine"))
    released["cells"].append(own("I did it.", "markdown", id="more"))
    for entry in released["cells"]:
        if entry["cell_type"] == "code":
            entry["execution_count"] = 5
            entry["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    mended = mend(released)
    assert mended.notes == ()
    assert ids(mended.notebook) == ids(released)
    assert cell(mended.notebook, "double")["source"] == ANSWER
    assert all(not c.get("outputs") for c in mended.notebook["cells"])


def test_locked_cells_get_the_hidden_tests(mend, released, source):  # noqa: F811
    mended = mend(released).notebook
    assert "double(21)" in cell(mended, "double-2")["source"]
    assert "One point." in cell(mended, "task")["source"]


def test_cells_that_the_instructor_gave_are_trusted_with_the_instructor_s_text(
    mend,
    released,  # noqa: F811
):
    cell(released, "setup")["source"] = "limit = 99"
    cell(released, "given")["source"] = "factor = 99"
    released["cells"].insert(0, own("first = 1"))
    mended = mend(released)
    assert mended.trusted == {
        at(mended.notebook, "setup"): "import math\nlimit = 10",
        at(mended.notebook, "given"): "factor = 2",
    }
    assert cell(mended.notebook, "setup")["source"] == "limit = 99"
    assert cell(mended.notebook, "given")["source"] == "factor = 2"


# --- damage, one kind at a time -----------------------------------------------------------------


def test_a_deleted_test_cell_is_put_back_with_the_instructor_s_text(mend, released):  # noqa: F811
    before = ids(released)
    released["cells"].remove(cell(released, "double-2"))
    mended = mend(released)
    assert ids(mended.notebook) == before
    assert "double(21)" in cell(mended.notebook, "double-2")["source"]
    assert mended.notes == ("The cell 'double-2' was missing: it was put back.",)
    assert mended.restored == {"double-2"}


def test_a_deleted_solution_cell_is_put_back_with_its_stub(mend, released):  # noqa: F811
    released["cells"].remove(cell(released, "double"))
    assert cell(mend(released).notebook, "double")["source"] == STUB


def test_an_answer_in_place_of_a_deleted_solution_cell_is_the_answer(mend, released):  # noqa: F811
    released["cells"][at(released, "double")] = own(ANSWER)
    mended = mend(released)
    assert cell(mended.notebook, "double")["source"] == ANSWER
    assert len(mended.notebook["cells"]) == len(released["cells"])
    assert "The cell 'double' had lost nbgrader's metadata" in mended.notes[0]


def test_where_the_answer_is_in_doubt_the_stub_comes_before_it(mend, released):  # noqa: F811
    place = at(released, "double")
    released["cells"][place : place + 1] = [own("helper = 2"), own(ANSWER)]
    mended = mend(released).notebook
    assert texts(mended)[place : place + 3] == [STUB, "helper = 2", ANSWER]
    assert at(mended, "double-1") == place + 3


def test_deleted_ordinary_cells_of_the_instructor_are_put_back(mend, released):  # noqa: F811
    before = ids(released)
    for name in ("title", "setup", "line-2", "end"):
        released["cells"].remove(cell(released, name))
    mended = mend(released)
    assert ids(mended.notebook) == before
    assert len(mended.notes) == 4
    assert mended.notes[1] == "Cell 2 of the release (code) was missing: it was put back."
    assert mended.restored == frozenset()


def test_of_several_cells_with_one_name_the_last_counts(mend, released):  # noqa: F811
    first = copy.deepcopy(cell(released, "double"))
    cell(released, "double")["source"] = ANSWER
    first["id"] = "copy"
    first["source"] = "first = 'try'"
    released["cells"].insert(0, first)
    mended = mend(released)
    assert cell(mended.notebook, "double")["source"] == ANSWER
    assert mended.notebook["cells"][0]["source"] == "first = 'try'"
    assert mended.notebook["cells"][0]["metadata"] == {}
    assert mended.notes == ("The cell 'double' stood 2 times: the last one counts.",)


def test_an_edited_locked_cell_has_the_instructor_s_text_again(mend, released):  # noqa: F811
    cell(released, "double-1")["source"] = "pass"
    mended = mend(released)
    assert cell(mended.notebook, "double-1")["source"] == "assert double(1) == 2"
    assert mended.notes == (
        "The cell 'double-1' is locked and was edited: the instructor's text is back.",
    )


def test_changed_settings_are_the_release_s_again(mend, released, source):  # noqa: F811
    cell(released, "double-1")["metadata"]["nbgrader"].update(points=100, solution=True)
    mended = mend(released)
    original = next(c for c in source.cells if c.grade_id == "double-1")
    assert cell(mended.notebook, "double-1")["metadata"] == original.metadata
    assert mended.notes == (
        "The cell 'double-1' had other settings (solution, points): it has the release's again.",
    )


def test_a_tag_that_keeps_a_test_from_being_run_is_gone(mend, released):  # noqa: F811
    cell(released, "double-1")["metadata"]["tags"] = ["skip-execution"]
    assert "tags" not in cell(mend(released).notebook, "double-1")["metadata"]


def test_a_changed_type_is_the_release_s_again_and_the_text_stays(mend, released):  # noqa: F811
    changed = cell(released, "double")
    for key in ("outputs", "execution_count"):
        del changed[key]
    changed |= {"cell_type": "markdown", "source": ANSWER}
    mended = mend(released)
    assert cell(mended.notebook, "double")["cell_type"] == "code"
    assert cell(mended.notebook, "double")["source"] == ANSWER
    assert mended.notes == ("The cell 'double' was a markdown cell: it is a code cell again.",)


def test_cells_in_another_order_stand_in_the_release_s_with_what_follows_them(
    mend,
    released,  # noqa: F811
):
    before = ids(released)
    released["cells"].insert(at(released, "half") + 1, own("mine = 1", id="mine"))
    released["cells"].reverse()
    moved = released["cells"].pop(at(released, "mine"))
    released["cells"].insert(at(released, "half") + 1, moved)
    mended = mend(released)
    expected = list(before)
    expected.insert(before.index("half") + 1, "mine")
    assert ids(mended.notebook) == expected
    assert mended.notes == ("Cells were not in the order of the release: they are again.",)


def test_cells_with_names_that_the_assignment_does_not_know_are_ordinary(
    mend,
    released,  # noqa: F811
):
    extra = own("x = 1", id="x")
    extra["metadata"]["nbgrader"] = {"grade": True, "grade_id": "extra", "points": 99}
    unmarked = own("y = 1", id="y")
    unmarked["metadata"]["nbgrader"] = {"grade": False, "grade_id": "cell-1", "solution": False}
    released["cells"] += [extra, unmarked]
    mended = mend(released)
    assert mended.notebook["cells"][-2]["metadata"] == {}
    assert mended.notebook["cells"][-1]["metadata"] == {}
    assert mended.notes == (
        "A cell named 'extra' is not in the assignment: it is an ordinary cell now.",
    )


def test_lost_metadata_is_found_by_id(mend, released):  # noqa: F811
    before = ids(released)
    cell(released, "double")["source"] = ANSWER
    cell(released, "half")["source"] = "value = 1"
    without_metadata(released, ids=False)
    mended = mend(released)
    assert ids(mended.notebook) == before
    assert cell(mended.notebook, "half")["source"] == "value = 1"
    assert len(mended.notes) == 9


def test_without_ids_cells_are_found_by_text_and_position(mend, released):  # noqa: F811
    cell(released, "double")["source"] = ANSWER
    cell(released, "half")["source"] = "value = 1"
    cell(released, "plot")["source"] = "plot = 'mine'"
    cell(released, "essay")["source"] = "My essay."
    before = ids(released)
    without_metadata(released)
    for entry in released["cells"]:
        entry["source"] = "".join(entry["source"]) + "  \n"
    mended = mend(released)
    assert ids(mended.notebook) == before
    assert mended.restored == frozenset()
    for name, text in {"double": ANSWER, "half": "value = 1", "essay": "My essay."}.items():
        assert cell(mended.notebook, name)["source"].strip() == text


def test_without_ids_an_edited_ordinary_cell_is_found_beside_an_answer(
    mend,
    released,  # noqa: F811
):
    cell(released, "setup")["source"] = "limit = 99"
    cell(released, "double")["source"] = ANSWER
    length = len(released["cells"])
    without_metadata(released)
    mended = mend(released)
    assert len(mended.notebook["cells"]) == length
    assert mended.trusted[1] == "import math\nlimit = 10"
    assert mended.notebook["cells"][1]["source"] == "limit = 99"


@pytest.mark.parametrize("junk", [None, 7, "x", [], [[]], {}, {"grade_id": []}, {"grade_id": None}])
def test_junk_in_place_of_nbgrader_s_metadata_is_lost_metadata(mend, released, junk):  # noqa: F811
    for entry in released["cells"]:
        entry["metadata"]["nbgrader"] = junk
    mended = mend(released)
    assert len(mended.notes) == 9
    assert ids(mended.notebook) == ids(released)


@pytest.mark.parametrize("value", [None, "3", [], {}, True, -1, 1e308, "x" * 1000])
def test_junk_in_any_setting_is_the_release_s_again(mend, released, source, value):  # noqa: F811
    for key in ("points", "grade", "solution", "locked", "task", "schema_version", "checksum"):
        cell(released, "double-1")["metadata"]["nbgrader"][key] = value
    original = next(c for c in source.cells if c.grade_id == "double-1")
    assert cell(mend(released).notebook, "double-1")["metadata"] == original.metadata


def test_an_empty_notebook_becomes_the_release(mend, released):  # noqa: F811
    before = ids(released)
    released["cells"] = []
    mended = mend(released)
    assert ids(mended.notebook) == before
    assert len(mended.restored) == 9


def test_the_kernel_is_the_release_s(mend, released):  # noqa: F811
    released["metadata"]["kernelspec"] = {"name": "evil", "display_name": "Evil"}
    assert mend(released).notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_a_shuffled_notebook_without_names_loses_nothing(mend, released):  # noqa: F811
    """Gaps between recognised cells overlap, and both could claim the same missing cell."""
    for seed in range(40):
        shuffled = copy.deepcopy(released)
        random.Random(seed).shuffle(shuffled["cells"])
        for number, entry in enumerate(shuffled["cells"]):
            entry.pop("id")
            if name_of(entry) not in ("given", "double-1", "double-2", "half-1", "task"):
                entry["source"] = f"mine {number}"
            if number % 3:
                entry["metadata"] = {}
        mended = texts(mend(shuffled).notebook)
        mine = ["".join(entry["source"]) for entry in shuffled["cells"]]
        assert {text for text in mine if str(text).startswith("mine")} <= set(mended)


# --- any damage ---------------------------------------------------------------------------------

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(
    ["grade_id", "points", "grade", "solution", "locked", "task", "checksum", "schema_version"]
)
FIELDS = st.sampled_from(
    ["source", "metadata", "id", "cell_type", "outputs", "execution_count", "attachments"]
)
DAMAGE = st.one_of(
    st.tuples(st.just("delete"), st.integers(0, 99)),
    st.tuples(st.just("copy"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("move"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("shuffle"), st.integers(0, 99)),
    st.tuples(st.just("edit"), st.integers(0, 99), st.text(max_size=20)),
    st.tuples(st.just("own"), st.integers(0, 99), st.sampled_from(["code", "markdown", "raw"])),
    st.tuples(st.just("type"), st.integers(0, 99), st.sampled_from(["code", "markdown", "raw"])),
    st.tuples(st.just("set"), st.integers(0, 99), KEYS, JUNK),
    st.tuples(st.just("swap"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("strip"), st.integers(0, 99)),
    st.tuples(st.just("junk"), st.integers(0, 99), FIELDS, JUNK),
    st.tuples(st.just("no ids")),
    st.tuples(st.just("no metadata")),
)


def damage(notebook, kind, *arguments):
    """Damage a notebook in place."""
    cells = notebook["cells"]
    if kind == "no ids":
        for entry in cells:
            entry.pop("id", None)
    elif kind == "no metadata":
        for entry in cells:
            entry["metadata"] = {}
    if not cells or not arguments:
        return
    place = arguments[0] % len(cells)
    chosen = cells[place]
    settings_of = chosen["metadata"].get("nbgrader") if isinstance(chosen["metadata"], dict) else 0
    if kind == "delete":
        del cells[place]
    elif kind == "copy":
        cells.insert(arguments[1] % len(cells), copy.deepcopy(chosen))
    elif kind == "move":
        cells.insert(arguments[1] % len(cells), cells.pop(place))
    elif kind == "shuffle":
        random.Random(arguments[0]).shuffle(cells)
    elif kind == "edit":
        chosen["source"] = arguments[1]
    elif kind == "own":
        cells.insert(place, own(f"own_{place} = 1", arguments[1]))
    elif kind == "type":
        chosen["cell_type"] = arguments[1]
    elif kind == "set" and isinstance(settings_of, dict):
        settings_of[arguments[1]] = arguments[2]
    elif kind == "swap":
        other = cells[arguments[1] % len(cells)]
        chosen["metadata"], other["metadata"] = other["metadata"], chosen["metadata"]
    elif kind == "strip":
        chosen["metadata"] = {}
    elif kind == "junk":
        chosen[arguments[1]] = arguments[2]


ANY_DAMAGE = st.lists(DAMAGE, min_size=1, max_size=12)
QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def damaged(notebook, steps):
    notebook = copy.deepcopy(notebook)
    for step in steps:
        damage(notebook, *step)
    return json.dumps(notebook).encode()


def check(data, source):
    """Repair a notebook; check all that a repaired one promises."""
    try:
        submitted = parse_submission(data)
    except SubmissionError:
        return None
    before = copy.deepcopy(submitted)
    mended = repair(submitted, source)
    assert submitted == before
    notebook = mended.notebook
    node = nbformat.from_dict(copy.deepcopy(notebook))
    nbformat.validate(node)
    MetadataValidator().validate_nb(node)
    assert len(set(ids(notebook))) == len(notebook["cells"])
    graded = {name_of(c): c for c in notebook["cells"] if name_of(c)}
    assert [name_of(c) for c in notebook["cells"] if name_of(c)] == [
        c.grade_id for c in source.cells if c.grade_id
    ]
    for original in source.cells:
        if original.grade_id:
            found = graded[original.grade_id]
            assert found["metadata"]["nbgrader"] == original.metadata["nbgrader"]
            assert found["cell_type"] == original.cell_type
            if original.locked:
                assert found["source"] == original.source
    for position, text in mended.trusted.items():
        assert notebook["cells"][position]["cell_type"] == "code"
        assert text in [c.source for c in source.cells if not c.grade and not c.solution]
    assert len(mended.trusted) == 2
    locked = [c for c in source.cells if c.locked]
    replaced = {c.grade_id for c in locked} | {c.id for c in locked}
    released_texts = {c.released.strip() for c in locked}
    for entry in before["cells"]:
        name = entry["metadata"].get("nbgrader", {}).get("grade_id", "")
        if not (
            entry["id"] in replaced
            or (isinstance(name, str) and name in replaced)
            or entry["source"].strip() in released_texts
        ):
            assert entry["source"] in texts(notebook), "what the learner wrote stays"
    again = repair(notebook, source)
    assert again.notebook == notebook
    assert again.notes == ()
    assert again.restored == frozenset()
    return mended


@given(steps=ANY_DAMAGE)
@QUICK
def test_any_damage_is_repaired_and_a_second_repair_changes_nothing(
    released_notebook,  # noqa: F811
    source,
    steps,
):
    check(damaged(released_notebook, steps), source)


@pytest.mark.prove
@given(steps=ANY_DAMAGE)
@settings(QUICK, max_examples=4000)
def test_any_damage_is_repaired_at_full_volume(released_notebook, source, steps):  # noqa: F811
    check(damaged(released_notebook, steps), source)


@given(data=st.binary(max_size=60) | JUNK.map(lambda value: json.dumps(value).encode()))
@QUICK
def test_any_bytes_are_a_notebook_or_an_error(source, data):
    check(data, source)


@given(content=st.fixed_dictionaries({"cells": st.lists(JUNK | st.dictionaries(FIELDS, JUNK))}))
@QUICK
def test_any_cells_are_a_notebook_or_an_error(source, content):
    check(json.dumps(content).encode(), source)


# --- nbgrader's own judgement -------------------------------------------------------------------


def test_nbgrader_s_own_steps_change_nothing_in_what_was_repaired(
    generated,  # noqa: F811
    released_notebook,  # noqa: F811
    source,
):
    resources = {
        "nbgrader": {
            "notebook": "work",
            "assignment": "ps1",
            "db_url": f"sqlite:///{generated}/gradebook.db",
        }
    }
    rng = random.Random(5)
    kinds = ["delete", "copy", "move", "shuffle", "swap", "strip"]
    for _ in range(12):
        steps = [
            (rng.choice(kinds), rng.randrange(99), rng.randrange(99))
            for _ in range(rng.randrange(6))
        ]
        mended = check(damaged(released_notebook, steps), source)
        node = nbformat.from_dict(copy.deepcopy(mended.notebook))
        for step in (ClearOutput, DeduplicateIds, OverwriteCells, CheckCellMetadata):
            node, _ = step().preprocess(node, resources)
            assert node == mended.notebook, step.__name__
