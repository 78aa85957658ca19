"""A real browser on the pages: where it is, how it goes from screen to screen, what axe finds there (WCAG 2.2 AA)."""

import os
import shutil
from typing import Any

from scripts.pages import WORK

AXE = WORK / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SETTLED = "[data-mark=waiting], [data-loading]"
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}


def find_browser() -> str | None:
    return os.environ.get("AZUKARI_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """What axe finds on the screen as it stands: rule, and the first elements that break it."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    return [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found["violations"]]


def settle(page: Any) -> None:
    """Until a screen stands and nothing of it is awaited."""
    page.locator("main h1").first.wait_for()
    page.locator(SETTLED).first.wait_for(state="detached")


def go(page: Any, path: str) -> None:
    """To a screen without loading the document, so that the wallet stays open."""
    page.evaluate("path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }", path)
    settle(page)
