"""Pages that are one file: opened alone, they may ask for nothing, and axe judges them."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
_ASK = """async () => {
  const result = await axe.run(document, { resultTypes: ["violations"] });
  return [result.passes.length, result.violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map((node) => `${impact}: ${id}: ${help}: ${node.html.slice(0, 160)}`))];
}"""


def ask_axe(page: Page) -> tuple[int, list[str]]:
    """Return how many rules a page passed, and what axe-core complains of."""
    passed, found = page.evaluate(_ASK)
    return passed, found
