"""A real bank and ledger, the built pages, and a real browser: Chromium, wherever this machine has one.

Where there is no browser, no Playwright or no pages, the tests are skipped with a sentence that says how to get them.
AZUKARI_CHROMIUM names the browser; AZUKARI_SCREENSHOTS a folder that keeps a picture of every screen.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bank_api.settings import PAGES
from chaincode.ids import new_id, to_hex
from scripts.page_browser import DEVICES, find_browser
from scripts.stage import acts, survey
from scripts.stage.cast import Company
from scripts.stage.processes import Stage
from wallet_cli import receipt
from wallet_cli.bank_client import Invitation
from wallet_cli.keystore import Keystore
from wallet_cli.pins import pins_of

MEMBERS = 14
WAIT_MILLISECONDS = 60_000
"""How long a screen may take on the slowest machine; nothing waits so long on any other."""
PASSPHRASE = "correct horse battery staple"


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/pages/" in item.nodeid:
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="module")
def stage(browser, tmp_path_factory, deployed) -> Iterator[Stage]:
    """Ledger and bank, the bank under a name: browsers keep passkeys at none but a name. Nothing starts in vain where
    there is no browser.
    """
    if not (PAGES / "member.html").exists():
        pytest.skip("the pages are not built: python -m scripts.pages")
    stage = deployed(Path(tmp_path_factory.mktemp("stage")), "localhost")
    try:
        stage.start_ledger()
        stage.bank.environment["AZUKARI_BANK_PROMOTION_K"] = "1"  # few live here
        stage.bank.environment["AZUKARI_BANK_ROTATION_SETTLE_SECONDS"] = "1"  # no answer is under way for two minutes
        stage.start_bank("試験銀行 / Test bank")
        yield stage
    finally:
        stage.stop()


@pytest.fixture(scope="module")
def company(stage) -> Iterator[Company]:
    company = Company(stage.bank.url, stage.operator)
    acts.enroll(company)
    acts.join(company, MEMBERS, lambda: None)
    yield company
    company.close()


@pytest.fixture(scope="module")
def story(company) -> acts.Story:
    """A survey with answers, a request that the board approved, and coupons on the shelf."""
    story = acts.Story()
    acts.publish_survey(company, story)
    acts.answer(company, story, survey.respondents(MEMBERS), lambda: None)
    acts.ask(company, story)
    acts.decide(company, story, lambda: None)
    acts.trade(company, story, lambda: None)
    return story


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="no Playwright here: pip install --require-hashes -r requirements/browser.txt"
    )
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-ipafont-gothic, or name one by AZUKARI_CHROMIUM")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@dataclass
class Reader:
    """Somebody before a screen: a browser profile of their own, and what went wrong in it."""

    page: object
    company: Company
    language: str
    faults: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def forgive(self, words: str = "") -> None:
        """Let faults with these words be none, also those that come yet: what a page shows may be there before them."""
        self.forgiven.append(words)

    def unforgiven(self) -> list[str]:
        return [fault for fault in self.faults if not any(words in fault for words in self.forgiven)]

    def open(self, path: str) -> None:
        self.page.goto(self.company.connection.base_url + path)
        self.page.locator("main h1").first.wait_for()

    def invited(self) -> str:
        code = to_hex(new_id())[2:34]
        self.company.operator.client.operator.invite([Invitation(code=code, name="会員")])
        return code

    def join(self, passphrase: str = PASSPHRASE) -> None:
        """From the invitation's link to the member's home."""
        self.open(f"/member/join#{self.invited()}")
        self.page.locator("button.main").click()
        self.page.locator("input[type=password]").first.wait_for()
        for entry in self.page.locator("input[type=password]").all():
            entry.fill(passphrase)
        self.page.locator("button.main").click()
        self.sign()
        self.page.locator("a.button.main").click()
        self.page.locator("[data-coins]").wait_for()

    def unlock(self) -> None:
        """From the wallet's passphrase to the member's home."""
        self.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
        self.page.locator("button.main").click()
        self.page.locator("[data-coins], [data-resting]").first.wait_for()

    def sign(self) -> None:
        """Read the sentence, sign it, and see it checked against the record."""
        assert self.page.locator(".sentence").inner_text()
        self.page.locator("[data-confirm]").click()
        self.page.locator("[aria-labelledby=signing] [data-mark=true]").wait_for()

    def saved_receipt(self, card) -> receipt.Proven:
        """The receipt of a consent, as its card saves it and as anybody verifies it: what it shows, once proven."""
        card.locator("details:has([data-receipt]) > summary").click()
        with self.page.expect_download() as download:
            card.locator("[data-receipt]").click()
        readable, evidence = receipt.read(Path(download.value.path()).read_bytes())
        return receipt.verified(readable, evidence, pins_of(self.company.operator.client.public.bank()))

    def see_mark(self, standing: str) -> None:
        self.page.locator(f"[data-mark={standing}]").last.wait_for()

    def follow(self, path: str) -> None:
        """By a link of the page, as people do: the wallet stays open."""
        self.page.locator(f'a[href="{path}"]').first.click()

    def picture(self, name: str) -> None:
        folder = os.environ.get("AZUKARI_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def reader(browser, company) -> Iterator[Callable[..., Reader]]:
    """`reader("phone", "ja")`: a fresh profile; whatever a page complains of fails the test."""
    opened = []

    def make(device: str = "phone", language: str = "ja", **options) -> Reader:
        context = browser.new_context(locale={"ja": "ja-JP", "en": "en-GB"}[language], **(DEVICES[device] | options))
        context.set_default_timeout(WAIT_MILLISECONDS)
        page = context.new_page()
        one = Reader(page, company, language)
        page.on("pageerror", lambda error: one.faults.append(f"error: {error}"))
        page.on("console", lambda said: one.faults.append(said.text) if said.type == "error" else None)
        opened.append((context, one))
        return one

    yield make
    for context, one in opened:
        context.close()
        assert one.unforgiven() == []


@pytest.fixture
def as_member(reader, company, story, tmp_path) -> Callable[..., Reader]:
    """Somebody of the story in a browser of their own, by their wallet's file."""

    def make(person, device: str = "phone", language: str = "en", **options) -> Reader:
        entry = Keystore(tmp_path / to_hex(new_id())[2:10]).create("member", PASSPHRASE, "scrypt-light", person.key)
        one = reader(device, language, **options)
        one.open("/member")
        one.page.locator("input[type=file]").set_input_files(entry.path)
        one.unlock()
        return one

    return make


@contextmanager
def lying(page, pattern: str, lie: Callable[[dict], None]):
    """The bank's answers at addresses of this pattern, bent by `lie` on their way to the page.

    Its end waits for answers in hand *before* it lets the others pass: let go earlier, the browser hands such a
    request on by itself, and what the test then gives it "is already handled".
    """

    def bend(route) -> None:
        answer = route.fetch()
        document = answer.json()
        lie(document)
        route.fulfill(response=answer, json=document)

    page.route(pattern, bend)
    try:
        yield
    finally:
        page.unroute_all(behavior="wait")
