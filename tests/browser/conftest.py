import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from files import AXE
from lab import RunningLab, find_chromium, launch_chromium
from learner import LearnerFolder
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARTIFACTS = Path(__file__).resolve().parents[2] / "build" / "browser"
NewPage = Callable[[RunningLab], AbstractContextManager[Page]]
_OWN_SCHEMES = ("about", "blob", "data")


@dataclass
class Watch:
    """What the browser asked for and complained about during one test."""

    own: set[str] = field(default_factory=set)
    """Host and port of each lab that a page may talk to."""
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """Errors that no script of the page caught."""
    console: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Look at every page that the context has or will have."""
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("page", self._watch_page)
        context.on("weberror", lambda event: self.errors.append(str(event.error)))
        context.on("console", lambda line: self.console.append(f"{line.type}: {line.text}"))

    def _watch_page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self.requests.append(socket.url))

    def forget(self) -> None:
        """Begin anew."""
        for seen in (self.requests, self.errors, self.console):
            seen.clear()

    def outside(self) -> list[str]:
        """Return the requests that left the learner's own machine."""
        parts = ((url, urlsplit(url)) for url in self.requests)
        return [
            url
            for url, part in parts
            if part.netloc not in self.own and part.scheme not in _OWN_SCHEMES
        ]


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where pictures go: of the lessons, and of every page of a test that failed."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for old in ARTIFACTS.glob("failed-*.png"):
        old.unlink()
    return ARTIFACTS


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium."""
    if find_chromium() is None:
        reason = "chromium is not on the PATH; to get it: sudo apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """The course, open for one learner; Ctrl-C ends it."""
    with RunningLab(tmp_path_factory.mktemp("learner") / "home") as running:
        yield running
        assert running.stop() == 0, "Ctrl-C did not end `ipv6course lab` in peace"


@contextmanager
def first_day(lab: RunningLab) -> Iterator[LearnerFolder]:
    """The learner's folder as on the first day, and so again afterwards."""
    folder = LearnerFolder(lab)
    folder.make_fresh()
    yield folder
    folder.make_fresh()


@pytest.fixture
def learner(lab: RunningLab) -> Iterator[LearnerFolder]:
    """The learner's folder as on the first day."""
    with first_day(lab) as folder:
        yield folder


@pytest.fixture(scope="module")
def lasting_learner(lab: RunningLab) -> Iterator[LearnerFolder]:
    """The same for all tests of a module that share a page."""
    with first_day(lab) as folder:
        yield folder


@pytest.fixture(scope="session")
def chromium_profile(chromium: Browser) -> Iterator[tuple[BrowserContext, Watch]]:
    """One browser profile for all tests: what a page has loaded once, the next need not load."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    watch = Watch()
    watch.watch(context)
    yield context, watch
    context.close()


@pytest.fixture
def watch(chromium_profile: tuple[BrowserContext, Watch]) -> Watch:
    """What the browser has done since the test began."""
    return chromium_profile[1]


def forget_kept_work(page: Page, lab: RunningLab) -> None:
    """Empty the browser's storage of a lab, which would offer what another test did."""
    where = {"origin": lab.origin, "storageTypes": "indexeddb"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", where)


@pytest.fixture(scope="session")
def new_page(chromium_profile, artifacts, request) -> NewPage:
    """How to open a page: `with new_page(lab) as page`.

    A request to elsewhere than this lab, or an error that nothing caught, fails the test.
    """
    context, watch = chromium_profile

    @contextmanager
    def opened(lab: RunningLab) -> Iterator[Page]:
        test = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2].split(" ")[0]
        name = re.sub(r"[^\w-]+", "-", test)
        failures = request.session.testsfailed
        watch.own.add(urlsplit(lab.origin).netloc)
        page = context.new_page()
        forget_kept_work(page, lab)
        try:
            yield page
        except BaseException:
            failures -= 1
            raise
        finally:
            failed = request.session.testsfailed > failures
            if failed:
                page.screenshot(path=artifacts / f"failed-{name}.png")
            page.close()
            if failed:
                print("\n".join(["The browser's console:", *watch.console]))
        outside, errors = watch.outside(), [*watch.errors]
        watch.forget()
        assert outside == [], "the browser asked for what is not the learner's own"
        assert errors == [], "JavaScript stopped with an error that nothing caught"

    return opened


@pytest.fixture
def page(new_page, learner, lab) -> Iterator[Page]:
    """A page for one test, and the learner's first day."""
    with new_page(lab) as page:
        yield page


@pytest.fixture(scope="module")
def lasting_page(new_page, lasting_learner, lab) -> Iterator[Page]:
    """A page for all tests of a module: loading JupyterLab takes seconds."""
    with new_page(lab) as page:
        yield page


@pytest.fixture
def open_file(chromium):
    """How to open a page that is one file; scripts of its own and requests fail the test."""
    contexts, complaints, opened_files = [], [], set()

    def opened(path, width, scheme="light", *, axe=False):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=axe
        )
        contexts.append(context)
        opened_files.add(path.as_uri())
        context.on("console", lambda line: complaints.append(line.text))
        context.on("request", lambda request: complaints.append(request.url))
        page = context.new_page()
        page.goto(path.as_uri())
        if axe:
            if not AXE.is_file():
                pytest.fail("axe-core is missing; to get it: (cd tests && npm install)")
            page.add_script_tag(path=AXE)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [line for line in complaints if line not in opened_files] == []
