"""The environment script: what it makes of what it finds. No network, no real install."""

import json
import os
import subprocess
import sys
from pathlib import Path

import environment as subject
import pytest
from environment import Environment, TroubleError, examine

SCRIPT = Path(subject.__file__)
PYPROJECT = """
[project]
name = "ipv6-course"
dependencies = ["netaddr"]
[project.optional-dependencies]
lab = ["jupyterlab"]
grade = ["nbgrader"]
test = ["ipv6-course[lab, grade]", "pytest"]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "check out"  # a space, as in many home folders
    (folder / "binder").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "binder" / "constraints.txt").write_text("netaddr==1.3.0\n")
    return folder


def ready(checkout: Path, *extras: str) -> Environment:
    """Make an environment that has nothing but an interpreter, and call it whole."""
    environment = Environment(checkout)
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment.folder)]
    subprocess.run(command, check=True)
    subject.write_stamp(environment, subject.with_included(subject.project(checkout), extras))
    return environment


def test_an_extra_brings_those_that_it_includes(checkout: Path) -> None:
    extras = subject.project(checkout)
    assert subject.with_included(extras, ["test"]) == {"lab", "grade", "test"}
    with pytest.raises(TroubleError, match=r"no extra 'labs'.*lab, grade, test"):
        subject.with_included(extras, ["labs"])


def test_nothing_is_there(checkout: Path) -> None:
    environment = Environment(checkout)
    assert examine(environment, ["lab"]).action == "anew"
    environment.folder.mkdir()
    assert examine(environment, ["lab"]).action == "anew"


def test_a_whole_environment_is_left_alone(checkout: Path) -> None:
    environment = ready(checkout, "test")
    assert examine(environment, ["test"]).action == "nothing"
    assert examine(environment, ["lab"]).action == "nothing", "test includes lab"
    assert not environment.mark.exists()


def test_a_new_extra_keeps_the_old_ones(checkout: Path) -> None:
    verdict = examine(ready(checkout, "lab"), ["grade"])
    assert (verdict.action, sorted(verdict.extras)) == ("add", ["grade", "lab"])
    assert verdict.why == "Adding: grade."


@pytest.mark.parametrize(
    "changed", ["pyproject.toml", "binder/constraints.txt", "course/ipv6course/labextension/x.js"]
)
def test_what_it_depends_on_has_changed(checkout: Path, changed: str) -> None:
    environment = ready(checkout, "lab")
    path = checkout / changed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "# new\n")
    assert examine(environment, ["lab"]).action == "add"


def test_a_run_that_was_stopped_is_found_out(checkout: Path) -> None:
    environment = ready(checkout, "lab")
    environment.mark.touch()
    verdict = examine(environment, ["lab"])
    assert (verdict.action, "stopped halfway" in verdict.why) == ("anew", True)


def test_a_moved_checkout(checkout: Path, tmp_path: Path) -> None:
    ready(checkout, "lab")
    verdict = examine(Environment(checkout.rename(tmp_path / "elsewhere")), ["lab"])
    assert verdict.action == "anew"
    assert verdict.why.startswith("The course was moved here from")
    assert "check out" in verdict.why


@pytest.mark.skipif(os.name == "nt", reason="an interpreter is no link on Windows")
def test_a_python_that_is_gone(checkout: Path) -> None:
    environment = ready(checkout, "lab")
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3.9")
    verdict = examine(environment, ["lab"])
    assert (verdict.action, "is gone" in verdict.why) == ("anew", True)


def test_a_python_that_was_upgraded(checkout: Path) -> None:
    environment = ready(checkout, "lab")
    stamp = json.loads(environment.stamp.read_text())
    environment.stamp.write_text(json.dumps({**stamp, "python": "3.9"}))
    verdict = examine(environment, ["lab"])
    assert (verdict.action, "Python was 3.9 and is 3." in verdict.why) == ("anew", True)


def test_an_environment_made_by_hand_is_added_to(checkout: Path) -> None:
    environment = ready(checkout, "lab")
    environment.stamp.unlink()
    verdict = examine(environment, ["lab"])
    assert (verdict.action, verdict.foreign) == ("add", True)


def test_a_folder_that_is_no_environment_is_not_deleted(checkout: Path) -> None:
    environment = Environment(checkout)
    environment.folder.mkdir()
    (environment.folder / "thesis.txt").write_text("years of work")
    with pytest.raises(TroubleError, match="not a Python environment"):
        examine(environment, ["lab"])


def test_without_ensurepip_pip_or_root_it_names_the_line_to_type(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "has_ensurepip", lambda: False)
    monkeypatch.setattr(subject, "as_root", lambda: None)
    monkeypatch.setattr(subject, "pip_version", lambda python: ())
    environment = Environment(checkout)
    with pytest.raises(TroubleError, match=r"(?m)^  sudo apt-get install python3-venv$"):
        subject.make_anew(environment)
    assert not environment.folder.exists(), "nothing half-made is left"


def test_without_ensurepip_the_systems_pip_serves(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment(checkout)
    monkeypatch.setattr(subject, "has_ensurepip", lambda: False)
    monkeypatch.setattr(subject, "as_root", lambda: None)
    monkeypatch.setattr(
        subject, "pip_version", lambda python: () if python == str(environment.python) else (23, 0)
    )
    subject.make_anew(environment)
    assert environment.mark.exists(), "not ready before the packages are there"
    assert subject.pip_command(environment)[-2:] == ["--python", str(environment.python)]


def failing_pip(said: str) -> list[str]:
    """Return a command that says something, as pip would, and fails."""
    return [sys.executable, "-c", f"import sys; sys.exit(print({said!r}) or 2)"]


@pytest.mark.parametrize(
    ("said", "whole_still"),
    [
        ("Max retries exceeded", True),
        ("Installing collected packages: six\nErrno 28", False),
    ],
)
def test_a_failed_change_keeps_what_still_works(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, said: str, whole_still: bool
) -> None:
    environment = ready(checkout, "lab")
    monkeypatch.setattr(subject, "pip_command", lambda environment: failing_pip(said))
    with pytest.raises(TroubleError, match="pip could not install"):
        subject.bring_up_to_date(environment, ["test"])
    assert environment.mark.exists() is not whole_still
    expected = ("nothing", "add") if whole_still else ("anew", "anew")
    found = (examine(environment, ["lab"]).action, examine(environment, ["test"]).action)
    assert found == expected


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Temporary failure in name resolution')': /simple/", "not reached"),
        ("ERROR: Could not find a version that satisfies the requirement x", "lags behind"),
        ("NewConnectionError … \nERROR: No matching distribution found for x", "not reached"),
        ("satisfies the requirement x (from versions: none)", "not reached"),
        ("no such option: --python", "too old"),
        ("certificate verify failed: certificate is not yet valid", "date right"),
        ("something new under the sun", ""),
    ],
)
def test_the_likely_cause(said: str, cause: str) -> None:
    assert cause in subject.likely_cause(said)
    assert bool(subject.likely_cause(said)) == bool(cause)


def test_the_users_own_patience_stays() -> None:
    assert subject.patience("") == ["--retries", "10", "--timeout", "60"]
    assert subject.patience(":env:.default-timeout='180'") == ["--retries", "10"]
    assert subject.patience("global.retries='3'\nglobal.timeout='9'") == []


def test_an_old_python_is_refused_with_the_fix() -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SCRIPT)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("This is Python 3.9.2 (")
    assert "needs Python 3.11 or newer" in done.stderr
    assert "sudo apt-get install python3" in done.stderr


def test_the_constraints_pin_versions_and_hold_no_address() -> None:
    path = SCRIPT.parent.parent / subject.CONSTRAINTS
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    pinned = dict(line.split("==") for line in lines)
    assert pinned["jupyterlab"] == "4.6.6"
    assert pinned["nbgrader"] == "0.9.6"
    assert not {"pip", "setuptools"} & set(pinned)
    assert "//" not in path.read_text()
