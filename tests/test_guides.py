"""The guides' commands, run in order, each guide in a home folder of its own.

A guide is `course/guides/NAME.md`. What stands in it is run:

- a block with three backticks and `sh`: by a shell; a `cd` counts for the blocks after it;
- a block `sh stays`: one command a line, that runs until Ctrl-C; it must say how to stop it;
- `<!-- meanwhile: … -->`: what somebody else does, by the function of that name in MEANWHILE.
"""

import csv
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest

from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6course.places import modules_folder

GUIDES = Path(__file__).parent.parent / "course" / "guides"
_PATIENCE = 120
_STEP = re.compile(
    r"^```sh(?P<stays> stays)?\n(?P<commands>.*?)^```$|^<!-- meanwhile: (?P<meanwhile>[^\n]*) -->$",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Reader:
    """Somebody who does what a guide says."""

    home: Path
    folder: Path
    """Where the shell is."""
    solve: Callable[[Path, str], None]
    """Puts the reference solutions into a notebook of a module."""
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def environ(self) -> dict[str, str]:
        """Return the environment of a shell with the course's programs on its PATH."""
        scripts = str(Path(sys.executable).parent)
        path = os.pathsep.join([scripts, os.environ["PATH"]])
        return {**os.environ, "PATH": path, "BROWSER": "none"}

    def type(self, commands: str) -> None:
        """Type commands into a shell, and stop at the first that fails.

        nbgrader's run in forks of one process that has imported it, which takes seconds.
        """
        for is_nbgrader, lines in groupby(
            commands.splitlines(), lambda line: line.startswith("nbgrader ")
        ):
            if is_nbgrader:
                for line in lines:
                    nbgrader(self.folder, *shlex.split(line, comments=True)[1:])
            else:
                self._shell("\n".join(lines))

    def _shell(self, commands: str) -> None:
        where = self.home / ".where"
        done = subprocess.run(
            ["bash", "-euc", f'{commands}\npwd > "{where}"'],
            cwd=self.folder,
            env=self.environ(),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
        self.folder = Path(where.read_text(encoding="utf-8").strip())

    def start(self, command: str) -> None:
        """Type a command that stays, and wait until it says how to stop it."""
        said = self.home / f"said-{len(self.running)}"
        with said.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.folder,
                env=self.environ(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        end = time.monotonic() + _PATIENCE
        while "To stop" not in (text := said.read_text(encoding="utf-8")):
            assert process.poll() is None, f"{command}\n{text}"
            assert time.monotonic() < end, f"{command} does not say how to stop it:\n{text}"
            time.sleep(0.1)


def _hands_in(reader: Reader, module: str) -> None:
    """Fetch an assignment as another learner, answer everything, and hand it in."""
    learner = reader.home / "another-learner"
    learner.mkdir()
    exchange = reader.home / "ipv6-class" / "exchange"
    arguments = f"{module} --course ipv6 --Exchange.root={exchange} --student tupou-f"
    there = Reader(reader.home, learner, reader.solve)
    there.type(f"nbgrader fetch_assignment {arguments}")
    for notebook in (learner / module).glob("*.ipynb"):
        reader.solve(notebook, module)
    there.type(f"nbgrader submit {arguments}")


def _moodle_gives_its_files(reader: Reader, module: str) -> None:
    """Hand a file in through Moodle as a learner; put Moodle's own files beside the instructor."""
    learner = reader.home / "a-learner"
    shutil.copytree(reader.folder / "release" / module, learner / "work" / module)
    for notebook in (learner / "work" / module).glob("*.ipynb"):
        reader.solve(notebook, module)
    made = subprocess.run(
        [sys.executable, "-c", _HAND_IN, "tupou-f", module],
        env={**reader.environ(), "COURSE_HOME": str(learner)},
        capture_output=True,
        text=True,
        check=True,
    )
    bundle = Path(made.stdout.strip())
    with zipfile.ZipFile(reader.folder / "submissions-of-moodle.zip", "w") as archive:
        folder = "Tupou Fifita_4711_assignsubmission_file_"
        archive.write(bundle, f"{folder}/{bundle.name}")
    (reader.folder / "roster-of-moodle.csv").write_text(
        '"First name","Last name","ID number","Email address"\n'
        '"Tupou","Fifita","tupou-f","tupou@example.org"\n',
        encoding="utf-8",
    )


_HAND_IN = """
import sys
from ipv6course.classroom import bundle, identity
identity.tell(sys.argv[1])
print(bundle.make_bundle("handed-in", sys.argv[2]))
"""
MEANWHILE: dict[str, Callable[[Reader], None]] = {
    "a learner hands in orientation": lambda reader: _hands_in(reader, "orientation"),
    "a learner hands in, and Moodle gives its files": lambda reader: _moodle_gives_its_files(
        reader, "orientation"
    ),
}


@pytest.fixture
def reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, solve: Callable[[Path, str], None]
) -> Iterator[Reader]:
    """A reader with an empty home folder; the course has one module, which is built soon."""
    modules = tmp_path / "modules"
    shutil.copytree(modules_folder() / "orientation", modules / "orientation")
    (modules / "course.toml").write_text('modules = ["orientation"]\n', encoding="utf-8")
    monkeypatch.setenv("IPV6COURSE_MODULES", str(modules))
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in [name for name in os.environ if name.startswith(("JUPYTER", "NBGRADER"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COURSE_HOME")
    reader = Reader(home, home, solve)
    yield reader
    for process in reader.running:
        process.send_signal(signal.SIGINT)
    assert [process.wait(_PATIENCE) for process in reader.running] == [0] * len(reader.running)


def follow(guide: Path, reader: Reader) -> int:
    """Do what a guide says, and return how many steps that were."""
    steps = list(_STEP.finditer(guide.read_text(encoding="utf-8")))
    for step in steps:
        if step["meanwhile"]:
            MEANWHILE[step["meanwhile"]](reader)
        elif step["stays"]:
            for command in step["commands"].splitlines():
                reader.start(command)
        else:
            reader.type(step["commands"])
    return len(steps)


def test_what_looks_like_a_command_in_a_guide_is_one_that_is_run() -> None:
    for guide in GUIDES.glob("*.md"):
        text = guide.read_text(encoding="utf-8")
        assert text.count("```") == 2 * len(re.findall(r"^```sh( stays)?$", text, re.MULTILINE))


@pytest.mark.xdist_group("nbgrader")
def test_an_instructor_s_class_on_one_machine(reader: Reader) -> None:
    assert follow(GUIDES / "instructor.md", reader)
    grades = (reader.home / "ipv6-class" / "grades.csv").read_text(encoding="utf-8")
    assert "tupou-f" in grades
    assert "3.0,3.0" in grades


@pytest.mark.xdist_group("nbgrader")
def test_an_instructor_s_class_by_files(reader: Reader) -> None:
    assert follow(GUIDES / "file-way.md", reader)
    with (reader.folder / "grades-moodle.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["ID number"] == "tupou-f"
    assert float(row["Assignment: orientation (Real)"]) == 3.0
    with zipfile.ZipFile(reader.folder / "feedback.zip") as feedback:
        assert feedback.namelist() == [
            "Tupou Fifita_4711_assignsubmission_file_/01-start.html",
        ]


@pytest.mark.parametrize("name", ["learner", "organiser"])
def test_a_guide_of_few_commands(name: str, reader: Reader) -> None:
    assert follow(GUIDES / f"{name}.md", reader)
