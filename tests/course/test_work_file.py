"""Save my work, Hand in, Restore: what the home page's buttons do, without a browser."""

import os
import re
from pathlib import Path

import pytest

from ipv6course.classroom import identity
from ipv6course.classroom.bundle import make_bundle, read_bundle, receipt_of
from ipv6course.widgets.work_file import WorkFile

LESSON = "addressing/01-text.ipynb"


@pytest.fixture
def work(course_home: Path) -> Path:
    """A notebook that a learner changed."""
    path = course_home / "work" / LESSON
    path.parent.mkdir(parents=True)
    path.write_text('{"mine": 1}')
    return path


class Page:
    """The browser's side: it saves what is open, and remembers what it got."""

    def __init__(self, files: WorkFile) -> None:
        self.files, self.got = files, []
        files.session.send = self.hear

    def hear(self, content, buffers=()):
        if content["kind"] == "save-open":
            self.files.session._heard(None, {"kind": "saved-open"}, ())
        else:
            self.got.append((content["name"], bytes(buffers[0])))

    def choose(self, data):
        """Choose a file to restore."""
        self.files.session._heard(None, {"kind": "file"}, [memoryview(data)])

    def said(self):
        return re.sub(r"<[^>]*>", " ", self.files._said.value)


@pytest.fixture
def page(work: Path) -> Page:
    return Page(WorkFile([("addressing", "Addressing"), ("planning", "Planning")]))


def test_saved_work_is_downloaded_with_its_receipt(page, work):
    page.files.save.click()
    ((name, data),) = page.got
    bundle = read_bundle(data)
    assert bundle.files == {f"work/{LESSON}": b'{"mine": 1}'}
    assert (bundle.kind, bundle.learner) == ("saved", "guest")
    assert name.startswith("ipv6-guest-all-")
    assert receipt_of(data) in page.said().replace(" ", "")


def test_a_guest_hands_nothing_in_and_is_told_why(page):
    page.files.hand_in.click()
    assert page.got == []
    assert "Say on the home page who you are first" in page.said()


def test_one_module_is_handed_in_under_the_learner_s_id(page, work):
    identity.tell("Amina.K")
    page.files.module.value = "planning"
    page.files.hand_in.click()
    assert "There is no work" in page.said()
    page.files.module.value = "addressing"
    page.files.hand_in.click()
    bundle = read_bundle(page.got[0][1])
    assert (bundle.kind, bundle.assignment, bundle.learner) == (
        "handed-in",
        "addressing",
        "amina.k",
    )


def test_a_fresh_session_gets_the_work_and_the_id_back(page, work):
    identity.tell("Amina.K")
    data = make_bundle("saved").read_bytes()
    work.unlink()
    (work.parents[2] / ".ipv6-course" / "learner.json").unlink()
    told = []
    page.files._restored = lambda: told.append(identity.current().id)
    page.choose(data)
    assert work.read_text() == '{"mine": 1}'
    assert told == ["amina.k"]
    assert "Lessons taken from the file: 1." in page.said()


@pytest.mark.parametrize("answer", ["keep", "replace"])
def test_newer_work_is_replaced_only_if_the_learner_says_so(page, work, answer):
    data = make_bundle("saved").read_bytes()
    work.write_text('{"mine": "newer"}')
    newer = work.stat().st_mtime + 60
    os.utime(work, (newer, newer))
    page.choose(data)
    assert "Newer here: addressing/01-text.ipynb." in page.said()
    assert page.files._question.layout.display is None
    assert work.read_text() == '{"mine": "newer"}'

    getattr(page.files, answer).click()
    beside = work.with_name("01-text.before-restore.ipynb")
    if answer == "keep":
        assert work.read_text() == '{"mine": "newer"}'
        assert not beside.exists()
    else:
        assert work.read_text() == '{"mine": 1}'
        assert beside.read_text() == '{"mine": "newer"}'
    assert page.files._question.layout.display == "none"


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused_and_changes_nothing(page, work, data):
    page.choose(data)
    assert "This file is not taken." in page.said()
    assert work.read_text() == '{"mine": 1}'


def test_another_learner_s_file_is_refused(page, work):
    identity.tell("Amina.K")
    data = make_bundle("saved").read_bytes()
    identity.tell("josé")
    page.choose(data)
    assert "It belongs to amina.k, and you are josé." in page.said()
