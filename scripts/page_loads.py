"""What lies between an address and its first screen, measured in a real browser.

What a slow line makes of it is computed from three things that no other work on the machine changes: round trips in a
row, bytes, and the main thread's own processor time.
"""

import re
import urllib.request
from dataclasses import dataclass
from typing import Any

from scripts.page_browser import DEVICES, settle

LATENCY_SECONDS, BITS_A_SECOND, SLOWER = 0.15, 1.6e6, 4
"""Lighthouse's "slow 4G", and a phone's processor beside this one."""
PROBE_SECONDS = 2
"""A latency beside which everything else is nothing: with it is counted how often one is waited for after the other."""


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


def first_load(browser: Any, address: str) -> FirstLoad:
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
