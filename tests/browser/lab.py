"""The course as a learner starts it: `ipv6course lab` in a folder of its own, and its speeds.

`RunningLab` is the command as a process. `timed_first_output` and `widget_round_trips` measure what
a learner waits for; `make bench` uses them too.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import psutil
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

COMMAND = (sys.executable, "-m", "ipv6course")
PATIENCE = 120  # seconds for something to start on a busy machine
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
# Variables of a place that is not a learner's laptop, where the tests may happen to run.
_ELSEWHERE = ("BINDER_", "JUPYTER", "NBGRADER_")
_T = TypeVar("_T")


def find_chromium() -> str | None:
    """Return the path of the machine's own browser, or None where there is none."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def launch_chromium(playwright: Playwright) -> Browser:
    """Start the machine's own browser without a window.

    Raises:
        FileNotFoundError: There is none.
    """
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(f"none of {', '.join(CHROMIUM)} is on the PATH")
    return playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGUMENTS])


def wait_until(condition: Callable[[], _T], seconds: float, what: str) -> _T:
    """Return the first true value of a condition.

    Raises:
        TimeoutError: There was none in time.
    """
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds:g} s still not: {what}")
        time.sleep(0.05)
    return value


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningLab:
    """`ipv6course lab` for one learner's folder; at the end of a `with` it is stopped.

    Or another command that opens JupyterLab, such as `teach CLASSROOM`.

    Attributes:
        home: The learner's folder, COURSE_HOME.
        port: Where the server listens.
        url: The address that the command printed, with its token.
        process: The command; the server is its child.
        own: A folder beside the learner's, for what Jupyter keeps of its user.
        arguments: Of `ipv6course`.
        modules: The modules of the course, where they are not its own.
        place: Variables of the environment that say where this is, such as Binder's.
    """

    def __init__(
        self,
        home: Path,
        port: int | None = None,
        *,
        arguments: Sequence[str] = ("lab",),
        modules: Path | None = None,
        place: dict[str, str] | None = None,
    ) -> None:
        self.arguments = arguments
        self.modules = modules
        self.place = place or {}
        self.home = home
        self.port = port or free_port()
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None
        self.own = home.with_name(f"{home.name}-jupyter")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The secret in the printed address."""
        return parse_qs(urlsplit(self.url).query)["token"][0]

    @property
    def state(self) -> Path:
        """Where the course remembers things of its learner."""
        return self.home / ".ipv6-course"

    def environ(self) -> dict[str, str]:
        """Return the command's environment; nothing of the user's own Jupyter settings counts."""
        kept = {name: v for name, v in os.environ.items() if not name.startswith(_ELSEWHERE)}
        return {
            **kept,
            **self.place,
            "BROWSER": "none",
            "COURSE_HOME": str(self.home),
            "JUPYTER_CONFIG_DIR": str(self.own / "config"),
            "JUPYTER_DATA_DIR": str(self.own / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.own / "runtime"),
            "PORT": str(self.port),
            **({"IPV6COURSE_MODULES": str(self.modules)} if self.modules else {}),
        }

    def start(self) -> RunningLab:
        """Start the command and wait for the address that it prints.

        Raises:
            RuntimeError: It ended without one; the error says what it printed instead.
        """
        return self.launch().wait()

    def launch(self) -> RunningLab:
        """Start the command, and do not wait."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with self._printed.open("wb") as output:
            self.process = subprocess.Popen(
                self._command(), env=self.environ(), stdout=output, stderr=subprocess.STDOUT
            )
        return self

    def wait(self) -> RunningLab:
        """Wait for the address that the launched command prints.

        Raises:
            RuntimeError: It ended without one; the error says what it printed instead.
        """

        def printed_url() -> str:
            text = self._printed.read_text("utf-8")
            found = re.search(r"http://127\.0\.0\.1:\d+/\S+", text)
            if found is None and self._running().poll() is not None:
                raise RuntimeError(f"{self._command()} printed no address. It printed:\n{text}")
            return found[0] if found else ""

        try:
            self.url = wait_until(printed_url, PATIENCE, f"an address printed by {self.arguments}")
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def _printed(self) -> Path:
        return self.own.with_suffix(".txt")

    def __enter__(self) -> RunningLab:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()

    def start_again(self) -> subprocess.CompletedProcess[str]:
        """Run the command for the same folder while it runs already, and return how it ended."""
        return subprocess.run(
            self._command(), env=self.environ(), capture_output=True, text=True, timeout=PATIENCE
        )

    def _command(self) -> list[str]:
        return [*COMMAND, *self.arguments]

    def server(self) -> psutil.Process:
        """Return the JupyterLab server, a child of the command."""
        return psutil.Process(self._running().pid).children()[0]

    def stop(self) -> int:
        """Press Ctrl-C and return the command's exit code."""
        process = self._running()
        process.send_signal(signal.SIGINT)
        return process.wait(PATIENCE)

    def kill_server(self) -> None:
        """Kill the server outright, as a power cut would, and wait for the command to notice."""
        self.server().kill()
        self._running().wait(PATIENCE)

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise RuntimeError("the lab was not started")
        return self.process


def timed_first_output(lab: RunningLab, browser: Browser) -> tuple[float, Page]:
    """Start a lab and measure how long a learner waits for the first output of the course.

    The browser runs already, with an empty cache. Nobody reads in between.

    Returns:
        The seconds from the launch of the command, through the home page and its Next, to what the
        first cell of the first lesson prints; and the page that shows it, for its user to close.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(1000 * PATIENCE)
    began = time.perf_counter()
    lab.start()
    page.goto(lab.url)
    page.locator(".ipv6-home a.next").click()
    lesson = page.locator(f"{_IN_FRONT}:not(.ipv6-course-home)")
    expect(lesson).to_be_visible(timeout=1000 * PATIENCE)
    wait_for_kernel(page, lesson)
    first = lesson.locator(".jp-CodeCell").first
    _click_and_run(page, first)
    first.locator(".jp-OutputArea-output").first.wait_for()
    return time.perf_counter() - began, page


def widget_round_trips(page: Page, n: int) -> list[float]:
    """Turn a bit of an address explorer over n times; its lesson is opened if need be.

    Returns:
        The seconds of each: from the click to the new canonical text in the page, through Python.
    """
    if not page.locator(".ipv6x").count():
        _open_and_run(page, "work/addressing/01-text.ipynb")
    page.locator(".ipv6x").scroll_into_view_if_needed()
    act = """document.querySelector('.ipv6x [data-bit="127"]').click()"""
    return _round_trips(page, n, ".ipv6x-canonical", act)


def gallery_round_trips(page: Page, n: int) -> dict[str, list[float]]:
    """Change each widget of the gallery n times; the gallery is opened and run if need be.

    Returns:
        The seconds of each, by the widget's name.
    """
    if not page.locator(_GALLERY["mapper"][0]).count():
        _open_and_run(page, "work/gallery.ipynb")
    return {
        name: _round_trips(page, n, place, f"({act})(trip)")
        for name, (place, act) in _GALLERY.items()
    }


def slider_round_trips(page: Page, n: int) -> list[float]:
    """Move a plain slider of ipywidgets n times, in a notebook made for it: the explorer's peer.

    Returns:
        The seconds of each: from the key to the new text in the page, through Python.
    """
    source = (
        "import ipywidgets\n"
        "slider, text = ipywidgets.IntSlider(max=100000), ipywidgets.Label('0')\n"
        "slider.observe(lambda change: setattr(text, 'value', str(change['new'])), 'value')\n"
        "ipywidgets.VBox([slider, text])"
    )
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": kernel}
    notebook["cells"] = [cell | {"execution_count": None}]
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    origin = page.url.partition("/lab")[0]
    reply = page.request.put(
        f"{origin}/api/contents/slider.ipynb",
        data={"type": "notebook", "content": notebook},
        headers={"X-XSRFToken": cookies["_xsrf"]},
    )
    if not reply.ok:
        raise RuntimeError(f"the notebook with the slider was not made: {reply.text()}")
    _open_and_run(page, "slider.ipynb")
    act = """document.querySelector(".noUi-handle").dispatchEvent(
        new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true, cancelable: true}))"""
    return _round_trips(page, n, f"{_IN_FRONT} .widget-vbox > .widget-label", act)


def wait_for_kernel(page: Page, notebook: Locator) -> None:
    """Wait until the kernel of the notebook in front waits for work.

    The sign in the notebook says idle also before there is a kernel; JupyterLab drops a cell that
    is run then. The status bar does not.
    """
    patience = 1000 * PATIENCE
    status = page.locator("#jp-main-statusbar").get_by_text("(ipykernel) | Idle")
    expect(status).to_be_visible(timeout=patience)
    sign = notebook.locator(".jp-Notebook-ExecutionIndicator")
    expect(sign).to_have_attribute("data-status", "idle", timeout=patience)


def _click_and_run(page: Page, cell: Locator) -> None:
    """Run a cell as a learner does, who clicks again if JupyterLab was not yet ready for it."""
    while True:
        cell.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        try:
            expect(cell.locator(".jp-InputPrompt")).not_to_have_text("[ ]:", timeout=1000)
            return
        except AssertionError:
            continue


def _open_and_run(page: Page, path: str) -> None:
    """Open a notebook in the JupyterLab that the page shows, and run all of its cells."""
    for menu, item in (("File", "Open from Path…"), ("Run", "Run All Cells")):
        page.locator("#jp-MainMenu").get_by_role("menuitem", name=menu, exact=True).click()
        page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
        if menu == "File":
            page.locator(".jp-Dialog input").fill(path)
            page.keyboard.press("Enter")
            name = path.rpartition("/")[2]
            page.locator(".lm-TabBar-tab.jp-mod-current").get_by_text(name).wait_for()
            shown = page.locator(f"{_IN_FRONT} .jp-CodeCell .cm-content").first
            shown.wait_for()
            wait_for_kernel(page, page.locator(_IN_FRONT))


def _round_trips(page: Page, n: int, place: str, act: str) -> list[float]:
    page.locator(place).first.wait_for()
    return [float(trip) for trip in page.evaluate(_ROUND_TRIPS % act, [n, place])]


# Of each widget: where the answer of Python is seen, and what changes the widget the n-th time.
_TYPE = """(place, text) => {
  const input = document.querySelector(place);
  input.value = text;
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
}"""
_CHOOSE = """(place, option) => {
  const list = document.querySelector(place);
  list.selectedIndex = option;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}"""
_GALLERY = {
    "slicer": (
        ".widget-html-content:has(.ipv6s table)",
        """() => [...document.querySelectorAll(".widget-button")]
            .find((button) => button.textContent === "Next subnet").click()""",
    ),
    "identifier": (
        ".widget-html-content:has(.ipv6-iid .result)",
        f"""(n) => ({_TYPE})(".widget-vbox:has(.ipv6-iid) .widget-text:nth-of-type(2) input",
            `2001:db8:53:${{n.toString(16)}}::/64`)""",
    ),
    "mapper": (
        ".ipv6m-facts",
        f"""(n) => ({_TYPE})(".ipv6m-input", `2001:db8:60:1::4c:${{n.toString(16)}}`)""",
    ),
    "treemap": (
        ".widget-select select",
        f"""(n) => {{
            ({_TYPE})(".widget-vbox:has(.widget-select) > .widget-text input", `Provider ${{n}}`);
            [...document.querySelectorAll(".widget-button")]
              .find((button) => button.textContent === "Rename").click();
        }}""",
    ),
    "country explorer": (
        ".ipv6-countries .widget-html-content:has(p.ipv6c-words)",
        """(n) => [...document.querySelectorAll(".ipv6-countries .widget-button")]
            .filter((button) => button.offsetParent)
            .at(n % 2 ? -1 : 0).click()""",  # adds Afghanistan, and removes it
    ),
    "pace explorer": (
        ".ipv6-pace .widget-html-content:has(p.ipv6c-words)",
        f"""(n) => ({_CHOOSE})(".ipv6-pace .widget-dropdown:nth-of-type(2) select", 1 + n % 5)""",
    ),
    "packet inspector": (
        ".ipv6p-tree",
        """(n) => document.querySelectorAll(".ipv6p-frame")[(n + 1) % 2].click()""",
    ),
    "ladder": (
        ".widget-vbox:has(.ipv6l) .ipv6p-tree",
        """(n) => document.querySelectorAll(".ipv6l-step")[(n + 1) % 2].click()""",
    ),
    "network view": (
        ".ipv6n-said",
        """() => document.querySelector(".ipv6n-button").click()""",
    ),
    "packet builder": (
        ".ipv6b-layers",
        """(n) => {
          const labels = [...document.querySelectorAll(".ipv6b-field label")];
          const input = labels.find((label) => label.textContent === "Identifier").control;
          input.value = String(n + 2);
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
    ),
}
_IN_FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"
_ROUND_TRIPS = """async ([n, place]) => {
  const text = document.querySelector(place);
  const seconds = [];
  for (let trip = 0; trip < n; trip += 1) {
    const changed = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        resolve();
      });
      observer.observe(text, { characterData: true, childList: true, subtree: true });
    });
    const began = performance.now();
    %s;
    await changed;
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}"""
