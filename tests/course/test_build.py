"""The build: text lessons to what nbgrader takes, the same every time, and only what changed."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from ipv6course.authoring import build as subject
from ipv6course.authoring.build import build, built_notebooks, describe_course
from ipv6course.authoring.gates import secret_lines
from ipv6course.authoring.text_lesson import lesson_paths, read_lesson
from ipv6course.places import modules_folder

NAME = "tiny/01-double"
STAGES = ("source", "release")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course itself, built."""
    output = tmp_path_factory.mktemp("course")
    build(output)
    return output


def contents(output):
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file()
    }


def all_lessons():
    modules = modules_folder()
    return [
        read_lesson(path)
        for folder in sorted(modules.iterdir())
        if folder.is_dir()
        for path in lesson_paths(modules, folder.name)
    ]


def cell(notebook, grade_id):
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


# --- what comes out -----------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_every_notebook_is_valid_for_nbformat_and_for_nbgrader(course, stage):
    notebooks = built_notebooks(course, stage)
    assert list(notebooks) == sorted(
        f"{lesson.module}/{lesson.name}.ipynb" for lesson in all_lessons()
    )
    for path in notebooks.values():
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        for node in notebook.cells:
            MetadataValidator().validate_cell(node)
        assert path.stat().st_size < 200_000
        assert all(not node.outputs for node in notebook.cells if node.cell_type == "code")
        assert len({node.id for node in notebook.cells}) == len(notebook.cells)


def test_a_release_has_no_line_of_a_solution_or_a_hidden_test(course):
    secrets = 0
    for lesson in all_lessons():
        path = course / "release" / lesson.module / f"{lesson.name}.ipynb"
        sources = "\n".join(node.source for node in nbformat.read(path, as_version=4).cells)
        for line in secret_lines(lesson):
            assert line not in sources
            secrets += 1
        assert "SOLUTION" not in sources
        assert "HIDDEN" not in sources
    assert secrets > 20


def test_the_author_s_few_keys_become_nbgrader_s(tiny, tmp_path):
    build(tmp_path / "built", modules=tiny.modules)
    source = nbformat.read(tmp_path / "built/source" / f"{NAME}.ipynb", as_version=4)

    solution, check = cell(source, "double"), cell(source, "double-2")
    assert solution.metadata.nbgrader == {
        "grade": False,
        "grade_id": "double",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert check.metadata.nbgrader == {
        "grade": True,
        "grade_id": "double-2",
        "locked": True,
        "points": 2,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    assert (solution.id, check.id) == ("double", "double-2")
    assert source.metadata.ipv6course == {"lesson": NAME, "title": "A tiny lesson"}
    assert check.source.splitlines()[:2] == [
        "# Check: run this cell to check your answer (2 points).",
        'lesson.withhold("double", "statistics.fsum")',
    ]


def test_a_learner_s_notebook_has_a_stub_and_only_the_visible_tests(tiny, tmp_path):
    build(tmp_path / "built", modules=tiny.modules)
    release = nbformat.read(tmp_path / "built/release" / f"{NAME}.ipynb", as_version=4)

    assert "raise NotImplementedError()" in cell(release, "double").source
    assert "gives(4" in cell(release, "double-2").source
    text = json.dumps(release)
    assert "number + number" not in text
    assert "hidden_argument" not in text


def test_two_builds_give_the_same_bytes(tiny, tmp_path):
    build(tmp_path / "one", modules=tiny.modules)
    build(tmp_path / "two", modules=tiny.modules)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) == 3


def test_the_course_s_own_map_fits_its_lessons(course):
    for module in describe_course(course):
        for lesson in module["lessons"]:
            path = course / "release" / module["name"] / f"{lesson['name']}.ipynb"
            notebook = nbformat.read(path, as_version=4)
            for check in lesson["checks"]:
                assert cell(notebook, check["id"]).metadata.nbgrader.points == check["points"]
            assert 1 <= lesson["minutes"] <= 60


# --- only what changed --------------------------------------------------------------------------


@pytest.fixture
def three(tiny):
    """Two modules: one with two lessons, one with one."""
    text = tiny.lesson.read_text()
    exercise = text.index("### Exercise")
    for name in ("tiny/02-read", "other/01-read"):
        path = tiny.modules / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text[:exercise].replace(NAME, name))
    (tiny.modules / "other" / "module.toml").write_text(
        (tiny.modules / "tiny" / "module.toml").read_text()
    )
    (tiny.modules / "course.toml").write_text('modules = ["tiny", "other"]\n')
    return tiny


ALL = ["tiny/01-double", "tiny/02-read", "other/01-read"]


def touch(path):
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def test_a_second_build_has_nothing_to_do(three, tmp_path):
    assert build(tmp_path / "built", modules=three.modules).built == ALL
    before = contents(tmp_path / "built")
    report = build(tmp_path / "built", modules=three.modules)
    assert (report.built, report.unchanged) == ([], ALL)
    assert contents(tmp_path / "built") == before


def test_a_changed_lesson_is_built_alone(three, tmp_path):
    build(tmp_path / "built", modules=three.modules)
    touch(three.modules / "tiny" / "02-read.md")
    assert build(tmp_path / "built", modules=three.modules).built == ["tiny/02-read"]


@pytest.mark.parametrize("what", ["hints.toml", "answers/double.py"])
def test_changed_hints_or_answers_build_their_module(three, tmp_path, what):
    build(tmp_path / "built", modules=three.modules)
    touch(three.modules / "tiny" / what)
    assert build(tmp_path / "built", modules=three.modules).built == ALL[:2]


def test_a_changed_builder_builds_everything(three, tmp_path, monkeypatch):
    build(tmp_path / "built", modules=three.modules)
    monkeypatch.setattr(subject, "_builder_fingerprint", lambda: "another builder")
    assert build(tmp_path / "built", modules=three.modules).built == ALL


@pytest.mark.parametrize(
    "spoil",
    [
        lambda output: (output / "source/tiny/02-read.ipynb").unlink(),
        lambda output: (output / "release/tiny/02-read.ipynb").unlink(),
        lambda output: (output / ".built/tiny/02-read.json").unlink(),
        lambda output: (output / ".built/tiny/02-read.json").write_text("{"),
    ],
    ids=["source", "release", "record", "spoilt record"],
)
def test_what_was_lost_is_built_again(three, tmp_path, spoil):
    build(tmp_path / "built", modules=three.modules)
    spoil(tmp_path / "built")
    assert build(tmp_path / "built", modules=three.modules).built == ["tiny/02-read"]


def test_a_lesson_that_left_the_course_leaves_the_output(three, tmp_path):
    output = tmp_path / "built"
    build(output, modules=three.modules)
    (three.modules / "tiny" / "02-read.md").unlink()
    (three.modules / "course.toml").write_text('modules = ["tiny"]\n')
    report = build(output, modules=three.modules)

    assert report.built == []
    for stage in STAGES:
        assert list(built_notebooks(output, stage)) == ["tiny/01-double.ipynb"]
    (module,) = describe_course(output, three.modules)
    assert [lesson["name"] for lesson in module["lessons"]] == ["01-double"]


def test_a_build_that_was_interrupted_is_finished_by_the_next(three, tmp_path):
    class Interrupted(Exception):  # noqa: N818
        pass

    def interrupt(what, done, of):
        if done == 1:
            raise Interrupted

    with pytest.raises(Interrupted):
        build(tmp_path / "built", modules=three.modules, progress=interrupt)
    assert build(tmp_path / "built", modules=three.modules).built == ALL[1:]


def test_progress_is_told_of_every_lesson(three, tmp_path):
    told = []
    build(tmp_path / "built", modules=three.modules, progress=lambda *step: told.append(step))
    assert told[0][0] == "reading the lessons"
    assert told[1:] == [*((name, n, 3) for n, name in enumerate(ALL)), ("done", 3, 3)]


def test_nothing_to_do_loads_neither_jupytext_nor_nbgrader(tiny, tmp_path):
    build(tmp_path / "built", modules=tiny.modules)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ipv6course.authoring.build import build\n"
        "report = build(Path(sys.argv[1]), modules=Path(sys.argv[2]))\n"
        "print(report.built, sorted({'jupytext', 'nbgrader', 'nbformat'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "built"), str(tiny.modules)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"
