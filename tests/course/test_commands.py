"""The `ipv6course` command: what it makes, what it leaves alone, and what it says."""

import json
import socket
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

import ipv6course.commands.doctor as doctor_module
from ipv6course.commands import app, lab
from ipv6course.places import modules_folder


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *arguments, **environ: runner.invoke(app, [*map(str, arguments)], env=environ)


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    """A learner's folder in which the course is built already."""
    home = tmp_path_factory.mktemp("home")
    result = CliRunner().invoke(app, ["build"], env={"COURSE_HOME": str(home)})
    assert result.exit_code == 0, result.output
    return home


@pytest.fixture
def built(built_once, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(built_once))
    return built_once


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def one_line(result):
    return " ".join(result.output.split())


# --- build --------------------------------------------------------------------------------------


def test_build_says_what_it_did_and_where(run, built, tmp_path):
    again = run("build")
    assert again.exit_code == 0
    assert "0 built" in again.output
    assert str(built / ".ipv6-course" / "build") in again.output


def test_build_into_another_folder(run, tmp_path):
    result = run("build", "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    lessons = sorted(modules_folder().glob("*/[0-9][0-9]-*.md"))
    assert f"{len(lessons)} built, 0 unchanged" in result.output
    assert str(tmp_path / "out") in result.output
    for stage in ("source", "release"):
        assert len(list((tmp_path / "out" / stage).glob("*/*.ipynb"))) == len(lessons)


def test_a_folder_that_misleads_nbgrader_is_a_sentence_with_the_whole_name(run, tmp_path):
    result = run("build", "--output", tmp_path / "[out]")
    assert result.exit_code == 1
    assert f"nbgrader makes no release in {tmp_path / '[out]'}" in result.output
    assert "Traceback" not in result.output


def test_a_malformed_lesson_ends_the_build_with_file_line_and_fix(run, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("ipv6course.authoring.build.modules_folder", lambda: tiny.modules)
    tiny.change(tiny.lesson, "`2001:db8::1`", "`2001:4860::1`")
    result = run("build", "--output", tmp_path / "out")
    line = tiny.line(tiny.lesson, "2001:4860")
    assert result.exit_code == 1
    assert f"{tiny.lesson}:{line}: 2001:4860::1 is somebody's address" in result.output
    assert "fix: use 2001:db8::/32" in result.output
    assert "Traceback" not in result.output


def test_an_outline_that_cannot_be_read_is_a_sentence(run, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("ipv6course.authoring.build.modules_folder", lambda: tiny.modules)
    (tiny.modules / "course.toml").write_text("modules = [")
    result = run("build", "--output", tmp_path / "out")
    assert (result.exit_code, "course.toml" in result.output) == (1, True)
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["build"], ["lab"], ["classroom", "room"]])
def test_a_course_home_that_is_a_file_is_refused_with_what_to_do(
    run, course_home, tmp_path, monkeypatch, command
):
    monkeypatch.chdir(tmp_path)
    course_home.write_text("")
    result = run(*command)
    assert result.exit_code == 1
    assert "COURSE_HOME" in result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert not (tmp_path / "room").exists()


# --- classroom ----------------------------------------------------------------------------------


def test_classroom_makes_an_nbgrader_course_root(run, built, tmp_path):
    room = tmp_path / "room"
    result = run("classroom", room)
    assert result.exit_code == 0, result.output
    assert (room / "nbgrader_config.py").is_file()
    sources = {
        path.relative_to(room / "source").with_suffix("").as_posix()
        for path in room.glob("source/*/*")
    }
    modules = modules_folder()
    assert sources == {
        path.relative_to(modules).with_suffix("").as_posix()
        for path in modules.glob("*/[0-9][0-9]-*.md")
    }
    assert "nbgrader generate_assignment" in result.output


def test_a_dry_run_writes_no_classroom(run, built, tmp_path):
    room = tmp_path / "room"
    result = run("classroom", room, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Nothing was written" in one_line(result)
    assert not room.exists()

    run("classroom", room)
    (room / "nbgrader_config.py").write_text("# mine\n")
    before = contents(room)
    assert "left as you changed it" in one_line(run("classroom", room, "--dry-run"))
    assert contents(room) == before


def test_what_the_instructor_changed_and_graded_stays(run, built, tmp_path):
    room = tmp_path / "room"
    run("classroom", room)
    (room / "gradebook.db").write_bytes(b"grades")
    (room / "nbgrader_config.py").write_text("# mine\n")
    edited, untouched, *_others = sorted(room.glob("source/*/*.ipynb"))
    edited.write_text("my own lesson")
    untouched_before = untouched.read_bytes()
    for folder in ("submitted", "autograded", "feedback"):
        (room / folder / "amina.k").mkdir(parents=True)
        (room / folder / "amina.k" / "file").write_text(folder)
    before = contents(room)

    result = run("classroom", room)
    assert result.exit_code == 0, result.output
    assert contents(room) == before
    assert untouched.read_bytes() == untouched_before
    name = edited.relative_to(room / "source").as_posix()
    assert f"{name}: left as you changed it" in one_line(result)


def test_a_classroom_that_cannot_be_written_is_a_sentence(run, built, tmp_path):
    (tmp_path / "room").write_text("a file")
    result = run("classroom", tmp_path / "room")
    assert result.exit_code == 1
    assert "cannot be written" in one_line(result)
    assert (tmp_path / "room").read_text() == "a file"


# --- doctor -------------------------------------------------------------------------------------


def test_doctor_finds_this_machine_fit(run):
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "This machine can run the course." in result.output


@pytest.mark.parametrize("package", ["netaddr", "nbgrader"])
def test_doctor_names_a_missing_package_and_how_to_get_it(run, monkeypatch, package):
    def version(name):
        if name == package:
            raise doctor_module.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(doctor_module, "version", version)
    monkeypatch.setattr(doctor_module.console, "width", 200)
    result = run("doctor")
    assert result.exit_code == 1
    (line,) = (line for line in result.output.splitlines() if f" {package} " in line)
    assert "✘" in line
    assert 'pip install "ipv6-course[lab]"' in line
    assert "see ✘ above" in result.output


def test_doctor_does_without_what_only_tests_need(run, monkeypatch):
    monkeypatch.setattr(doctor_module.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor_module.console, "width", 200)
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "apt-get install chromium" in result.output


def test_doctor_wants_a_folder_that_can_hold_work(run, course_home, monkeypatch):
    course_home.write_text("a file")
    monkeypatch.setattr(doctor_module.console, "width", 200)
    result = run("doctor")
    assert result.exit_code == 1
    assert "COURSE_HOME=/path make course" in result.output


# --- lab ----------------------------------------------------------------------------------------


def test_the_learner_s_folder_is_prepared_and_kept(built, tmp_path, monkeypatch):
    home = tmp_path / "learner"
    monkeypatch.setenv("COURSE_HOME", str(home))
    placed = lab.prepare_home(built / ".ipv6-course" / "build")
    assert {item.outcome for item in placed} == {"new"}
    assert (home / "home.ipynb").is_file()
    assert json.loads((home / ".ipv6-course" / "course.json").read_text())

    mine = home / "work" / placed[0].name
    mine.write_text("my work")
    again = lab.prepare_home(built / ".ipv6-course" / "build")
    assert [item.outcome for item in again] == ["kept", *["same"] * (len(placed) - 1)]
    assert mine.read_text() == "my work"


def test_a_port_that_is_taken_is_said_with_another_one(run, built):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("lab", PORT=str(port), BROWSER="none")
    assert result.exit_code == 1
    assert f"Port {port} is taken" in one_line(result)
    assert f"PORT={port + 1} make course" in one_line(result)


@pytest.mark.parametrize("port", ["0", "65536", "eight"])
def test_a_port_that_is_none_is_refused(run, port):
    result = run("lab", PORT=port)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_the_server_s_secret_stays_and_is_the_learner_s_alone(course_home):
    server = lab.learners_server()
    token = server.token()
    assert server.token() == token
    assert len(token) >= 32
    assert (course_home / ".ipv6-course" / "token").stat().st_mode & 0o777 == 0o600


# --- the command itself -------------------------------------------------------------------------


def test_help_comes_quickly_and_names_every_command():
    command = [sys.executable, "-m", "ipv6course", "--help"]
    seconds = []
    for _attempt in range(3):  # the first one compiles; others may be busy
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds.append(time.perf_counter() - started)
        if seconds[-1] < 2:
            break
    for name in ("lab", "build", "classroom", "teach", "doctor"):
        assert f" {name} " in done.stdout
    assert min(seconds) < 2


def test_without_a_command_it_explains_itself(run):
    assert "Usage" in run().output
