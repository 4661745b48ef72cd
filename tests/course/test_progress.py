"""Progress: whole files or none, whoever writes at the same time, and whatever is left over."""

import json
import multiprocessing
import os
import signal
import time
from datetime import datetime

import pytest

from ipv6course.classroom.progress import passed, record_passed
from ipv6course.places import write_atomically

LESSON = "addressing/01-text"


def test_a_check_passes_once_and_for_all(course_home):
    assert passed(LESSON) == set()
    record_passed(LESSON, "full-form-1")
    (path,) = course_home.rglob("*.json")
    first = path.read_bytes()
    record_passed(LESSON, "full-form-1")
    record_passed(LESSON, "full-form-2")

    assert path.read_bytes() == first
    assert datetime.fromisoformat(json.loads(first)["passed"]).tzinfo is not None
    assert passed(LESSON) == {"full-form-1", "full-form-2"}
    assert passed("orientation/01-start") == set()


def test_two_folders_of_progress_merge_by_copying(course_home):
    record_passed(LESSON, "full-form-1")
    folder = course_home / ".ipv6-course" / "progress" / LESSON
    (folder / "from-elsewhere-1.json").write_text("anything")
    assert passed(LESSON) == {"full-form-1", "from-elsewhere-1"}


def test_what_a_killed_writer_left_over_is_no_progress(course_home):
    record_passed(LESSON, "full-form-1")
    folder = course_home / ".ipv6-course" / "progress" / LESSON
    (folder / ".full-form-2.json.k3x9").write_text('{"pas')
    (folder / ".full-form-3.json").write_text("")
    (folder / "notes.txt").write_text("")
    assert passed(LESSON) == {"full-form-1"}


def _write_on(path):
    number = 0
    while True:
        number += 1
        write_atomically(path, f"{number % 10}" * 200_000)


def test_a_writer_that_is_killed_leaves_only_whole_files(tmp_path):
    path, end = tmp_path / "big.txt", time.monotonic() + 1.5
    for looks in range(1, 40, 3):  # killed a little later each time
        path.unlink(missing_ok=True)
        writer = multiprocessing.get_context("fork").Process(target=_write_on, args=(path,))
        writer.start()
        seen = 0
        while seen < looks and time.monotonic() < end + 10:
            if path.exists():
                text, seen = path.read_text(), seen + 1
                assert text == text[:1] * 200_000
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        text = path.read_text()
        assert text == text[:1] * 200_000
        if time.monotonic() > end:
            break


def _record_all(barrier):
    barrier.wait()
    for number in range(40):
        record_passed(LESSON, f"check-{number}")


def test_two_processes_record_at_once(course_home):
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2)
    writers = [context.Process(target=_record_all, args=(barrier,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(20)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert passed(LESSON) == {f"check-{number}" for number in range(40)}
    files = list((course_home / ".ipv6-course" / "progress" / LESSON).iterdir())
    assert len(files) == 40, "no temporary file is left"
    assert all("passed" in json.loads(path.read_text()) for path in files)


def test_a_write_that_fails_leaves_the_old_text_and_no_scrap(tmp_path, monkeypatch):
    path = tmp_path / "file.json"
    write_atomically(path, "old")

    def full(handle):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".file*")) == []


def test_only_a_private_file_is_hidden_from_others(tmp_path):
    write_atomically(tmp_path / "shown", "x")
    write_atomically(tmp_path / "token", "x", private=True)
    assert (tmp_path / "shown").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
