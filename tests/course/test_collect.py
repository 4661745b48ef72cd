"""What learners handed in: whose it is, which is the newest, and nothing lost on the way."""

import hashlib
import io
import json
import os
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.utils import parse_utc
from typer.testing import CliRunner

from ipv6course.classroom import identity
from ipv6course.classroom.bundle import make_bundle
from ipv6course.commands import app
from ipv6course.instructor import collect as collector
from ipv6course.instructor.collect import collect
from ipv6course.instructor.course_root import CourseRoot
from ipv6course.instructor.platform_names import Owner, is_name_of, lesson_of, read_name
from ipv6course.instructor.roster import load_roster

pytestmark = pytest.mark.xdist_group("gradebook")

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
EARLY = NOW - timedelta(days=3)
LESSONS = ("01-text", "02-kind")
MOODLE = """\
First name,Last name,ID number,Email address
Amina,Koné,amina.k,amina@example.com
Salesi,Tupou,salesi.t,salesi@example.com
Seán,O'Brien,sean.o,sean@example.com
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section
"Koné, Amina",501,S-1,amina.k,Ouaga
"Tupou, Salesi",502,S-2,salesi.t,Ouaga
"""


def notebook(text, lesson="01-text"):
    """Return a tiny notebook with the exercise of a lesson."""
    cell = nbformat.v4.new_code_cell(text, id="a")
    cell.metadata["nbgrader"] = {"grade_id": lesson, "solution": True, "schema_version": 3}
    content = nbformat.v4.new_notebook(cells=[cell])
    return nbformat.writes(content).encode()


def zipped(files, time=NOW):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = name
            if isinstance(name, str):
                info = zipfile.ZipInfo(name, time.timetuple()[:6])
                info.external_attr = 0o644 << 16
                info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return file.getvalue()


def bundle(learner, text="x", time=EARLY, lessons=LESSONS, module="addressing"):
    """Return a bundle as the course makes it."""
    files = {f"work/{module}/{name}.ipynb": notebook(text, name) for name in lessons}
    manifest = {
        "format": 1,
        "kind": "handed-in",
        "learner": learner,
        "assignment": module,
        "version": "0.1.0",
        "time": time.isoformat(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return zipped({"manifest.json": json.dumps(manifest), **files})


def receipt(data):
    return hashlib.sha256(data).hexdigest()[:12]


@pytest.fixture
def classroom(room, tmp_path):
    """A classroom with two released lessons, and Moodle's roster."""
    for name in LESSONS:
        path = room / "release" / "addressing" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook("", name))
    enrol(room, tmp_path, MOODLE)
    return room


def enrol(room, tmp_path, text):
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    command = ["roster", str(tmp_path / "people.csv"), "--classroom", str(room)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output


@pytest.fixture
def take(classroom, tmp_path):
    """Collect files, given by name and content or as paths."""

    def take(*files, now=NOW, **options):
        paths = []
        for file in files:
            if isinstance(file, Path):
                paths.append(file)
                continue
            name, data = file
            path = tmp_path / "in" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (EARLY.timestamp(), EARLY.timestamp()))
            paths.append(path)
        course = CourseRoot(classroom)
        return collect(course, paths, load_roster(course), now=now, **options)

    return take


@pytest.fixture
def run(classroom, tmp_path):
    """Run the command on files, given by name and content."""

    def run(*arguments, **files):
        return CliRunner().invoke(
            app, ["collect", *map(str, arguments), "--classroom", str(classroom)]
        )

    return run


def submitted(room):
    """Return the text of every notebook that was handed in, by student and lesson."""
    return {
        f"{path.parent.parent.name}/{path.stem}": nbformat.read(path, 4).cells[0].source
        for path in sorted((room / "submitted").glob("*/*/*.ipynb"))
    }


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def moodle(person, number, file, *, folders=True, new=False):
    """Return the path of a file in Moodle's zip file."""
    joint = "/" if folders else ""
    return f"{person}_{number}_assignsubmission_file{'' if new else '_'}{joint}{file}"


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "owner", "file"),
    [
        ("Amina Koné_123_assignsubmission_file_/x.zip", ("moodle", "Amina Koné", "123"), "x.zip"),
        ("Amina Koné_123_assignsubmission_file/a/b.zip", ("moodle", "Amina Koné", "123"), "b.zip"),
        ("Amina K_12_assignsubmission_file_1.ipynb", ("moodle", "Amina K", "12"), "1.ipynb"),
        ("koneamina_501_9001_01-text-1.ipynb", ("canvas", "koneamina", "501"), "01-text-1.ipynb"),
        ("koneamina_LATE_501_9001_my_file.zip", ("canvas", "koneamina", "501"), "my_file.zip"),
        ("anon_xY7z_9001_a.zip", ("canvas", "anon", "xY7z"), "a.zip"),
        ("LATE_anon_xY7z_9001_a.zip", ("canvas", "anon", "xY7z"), "a.zip"),
        ("someone/01-text.ipynb", None, "01-text.ipynb"),
        ("ipv6-a_b-all-20261123T100000Z.zip", None, "ipv6-a_b-all-20261123T100000Z.zip"),
    ],
)  # fmt: skip
def test_platforms_names_are_understood(path, owner, file):
    found = read_name(path)
    assert (found.owner, found.file) == (Owner(*owner) if owner else None, file)


def test_a_learner_cannot_name_somebody_else_inside_of_what_the_platform_named():
    inside = "Salesi Tupou_99_assignsubmission_file_/salesi_1_2_x.ipynb"
    path = f"Amina Koné_12_assignsubmission_file_/{inside}"
    assert read_name(path).owner == Owner("moodle", "Amina Koné", "12")
    assert read_name("koneamina_501_9001_tupou_502_9002_x.zip").owner.number == "501"


@pytest.mark.parametrize(
    ("owner", "person", "same"),
    [
        (Owner("moodle", "Koné Amina"), ("Amina", "Koné"), True),
        (Owner("moodle", "AMINA KONE"), ("Amina", "Koné"), True),
        (Owner("moodle", "ak2 Amina Koné"), ("Amina", "Koné"), True),
        (Owner("moodle", "Sean OBrien"), ("Seán", "O'Brien"), True),
        (Owner("moodle", "Amina Koné"), ("Amina Fatou", "Koné"), True),
        (Owner("moodle", "Amina"), ("Amina", "Koné"), False),
        (Owner("moodle", "Amina Kaboré"), ("Amina", "Koné"), False),
        (Owner("canvas", "koneamina"), ("Amina", "Koné"), True),
        (Owner("canvas", "koneaminata"), ("Amina", "Koné"), False),
        (Owner("moodle", ""), ("", ""), False),
    ],
)
def test_a_person_is_recognised_in_any_order_and_spelling(owner, person, same):
    assert is_name_of(owner, *person) == same


def test_copies_of_a_lesson_are_that_lesson():
    found = {name: lesson_of(name, set(LESSONS)) for name in (
        "01-text.ipynb", "01-text-2.ipynb", "01-text (3).ipynb", "01-text(4).ipynb",
        "01.ipynb", "01-text.txt",
    )}  # fmt: skip
    assert list(found.values()) == [
        *[("01-text", number) for number in (0, 2, 3, 4)],
        None,
        None,
    ]


# --- what is taken --------------------------------------------------------------------------------


def test_a_bundle_goes_where_nbgrader_looks(take, classroom):
    data = bundle("amina.k", "mine")
    (taken,) = take(("a.zip", data)).submissions
    assert (taken.student, taken.outcome, taken.missing) == ("amina.k", "new", ())
    assert taken.receipts[0][:12] == receipt(data)
    assert submitted(classroom) == {"amina.k/01-text": "mine", "amina.k/02-kind": "mine"}
    stamp = (classroom / "submitted/amina.k/addressing/timestamp.txt").read_text()
    assert stamp == "2026-11-20 12:00:00.000000 UTC"
    assert parse_utc(stamp) == EARLY.replace(tzinfo=None)


def test_the_course_s_own_bundle_is_taken_with_the_learner_s_receipt(take, classroom, course_home):
    identity.tell("Amina.K")
    for name in LESSONS:
        path = course_home / "work" / "addressing" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook("own", name))
    path = make_bundle("handed-in", "addressing", EARLY)
    (taken,) = take(path).submissions
    assert taken.receipts == [hashlib.sha256(path.read_bytes()).hexdigest()]
    assert submitted(classroom) == {"amina.k/01-text": "own", "amina.k/02-kind": "own"}


@pytest.mark.parametrize("folders", [True, False])
@pytest.mark.parametrize("new", [True, False])
def test_moodles_zip_of_bundles_and_notebooks(take, classroom, folders, new):
    if new and not folders:
        return  # Moodle writes no such name
    data = zipped(
        {
            moodle("Amina Koné", 11, "b.zip", folders=folders, new=new): bundle("amina.k", "b"),
            moodle("Salesi Tupou", 12, "01-text.ipynb", folders=folders, new=new): notebook("n"),
            moodle("Sean OBrien", 13, "02-kind.ipynb", folders=folders, new=new): notebook(
                "o", "02-kind"
            ),
        }
    )
    result = take(("Course-Addressing-7.zip", data))
    assert result.refused == []
    assert submitted(classroom) == {
        "amina.k/01-text": "b",
        "amina.k/02-kind": "b",
        "salesi.t/01-text": "n",
        "sean.o/02-kind": "o",
    }
    record = json.loads((classroom / "collected" / "addressing.json").read_text())
    assert record["sean.o"]["moodle"] == {"name": "Sean OBrien", "participant": "13"}


def test_canvas_numbers_find_the_learner_whatever_the_name(take, classroom, tmp_path):
    enrol(classroom, tmp_path, CANVAS)
    data = zipped(
        {
            "nomatter_501_9001_01-text.ipynb": notebook("first"),
            "nomatter_LATE_501_9002_01-text-1.ipynb": notebook("second"),
            "tuposalesi_502_9003_bundle.zip": bundle("salesi.t", "b"),
        }
    )
    result = take(("submissions.zip", data))
    assert result.refused == []
    assert submitted(classroom)["amina.k/01-text"] == "second"
    assert submitted(classroom)["salesi.t/01-text"] == "b"
    assert [student for _source, student in result.superseded] == ["amina.k"]


def test_a_plain_folder_of_folders_is_taken_by_their_names(take, classroom, tmp_path):
    for name, text in (("amina.k", "a"), ("Tupou Salesi", "s"), ("sean@example.com", "o")):
        path = tmp_path / "stick" / name / "addressing" / "01-text.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook(text))
    result = take(tmp_path / "stick")
    assert result.refused == []
    assert submitted(classroom) == {
        "amina.k/01-text": "a",
        "salesi.t/01-text": "s",
        "sean.o/01-text": "o",
    }


def test_one_notebook_by_its_moodle_name_and_one_by_map(take, classroom):
    result = take(
        ("Amina Koné_12345_assignsubmission_file_01-text.ipynb", notebook("a")),
        ("02-kind.ipynb", notebook("s", "02-kind")),
        mapped={"02-kind.ipynb": "salesi.t"},
    )
    assert result.refused == []
    assert submitted(classroom) == {"amina.k/01-text": "a", "salesi.t/02-kind": "s"}


def test_only_released_lessons_are_taken(take, classroom):
    with_more = bundle("amina.k", lessons=(*LESSONS, "99-own"))
    other = bundle("amina.k", lessons=("01-tree",), module="plan")
    result = take(("a.zip", with_more), ("b.zip", other), ("99-own.ipynb", notebook("x")))
    assert set(submitted(classroom)) == {"amina.k/01-text", "amina.k/02-kind"}
    assert [Path(item.source).name for item in result.refused] == ["b.zip", "99-own.ipynb"]


def test_what_is_missing_is_said_and_the_rest_taken(run, tmp_path):
    (tmp_path / "a.zip").write_bytes(bundle("amina.k", lessons=("02-kind",)))
    result = run(tmp_path / "a.zip")
    assert result.exit_code == 0, result.output
    assert "1/2" in result.output


def test_names_in_utf_8_without_its_flag_are_understood(take, classroom):
    """As several zip tools write them (APPNOTE section D.1)."""
    data = zipped({moodle("Amina KonX", 11, "01-text.ipynb"): notebook("n")})
    result = take(("m.zip", data.replace(b"KonX", "Koñ".encode())))
    assert [item.reason for item in result.refused] == ["Nobody on the roster is 'Amina Koñ'."]


def test_what_operating_systems_add_is_passed_over(take):
    data = zipped({"__MACOSX/._x.ipynb": b"", ".DS_Store": b"", "a/Thumbs.db": b""})
    assert take(("m.zip", data)).refused == []


# --- which one counts -----------------------------------------------------------------------------


def test_of_several_the_newest_counts_in_whatever_order(take, classroom):
    older, newer = bundle("amina.k", "old", EARLY), bundle("amina.k", "new", NOW)
    for files in ((older, newer), (newer, older)):
        result = take(*((f"{n}.zip", data) for n, data in enumerate(files)))
        assert set(submitted(classroom).values()) == {"new"}
        assert [student for _source, student in result.superseded] == ["amina.k"]


def test_the_same_bundle_twice_is_one(take, classroom):
    data = bundle("amina.k")
    result = take(("a.zip", data), ("b.zip", data))
    assert len(result.submissions) == len(result.superseded) == 1


def test_lessons_that_were_handed_in_one_by_one_come_together(take, classroom):
    take(("a.zip", bundle("amina.k", "all", EARLY)))
    later = ("Amina Koné_1_assignsubmission_file_01-text.ipynb", notebook("again"))
    path = classroom.parent / "in" / later[0]
    path.write_bytes(later[1])
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    (taken,) = take(path).submissions
    assert taken.outcome == "replaced"
    assert submitted(classroom) == {"amina.k/01-text": "again", "amina.k/02-kind": "all"}


def test_a_newer_one_replaces_and_the_old_one_is_kept(take, classroom):
    take(("a.zip", bundle("amina.k", "old", EARLY)))
    before = everything(classroom / "submitted")
    (taken,) = take(("b.zip", bundle("amina.k", "new", NOW))).submissions
    assert taken.outcome == "replaced"
    assert set(submitted(classroom).values()) == {"new"}
    kept = everything(classroom / taken.kept)
    assert kept == {name.removeprefix("amina.k/addressing/"): data for name, data in before.items()}


def test_an_older_one_is_left_alone_and_said(take, classroom):
    take(("a.zip", bundle("amina.k", "new", NOW)))
    before = everything(classroom)
    (left,) = take(("b.zip", bundle("amina.k", "old", EARLY))).submissions
    assert left.outcome == "older"
    assert everything(classroom) == before
    (taken,) = take(("b.zip", bundle("amina.k", "old", EARLY)), replace=True).submissions
    assert set(submitted(classroom).values()) == {"old"}
    assert b'"new"' in b"".join(everything(classroom / taken.kept).values())


def test_again_changes_nothing(take, classroom):
    files = [("a.zip", bundle("amina.k")), ("b.zip", bundle("salesi.t"))]
    take(*files)
    before = everything(classroom)
    assert {item.outcome for item in take(*files).submissions} == {"same"}
    assert everything(classroom) == before


def test_what_nbgrader_collected_stays_beside_the_lessons(take, classroom):
    folder = classroom / "submitted" / "amina.k" / "addressing"
    folder.mkdir(parents=True)
    (folder / "data.txt").write_text("mine")
    (folder / "01-text.ipynb").write_bytes(notebook("old"))
    (folder / "timestamp.txt").write_text("2026-11-01 12:00:00.000000 UTC")
    (taken,) = take(("a.zip", bundle("amina.k", "new"))).submissions
    assert taken.kept == "collected/addressing/amina.k/20261101T120000Z"
    assert (folder / "data.txt").read_text() == "mine"
    assert (folder / "timestamp.txt").read_text() == "2026-11-20 12:00:00.000000 UTC"


def test_a_clock_that_is_ahead_does_not_win_for_ever(take, classroom):
    (taken,) = take(("a.zip", bundle("amina.k", "future", NOW + timedelta(days=400)))).submissions
    assert taken.time == NOW.replace(tzinfo=None)
    assert taken.notes == ["its clock was ahead; the time is now's"]
    later = NOW + timedelta(hours=2)
    take(("b.zip", bundle("amina.k", "later", later)), now=later)
    assert set(submitted(classroom).values()) == {"later"}


def test_a_dry_run_says_the_same_and_writes_nothing(take, classroom):
    take(("a.zip", bundle("amina.k", "old", EARLY)))
    before = everything(classroom)
    files = [("b.zip", bundle("amina.k", "new", NOW)), ("c.zip", bundle("salesi.t"))]
    dry = take(*files, dry_run=True)
    assert everything(classroom) == before
    assert sorted(path.name for path in classroom.iterdir()) == sorted(
        {*(name.split("/")[0] for name in before)}
    )
    assert take(*files).submissions == dry.submissions


def test_a_disk_that_fails_leaves_the_submission_that_was_there(take, classroom, monkeypatch):
    take(("a.zip", bundle("amina.k", "old", EARLY)))
    before = everything(classroom / "submitted")
    real = Path.rename

    def rename(self, target):
        if Path(target) == classroom / "submitted/amina.k/addressing" and ".new-" in str(self):
            raise OSError("No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="No space"):
        take(("b.zip", bundle("amina.k", "new", NOW)))
    assert everything(classroom / "submitted") == before

    monkeypatch.undo()
    monkeypatch.setattr(collector, "write_atomically", lambda *_: (_ for _ in ()).throw(OSError()))
    with pytest.raises(OSError):
        take(("b.zip", bundle("amina.k", "new", NOW)))
    assert everything(classroom / "submitted") == before


# --- whose it is ----------------------------------------------------------------------------------


def test_a_copied_bundle_is_flagged_and_not_taken(take, classroom):
    data = zipped({moodle("Salesi Tupou", 12, "b.zip"): bundle("amina.k")})
    result = take(("m.zip", data))
    (refused,) = result.refused
    assert "handed in by salesi.t and says that it is of amina.k: a copy?" in refused.reason
    assert '--map "Salesi Tupou=amina.k"' in refused.fix
    assert result.submissions == []
    assert not (classroom / "submitted").exists()
    (taken,) = take(("m.zip", data), mapped={"Salesi Tupou": "amina.k"}).submissions
    assert taken.student == "amina.k"


def test_a_bundle_from_a_stranger_s_folder_is_flagged_too(take):
    data = zipped({moodle("Eve Mallory", 66, "b.zip"): bundle("amina.k")})
    (refused,) = take(("m.zip", data)).refused
    assert "handed in by Eve Mallory and says that it is of amina.k" in refused.reason


def test_an_id_that_nobody_has_is_listed_with_what_to_do(run, tmp_path):
    data = zipped({moodle("Amina Koné", 11, "b.zip"): bundle("amna.k")})
    (tmp_path / "m.zip").write_bytes(data)
    result = run(tmp_path / "m.zip")
    assert result.exit_code == 1
    assert "handed in by amina.k and says that it is of 'amna.k'" in result.output
    assert '--map "amna.k=ID"' in result.output
    result = run(tmp_path / "m.zip", "--map", "amna.k=amina.k")
    assert result.exit_code == 0, result.output
    assert "1 taken" in result.output


def test_a_wrong_map_is_refused_before_anything_is_done(run, classroom, tmp_path):
    (tmp_path / "a.zip").write_bytes(bundle("amina.k"))
    for entry in ("x=nobody", "nothing", "=amina.k"):
        result = run(tmp_path / "a.zip", "--map", entry)
        assert result.exit_code == 1
        assert "WRONG=RIGHT" in result.output
    assert not (classroom / "submitted").exists()


def test_a_name_that_two_have_is_listed_with_both(take, classroom, tmp_path):
    enrol(classroom, tmp_path, MOODLE + "Amina,Koné,amina.k2,amina2@example.com\n")
    name = moodle("Amina Koné", 11, "01-text.ipynb")
    (refused,) = take(("m.zip", zipped({name: notebook("x")}))).refused
    assert refused.reason == "Several learners are called so: amina.k, amina.k2."
    data = zipped({moodle("Amina Koné", 11, "b.zip"): bundle("amina.k2")})
    (taken,) = take(("m.zip", data)).submissions
    assert taken.student == "amina.k2"


def test_what_map_taught_is_remembered_for_the_participant(take, classroom):
    name = moodle("Eve Mallory", 66, "01-text.ipynb")
    take(("m.zip", zipped({name: notebook("x")})), mapped={"Eve Mallory": "salesi.t"})
    (taken,) = take(("m.zip", zipped({name: notebook("y")}, NOW + timedelta(days=1)))).submissions
    assert taken.student == "salesi.t"


def test_anonymous_marking_takes_the_bundle_s_word_but_not_two(take, classroom):
    one = {moodle("Participant", 66, "b.zip"): bundle("amina.k")}
    two = {moodle("Participant", 67, "b.zip"): bundle("amina.k")}
    assert take(("m.zip", zipped({**one, **two}))).submissions == []
    assert len(take(("m.zip", zipped({**one, **two}))).refused) == 2
    assert [item.student for item in take(("m.zip", zipped(one))).submissions] == ["amina.k"]


def test_a_guest_s_bundle_is_of_whom_the_platform_says_with_a_note(take):
    data = zipped({moodle("Amina Koné", 11, "b.zip"): bundle("guest")})
    (taken,) = take(("m.zip", data)).submissions
    assert taken.student == "amina.k"
    assert "as a guest" in taken.notes[0]
    assert len(take(("b.zip", bundle("guest"))).refused) == 1


def test_without_a_roster_it_says_how_to_make_one(room, tmp_path):
    (room / "release" / "addressing").mkdir(parents=True)
    (room / "release" / "addressing" / "01-text.ipynb").write_bytes(notebook(""))
    (tmp_path / "a.zip").write_bytes(bundle("amina.k"))
    result = CliRunner().invoke(app, ["collect", str(tmp_path / "a.zip"), "--classroom", str(room)])
    assert result.exit_code == 1
    assert "ipv6course roster FILE.csv" in result.output


# --- two hundred, and ten bad ones ----------------------------------------------------------------


def link():
    info = zipfile.ZipInfo("Link 9_909_assignsubmission_file_/01-text.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def bad_ones():
    """Return bad submissions of ten kinds: the path in Moodle's zip, content, and the reason."""
    whole = bundle("student001")
    flipped = whole[:200] + bytes([whole[200] ^ 255]) + whole[201:]
    bomb = zipped({"01-text.ipynb": bytes(5_000_000)})
    nested = zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped({})})})})})
    return {
        moodle("Bad 1", 901, "cut.zip"): (whole[: len(whole) // 2], "not a zip file"),
        moodle("Bad 2", 902, "flip.zip"): (flipped, "damaged"),
        moodle("Bad 3", 903, "bomb.zip"): (bomb, "times smaller"),
        moodle("Bad 4", 904, "deep.zip"): (nested, "too many zip files"),
        moodle("Bad 5", 905, "up.zip"): (zipped({"../../01-text.ipynb": notebook("x")}), "'..'"),
        moodle("Bad 6", 906, "essay.docx"): (b"\xd0\xcf an essay", "no bundle and no notebook"),
        moodle("Bad 7", 907, "01-text.ipynb"): (b'{"cells": [', "no whole notebook"),
        moodle("Student 002", 908, "copy.zip"): (whole, "a copy?"),
        link(): (b"/etc/passwd", "link"),
        moodle("Bad \u202e10", 910, "x.zip"): (whole, "U+202E"),
    }


def test_every_good_one_of_two_hundred_lands_and_every_bad_one_is_named(run, classroom, tmp_path):
    people = "".join(f"Student,{n:03},student{n:03},s{n}@example.com\n" for n in range(200))
    enrol(classroom, tmp_path, MOODLE.splitlines()[0] + "\n" + people)
    bad = bad_ones()
    good = {
        moodle(f"Student {n:03}", n + 1, f"b{n}.zip"): bundle(f"student{n:03}", f"work {n}")
        for n in range(200)
    }
    path = tmp_path / "Course-Addressing-7.zip"
    path.write_bytes(zipped({**good, **{name: data for name, (data, _why) in bad.items()}}))

    result = run(path)
    assert result.exit_code == 1
    output = " ".join(result.output.split())
    assert submitted(classroom) == {
        f"student{n:03}/{lesson}": f"work {n}" for n in range(200) for lesson in LESSONS
    }
    assert "200 taken, 0 left as they are, 10 refused" in output
    for name, (_data, why) in bad.items():
        text = name if isinstance(name, str) else name.filename
        start = output.index(text.replace("\u202e", "\\u202e"))
        assert why is None or why in output[start : start + 300], (
            text,
            output[start : start + 300],
        )
    for data in good.values():
        assert receipt(data) in output

    before = everything(classroom)
    assert "0 taken, 200 left as they are, 10 refused" in " ".join(run(path).output.split())
    assert everything(classroom) == before


# --- hostile names --------------------------------------------------------------------------------

NAMES = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["..", "/", "\\", "C:", "amina.k", "_", "12", "_assignsubmission_file_", "01-text",
             ".ipynb", ".zip", "\0", "\u202e", "submitted", "work", "-1", "LATE", "~", "$HOME", "*"]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True), learner=st.text(max_size=20))
def test_no_name_leads_out_of_the_classroom_or_to_an_exception(
    take, classroom, tmp_path, names, learner
):
    outside = {path.name for path in tmp_path.iterdir()} | {"in"}
    contents = [notebook("x"), bundle("amina.k"), bundle(learner or "x"), zipped({"a": b""})]
    files = {}
    for number, name in enumerate(names):
        info = zipfile.ZipInfo("x")
        info.filename = name.encode("utf-8", "replace").decode() or "x"
        files[info] = contents[number]
    result = take(("m.zip", zipped(files)))
    assert {path.name for path in tmp_path.iterdir()} <= outside
    known = {"amina.k", "salesi.t", "sean.o"}
    for name in everything(classroom):
        parts = name.split("/")
        assert parts[0] in {"nbgrader_config.py", "gradebook.db", "roster.csv", "release",
                            "submitted", "collected"}  # fmt: skip
        assert parts[0] != "submitted" or parts[1] in known
    assert all(item.reason for item in result.refused)
