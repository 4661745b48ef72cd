"""Work that outlives its server: the file a learner keeps, and what the browser keeps."""

import shutil

import pytest
from home_page import HomePage
from lab import RunningLab, wait_until
from learner import LearnerFolder
from lesson_page import SOON, LessonPage
from playwright.sync_api import expect

from ipv6course.classroom.bundle import read_bundle, receipt_of
from ipv6course.widgets.session import IDLE_SECONDS

pytestmark = pytest.mark.xdist_group("browser")
NAME = "addressing/01-text"
LINE = 'return format(value, "x")'


@pytest.fixture
def fresh_homes(lab, tmp_path):
    """Labs of a learner whose home is gone each time, at one address, as on Binder."""
    number = 0

    def another(port=None, place=None):
        nonlocal number
        number += 1
        running = RunningLab(tmp_path / f"home-{number}", port, place=place)
        shutil.copytree(lab.state / "build", running.state / "build")
        return running

    return another


def solve_one(page, lab):
    """Tell who learns, and write and run one answer."""
    home = HomePage(page, lab).open()
    home.name.fill("amina.k")
    home.save.click()
    expect(home.who).to_contain_text("You are amina.k", timeout=SOON)
    lesson = LessonPage(page, lab, NAME).show()
    lesson.run_first_cell()
    lesson.answer("write-group", LINE)
    lesson.run_selected()
    expect(lesson.output("write-group-1")).to_contain_text("✔ Passed", timeout=SOON)
    return home


def download(page, button):
    """Press a button and return the file that the browser saved."""
    with page.expect_download(timeout=SOON) as saved:
        button.click()
    return saved.value.suggested_filename, saved.value.path().read_bytes()


def test_work_is_handed_in_and_comes_back_in_a_fresh_home(new_page, fresh_homes, tmp_path):
    with fresh_homes() as lab, new_page(lab) as page:
        home = solve_one(page, lab)
        home.show()
        home.panel.get_by_label("Module").select_option("Addressing")
        name, handed_in = download(page, home.panel.get_by_role("button", name="Hand in"))
        receipt = receipt_of(handed_in)
        expect(home.panel).to_contain_text(receipt[:8], timeout=SOON)
        _name, saved = download(page, home.panel.get_by_role("button", name="Save my work"))
        page.goto("about:blank")
    bundle = read_bundle(handed_in)
    assert name.startswith("ipv6-amina.k-addressing-")
    assert (bundle.learner, bundle.assignment, bundle.kind) == (
        "amina.k",
        "addressing",
        "handed-in",
    )
    assert LINE.encode() in bundle.files[f"work/{NAME}.ipynb"].replace(b'\\"', b'"')

    with fresh_homes() as lab, new_page(lab) as page:
        home = HomePage(page, lab).open()
        file = {"name": "mine.zip", "mimeType": "application/zip", "buffer": saved}
        home.panel.get_by_label("Restore from a file").set_input_files(file)
        expect(home.panel).to_contain_text("Your work is back.", timeout=SOON)
        expect(home.who).to_contain_text("You are amina.k")
        learner = LearnerFolder(lab)
        of = len(learner.checks(NAME))
        expect(home.state(learner.title(NAME))).to_have_text(f"1 of {of} checks", timeout=SOON)
        lesson = LessonPage(page, lab, NAME).show()
        expect(lesson.cell("write-group")).to_contain_text(LINE)
        page.goto("about:blank")


def test_what_the_browser_keeps_is_offered_when_the_server_and_its_files_are_gone(
    new_page, fresh_homes
):
    first = fresh_homes()
    with first, new_page(first) as page:
        solve_one(page, first)
        wait_until(lambda: page.evaluate(KEPT), SOON / 1000, "the lesson in the browser's storage")
        first.kill_server()  # before the notebook was saved
        page.goto("about:blank")

        second = fresh_homes(first.port)
        with second:
            home = HomePage(page, second).open()
            home.name.fill("amina.k")
            home.save.click()
            dialog = page.locator(".jp-Dialog")
            expect(dialog).to_contain_text("This browser keeps work of yours", timeout=SOON)
            expect(dialog).to_contain_text("addressing/01-text.ipynb")
            dialog.get_by_role("button", name="Take it back").click()
            expect(dialog).to_have_count(0)
            lesson = LessonPage(page, second, NAME).show()
            expect(lesson.cell("write-group")).to_contain_text(LINE, timeout=SOON)
            assert LINE in LearnerFolder(second).path(NAME).read_text("utf-8").replace('\\"', '"')
            page.goto("about:blank")


@pytest.fixture
def page_with_a_clock(chromium):
    """A page of a profile of its own: Playwright's clock rules every page of a profile."""
    context = chromium.new_context()
    context.set_default_timeout(SOON)
    context.clock.install()
    yield context.new_page()
    context.close()


def test_on_binder_an_idle_learner_is_reminded_to_save(page_with_a_clock, fresh_homes):
    page = page_with_a_clock
    with fresh_homes(place={"BINDER_LAUNCH_HOST": "https://binder.example.org/"}) as binder:
        home = HomePage(page, binder).open()
        reminder = page.locator(".Toastify__toast").filter(has_text="about 10 minutes")
        page.clock.fast_forward((IDLE_SECONDS - 5) * 1000)
        page.keyboard.press("Shift")
        page.clock.fast_forward((IDLE_SECONDS - 5) * 1000)
        expect(reminder).to_have_count(0)
        page.clock.fast_forward(6000)
        expect(reminder).to_be_visible(timeout=SOON)
        save = reminder.get_by_role("button", name="Save my work")
        # The clock went on by minutes and the server's did not, so JupyterLab may ask about a file.
        with page.expect_download(timeout=SOON) as saved:
            save.dispatch_event("click")
        name = saved.value.suggested_filename
        assert name.startswith("ipv6-guest-all-")
        expect(home.panel).to_contain_text("Your work is in one file.", timeout=SOON)
        page.goto("about:blank")


# Whether the browser keeps the lesson with its check passed. The course makes the database.
KEPT = """async () => {
  const opening = indexedDB.open("ipv6-course", 1);
  const database = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const records = await new Promise((done) => {
    const asking = database.transaction("notebooks").objectStore("notebooks").getAll();
    asking.onsuccess = () => done(asking.result);
  });
  database.close();
  return records.some(({ learner, content }) =>
    learner === "amina.k" && JSON.stringify(content).includes("Passed"));
}"""
