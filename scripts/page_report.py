"""Looks at every screen as people do: python -m scripts.page_report [--first-loads]

A small bank is played (60 members), each part is opened in a real browser on a phone and on a desktop, and written down
in docs/pages.md are what its first load weighs, after how long it is there on a slow line, and what axe finds (WCAG 2.2
AA). The README's pictures are taken on the way (docs/pictures). Needs Playwright and Chromium, as the tests of the
pages do.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.page_browser import AXE, DEVICES, find_browser, go, settle, violations
from scripts.page_loads import first_load
from scripts.pages import ROOT
from scripts.stage import acts, guests, survey
from scripts.stage.cast import Company
from scripts.stage.processes import Stage

PICTURES, TABLE = ROOT / "docs" / "pictures", ROOT / "docs" / "pages.md"
MEMBERS = 60
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
        *("/documents", "/documents/new", "/papers", "/boxes", "/acting", "/rights", "/erase", "/terms", "/devices"),
        *("/recovery", "/register", "/guardians", "/keys", "/preferences", "/promotions", "/notices"),
        *(
            "/surveys/*",
            "/surveys/*/correction",
            "/requests/*",
            "/coupons/*",
            "/boxes/*",
            "/documents/*/custodians",
            "/documents/*/papers",
        ),
    ),
    "partner": (
        *("", "/requests", "/requests/new", "/releases", "/coupons", "/coupons/new", "/campaigns"),
        *("/promotions", "/promotions/new", "/statement", "/team", "/keys", "/notices", "/requests/*", "/releases/*"),
    ),
    "board": (
        *("", "/decided", "/approvals", "/quota", "/rules", "/guardians", "/draws", "/key", "/keys", "/notices"),
        *("/requests/*",),
    ),
    "operator": (
        *("", "/people", "/people/invite", "/people/enroll", "/people/registrations", "/surveys", "/surveys/new"),
        *(
            "/releases",
            "/draws",
            "/draws/new",
            "/rights",
            "/gifts",
            "/promotions",
            "/quota",
            "/rules",
            "/key",
            "/apps",
            "/policies",
        ),
        *("/terms", "/approvals", "/keys", "/notices", "/people/*", "/surveys/*", "/releases/*", "/requests/*"),
    ),
    "shop": ("", "/amount", "/day", "/keys", "/notices", "/coupons/*"),
    "custodian": (
        *("", "/shares", "/deal", "/approvals", "/keys", "/notices", "/openings/*", "/shares/*", "/shares/*/paper"),
    ),
    "explorer": ("", "/events", "/consents", "/releases", "/results", "/blocks", "/contracts", "/results/*"),
}
"""Each screen by its address; `*` is whatever the first link on the way there names: of the list, else of the home."""
NOT_MET = {
    "member": ("/pay",),
    "board": ("/key/*", "/draws/*"),
    "explorer": ("/account/*", "/id/*", "/block", "/transaction/*"),
}
"""What nothing on this small stage leads to; the browser's tests look at these."""
HEAD = """\
# Pages, screen by screen

Made by `python -m scripts.page_report`: a bank with {members} members, a real browser. *First load* is everything
that the browser fetches until a part's first screen stands, compressed, nothing kept from before; *round trips* is how
often it waits for an answer before it can ask on; *processor* is what the main thread computed meanwhile, on the
machine that measured. *Slow 4G* is when the screen can be used; it follows from these three: 150 ms a round trip,
1.6 Mbit/s, a processor four times slower. Only the processor time grows somewhat where others compute beside it.
*axe* is the number of rules of WCAG 2.2 AA (and of axe's best practice) that are broken.

| screen | first load, bytes | round trips | processor, ms | slow 4G, s | axe: phone, ja, light | axe: desk, en, dark |
|---|--:|--:|--:|--:|--:|--:|
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


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--first-loads", action="store_true", help="only measure first loads, and write nothing")
    chosen = parser.parse_args()

    path = find_browser()
    if path is None or not AXE.exists():
        print("needs Chromium, and axe from: python -m scripts.pages --check", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="azukari-") as scratch, sync_playwright() as running:
        stage = Stage(Path(scratch), "localhost")
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            if chosen.first_loads:
                stage.start_ledger()
                stage.deploy()
                url = stage.start_bank("預かり銀行 / Azukari Bank")
                for part in SCREENS:
                    print(f"| `/{part}` | {first_load(browser, f'{url}/{part}').row} |")
                return 0
            company, story = _play(stage)
            ways = {way.part: way.link(stage.bank.url) for way in guests.leave_open(company, story)}
            guests.publish_result(company, story)
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
        first = first_load(browser, f"{url}/{part}")
        phone = _axe(browser, way, part, screens, "phone", "ja", "light")
        desktop = _axe(browser, way, part, screens, "desktop", "en", "dark")
        for place, (screen, one, other) in enumerate(zip(screens, phone, desktop, strict=True)):
            load = first.row if place == 0 else " | | | "
            lines.append(f"| `/{part}{screen}` | {load} | {one} | {other} |\n")
    return "".join(lines)


def _axe(
    browser: Any, way: str, part: str, screens: Sequence[str], device: str, language: str, scheme: str
) -> list[int]:
    page, found = _open(browser, way, device, language, scheme), []
    for screen in screens:
        go(page, met(page, part, screen))
        found.append(len(violations(page)))
    page.context.close()
    return found


def met(page: Any, part: str, screen: str) -> str:
    """A screen's address; where it has a `*`, what the first link from its list, or from the home, leads to."""
    before, star, after = screen.partition("/*")
    if not star:
        return f"/{part}{screen}"
    folder = f"/{part}{before}/"
    for way in (f"/{part}{before}", f"/{part}"):
        go(page, way)
        links = page.locator(f'main a[href^="{folder}"]')
        named = [str(each.get_attribute("href")).removeprefix(folder).split("/")[0] for each in links.all()]
        found = [name for name in named if f"{before}/{name}" not in SCREENS[part]]
        if found:
            return f"{folder}{found[0]}{after}"
    raise LookupError(f"nothing leads to {screen} of {part}")


if __name__ == "__main__":
    sys.exit(main())
