"""Bundles: what is put in comes out, damage is refused with its reason, and no work is lost."""

import hashlib
import io
import json
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.classroom import bundle as bundle_module
from ipv6course.classroom import identity
from ipv6course.classroom.bundle import (
    REASONS,
    BundleError,
    is_bundle_name,
    make_bundle,
    read_bundle,
    receipt_of,
    restore,
)

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
WORK = {"addressing/01-text.ipynb": b'{"a": 1}', "addressing/02-kind.ipynb": b"{}"}


@pytest.fixture
def learner(course_home):
    """A learner's folder with some work in it."""
    identity.tell("Amina.K")
    for name, data in WORK.items():
        write(course_home / "work" / name, data)
    write(course_home / "work" / "plan" / "01-tree.ipynb", b"[]")
    write(course_home / ".ipv6-course" / "progress" / "addressing" / "01-text" / "a-1.json", b"1")
    return course_home


def write(path: Path, data: bytes, time: datetime = NOW):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (time.timestamp(), time.timestamp()))


def contents(folder: Path):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def rebuilt(data, change=lambda _manifest: None, add=(), leave=(), method=zipfile.ZIP_DEFLATED):
    """Make a bundle anew with a changed manifest, and with members more or fewer."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, content in {**files, **dict(add)}.items():
            if name not in leave:
                archive.writestr(name, content)
    return file.getvalue()


def refusal(data):
    with pytest.raises(BundleError) as error:
        read_bundle(data)
    return error.value.reason


# --- making and reading ---------------------------------------------------------------------------


def test_what_is_put_in_comes_out(learner):
    path = make_bundle("handed-in", "addressing", NOW)
    bundle = read_bundle(path.read_bytes())
    assert bundle.files == {
        **{f"work/{name}": data for name, data in WORK.items()},
        "progress/addressing/01-text/a-1.json": b"1",
    }
    assert (bundle.kind, bundle.learner, bundle.assignment) == (
        *("handed-in", "amina.k", "addressing"),
    )
    assert bundle.time == NOW
    assert path.name == "ipv6-amina.k-addressing-20261123T100000Z.zip"


def test_the_receipt_is_the_sha_256_of_the_file(learner):
    data = make_bundle("saved", "", NOW).read_bytes()
    assert read_bundle(data).receipt == receipt_of(data) == hashlib.sha256(data).hexdigest()


def test_the_same_work_gives_the_same_bytes(learner, monkeypatch):
    first = make_bundle("saved", "", NOW).read_bytes()
    for path in (learner / "work").rglob("*.ipynb"):
        os.utime(path, (1, 1))
    assert make_bundle("saved", "", NOW + timedelta(microseconds=5)).read_bytes() == first
    assert make_bundle("saved", "", NOW + timedelta(seconds=1)).read_bytes() != first


def test_every_module_goes_in_unless_one_is_named(learner):
    names = set(read_bundle(make_bundle("saved", "", NOW).read_bytes()).files)
    assert {"work/plan/01-tree.ipynb", "work/addressing/01-text.ipynb"} <= names


def test_nothing_and_nobody_are_refused(course_home):
    with pytest.raises(BundleError) as nothing:
        make_bundle("saved")
    write(course_home / "work" / "addressing" / "01-text.ipynb", b"{}")
    with pytest.raises(BundleError) as guest:
        make_bundle("handed-in")
    assert (nothing.value.reason, guest.value.reason) == ("nothing", "who")
    assert not (course_home / "bundles").exists()
    assert read_bundle(make_bundle("saved").read_bytes()).learner == "guest"


def test_files_that_are_no_lessons_stay_out(learner):
    for name in ("addressing/.hidden.ipynb", "addressing/notes.txt", "Bad Module/x.ipynb"):
        write(learner / "work" / name, b"x")
    data = make_bundle("saved", "", NOW).read_bytes()
    assert all(is_bundle_name(name) for name in read_bundle(data).files)
    assert b"hidden" not in data


# --- damage ---------------------------------------------------------------------------------------


@pytest.fixture
def data(learner):
    return make_bundle("handed-in", "addressing", NOW).read_bytes()


def set_to(key, value):
    return lambda manifest: manifest.update({key: value})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (set_to("format", 2), "newer"),
        (set_to("kind", "stolen"), "manifest"),
        (set_to("assignment", "../up"), "manifest"),
        (set_to("assignment", None), "manifest"),
        (set_to("learner", "a/b"), "manifest"),
        (set_to("learner", ""), "manifest"),
        (set_to("learner", "a\u202eb"), "manifest"),
        (set_to("learner", 7), "manifest"),
        (set_to("time", "yesterday"), "manifest"),
        (set_to("time", 0), "manifest"),
        (set_to("time", "0001-01-01T00:00:00+14:00"), "manifest"),
        (set_to("files", []), "manifest"),
        (set_to("files", {"work/a/b.ipynb": "0"}), "manifest"),
        (lambda manifest: manifest.pop("time"), "manifest"),
        (lambda manifest: manifest["files"].popitem(), "foreign"),
        (lambda manifest: manifest["files"].update({"work/a/b.ipynb": "0" * 64}), "missing"),
        (lambda manifest: manifest["files"].update({"\ud800": "0" * 64}), "missing"),
    ],
)
def test_a_manifest_that_is_not_right_is_refused(data, change, reason):
    assert refusal(rebuilt(data, change)) == reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"add": {"run.sh": b""}}, "foreign"),
        ({"add": {"work/addressing/01-text.ipynb": b"other"}}, "changed"),
        ({"add": {"../up": b""}}, "foreign"),
        ({"leave": ["work/addressing/01-text.ipynb"]}, "missing"),
        ({"method": zipfile.ZIP_BZIP2}, "unreadable"),
    ],
)
def test_files_that_are_not_right_are_refused(data, more, reason):
    assert refusal(rebuilt(data, **more)) == reason


def test_a_foreign_name_is_refused_even_if_the_manifest_has_it(data):
    digest = hashlib.sha256(b"").hexdigest()
    change = lambda manifest: manifest["files"].update({"run.sh": digest})  # noqa: E731
    assert refusal(rebuilt(data, change, add={"run.sh": b""})) == "foreign"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["manifest.json", "work/addressing/01-text.ipynb"])
def test_a_file_that_is_there_twice_is_refused(data, name):
    file = io.BytesIO(data)
    with zipfile.ZipFile(file) as archive:
        content = archive.read(name)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, content)
    assert refusal(file.getvalue()) == "twice"


def test_what_is_no_bundle_says_so():
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("01-text.ipynb", "{}")
    assert refusal(empty.getvalue()) == "not-a-bundle"
    assert refusal(b"{}") == refusal(b"") == "unreadable"


def example_bundle(tmp_path):
    os.environ["COURSE_HOME"] = str(tmp_path)
    identity.tell("amina.k")
    for name, content in WORK.items():
        write(tmp_path / "work" / name, content)
    return make_bundle("handed-in", "addressing", NOW).read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("COURSE_HOME", "")
    yield example_bundle(tmp_path_factory.mktemp("home"))
    patch.undo()


@settings(max_examples=300)
@given(st.data())
def test_any_flipped_byte_is_refused_or_changes_nothing(whole, data):
    place = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    spoilt = bytearray(whole)
    spoilt[place] ^= flip
    try:
        bundle = read_bundle(bytes(spoilt))
    except BundleError as error:
        assert error.reason in REASONS
    else:
        assert bundle.files == read_bundle(whole).files
        assert bundle.receipt != receipt_of(whole)


@settings(max_examples=100)
@given(st.data())
def test_any_cut_is_refused(whole, data):
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert refusal(whole[:cut]) in REASONS


# --- taking back ----------------------------------------------------------------------------------


def outcomes(bundle, **options):
    return {item.name: item.outcome for item in restore(bundle, **options)}


def test_a_fresh_home_gets_everything_back(data, learner, tmp_path, monkeypatch):
    before = contents(learner / "work" / "addressing")
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "fresh"))
    bundle = read_bundle(data)
    assert set(outcomes(bundle, dry_run=True).values()) == {"new"}
    assert not (tmp_path / "fresh").exists()
    assert set(outcomes(bundle).values()) == {"new"}
    assert contents(tmp_path / "fresh" / "work" / "addressing") == before
    assert identity.current().id == "amina.k"
    assert set(outcomes(bundle).values()) == {"same"}


def test_newer_work_stays(data, learner):
    newer = learner / "work" / "addressing" / "01-text.ipynb"
    write(newer, b"newer", NOW + timedelta(hours=1))
    found = outcomes(read_bundle(data))
    assert found["work/addressing/01-text.ipynb"] == "kept"
    assert newer.read_bytes() == b"newer"


@pytest.mark.parametrize("hours", [-1, 1])
def test_work_that_is_replaced_is_kept_beside(data, learner, hours):
    path = learner / "work" / "addressing" / "01-text.ipynb"
    for number in ("", "-2", "-3"):
        mine = f"mine{number}".encode()
        write(path, mine, NOW + timedelta(hours=hours))
        items = restore(read_bundle(data), replace_newer=hours > 0)
        (item,) = (item for item in items if item.outcome == "replaced")
        assert item.beside == f"work/addressing/01-text.before-restore{number}.ipynb"
        assert (learner / item.beside).read_bytes() == mine
        assert path.read_bytes() == WORK["addressing/01-text.ipynb"]


def test_a_dry_run_of_taking_back_writes_nothing(data, learner):
    write(learner / "work" / "addressing" / "01-text.ipynb", b"old", NOW - timedelta(hours=1))
    before = contents(learner)
    assert "replaced" in outcomes(read_bundle(data), dry_run=True).values()
    assert contents(learner) == before


def test_progress_that_is_there_stays(data, learner):
    record = learner / ".ipv6-course" / "progress" / "addressing" / "01-text" / "a-1.json"
    write(record, b"2")
    restore(read_bundle(data), replace_newer=True)
    assert record.read_bytes() == b"2"


def test_another_learners_bundle_is_refused_and_nothing_is_written(data, learner):
    identity.tell("tupou.f")
    write(learner / "work" / "addressing" / "01-text.ipynb", b"mine", NOW - timedelta(days=1))
    before = contents(learner)
    with pytest.raises(BundleError) as error:
        restore(read_bundle(data))
    assert error.value.reason == "other-learner"
    assert contents(learner) == before


def test_a_full_disk_leaves_every_file_whole(data, learner, monkeypatch):
    write(learner / "work" / "addressing" / "01-text.ipynb", b"mine", NOW - timedelta(days=1))
    real, calls = bundle_module.write_atomically, []

    def full(path, content, **options):
        calls.append(path)
        if len(calls) > 1:
            raise OSError("No space left on device")
        real(path, content, **options)

    monkeypatch.setattr(bundle_module, "write_atomically", full)
    with pytest.raises(OSError, match="No space"):
        restore(read_bundle(data))
    work = contents(learner / "work" / "addressing")
    assert work["01-text.ipynb"] == b"mine"
    assert set(work.values()) <= {b"mine", *WORK.values()}
