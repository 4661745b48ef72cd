"""nbgrader's own pages in JupyterLab: Assignment List of a learner, Formgrader of an instructor."""

from __future__ import annotations

import re

from lab import RunningLab
from lesson_page import SOON, LessonPage
from playwright.sync_api import FrameLocator, Locator, Page, expect

LATE = 4 * SOON  # milliseconds for what nbgrader takes seconds to do


def menu_items(page: Page, title: str) -> list[str]:
    """Return the visible items of a menu of JupyterLab."""
    page.locator("#jp-MainMenu").get_by_role("menuitem", name=title, exact=True).click()
    items = page.locator(".lm-Menu-itemLabel:visible")
    expect(items.first).to_be_visible()
    shown = items.all_inner_texts()
    page.keyboard.press("Escape")
    return shown


class AssignmentList:
    """Assignment List, in the JupyterLab that the page shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("#nbgrader-assignment-list")

    def open(self) -> AssignmentList:
        """Choose it from the menu."""
        LessonPage.choose(self.page, "Nbgrader", "Assignment List")
        expect(self.panel).to_be_visible()
        return self

    def refresh(self) -> AssignmentList:
        """Press its button Refresh."""
        self.panel.locator("#refresh_assignments_list").click()
        return self

    def row(self, part: str, assignment: str) -> Locator:
        """Return an assignment's row among the `released`, `fetched` or `submitted`."""
        rows = self.panel.locator(f"#{part}_assignments_list > .list_item")
        return rows.filter(has_text=assignment)

    def press(self, part: str, assignment: str, button: str) -> None:
        """Press a button of an assignment."""
        row = self.row(part, assignment)
        row.locator("> .col-md-12 > .item_status").get_by_role("button", name=button).click()

    def notebook(self, assignment: str, name: str) -> Locator:
        """Return the row of a fetched notebook, unfolded if need be."""
        row = self.row("fetched", assignment).locator(".nested_list_item").filter(has_text=name)
        if not row.is_visible():
            self.row("fetched", assignment).locator(".assignment-notebooks-link").click()
        expect(row).to_be_visible()
        return row

    def validate(self, assignment: str, name: str) -> str:
        """Press Validate of a notebook, and return what the answer says."""
        row = self.notebook(assignment, name)
        row.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog")
        expect(dialog).to_contain_text("Validation Results", timeout=LATE)
        said = dialog.inner_text()
        dialog.get_by_role("button", name="OK").click()
        return said


class Formgrader:
    """Formgrader, in the JupyterLab that the page shows."""

    def __init__(self, page: Page, lab: RunningLab) -> None:
        self.page = page
        self._url = lab.url
        self.frame: FrameLocator = page.frame_locator("#formgrader-iframe iframe")

    def open(self) -> Formgrader:
        """Load JupyterLab, and choose Formgrader from the menu."""
        self.page.goto(self._url)
        LessonPage.choose(self.page, "Nbgrader", "Formgrader")
        expect(self.frame.get_by_text("Manage Assignments").first).to_be_visible(timeout=SOON)
        return self

    def row(self, name: str) -> Locator:
        """Return the row of a table that has a text."""
        return self.frame.locator("#main-table tr").filter(has_text=name)

    def press(self, name: str, what: str) -> str:
        """Press the sign in a column of a row; return what the answer says, and close it.

        Args:
            name: A text of the row.
            what: The column's class: `assign`, `release`, `collect`, `autograde`, ….
        """
        self.row(name).locator(f"td.{what} a").click()
        answer = self.frame.locator(".modal.in")
        expect(answer).to_be_visible(timeout=LATE)
        said = answer.inner_text()
        answer.get_by_role("button", name="OK").click()
        expect(self.frame.locator(".modal")).to_have_count(0)
        return said

    def go(self, *links: str) -> None:
        """Click links, one after the other; each leads to a page of its own."""
        for link in links:
            self.frame.get_by_role("link", name=link, exact=True).first.click()

    def give(self, grade_id: str, points: float, comment: str) -> None:
        """Give points and a comment to the answer that is shown, and wait until both are saved."""
        # Before nbgrader has fetched what it knows of the answer, it forgets what is written there.
        score = self.frame.locator(f"input.score.needs_manual_grade#{grade_id}")
        comment_place = self.frame.locator(f"textarea[placeholder]#{grade_id}-comment")
        for place, text, kind in (
            (score, f"{points:g}", "grade"),
            (comment_place, comment, "comment"),
        ):
            expect(place).to_be_visible(timeout=SOON)
            with self.page.expect_response(re.compile(f"/formgrader/api/{kind}/")) as saved:
                place.fill(text)
                place.press("Tab")
            assert saved.value.ok
