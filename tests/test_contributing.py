"""CONTRIBUTING.md walked through: its files are put where it says, and the course builds."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ipv6course.authoring.build import build
from ipv6course.places import modules_folder

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(
    r"^(?P<fence>`{3,})\w+ file=(?P<path>\S+)(?P<append> append)?\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)


def blocks() -> list[tuple[str, bool, str]]:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return [(m["path"], bool(m["append"]), m["text"]) for m in _BLOCK.finditer(text)]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(modules_folder(), tmp_path / "course" / "modules")
    for name, append, text in blocks():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") + "\n" if append else ""
        path.write_text(before + text, encoding="utf-8")
    return tmp_path


def test_the_walk_through_has_an_exercise_a_lesson_a_module_and_a_widget() -> None:
    names = [Path(name).name for name, _append, _text in blocks()]
    for wanted in ("count-groups.py", "99-example.md", "module.toml", "example.py"):
        assert wanted in names


def test_what_the_walk_through_adds_builds(checkout: Path, tmp_path: Path) -> None:
    (checkout / "course/modules/example/01-example.md").write_text(
        (checkout / "course/modules/addressing/99-example.md")
        .read_text(encoding="utf-8")
        .replace("addressing/99-example", "example/01-example"),
        encoding="utf-8",
    )
    report = build(tmp_path / "built", modules=checkout / "course" / "modules")
    assert {"addressing/99-example", "example/01-example"} <= set(report.built)
    release = (tmp_path / "built/release/addressing/01-text.ipynb").read_text(encoding="utf-8")
    assert "count-groups-1" in release
    assert "sum(1 for group" not in release


def test_the_walk_through_s_widget_works_and_is_in_order(checkout: Path) -> None:
    path = checkout / "course/ipv6course/widgets/example.py"
    widget = runpy.run_path(str(path))["PrefixSize"](120)
    widget.slider.value = 121
    assert repr(widget) == "/121: 128 addresses"
    for arguments in (["check"], ["format", "--check"]):
        settings = ["--config", str(ROOT / "pyproject.toml")]
        command = [sys.executable, "-m", "ruff", *arguments, *settings, str(path)]
        subprocess.run(command, check=True, capture_output=True)
