"""Rosters of Moodle, Canvas and anybody, into nbgrader's own gradebook."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from ipv6course.commands import app
from ipv6course.instructor.course_root import CourseRoot
from ipv6course.instructor.roster import (
    ROSTER,
    RosterError,
    load_roster,
    read_roster,
    student_id,
)
from ipv6course.instructor.spreadsheet import SpreadsheetError

pytestmark = pytest.mark.xdist_group("gradebook")  # one worker makes one

MOODLE = """\
"First name","Last name","ID number","Institution","Department","Email address","Last downloaded"
Amina,Koné,a-001,,,amina@example.com,1700000000
Salesi,"Tupou, F.",a-002,,,salesi@example.com,1700000000
"""
MOODLE_FRENCH = """\
Prénom;Nom de famille;Numéro d’identification;Adresse de courriel
Amina;Koné;a-001;amina@example.com
Zoé;Ouédraogo;a-002;zoe@example.com
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Addressing (4711),Final Points
,,,,,Manual Posting,
    Points Possible,,,,,19,(read only)
"Koné, Amina",501,S-1,amina.k,Ouaga 1,12,12
"Tupou, Salesi",502,S-2,salesi.t,Ouaga 1,,
"Student, Test",503,,0c1d,Ouaga 1,,
"""
PLAIN = "id,first_name,last_name,email,lms_user_id\nAmina.K ,Amina,Koné,amina@example.com,7\n"


@pytest.fixture
def run(room, tmp_path):
    """Import a roster, and return what was said."""

    def run(text, *options, encoding="utf-8"):
        path = tmp_path / "people.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        arguments = ["roster", str(path), "--classroom", str(room), *options]
        return CliRunner().invoke(app, arguments)

    return run


def students(room):
    """Return what nbgrader's gradebook has."""
    with Gradebook(f"sqlite:///{room / 'gradebook.db'}") as gradebook:
        return {
            entry.id: (entry.first_name, entry.last_name, entry.email, entry.lms_user_id)
            for entry in gradebook.students
        }


def remembered(room):
    with (room / ROSTER).open(newline="", encoding="utf-8-sig") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


# --- what each platform writes --------------------------------------------------------------------


def test_moodles_list_comes_into_the_gradebook_and_is_remembered(run, room):
    result = run(MOODLE)
    assert result.exit_code == 0, result.output
    assert "2 new, 0 updated, 0 as before; ids are the column 'ID number'" in result.output
    assert students(room) == {
        "a-001": ("Amina", "Koné", "amina@example.com", None),
        "a-002": ("Salesi", "Tupou, F.", "salesi@example.com", None),
    }
    assert remembered(room)["a-002"]["Last name"] == "Tupou, F."
    assert "Last downloaded" not in remembered(room)["a-002"]


def test_moodle_in_french_with_semicolons(run, room):
    assert run(MOODLE_FRENCH).exit_code == 0
    assert students(room)["a-002"] == ("Zoé", "Ouédraogo", "zoe@example.com", None)
    assert remembered(room)["a-002"]["Prénom"] == "Zoé"


def test_canvas_rows_that_are_nobody_are_no_learners(run, room):
    result = run(CANVAS)
    assert result.exit_code == 0, result.output
    assert "Line 6 is Canvas's test student" in result.output
    assert students(room) == {
        "amina.k": ("Amina", "Koné", None, "501"),
        "salesi.t": ("Salesi", "Tupou", None, "502"),
    }
    assert remembered(room)["amina.k"]["SIS User ID"] == "S-1"


def test_of_canvas_assignments_the_heading_is_remembered_and_no_grade(run, room):
    run(CANVAS)
    assert remembered(room)["amina.k"]["Addressing (4711)"] == ""
    assert "Final Points" not in remembered(room)["amina.k"]


def test_a_plain_list_has_nbgraders_own_columns(run, room):
    assert run(PLAIN).exit_code == 0
    assert students(room) == {"amina.k": ("Amina", "Koné", "amina@example.com", "7")}


def test_a_list_of_ids_is_enough(run, room):
    assert run("id\na\nb\n").exit_code == 0
    assert set(students(room)) == {"a", "b"}


# --- encodings and separators ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator_of_a_spreadsheet(tmp_path, encoding, separator):
    path = tmp_path / "people.csv"
    text = "id,first_name,last_name\r\nz,Zoé,Ouédraogo\r\n".replace(",", separator)
    path.write_bytes(text.encode(encoding))
    (student,) = read_roster(path).students
    assert (student.first_name, student.last_name) == ("Zoé", "Ouédraogo")


def test_a_guessed_encoding_is_said(run):
    assert "Windows-1252 was guessed" in run(PLAIN, encoding="cp1252").output
    assert "guessed" not in run(PLAIN).output


def test_excels_line_that_names_the_separator(run, room):
    assert run("sep=;\r\nid;first_name\r\na;A,B\r\n").exit_code == 0
    assert students(room)["a"][0] == "A,B"


def test_a_workbook_is_no_csv_file_and_says_what_to_do(run):
    result = run(b"PK\3\4whatever")
    assert result.exit_code == 1
    assert "Save it as 'CSV UTF-8'" in result.output


# --- which column is the id -----------------------------------------------------------------------


def test_the_id_is_the_first_column_that_everybody_has(run, room):
    assert run(MOODLE.replace("a-002", "")).exit_code == 0
    assert set(students(room)) == {"amina@example.com", "salesi@example.com"}


def test_the_instructor_chooses_the_column(run, room):
    assert run(CANVAS, "--id-column", "sis user id").exit_code == 0
    assert set(students(room)) == {"s-1", "s-2"}


def test_a_column_that_is_not_there_is_said_with_those_that_are(run, room):
    result = run(MOODLE, "--id-column", "Matricule")
    assert result.exit_code == 1
    assert "no column 'Matricule'" in result.output
    assert "Email address" in result.output
    assert students(room) == {}


def test_the_next_roster_takes_the_same_column(run, room):
    run(MOODLE)
    result = run(MOODLE + "Zoé,Ouédraogo,,,,zoe@example.com,1\n")
    assert result.exit_code == 1
    assert "Line 4: the id is empty" in result.output
    assert set(students(room)) == {"a-001", "a-002"}


# --- what is wrong, with its line -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "the id is empty"),
        ("  ", "the id is empty"),
        ("..", "names a folder of its own"),
        (".hidden", "no folder"),
        ("a/b", "U+002F"),
        ("a\\b", "U+005C"),
        ("a*", "leave out '*'"),
        ("a[1]", "no folder"),
        ("a.", "no folder"),
        ("CON", "device"),
        ("x" * 101, "101 characters"),
        ("é" * 100 + "", ""),
        ("語" * 100, "too long"),
    ],
)
def test_an_id_that_cannot_be_a_folder_is_named_with_its_line(run, room, name, why):
    result = run(f'id,first_name\nfirst,A\n"{name}",B\nlast,C\n')
    if not why:
        assert result.exit_code == 0
        return
    assert result.exit_code == 1
    assert "Line 3: " in result.output
    assert why in result.output
    assert set(students(room)) == {"first", "last"}


def test_two_people_with_one_id_are_both_left_out(run, room):
    result = run("id,first_name\na,A\nb,B\nA ,Another\n")
    assert result.exit_code == 1
    assert "Line 4: 'a' is on line 2 too, and is somebody else." in result.output
    assert set(students(room)) == {"b"}


def test_one_person_twice_is_one(run, room):
    assert run("id,first_name\na,A\na,A\n").exit_code == 0
    assert set(students(room)) == {"a"}


def test_a_quote_that_never_ends_is_named_and_takes_nobody_with_it(run, room):
    result = run('id,first_name\na,A\nb,"B\nc,C\n')
    assert result.exit_code == 1
    assert "Line 3 is broken" in result.output
    assert students(room) == {}


@pytest.mark.parametrize("text", ["", "\n\n", "name,age\nA,1\n", "id"])
def test_what_is_no_roster_says_what_one_is(run, text, room):
    result = run(text)
    assert (result.exit_code == 0) == (text == "id")
    assert "Traceback" not in result.output


def test_a_folder_that_is_no_classroom_says_how_to_make_one(tmp_path):
    (tmp_path / "people.csv").write_text(PLAIN)
    result = CliRunner().invoke(
        app, ["roster", str(tmp_path / "people.csv"), "--classroom", str(tmp_path)]
    )
    assert result.exit_code == 1
    assert "ipv6course classroom DIR" in result.output


# --- again, and again -----------------------------------------------------------------------------


def test_a_dry_run_writes_nothing(run, room):
    (room / "gradebook.db").unlink()
    before = sorted(room.rglob("*"))
    result = run(MOODLE, "--dry-run")
    assert "2 new" in result.output
    assert "Nothing was written" in result.output
    assert sorted(room.rglob("*")) == before


def test_run_again_it_updates_names_and_deletes_nobody(run, room):
    run(PLAIN + "b,Bo,Li,b@example.com,8\n")
    result = run("id,first_name,last_name,email\namina.k,Aminata,,\n")
    assert "0 new, 1 updated" in result.output
    assert students(room) == {
        "amina.k": ("Aminata", "Koné", "amina@example.com", "7"),
        "b": ("Bo", "Li", "b@example.com", "8"),
    }
    assert set(remembered(room)) == {"amina.k", "b"}
    assert "0 new, 0 updated, 1 as before" in run("id,first_name\namina.k,Aminata\n").output


def test_grades_survive_a_roster(run, room):
    with Gradebook(f"sqlite:///{room / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("addressing")
        gradebook.add_student("Amina.K", first_name="A")
        gradebook.add_submission("addressing", "Amina.K")
    assert run(PLAIN).exit_code == 0
    assert students(room) == {"Amina.K": ("Amina", "Koné", "amina@example.com", "7")}
    with Gradebook(f"sqlite:///{room / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission("addressing", "Amina.K")


def test_nbgraders_own_import_takes_the_same_plain_file(run, room, tmp_path, empty_gradebook):
    from ipv6course.authoring.stock_nbgrader import nbgrader

    run(PLAIN.replace("Amina.K ", "amina.k"))
    ours = students(room)
    (room / "gradebook.db").write_bytes(empty_gradebook)
    nbgrader(room, "db", "student", "import", str(tmp_path / "people.csv"))
    assert students(room) == ours


def test_the_classroom_s_configuration_says_where_the_gradebook_is(run, room, tmp_path):
    (room / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{tmp_path / 'other.db'}'\n"
    )
    (tmp_path / "other.db").write_bytes((room / "gradebook.db").read_bytes())
    assert run(PLAIN).exit_code == 0
    assert students(room) == {}
    with Gradebook(f"sqlite:///{tmp_path / 'other.db'}") as gradebook:
        assert [entry.id for entry in gradebook.students] == ["amina.k"]


# --- hostile rosters ------------------------------------------------------------------------------


def test_formulas_are_neutralised_in_the_file_and_read_back_as_they_were(run, room):
    run("id,first_name,last_name\na,\"=cmd|' /C calc'!A0\",@SUM(1)\n-b,+1,ok\n")
    text = (room / ROSTER).read_text(encoding="utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "@", "-")) for cell in row)
    roster = load_roster(CourseRoot(room))
    assert roster["a"].first_name == "=cmd|' /C calc'!A0"
    assert roster["-b"].first_name == "+1"


def test_an_edited_list_of_the_classroom_is_not_overwritten(run, room):
    run(PLAIN)
    (room / ROSTER).write_text("mine\n")
    result = run(PLAIN)
    assert result.exit_code == 1
    assert "not as it was written" in result.output
    assert (room / ROSTER).read_text() == "mine\n"


@given(st.text(max_size=120))
def test_any_id_is_refused_or_one_folder(name):
    try:
        folder = student_id(name)
    except RosterError:
        return
    assert folder not in ("", ".", "..")
    assert not set(folder) & set('/\\<>:"|?*[]')
    assert len(folder.encode()) <= 255
    assert student_id(folder) == folder


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    )
)
def test_any_file_is_a_roster_or_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    for head in (b"", b"id,first_name\n", b"Student,ID,Section\n", b"Nom;Courriel\n"):
        path.write_bytes(head + data)
        try:
            found = read_roster(path)
        except (RosterError, SpreadsheetError) as error:
            assert str(error)
        else:
            assert all(student_id(student.id) == student.id for student in found.students)
