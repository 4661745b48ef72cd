"""What Binder would build and start, without Docker: see `image.py` for what stands in for what."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import nbformat
import pytest
from image import (
    BINDER,
    CHECKOUT,
    copy_as_docker_does,
    dockerfile,
    frozen,
    make_image,
    python,
    runtime,
)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ipv6course.authoring.build import build, built_notebooks
from ipv6course.commands.publish import publish_course

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
ON_BINDER = {"BINDER_LAUNCH_HOST": "https://binder.example.com/", "JUPYTERHUB_USER": "jovyan"}
in_image = pytest.mark.skipif(
    python() is None and not os.environ.get("CI"),
    reason=f"there is no Python {runtime()} here that an ordinary user can run",
)
pytestmark = pytest.mark.xdist_group("binder")


def pins():
    lines = (BINDER / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def names(lines):
    """The packages that lines of a requirements file name."""
    lines = (line.strip() for line in lines)
    return [line for line in lines if line and not line.startswith(("#", "-", "."))]


def tree(folder):
    found = {path for path in folder.rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


# --- What repo2docker reads ---------------------------------------------------------------------


def test_requirements_are_the_core_dependencies_and_a_jupyterlab_without_versions():
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    core = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert {canonicalize_name(name) for name in names(lines)} == {*core, "jupyterlab", "notebook"}
    assert all(re.fullmatch(r"[\w.-]+", name) for name in names(lines))
    assert "-c constraints.txt" in lines
    assert {canonicalize_name(name) for name in names(lines)} <= pins().keys()


def test_constraints_satisfy_what_pyproject_asks_for():
    extras = PROJECT["optional-dependencies"].values()
    for requirement in map(Requirement, chain(PROJECT["dependencies"], *extras)):
        if requirement.name != "ipv6-course":
            assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_the_python_is_one_that_the_course_supports():
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(runtime())


def test_repo2docker_renders_what_we_mean(tmp_path):
    copy_as_docker_does(tmp_path / "repository")
    rendered = dockerfile(tmp_path / "repository")
    steps = [
        f"environment-2epy-2d{runtime().replace('.', '-2e')}-2dlinux-2d64-2elock",
        "COPY --chown=",
        "USER ${NB_USER}\n"
        'RUN ${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"',
        "USER ${NB_USER}\n",
        "RUN ./binder/postBuild",
        'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"',
        "ENTRYPOINT",
    ]
    place = 0
    for step in steps:
        assert step in rendered[place:], f"{step!r} is not in the rest of\n{rendered}"
        place = rendered.index(step, place) + len(step)
    assert "unspecified" not in rendered


def test_history_tests_and_hidden_files_never_enter_an_image(tmp_path):
    copy_as_docker_does(tmp_path / "repository")
    inside = {path.name for path in (tmp_path / "repository").iterdir()}
    assert {"binder", "course", "datasets", "autograder", "pyproject.toml"} <= inside
    assert not {name for name in inside if name.startswith(".")}
    assert "tests" not in inside


def test_postbuild_outside_of_an_image_removes_nothing(tmp_path):
    copy_as_docker_does(tmp_path / "repository")
    before = tree(tmp_path / "repository")
    done = subprocess.run(
        ["bash", "binder/postBuild"],
        cwd=tmp_path / "repository",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "repo2docker" in done.stderr) == (1, True)
    assert tree(tmp_path / "repository") == before


# --- The image ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The built course, from the checkout."""
    folder = tmp_path_factory.mktemp("course")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def image():
    """The image as Binder would start it, with postBuild done."""
    # Not in pytest's own temporary folder: an ordinary user may not enter that.
    with tempfile.TemporaryDirectory(prefix="ipv6-course-binder-") as folder:
        image = make_image(Path(folder))
        image.run("./binder/postBuild")
        yield image


@in_image
def test_requirements_go_with_what_repo2docker_freezes(image, capsys):
    image.run("python3", "-m", "pip", "check")
    installed = image.versions()
    assert installed["jupyterhub"] == frozen()["jupyterhub"]
    for name in names((BINDER / "requirements.txt").read_text().splitlines()):
        assert installed[canonicalize_name(name)] == pins()[canonicalize_name(name)]
    with capsys.disabled():
        print(
            f"\nBinder's Python environment: {image.megabytes():.0f} MB, {len(installed)} packages"
        )


@in_image
def test_the_learner_finds_the_published_form_and_nothing_else(image, course, tmp_path):
    publish_course(tmp_path / "published", course)
    outside = {".cache", ".config", ".ipython", ".jupyter", ".local", ".npm", "ipv6-course"}
    found = {
        name: content
        for name, content in tree(image.home).items()
        if name.split("/")[0] not in outside
    }
    # It was made by an installed course there, and from the checkout here.
    assert found == tree(tmp_path / "published")
    assert "nbgrader" not in image.versions()
    assert list((image.folder / "tmp").iterdir()) == []
    assert list(image.prefix.rglob("*/ipv6course/modules/*/*.md")) == []
    assert list(image.prefix.rglob("*/ipv6course/modules/*/answers")) == []


@in_image
def test_start_fills_the_learners_folder_and_never_overwrites_work(image, course):
    ask = ["bash", "binder/start", "python3", "-c"]
    code = "import json, os; print(json.dumps([os.getcwd(), os.environ['COURSE_HOME']]))"
    learners = image.home / "ipv6-course"
    assert json.loads(image.run(*ask, code)) == [str(learners), str(learners)]
    assert (learners / "home.ipynb").is_file()
    released = built_notebooks(course, "release")
    lesson = learners / "work" / next(iter(released))
    assert {
        path.relative_to(learners / "work").as_posix() for path in learners.glob("work/*/*")
    } == {*released}
    lesson.write_text("my work")
    image.run(*ask, code)
    assert lesson.read_text() == "my work"
    shutil.rmtree(learners)


@in_image
def test_jupyter_starts_also_where_the_folder_cannot_be_made(image):
    said = image.run(
        *("bash", "binder/start", "echo", "Jupyter", "runs"),
        environ={"COURSE_HOME": "/proc/nobody-may"},
    )
    assert "Jupyter runs" in said
    assert "was not prepared" in said


@contextmanager
def server(image, *command, cwd=None, **environ):
    """Run a server as BinderHub starts it, and yield its address and how to ask it."""
    port = 18700 + os.getpid() % 200
    arguments = []
    for app in ("NotebookApp", "ServerApp"):  # as binderspawner_mixin.py of BinderHub does
        arguments += [f"--{app}.base_url=/user/x/", f"--{app}.token=t"]
        arguments += [f"--{app}.trust_xheaders=True"]
    process = subprocess.Popen(
        image.command(*command, "--ip=127.0.0.1", f"--port={port}", "--no-browser", *arguments),
        cwd=cwd or image.home,
        env=image.environ(**ON_BINDER, **environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )

    def ask(path):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/user/x/{path}", headers={"Authorization": "token t"}
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.url, reply.read().decode()

    try:
        for _ in range(600):
            try:
                ask("api/status")
                break
            except OSError:
                assert process.poll() is None, process.stdout.read().decode()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/user/x/", ask
    finally:
        process.terminate()
        process.communicate()


@in_image
@pytest.mark.parametrize(
    ("command", "root"),
    [
        (["bash", "binder/start", "jupyter-lab"], "ipv6-course"),
        (["bash", "binder/start", "jupyter-notebook"], "ipv6-course"),
        (["jupyter", "lab", "--config=course_config.py"], ""),
    ],
    ids=["Binder", "Binder with Notebook", "a USB stick"],
)
def test_the_server_opens_the_home_page_in_the_learners_folder(image, command, root):
    with server(image, *command) as (_address, ask):
        url, _page = ask("")
        assert url.endswith("/user/x/lab/tree/home.ipynb")
        listed = {entry["name"] for entry in json.loads(ask("api/contents")[1])["content"]}
        assert {"home.ipynb", "work"} <= listed
        assert ("wheels" in listed) == (root == "")
        kernels = "lab/api/settings/@jupyterlab/apputils-extension:kernels-settings"
        properties = json.loads(ask(kernels)[1])["schema"]["properties"]
        assert properties["commsOverSubshells"]["default"] == "disabled"
        extensions = json.loads(ask("lab/api/extensions")[1]) if root else []
        assert not {one["name"] for one in extensions if "nbgrader" in one["name"]}


@in_image
@pytest.mark.skipif(
    not any(map(shutil.which, CHROMIUM)) and not os.environ.get("CI"),
    reason="no Chromium (Debian: apt-get install chromium)",
)
def test_the_home_page_works_in_a_browser_with_what_the_wheel_brings(image, course):
    program = Path(__file__).parent / "look_at_home_page.py"
    with server(image, "bash", "binder/start", "jupyter-lab") as (address, _ask):
        looked = subprocess.run(
            [sys.executable, program, f"{address}?token=t"], capture_output=True, text=True
        )
    assert looked.returncode == 0, looked.stderr
    found = json.loads(looked.stdout)
    assert found["lessons"] == len(built_notebooks(course, "release"))
    assert found["next"] == f"Next: {found['lesson'].removesuffix('¶')}"
    assert (found["code"], found["pop-ups"]) == (0, 0)
    assert "Run" in found["menus"]
    assert "Nbgrader" not in found["menus"]
    shutil.rmtree(image.home / "ipv6-course")


def lessons(course):
    """One lesson; all of them where the course is proven."""
    sources = built_notebooks(course, "source")
    return sources if PROVE else {name: sources[name] for name in ["addressing/01-text.ipynb"]}


@in_image
def test_a_lessons_reference_passes_every_check_there(image, course):
    learners = image.home / "ipv6-course"
    image.run("bash", "binder/start", "true")
    for name, source in lessons(course).items():
        notebook = nbformat.read(source, as_version=4)
        checks = {
            cell.metadata.nbgrader.grade_id
            for cell in notebook.cells
            if cell.metadata.get("nbgrader", {}).get("points") and cell.cell_type == "code"
        }
        target = learners / "work" / name
        shutil.copy(source, target)
        image.give_to_user(target)
        image.run(
            *("bash", "binder/start", "jupyter", "execute", "--inplace", target), environ=ON_BINDER
        )
        said = str(nbformat.read(target, as_version=4))
        assert "You are working as a guest" in said
        progress = learners / ".ipv6-course" / "progress" / name.removesuffix(".ipynb")
        assert {path.stem for path in progress.glob("*.json")} == checks
    shutil.rmtree(learners)


# --- The published form as a repository of its own ----------------------------------------------


@in_image
def test_a_branch_with_the_published_form_builds_too(image):
    rendered = dockerfile(image.home)
    assert f"environment-2epy-2d{runtime().replace('.', '-2e')}" in rendered
    assert "RUN ./" not in rendered  # no postBuild
    line = re.search(r"^RUN (.*pip install .*)$", rendered, re.MULTILINE)[1]
    said = image.run("bash", "-c", f"{line} --dry-run --no-index --find-links wheels")
    would = re.search(r"Would install (.*)", said)
    assert would is None or would[1].split() == [f"ipv6-course-{PROJECT['version']}"]


@in_image
@pytest.mark.prove
def test_the_package_goes_with_the_jupyterlab_and_jupyterhub_that_repo2docker_freezes(image):
    kept = [f"{name}=={frozen()[name]}" for name in ("jupyterlab", "jupyterhub", "notebook")]
    (wheel,) = (image.home / "wheels").glob("*.whl")
    image.run("python3", "-m", "pip", "install", "--dry-run", "--ignore-installed", wheel, *kept)


# --- What is written about it -------------------------------------------------------------------


def test_the_owner_stands_in_one_place_and_every_link_agrees():
    repository = PROJECT["urls"]["Repository"].removeprefix("https://github.com/")
    links = re.findall(
        r"mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)", (CHECKOUT / "README.md").read_text()
    )
    assert links
    assert set(links) == {repository}
