"""The gradebook's rows are stock nbgrader's, whatever happens while they are written."""

import contextlib
import ctypes
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from datetime import datetime
from pathlib import Path

import pytest
from graded_course import ASSIGNMENT, RIGHT, GradedCourse, rows
from nbgrader.api import Gradebook, SubmittedAssignment
from postgresql_server import NotInstalledError, running_server
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from ipv6course.authoring.stock_nbgrader import NbgraderError
from ipv6grader import gradebook
from ipv6grader.gradebook import GradebookError, GradebookWriter, SubmissionError
from ipv6grader.model import NotebookScores, Score

pytestmark = pytest.mark.xdist_group("gradebook")

NEW_USER, NEW_MOUNTS = 0x10000000, 0x00020000  # linux/sched.h: CLONE_NEWUSER, CLONE_NEWNS

IN_TIME = datetime(2026, 2, 1)
LATE = datetime(2026, 4, 1)
ZERO = Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})

CODE = NotebookScores(
    {"answer-1": Score(2.0), "answer-2": Score(0.35), "drawing": Score(None)},
    {"answer": None, "drawing": None},
)
WORDS = NotebookScores(
    {"why": Score(0.0), "third-1": Score(0.1), "third-2": Score(0.2)},
    {"why": "No response.", "third": None, "measure": None},
)
BOTH = {"code": CODE, "words": WORDS}
NOTHING = {
    "code": NotebookScores(
        {"answer-1": Score(0.0), "answer-2": Score(0.0), "drawing": Score(0.0)},
        {"answer": "No response.", "drawing": "No response."},
    )
}


# --- gradebooks ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made_course(tmp_path_factory):
    """A course whose assignment nbgrader generated into SQLite."""
    root = tmp_path_factory.mktemp("made")
    course = GradedCourse(root, f"sqlite:///{root / 'gradebook.db'}")
    course.make()
    return course


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server."""
    try:
        with running_server() as running:
            yield running
    except NotInstalledError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def made_on_server(server, tmp_path_factory):
    """A course whose assignment nbgrader generated into PostgreSQL; the name of the database."""
    name = server.add_database()
    GradedCourse(tmp_path_factory.mktemp("made"), server.url(name)).make()
    return name


@pytest.fixture
def path(made_course, tmp_path):
    """A fresh gradebook with the assignment, as SQLite's file."""
    copy = tmp_path / "gradebook.db"
    shutil.copy(made_course.root / "gradebook.db", copy)
    return copy


@pytest.fixture
def sqlite(path):
    """The address of a fresh gradebook on SQLite."""
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql(server, made_on_server):
    """The address of a fresh gradebook on PostgreSQL."""
    return server.url(server.add_database(made_on_server))


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request):
    """The address of a fresh gradebook, on each kind of database."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def pair(request, made_course, tmp_path):
    """A course that stock grades, and the address of a gradebook equal to the course's.

    The parameter is the kind of database.
    """
    root = tmp_path / "course"
    for folder in ("source", "release"):
        shutil.copytree(made_course.root / folder, root / folder)
    if request.param == "sqlite":
        for name in ("stock.db", "ours.db"):
            shutil.copy(made_course.root / "gradebook.db", tmp_path / name)
        stock, ours = (f"sqlite:///{tmp_path / name}" for name in ("stock.db", "ours.db"))
    else:
        server = request.getfixturevalue("server")
        made = request.getfixturevalue("made_on_server")
        stock, ours = (server.url(server.add_database(made)) for _ in range(2))
    return GradedCourse(root, stock), ours


on_sqlite = pytest.mark.parametrize("pair", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("pair", ["postgresql"], indirect=True)
on_both = pytest.mark.parametrize("pair", ["sqlite", "postgresql"], indirect=True)


def writer(db_url, course_id="networks", **options):
    options = {"longest_wait": 0.3, **options}
    return GradebookWriter(db_url, course_id, ASSIGNMENT, **options)


def record(db_url, student="amina", timestamp=IN_TIME, notebooks=BOTH, **options):
    with writer(db_url, **options) as open_writer:
        open_writer.record(student, timestamp, notebooks)


@pytest.fixture
def short_turns(monkeypatch):
    """Attempts that the database itself gives up soon."""
    monkeypatch.setattr(gradebook, "_ONE_ATTEMPT", 0.01)


@pytest.fixture
def at_pause(monkeypatch):
    """What calls a function while the writer waits for the n-th time."""
    pauses = []

    def set_up(number, function):
        def sleep(seconds):
            pauses.append(seconds)
            if len(pauses) == number:
                function()

        monkeypatch.setattr(gradebook.time, "sleep", sleep)
        return pauses

    return set_up


# --- the same rows as stock ----------------------------------------------------------------------

PLUGIN = """\
from nbgrader.plugins import BasePlugin


class Doubtful(BasePlugin):
    ODD = {"baraka": -1, "chen": 1000.0, "dina": None}

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return self.ODD.get(student_id, score / 3 + total_seconds_late / 86400 / 100)
"""
USE_PLUGIN = """\
import sys
sys.path.insert(0, {root!r})
from doubtful_penalty import Doubtful
c.AssignLatePenalties.plugin_class = Doubtful
"""


class Compared:
    """Two gradebooks of one course: stock nbgrader grades into one, our writer into the other."""

    def __init__(self, course, ours, monkeypatch, kernels=False):
        self.course, self.ours, self.kernels = course, ours, kernels
        monkeypatch.setattr(sys, "path", [*sys.path])
        (course.root / "doubtful_penalty.py").write_text(PLUGIN)

    def grade(self, more=""):
        """Grade with both, and compare all rows of all tables."""
        self.course.configure(more, self.kernels)
        self.course.autograde()
        students = sorted(folder.name for folder in (self.course.root / "submitted").iterdir())
        with writer(self.ours, config=self.course.config()) as ours:
            for student in students:
                timestamp, scores = self.course.timestamp(student), self.course.scores(student)
                ours.record(student, timestamp, scores)
        expected, found = rows(self.course.db_url), rows(self.ours)
        assert expected.keys() == found.keys()
        for table in expected:
            assert found[table] == expected[table], table
        return found

    def people(self, work):
        """Do in both gradebooks what people do."""
        for db_url in (self.course.db_url, self.ours):
            with Gradebook(db_url, "networks") as book:
                work(book)
                book.db.commit()


def hand_in_first(course):
    course.submit("amina", RIGHT, timestamp="2026-02-28 10:00:00 UTC")
    course.submit("baraka", {}, timestamp="2026-03-01 16:00:00 +0300")
    course.submit("chen", {**RIGHT, "answer": "answer = 21"}, notebooks=["code"])
    course.submit("dina", RIGHT, timestamp="2026-03-03 00:00:00.5 Africa/Nairobi")
    course.submit("emeka", {**RIGHT, "third": "import sys; third = 2"})
    course.submit("josé o'neil", RIGHT, timestamp="2026-03-09 10:00:00 UTC")


def hand_in_again(course):
    course.submit("amina", RIGHT, notebooks=["code"], timestamp="2026-03-01 12:00:01 UTC")
    course.submit("baraka", RIGHT, timestamp="2026-03-04 12:00:00 UTC")
    course.submit("chen", RIGHT, timestamp="2026-03-02 12:00:00 UTC")
    course.submit("dina", {"drawing": "drawing = 'late'"})
    course.submit("emeka", RIGHT, timestamp="2026-03-02 12:00:00 UTC")


def grade_by_hand(book):
    def grade(student, notebook, cell):
        return book.find_grade(cell, notebook, ASSIGNMENT, student)

    grade("amina", "words", "why").manual_score = 2.5
    grade("amina", "words", "why").needs_manual_grade = False
    grade("amina", "code", "answer-1").manual_score = 1.25
    grade("dina", "code", "answer-2").extra_credit = 0.3
    grade("dina", "code", "drawing").manual_score = 1.1
    grade("dina", "words", "measure").manual_score = 4.0
    grade("dina", "words", "measure").needs_manual_grade = False
    grade("josé o'neil", "words", "measure").needs_manual_grade = False
    book.find_comment("why", "words", ASSIGNMENT, "amina").manual_comment = "Why so?"
    book.find_comment("answer", "code", ASSIGNMENT, "baraka").manual_comment = "Try."
    book.find_submission_notebook("code", ASSIGNMENT, "chen").flagged = True
    book.grant_extension(ASSIGNMENT, "baraka", days=2)
    book.grant_extension(ASSIGNMENT, "josé o'neil", hours=1)
    book.update_or_create_student("amina", first_name="Amina", email="amina@example.com")


def compare_first_and_second_grading(compared, plugin):
    course = compared.course
    hand_in_first(course)
    first = compared.grade()
    assert len(first["submitted_assignment"]) == 6
    assert "'No response.'" in str(first["comment"])
    compared.people(grade_by_hand)
    hand_in_again(course)
    return penalties(compared.grade(plugin))


def penalties(found):
    return {dict(row)["late_submission_penalty"] for row in found["submitted_notebook"]}


def compare_over_a_term(compared):
    zero = "c.LateSubmissionPlugin.penalty_method = 'zero'"
    assert {"None"} < compare_first_and_second_grading(compared, zero)
    plugin = USE_PLUGIN.format(root=str(compared.course.root))
    assert {"None", "0.0"} < penalties(compared.grade(plugin))
    compared.course.submit("amina", RIGHT)
    compared.grade()


@on_sqlite
def test_the_rows_are_stocks_at_first_and_again(pair, monkeypatch):
    compared = Compared(*pair, monkeypatch)
    compare_first_and_second_grading(compared, USE_PLUGIN.format(root=str(compared.course.root)))


@on_postgresql
def test_the_rows_are_stocks_on_postgresql(pair, monkeypatch):
    zero = "c.LateSubmissionPlugin.penalty_method = 'zero'"
    compare_first_and_second_grading(Compared(*pair, monkeypatch), zero)


@pytest.mark.prove
@on_both
def test_the_rows_are_stocks_over_a_whole_term(pair, monkeypatch):
    compare_over_a_term(Compared(*pair, monkeypatch))


@pytest.mark.prove
@on_sqlite
def test_the_rows_are_stocks_where_stock_runs_its_kernels(pair, monkeypatch):
    compare_over_a_term(Compared(*pair, monkeypatch, kernels=True))


@on_sqlite
def test_an_unknown_student_is_refused_as_in_stock(pair, monkeypatch):
    course, ours = pair
    compared = Compared(course, ours, monkeypatch)
    course.submit("amina", RIGHT)
    compared.grade()
    course.submit("stranger", RIGHT)
    course.configure("c.Autograde.create_student = False")
    with pytest.raises(NbgraderError, match="stranger"):
        course.autograde()
    with writer(ours, create_student=False) as open_writer:
        with pytest.raises(SubmissionError, match="nbgrader db student add stranger"):
            open_writer.record("stranger", None, BOTH)
        open_writer.record("amina", None, course.scores("amina"))
    assert rows(ours) == rows(course.db_url)


@on_sqlite
def test_another_course_id_gets_its_row_as_in_stock(pair, monkeypatch):
    course, ours = pair
    course.submit("amina", RIGHT)
    course.configure("c.CourseDirectory.course_id = 'another'")
    course.autograde()
    record(ours, "amina", None, course.scores("amina"), course_id="another")
    assert rows(ours) == rows(course.db_url)


# --- rules ---------------------------------------------------------------------------------------


def grade_of(db_url, cell, notebook="code", student="amina"):
    with Gradebook(db_url, "networks") as book:
        grade = book.find_grade(cell, notebook, ASSIGNMENT, student)
        return grade.auto_score, grade.needs_manual_grade


def test_a_score_to_be_reviewed_needs_a_person(sqlite):
    reviewed = {**CODE.grades, "answer-1": Score(2.0, review=True, why="It reached for marks.")}
    record(sqlite, notebooks={"code": NotebookScores(reviewed, CODE.comments)})
    assert grade_of(sqlite, "answer-1") == (2.0, True)
    assert grade_of(sqlite, "answer-2") == (0.35, False)
    record(sqlite)
    assert grade_of(sqlite, "answer-1") == (2.0, False)


def test_to_record_the_same_again_writes_nothing(path, sqlite):
    record(sqlite, timestamp=LATE, config=ZERO)
    before = path.read_bytes()
    record(sqlite, timestamp=LATE, config=ZERO)
    record(sqlite, timestamp=None, config=ZERO)
    # SQLite counts its writing transactions in the file's header; to lock and let go is none.
    assert path.read_bytes() == before


def test_the_file_stays_in_the_journal_mode_that_nbgrader_uses(path, sqlite):
    record(sqlite)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_penalty_of_the_whole_score_leaves_nothing_of_it(db_url):
    chance = random.Random(5)
    with writer(db_url, config=ZERO) as open_writer:
        for _ in range(2):
            for number in range(40):
                grades = {cell: Score(chance.random()) for cell in CODE.grades}
                open_writer.record(
                    f"s{number}", LATE, {"code": NotebookScores(grades, CODE.comments)}
                )
    with Gradebook(db_url, "networks") as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            for notebook in submission.notebooks:
                assert notebook.score == (notebook.late_submission_penalty or 0.0)


def test_rows_that_are_missing_are_added(sqlite, path):
    record(sqlite)
    whole = rows(sqlite)
    with sqlite3.connect(path) as connection:
        for statement in (
            "DELETE FROM grade WHERE auto_score = 2",
            "DELETE FROM comment WHERE auto_comment IS NOT NULL",
            "DELETE FROM submitted_notebook WHERE notebook_id IN "
            "(SELECT id FROM notebook WHERE name = 'words')",
        ):
            connection.execute(statement)
        connection.execute(
            "DELETE FROM grade WHERE notebook_id NOT IN (SELECT id FROM submitted_notebook)"
        )
        connection.execute(
            "DELETE FROM comment WHERE notebook_id NOT IN (SELECT id FROM submitted_notebook)"
        )
    connection.close()
    record(sqlite)
    assert rows(sqlite) == whole


def test_an_extension_where_nothing_is_due_is_not_late(sqlite, path):
    record(sqlite)
    with Gradebook(sqlite, "networks") as book:
        book.grant_extension(ASSIGNMENT, "amina", days=1)
        book.update_or_create_assignment(ASSIGNMENT, duedate=None)
    record(sqlite, timestamp=LATE, config=ZERO)
    with Gradebook(sqlite, "networks") as book:
        assert book.find_submission(ASSIGNMENT, "amina").late_submission_penalty == 0.0


def test_late_penalties_that_are_switched_off_are_left_alone(sqlite):
    record(sqlite, timestamp=LATE, config=ZERO)
    record(sqlite, timestamp=IN_TIME, config=Config({"AssignLatePenalties": {"enabled": False}}))
    with Gradebook(sqlite, "networks") as book:
        assert book.find_submission(ASSIGNMENT, "amina").late_submission_penalty > 0


def test_a_timestamp_with_a_zone_is_kept_in_utc(sqlite):
    record(sqlite, timestamp=datetime.fromisoformat("2026-02-01T03:00:00+03:00"))
    with Gradebook(sqlite, "networks") as book:
        assert book.find_submission(ASSIGNMENT, "amina").timestamp == IN_TIME


# --- submissions that are refused ----------------------------------------------------------------

STRANGE = {
    "a notebook that the gradebook does not have": (
        {"code": CODE, "other": CODE},
        "no notebook 'other'",
    ),
    "a cell too few": (
        {"code": NotebookScores({"answer-1": Score(1.0)}, CODE.comments)},
        "answer-2, drawing",
    ),
    "a cell too many": (
        {"code": NotebookScores({**CODE.grades, "x": Score(1.0)}, CODE.comments)},
        r"\(x\)",
    ),
    "a comment too few": ({"code": NotebookScores(CODE.grades, {})}, "answer, drawing"),
    "no number": (
        {"code": NotebookScores({**CODE.grades, "answer-1": Score(float("nan"))}, CODE.comments)},
        "code/answer-1",
    ),
}


@pytest.mark.parametrize("what", STRANGE)
def test_scores_that_do_not_fit_are_refused_and_change_nothing(sqlite, path, what):
    notebooks, said = STRANGE[what]
    before = path.read_bytes()
    with writer(sqlite) as open_writer:
        with pytest.raises(SubmissionError, match=said):
            open_writer.record("amina", LATE, notebooks)
        assert path.read_bytes() == before
        open_writer.record("amina", LATE, BOTH)


def test_a_folder_whose_name_is_no_text_is_refused(sqlite):
    with pytest.raises(SubmissionError, match="Rename it"):
        record(sqlite, os.fsdecode(b"am\xefna"))


def test_a_name_that_postgresql_does_not_take_stops_only_its_submission(postgresql):
    with writer(postgresql) as open_writer:
        with pytest.raises(SubmissionError, match="too long"):
            open_writer.record("a" * 200, IN_TIME, BOTH)
        open_writer.record("amina", IN_TIME, BOTH)
    assert grade_of(postgresql, "answer-1") == (2.0, False)


def test_a_plugin_that_fails_stops_only_its_submission(sqlite, path, monkeypatch, tmp_path):
    (tmp_path / "wrong_penalty.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n\n"
        "class Wrong(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return {'amina': 'half'}.get(student_id)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    config = Config({"AssignLatePenalties": {"plugin_class": "wrong_penalty.Wrong"}})
    before = path.read_bytes()
    with writer(sqlite, config=config) as open_writer:
        with pytest.raises(SubmissionError, match=r"amina: .* Wrong raises TypeError"):
            open_writer.record("amina", LATE, BOTH)
        assert path.read_bytes() == before
        open_writer.record("chen", LATE, BOTH)


def test_an_assignment_that_was_generated_anew_is_read_anew(sqlite):
    with writer(sqlite) as open_writer:
        with Gradebook(sqlite, "networks") as book:
            book.add_grade_cell("new", "code", ASSIGNMENT, max_score=1, cell_type="code")
        with pytest.raises(SubmissionError, match=r"\(new\).*nbgrader generate_assignment ps1"):
            open_writer.record("amina", IN_TIME, BOTH)
        more = NotebookScores({**CODE.grades, "new": Score(1.0)}, CODE.comments)
        open_writer.record("amina", IN_TIME, {"code": more})
    assert grade_of(sqlite, "new") == (1.0, False)


def test_an_assignment_that_is_removed_meanwhile_stops_the_grading(sqlite):
    with writer(sqlite) as open_writer:
        open_writer.record("amina", IN_TIME, BOTH)
        with Gradebook(sqlite, "networks") as book:
            book.remove_assignment(ASSIGNMENT)
        with pytest.raises(GradebookError, match="was removed from the gradebook"):
            open_writer.record("chen", IN_TIME, BOTH)


# --- gradebooks that can't be opened -------------------------------------------------------------


def test_an_unknown_assignment_names_the_command_that_makes_it(db_url):
    unknown = GradebookWriter(db_url, "networks", "ps2")
    with pytest.raises(GradebookError, match="nbgrader generate_assignment ps2"), unknown:
        pass


def test_a_gradebook_that_is_not_there_is_not_made(tmp_path):
    path = tmp_path / "gradebook.db"
    with pytest.raises(GradebookError, match=r"no gradebook .*nbgrader generate_assignment ps1"):
        record(f"sqlite:///{path}")
    assert not path.exists()
    path.touch()
    with pytest.raises(GradebookError, match=r"is empty.*nbgrader generate_assignment ps1"):
        record(f"sqlite:///{path}")
    assert path.read_bytes() == b""


def test_a_file_that_is_no_gradebook_says_so(tmp_path):
    (tmp_path / "gradebook.db").write_text("name,score\n" * 100)
    with pytest.raises(GradebookError, match="no gradebook at all"):
        record(f"sqlite:///{tmp_path / 'gradebook.db'}")
    with pytest.raises(GradebookError, match="can't be opened"):
        record(f"sqlite:///{tmp_path}")


def test_a_read_only_gradebook_is_found_before_anything_is_graded(path):
    read_only = writer(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(GradebookError, match="is read-only"):
        read_only.__enter__()


def test_a_folder_that_can_not_be_written_is_found_as_early(path):
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(path, folder))
        copy.chmod(0o666)
        Path(folder).chmod(0o555)

        def work():
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            with pytest.raises(GradebookError, match="to its folder, too"):
                writer(f"sqlite:///{copy}").__enter__()

        _number, status = os.waitpid(in_child(work), 0)
        Path(folder).chmod(0o755)
    assert status == 0


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE student DROP COLUMN lms_user_id", "DROP TABLE task_cells"],
)
def test_a_gradebook_of_an_older_nbgrader_is_left_to_nbgrader(sqlite, path, statement):
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    before = path.read_bytes()
    with pytest.raises(GradebookError, match="nbgrader db upgrade"):
        record(sqlite)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("db_url", "said"),
    [
        ("gradebook.db", "CourseDirectory.db_url"),
        ("oracel://server/course", "CourseDirectory.db_url"),
        ("postgresql+pg8000://server/course", r"ipv6-course\[postgresql\]"),
        (
            "postgresql+psycopg://teacher:secret@/course?host=/nowhere",
            "no connection to the server",
        ),
    ],
)
def test_an_address_that_is_wrong_says_so(db_url, said):
    with pytest.raises(GradebookError, match=said) as raised:
        record(db_url, longest_wait=60)
    assert "secret" not in str(raised.value)


def test_a_database_that_does_not_exist_says_so(server):
    with pytest.raises(GradebookError, match='"nothing" does not exist'):
        record(server.url("nothing"))


# --- gradebooks that are busy --------------------------------------------------------------------

HOLD = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchone()
print("held", flush=True)
sys.stdin.read()
connection.close()
"""
LOCKS = {
    "writes": ["BEGIN IMMEDIATE"],
    "writes to the file": ["BEGIN EXCLUSIVE"],
    "reads": ["BEGIN", "SELECT count(*) FROM student"],
}


class Holder:
    """Another process that holds a lock of SQLite."""

    def __init__(self, path, statements):
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, path, *statements],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout.readline() == b"held\n"

    def release(self):
        self.process.communicate()


@pytest.fixture
def hold(path):
    holders = []

    def begin(lock):
        holders.append(Holder(path, LOCKS[lock]))
        return holders[-1]

    yield begin
    for holder in holders:
        if holder.process.poll() is None:
            holder.release()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_gradebook_that_another_program_holds_is_waited_for(
    sqlite, lock, hold, at_pause, short_turns
):
    with writer(sqlite, longest_wait=60) as open_writer:
        holder = hold(lock)
        pauses = at_pause(4, holder.release)
        open_writer.record("amina", IN_TIME, BOTH)
    assert pauses == [0.02, 0.04, 0.08, 0.16]
    assert grade_of(sqlite, "answer-1") == (2.0, False)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_gradebook_that_stays_locked_is_given_up_with_nothing_lost(
    sqlite, path, lock, hold, short_turns
):
    with writer(sqlite) as open_writer:
        open_writer.record("amina", IN_TIME, NOTHING)
        before = path.read_bytes()
        holder = hold(lock)
        with pytest.raises(GradebookError, match=r"locked\. Close Formgrader.*Waited 0\.3 s"):
            open_writer.record("amina", IN_TIME, BOTH)
        holder.release()
        assert path.read_bytes() == before
        open_writer.record("amina", IN_TIME, BOTH)
    assert grade_of(sqlite, "answer-1") == (2.0, False)


def test_a_locked_gradebook_can_be_waited_for_at_opening(sqlite, hold, at_pause, short_turns):
    holder = hold("writes to the file")
    at_pause(2, holder.release)
    record(sqlite, longest_wait=60)
    assert grade_of(sqlite, "answer-1") == (2.0, False)


def test_a_score_that_a_person_enters_at_this_moment_is_seen(postgresql, at_pause, short_turns):
    record(postgresql, notebooks=NOTHING)
    engine = create_engine(postgresql)
    with writer(postgresql, longest_wait=60) as open_writer, engine.connect() as person:
        person.execute(text("UPDATE grade SET manual_score = 1.5"))
        at_pause(2, person.commit)
        open_writer.record("amina", IN_TIME, BOTH)
    engine.dispose()
    assert grade_of(postgresql, "answer-1") == (2.0, True)


def test_a_person_waits_while_the_scores_that_they_change_are_written(postgresql):
    record(postgresql, notebooks=NOTHING)
    engine = create_engine(postgresql)
    refused = []
    with writer(postgresql) as open_writer, engine.connect() as person:

        @event.listens_for(Engine, "before_cursor_execute")
        def enter(connection, cursor, statement, parameters, context, executemany):
            if "UPDATE grade" in statement and connection is not person and not refused:
                with pytest.raises(OperationalError, match="could not obtain lock") as error:
                    person.execute(text("SELECT id FROM grade FOR UPDATE NOWAIT"))
                refused.append(error)

        try:
            open_writer.record("amina", IN_TIME, BOTH)
        finally:
            event.remove(Engine, "before_cursor_execute", enter)
    engine.dispose()
    assert refused


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own add_submission
def test_two_programs_that_add_the_same_submission_make_one(postgresql, at_pause):
    at_pause(1, lambda: None)
    with writer(postgresql, longest_wait=60) as open_writer:
        meanwhile = []

        @event.listens_for(Engine, "before_cursor_execute")
        def add(connection, cursor, statement, parameters, context, executemany):
            if "INSERT INTO submitted_assignment" in statement and not meanwhile:
                meanwhile.append(statement)
                with Gradebook(postgresql, "networks") as book:
                    book.add_submission(ASSIGNMENT, "amina")

        with Gradebook(postgresql, "networks") as book:
            book.add_student("amina")
        try:
            open_writer.record("amina", IN_TIME, BOTH)
        finally:
            event.remove(Engine, "before_cursor_execute", add)
    assert grade_of(postgresql, "answer-1") == (2.0, False)
    with Gradebook(postgresql, "networks") as book:
        assert book.db.query(SubmittedAssignment).count() == 1


# --- servers that go away, files that go away, disks that are full --------------------------------


def test_a_server_that_restarts_in_between_loses_nothing(server, postgresql, sqlite):
    for db_url, restart in ((sqlite, False), (postgresql, True)):
        with writer(db_url, longest_wait=60) as open_writer:
            open_writer.record("amina", IN_TIME, BOTH)
            if restart:
                server.stop()
                server.start()
            open_writer.record("amina", LATE, NOTHING)
            if restart:
                server.stop("fast")
                server.start()
            open_writer.record("chen", IN_TIME, BOTH)
    assert rows(postgresql) == rows(sqlite)


def test_a_server_that_is_away_is_waited_for(server, postgresql, at_pause):
    with writer(postgresql, longest_wait=60) as open_writer:
        server.stop()
        at_pause(3, server.start)
        open_writer.record("amina", IN_TIME, BOTH)
    assert grade_of(postgresql, "answer-1") == (2.0, False)


def test_a_server_that_stays_away_is_given_up(server, postgresql):
    with writer(postgresql) as open_writer:
        open_writer.record("amina", IN_TIME, NOTHING)
        server.stop()
        try:
            with pytest.raises(GradebookError, match="See that the server runs"):
                open_writer.record("amina", IN_TIME, BOTH)
        finally:
            server.start()
        open_writer.record("chen", IN_TIME, BOTH)
    assert grade_of(postgresql, "answer-1") == (0.0, False)


def test_a_server_that_dies_while_it_commits_loses_nothing(server, postgresql, at_pause):
    at_pause(1, server.start)
    with writer(postgresql, longest_wait=60) as open_writer:
        open_writer.record("amina", IN_TIME, NOTHING)
        stopped = []

        @event.listens_for(Engine, "commit")
        def stop(connection):
            if not stopped:
                stopped.append(connection)
                server.stop()

        try:
            open_writer.record("amina", IN_TIME, BOTH)
        finally:
            event.remove(Engine, "commit", stop)
    assert stopped
    assert grade_of(postgresql, "answer-1") == (2.0, False)


def test_a_gradebook_that_is_moved_meanwhile_is_not_written_into_the_void(sqlite, path):
    with writer(sqlite) as open_writer:
        open_writer.record("amina", IN_TIME, BOTH)
        path.rename(path.with_suffix(".bak"))
        with pytest.raises(GradebookError, match="moved or deleted"):
            open_writer.record("chen", IN_TIME, BOTH)


def leave_little_room(ballast):
    """Fill a disk but for 60 kB, which the journal and a few submissions need."""
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while True:
            os.write(descriptor, bytes(4096))
    os.ftruncate(descriptor, os.fstat(descriptor).st_size - 60_000)
    os.close(descriptor)


def in_a_small_place(place, path, say):
    """Mount a disk of 400 kB that only this process sees, and record until it is full."""
    libc = ctypes.CDLL(None, use_errno=True)
    maps = {"uid_map": f"0 {os.getuid()} 1", "setgroups": "deny", "gid_map": f"0 {os.getgid()} 1"}
    if libc.unshare(NEW_USER | NEW_MOUNTS):
        say(f"skip: {os.strerror(ctypes.get_errno())}")
        return
    for name, value in maps.items():
        Path("/proc/self", name).write_text(value)
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "small", place]
    if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
        say("skip: mount does not work")
        return
    db_url = f"sqlite:///{shutil.copy(path, place)}"
    leave_little_room(place / "ballast")
    for option in ("rw", "ro"):
        subprocess.run(["mount", "-o", f"remount,{option}", place], check=True)
        before = rows(db_url)
        with pytest.raises(GradebookError) as raised, writer(db_url) as open_writer:
            for number in range(1000):
                open_writer.record(f"s{number}", IN_TIME, BOTH)
                before = rows(db_url)
        say(str(raised.value))
        assert rows(db_url) == before


def test_a_disk_that_is_full_or_read_only_says_so(path, tmp_path):
    place, report = tmp_path / "small", tmp_path / "report"
    place.mkdir()

    def work():
        with report.open("w") as lines:
            in_a_small_place(place, path, lambda said: print(said, file=lines, flush=True))

    _number, status = os.waitpid(in_child(work), 0)
    said = report.read_text().splitlines()
    if said and said[0].startswith("skip"):
        pytest.skip(f"No disk can be mounted here. {said[0]}")
    assert status == 0, said
    assert "disk that it is on is full" in said[0]
    assert "read-only" in said[1]


# --- killed --------------------------------------------------------------------------------------


def in_child(work):
    """Do a work in a forked process, and return its number."""
    number = os.fork()
    if number == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return number


def die_at(step):
    """Make this process kill itself before its n-th statement or commit from now on."""
    steps = []

    def count(*_arguments):
        steps.append(None)
        if len(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


@pytest.mark.parametrize("before", [None, NOTHING], ids=["first", "again"])
def test_a_crash_between_any_two_statements_leaves_the_old_rows(sqlite, before):
    if before is not None:
        record(sqlite, timestamp=LATE, notebooks=before, config=ZERO)
    old = rows(sqlite)

    def work(step):
        with writer(sqlite, config=ZERO) as open_writer:
            die_at(step)
            open_writer.record("amina", IN_TIME, BOTH)

    for step in range(1, 100):
        child = in_child(lambda: work(step))  # noqa: B023 (it runs now)
        _number, status = os.waitpid(child, 0)
        if status == 0:
            break
        assert status == signal.SIGKILL
        assert rows(sqlite) == old, f"killed before statement {step}"
    assert step > 9
    assert grade_of(sqlite, "answer-1") == (2.0, False)


STUDENTS = [f"student-{number:02}" for number in range(30)]


def record_all(db_url, notebooks=BOTH):
    with writer(db_url, config=ZERO, longest_wait=60) as open_writer:
        for number, student in enumerate(STUDENTS):
            open_writer.record(student, LATE if number % 3 else IN_TIME, notebooks)


def by_student(all_rows):
    """Return the rows of each student; a gradebook's other rows don't name a student."""
    found = {student: [] for student in STUDENTS}
    for table, of_table in all_rows.items():
        for row in of_table:
            for student in set(re.findall(r"student-\d\d", str(row))):
                found[student].append((table, row))
    return found


def kill_at_random_moments(db_url, fresh, kills, chance):
    """Kill what records 30 submissions, at random moments, and go on until none is left."""
    record_all(db_url, NOTHING)
    old = by_student(rows(db_url))
    record_all(fresh, NOTHING)
    begin = time.perf_counter()
    record_all(fresh)
    longest = time.perf_counter() - begin
    new = by_student(rows(fresh))
    interrupted = 0
    for _ in range(kills):
        child = in_child(lambda: record_all(db_url))
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        interrupted += os.waitpid(child, 0)[1] == signal.SIGKILL
        for student, found in by_student(rows(db_url)).items():
            assert found in (old[student], new[student])
    assert interrupted
    record_all(db_url)
    assert rows(db_url) == rows(fresh)


def test_killed_at_random_moments_every_submission_is_whole(sqlite, path, tmp_path):
    fresh = tmp_path / "fresh.db"
    shutil.copy(path, fresh)
    kill_at_random_moments(sqlite, f"sqlite:///{fresh}", 6, random.Random(6))


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_many_random_moments_every_submission_is_whole(sqlite, path, tmp_path, seed):
    fresh = tmp_path / "fresh.db"
    shutil.copy(path, fresh)
    kill_at_random_moments(sqlite, f"sqlite:///{fresh}", 50, random.Random(seed))


@pytest.mark.prove
def test_killed_at_random_moments_on_postgresql_every_submission_is_whole(
    server, made_on_server, postgresql
):
    fresh = server.url(server.add_database(made_on_server))
    kill_at_random_moments(postgresql, fresh, 50, random.Random(7))
