"""An instructor and a trainee go through nbgrader's whole cycle by clicking, on one machine."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from class_course import LESSON, MODULE, write_class_course
from home_page import HomePage
from lab import COMMAND, PATIENCE, RunningLab, wait_until
from learner import LearnerFolder, grade_id
from lesson_page import SOON, LessonPage
from nbgrader_pages import LATE, AssignmentList, Formgrader, menu_items
from playwright.sync_api import expect

from ipv6course.authoring.stock_nbgrader import scores
from ipv6course.classroom import Learner

pytestmark = pytest.mark.xdist_group("browser")
TRAINEE = "amina.k"
LETTER = "Dear board, nobody can copy a number that is mine."
COMMENT = "Well said, and short."


@dataclass(frozen=True)
class Assignment:
    """What the two work on."""

    name: str
    typed: tuple[str, str, str]
    """Lesson, exercise and last line of the answer that is typed in the browser."""
    letter: tuple[str, str]
    """Lesson and grade_id of what a person grades."""
    given: float
    """What that person gives."""
    modules: Path | None = None


@dataclass
class Class:
    """A classroom with its instructor's lab, and a trainee's."""

    room: Path
    teacher: RunningLab
    trainee: RunningLab
    assignment: Assignment

    @property
    def fetched(self) -> Path:
        """The trainee's folder with the assignment."""
        return self.trainee.home / "work" / self.assignment.name


def own(trainee: str) -> Assignment:
    """Return the small assignment, with the answer that is right for one trainee alone."""
    answer = f"return number + {Learner(trainee).number('mine', 9000)}"
    return Assignment(MODULE, (LESSON, "own", answer), (LESSON, "letter"), 3)


@pytest.fixture
def open_class(tmp_path, chromium) -> Iterator:
    """How to open a classroom for an assignment; both labs are stopped at the end."""
    running: list[RunningLab] = []

    def opened(assignment: Assignment) -> Class:
        room = tmp_path / "class"
        modules = assignment.modules
        teacher = RunningLab(
            tmp_path / "instructor" / "home", arguments=("teach", str(room)), modules=modules
        )
        command = [*COMMAND, "classroom", str(room)]
        subprocess.run(command, env=teacher.environ(), check=True, capture_output=True)
        running.append(teacher.launch())
        trainee = RunningLab(
            tmp_path / "trainee" / "home",
            arguments=("lab", "--exchange", str(room / "exchange")),
            modules=modules,
        )
        shutil.copytree(teacher.state / "build", trainee.state / "build")
        wait_until((room / "exchange").is_dir, PATIENCE, "an exchange, made by `ipv6course teach`")
        running.append(trainee.launch())
        teacher.wait()
        trainee.wait()
        return Class(room, teacher, trainee, assignment)

    yield opened
    for lab in running:
        assert lab.stop() == 0


@pytest.fixture
def small_class(open_class, tmp_path) -> Class:
    modules = write_class_course(tmp_path / "modules")
    return open_class(Assignment(**{**vars(own(TRAINEE)), "modules": modules}))


def hidden_tests(room: Path, assignment: str) -> set[str]:
    """Return the lines of hidden tests that stand nowhere else in the assignment."""
    secret: set[str] = set()
    shown: set[str] = set()
    for path in sorted((room / "source" / assignment).glob("*.ipynb")):
        inside = False
        for cell in nbformat.read(path, as_version=4).cells:
            for line in map(str.strip, cell.source.split("\n")):
                inside = (inside or line == "### BEGIN HIDDEN TESTS") and line != (
                    "### END HIDDEN TESTS"
                )
                (secret if inside else shown).add(line)
    secret = {line for line in secret if len(line) > 12}
    return {line for line in secret if line not in "\n".join(shown)}


def readable(path: Path) -> str:
    """Return the text of a notebook or of an HTML page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def work(folder: LearnerFolder, fetched: Path, assignment: Assignment) -> None:
    """Answer everything that is not typed in the browser."""
    lesson_typed, exercise, _line = assignment.typed
    for path in sorted(fetched.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        reference = folder.solved(f"{assignment.name}/{path.stem}")
        answers = {grade_id(cell): cell.source for cell in reference.cells if grade_id(cell)}
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                if (path.stem, grade_id(cell)) == assignment.letter:
                    cell.source = LETTER
                elif (path.stem, grade_id(cell)) != (lesson_typed, exercise):
                    cell.source = answers[grade_id(cell)]
        nbformat.write(notebook, path)


def reachable(room: Path, assignment: str) -> float:
    """Return the points that a machine gives, by the released notebooks' own metadata."""
    cells = [
        cell.metadata.get("nbgrader", {})
        for path in (room / "release" / assignment).glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
    ]
    return sum(c["points"] for c in cells if c.get("grade") and not c.get("solution"))


def walk_through(class_: Class, new_page, artifacts) -> None:
    """Go through the whole cycle, by clicking."""
    name = class_.assignment.name
    lesson_name, exercise, line = class_.assignment.typed
    folder = LearnerFolder(class_.trainee)
    with new_page(class_.teacher) as desk, new_page(class_.trainee) as page:
        # The instructor makes the release and puts it into the exchange.
        desk.bring_to_front()  # Chromium draws the tab in front only, and a click waits for that
        formgrader = Formgrader(desk, class_.teacher).open()
        assert "Successfully created" in formgrader.press(name, "assign")
        assert "Successfully released" in formgrader.press(name, "release")
        expect(formgrader.row(name)).to_contain_text("released")

        # The trainee is asked who they are before they can fetch.
        page.bring_to_front()
        home = HomePage(page, class_.trainee).open()
        assert menu_items(page, "Nbgrader") == ["Assignment List"]
        assignments = AssignmentList(page).open()
        expect(assignments.panel).to_contain_text("Who are you?", timeout=SOON)
        home.show()
        home.name.fill(TRAINEE)
        home.save.click()
        expect(home.who).to_contain_text(f"You are {TRAINEE}")
        expect(home.panel.locator("li").first).to_contain_text("not here yet")
        assignments.open().refresh().press("released", name, "Fetch")
        expect(assignments.row("fetched", name)).to_be_visible(timeout=SOON)

        # The trainee works, validates and hands in.
        work(folder, class_.fetched, class_.assignment)
        assignments.notebook(name, lesson_name).get_by_role("link", name=lesson_name).click()
        lesson = LessonPage(page, class_.trainee, f"{name}/{lesson_name}").ready()
        lesson.run_first_cell()
        lesson.answer(exercise, line)
        lesson.run_selected()
        expect(lesson.output(f"{exercise}-1")).to_contain_text("✔ Passed", timeout=SOON)
        lesson.save()
        assignments.open()
        assert "passes all the tests" in assignments.validate(name, lesson_name)
        assignments.press("fetched", name, "Submit")
        expect(assignments.row("submitted", name)).to_be_visible(timeout=SOON)
        page.screenshot(path=artifacts / "assignment-list.png")

        # The instructor collects, grades by machine, and reads the letter.
        desk.bring_to_front()
        said = formgrader.press(name, "collect")
        assert "Successfully collected" in said
        assert "cheating" not in said
        formgrader.row(name).locator("td.num-submissions a").click()
        assert "Successfully autograded" in formgrader.press(TRAINEE, "autograde")
        expect(formgrader.row(TRAINEE)).to_contain_text("needs manual grading")
        desk.screenshot(path=artifacts / "formgrader.png")
        formgrader.go("Manual Grading", name, class_.assignment.letter[0], "Submission #1")
        expect(formgrader.frame.get_by_text(LETTER)).to_be_visible(timeout=SOON)
        formgrader.give(class_.assignment.letter[1], class_.assignment.given, COMMENT)
        formgrader.frame.get_by_role("link", name="Manual Grading").first.click()
        formgrader.go("Manage Assignments")
        assert "Successfully generated feedback" in formgrader.press(name, "generate-feedback")
        assert "Successfully released feedback" in formgrader.press(name, "release-feedback")

        # The trainee fetches the feedback and reads it.
        page.bring_to_front()
        submitted = assignments.refresh().row("submitted", name)
        expect(submitted).to_contain_text("feedback available to fetch", timeout=SOON)
        assignments.press("submitted", name, "Fetch Feedback")
        submitted.get_by_text("view feedback").click(timeout=SOON)
        letter_page = f"{class_.assignment.letter[0]}.html"
        page.locator(".jp-DirListing-item").filter(has_text=letter_page).dblclick(timeout=SOON)
        feedback = page.frame_locator(".jp-HTMLViewer iframe").locator("body")
        expect(feedback).to_contain_text(LETTER, timeout=LATE)
        expect(feedback).to_contain_text(COMMENT)
        expect(feedback).to_contain_text(f"Score: {class_.assignment.given:.1f} / 4.0")
        expect(feedback).to_be_visible()
        page.screenshot(path=artifacts / "feedback.png")

    assert_the_score_is_right(class_)
    assert_nothing_hidden_is_shown(class_)


def assert_the_score_is_right(class_: Class) -> None:
    points = scores(class_.room, class_.assignment.name, TRAINEE)
    assert points[class_.assignment.letter] == class_.assignment.given
    full = reachable(class_.room, class_.assignment.name)
    assert sum(points.values()) == full + class_.assignment.given


def assert_nothing_hidden_is_shown(class_: Class) -> None:
    name = class_.assignment.name
    secret = hidden_tests(class_.room, name)
    assert secret
    release = sorted((class_.room / "release" / name).glob("*.ipynb"))
    pages = sorted(class_.fetched.glob("feedback/*/*.html"))
    assert len(pages) == len(release)
    for path in [*release, *class_.fetched.glob("*.ipynb"), *pages]:
        text = readable(path)
        assert [line for line in secret if line in text] == [], path.name
        assert "HIDDEN TESTS" not in text


def test_release_fetch_work_hand_in_grade_and_feedback_by_clicking(
    small_class, new_page, artifacts
):
    walk_through(small_class, new_page, artifacts)


@pytest.mark.prove
def test_the_same_with_a_whole_module(open_class, new_page, artifacts):
    typed = ("01-text", "write-group", 'return format(value, "x")')
    letter = ("03-identifiers", "advise-the-board")
    walk_through(open_class(Assignment("addressing", typed, letter, 3)), new_page, artifacts)
