"""What somebody decides on one screen and what others see of it: half an answer and its correction, what companies may
have, how one is told, new terms, a draw, gifts. Each is looked up where it counts.
"""

import base64
import json
import secrets
import time

import pytest

from bank_api.protocol import sd_jwt
from bank_api.protocol.documents.answer import answer_context
from bank_api.protocol.documents.draw import Draw
from bank_api.protocol.documents.sourced import Source
from bank_api.protocol.documents.survey import Survey, Wave
from chaincode import jws
from chaincode.bindings import Role
from chaincode.ids import new_id, to_hex
from chaincode.keys import SigningKey
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from scripts.stage import acts, guests
from tests.pages.conftest import lying
from tests.pages.on_screen import go, look
from wallet_cli.errors import WalletError
from wallet_cli.series import wave_id
from wallet_cli.signing import answer as answering
from wallet_cli.signing import draw as drawing
from wallet_cli.signing import partner as asking
from wallet_cli.signing import preference as preferring
from wallet_cli.signing import seats as seating

DAY = 86_400
DRAW_SECONDS = 4
"""At first; a slow machine takes longer."""


@pytest.fixture(scope="module")
def ways(company, story):
    acts.release(company, story)
    return {way.part: way for way in guests.leave_open(company, story)}


@pytest.fixture
def desk(reader, ways, company):
    def make(part, device="desktop", language="en", actor=None):
        one = reader(device, language)
        way = ways[part] if actor is None else guests.WayIn(part, actor)
        one.page.goto(way.link(company.connection.base_url))
        one.page.locator("nav a").first.wait_for()
        return one

    return make


def confirm(one):
    assert one.page.locator(".sentence").inner_text()
    one.page.locator("[data-confirm]").click()
    one.page.locator("#signing[role=status]").wait_for()


@pytest.fixture(scope="module")
def sleep(company, story):
    """The first wave of a weekly series, open now; the second is to come."""
    series, now = to_hex(new_id()), company.bank.time
    questions = [one for one in story.survey.questions if one.kind == "number"][:2]
    opens = [now, now + 7 * DAY]
    for number in (1, 2):
        wave = Wave(series_id=series, series="週の声 / Voice of the week", number=number, waves=2)
        company.operator.client.operator.publish_survey(
            Survey(
                survey_id=wave_id(series, number),
                title=f"週の声 ({number}/2) / Voice of the week ({number}/2)",
                description="毎週お聞きします。",
                language="ja",
                questions=questions,
                base_coins=1,
                budget_coins=500,
                opens_at=opens[number - 1],
                closes_at=opens[number - 1] + DAY,
                wave=wave.model_copy(update={"next_opens_at": opens[1] if number == 1 else None}),
            )
        )
    return company.operator.client.public.survey(wave_id(series, 1))


@pytest.mark.parametrize(("device", "language"), [("phone", "ja"), ("desktop", "en")])
def test_half_an_answer_survives_and_an_answer_is_corrected(as_member, company, sleep, device, language):
    person = company.members[2 if device == "phone" else 3]
    one = as_member(person, device, language)
    page, (first, second) = one.page, sleep.questions
    one.follow("/member/surveys")
    page.locator("[data-wave]").first.wait_for()
    assert page.locator("[data-state=upcoming] [data-wave]").count() == 1, "of a series only the next wave"
    look(one, f"surveys-{language}")
    one.follow(f"/member/surveys/{sleep.survey_id}")
    page.locator("a.button.main").click()
    page.locator("input.number").fill(str(first.maximum + 1))
    page.keyboard.press("Enter")
    page.locator("#wrong").wait_for()
    page.locator("input.number").fill(str(first.minimum))
    page.keyboard.press("Enter")
    page.wait_for_url("**/2")
    assert "azukari.draft.answer." in page.evaluate("JSON.stringify(localStorage)")
    page.reload()  # the wallet is locked again, as after the browser was closed
    one.open("/member")
    one.unlock()
    page.locator("[data-draft]").wait_for()
    one.follow(f"/member/surveys/{sleep.survey_id}")
    look(one, f"draft-{language}")
    page.locator("a.button.main").click()
    page.wait_for_url("**/2")
    page.locator("input.number").fill(str(second.minimum))
    page.keyboard.press("Enter")
    page.locator("button.main").click()
    one.sign()
    assert "azukari.draft.answer." not in page.evaluate("JSON.stringify(localStorage)")
    go(one, "/member/mine")
    page.locator(f'a[href="/member/surveys/{sleep.survey_id}/correction"]').click()
    page.locator("[data-same]").wait_for()
    page.locator("dl a").first.click()
    page.locator("input.number").fill(str(first.minimum + 1))
    page.keyboard.press("Enter")
    page.locator("[data-changed]").wait_for()
    look(one, f"correct-{language}")
    page.locator("button.main").click()
    one.sign()
    given = [each for each in person.client.member.answers() if each.survey_id == sleep.survey_id]
    assert [(each.stands, each.coins > 0) for each in given] == [(False, True), (True, False)]
    assert given[1].replaces == given[0].answer_id
    one.follow("/member/mine")
    page.locator("[data-replaced]").wait_for()
    one.see_mark("true")
    look(one, f"mine-{language}")
    if device == "phone":
        corrects_what_a_source_signed(one, company, person, sleep)


def corrects_what_a_source_signed(one, company, person, survey):
    """From a credential of both values, by the command line's code; then one of them is corrected on the page."""
    page, (first, second) = one.page, survey.questions
    values = {first.key: first.minimum + 2, second.key: second.minimum + 1}
    source = sd_jwt.KeyInHand(SigningKey(new_id()))
    now = company.bank.time
    holder = jws.public_jwk(person.key)
    credential = sd_jwt.issue(values, "urn:example:sleep", source, holder, now, now + DAY, secrets.token_bytes)
    sources = [Source(credential.to_text(), {key: key for key in values})]
    before = next(
        each.answer_id for each in person.client.member.answers() if each.stands and each.title == survey.title
    )
    person.client.send(
        answering.correct_answer(person.signer, survey, before, values, company.release_key, sources=sources)
    )
    go(one, "/member/keys")
    go(one, "/member/mine")
    page.locator("details:has([data-signed-by])").first.locator("summary").click()
    assert page.locator(f"[data-signed-by='{source.address}']").count() == 2
    one.see_mark("true")
    look(one, "mine-signed-ja")
    page.locator(f'a[href="/member/surveys/{survey.survey_id}/correction"]').click()
    page.locator(f"[data-signed='{first.key} {second.key}']").wait_for()
    page.locator("dl a").first.click()
    page.locator("input.number").fill(str(first.minimum + 3))
    page.keyboard.press("Enter")
    page.locator(f"[data-signed='{second.key}'] + [data-unsigned='{first.key}']").wait_for()
    look(one, "correct-signed-ja")
    page.locator("button.main").click()
    one.sign()
    kept = opened_answer(person, survey)
    assert kept["values"] == values | {first.key: first.minimum + 3}
    assert [each["answers"] for each in kept["sources"]] == [{second.key: second.key}]


def standing(person, survey):
    """The answer that stands."""
    given = [each for each in person.client.member.answers() if each.survey_id == survey.survey_id]
    return next(each for each in given if each.stands)


def opened_answer(person, survey):
    """The answer that stands, as its member's wallet opens it."""
    name = standing(person, survey).answer_id.removeprefix("0x")
    kept = next(each for each in person.client.member.documents() if each.name == name)
    sealed = SealedDocument.from_bytes(base64.b64decode(kept.sealed_base64))
    context = answer_context(survey.survey_id, person.account)
    return json.loads(open_sealed(sealed, person.signer.encryption, context).content)


def test_each_company_may_have_so_much_and_a_request_beyond_it_says_so(as_member, company, ways, story):
    person, media = company.members[0], company.others["media"]
    one = as_member(person, "phone", "ja")
    page = one.page
    go(one, "/member/preferences")
    card = page.locator(f'[data-partner="{media.account}"]')
    card.locator("button").click()
    card.locator("input[value=statistical]").check()
    card.locator("input[name=some]").nth(1).check()
    card.locator("[data-go-on]").click()
    card.get_by_role("alert").wait_for()  # none is chosen
    look(one, "preferences-form")
    card.locator("input[value=age]").check()
    card.locator("[data-go-on]").click()
    assert media.name in page.locator(".sentence").inner_text()
    page.locator("[data-confirm]").click()
    card.locator("[data-kept]").wait_for()
    look(one, "preferences")
    said = next(each for each in person.client.rights.preferences() if each.partner == media.account)
    assert (said.forms, said.items) == (["statistical"], ["age"])
    request = next(each for each in person.client.member.requests() if each.partner == media.account)
    assert not preferring.allows(said, request)
    undecided = next(
        each for each in person.client.member.requests() if each.partner == media.account and not each.consent
    )
    go(one, f"/member/requests/{undecided.request_id}")
    page.locator("[data-beyond]").wait_for()


def test_how_one_is_told_is_chosen_and_a_wrong_address_is_said_at_its_field(as_member, desk, company):
    person = company.members[4]
    one = as_member(person, "phone", "ja")
    page = one.page
    go(one, "/member/notices")
    page.locator("#email").fill("葵@")
    page.keyboard.press("Enter")
    page.locator("#email-wrong").wait_for()
    page.locator("#email").fill("aoi@example.jp")
    page.keyboard.press("Enter")
    page.locator(".note.bad strong").wait_for()  # this bank sends no e-mail, and says so
    one.forgive("status of")
    assert page.locator("[data-code]").count() == 0
    page.locator("[data-kind=release-made] input").check()
    page.locator("[data-told]").wait_for()
    look(one, "notices")
    chosen = {each.kind: each.channels for each in person.client.notices.mine().kinds}
    assert "email" in chosen["release-made"]
    partner = desk("partner")
    go(partner, "/partner/notices")
    partner.page.locator("[data-webhook] #url").fill("ftp://media.example")
    partner.page.keyboard.press("Enter")
    partner.page.locator("#url-wrong").wait_for()
    partner.page.locator("[data-webhook] #url").fill("https://127.0.0.1/azukari")
    partner.page.keyboard.press("Enter")
    partner.page.locator(".note.bad strong").wait_for()  # nothing is asked at an address inside
    partner.forgive("status of")
    assert company.others["media"].client.notices.webhook().url is None


def test_new_terms_are_set_at_a_desk_and_accepted_on_a_phone(desk, as_member, company):
    operator = desk("operator", "desktop", "en")
    page = operator.page
    operator.follow("/operator/terms")
    page.locator("[data-new-terms]").click()
    page.locator("button.main").click()
    page.get_by_role("alert").locator("li").first.wait_for()  # the same text is no new one
    text = page.locator("#terms-text").input_value()
    page.locator("#terms-text").fill(f"{text}\n9. 銀行は毎年、監査の結果を会員に知らせます。\n")
    look(operator, "operator-terms")
    page.locator("button.main").click()
    confirm(operator)
    person = company.members[5]
    one = as_member(person, "phone", "ja")
    one.page.locator("[data-terms]").click()
    assert "監査の結果" in one.page.locator("[data-changes]").inner_text()
    accept, refuse = (one.page.locator(f"[data-{name}]").bounding_box() for name in ("accept", "refuse"))
    assert (accept["width"], accept["height"]) == (refuse["width"], refuse["height"])
    look(one, "terms")
    one.page.locator("[data-accept]").click()
    one.sign()
    assert person.client.terms.mine().accepted == 2
    operator.follow("/operator")
    page.locator("[data-due=terms]").click()
    page.locator("[data-figure=accepted]").wait_for()
    assert page.locator("[data-figure=accepted]").inner_text() == "1"


def test_a_policy_names_where_bound_coins_may_be_spent(desk, company):
    one = desk("operator", "phone", "ja")
    page = one.page
    go(one, "/operator/policies")
    page.locator("button.main").click()
    assert page.get_by_role("alert").locator("li").count() == 2
    page.locator("#policy-name").fill("健康 / Health")
    page.locator("#issuers input").first.check()
    look(one, "operator-policies")
    page.locator("button.main").click()
    confirm(one)
    [policy] = company.operator.client.public.policies()
    assert (policy.name, len(policy.issuers)) == ("健康 / Health", 1)


def test_a_partner_puts_drafts_aside_and_changes_what_the_board_has_not_decided(desk, company, story):
    media = company.others["media"]
    company.operator.client.operator.sell_coins(media.account, to_hex(new_id()), 500)
    terms = asking.RequestTerms(
        recipient=media.name,
        purpose="朝の番組 / A morning programme",
        description="何を見るか。 / What people watch.",
        k_minimum=5,
        persons_maximum=20,
        coins_base=5,
        coins_per_item=2,
        valid_until=company.bank.time + 20 * DAY,
        retention_days=60,
    )
    old = media.client.send(asking.file_request(media.signer, story.survey, ["age", "educ"], terms)).id
    one = desk("partner", "phone", "ja")
    page = one.page
    go(one, "/partner/requests/new")
    page.locator("#purpose").fill("夜の番組 / A night programme")
    page.locator("[data-put-aside]").click()
    assert page.locator("#purpose").input_value() == ""
    page.locator("[data-aside] summary").click()
    look(one, "partner-drafts")
    page.locator("[data-take-up]").click()
    assert page.locator("#purpose").input_value().startswith("夜の番組")
    go(one, f"/partner/requests/{old}")
    page.locator("[data-amend]").click()
    one.sign()
    one.follow("/partner/requests/new")
    assert page.locator("#purpose").input_value() == terms.purpose
    assert page.locator("[data-aside] li").count() == 1, "what was being written is put aside"
    page.locator("#persons").fill("10")
    page.locator("button.main").click()
    one.sign()
    mine = {each.request_id: each for each in media.client.partner.requests()}
    [anew] = [each for each in mine.values() if each.purpose == terms.purpose and each.state == "filed"]
    assert (mine[old].state, anew.persons_maximum, sorted(anew.items)) == ("closed", 10, ["age", "educ"])


@pytest.fixture
def board_of_three(company):
    """Two more on the board, for as long as a draw lasts."""
    board = [company.others["board"]]
    for place in (2, 3):
        seat = company.newcomer(f"審査会 {place} / Board {place}")
        key = seat.signer.encryption.public.to_hex()
        body = seating.propose_seat(
            board[0].signer, seat.account, Role.BOARD, seat.name, seated=True, encryption_key=key
        )
        for one in board[1:]:
            body = seating.approve_seat(one.signer, body)
        board[0].client.board.seat(body)
        board.append(seat)
    yield board
    for place in (2, 1):
        body = seating.propose_seat(board[0].signer, board[place].account, Role.BOARD, board[place].name, seated=False)
        for one in board[1 : place + 1]:
            body = seating.approve_seat(one.signer, body)
        board[0].client.board.seat(body)


def a_draw(company, board, title, seconds):
    """A raffle that closes so many seconds from now."""
    now = company.operator.client.public.bank().time
    draw = Draw(
        draw_id=to_hex(new_id()),
        title=title,
        prize="旅行券 / A trip",
        price_coins=1,
        prizes=1,
        entries_maximum=100,
        opens_at=now,
        closes_at=now + seconds,
        refunds_from=now + seconds + DAY,
        drawers=[one.account for one in board],
    )
    company.operator.client.operator.open_draw(draw)
    return shown(company, draw.draw_id)


def shown(company, draw_id):
    return next(one for one in company.operator.client.public.draws() if one.draw_id == draw_id)


def bound_and_entered(company, board, member, draw):
    company.everybody(board, lambda one: one.client.send(drawing.bind_draw(one.signer, draw)), lambda: None)
    member.client.send(drawing.enter_draw(member.signer, shown(company, draw.draw_id)))


def closed_draw(company, board, member):
    """One that closed with an entry: as short as this machine can bind and enter in."""
    seconds = DRAW_SECONDS
    while True:
        draw = a_draw(company, board, "福引 / A raffle", seconds)
        try:
            bound_and_entered(company, board, member, draw)
        except WalletError:  # it closed before
            seconds *= 2
            continue
        while shown(company, draw.draw_id).state != "closed" or time.time() <= draw.closes_at:
            time.sleep(0.2)
        return shown(company, draw.draw_id)


def test_a_draw_is_bound_entered_revealed_and_its_result_told(desk, as_member, company, ways, board_of_three):
    chair, person = desk("board"), company.members[6]
    one = as_member(person, "phone", "ja")
    open_draw = a_draw(company, board_of_three, "茶会 / A tea party", DAY)
    for each in board_of_three[1:]:
        each.client.send(drawing.bind_draw(each.signer, open_draw))
    go(chair, f"/board/draws/{open_draw.draw_id}")
    chair.page.locator("button.main").click()
    chair.sign()
    go(one, "/member/draws")
    one.page.get_by_role("button", name="応募する").click()
    one.sign()
    one.follow("/member/passbook")
    go(one, "/member/draws")
    one.page.locator("[data-entered=waits]").wait_for()
    look(one, "draw-entered")
    draw = closed_draw(company, board_of_three, person)
    second = board_of_three[1]
    second.client.draws.show_parts(draw.draw_id, drawing.parts_to_show(second.signer, draw))
    go(chair, "/board/draws")
    go(chair, f"/board/draws/{draw.draw_id}")
    chair.page.locator("button.main").click()
    chair.page.get_by_role("status").filter(has_text="shown").first.wait_for()
    go(one, "/member/passbook")
    go(one, "/member/draws")
    one.page.locator("[data-entered=won]").wait_for()  # nobody else entered
    one.see_mark("true")
    look(one, "draw-won")

    def lie(answer):
        next(each for each in answer["draws"] if each["draw_id"] == draw.draw_id).update(winners=[])

    with lying(one.page, "**/v1/draws", lie):
        go(one, "/member/passbook")
        one.page.evaluate("history.pushState(null, '', '/member/draws'); dispatchEvent(new PopStateEvent('popstate'))")
        one.page.get_by_role("alert").first.wait_for()
        assert one.page.locator("[data-entered=won]").count() == 0


def test_gifts_are_ordered_given_and_found(desk, as_member, company, ways, story):
    media, now = company.others["media"], company.bank.time
    offered = asking.CouponTerms(
        title="お礼の観覧券 / A seat in the studio",
        description="お礼です。",
        price_coins=1000,
        stock=2 * len(company.members),
        opens_at=now - 60,
        closes_at=now + DAY,
        redeem_until=now + 30 * DAY,
        premium_request=story.request_id,
    )
    media.client.send(asking.publish_coupon(media.signer, offered))
    people = story.releases[0]["rows"]
    partner = desk("partner")
    go(partner, "/partner/campaigns")
    partner.page.locator("#persons").fill(str(people))
    partner.page.locator("button.main").click()
    partner.sign()
    operator = desk("operator", "desktop", "ja")
    operator.page.locator("[data-due=gifts]").click()
    operator.page.locator("[data-order=gifts]").click()
    confirm(operator)
    [order] = [each for each in company.operator.client.office.gift_orders() if each.title == offered.title]
    assert order.given > 0
    lucky = next(
        each for each in company.members if any(one.title == offered.title for one in each.client.member.coupons())
    )
    one = as_member(lucky, "phone", "ja")
    one.follow("/member/coupons")
    one.page.get_by_text("お礼の観覧券").first.wait_for()
    look(one, "gift")
