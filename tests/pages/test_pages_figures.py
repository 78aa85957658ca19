"""What a partner makes of a release: figures with error bars, cross-tables, losses, files, statements, its team."""

import csv
import io
import json
from pathlib import Path

import pytest

from bank_api.protocol import purposes
from bank_api.protocol.kinds import KindOfCategory
from pds_adapter.sealing.canonical import canonical_json
from scripts.stage import acts, guests
from tests.pages.conftest import PASSPHRASE, lying
from tests.pages.on_screen import go, look
from wallet_cli.keystore import Keystore


@pytest.fixture(scope="module")
def ways(company, story):
    return {way.part: way for way in guests.leave_open(company, story)}


@pytest.fixture
def desk(reader, ways, company):
    def make(part, device="desktop", language="en"):
        one = reader(device, language)
        one.page.goto(ways[part].link(company.connection.base_url))
        one.page.locator("nav a").first.wait_for()
        return one

    return make


@pytest.fixture(scope="module")
def figures(company, story, ways):
    """A request for statistics for everybody, that the board approved and all consented to: its id, the release's."""
    return guests.publish_result(company, story)


@pytest.mark.parametrize(("device", "language"), [("desktop", "ja"), ("phone", "en")])
def test_a_partner_sees_figures_with_their_error_bars(desk, company, figures, device, language):
    _, release_id = figures
    one = desk("partner", device, language)
    page = one.page
    go(one, f"/partner/releases/{release_id}")
    page.locator("[data-statistics]").wait_for()
    one.see_mark("true")
    assert page.locator("[data-figures] .error").count() == page.locator("[data-figures] .value").count()
    one.picture(f"statistics-{language}")
    page.locator("summary").last.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) > 1, "at least the rest of each table; which cells are told is chance"
    assert len(rows[0]) == 5


def test_a_member_sees_the_figures_and_what_its_budget_is(reader, company, figures, tmp_path):
    request_id, release_id = figures
    person = company.members[0]
    one = reader("phone", "ja")
    one.open("/member")
    entry = Keystore(tmp_path).create("member", PASSPHRASE, "scrypt-light", person.key)
    one.page.locator("input[type=file]").set_input_files(entry.path)
    one.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    one.page.locator("button.main").click()
    one.page.locator("[data-coins]").wait_for()
    go(one, f"/member/requests/{request_id}")
    assert "2 人以上" in one.page.locator("table").first.inner_text()
    one.picture("request-statistics-ja")
    go(one, "/member/disclosures")
    one.page.locator(f"[data-release='{release_id}'] [data-look]").click()
    one.page.locator("[data-statistics]").wait_for()
    one.picture("disclosures-statistics-ja")
    company.operator.client.rules.name_category(KindOfCategory.PURPOSES, 0, purposes.name_of("AcademicResearch"))
    card = one.page.locator(f"li.card:has([data-release='{release_id}'])")
    proven = one.saved_receipt(card)
    assert [found for found, *_ in proven.disclosures] == [release_id]
    with lying(
        one.page,
        "**/v1/proofs/consents/*",
        lambda answer: answer["disclosures"][0]["proof"]["storageProof"][0]["proof"].pop(),
    ):
        card.locator("[data-receipt]").click()
        card.get_by_role("alert").wait_for()
    with one.page.expect_download():
        card.locator("[data-receipt]").click()
    with lying(one.page, "**/v1/proofs/consents/*", lambda answer: answer["purpose"].update(name="販売 / Sale")):
        card.locator("[data-receipt]").click()
        card.get_by_role("alert").wait_for()


def test_made_up_rows_are_told_to_all_four_who_deal_with_them(desk, company, story, ways):
    pytest.importorskip("mbi", reason="needs python -m pip install --require-hashes -r requirements/synthetic.txt")
    request_id, release_id = guests.publish_made_up(company, story)
    chance = "1,000,000 分の 1"
    partner = desk("partner", "phone", "ja")
    go(partner, f"/partner/requests/{request_id}")
    assert "架空の行として" in partner.page.locator(f'a[href="/partner/releases/{release_id}"]').inner_text()
    partner.follow(f"/partner/releases/{release_id}")
    assert chance in partner.page.locator("[data-made-up]").inner_text()
    partner.see_mark("true")
    assert partner.page.locator("tbody tr").count() == 40
    partner.picture("made-up-partner")
    member = desk("member", "phone", "ja")
    go(member, f"/member/requests/{request_id}")
    assert "100,000 分の 1 まで" in member.page.locator("main").inner_text()
    go(member, "/member/disclosures")
    member.page.locator(f"[data-release='{release_id}'] [data-look]").click()
    told = member.page.locator("[data-made-up]").inner_text()
    assert chance in told
    assert "40 行" in told
    member.picture("made-up-member")
    go(member, "/member/passbook")
    line = member.page.locator(".lines li").first.inner_text()
    assert "へ提供: 統計情報" in line
    assert "人以上" not in line, "of made-up rows k is no crowd"
    board = desk("board", "phone", "ja")
    go(board, f"/board/requests/{request_id}")
    assert "架空の行" in board.page.locator("dl.facts").first.inner_text()
    operator = desk("operator", "phone", "ja")
    go(operator, f"/operator/releases/{request_id}")
    operator.page.locator("[data-rehearse]").click()
    assert chance in operator.page.locator("[data-rehearsal]").inner_text()
    operator.picture("made-up-operator")


@pytest.mark.parametrize(("device", "language", "scheme"), [("phone", "ja", "light"), ("desktop", "en", "dark")])
def test_everybody_reads_an_open_result_and_holds_it_against_the_record(reader, request, device, language, scheme):
    one = reader(device, language, color_scheme=scheme)
    page = one.page
    with lying(page, "**/v1/results", lambda answer: answer["results"].clear()):
        one.open("/explorer/results")
        page.locator("[data-none]").wait_for()
        look(one, f"results-none-{language}")
    _, release_id = request.getfixturevalue("figures")
    one.follow("/explorer")
    one.follow("/explorer/results")
    page.locator(f'a[href="/explorer/results/{release_id}"]').wait_for()
    look(one, f"results-{language}")
    one.follow(f"/explorer/results/{release_id}")
    one.see_mark("true")
    look(one, f"result-{language}")
    assert page.locator("[data-figures]").count() == 2, "at least the rest of each; which cells are told is chance"
    assert page.locator("[data-figures] .error").count() == page.locator("[data-figures] .value").count() > 0
    median = {"ja": "これ以下が 50 %", "en": "below it 50 %"}[language]
    assert page.locator("[data-figures]").get_by_text(median).count() == 2
    assert page.locator("[data-not-said]").inner_text()
    way = page.locator("[data-entities]").get_attribute("href")
    answer = page.request.get(page.url.partition("/explorer")[0] + way)
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert answer.json()[0]["payloadRoot"]["value"] in page.locator("dl").inner_text()

    def other_salt(answer):
        payload = json.loads(answer["payload"])
        payload["salts"][0] = payload["salts"][0][::-1]
        answer["payload"] = canonical_json(payload).decode()

    for lie, seen in (
        (other_salt, "[data-mark=false]"),
        (lambda answer: answer.update(people=answer["people"] + 1), "main [role=alert]"),
        (lambda answer: answer.update(purpose="視聴の集計 / Figures about viewing"), "main [role=alert]"),
    ):
        with lying(page, "**/v1/results/*", lie):
            one.follow("/explorer/results")
            one.follow(f"/explorer/results/{release_id}")
            page.locator(seen).first.wait_for()


def test_two_columns_and_the_loss_are_shown_and_the_rows_leave_in_two_more_forms(desk, company, story):
    if not story.releases:
        acts.release(company, story)
    release = story.releases[0]
    one = desk("partner")
    page = one.page
    go(one, f"/partner/releases/{release['release_id']}")
    cells = page.locator("[data-crossed] td.number")
    cells.first.wait_for()
    page.locator("[data-crossed] select").first.select_option("TVnews")
    page.locator("[data-crossed] select").last.select_option("income")
    cells.first.wait_for()
    assert page.locator("[data-loss] td.number").count() >= len(acts.ITEMS)
    with page.expect_download() as download:
        page.locator("[data-parquet]").click()
    content = Path(download.value.path()).read_bytes()
    assert (content[:4], content[-4:]) == (b"PAR1", b"PAR1")
    with page.expect_download() as download:
        page.locator("[data-json]").click()
    assert Path(download.value.path()).read_text().count('"age"') == release["rows"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_statement_agrees_with_the_record(desk, language):
    one = desk("partner", "desktop", language)
    one.follow("/partner/statement")
    one.see_mark("true")
    assert one.page.locator("[data-reconciled=true]").count() == 1
    one.picture(f"statement-{language}")


def test_a_partner_may_expect_something_before_it_pays(desk, company, story):
    one = desk("partner")
    go(one, f"/partner/requests/{story.request_id}")
    one.page.locator("[data-expect]").click()
    one.page.locator("[data-expectation], .note.bad").first.wait_for()
    one.forgive("409")  # too few may hide nobody


def test_somebody_of_the_team_asks_in_the_company_s_name(desk, reader, company, story, tmp_path):
    media, helper = company.others["media"], company.others["shop"]
    one = desk("partner", "desktop", "ja")
    one.follow("/partner/team")
    page = one.page
    page.locator("#delegate").fill(helper.account)
    for scope in ("request", "disclosure"):
        page.locator(f'#scopes input[value="{scope}"]').check()
    page.locator("form button.main").click()
    one.sign()
    other = reader("desktop", "en")
    other.open("/partner")
    entry = Keystore(tmp_path).create("shop", PASSPHRASE, "scrypt-light", helper.key)
    other.page.locator("input[type=file]").set_input_files(entry.path)
    other.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    other.page.locator("button.main").click()
    other.page.locator("[data-team]").click()
    other.page.locator("[data-ward]").wait_for()
    other.page.locator('a[href="/partner/requests/new"]').first.click()
    other.page.locator('input[value="age"]').check()
    for name, value in {"purpose": "チームの依頼 / Of the team", "why": "なぜ", "persons": "2", "k": "3"}.items():
        other.page.locator(f"#{name}").fill(value)
    other.page.locator("form button.main").click()
    other.picture("team-sign")
    other.sign()
    filed = media.client.partner.requests()[-1]
    assert (filed.purpose, filed.state, filed.partner) == ("チームの依頼 / Of the team", "filed", media.account)
    other.forgive()  # what a team may not read is refused, and said so
    one.page.reload()
    one.follow("/partner/team")
    one.page.locator("[data-end-delegation]").first.wait_for()


def test_the_board_sees_the_quota_and_begins_another(desk, company, tmp_path):
    one = desk("board", "desktop", "ja")
    one.follow("/board/quota")
    one.page.locator("[data-figure=left]").wait_for()
    one.page.locator("#coins").fill("123456")
    with one.page.expect_download() as download:
        one.page.locator("[data-propose]").click()
    assert "123456" in Path(download.value.path()).read_text()
    one.page.locator("[data-handed=quota] .sentence").wait_for()
    one.picture("board-quota")
    one.page.locator("[data-carry]").click()
    one.page.get_by_role("status").filter(has_text="記録に載りました").wait_for()


def test_the_operator_names_a_category_and_the_board_reads_it(desk, company):
    one = desk("operator", "desktop", "en")
    one.follow("/operator/rules")
    one.page.locator("#name").fill("放送 / Broadcasters")
    one.page.locator("#place").fill("4")
    one.page.locator("form button.main").first.click()
    one.page.locator("[data-confirm]").click()
    one.page.locator("#signing[role=status]").wait_for()
    board = desk("board", "phone", "ja")
    go(board, "/board/rules")
    assert "放送" in board.page.locator("[data-kind=recipients]").inner_text()


def test_the_notices_that_the_law_asks_for_are_written(desk, company, story):
    if not story.releases:
        acts.release(company, story)
    one = desk("operator", "desktop", "ja")
    one.follow("/operator/releases")
    one.page.locator("[data-notices] summary").click()
    one.page.locator("[data-notices] select").select_option(index=1)
    one.page.locator("[data-notices] .notice").last.wait_for()
    assert "匿名加工情報" in one.page.locator("[data-notices]").inner_text()
