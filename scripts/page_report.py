"""Looks at every screen as people do: python -m scripts.page_report [--first-loads]

A small bank is played (60 members), each part is opened in a real browser on a phone and on a desktop, and written down
in docs/pages.md are what its first load weighs, after how long it is there on a slow line, and what axe finds (WCAG 2.2
AA). The README's pictures are taken on the way (docs/pictures). Needs Playwright and Chromium, as the tests of the
pages do. What a slow line makes of it is computed from three things that no other work on the machine changes: round
trips in a row, bytes, and the main thread's own processor time.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import urllib.request
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
LATENCY_SECONDS, BITS_A_SECOND, SLOWER = 0.15, 1.6e6, 4
"""Lighthouse's "slow 4G", and a phone's processor beside this one."""
PROBE_SECONDS = 2
"""A latency beside which everything else is nothing: with it is counted how often one is waited for after the other."""
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
                    print(f"| `/{part}` | {_first_load(browser, f'{url}/{part}').row} |")
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
        first = _first_load(browser, f"{url}/{part}")
        phone = _axe(browser, way, part, screens, "phone", "ja", "light")
        desktop = _axe(browser, way, part, screens, "desktop", "en", "dark")
        for place, (screen, one, other) in enumerate(zip(screens, phone, desktop, strict=True)):
            load = first.row if place == 0 else " | | | "
            lines.append(f"| `/{part}{screen}` | {load} | {one} | {other} |\n")
    return "".join(lines)


@dataclass(frozen=True)
class FirstLoad:
    """What lies between an address and its first screen."""

    size: int
    rounds: int
    processor_seconds: float

    @property
    def usable_seconds(self) -> float:
        return self.rounds * LATENCY_SECONDS + self.size * 8 / BITS_A_SECOND + self.processor_seconds * SLOWER

    @property
    def row(self) -> str:
        return f"{self.size} | {self.rounds} | {self.processor_seconds * 1000:.0f} | {self.usable_seconds:.1f}"


def _first_load(browser: Any, address: str) -> FirstLoad:
    tries = [_computed(browser, address) for _ in range(3)]
    return FirstLoad(_weighed(browser, address), _rounds(browser, address), sorted(tries)[1])


def _stranger(browser: Any, address: str) -> Any:
    """A page that keeps nothing from before, and that is given nothing of what is fetched for later."""
    page = browser.new_context(locale="ja-JP", service_workers="block", **DEVICES["phone"]).new_page()
    with urllib.request.urlopen(address) as document:
        for name in re.findall(r'rel="later"[^>]*href="([^"]+)"', document.read().decode()):
            page.route(f"**{name}", lambda route: route.abort())
    return page


def _weighed(browser: Any, address: str) -> int:
    """Bytes of all answers that came before the first screen stood."""
    page, asked = _stranger(browser, address), list[Any]()
    page.on("request", lambda request: asked.append(request))
    page.goto(address, wait_until="commit")
    page.locator("main h1").first.wait_for()
    needed = asked[:]
    page.wait_for_load_state("networkidle")
    found: int = sum(request.sizes()["responseBodySize"] for request in needed if request.failure is None)
    page.context.close()
    return found


def _rounds(browser: Any, address: str) -> int:
    page = _stranger(browser, address)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    unlimited = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    devtools.send("Network.emulateNetworkConditions", unlimited | {"latency": PROBE_SECONDS * 1000})
    page.goto(address, wait_until="commit")
    page.locator("main h1").first.wait_for()
    seconds = page.evaluate("performance.now()") / 1000
    page.context.close()
    return int(seconds // PROBE_SECONDS)


def _computed(browser: Any, address: str) -> float:
    """Seconds of processor time of the page's main thread until the first screen stood."""
    page = _stranger(browser, address)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address, wait_until="commit")
    settle(page)
    told = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    page.context.close()
    return float(told["TaskDuration"])


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
