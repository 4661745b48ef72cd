"""Feedback shows scores, outputs and the learner's code, and no line of a hidden test."""

import html
import re
import textwrap

import nbformat
import pytest

from ipv6course.authoring.build import build
from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6course.commands.classroom import make_classroom
from ipv6grader.feedback import DropHidden

HIDDEN = "secret_value = 4711 + number_of_the_test"
SCHEME = "one point for each secret step"


# --- one notebook, without nbgrader's commands --------------------------------------------------


def graded(
    *outputs, source=f"x = 1\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS\ny = 2"
):
    """Return a graded notebook with one cell, after DropHidden."""
    cell = nbformat.v4.new_code_cell(source, outputs=list(outputs))
    notebook, _resources = DropHidden().preprocess(nbformat.v4.new_notebook(cells=[cell]), {})
    return notebook.cells[0]


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def displayed(**data):
    return nbformat.v4.new_output("display_data", data=data)


def error(message, *traceback):
    return nbformat.v4.new_output(
        "error", ename="ValueError", evalue=message, traceback=list(traceback)
    )


def test_a_notice_stands_where_hidden_tests_stood_with_their_indent():
    source = f"with a:\n    ### BEGIN HIDDEN TESTS\n    {HIDDEN}\n    ### END HIDDEN TESTS\n    b()"
    notice = DropHidden().notice
    assert graded(source=source).source == f"with a:\n    {notice}\n    b()"


def test_every_region_of_every_cell_goes_also_a_marking_scheme_in_prose():
    code = nbformat.v4.new_code_cell(
        f"### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS\nkept = 1\n"
        "### BEGIN HIDDEN TESTS\nanother_secret = 1\n### END HIDDEN TESTS"
    )
    prose = nbformat.v4.new_markdown_cell(
        f"Explain.\n### BEGIN MARK SCHEME\n{SCHEME}\n### END MARK SCHEME\nThank you."
    )
    notebook, _ = DropHidden().preprocess(nbformat.v4.new_notebook(cells=[code, prose]), {})
    text = "\n".join(cell.source for cell in notebook.cells)
    for secret in (HIDDEN, "another_secret", SCHEME, "BEGIN", "END"):
        assert secret not in text
    for kept in ("kept = 1", "Explain.", "Thank you."):
        assert kept in text


def test_a_region_without_an_end_hides_the_rest_of_its_cell():
    cell = graded(stream(HIDDEN), source=f"x = 1\n### BEGIN HIDDEN TESTS\n{HIDDEN}")
    assert HIDDEN not in cell.source
    assert HIDDEN not in cell.outputs[0].text


QUOTES = {
    "printed": stream(f"before\n{HIDDEN}\nafter"),
    "on stderr": stream(HIDDEN, "stderr"),
    "as a repr": stream(repr(["x", f"    {HIDDEN}\n"])),
    "indented": stream(textwrap.indent(HIDDEN, " " * 12)),
    "coloured as a whole": stream(f"\x1b[31m{HIDDEN}\x1b[0m"),
    "coloured word by word": stream(HIDDEN.replace(" ", "\x1b[0m \x1b[38;5;28m")),
    "displayed": displayed(**{"text/plain": HIDDEN}),
    "displayed as a list": displayed(**{"application/json": {"In": [HIDDEN]}}),
    "in HTML": displayed(**{"text/html": f"<b>{html.escape(HIDDEN)}</b>"}),
    "in coloured HTML": displayed(
        **{"text/html": "<pre>" + HIDDEN.replace(" ", "</span> <span class='o'>") + "</pre>"}
    ),
    "in an error's message": error(HIDDEN),
    "in a traceback": error("no", "Traceback", f"----> 3 {HIDDEN}", "ValueError: no"),
    "in a traceback over several lines": error("no", *HIDDEN.replace(" ", " \n").split("\n")),
    "without its blanks": stream(HIDDEN.replace(" ", "")),
}


@pytest.mark.parametrize("output", QUOTES.values(), ids=QUOTES)
def test_an_output_that_quotes_a_hidden_line_is_replaced(output):
    shown = str(graded(output, stream("an honest output")).outputs)
    squeezed = re.sub(r"<[^>]*>|\x1b\[[0-9;]*m|\\n|\s|'|,", "", html.unescape(shown))
    assert HIDDEN.replace(" ", "") not in squeezed
    assert "quoted tests that are not shown" in shown
    assert "an honest output" in shown


def test_a_hidden_line_in_the_name_of_an_error_is_replaced():
    output = error("no", f"{HIDDEN}: no")
    output.ename = HIDDEN
    assert HIDDEN not in str(graded(output).outputs)


def test_a_traceback_that_quotes_a_hidden_line_leaves_the_error_itself():
    cell = graded(error("name 'lesson' is not defined", "Traceback", HIDDEN))
    assert cell.outputs[0].traceback == [
        "ValueError: name 'lesson' is not defined",
        DropHidden().withheld_text,
    ]


def test_a_line_that_is_visible_too_is_no_secret():
    source = f"{HIDDEN}\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"
    assert graded(stream(HIDDEN), source=source).outputs[0].text == HIDDEN


def test_honest_outputs_stay_as_they_are():
    outputs = [
        stream("4711"),
        stream("x = 1\ny = 2"),
        displayed(**{"text/plain": "[1, 2]", "image/png": "aGVsbG8="}),
        error("[doubled-not] Twice the number.", "✘ Not yet: double-2", "  Expected 6"),
    ]
    assert graded(*outputs).outputs == outputs


def test_a_hidden_line_of_one_word_does_not_hide_everything():
    source = "### BEGIN HIDDEN TESTS\npass\n)\n### END HIDDEN TESTS"
    assert graded(stream("passed)"), source=source).outputs[0].text == "passed)"


# --- nbgrader's own command ---------------------------------------------------------------------

ESPIONAGE = '''
def double(number):
    """Return twice the number."""
    import inspect

    print(In)
    print(In[-1])
    for level in inspect.stack():
        print("".join(level.code_context or []))
    display({"source": In})
    display(In[-1].splitlines())
    if number > 100:
        raise ValueError(In[-1])
    return 2 * number
'''


def add_task(source):
    """Add nbgrader's manually graded task, as an instructor may to their own source."""
    notebook = nbformat.read(source, as_version=4)
    task = nbformat.v4.new_markdown_cell(
        f"Explain.\n### BEGIN MARK SCHEME\n{SCHEME}\n### END MARK SCHEME", id="explain"
    )
    task.metadata["nbgrader"] = {
        "grade": False,
        "grade_id": "explain",
        "locked": True,
        "points": 3,
        "schema_version": 3,
        "solution": False,
        "task": True,
    }
    notebook.cells.append(task)
    nbformat.write(notebook, source)


@pytest.mark.xdist_group("nbgrader")
def test_no_hidden_line_is_in_the_feedback_of_a_learner_who_looks_for_it(tiny, tmp_path):
    build(tmp_path / "built", modules=tiny.modules)
    room = tmp_path / "room"
    make_classroom(room, tmp_path / "built")
    add_task(room / "source/tiny/01-double.ipynb")
    nbgrader(room, "generate_assignment", "tiny")
    release = nbformat.read(room / "release/tiny/01-double.ipynb", as_version=4)
    for learner, sources in {
        "amina.k": {"double": ESPIONAGE},
        "tupou-f": {"lesson": "None"},
    }.items():
        mine = nbformat.from_dict(release)
        for cell in mine.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in sources:
                cell.source = sources["double"]
            elif "lesson" in sources and cell.source.startswith("from ipv6course"):
                cell.source = "# this learner has no lesson, so the check itself fails"
        path = room / "submitted" / learner / "tiny" / "01-double.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(mine, path)
        release = nbformat.read(room / "release/tiny/01-double.ipynb", as_version=4)
    nbgrader(room, "autograde", "tiny")
    nbgrader(room, "generate_feedback", "tiny")

    autograded = (room / "autograded/amina.k/tiny/01-double.ipynb").read_text()
    assert autograded.count("hidden_argument") > 3, "the learner did see the hidden test"
    for learner in ("amina.k", "tupou-f"):
        shown = _shown(room, learner)
        for secret in ("hidden_argument", "7000 +", SCHEME):
            assert secret not in shown, learner
        assert "Further tests were run here" in shown
        assert re.search(r"double-2\s+Score: 0\.0 / 2\.0", shown)
    assert re.search(r"double-1\s+Score: 1\.0 / 1\.0", _shown(room, "amina.k"))
    assert "quoted tests that are not shown" in _shown(room, "amina.k")
    assert "NameError: name 'lesson' is not defined" in _shown(room, "tupou-f")


def _shown(room, learner):
    page = (room / "feedback" / learner / "tiny" / "01-double.html").read_text("utf-8")
    return html.unescape(re.sub(r"<[^>]*>", "", page))
