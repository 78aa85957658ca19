"""Each desk's main path, end to end in a real browser on a real bank and ledger, and what it signs is on the ledger."""

import base64
import csv
import io
import json
import re
from pathlib import Path

import pytest

from bank_api.protocol.decision import DecisionBody
from chaincode.bindings import Role
from pds_adapter.escrow.document import DocumentEscrow
from scripts.stage import acts, guests, survey
from tests.pages.conftest import lying
from tests.pages.on_screen import go, violations
from wallet_cli.signing import decision as deciding
from wallet_cli.signing import member as signing
from wallet_cli.signing import seats as seating
from wallet_cli.signing.escrow import check_contribution
from wallet_cli.signing.promotion import is_shown_all

CLASS_TOLD = {"ja": "回答の組", "en": "Class of answers"}


@pytest.fixture(scope="module")
def ways(company, story):
    """A wallet in each role, and something left to do for it."""
    return {way.part: way for way in guests.leave_open(company, story)}


@pytest.fixture
def desk(reader, ways, company):
    """Somebody at a desk, by the very link that the demo prints."""

    def make(part, device="desktop", language="en", actor=None, **options):
        one = reader(device, language, **options)
        way = ways[part] if actor is None else guests.WayIn(part, actor)
        one.page.goto(way.link(company.connection.base_url))
        one.page.locator("nav a").first.wait_for()
        one.page.locator("main h1").first.wait_for()
        assert "demo" not in one.page.url
        assert one.page.locator("[data-demo]").is_visible()
        return one

    return make


def fill(one, **entries):
    for name, value in entries.items():
        one.page.locator(f"#{name}").fill(str(value))


def confirm(one):
    """Read the sentence, sign the order or the words, and see it done."""
    assert one.page.locator(".sentence").inner_text()
    one.page.locator("[data-confirm]").click()
    one.page.locator("#signing[role=status]").wait_for()


@pytest.mark.parametrize(("device", "language"), [("desktop", "ja"), ("phone", "en")])
def test_a_partner_asks_opens_its_release_and_acknowledges(desk, company, story, device, language):
    acts.release(company, story) if not story.releases else None
    media = company.others["media"]
    one = desk("partner", device, language)
    page = one.page
    one.picture(f"partner-home-{language}")
    page.locator('a[href="/partner/requests/new"]').first.click()
    page.locator("button.main").click()
    assert page.get_by_role("alert").locator("li").count() >= 2, "every wrong entry is named at once"
    page.locator('input[value="age"]').check()
    page.locator('input[value="TVnews"]').check()
    fill(one, purpose="朝の番組 / A morning programme", why="放送時間を決めます", persons="900000")
    page.locator("button.main").click()
    assert "8,100,000" in page.locator("#persons-wrong").inner_text(), "more than the coins that there are"
    fill(one, persons="3", k="3", base="1", each="1")
    one.picture(f"partner-ask-{language}")
    page.locator("button.main").click()
    one.sign()
    filed = [each for each in media.client.partner.requests() if each.purpose.startswith("朝の番組")]
    assert (filed[-1].state, filed[-1].items, filed[-1].coins_locked) == ("filed", ["age", "TVnews"], 9)

    one.follow("/partner/releases")
    release = story.releases[0]
    page.locator(f'a[href="/partner/releases/{release["release_id"]}"]').click()
    page.locator("[data-distribution]").first.wait_for()
    one.see_mark("true")
    assert page.locator("[data-distribution]").count() == len(acts.ITEMS)
    assert page.locator("[data-homes]").inner_text(), "what a row is, and what it is not"
    assert page.locator("[data-figure=rows]").inner_text() == str(release["rows"])
    assert int(page.locator("[data-figure=k]").inner_text()) >= release["k"]
    one.picture(f"partner-release-{language}")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert (len(rows) - 1, rows[0][0], len(rows[0]) - 1) == (release["rows"], CLASS_TOLD[language], len(acts.ITEMS))
    page.locator("th button").first.click()
    assert page.locator("th:has(button)").first.get_attribute("aria-sort") == "ascending"

    page.goto(f"{company.connection.base_url}/partner/requests/{story.request_id}")
    page.locator("figure svg").first.wait_for()
    one.see_mark("true")
    one.picture(f"partner-request-{language}")


def test_a_partner_acknowledges_what_arrived_and_offers_a_coupon(desk, company, story):
    made = company.operator.client.operator.release("0x" + "5a" * 32, story.request_id, suppression_limit=0.9)
    one = desk("partner", "desktop", "ja")
    page = one.page
    page.locator(f'a[href="/partner/releases/{made.id}"]').click()
    page.locator("[data-acknowledge]").click()
    one.sign()
    media = company.others["media"]
    assert next(each for each in media.client.partner.releases() if each.release_id == made.id).acknowledged
    one.follow("/partner/coupons")
    page.locator('a[href="/partner/coupons/new"]').click()
    fill(one, title="雑誌一冊 / A magazine", description="本社で受け取れます", price="７", stock="20")
    page.locator("button.main").click()
    one.sign()
    offers = {each.title: each for each in media.client.public.coupon_classes()}
    assert offers["雑誌一冊 / A magazine"].price_coins == 7, "figures of full width are read"


def test_a_release_that_was_altered_is_called_false_and_not_shown(desk, company, story):
    acts.release(company, story) if not story.releases else None
    release_id = story.releases[0]["release_id"]
    one = desk("partner")

    def lie(answer):
        answer["payload_root"] = "0x" + "11" * 32

    with lying(one.page, f"**/v1/releases/{release_id}", lie):
        one.page.goto(f"{company.connection.base_url}/partner/releases/{release_id}")
        assert "not those that the record names" in one.page.get_by_role("alert").inner_text()
        assert one.page.locator("table").count() == 0


@pytest.mark.parametrize(("device", "language"), [("desktop", "en"), ("phone", "ja")])
def test_the_board_decides_with_a_note(desk, company, ways, story, device, language):
    board = company.others["board"]
    if not [each for each in board.client.board.requests() if each.state == "filed"]:
        guests.leave_open(company, story)
    one = desk("board", device, language)
    page = one.page
    one.picture(f"board-queue-{language}")
    page.locator('a[href^="/board/requests/"]').first.click()
    page.locator("[data-accept]").wait_for()
    accept, refuse = (page.locator(f"[data-{name}]").bounding_box() for name in ("accept", "refuse"))
    assert (accept["width"], accept["height"], accept["y"]) == (refuse["width"], refuse["height"], refuse["y"])
    page.locator("[data-refuse]").click()
    page.locator("#note-wrong").wait_for()
    request_id = page.url.rsplit("/", 1)[1]
    note = "場所選びに年齢は要らない / Age is not needed for that."
    fill(one, note=note)
    one.picture(f"board-request-{language}")
    page.locator("[data-refuse]").click()
    assert note in page.locator(".sentence").inner_text()
    one.sign()
    decided = next(each for each in board.client.board.requests() if each.request_id == request_id)
    assert (decided.state, decided.decision_note) == ("refused", note)
    one.follow("/board/decided")
    page.get_by_text(note).first.wait_for()
    page.locator(f'a[href="/board/requests/{request_id}"]').click()
    one.see_mark("true")
    with lying(page, f"**/v1/requests/{request_id}", lambda answer: answer.update(state="approved")):
        one.follow("/board/decided")
        page.locator(f'a[href="/board/requests/{request_id}"]').click()
        one.see_mark("false")


def test_the_board_takes_an_approval_back_and_the_partner_reads_why(desk, company, story):
    board, reason = company.others["board"], "提供先が約束を破った / The partner broke its word."
    if not [each for each in board.client.board.requests() if each.state == "approved"]:
        guests.leave_open(company, story)
    approved = [each for each in board.client.board.requests() if each.state == "approved"]
    request = next(each for each in approved if each.partner == company.others["media"].account)
    one = desk("board", "phone", "ja")
    one.follow("/board/decided")
    one.follow(f"/board/requests/{request.request_id}")
    one.page.locator("[data-revoke]").click()
    one.page.locator("#reason-wrong").wait_for()
    fill(one, reason=reason)
    one.picture("board-revoke-ja")
    one.page.locator("[data-revoke]").click()
    assert reason in one.page.locator(".sentence").inner_text()
    one.sign()
    revoked = next(each for each in board.client.board.requests() if each.request_id == request.request_id)
    assert (revoked.state, revoked.revocation_note, revoked.coins_locked) == ("revoked", reason, 0)
    one = desk("partner", "phone", "ja", viewport={"width": 390, "height": 844})
    one.page.locator(f'a[href="/partner/requests/{request.request_id}"] [data-state=revoked]').wait_for()
    one.picture("partner-revoked-home-ja")
    go(one, "/partner/requests")
    one.page.get_by_role("cell", name="承認の取り消し").wait_for()
    one.picture("partner-revoked-list-ja")
    one.follow(f"/partner/requests/{request.request_id}")
    assert reason.partition(" / ")[0] in one.page.locator("[data-revoked]").inner_text()
    assert violations(one) == []
    one.picture("partner-revoked-ja")
    consents = ((person, each) for person in company.members for each in person.client.member.consents())
    of_it = ((person, each) for person, each in consents if each.request_id == request.request_id)
    consented, consent = next((person, each) for person, each in of_it if each.state == "given")
    one = desk("member", "phone", "ja", consented, viewport={"width": 390, "height": 844})
    one.page.locator("[data-coins]").wait_for()
    one.picture("member-revoked-home-ja")
    assert one.page.locator(f'a[href="/member/disclosures#{consent.consent_id}"]').count() == 0
    one.page.locator("[data-kind=consent-rests] a").wait_for()
    go(one, "/member/disclosures")
    one.page.locator("[data-revoked]").first.wait_for()
    assert violations(one) == []
    one.picture("member-revoked-ja")


def test_the_board_takes_in_a_second_chair_by_a_file(desk, company, story):
    guests.leave_open(company, story)  # while one seat decides
    chair = company.newcomer("第二審査員 / Second chair")
    one = desk("board")
    page = one.page
    one.follow("/board/approvals")
    page.locator("summary").click()
    page.locator("#seat-name").fill(chair.name)
    page.locator("#seat-account").fill("0x12")
    page.locator("form button").click()
    page.locator("#seat-account-wrong").wait_for()
    page.locator("#seat-account").fill(chair.account.lower())
    with page.expect_download() as download:
        page.locator("form button").click()
    file = Path(download.value.path())
    assert json.loads(file.read_text())["seat"]["message"]["account"] == chair.account
    page.locator("[data-handed=seat] .sentence").wait_for()
    page.locator("input[type=file]").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    assert "no seat" in page.get_by_role("alert").inner_text()
    page.locator("input[type=file]").set_input_files(
        {"name": "seat.json", "mimeType": "application/json", "buffer": file.read_bytes()}
    )
    assert chair.name in page.locator(".sentence").inner_text()
    one.picture("board-approvals")
    page.locator("[data-carry]").click()
    try:
        page.get_by_role("status").filter(has_text="on the record").wait_for()
        assert "board" in chair.client.member.me().roles
        two_decide_by_a_file(desk, chair)
    finally:
        leave_again(company, chair)


def leave_again(company, chair):
    """One seat decides alone in the other tests; who has none leaves nothing behind."""
    if "board" in chair.client.member.me().roles:
        leave = seating.propose_seat(chair.signer, chair.account, Role.BOARD, chair.name, seated=False)
        company.others["board"].client.board.seat(seating.approve_seat(company.others["board"].signer, leave))


def two_decide_by_a_file(desk, chair):
    """One seat of two proposes on its page; its file, signed by the other, is carried on the page."""
    one = desk("board")
    page = one.page
    page.locator('a[href^="/board/requests/"]').first.click()
    page.locator("[data-refuse]").wait_for()
    request_id = page.url.rsplit("/", 1)[1]
    fill(one, note="Two of us weighed it.")
    page.locator("[data-refuse]").click()
    with page.expect_download() as download:
        page.locator("[data-together]").click()
    page.locator("[data-handed=decision] .sentence").wait_for()
    assert "Two of us weighed it." in page.locator(".sentence").inner_text()
    body = DecisionBody.model_validate(json.loads(Path(download.value.path()).read_text()))
    asked = next(each for each in chair.client.board.requests() if each.request_id == request_id)
    agreed = deciding.approve_decision(chair.signer, body, asked).model_dump_json()
    assert page.locator("[data-carry]").count() == 0, "one signature of two is not carried in vain"
    held = []
    page.route(f"**/v1/requests/{request_id}", lambda route: held.append(route))
    with page.expect_request(f"**/v1/requests/{request_id}"):
        page.locator("input[type=file]").set_input_files(
            {"name": "decision.json", "mimeType": "application/json", "buffer": agreed.encode()}
        )
    assert page.locator("[data-handed]").count() == 0, "what was open before is gone while another file is read"
    held[0].continue_()
    page.unroute(f"**/v1/requests/{request_id}")
    page.locator("[data-carry]").click()
    page.get_by_role("status").filter(has_text="on the record").wait_for()
    decided = next(each for each in chair.client.board.requests() if each.request_id == request_id)
    assert (decided.state, decided.decision_note) == ("refused", "Two of us weighed it.")


@pytest.mark.parametrize(("device", "language"), [("desktop", "ja"), ("phone", "en")])
def test_the_operator_rehearses_a_release_and_makes_it(desk, company, ways, story, device, language):
    one = desk("operator", device, language)
    page = one.page
    page.locator("[data-health=well], [data-trouble]").first.wait_for()
    one.picture(f"operator-today-{language}")
    with lying(page, "**/v1/operator/health", lambda answer: answer.update(trouble=["ledger-silent", "disk-low"])):
        go(one, "/operator/releases")
        go(one, "/operator")
        assert page.get_by_role("alert").locator("[data-trouble]").count() == 2, "what is wrong stands first"
        assert page.locator("[data-health=well]").count() == 0
    go(one, "/operator/releases")
    go(one, "/operator")
    if page.locator("[data-due=release]").count() == 0:
        guests.leave_open(company, story)
        page.reload()
    page.locator("[data-due=release]").first.click()
    page.locator("[data-rehearse]").wait_for()
    began = page.locator("[data-began]").count() == 1
    assert (page.locator("[data-in-seats]").count() == 0) == began, "what the series began with holds"
    with lying(page, "**/v1/requests/*", lambda answer: answer.update(come_and_go=None)):
        page.reload()  # as before a series' first release
        page.locator("[data-in-seats]").wait_for()
        for ticked in (False, True):
            page.locator("[data-in-seats]").set_checked(ticked)
            with page.expect_response("**/v1/releases/rehearsal") as answered:
                page.locator("[data-rehearse]").click()
            asked = answered.value.request.post_data_json["policy"]
            assert asked["come_and_go"] is not ticked, "what is confirmed is asked for"
            page.locator("[data-rehearsal], .note.bad").first.wait_for()
        one.forgive("409")  # the bank knows better, or a limit that chance may not keep to
        one.picture(f"operator-in-seats-{language}")
    page.reload()
    page.locator("[data-rehearse]").wait_for()
    fill(one, k="1")
    page.locator("[data-rehearse]").click()
    page.locator("#k-wrong").wait_for()
    fill(one, k="5", limit="1")
    page.locator("[data-rehearse]").click()
    page.locator("[data-rehearsal], .note.bad").first.wait_for()
    one.forgive("409")  # a limit that chance may not keep to
    fill(one, limit="90")
    page.locator("[data-rehearse]").click()
    page.locator("[data-rehearsal]").wait_for()
    one.picture(f"operator-rehearsal-{language}")
    before = len(company.others["media"].client.partner.releases())
    page.locator("[data-make]").click()
    confirm(one)
    assert page.locator("[data-figure=rows]").inner_text().isdecimal()
    assert len(company.others["media"].client.partner.releases()) == before + 1


def test_the_operator_invites_and_the_link_lets_somebody_join(desk, reader, company):
    one = desk("operator", "desktop", "en")
    page = one.page
    one.follow("/operator/people")
    page.locator('a[href="/operator/people/invite"]').click()
    page.locator("#names").fill("山田 花子\nJohn Smith\n\n")
    page.locator("button.main").click()
    assert "2 people" in page.locator(".sentence").inner_text()
    confirm(one)
    links = page.locator("[data-link]").all_inner_texts()
    assert [page.locator("[data-qr]").nth(place).get_attribute("data-qr") for place in (0, 1)] == links
    one.picture("operator-invite")
    guest = reader("phone", "ja")
    guest.page.goto(links[0])
    guest.page.get_by_role("button", name="読みました").wait_for()
    one.follow("/operator/people")


def test_the_operator_finds_people_enrolls_a_partner_and_sells_it_coins(desk, reader, company):
    fresh = reader("desktop", "en")
    fresh.open("/partner")
    fresh.page.locator("input[type=password]").first.wait_for()
    for entry in fresh.page.locator("input[type=password]").all():
        entry.fill("correct horse battery staple")
    fresh.page.get_by_role("button", name="Make a key").click()
    fresh.page.locator("[data-qr]").wait_for()
    fresh.picture("partner-not-yet")
    identity = fresh.page.locator("[data-qr]").get_attribute("data-qr")

    one = desk("operator", "desktop", "ja")
    page = one.page
    one.follow("/operator/people")
    page.locator('a[href="/operator/people/enroll"]').click()
    fill(one, name="みずほ書店 / Mizuho Books", identity="not an identity")
    page.locator("button.main").click()
    page.locator("#identity-wrong").wait_for()
    fill(one, identity=identity)
    page.locator("button.main").click()
    confirm(one)
    one.follow("/operator/people")
    page.locator("input[type=search]").first.fill("mizuho")
    page.locator("form[role=search] button").click()
    page.get_by_role("link", name="みずほ書店").click()
    one.picture("operator-person")
    fill(one, coins="500")
    page.locator("form button").click()
    confirm(one)

    fresh.page.get_by_role("button", name="Try again").click()
    fresh.page.locator("nav a").first.wait_for()
    assert fresh.page.locator("[data-figure=coins]").inner_text() == "500"
    fresh.page.get_by_role("button", name="Put it on the record").click()
    fresh.sign()


def test_the_operator_writes_a_survey_and_sees_it_as_members_will(desk, company):
    one = desk("operator", "desktop", "en")
    page = one.page
    one.follow("/operator/surveys")
    page.locator('a[href="/operator/surveys/new"]').click()
    page.locator("button.main").click()
    assert page.get_by_role("alert").locator("li").count() >= 4
    fill(one, title="朝食 / Breakfast", description="朝食について / About breakfast")
    page.locator("#q0-label").fill("朝食を食べますか / Do you eat breakfast?")
    page.locator("#q0-choices").fill("はい / Yes\nいいえ / No")
    page.locator("#q0-role select").select_option("sensitive")
    page.locator("[data-add]").click()
    page.locator("#q1-label").fill("起きる時刻 / When do you get up?")
    page.locator('[data-question="1"] select').first.select_option("number")
    fill(one, **{"q1-minimum": "4", "q1-maximum": "3"})
    page.locator("#q1-role select").select_option("quasi-identifier")
    page.locator("button.main").click()
    page.locator("#q1-maximum-wrong").wait_for()
    fill(one, **{"q1-maximum": "12"})
    assert "Do you eat breakfast?" in page.locator("[data-preview]").inner_text()
    one.picture("operator-survey")
    page.locator("button.main").click()
    confirm(one)
    made = next(each for each in company.operator.client.public.surveys() if each.title.startswith("朝食"))
    assert [(each.kind, each.role) for each in made.questions] == [
        ("choice", "sensitive"),
        ("number", "quasi-identifier"),
    ]
    assert made.budget_left == 1000


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_till_shows_a_code_and_sees_at_once_that_it_was_used(desk, company, story, language):
    member = company.members[4]
    shop = company.others["shop"]
    offer = next(
        each for each in member.client.public.coupon_classes() if each.issuer == company.others["cafe"].account
    )
    member.client.send(signing.buy_coupons(member.signer, offer, 1))
    one = desk("shop", "phone", language)
    page = one.page
    page.locator(f'a[href="/shop/coupons/{offer.class_id}"]').click()
    code = page.locator("[data-qr]").get_attribute("data-qr")
    one.picture(f"shop-code-{language}")
    redemption_id = re.fullmatch(r"http://localhost:\d+/member/redeem/(0x[0-9a-f]{64})", code)[1]
    member.client.send(signing.confirm_redemption(member.signer, member.client.member.redemption(redemption_id)))
    page.locator("[data-used]").wait_for()
    page.locator("svg.tick").wait_for()
    one.picture(f"shop-used-{language}")
    one.follow("/shop/day")
    page.locator("table").wait_for()
    used = next(each for each in shop.client.shop.redemptions() if each.redemption_id == redemption_id)
    assert used.state == "redeemed"
    one.picture(f"shop-day-{language}")


def test_coins_are_taken_at_the_till_and_paid_from_the_member_s_page(desk, reader, company, story, ways):
    one = desk("shop", "phone", "ja")
    page = one.page
    page.locator('a[href="/shop/amount"]').click()
    fill(one, coins="0")
    page.locator("button.main").click()
    page.locator("#coins-wrong").wait_for()
    fill(one, coins="2")
    page.locator("button.main").click()
    code = page.locator("[data-qr]").get_attribute("data-qr")
    payer = reader("phone", "ja")
    payer.page.goto(ways["member"].link(company.connection.base_url))
    payer.page.locator("[data-coins]").wait_for()
    before = company.members[1].client.member.me().coins
    payer.page.goto(code)
    payer.page.locator(".sentence").wait_for()
    assert "2" in payer.page.locator(".sentence").inner_text()
    payer.sign()
    page.locator("[data-used]").wait_for()
    assert company.members[1].client.member.me().coins == before - 2


def test_a_promotion_goes_from_the_partner_by_the_operator_to_who_answered_so(desk, company, story):
    shop = desk("partner", language="ja", actor=company.others["cafe"])
    go(shop, "/partner/promotions")
    shop.page.locator("[data-empty]").wait_for()
    shop.follow("/partner/promotions/new")
    fill(shop, title="本の会", text="お茶を一杯。https://tea.example", **{"low-age": "40"})
    assert shop.page.locator("[data-question=vote]").count() == 0, "what is sensitive is not even offered"
    shop.page.locator("button.main").click()
    shop.page.locator("#text-wrong").wait_for()  # a link would say who came
    fill(shop, text="お茶を一杯。")
    shop.page.locator("button.main").click()
    assert "40 から 100" in shop.page.locator(".sentence").inner_text()
    confirm(shop)

    bank = desk("operator", language="en")
    bank.page.locator("[data-due=promotion]").click()
    card = bank.page.locator("[data-promotion]")
    assert "40 to 100" in card.locator("[data-asks]").inner_text()
    assert card.locator("[data-refuse]").is_disabled(), "a reason first"
    assert violations(bank) == []
    card.locator("[data-approve]").click()
    confirm(bank)

    rows = list(zip(company.members, survey.respondents(len(company.members)), strict=True))
    older = next(person for person, row in rows if row["age"] >= 40)
    younger = next(person for person, row in rows if row["age"] < 40 and not is_shown_all(person.signer))
    one = desk("member", "phone", "ja", actor=older)
    go(one, "/member/promotions")
    card = one.page.locator("[data-promotion]")
    assert "あなたの回答によります" in card.locator("[data-why]").inner_text()
    assert one.page.locator("[data-tells]").count() == 0
    card.locator("[data-use]").click()
    told = one.page.locator("[data-tells]").inner_text()
    assert all(word in told for word in ("レジの人にはあなたが見えます", "40 から 100", "4 人に 1 人"))
    assert violations(one) == []
    one.picture("member-promotion")
    one.page.locator("[data-all-the-same]").click()
    one.page.locator("[data-left]").wait_for()
    go(one, "/member/promotions")
    one.page.locator("[data-mute]").click()
    one.page.locator("[data-empty]").wait_for()

    other = desk("member", "phone", "en", actor=younger)
    go(other, "/member/promotions")
    other.page.locator("[data-empty]").wait_for()
    go(other, "/member/coupons")
    with lying(other.page, "**/v1/promotions", lambda answer: answer["promotions"][0].update(until=1)):
        go(other, "/member/promotions")
        other.page.locator("[data-left-out]").wait_for()  # not in the company's words
    go(other, "/member/coupons")
    with lying(other.page, "**/v1/surveys/*", lambda answer: answer["questions"][0].update(label="Likes gardens")):
        go(other, "/member/promotions")
        other.page.locator("main [role=alert]").wait_for()
        assert other.page.locator("[data-left-out], [data-empty]").count() == 0
    go(shop, "/partner/promotions")
    shop.page.locator("[data-withdraw]").click()
    shop.page.locator("[data-state=withdrawn]").wait_for()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_custodian_checks_who_asks_practises_and_contributes(desk, company, ways, story, language):
    if language == "en":
        guests.leave_open(company, story)
    owner = company.members[1]
    asked = [(each, opening) for each in owner.client.escrow.escrows() for opening in each.openings]
    escrow, opening = next(pair for pair in asked if not owner.client.escrow.opening(pair[1]).contributions)
    one = desk("custodian", "desktop", language)
    page = one.page
    one.follow("/custodian/shares")
    page.locator('a[href^="/custodian/shares/0x"]').first.click()
    page.locator("[data-verified]").wait_for()
    one.see_mark("true")
    page.locator("[data-drill]").click()
    page.locator("[data-drilled]").wait_for()
    one.picture(f"custodian-share-{language}")
    one.follow("/custodian")
    page.locator(f'a[href="/custodian/openings/{opening}"]').click()
    page.locator("h1").wait_for()
    for _ in range(60):
        if page.locator("[data-contribute]").count():
            break
        page.wait_for_timeout(500)
        page.reload()
        page.locator("[data-state]").wait_for()
    one.see_mark("true")
    one.picture(f"custodian-opening-{language}")
    page.locator("[data-refuse]").click()  # whoever asked is told why; it binds to nothing
    page.locator("#reason").fill("電話をください / Call me first")
    page.locator("[data-send]").click()
    page.locator("[data-refused]").wait_for()
    assert [each.reason for each in owner.client.escrow.opening(opening).refusals] == ["電話をください / Call me first"]
    page.locator("[data-contribute]").click()
    page.locator(".sentence").wait_for()
    one.sign()
    seen = owner.client.escrow.opening(opening)
    assert [each.custodian for each in seen.contributions] == [company.others["guardian"].account]
    document = DocumentEscrow.from_bytes(base64.b64decode(escrow.document_base64))
    checked = check_contribution(owner.signer, escrow, document, bytes.fromhex(opening[2:]), seen.contributions[0])
    assert checked.index == 2


def test_an_opening_in_other_words_than_the_record_s_is_not_contributed_to(desk, company, ways, story):
    guests.leave_open(company, story)
    one = desk("custodian")
    page = one.page

    def lie(answer):
        answer["reason"] = "because I say so\nnonce"
        answer["state"] = "open"

    with lying(page, "**/v1/openings/0x*", lie):
        one.follow("/custodian/shares")
        one.follow("/custodian")
        links = page.locator('a[href^="/custodian/openings/0x"]')
        links.first.wait_for()
        for way in [link.get_attribute("href") for link in links.all()]:  # one that I have not contributed to yet
            one.follow("/custodian")
            page.locator(f'a[href="{way}"]').click()
            page.locator("dl.facts").first.wait_for()
            if page.locator("[data-contribute]").count():
                break
        page.locator("[data-contribute]").click()
        page.get_by_role("alert").filter(has_text="Do not contribute").first.wait_for()
        assert page.locator("[data-confirm]").count() == 0


def test_a_demo_link_at_another_name_is_no_wallet(reader, company, ways):
    """Only the demo on this very machine hands out keys in links."""
    one = reader("desktop", "en")
    link = ways["partner"].link(company.connection.base_url.replace("localhost", "bank.localhost"))
    one.page.goto(link)
    one.page.get_by_text("I have none yet").wait_for()
    assert one.page.locator("[data-demo]").count() == 0


# ---- what holds of every screen of a desk ----

DESK_LOAD_BYTES_MAX = 300_000
"""Desks have tables and forms; a member's part has to be smaller."""
SCREENS = {
    "partner": ["", "/requests", "/requests/new", "/releases", "/coupons", "/coupons/new", "/keys", "/notices"],
    "board": ["", "/decided", "/approvals", "/draws", "/nothing"],
    "operator": [
        *("", "/people", "/people/invite", "/people/enroll", "/surveys", "/surveys/new", "/releases"),
        *("/draws", "/draws/new", "/policies", "/terms", "/approvals"),
    ],
    "shop": ["", "/amount", "/day"],
    "custodian": ["", "/shares", "/approvals"],
}


def deeper(part, story, one):
    """Screens behind the first of each list."""
    lists = {
        "partner": [f"/partner/requests/{story.request_id}"],
        "operator": [f"/operator/surveys/{story.survey.survey_id}", f"/operator/releases/{story.request_id}"],
    }
    found = lists.get(part, [])
    for path in ("/board/decided", "/custodian/shares", "/partner/releases", "/operator/people"):
        if path.startswith(f"/{part}/"):
            go(one, path)
            found += [link.get_attribute("href") for link in one.page.locator("tbody a").all()[:1]]
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", SCREENS)
def test_axe_finds_nothing_at_any_desk_and_nothing_is_wider_than_its_screen(reader, ways, company, story, part, scheme):
    device, language = ("phone", "ja") if scheme == "light" else ("desktop", "en")
    one = reader(device, language, color_scheme=scheme)
    one.page.goto(ways[part].link(company.connection.base_url))
    one.page.locator("nav a").first.wait_for()
    for path in [*(f"/{part}{rest}" for rest in SCREENS[part]), *deeper(part, story, one)]:
        go(one, path)
        assert violations(one) == [], path
        assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_keyboard_alone_decides_a_request(desk, company, story):
    guests.leave_open(company, story)
    one = desk("board", "desktop", "en")
    page = one.page
    page.locator('a[href^="/board/requests/"]').first.focus()
    page.keyboard.press("Enter")
    page.locator("#note").focus()
    page.keyboard.type("Seen and weighed.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[data-confirm]").wait_for()
    page.locator("[data-confirm]").focus()
    page.keyboard.press("Enter")
    page.locator("[aria-labelledby=signing] [data-mark=true]").wait_for()


@pytest.mark.parametrize("part", SCREENS)
def test_a_desk_s_first_load_is_small(reader, company, ways, part):
    one = reader("desktop", "ja")
    sizes = {}
    one.page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    one.page.goto(f"{company.connection.base_url}/{part}")
    one.page.locator("main h1").first.wait_for()
    one.page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) < DESK_LOAD_BYTES_MAX, sizes
