"""axe-core finds nothing serious in what the course itself puts on the screen."""

from pathlib import Path

import pytest
from gallery import NAME as GALLERY
from gallery import write_gallery
from home_page import HomePage
from lesson_page import LessonPage
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")
AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 420, 320)
TALL = 4000  # all of a widget is on the screen: axe does not judge the colours of what is not
OUTPUT = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output"
OURS = {
    "home.ipynb": {"home page": OUTPUT},
    "01-start.ipynb": {
        "slider": f"{OUTPUT}:has(.ipv6-digit)",
        "diagnostic": f"{OUTPUT}:has(.widget-text)",
    },
    "01-text.ipynb": {"explorer": ".ipv6x"},
    "gallery.ipynb": {
        "slicer": f"{OUTPUT}:has(.ipv6s)",
        "identifier": f"{OUTPUT}:has(.ipv6-iid)",
        "mapper": ".ipv6m",
        "treemap": f"{OUTPUT}:has(.js-plotly-plot)",
        "countries": ".ipv6-countries",
        "pace": ".ipv6-pace",
        "chart": f"{OUTPUT}:has(details.ipv6c-words)",
        "inspector": ".ipv6p:has(.ipv6p-frame)",
        "ladder": ".ipv6l",
        "network": ".ipv6n",
        "builder": ".ipv6b",
        "choices": ".ipv6-choice",
        "answer": ".ipv6-answer",
    },
}
ASK_AXE = """async (selector) => {
  const result = await axe.run({ include: [[selector]] }, { resultTypes: ["violations"] });
  const judged = result.passes.length;
  return [judged, result.violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map((node) => `${impact}: ${id}: ${help}: ${node.html.slice(0, 160)}`))];
}"""


@pytest.fixture(scope="module")
def page(lasting_page, lasting_learner, lab):
    """JupyterLab with the home page, two lessons and the gallery, each in a tab."""
    if not AXE.is_file():
        pytest.fail("axe-core is missing; to get it: (cd tests && npm install)")
    page = lasting_page
    HomePage(page, lab).open()
    lasting_learner.solve("orientation/01-start")
    orientation = LessonPage(page, lab, "orientation/01-start").show()
    orientation.run_all()
    expect(orientation.panel.locator(".widget-text").last).to_be_attached()
    LessonPage(page, lab, "addressing/01-text").show().run_down_to(".ipv6x")
    write_gallery(lab.home / "work")
    LessonPage(page, lab, GALLERY).show().run_down_to(".ipv6-answer")
    page.keyboard.press("Control+b")  # the list of files would leave no room at 320 pixels
    page.add_script_tag(path=AXE)
    return page


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_serious(theme, page):
    page.set_viewport_size({"width": 1280, "height": 900})
    LessonPage.choose(page, "Settings", "Theme", f"JupyterLab {theme}")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", f"JupyterLab {theme}")

    found = []
    for tab, places in OURS.items():
        page.set_viewport_size({"width": 1280, "height": TALL})
        page.locator(".lm-DockPanel-tabBar").get_by_text(tab).click()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": TALL})
            for name, selector in places.items():
                expect(page.locator(selector).first).to_be_visible()
                page.locator(selector).first.evaluate("(place) => place.scrollIntoView()")
                judged, violations = page.evaluate(ASK_AXE, selector)
                assert judged, f"axe has looked at nothing of the {name}"
                found += [f"{name}, {width} px: {violation}" for violation in violations]

    print("\n".join(found))
    assert [line for line in found if ": serious:" in line or ": critical:" in line] == []
