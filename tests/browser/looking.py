"""What is wrong with a page for those who can't see it well, or see it on a small screen."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def complaints(page: Page) -> list[str]:
    """Axe's findings, and whether the page scrolls sideways; none when all is well."""
    page.evaluate(AXE.read_text())
    result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    found = [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"scrolls sideways by {width} pixels"] if width > 0 else [])


def assert_readable(page: Page) -> None:
    """For a page that is there at one moment of a story only."""
    found = complaints(page)
    assert not found, f"{page.url}: {found}"


def assert_fits(page: Page) -> None:
    """For a browser without scripts: the page is as wide as the screen.

    Axe needs the page's own clock, which stands still there.
    """
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{page.url} scrolls sideways by {width} pixels"
