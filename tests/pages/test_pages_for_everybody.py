"""What holds of every screen: nobody is shut out, nothing foreign is loaded, it starts small, and without a network."""

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from bank_api.routes.pages import PARTS
from bank_api.settings import PAGES
from tests.pages.conftest import PASSPHRASE, lying
from tests.pages.on_screen import go, settle, violations
from wallet_cli.keyfile import decrypt_key

FIRST_LOAD_BYTES_MAX = 250_000
SCREENS = [
    "/member",
    "/member/surveys",
    "/member/disclosures",
    "/member/coupons",
    "/member/passbook",
    "/member/redeem",
    "/member/mine",
    "/member/keys",
    "/member/draws",
    "/member/documents",
    "/member/guardians",
    "/member/preferences",
    "/member/notices",
    "/member/terms",
]
DOCUMENTS = ("index", *PARTS)
EXPLORER = ["/", "/explorer", "/explorer/block/1"]


@pytest.fixture
def member(reader, story):
    def make(*how, **options):
        one = reader(*how, **options)
        one.join()
        return one

    return make


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("device", "language"), [("phone", "ja"), ("desktop", "en")])
def test_axe_finds_nothing_on_any_screen(member, story, device, language, scheme):
    one = member(device, language, color_scheme=scheme)
    screens = [*SCREENS, f"/member/surveys/{story.survey.survey_id}", f"/member/surveys/{story.survey.survey_id}/2"]
    for path in [*screens, f"/member/requests/{story.request_id}"]:
        go(one, path)
        assert violations(one) == [], path
    for path in EXPLORER:
        one.open(path)
        settle(one)
        assert violations(one) == [], path


@pytest.mark.parametrize(
    "path", ["/member", "/member/join#unknown", "/member/join#invited", "/member/join", "/member/register"]
)
def test_axe_finds_nothing_before_there_is_a_wallet(reader, story, path):
    one = reader("phone", "ja")
    one.open(path.replace("invited", one.invited()))
    if "unknown" in path:
        one.page.get_by_role("alert").wait_for()
        one.forgive("403")
    assert violations(one) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_wider_than_a_small_phone(member, story, language):
    one = member("phone", language)
    for path in [*SCREENS, f"/member/requests/{story.request_id}", "/explorer", "/explorer/block/3"]:
        if path.startswith("/explorer"):
            one.open(path)
            settle(one)
        else:
            go(one, path)
        for letters in ("100%", "200%"):  # as who sees badly sets them
            one.page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
            assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, letters)


def test_targets_are_large_enough_for_a_thumb(member, story):
    one = member("phone", "ja")
    for path in [*SCREENS, f"/member/surveys/{story.survey.survey_id}/2"]:
        go(one, path)
        for box in one.page.evaluate(
            "[...document.querySelectorAll('button, .button, nav a, .choice, select, input.input')]"
            ".filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().toJSON())"
        ):
            assert box["height"] >= 44, (path, box)


def test_the_keyboard_alone_answers_a_question(member, story):
    one = member("desktop", "en")
    go(one, f"/member/surveys/{story.survey.survey_id}/2")
    one.page.locator("input[type=radio]").first.focus()
    one.page.keyboard.press("Space")
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/3")
    assert one.page.evaluate("document.activeElement.tagName") in ("H1", "BODY")


def test_a_screen_reader_is_told_where_it_is_and_what_came_of_it(reader, story):
    one = reader("phone", "en")
    page = one.page
    one.open(f"/member/join#{one.invited()}")
    page.get_by_role("region", name="The terms in full").wait_for()
    page.get_by_role("button", name="I have read them").click()
    page.get_by_label("New passphrase").fill("short")
    page.get_by_label("Once more").fill("short")
    page.get_by_role("button", name="Make the key").click()
    assert "Passphrase" in page.get_by_role("alert").inner_text()
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("Once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("region", name="You sign this sentence").get_by_role("button", name="Sign and join").click()
    page.get_by_role("status").filter(has_text="You are a member").wait_for()
    page.get_by_role("link", name="Home", exact=True).last.click()
    page.get_by_role("heading", name="Home", level=1).wait_for()
    ways = page.get_by_role("navigation", name="Screens")
    assert ways.get_by_role("link", name="Home").get_attribute("aria-current") == "page"
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    for link in (ways.get_by_role("link", name="Passbook"), ways.get_by_role("link", name="Surveys")):
        link.click()
        page.locator("h1:focus").wait_for()  # what is read next is the new screen
    one.follow(f"/member/surveys/{story.survey.survey_id}")  # whose heading comes later
    page.wait_for_url(f"**/member/surveys/{story.survey.survey_id}")
    page.locator("h1:focus").wait_for()


def test_nothing_comes_from_elsewhere_and_the_first_load_is_small(reader, company, story):
    one = reader("phone", "ja")
    sizes = {}
    one.page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    one.open("/member")
    one.page.wait_for_load_state("networkidle")
    assert all(address.startswith(company.connection.base_url) for address in sizes)
    assert sum(sizes.values()) < FIRST_LOAD_BYTES_MAX, sizes
    print(f"first load: {sum(sizes.values())} bytes, {len(sizes)} requests")


def test_every_script_and_style_is_bound_to_its_document_by_hash():
    for document in DOCUMENTS:
        text = (PAGES / f"{document}.html").read_text(encoding="utf-8")
        loads = [line for line in text.splitlines() if "/assets/" in line]
        assert loads
        assert all('integrity="sha384-' in line for line in loads)
        assert "<style" not in text
        assert "<script>" not in text
    bound = "".join((PAGES / f"{document}.html").read_text() for document in DOCUMENTS)
    loose = [path.name for path in (PAGES / "assets").glob("*.js") if path.name not in bound]
    assert loose == [], "loaded later, with nothing that says by which hash"


def test_an_injected_script_does_not_run(reader, story):
    one = reader("phone", "ja")
    one.open("/member")
    ran = one.page.evaluate(
        """() => {
            const added = document.createElement('script');
            try { added.text = 'window.injected = 1'; } catch (error) { return String(error); }
            document.body.append(added);
            return window.injected;
        }"""
    )
    assert "TrustedScript" in str(ran)
    one.forgive()  # the browser says so too


def test_the_page_starts_without_a_network_and_says_what_is_missing(reader, story):
    one = reader("phone", "ja")
    one.open("/member")
    one.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    one.page.reload()
    one.page.locator("main h1").first.wait_for()
    one.page.context.set_offline(True)
    one.page.reload()
    one.page.get_by_role("alert").wait_for()
    assert "つながりません" in one.page.get_by_role("alert").inner_text()
    one.forgive()  # the browser tells of each request that failed


def test_the_language_changes_at_once_and_is_kept(reader, story):
    one = reader("phone", "ja")
    one.open("/member")
    one.page.get_by_role("button", name="English").click()
    one.page.get_by_role("heading", name="Welcome").wait_for()
    assert one.page.evaluate("document.documentElement.lang") == "en"
    one.page.reload()
    one.page.get_by_role("heading", name="Welcome").wait_for()


# ---- the explorer ----


@pytest.mark.parametrize(("device", "language"), [("phone", "ja"), ("desktop", "en")])
def test_the_explorer_tells_the_coins_and_checks_them(reader, company, story, device, language):
    one = reader(device, language)
    one.open("/explorer")
    one.see_mark("true")
    supply = company.operator.client.session.get("/v1/operator/summary")["coins"]["supply"]
    assert one.page.locator("[data-supply]").inner_text().replace(",", "") == str(supply)
    one.picture(f"explorer-{language}")


def test_whatever_is_searched_is_found_and_checked(reader, company, story):
    one = reader("desktop", "en")
    one.open("/explorer")
    person = company.members[0]
    line = person.client.member.passbook().entries[-1]
    for sought, place in (
        (person.account, f"/explorer/account/{person.account.lower()}"),
        (str(line.block_number), f"/explorer/block/{line.block_number}"),
        (line.transaction_hash, f"/explorer/transaction/{line.transaction_hash}"),
        (story.request_id, f"/explorer/id/{story.request_id}"),
    ):
        one.page.locator("form[role=search] input").fill(sought)
        one.page.locator("form[role=search] button").click()
        one.page.wait_for_url(f"**{place}")
        one.see_mark("true")
        one.page.locator(".event").first.wait_for()
    one.page.locator("form[role=search] input").fill("no such thing")
    one.page.locator("form[role=search] button").click()
    assert "no such thing" in one.page.get_by_role("alert").inner_text()
    one.picture("explorer-id")


def test_an_invented_event_in_the_index_is_called_false(reader, company, story):
    one = reader("desktop", "en")
    account = company.members[0].account

    def lie(answer):
        for log in answer["result"] if isinstance(answer.get("result"), list) else []:
            if isinstance(log, dict) and len(log["data"]) > 66:
                log["data"] = log["data"][:-1] + ("0" if log["data"][-1] != "0" else "1")

    with lying(one.page, "**/v1/ledger", lie):
        one.open(f"/explorer/account/{account}")
        one.see_mark("false")


def test_events_are_saved_as_a_table(reader, company, story):
    one = reader("desktop", "ja")
    one.open(f"/explorer/account/{company.members[0].account}")
    one.page.locator(".event").first.wait_for()
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="CSV").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == '"block","contract","event","words","values"'
    assert len(rows) > 3


def test_the_wallet_is_saved_as_a_file_that_opens(member, story):
    one = member("phone", "ja")
    go(one, "/member/keys")
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="ファイルを保存").click()
    document = json.loads(Path(download.value.path()).read_text())
    assert (document["version"], document["crypto"]["kdf"]) == (3, "pbkdf2")
    assert len(decrypt_key(document, PASSPHRASE)) == 32


@pytest.mark.parametrize(("device", "language"), [("phone", "ja"), ("desktop", "en")])
def test_every_event_is_filtered_by_kind_contract_block_and_word_and_saved(reader, company, story, device, language):
    one = reader(device, language)
    one.open("/explorer/events")
    page = one.page
    page.locator(".event").first.wait_for()
    every = int(page.locator("[data-found]").get_attribute("data-found"))
    page.locator("select").first.select_option("Answered")
    page.locator("[data-found='14']").wait_for()
    page.locator("[data-filter]").fill(company.members[0].account[:12])
    page.locator("[data-found='1']").wait_for()
    page.locator("[data-filter]").fill("")
    page.locator("select").first.select_option("")
    with page.expect_download() as download:
        page.locator("[data-json]").click()
    assert len(json.loads(Path(download.value.path()).read_text())) == every
    one.picture(f"explorer-events-{language}")
    for path in ("consents", "releases", "blocks", "contracts"):
        one.open(f"/explorer/{path}")
        settle(one)
        assert violations(one) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.fixture
def follower(company, stage, tmp_path):
    """A stranger's own follower of the ledger, and the explorer on it: no bank in between."""
    deployment = tmp_path / "deployment.json"
    deployment.write_text(json.dumps(company.bank.deployment))
    genesis = stage.ledger_data / "genesis.json"
    begin = ["init", "--data", tmp_path / "copy", "--genesis", genesis]
    subprocess.run([sys.executable, "-m", "ledger", *begin], check=True, capture_output=True)
    with (
        running("ledger", "follow", "--data", tmp_path / "copy", "--leader", stage.ledger.url) as node,
        running("bank_api", "explorer", "--deployment", deployment, "--ledger-url", node) as explorer,
    ):
        yield explorer


@contextmanager
def running(*words):
    """A process of ours that says `ready ADDRESS`."""
    port = ["--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, words), *port], stdout=subprocess.PIPE, text=True, cwd=PAGES.parent.parent
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("ready "), line
        yield line.split()[1]
    finally:
        process.terminate()
        process.wait(30)


def test_a_stranger_s_follower_shows_the_same_without_the_bank(reader, company, story, follower):
    one = reader("desktop", "en")
    page = one.page
    page.goto(f"{follower}/explorer")
    page.locator("[data-served=follower]").wait_for()
    one.see_mark("true")
    supply = company.operator.client.session.get("/v1/operator/summary")["coins"]["supply"]
    for _ in range(60):  # it may still be executing the newest blocks
        if page.locator("[data-supply]").inner_text().replace(",", "") == str(supply):
            break
        page.wait_for_timeout(500)
        page.reload()
        page.locator("[data-supply]").wait_for()
    assert page.locator("[data-supply]").inner_text().replace(",", "") == str(supply)
    one.picture("explorer-follower")
    page.goto(f"{follower}/explorer/account/{company.members[0].account}")
    one.see_mark("true")
    assert page.request.get(f"{follower}/v1/bank").status == 404, "nothing of a bank is there"
