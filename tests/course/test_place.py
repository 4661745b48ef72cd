"""Placing built files where somebody works: their work is never overwritten."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ipv6course.authoring import place as subject
from ipv6course.authoring.place import Placed, place

NAME = "addressing/01-text.ipynb"


class Desk:
    """A built file, a folder where somebody works, and the record between them."""

    def __init__(self, folder: Path):
        self.built, self.work = folder / "built.ipynb", folder / "work"
        self.record = folder / "placed.json"
        self.mine = self.work / NAME

    def place(self, text: str, *, dry_run: bool = False) -> Placed:
        self.built.write_text(text, encoding="utf-8")
        (placed,) = place({NAME: self.built}, self.work, self.record, dry_run=dry_run)
        return placed

    def files(self) -> dict[str, str]:
        return {
            path.relative_to(self.work).as_posix(): path.read_text(encoding="utf-8")
            for path in self.work.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_new_file_is_placed_and_placed_again_if_deleted(desk):
    assert desk.place("v1") == Placed(NAME, "new")
    assert desk.place("v1") == Placed(NAME, "same")
    desk.mine.unlink()
    assert desk.place("v1") == Placed(NAME, "new")
    assert desk.files() == {NAME: "v1"}


def test_a_file_that_nobody_touched_is_updated(desk):
    desk.place("v1")
    assert desk.place("v2") == Placed(NAME, "updated")
    assert desk.place("v1") == Placed(NAME, "updated"), "also back to an older one"
    assert desk.files() == {NAME: "v1"}


def test_changed_work_stays_and_a_newer_version_is_offered_beside_it_once(desk):
    desk.place("v1")
    desk.mine.write_text("my work")
    assert desk.place("v1") == Placed(NAME, "kept"), "there is nothing newer"
    beside = "addressing/01-text.new.ipynb"
    assert desk.place("v2") == Placed(NAME, "beside", beside)
    assert desk.place("v2") == Placed(NAME, "kept")
    assert desk.files() == {NAME: "my work", beside: "v2"}

    (desk.work / beside).unlink()
    assert desk.place("v2") == Placed(NAME, "kept"), "they threw the offer away"
    (desk.work / beside).write_text("my work on v2")
    assert desk.place("v3") == Placed(NAME, "beside", "addressing/01-text.new-2.ipynb")
    assert desk.files()[beside] == "my work on v2"


def test_who_takes_the_offered_version_gets_updates_again(desk):
    desk.place("v1")
    desk.mine.write_text("my work")
    desk.place("v2")
    (desk.work / "addressing/01-text.new.ipynb").replace(desk.mine)
    assert desk.place("v2") == Placed(NAME, "same")
    assert desk.place("v3") == Placed(NAME, "updated")


def test_a_file_that_was_there_before_the_course_is_work_too(desk):
    desk.mine.parent.mkdir(parents=True)
    desk.mine.write_text("notes of mine")
    assert desk.place("v1").outcome == "beside"
    assert desk.files()[NAME] == "notes of mine"


def test_work_that_is_no_text_any_more_is_kept(desk):
    desk.place("v1")
    desk.mine.write_bytes(b"\xff\xfe\x00broken")
    assert desk.place("v2").outcome == "beside"
    assert desk.mine.read_bytes() == b"\xff\xfe\x00broken"


def test_a_dry_run_says_the_same_and_writes_nothing(desk):
    def everything(folder):
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    for prepare in (
        lambda: None,
        lambda: desk.place("v1"),
        lambda: desk.mine.write_text("my work"),
        lambda: desk.mine.unlink(),
    ):
        prepare()
        desk.built.write_text("v2")
        before = everything(desk.work.parent)
        outcome = desk.place("v2", dry_run=True)
        assert everything(desk.work.parent) == before
    assert outcome == Placed(NAME, "new")


@pytest.mark.parametrize("record", ["", "{", "[]", '"text"', json.dumps({NAME: 3}), '{"x": null}'])
def test_a_record_that_was_lost_costs_nobody_s_work(desk, record):
    desk.place("v1")
    desk.mine.write_text("my work")
    desk.record.write_text(record)
    assert desk.place("v1").outcome == "beside"
    assert desk.place("v1").outcome == "kept"
    assert desk.files()[NAME] == "my work"


def test_a_write_that_fails_leaves_the_old_text_and_can_be_repeated(desk, monkeypatch):
    desk.place("v1")
    real = subject.write_atomically

    def full(path, text, **options):
        if path == desk.mine:
            raise OSError("No space left on device")
        real(path, text, **options)

    monkeypatch.setattr(subject, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        desk.place("v2")
    assert desk.files() == {NAME: "v1"}
    monkeypatch.undo()
    assert desk.place("v2") == Placed(NAME, "updated")


def test_a_crash_before_the_record_was_written_is_made_good(desk, monkeypatch):
    real = subject.write_atomically

    def crash(path, text, **options):
        if path == desk.record:
            raise OSError("power cut")
        real(path, text, **options)

    monkeypatch.setattr(subject, "write_atomically", crash)
    with pytest.raises(OSError, match="power cut"):
        desk.place("v1")
    monkeypatch.undo()
    desk.place("v1")
    assert desk.place("v2") == Placed(NAME, "updated")


def test_what_was_placed_before_a_failure_is_remembered(tmp_path, monkeypatch):
    sources = {}
    for name in ("a.ipynb", "b.ipynb"):
        sources[name] = tmp_path / name
        sources[name].write_text(name)
    (tmp_path / "work" / "b.ipynb").mkdir(parents=True)  # a folder stands in its way
    with pytest.raises(OSError):
        place(sources, tmp_path / "work", tmp_path / "placed.json")
    assert list(json.loads((tmp_path / "placed.json").read_text())) == ["a.ipynb"]


class Deskwork(RuleBasedStateMachine):
    """Any order of releases, edits and deletions."""

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name))
        self.release = self.edits = 0
        self.work: dict[str, str] = {}
        """What the learner wrote, by path: it must be there until they delete it."""
        self.offered: set[str] = set()

    def teardown(self):
        self.folder.cleanup()

    @rule()
    def write_a_new_release(self):
        self.release += 1

    @rule(back=st.integers(0, 3))
    def open_the_course(self, back):
        text = f"release {max(self.release - back, 0)}"
        placed = self.desk.place(text)
        if placed.outcome == "beside":
            assert text not in self.offered, "offered twice"
            self.offered.add(text)
            assert self.desk.files()[placed.beside] == text
        elif placed.outcome in ("new", "updated", "same"):
            assert self.desk.files()[NAME] == text
            assert NAME not in self.work
            self.offered.add(text)
        assert self.desk.place(text).outcome in ("same", "kept")

    @precondition(lambda self: self.desk.work.exists() and self.desk.files())
    @rule(data=st.data())
    def edit(self, data):
        name = data.draw(st.sampled_from(sorted(self.desk.files())))
        self.edits += 1
        self.work[name] = f"work {self.edits}"
        (self.desk.work / name).write_text(self.work[name])

    @precondition(lambda self: self.desk.work.exists() and self.desk.files())
    @rule(data=st.data())
    def delete(self, data):
        name = data.draw(st.sampled_from(sorted(self.desk.files())))
        self.work.pop(name, None)
        (self.desk.work / name).unlink()

    @invariant()
    def all_work_is_there(self):
        if self.desk.work.exists():
            files = self.desk.files()
            assert {name: files.get(name) for name in self.work} == self.work


TestNoOrderOfThingsLosesWork = Deskwork.TestCase
TestNoOrderOfThingsLosesWork.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, derandomize=True
)
