"""Opens an address in Chromium, follows the home page's "Next", and prints what is there as JSON.

A program of its own: one process can have Playwright's synchronous form only once, and the tests of
`tests/browser` may have it.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
from lab import launch_chromium

_PATIENCE = 60_000  # milliseconds

with sync_playwright() as playwright:
    page = launch_chromium(playwright).new_page()
    page.goto(sys.argv[1])
    home = page.locator(".ipv6-course-home")
    home.locator("li").first.wait_for(timeout=_PATIENCE)
    found = {
        "next": home.locator("a.next").inner_text(),
        "lessons": home.locator("li").count(),
        "code": home.locator(".jp-InputArea:visible").count(),
        "pop-ups": page.locator(".jp-Dialog, .Toastify__toast").count(),
        "menus": page.locator("#jp-MainMenu").get_by_role("menuitem").all_inner_texts(),
    }
    home.locator("a.next").click()
    home.wait_for(state="hidden", timeout=_PATIENCE)
    lesson = page.locator(".jp-NotebookPanel:visible .jp-Notebook")
    lesson.get_by_role("heading").first.wait_for(timeout=_PATIENCE)
    found["lesson"] = lesson.get_by_role("heading").first.inner_text()
    print(json.dumps(found))
