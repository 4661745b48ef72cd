"""Publishing: the same bytes every time, nothing of the instructor's, nobody's work lost."""

import base64
import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from ipv6course.authoring import publish as publisher
from ipv6course.authoring.build import build, built_notebooks
from ipv6course.authoring.learner_wheel import learner_wheel, wheel_name
from ipv6course.authoring.publish import RECORD, PublishError, publish
from ipv6course.commands import app
from ipv6course.commands.publish import publish_course
from ipv6course.places import modules_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "pyodide"))
from browser_wheels import course_wheel

FILES = {"README.md": b"read me\n", "work/tiny/01-double.ipynb": b"{}\n", "start": b"#!\n"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The built course."""
    folder = tmp_path_factory.mktemp("course")
    build(folder)
    return folder


@pytest.fixture
def published(tmp_path):
    """A small publication."""
    publish(FILES, tmp_path / "published")
    return tmp_path / "published"


def tree(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def outcomes(changes):
    return {change.name: change.outcome for change in changes}


# --- What is published --------------------------------------------------------------------------


def test_the_same_version_gives_the_same_bytes(course, tmp_path, monkeypatch):
    publish_course(tmp_path / "one", course)
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "somebody-else"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build(tmp_path / "another-build")
    publish_course(tmp_path / "two", tmp_path / "another-build")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert str(tmp_path).encode() not in b"".join(tree(tmp_path / "one").values())


def test_it_has_every_released_notebook_and_the_home_page(course, tmp_path):
    publish_course(tmp_path / "out", course)
    published = tree(tmp_path / "out")
    for name, path in built_notebooks(course, "release").items():
        assert published[f"work/{name}"] == path.read_bytes()
    assert json.loads(published["home.ipynb"])["metadata"]["ipv6course"]["home"] is True
    listed = json.loads(published[".ipv6-course/course.json"])
    assert len(built_notebooks(course, "release")) == sum(len(one["lessons"]) for one in listed)


def regions(text):
    """The lines between nbgrader's BEGIN and END marks, longer than what a stub may share."""
    found = re.findall(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", text, re.DOTALL)
    lines = {line.strip() for region in found for line in region.splitlines()}
    return {line for line in lines if len(line) > 30}


def test_no_solution_answer_or_hidden_test_is_in_it(course, tmp_path):
    publish_course(tmp_path / "out", course)
    published = tree(tmp_path / "out")
    with zipfile.ZipFile(io.BytesIO(published[f"wheels/{wheel_name()}"])) as wheel:
        inside = {name: wheel.read(name) for name in wheel.namelist()}
    notebooks = {name: text for name, text in published.items() if name.endswith(".ipynb")}
    modules = {name for name in inside if "/modules/" in name}
    assert modules == {
        f"ipv6course/modules/{path.parent.name}/hints.toml"
        for path in modules_folder().glob("*/hints.toml")
    }
    assert not {name for name in inside if name.startswith("ipv6grader/")}
    cells = [
        cell.source
        for text in notebooks.values()
        for cell in nbformat.reads(text.decode(), as_version=4).cells
    ]
    lessons = "\n".join(cells)
    assert "### BEGIN" not in lessons
    secrets = set()
    for path in built_notebooks(course, "source").values():
        for cell in nbformat.read(path, as_version=4).cells:
            secrets |= regions(cell.source)
    assert len(secrets) > 50
    # What a lesson shows elsewhere in its own text is no secret.
    assert len([line for line in secrets if line in lessons]) < len(secrets) / 10
    everything = "\n".join(text.decode("utf-8", "replace") for text in inside.values())
    assert len([line for line in secrets if line in everything]) < len(secrets) / 10


def test_the_wheel_is_hatchlings_less_what_learners_do_not_get(tmp_path):
    with zipfile.ZipFile(course_wheel(tmp_path)) as wheel:
        whole = {name: wheel.read(name) for name in wheel.namelist()}
    with zipfile.ZipFile(io.BytesIO(learner_wheel())) as wheel:
        ours = {name: wheel.read(name) for name in wheel.namelist()}
        assert wheel.testzip() is None
        assert {member.date_time for member in wheel.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    written = {name for name in ours if name.rpartition("/")[2] in ("METADATA", "WHEEL", "RECORD")}
    for name in ours.keys() - written:
        assert ours[name] == whole[name], name
    lacking = {name.split("/")[0:2][-1] for name in whole.keys() - ours.keys()}
    missing = {name for name in whole.keys() - ours.keys() if not name.startswith("ipv6grader/")}
    assert lacking >= {"commands", "modules"}
    allowed = ("ipv6course/commands/", "ipv6course/modules/", "ipv6course/binder/")
    assert {name for name in missing if not name.startswith(allowed)} == {
        "ipv6course/__main__.py",
        f"ipv6_course-{version('ipv6-course')}.dist-info/entry_points.txt",
    }


def test_the_wheels_record_names_every_file_with_its_digest():
    with zipfile.ZipFile(io.BytesIO(learner_wheel())) as wheel:
        (record,) = (name for name in wheel.namelist() if name.endswith("/RECORD"))
        rows = list(csv.reader(io.StringIO(wheel.read(record).decode())))
        assert [name for name, *_ in rows] == wheel.namelist()
        for name, digest, size in rows:
            if name != record:
                right = hashlib.sha256(wheel.read(name)).digest()
                assert digest == "sha256=" + base64.urlsafe_b64encode(right).decode().rstrip("=")
                assert int(size) == len(wheel.read(name))


# --- Where it is written ------------------------------------------------------------------------


def test_a_new_version_replaces_the_old_and_leaves_what_is_the_readers_own(published):
    (published / "my notes.txt").write_text("mine")
    (published / "work" / "tiny" / "mine.ipynb").write_text("mine too")
    newer = {"README.md": b"newer\n", "start": FILES["start"], "wheels/a.whl": b"a"}
    changes = publish(newer, published)
    assert outcomes(changes) == {
        "README.md": "updated",
        "start": "same",
        "wheels/a.whl": "new",
        "work/tiny/01-double.ipynb": "removed",
    }
    found = tree(published)
    del found[RECORD]
    assert found == {
        **newer,
        "my notes.txt": b"mine",
        "work/tiny/mine.ipynb": b"mine too",
    }


def test_publishing_twice_writes_nothing_the_second_time(published):
    before = {path: path.stat().st_mtime_ns for path in published.rglob("*")}
    assert set(outcomes(publish(FILES, published)).values()) == {"same"}
    assert {path: path.stat().st_mtime_ns for path in published.rglob("*")} == before


def test_a_dry_run_says_the_same_and_writes_nothing(published, tmp_path):
    assert outcomes(publish(FILES, tmp_path / "new", dry_run=True)) == dict.fromkeys(FILES, "new")
    assert not (tmp_path / "new").exists()
    before = tree(published)
    publish({"README.md": b"newer\n"}, published, dry_run=True)
    assert tree(published) == before


def test_an_empty_folder_and_an_empty_branch_are_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "branch" / ".git").mkdir(parents=True)
    for name in ("empty", "branch"):
        publish(FILES, tmp_path / name)
        assert FILES.items() <= tree(tmp_path / name).items()


@pytest.mark.parametrize("name", ["thesis.txt", ".hidden"])
def test_a_folder_with_something_else_in_it_is_refused(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_text("years of work")
    with pytest.raises(PublishError, match=f"such as {re.escape(name)}"):
        publish(FILES, tmp_path / "folder")
    assert tree(tmp_path / "folder") == {name: b"years of work"}


def test_a_file_is_refused_as_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match="is a file"):
        publish(FILES, tmp_path / "file")


def test_changed_files_are_all_named_and_nothing_is_written(published):
    (published / "README.md").write_text("my own words")
    (published / "start").write_text("mine")
    (published / "wheels").mkdir()
    (published / "wheels" / "a.whl").write_bytes(b"not yours")
    before = tree(published)
    newer = {**FILES, "wheels/a.whl": b"a", "work/tiny/01-double.ipynb": b"{ }\n"}
    with pytest.raises(PublishError) as refusal:
        publish(newer, published)
    named = [line.strip() for line in str(refusal.value).splitlines()[1:]]
    assert sorted(named) == ["README.md", "start", "wheels/a.whl"]
    assert tree(published) == before


def test_what_is_no_longer_published_stays_where_it_was_changed(published):
    (published / "start").write_text("mine now")
    publish({"README.md": FILES["README.md"]}, published)
    assert (published / "start").read_text() == "mine now"


@pytest.mark.parametrize("link", ["README.md", "work"])
def test_a_link_is_not_followed_out_of_the_folder(published, tmp_path, link):
    outside = tmp_path / "outside"
    (published / link).rename(outside)
    (published / link).symlink_to(outside)
    before = tree(tmp_path)
    with pytest.raises(PublishError, match="Nothing was written"):
        publish(dict.fromkeys(FILES, b"newer\n"), published)
    assert tree(tmp_path) == before


def test_a_record_that_names_files_elsewhere_removes_none_of_them(published, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("dear")
    digest = hashlib.sha256(b"dear").hexdigest()
    record = json.loads((published / RECORD).read_text())
    record["files"] |= {"../victim": [digest], str(victim): [digest]}
    (published / RECORD).write_text(json.dumps(record))
    publish(FILES, published)
    assert victim.read_text() == "dear"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"files": [1]}', '{"files": {"a": 1}}'])
def test_a_record_that_cannot_be_read_is_a_sentence(published, text):
    (published / RECORD).write_text(text)
    with pytest.raises(PublishError, match=RECORD):
        publish(FILES, published)


@pytest.mark.parametrize("after", range(5))
def test_a_publication_that_was_cut_short_is_gone_on_with(published, monkeypatch, after):
    newer = {"README.md": b"newer\n", "start": b"newer\n", "wheels/a.whl": b"a"}
    whole, written = publisher.write_atomically, []

    def breaks(path, content):
        if len(written) == after:
            raise OSError(28, "No space left on device")
        written.append(path)
        whole(path, content)

    monkeypatch.setattr(publisher, "write_atomically", breaks)
    with pytest.raises(OSError, match="No space"):
        publish(newer, published)
    monkeypatch.undo()
    publish(newer, published)
    found = tree(published)
    assert json.loads(found.pop(RECORD))["files"].keys() == newer.keys()
    assert found == newer


# --- The command --------------------------------------------------------------------------------


def test_the_command_publishes_says_so_and_renews(tmp_path):
    runner, target = CliRunner(), tmp_path / "[out]"
    trial = runner.invoke(app, ["publish", str(target), "--dry-run"])
    assert (trial.exit_code, target.exists()) == (0, False), trial.output
    assert "Nothing was written" in trial.output
    first = runner.invoke(app, ["publish", str(target)])
    assert first.exit_code == 0, first.output
    assert str(target) in first.output
    count = len(tree(target)) - 1
    assert f"{count} files are unchanged" in runner.invoke(app, ["publish", str(target)]).output
    (target / "README.md").write_text("mine")
    refused = runner.invoke(app, ["publish", str(target)])
    assert refused.exit_code == 1
    assert "README.md" in refused.output
    assert "Traceback" not in refused.output
