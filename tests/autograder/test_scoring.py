"""Scores are nbgrader's own, but for a list of cases in which it gives points by accident."""

import copy
import json
import math

import nbformat
import pytest
from course_root import generated, released, released_notebook  # noqa: F401
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import determine_grade

from ipv6grader.model import Executed, Score
from ipv6grader.released import read_assignment
from ipv6grader.repair import repair
from ipv6grader.scoring import number, scores
from ipv6grader.submission import parse_submission


@pytest.fixture(scope="session")
def source(generated):  # noqa: F811
    return read_assignment(CourseDirectory(root=str(generated)), "ps1")["work"]


@pytest.fixture(scope="session")
def mended(released_notebook, source):  # noqa: F811
    return repair(parse_submission(json.dumps(released_notebook).encode()), source).notebook


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def result(text, **other):
    data = {"text/plain": text} if text is not None else {}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": []}
SHOWN = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "0.5"}}


def run(mended, *outputs, count=1, name="half-1", **answers):
    """Return a notebook whose cells were run; one of its test cells with these outputs."""
    notebook = copy.deepcopy(mended)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(grade_id, cell["source"])
        if cell["cell_type"] == "code":
            cell["execution_count"] = count if grade_id == name else 1
            cell["outputs"] = list(outputs) if grade_id == name else []
    return notebook


def stock(notebook, name="half-1"):
    """Return nbgrader's own score of a cell."""
    node = nbformat.from_dict(notebook)
    cell = next(c for c in node.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)
    return determine_grade(cell)[0]


@pytest.fixture
def score(mended, source):
    """What scores `half-1` (3 points) with these outputs."""

    def of(*outputs, executed=None, **other):
        return scores(run(mended, *outputs, **other), source, executed).grades["half-1"]

    return of


# --- as nbgrader --------------------------------------------------------------------------------

AS_NBGRADER = {
    "nothing": [],
    "text on stdout": [stream("12")],
    "something shown": [SHOWN],
    "an error": [ERROR],
    "stderr": [stream("careful", "stderr")],
    "empty stderr": [stream("", "stderr")],
    "stdout and an error": [stream("1"), ERROR],
    "shown, then stderr": [SHOWN, stream("x", "stderr")],
    "partial credit": [result("1.5")],
    "stdout and partial credit": [stream("x"), result("2")],
    "zero": [result("0")],
    "all": [result("3")],
    "a number with blanks": [result(" 1 ")],
    "a number with an exponent": [result("1e-3")],
    "True": [result("True")],
    "a text": [result("'well done'")],
    "an object": [result("<object at 0x7f>")],
    "lines": [result("a\nb")],
    "a list of numbers": [result("[1, 2]")],
    "a pair": [result("(1, 2)")],
    "a frame": [result("   a  b\n0  1  2")],
    "two results": [result("1"), result("2")],
    "negative zero": [result("-0.0")],
}


@pytest.mark.parametrize("outputs", AS_NBGRADER.values(), ids=AS_NBGRADER)
def test_honest_results_get_nbgrader_s_score(score, mended, outputs):
    assert score(*outputs) == Score(float(stock(run(mended, *outputs))))


@given(value=st.floats(0, 3) | st.integers(0, 3) | st.text(max_size=20))
@settings(derandomize=True, deadline=None)
def test_any_partial_credit_within_the_points_gets_nbgrader_s_score(mended, source, value):
    text = str(value)
    assume(text and text.strip() != "False")
    notebook = run(mended, result(text))
    try:
        expected = stock(notebook)
    except ValueError:  # over the maximum
        expected = None
    got = scores(notebook, source).grades["half-1"]
    plain = number(text)
    if plain is not None and (math.isnan(plain) or plain < 0):
        expected = 0
    assert got.auto == expected


def test_comments_and_manual_cells_are_nbgrader_s_own(generated, mended, source, tmp_path):  # noqa: F811
    """SaveAutoGrades itself fills a gradebook with the same notebook."""
    notebook = run(mended, result("2"), essay="Mine.", half="value = 1")
    database = tmp_path / "gradebook.db"
    database.write_bytes((generated / "gradebook.db").read_bytes())
    url = f"sqlite:///{database}"
    with Gradebook(url) as gradebook:
        gradebook.add_student("amina")
        gradebook.add_submission("ps1", "amina")
    resources = {"notebook": "work", "assignment": "ps1", "student": "amina", "db_url": url}
    SaveAutoGrades().preprocess(nbformat.from_dict(notebook), {"nbgrader": resources})
    mine = scores(notebook, source)
    with Gradebook(url) as gradebook:
        row = gradebook.find_submission_notebook("work", "ps1", "amina")
        theirs = {g.name: g.auto_score for g in row.grades if g.name in mine.grades}
        assert {name: score.auto for name, score in mine.grades.items()} == theirs
        assert dict(mine.comments) == {c.name: c.auto_comment for c in row.comments}
    assert mine.grades["essay"] == Score(None)
    assert mine.grades["plot"] == Score(0.0)
    assert mine.comments == {
        "double": "No response.",
        "half": None,
        "essay": None,
        "plot": "No response.",
        "task": None,
    }


# --- decided otherwise --------------------------------------------------------------------------

PERSON = {
    "nan": ([result("nan")], 0.0),
    "negative": ([result("-1")], 0.0),
    "minus infinity": ([result("-inf")], 0.0),
    "False": ([result("False")], 0.0),
    "a result and then an error": ([result("True"), ERROR], 0.0),
    "a result and then stderr": ([result("3"), stream("x", "stderr")], 0.0),
    "over the points": ([result("3.01")], None),
    "infinity": ([result("inf")], None),
    "far over the points": ([result("1e999")], None),
    "numpy's nan": ([result("np.float64(nan)")], 0.0),
    "numpy over the points": ([result("np.int64(4)")], None),
    "without text": ([result(None)], None),
    "with an empty text": ([result("")], None),
    "a number as text": ([result("'0.5'")], 3.0),
    "a number in a list": ([result("[0.5]")], 3.0),
    "a number in an array": ([result("array(0.5)")], 3.0),
    "a number in a tensor": ([result("tensor(0.5, dtype=torch.float64)")], 3.0),
    "a number alone in a tuple": ([result("(1,)")], 3.0),
}


@pytest.mark.parametrize(("outputs", "auto"), PERSON.values(), ids=PERSON)
def test_doubtful_results_bring_a_person(score, outputs, auto):
    got = score(*outputs)
    assert got.auto == auto
    assert got.review and got.why.endswith(".")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("np.float64(0.5)", 0.5),
        ("np.float32(1.5)", 1.5),
        ("np.int64(2)", 2.0),
        ("numpy.uint8(2)", 2.0),
        ("Decimal('0.25')", 0.25),
        ("Fraction(3, 2)", 1.5),
    ],
)
def test_numbers_that_print_with_their_type_are_partial_credit(score, text, value):
    got = score(result(text))
    assert got.auto == value
    assert not got.review and text in got.why


def test_a_test_cell_that_was_not_run_gets_nothing(score):
    got = score(count=None)
    assert got == Score(0.0, review=True, why="The test cell was not run.")
    got = score(count=None, executed=Executed(trouble="Its process ended."))
    assert got == Score(0.0, review=True, why="Its process ended.")


def test_trouble_elsewhere_does_not_touch_a_test_that_was_run(score):
    assert score(executed=Executed(trouble="Its process ended.")) == Score(3.0)


def test_an_empty_test_cell_is_not_run_and_gives_its_points_as_in_nbgrader(score, mended):
    assert score(count=None, **{"half-1": " "}) == Score(3.0)


def test_tampering_leaves_every_test_to_a_person(mended, source):
    found = scores(run(mended), source, Executed(tampering=["It replaced AssertionError."])).grades
    for name in ("double-1", "double-2", "half-1"):
        assert found[name] == Score(None, review=True, why="It replaced AssertionError.")
    assert found["plot"] == Score(0.0)


def test_a_cell_without_points_gets_none_whatever_it_gives(mended, source):
    notebook = run(mended, result("5"))
    cell = next(c for c in notebook["cells"] if c["id"] == "half-1")
    cell["metadata"]["nbgrader"]["points"] = 0
    assert scores(notebook, source).grades["half-1"] == Score(0.0)


def test_a_deleted_manual_cell_is_zero_and_brings_a_person(mended, source):
    found = scores(run(mended), source, restored={"essay"}).grades
    assert found["essay"].auto == 0.0 and found["essay"].review
    assert found["plot"] == Score(0.0)


def test_long_results_are_read_in_no_time_and_told_short(score):
    for text in ("[" * 100_000, "1" * 100_000, "np.float64(" + "9" * 100_000, "(1" + " " * 99_999):
        got = score(result(text))
        assert len(got.why) < 200


def test_a_notebook_that_was_not_repaired_is_refused(mended, source):
    notebook = run(mended)
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "half-1"]
    with pytest.raises(ValueError, match="half-1"):
        scores(notebook, source)
