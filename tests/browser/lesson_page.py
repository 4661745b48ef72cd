"""JupyterLab as a learner sees it: open a lesson, run cells, read what they say."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import nbformat
from lab import RunningLab, wait_for_kernel
from learner import grade_id
from playwright.sync_api import Locator, Page, Response, expect

SOON = 120_000  # milliseconds for what takes a second on a machine that is not busy
_FOCUS = "document.activeElement"


class LessonPage:
    """One notebook, open and visible in a browser page.

    Cells go by nbgrader's grade_id, or by their position from 0.
    """

    def __init__(self, page: Page, lab: RunningLab, lesson: str) -> None:
        self.page = page
        self._path = lab.home / "work" / f"{lesson}.ipynb"
        self._inside = f"work/{lesson}.ipynb"
        self._url = f"{lab.origin}/lab/tree/{self._inside}?token={lab.token}"
        cells = nbformat.read(self._path, as_version=4).cells
        self._position = {grade_id(cell): n for n, cell in enumerate(cells) if grade_id(cell)}
        self._code = [n for n, cell in enumerate(cells) if cell.cell_type == "code"]
        self._count = len(cells)
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def open(self) -> LessonPage:
        """Load JupyterLab, anew if need be, with the notebook."""
        self.page.goto(self._url)
        return self.ready()

    def show(self) -> LessonPage:
        """Open the notebook in the JupyterLab that the page shows already, or else load one."""
        if self.page.url == "about:blank":
            return self.open()
        self.choose(self.page, "File", "Open from Path…")
        self.page.locator(".jp-Dialog input").fill(self._inside)
        self.page.keyboard.press("Enter")
        # On a busy machine JupyterLab may still be bringing back another tab.
        tabs = self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
        tabs.filter(has_text=self._path.name).last.click(timeout=SOON)
        return self.ready()

    def ready(self) -> LessonPage:
        """Wait until every cell is there and the kernel waits for work."""
        expect(self.cells).to_have_count(self._count, timeout=SOON)
        self.wait_for_kernel()
        return self

    def wait_for_kernel(self) -> None:
        """Wait until the kernel waits for work."""
        wait_for_kernel(self.page, self.panel)

    @property
    def cells(self) -> Locator:
        """All cells, in order."""
        return self.panel.locator(".jp-Cell")

    @property
    def code_cells(self) -> list[int]:
        """The positions of the code cells."""
        return self._code

    def cell(self, which: str | int) -> Locator:
        """Return a cell."""
        return self.cells.nth(self._position[which] if isinstance(which, str) else which)

    def output(self, which: str | int) -> Locator:
        """Return where a cell's outputs are."""
        return self.cell(which).locator(".jp-Cell-outputArea")

    @staticmethod
    def choose(page: Page, title: str, *items: str) -> None:
        """Choose an item of JupyterLab's menu, by the mouse."""
        page.locator("#jp-MainMenu").get_by_role("menuitem", name=title, exact=True).click()
        for item in items:
            page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()

    def run_all(self) -> None:
        """Choose Run All Cells, and wait until no cell says that it waits.

        A check whose code is folded away has no such sign: wait for what it says.
        """
        self.choose(self.page, "Run", "Run All Cells")
        waiting = self.panel.locator(".jp-CodeCell .jp-InputPrompt").get_by_text(re.compile(r"\*"))
        first = self.cells.nth(self._code[0]).locator(".jp-InputPrompt")
        expect(first).to_have_text("[1]:", timeout=SOON)
        expect(waiting).to_have_count(0, timeout=2 * SOON)

    def save(self) -> None:
        """Press Ctrl+S, and wait until the file is written.

        The tab's sign does not tell: an older save that ends meanwhile takes it away too early.
        """
        with self.page.expect_response(self._is_saved, timeout=SOON):
            self.page.keyboard.press("Control+s")

    def _is_saved(self, response: Response) -> bool:
        return response.request.method == "PUT" and urlsplit(response.url).path.endswith(
            f"/api/contents/{self._inside}"
        )

    def answer(self, exercise: str, line: str) -> None:
        """Type over the last line of a solution cell, and run it; the cell below is then next."""
        self.cell(exercise).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.press("Shift+Home")
        self.page.keyboard.type(line)
        self.page.keyboard.press("Shift+Enter")

    def run_selected(self) -> None:
        """Press Shift+Enter: run the selected cell and go to the one below."""
        self.page.keyboard.press("Shift+Enter")

    def run_first_cell(self) -> None:
        """Run the lesson's first program, which every check needs."""
        self.cell(self._code[0]).locator(".cm-content").click()
        self.run_selected()
        self.wait_for_kernel()

    def restart_kernel(self) -> None:
        """Choose Restart Kernel, and say yes."""
        self.choose(self.page, "Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog").get_by_role("button", name="Confirm Kernel Restart").click()
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)
        self.wait_for_kernel()

    def run_down_to(self, selector: str) -> None:
        """Run cells from the top with Shift+Enter until something shows; no mouse is used."""
        place = self.panel.locator(selector).first
        for _cell in range(self._count):
            self.run_selected()
            self.wait_for_kernel()
            if self.panel.locator(selector).count():
                break
        expect(place).to_be_visible(timeout=SOON)

    def is_focused(self, place: Locator) -> bool:
        """Return whether the keyboard's focus is on an element, or inside it."""
        return bool(place.evaluate(f"(place) => place.contains({_FOCUS})"))

    def tab_to(self, place: Locator, keys: str = "Tab", at_most: int = 40) -> int:
        """Press Tab until the focus is there, and return how many times it took."""
        for pressed in range(1, at_most + 1):
            self.page.keyboard.press(keys)
            if self.is_focused(place):
                return pressed
        raise AssertionError(f"{at_most} times {keys} do not lead to {place}")
