"""The pilot's seven screens, end to end in a real browser: join, choose a survey, answer, consent or refuse, withdraw,
buy a coupon, use it. On a phone and on a desktop, in both languages; what each signs is on the ledger.
"""

import json

import pytest

from chaincode.typed_data import CONSENT_GIVEN
from scripts.stage import acts
from scripts.stage import survey as questionnaire
from tests.pages.conftest import PASSPHRASE
from wallet_cli.keyfile import decrypt_key
from wallet_cli.signing import partner as asking

DAY = 86_400
ANSWERS = questionnaire.respondents(40)[-1]


def holds_for_seven_days(proven):
    assert proven.words.decision == CONSENT_GIVEN
    assert 6.9 * DAY < proven.words.valid_until - proven.header.timestamp < 7.1 * DAY


def answer_survey(reader, story):
    page, survey = reader.page, story.survey
    reader.follow(f"/member/surveys/{survey.survey_id}")
    page.locator("a.button.main").click()
    for place, question in enumerate(survey.questions):
        page.locator("progress").wait_for()
        assert page.url.endswith(f"/{place + 1}")
        assert page.locator("input:checked").count() == 0, "nothing is preselected"
        if question.kind == "choice":
            page.locator(f'input[type=radio][value="{ANSWERS[question.key]}"]').check()
        else:
            page.locator("input[inputmode=numeric]").fill(str(ANSWERS[question.key]))
        page.locator("button.main").click()
    page.locator("dl.facts").wait_for()
    reader.picture(f"review-{reader.language}")
    page.locator("button.main").click()
    reader.sign()


@pytest.mark.parametrize(("device", "language"), [("phone", "ja"), ("desktop", "en")])
def test_a_member_s_way_from_invitation_to_a_used_coupon(reader, company, story, device, language):
    one = reader(device, language)
    page = one.page
    one.join()
    one.picture(f"home-new-{language}")

    answer_survey(one, story)
    page.locator("a.button.main").click()
    assert page.locator("[data-coins]").inner_text() == str(questionnaire.COINS)

    one.follow(f"/member/requests/{story.request_id}")
    page.locator("[data-accept]").wait_for()
    one.picture(f"request-{language}")
    table = page.locator("table").inner_text()
    assert str(ANSWERS["age"]) in table, "the member's own answer, opened in the browser"
    page.locator("[data-preview]").click()
    row = page.locator("[data-row-preview] tbody td")
    row.first.wait_for()
    assert row.count() == len(acts.ITEMS), "the row that they would see, each column of it"
    page.locator("[data-ends] input[value='7']").check()
    accept, refuse = (page.locator(f"[data-{name}]").bounding_box() for name in ("accept", "refuse"))
    assert (accept["width"], accept["height"], accept["y"]) == (refuse["width"], refuse["height"], refuse["y"])
    page.locator("[data-accept]").click()
    chosen = page.locator("[name=ends], [name=uses]")
    assert chosen.count() > 2
    assert chosen.evaluate_all("all => all.every((one) => one.matches(':disabled'))")
    one.picture(f"sign-{language}")
    one.sign()
    page.locator("a.button.main").click()

    page.locator("[data-withdraw]").wait_for()
    one.see_mark("true")
    one.picture(f"disclosures-{language}")
    holds_for_seven_days(one.saved_receipt(page.locator("li.card").first))
    page.locator("[data-withdraw]").click()
    one.sign()
    assert company.operator.client.session.get("/v1/operator/summary")["consents"]["withdrawn"] >= 1

    one.follow("/member/coupons")
    page.locator('a.card[href^="/member/coupons/0x"]').first.click()
    page.locator("select").wait_for()
    one.picture(f"coupon-{language}")
    page.locator("button.main").click()
    one.sign()

    shop = company.others["shop"]
    offer = next(one for one in shop.client.public.coupon_classes() if one.issuer == company.others["cafe"].account)
    offered = shop.client.shop.offer_redemption(asking.offer_redemption(shop.signer, offer))
    one.follow("/member/coupons")
    one.follow("/member/redeem")
    page.locator("input.input").fill(f"azukari:redeem:{offered.redemption_id}")
    page.locator("[data-enter]").click()
    page.locator("[data-confirm]").wait_for()
    one.sign()
    page.locator("svg.tick").wait_for()
    one.picture(f"used-{language}")
    used = next(each for each in shop.client.shop.redemptions() if each.redemption_id == offered.redemption_id)
    assert used.state == "redeemed"

    one.follow("/member/passbook")
    page.locator("[data-balance]").wait_for()
    one.see_mark("true")
    assert page.locator("[data-balance]").inner_text() == str(questionnaire.COINS - offer.price_coins)
    assert page.locator(".lines li").count() == 6
    one.picture(f"passbook-{language}")


def test_refusing_is_as_easy_and_is_recorded(reader, company, story):
    one = reader("phone", "en")
    one.join()
    answer_survey(one, story)
    one.page.locator("a.button.main").click()
    one.follow(f"/member/requests/{story.request_id}")
    one.page.locator("[data-refuse]").click()
    assert "refuse" in one.page.locator(".sentence").inner_text()
    one.sign()
    one.page.locator("a.button.main").click()
    one.see_mark("true")
    assert one.page.locator("[data-withdraw]").count() == 0


def test_the_key_stays_sealed_and_the_command_line_opens_it(reader, story):
    one = reader("phone", "ja")
    sent = []
    one.page.on("request", lambda request: sent.append(request.post_data or ""))
    one.join()
    kept = json.loads(one.page.evaluate("localStorage['azukari.wallet']"))
    key = decrypt_key(kept["keyfile"], PASSPHRASE)
    everywhere = one.page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)") + "".join(sent)
    assert key.hex() not in everywhere
    assert PASSPHRASE not in everywhere
    one.page.reload()
    one.page.locator("input[type=password]").fill("another passphrase")
    one.page.locator("button.main").click()
    one.page.locator("#wrong").wait_for()
    one.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    one.page.locator("button.main").click()
    one.page.locator("[data-coins]").wait_for()


def test_a_wallet_of_the_command_line_opens_in_the_browser(reader, company, story, tmp_path):
    from wallet_cli.keystore import Keystore

    person = company.members[0]
    entry = Keystore(tmp_path).create("member", PASSPHRASE, "scrypt-light", person.key)
    one = reader("desktop", "en")
    one.open("/member")
    one.page.locator("input[type=file]").set_input_files(entry.path)
    one.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    one.page.locator("button.main").click()
    coins = person.client.member.me().coins
    assert one.page.locator("[data-coins]").inner_text() == str(coins)
    one.follow("/member/passbook")
    one.see_mark("true")
    one.follow("/member/disclosures")
    one.see_mark("true")


def test_a_passkey_opens_the_wallet_and_the_passphrase_still_does(reader, story):
    one = reader("phone", "en")
    devtools = one.page.context.new_cdp_session(one.page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True}
    options |= {
        "hasUserVerification": True,
        "isUserVerified": True,
        "hasPrf": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    one.join()
    one.follow("/member/keys")
    one.page.get_by_role("button", name="Add a passkey").click()
    one.page.get_by_text("The passkey was added").wait_for()
    one.page.get_by_role("button", name="Lock the wallet").click()
    one.page.get_by_role("button", name="Open with a passkey").click()
    one.page.get_by_role("heading", name="Wallet and settings").wait_for()
    one.page.get_by_role("button", name="Lock the wallet").click()
    one.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    one.page.get_by_role("button", name="Open", exact=True).click()
    one.page.get_by_role("heading", name="Wallet and settings").wait_for()


def test_an_answer_out_of_range_is_said_at_the_field_and_nothing_is_lost(reader, story):
    one = reader("phone", "en")
    one.join()
    one.follow(f"/member/surveys/{story.survey.survey_id}")
    one.page.locator("a.button.main").click()
    entry = one.page.locator("input[inputmode=numeric]")
    one.page.locator("button.main").click()
    one.page.get_by_role("alert").wait_for()
    entry.fill("7")
    one.page.locator("button.main").click()
    assert "18" in one.page.get_by_role("alert").inner_text()
    assert entry.get_attribute("aria-invalid") == "true"
    entry.fill("３４")
    one.page.locator("button.main").click()
    one.page.locator("input[type=radio]").first.wait_for()
    one.page.go_back()
    assert one.page.locator("input[inputmode=numeric]").input_value() == "34"


def test_a_used_invitation_is_refused_in_words(reader, story):
    one = reader("phone", "ja")
    code = one.invited()
    two = reader("phone", "ja")
    for turn in (one, two):
        turn.open(f"/member/join#{code}")
        turn.page.locator("button.main").click()
    for turn in (one, two):
        turn.page.locator("input[type=password]").first.wait_for()
        for entry in turn.page.locator("input[type=password]").all():
            entry.fill(PASSPHRASE)
        turn.page.locator("button.main").click()
        turn.page.locator("[data-confirm]").click()
        turn.page.locator("[data-mark], .note.bad").first.wait_for()
    assert "招待" in two.page.get_by_role("alert").inner_text()
    two.forgive("409")


def test_a_code_that_nobody_can_join_with_is_refused_before_the_terms(reader):
    one = reader("phone", "ja")
    code = one.invited()
    one.open("/member")
    one.page.locator("form input").first.fill(code[:-1])
    one.page.locator("form button.main").click()
    assert "見つかりません" in one.page.get_by_role("alert").inner_text()
    assert "頼んでください" in one.page.get_by_role("alert").inner_text()
    one.forgive("403")
    assert one.page.locator(".terms").count() == 0
    one.picture("join-unknown-code-ja")
    one.page.get_by_text("コードを入力し直す").click()
    one.page.locator("form input").first.fill(code)
    one.page.locator("form button.main").click()
    one.page.locator(".terms").wait_for()
