"""The home page as a learner sees it."""

from __future__ import annotations

from lab import RunningLab
from lesson_page import SOON
from playwright.sync_api import Locator, Page, expect


class HomePage:
    """The home page, in a browser page of its own."""

    def __init__(self, page: Page, lab: RunningLab) -> None:
        self.page = page
        self._url = lab.url
        self.panel = page.locator(".ipv6-course-home")
        self.next = self.panel.locator("a.next")
        self.name = self.panel.get_by_label("Your id")
        self.save = self.panel.get_by_role("button", name="Save", exact=True)
        self.who = self.panel.locator(".ipv6-who")

    def open(self) -> HomePage:
        """Load the address that the command printed, and wait for the map."""
        self.page.goto(self._url)
        return self.ready()

    def ready(self) -> HomePage:
        """Wait for the map."""
        expect(self.panel.locator("li").first).to_be_visible(timeout=SOON)
        return self

    def show(self) -> HomePage:
        """Choose the tab of the home page, or load it."""
        if self.page.url == "about:blank":
            return self.open()
        self.page.locator(".lm-DockPanel-tabBar").get_by_text("home.ipynb").click()
        return self.ready()

    def row(self, title: str) -> Locator:
        """Return the row of a lesson."""
        return self.panel.locator("li").filter(has_text=title)

    def state(self, title: str) -> Locator:
        """Return the place that says how far a lesson is."""
        return self.row(title).locator(".state")
