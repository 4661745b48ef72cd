"""Pictures of a whole lesson, for people to look at."""

from pathlib import Path

from lesson_page import LessonPage

WIDTHS = (1280, 420)
_PART = 3000  # pixels; a picture of a whole long lesson is more than Chromium can make


def photograph(lesson: LessonPage, folder: Path, name: str) -> None:
    """Save the lesson from top to bottom, wide and narrow, as `<name>-<width>-<part>.png`."""
    page = lesson.page
    page.keyboard.press("Escape")
    page.keyboard.press("Control+b")  # without the list of files, as on a small screen
    for old in folder.glob(f"{name}-*.png"):
        old.unlink()
    scroller = lesson.panel.locator(".jp-WindowedPanel-outer")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": _PART})
        part, bottom = 0, False
        while not bottom:
            part += 1
            bottom = scroller.evaluate(
                """(place, part) => {
                    place.scrollTop = (part - 1) * place.clientHeight;
                    return place.scrollTop + place.clientHeight >= place.scrollHeight - 1;
                }""",
                part,
            )
            page.screenshot(path=folder / f"{name}-{width}-{part}.png")
    page.set_viewport_size({"width": 1280, "height": 900})
