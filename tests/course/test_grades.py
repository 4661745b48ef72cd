"""Grades and feedback for learning platforms, compared with what nbgrader itself says."""

import csv
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from typer.testing import CliRunner

from ipv6course.authoring.build import build
from ipv6course.authoring.stock_nbgrader import grade, nbgrader
from ipv6course.classroom import identity
from ipv6course.classroom.bundle import make_bundle
from ipv6course.commands import app
from ipv6course.commands.classroom import make_classroom
from ipv6course.instructor.spreadsheet import clean, neutral, number, written

pytestmark = pytest.mark.xdist_group("gradebook")

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
MOODLE = """\
Prénom,Nom,Numéro d’identification,Adresse de courriel
Amina,Koné,amina.k,amina@example.com
Salesi,"Tupou, F.",salesi.t,salesi@example.com
Zoé,"=HYPERLINK(""//x"")",zoe,zoe@example.com
Bo,Li,bo,bo@example.com
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Addressing (4711),Old quiz (12)
    Points Possible,,,,,6,5
"Koné, Amina",501,S-1,amina.k,Ouaga,,
"Tupou, Salesi",502,S-2,salesi.t,Ouaga,,5
"=HYPERLINK(""//x""), Zoé",503,S-3,zoe,Ouaga,,
"Li, Bo",504,S-4,bo,Ouaga,,
"""


def rfc4180(data):
    """Read a file by the grammar of RFC 4180 section 2, and nothing more."""
    text, rows, row, place = data.decode("utf-8"), [], [], 0
    while place < len(text):
        cell = ""
        if text[place] == '"':
            place += 1
            while text[place : place + 2] == '""' or text[place] != '"':
                cell += text[place]
                place += 2 if text[place] == '"' else 1
            place += 1
        else:
            while text[place] not in ',"\r\n':
                cell += text[place]
                place += 1
        row.append(cell)
        if text[place] == ",":
            place += 1
            continue
        assert text[place : place + 2] == "\r\n", (place, text[place : place + 9])
        rows.append(row)
        row, place = [], place + 2
    assert not row
    assert len({len(cells) for cells in rows}) == 1
    return rows


def table(path):
    """Read an exported file twice, and return its rows by the header."""
    data = path.read_bytes()
    data = data.removeprefix(b"\xef\xbb\xbf")
    rows = rfc4180(data)
    assert rows == list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    return [dict(zip(rows[0], cells, strict=True)) for cells in rows[1:]]


def enrol(room, tmp_path, text):
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    return invoke("roster", tmp_path / "people.csv", "--classroom", room)


def invoke(*arguments, code=0):
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture
def graded(room, tmp_path):
    """A class of four: one right and late, one by hand, one waiting, one who did nothing."""
    enrol(room, tmp_path, MOODLE)
    with Gradebook(f"sqlite:///{room / 'gradebook.db'}") as gradebook:
        for name in ("addressing", "plan"):
            gradebook.add_assignment(name)
            gradebook.add_notebook("01", name)
            for cell, most in (("a", 2), ("b", 4)):
                gradebook.add_grade_cell(
                    cell,
                    "01",
                    name,
                    max_score=most,
                    cell_type="code" if cell == "a" else "markdown",
                )
        for student, automatic, manual, penalty in (
            ("amina.k", (2, 4), (None, None), 0.5),
            ("salesi.t", (1.3333333333, None), (None, 3.5), None),
            ("zoe", (2, None), (None, None), None),
        ):
            gradebook.add_submission("addressing", student)
            submission = gradebook.find_submission("addressing", student)
            (notebook,) = submission.notebooks
            notebook.late_submission_penalty = penalty
            for entry in notebook.grades:
                place = 0 if entry.name == "a" else 1
                entry.auto_score, entry.manual_score = automatic[place], manual[place]
                entry.needs_manual_grade = automatic[place] is None and manual[place] is None
            submission.timestamp = NOW.replace(tzinfo=None)
        gradebook.db.commit()
    return room


def nbgraders_own(room, tmp_path, assignment="addressing"):
    """Return the scores of nbgrader's own export."""
    path = tmp_path / "own.csv"
    with Gradebook(f"sqlite:///{room / 'gradebook.db'}") as gradebook:
        for entry in gradebook.students:  # its file breaks at a comma in a name
            entry.last_name = entry.last_name and "x"
        CsvExportPlugin(to=str(path)).export(gradebook)
        gradebook.db.rollback()
    with path.open(newline="") as file:
        return {
            row["student_id"]: float(row["score"])
            for row in csv.DictReader(file)
            if row["assignment"] == assignment
        }


# --- what each platform imports -------------------------------------------------------------------


def test_the_plain_file_has_nbgraders_scores_and_never_a_zero_for_what_waits(graded, tmp_path):
    said = invoke("export", "--classroom", graded)
    rows = {row["student_id"]: row for row in table(graded / "grades-csv.csv")}
    own = nbgraders_own(graded, tmp_path)
    for student in ("amina.k", "salesi.t"):
        assert float(rows[student]["addressing"]) == pytest.approx(own[student], abs=5e-6)
    assert rows["amina.k"]["addressing"] == "5.5"
    assert rows["salesi.t"]["addressing"] == "4.83333"
    assert rows["zoe"]["addressing"] == rows["bo"]["addressing"] == ""
    assert rows["zoe"]["total"] == rows["bo"]["total"] == ""
    assert (rows["amina.k"]["total"], rows["amina.k"]["max_total"]) == ("5.5", "12")
    assert "zoe, addressing: needs manual grading" in said
    assert "addressing: 2 grades, 2 empty; the most is 6." in said


def test_moodle_gets_its_own_headings_back_and_a_byte_order_mark(graded):
    invoke("export", "--classroom", graded, "--to", "moodle")
    path = graded / "grades-moodle.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = table(path)
    assert list(rows[0]) == [
        *("Prénom", "Nom", "Numéro d’identification", "Adresse de courriel"),
        *("Assignment: addressing (Real)", "Assignment: plan (Real)", "Course total (Real)"),
    ]
    found = {row["Adresse de courriel"]: row["Assignment: addressing (Real)"] for row in rows}
    assert found == {
        "amina@example.com": "5.5",
        "salesi@example.com": "4.83333",
        "zoe@example.com": "",
        "bo@example.com": "",
    }


def test_somebody_whom_moodle_does_not_know_is_left_out_and_named(graded):
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as gradebook:
        gradebook.add_student("guest.speaker")
    said = invoke("export", "--classroom", graded, "--to", "moodle")
    assert "guest.speaker is left out" in said
    assert len(table(graded / "grades-moodle.csv")) == 4


@pytest.mark.parametrize(("extra", "expected"), [(0, "4.26357"), (200, "100")])
def test_moodle_refuses_grades_over_100_so_long_assignments_are_in_percent(graded, extra, expected):
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as gradebook:
        gradebook.find_grade_cell("b", "01", "addressing").max_score = 127
        gradebook.find_grade("b", "01", "addressing", "amina.k").extra_credit = extra
        gradebook.db.commit()
    said = invoke("export", "--classroom", graded, "--to", "moodle")
    (row,) = (row for row in table(graded / "grades-moodle.csv") if row["Prénom"] == "Amina")
    assert row["Assignment: addressing (Real)"] == expected
    assert "addressing has 129 points" in said
    assert ("was cut to 100" in said) == bool(extra)


def test_canvas_gets_its_columns_its_points_row_and_no_mark(graded, tmp_path):
    enrol(graded, tmp_path, CANVAS)
    invoke("export", "--classroom", graded, "--to", "canvas")
    path = graded / "grades-canvas.csv"
    assert path.read_bytes().startswith(b"Student,ID,SIS User ID,SIS Login ID,Section,")
    points, *rows = table(path)
    assert list(points) == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
        *("Addressing (4711)", "plan", "Final Points"),
    ]
    assert points["Student"].strip() == "Points Possible"
    assert (points["Addressing (4711)"], points["Final Points"]) == ("6", "(read only)")
    assert {row["ID"]: row["Addressing (4711)"] for row in rows} == {
        **{"501": "5.5", "502": "4.83333", "503": "", "504": ""}
    }
    assert {row["SIS Login ID"] for row in rows} == {"amina.k", "salesi.t", "zoe", "bo"}


def test_one_assignment_and_another_file(graded, tmp_path):
    path = tmp_path / "new" / "file.csv"
    invoke("export", "--classroom", graded, "--assignment", "plan", "--output", path)
    assert list(table(path)[0])[4:] == ["plan", "total", "max_total"]
    said = invoke("export", "--classroom", graded, "--assignment", "nothing", code=1)
    assert "It has: addressing, plan." in said


def test_the_worksheet_needs_moodles_participants(graded):
    command = ("export", "--classroom", graded, "--to", "moodle-worksheet")
    assert "--assignment NAME" in invoke(*command, code=1)
    said = invoke(*command, "--assignment", "addressing", code=1)
    assert "Collect the zip file of Moodle first" in said
    (graded / "collected").mkdir()
    (graded / "collected" / "addressing.json").write_text(
        '{"amina.k": {"moodle": {"name": "Amina Koné", "participant": "77"}},'
        ' "zoe": {"moodle": {"name": "Zoé", "participant": "78"}}}',
        encoding="utf-8",
    )
    said = invoke(*command, "--assignment", "addressing")
    rows = table(graded / "grades-moodle-worksheet.csv")
    assert {row["Identifier"]: row["Grade"] for row in rows} == {
        "Participant 77": "5.5",
        "Participant 78": "",
    }
    assert {row["Maximum Grade"] for row in rows} == {"6"}
    assert "salesi.t is left out" in said


def test_what_is_handed_in_and_not_graded_is_empty_and_listed(graded):
    (graded / "submitted" / "bo" / "addressing").mkdir(parents=True)
    stamp = graded / "submitted" / "amina.k" / "addressing" / "timestamp.txt"
    stamp.parent.mkdir(parents=True)
    stamp.write_text("2026-11-24 12:00:00.000000 UTC")
    said = invoke("export", "--classroom", graded)
    assert "bo, addressing: handed in, and not graded yet" in said
    assert "amina.k, addressing: a newer submission is not graded yet" in said


def test_a_submission_that_the_autograder_gave_up_on_is_no_zero(graded, tmp_path):
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as gradebook:
        gradebook.add_submission("plan", "bo")
    said = invoke("export", "--classroom", graded)
    assert nbgraders_own(graded, tmp_path, "plan")["bo"] == 0
    (row,) = (row for row in table(graded / "grades-csv.csv") if row["student_id"] == "bo")
    assert row["plan"] == ""
    assert "bo, plan: handed in, and not graded yet" in said


def test_an_export_is_the_same_every_time_and_there_is_none_without_grades(graded, room):
    for to in ("csv", "moodle"):
        invoke("export", "--classroom", graded, "--to", to)
        before = (graded / f"grades-{to}.csv").read_bytes()
        invoke("export", "--classroom", graded, "--to", to)
        assert (graded / f"grades-{to}.csv").read_bytes() == before
    (room / "gradebook.db").unlink()
    assert "nbgrader autograde NAME" in invoke("export", "--classroom", room, code=1)


# --- formulas -------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["csv", "moodle", "canvas"])
def test_a_student_named_like_a_formula_is_harmless_in_every_file(graded, tmp_path, to):
    if to == "canvas":
        enrol(graded, tmp_path, CANVAS)
    invoke("export", "--classroom", graded, "--to", to)
    cells = [cell for row in table(graded / f"grades-{to}.csv") for cell in row.values()]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_an_id_that_platforms_will_not_find_any_more_is_named(graded, tmp_path):
    text = MOODLE + "Eve,M,=eve,=eve@example.com\n"
    enrol(graded, tmp_path, text)
    said = invoke("export", "--classroom", graded, "--to", "moodle")
    assert "=eve: '=eve' begins like a formula" in said
    assert "enter this grade by hand" in said


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), min_size=1, max_size=5))
@example(
    [
        ["=1+1", "a;=1+1"],
        ['"=1', "\t=1"],
        ["\uff1d1", " @x"],
        ["a\r\n=1", "+22670123456"],
        ['x;"=1+1;', "x"],
    ]
)
def test_no_text_is_a_formula_for_any_spreadsheet(rows):
    data = written([["a", "b"], *rows], byte_order_mark=False)
    for expected, cells in zip(rows, rfc4180(data)[1:], strict=True):
        assert [cell.replace("'", "") for cell in cells] == [
            clean(text).replace("'", "") for text in expected
        ]
    for separator in ",;\t":
        for line in csv.reader(io.StringIO(data.decode()), delimiter=separator):
            for cell in line:
                begin = cell.strip()[:1]
                plain = cell.strip().replace("+", "").replace("-", "").replace(".", "")
                assert begin not in set("=@\uff1d\uff0b\uff0d\uff20")
                assert begin not in set("+-") or plain.isdigit()


@given(st.floats(0, 1000))
def test_a_number_stays_a_number(value):
    assert float(number(value)) == pytest.approx(value, abs=5.1e-6)
    assert neutral(number(value)) == number(value)
    assert number(value).replace(".", "").isdigit()


# --- the whole way, with the real nbgrader --------------------------------------------------------

ANSWER = "def double(number):\n    return 2 * number\n"


@pytest.fixture
def tiny_room(tmp_path, tiny, monkeypatch, empty_gradebook):
    """A classroom of the tiny course, released."""
    monkeypatch.setenv("IPV6COURSE_MODULES", str(tiny.modules))
    build(tmp_path / "built")
    room = tmp_path / "classroom"
    make_classroom(room, tmp_path / "built")
    (room / "gradebook.db").write_bytes(empty_gradebook)
    nbgrader(room, "generate_assignment", "tiny")
    return room


def hand_in(room, home, learner, *, solved, monkeypatch):
    """Work as a learner does, and return the bundle's bytes."""
    monkeypatch.setenv("COURSE_HOME", str(home / learner))
    identity.tell(learner)
    path = Path(home, learner, "work", "tiny", "01-double.ipynb")
    path.parent.mkdir(parents=True)
    content = nbformat.read(room / "release" / "tiny" / "01-double.ipynb", as_version=4)
    for cell in content.cells:
        if solved and cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = ANSWER
    nbformat.write(content, path)
    return make_bundle("handed-in", "tiny", datetime.now(UTC) - timedelta(hours=1)).read_bytes()


def whole_way(room, tmp_path, learners, monkeypatch):
    """Roster, Moodle's zip, collect, autograde, feedback, export; return the grades."""
    people = "".join(f"{name},Person,{name},{name}@example.com\n" for name in learners)
    enrol(room, tmp_path, "First name,Last name,ID number,Email address\n" + people)
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as archive:
        for number_, (name, solved) in enumerate(learners.items(), 7000):
            data = hand_in(room, tmp_path / "homes", name, solved=solved, monkeypatch=monkeypatch)
            folder = f"{name} Person_{number_}_assignsubmission_file_"
            archive.writestr(f"{folder}/ipv6-{name}-tiny.zip", data)
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "instructor"))
    said = invoke("collect", tmp_path / "moodle.zip", "--classroom", room)
    assert f"{len(learners)} taken, 0 left as they are, 0 refused" in said
    grade(room, "tiny")
    nbgrader(room, "generate_feedback", "tiny")
    invoke("export", "--classroom", room, "--to", "moodle")
    return {
        row["ID number"]: row["Assignment: tiny (Real)"]
        for row in table(room / "grades-moodle.csv")
    }


def test_from_moodle_through_nbgrader_and_back(tiny_room, tmp_path, monkeypatch):
    learners = {"amina": True, "salesi": True, "zoe": False}
    grades = whole_way(tiny_room, tmp_path, learners, monkeypatch)
    assert grades == {"amina": "3", "salesi": "3", "zoe": "0"}

    pages = tmp_path / "feedback.zip"
    command = ("export", "--classroom", tiny_room, "--feedback", pages, "--assignment", "tiny")
    assert "3 pages of 3 learners" in invoke(*command, "--to", "moodle")
    before = pages.read_bytes()
    with zipfile.ZipFile(pages) as archive:
        assert archive.namelist() == [
            f"{name} Person_{number_}_assignsubmission_file_/01-double.html"
            for number_, name in enumerate(learners, 7000)
        ]
        for name in archive.namelist():
            assert "hidden_argument" not in archive.read(name).decode()
    invoke(*command, "--to", "moodle")
    assert pages.read_bytes() == before
    invoke(*command)
    with zipfile.ZipFile(pages) as archive:
        assert archive.namelist() == [f"{name}/01-double.html" for name in learners]


@pytest.mark.prove
def test_two_hundred_from_moodle_through_nbgrader_and_back(tiny_room, tmp_path, monkeypatch):
    learners = {f"learner{number_:03}": number_ % 3 != 0 for number_ in range(200)}
    grades = whole_way(tiny_room, tmp_path, learners, monkeypatch)
    assert grades == {name: "3" if solved else "0" for name, solved in learners.items()}


def test_feedback_that_is_not_there_says_how_to_make_it(graded, tmp_path):
    command = ("export", "--classroom", graded, "--feedback", tmp_path / "f.zip")
    assert "--assignment NAME" in invoke(*command, code=1)
    said = invoke(*command, "--assignment", "addressing", code=1)
    assert "nbgrader generate_feedback addressing" in said
    assert not (tmp_path / "f.zip").exists()
