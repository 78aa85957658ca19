"""Looks at every screen as people do: python -m scripts.page_report

A small bank is played (60 members), each part is opened in a real browser on a phone and on a desktop, and written down
in docs/pages.md are what its first load weighs, after how long it is there on a slow line, and what axe finds (WCAG 2.2
AA). The README's pictures are taken on the way (docs/pictures). Needs Playwright and Chromium, as the tests of the
pages do. The line is Lighthouse's "slow 4G" (1.6 Mbit/s, 150 ms there and back), the processor four times slower.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.pages import ROOT, WORK
from scripts.stage import acts, guests, survey
from scripts.stage.cast import Company
from scripts.stage.processes import Stage

AXE = WORK / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PICTURES, TABLE = ROOT / "docs" / "pictures", ROOT / "docs" / "pages.md"
MEMBERS = 60
SETTLED = "[data-mark=waiting], [data-loading]"
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
SCREENS = {
    "member": (
        *(
            "",
            "/surveys",
            "/disclosures",
            "/coupons",
            "/redeem",
            "/passbook",
            "/mine",
            "/draws",
            "/rules",
            "/rules/new",
        ),
        *("/documents", "/documents/new", "/acting", "/rights", "/erase", "/terms", "/devices", "/recovery"),
        *("/guardians", "/keys"),
    ),
    "partner": (
        *("", "/requests", "/requests/new", "/releases", "/coupons", "/coupons/new", "/campaigns"),
        *("/statement", "/team"),
    ),
    "board": ("", "/decided", "/approvals", "/quota", "/rules", "/guardians", "/draws"),
    "operator": (
        *("", "/people", "/people/invite", "/people/enroll", "/surveys", "/surveys/new", "/releases", "/draws"),
        *("/draws/new", "/rights", "/gifts", "/quota", "/rules", "/approvals"),
    ),
    "shop": ("", "/amount", "/day"),
    "custodian": ("", "/shares", "/approvals"),
    "explorer": ("", "/events", "/consents", "/releases", "/blocks", "/contracts"),
}
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8,
    "uploadThroughput": 750 * 1024 / 8,
}
SLOWER = 4
LARGEST_PAINT = """() => new Promise((found) => {
    new PerformanceObserver((list) => found(list.getEntries().at(-1).startTime))
        .observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => found(0), 3000);
})"""
HEAD = """\
# Pages, screen by screen

Made by `python -m scripts.page_report`: a bank with {members} members, a real browser. *First load* is everything
that the browser fetches before a part's first screen stands, compressed, nothing kept from before; *on slow 4G* is when
that screen stands (1.6 Mbit/s, 150 ms there and back, a processor four times slower than the one that measured), and
when the largest thing of it was painted; *axe* is the number of rules of WCAG 2.2 AA (and of axe's best practice) that
are broken. Times depend on the machine and on what else it did; sizes and axe's findings do not.

| screen | first load, bytes | slow 4G: stands, painted, s | axe, phone, Japanese, light | axe, desktop, English, dark |
|---|--:|--:|--:|--:|
"""


@dataclass(frozen=True)
class Picture:
    """One for the README: which screen, on which device; `path` is below the part, `{release}` what was released."""

    name: str
    part: str
    path: str
    device: str
    language: str


def pictures(story: acts.Story) -> tuple[Picture, ...]:
    release = story.releases[0]["release_id"]
    return (
        Picture("member", "member", "", "phone", "ja"),
        Picture("request", "member", f"/requests/{story.request_id}", "phone", "en"),
        Picture("passbook", "member", "/passbook", "phone", "ja"),
        Picture("till", "shop", "/coupons/", "phone", "ja"),
        Picture("release", "partner", f"/releases/{release}", "desktop", "en"),
        Picture("explorer", "explorer", "", "desktop", "en"),
    )


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


def main() -> int:
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None or not AXE.exists():
        print("needs Chromium, and axe from: python -m scripts.pages --check", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="azukari-") as scratch, sync_playwright() as running:
        stage = Stage(Path(scratch), "localhost")
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            company, story = _play(stage)
            ways = {way.part: way.link(stage.bank.url) for way in guests.leave_open(company, story)}
            _take(browser, stage.bank.url, ways, story)
            TABLE.write_text(HEAD.format(members=MEMBERS) + _table(browser, stage.bank.url, ways), encoding="utf-8")
            company.close()
        finally:
            browser.close()
            stage.stop()
    print(f"wrote {TABLE.relative_to(ROOT)} and {PICTURES.relative_to(ROOT)}")
    return 0


def _play(stage: Stage) -> tuple[Company, acts.Story]:
    stage.start_ledger()
    stage.deploy()
    company, story = Company(stage.start_bank("預かり銀行 / Azukari Bank"), stage.operator), acts.Story()
    acts.enroll(company)
    acts.join(company, MEMBERS, lambda: None)
    acts.publish_survey(company, story)
    acts.answer(company, story, survey.respondents(MEMBERS), lambda: None)
    acts.ask(company, story)
    acts.decide(company, story, lambda: None)
    acts.release(company, story)
    acts.trade(company, story, lambda: None)
    return company, story


def _open(browser: Any, way: str, device: str, language: str, scheme: str) -> Any:
    locale = {"ja": "ja-JP", "en": "en-GB"}[language]
    page = browser.new_context(locale=locale, color_scheme=scheme, **DEVICES[device]).new_page()
    page.goto(way)
    settle(page)
    return page


def _take(browser: Any, url: str, ways: dict[str, str], story: acts.Story) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for one in pictures(story):
        way = ways.get(one.part, f"{url}/{one.part}")
        page = _open(browser, way, one.device, one.language, "light")
        if one.path.endswith("/"):
            page.locator(f'a[href^="/{one.part}{one.path}0x"]').first.click()
            page.locator("[data-qr]").wait_for()
        else:
            go(page, f"/{one.part}{one.path}")
        page.screenshot(path=PICTURES / f"{one.name}.png")
        page.context.close()


def _table(browser: Any, url: str, ways: dict[str, str]) -> str:
    lines = []
    for part, screens in SCREENS.items():
        way = ways.get(part, f"{url}/{part}")
        sizes = _first_load(browser, f"{url}/{part}")
        waits = _slow_load(browser, f"{url}/{part}")
        phone = _axe(browser, way, part, screens, "phone", "ja", "light")
        desktop = _axe(browser, way, part, screens, "desktop", "en", "dark")
        for place, (screen, one, other) in enumerate(zip(screens, phone, desktop, strict=True)):
            load = f"{sizes} | {waits}" if place == 0 else " | "
            lines.append(f"| `/{part}{screen}` | {load} | {one} | {other} |\n")
    return "".join(lines)


def _first_load(browser: Any, address: str) -> int:
    page = browser.new_context(locale="ja-JP", service_workers="block").new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(address)
    settle(page)
    page.wait_for_load_state("networkidle")
    page.context.close()
    return sum(sizes.values())


def _slow_load(browser: Any, address: str) -> str:
    """Seconds until the first screen stands, and until the largest of it was painted (LCP), on a slow line."""
    page = browser.new_context(locale="ja-JP", service_workers="block", **DEVICES["phone"]).new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    page.locator("main h1").first.wait_for()
    stands = page.evaluate("performance.now()")
    painted = page.evaluate(LARGEST_PAINT)
    page.context.close()
    return f"{stands / 1000:.1f}, {painted / 1000:.1f}"


def _axe(
    browser: Any, way: str, part: str, screens: Sequence[str], device: str, language: str, scheme: str
) -> list[int]:
    page, found = _open(browser, way, device, language, scheme), []
    for screen in screens:
        go(page, f"/{part}{screen}")
        found.append(len(violations(page)))
    page.context.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
