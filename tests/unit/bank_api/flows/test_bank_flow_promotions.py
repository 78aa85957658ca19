"""Promotions: filed by a partner, let be shown by the operator, the same list for all; who fits is not asked."""

import json

import pytest

from bank_api.protocol.documents.condition import read_condition
from bank_api.protocol.promotion import PromotionBody, PromotionWords
from bank_api.protocol.shapes.inbox import InboxItem
from bank_api.protocol.shapes.promotions import PromotionView
from chaincode.bindings import Role
from chaincode.ids import id_from_hex
from tests.unit.bank_api.person import DAY
from wallet_cli.messages import Messages
from wallet_cli.signing.promotion import file_promotion, is_signed
from wallet_cli.views.inbox import sentence

PATH = "/v1/promotions"
WORDS = [{"language": "en", "title": "Tea for you", "text": "A pot at half its price."}]


@pytest.fixture
def seller(town, monkeypatch):
    """A partner with a coupon, in a bank where one member in four is one at least."""
    monkeypatch.setattr(town.bank.settings, "promotion_k", 1)
    partner = town.organization("partner")
    return partner, town.coupon_class(partner), town.survey()


def condition_of(survey, **changes):
    return {"survey_id": survey.survey_id, "item": "tea", "low": 3, "high": 20} | changes


def body(town, seller, **changes):
    partner, offer, survey = seller
    given = {"words": WORDS, "class_id": offer.class_id, "until": offer.closes_at, "condition": condition_of(survey)}
    given |= changes
    words = [PromotionWords.model_validate(one) for one in given["words"]]
    url = str(town.client.base_url).rstrip("/")
    made = file_promotion(
        partner.signer, url, words, given["class_id"], given["until"], read_condition(given["condition"])
    )
    return made.model_dump()


def filed(town, seller, **changes):
    return seller[0].done(PATH, body(town, seller, **changes))


def decide(town, promotion_id, what, **words):
    return town.operator.post(f"/v1/operator/promotions/{promotion_id}/{what}", words)


def listed(town, seller):
    """This partner's, as anybody gets them, without a login."""
    answer = town.client.get(PATH)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["promotions"] if one["partner"] == seller[0].account]


def members(town, many):
    return [town.member() for _ in range(many)]


def problem(answer):
    """Status, field and rule; without a field the sentence's id."""
    told = answer.json()
    message = told["message"]
    return answer.status_code, told.get("field"), message["values"].get("rule", message)["id"]


def test_filed_approved_shown_to_everybody_alike_and_withdrawn(town, seller):
    partner, offer, survey = seller
    members(town, 4)
    sent = body(town, seller)
    first = partner.done(PATH, sent)
    assert partner.done(PATH, sent) == first, "the same again changes nothing"
    assert (first["state"], first["sold"], first["used"], listed(town, seller)) == ("waiting", 0, 0, [])

    assert decide(town, first["promotion_id"], "approval").json()["state"] == "approved"
    assert decide(town, first["promotion_id"], "approval").status_code == 201
    [shown] = listed(town, seller)
    assert (shown["partner_name"], shown["coupon_title"], shown["class_id"]) == (
        partner.name,
        offer.title,
        offer.class_id,
    )
    assert shown["condition"] == condition_of(survey)
    url = str(town.client.base_url).rstrip("/")
    read = PromotionView.model_validate(shown)
    assert is_signed(read, url, partner.signer.key.address)
    for change in (
        {"until": read.until + 1},
        {"class_id": "0x" + "11" * 32},
        {"condition": condition_of(survey, low=4)},
    ):
        assert not is_signed(read.model_copy(update=change), url, partner.signer.key.address)

    assert partner.post(f"{PATH}/{first['promotion_id']}/withdrawal").json()["state"] == "withdrawn"
    assert listed(town, seller) == []
    over = (409, None, "refusal-promotion-decided")
    assert problem(decide(town, first["promotion_id"], "approval")) == over
    assert problem(decide(town, first["promotion_id"], "refusal", reason="late")) == over


def test_the_list_is_the_same_bytes_whoever_asks(town, seller):
    one, other, *_ = members(town, 4)
    town.answer(one, seller[2], age=40, vote=1, tea=9)
    town.answer(other, seller[2], age=20, vote=0, tea=0)
    decide(town, filed(town, seller)["promotion_id"], "approval")
    got = [town.client.get(PATH, headers=who).content for who in ({}, one.headers, other.headers)]
    assert got[0] == got[1] == got[2]
    assert seller[0].account in [shown["partner"] for shown in json.loads(got[0])["promotions"]]


def awaits(person, promotion_id):
    """What somebody's inbox says of a promotion: kind and name."""
    items = person.get("/v1/inbox")["items"]
    return [(one["kind"], one["name"]) for one in items if one["subject"] == promotion_id]


def test_refused_with_a_reason_and_taken_down(town, seller):
    members(town, 4)
    filed_one = filed(town, seller)["promotion_id"]
    assert awaits(town.operator, filed_one) == [("promotion-asked", seller[0].name)]
    assert awaits(seller[0], filed_one) == []
    assert decide(town, filed_one, "refusal", reason="").status_code == 422
    decide(town, filed_one, "approval")
    assert len(listed(town, seller)) == 1
    assert awaits(town.operator, filed_one) == []
    assert awaits(seller[0], filed_one) == [("promotion-approved", "Tea for you")]
    told = decide(town, filed_one, "refusal", reason="The price is not what it says").json()
    assert (told["state"], told["reason"]) == ("refused", "The price is not what it says")
    assert listed(town, seller) == []
    [mine] = seller[0].get("/v1/partner/promotions")["promotions"]
    assert (mine["state"], mine["reason"]) == ("refused", "The price is not what it says")
    assert awaits(seller[0], filed_one) == [("promotion-refused", "The price is not what it says")]
    [refused] = [one for one in seller[0].get("/v1/inbox")["items"] if one["kind"] == "promotion-refused"]
    assert refused["title"] == "Tea for you"
    told = sentence(Messages("en"), InboxItem(**refused))
    assert told == "The bank does not show your promotion: Tea for you. Reason: The price is not what it says"
    over = (409, None, "refusal-promotion-decided")
    assert problem(decide(town, filed_one, "approval")) == over
    assert problem(seller[0].post(f"{PATH}/{filed_one}/withdrawal")) == over, "the reason stays"
    assert problem(decide(town, "0x" + "77" * 32, "approval")) == (404, None, "refusal-nothing-here")


def test_too_few_members_would_see_it_by_chance(town, seller, monkeypatch):
    members(town, 1)
    people = len(town.bank.index.accounts_with(Role.MEMBER))
    monkeypatch.setattr(town.bank.settings, "promotion_k", people // 4 + 1)
    waiting = filed(town, seller)["promotion_id"]
    refused = decide(town, waiting, "approval")
    assert problem(refused) == (409, None, "refusal-promotion-few")
    assert f"with {people} members" in refused.json()["detail"]
    members(town, 4 - people % 4)
    assert decide(town, waiting, "approval").json()["state"] == "approved"


def test_each_rule_of_what_is_filed(town, seller):
    partner, offer, survey = seller
    another = town.organization("partner")
    theirs, fine = town.coupon_class(another), body(town, seller)

    def refused(changed):
        return problem(partner.post(PATH, changed))[1:]

    assert refused(fine | {"until": fine["until"] - 1}) == ("signature", "rule-preference-signer")
    assert refused(fine | {"at": town.now + 3600}) == ("at", "rule-preference-time")
    for other in (theirs.class_id, "0x" + "11" * 32):
        assert refused(body(town, seller, class_id=other)) == ("class_id", "rule-promotion-coupon")
    for until in (town.now, offer.closes_at + 1):
        assert refused(body(town, seller, until=until)) == ("until", "rule-promotion-until")
    assert refused(body(town, seller, words=WORDS * 2)) == ("words", "rule-promotion-language")
    for text in ("tea\u202e", "a\x07b", "a\rb"):
        told = refused(body(town, seller, words=[WORDS[0] | {"text": text}]))
        assert told == ("words[0].text", "rule-promotion-characters")
    links = (
        "see https://tea.example",
        "www.tea",
        "HTTP: tea",
        "tea.example/g7",
        "ｗｗｗ．tea．example",
        "LINE: ＠teag7",
    )
    for link in links:
        told = refused(body(town, seller, words=[WORDS[0] | {"text": link}]))
        assert told == ("words[0].text", "rule-promotion-link")
    votes = {"survey_id": survey.survey_id, "item": "vote", "one_of": [1]}
    assert refused(body(town, seller, condition=votes)) == ("condition.item", "rule-condition-sensitive")
    unknown = condition_of(survey, survey_id="0x" + "33" * 32)
    assert refused(body(town, seller, condition=unknown)) == ("condition.survey_id", "rule-condition-survey")
    assert refused(fine | {"condition": {"item": "tea"}}) == ("condition", "rule-condition-form")
    assert partner.post(PATH, fine | {"condition": []}).status_code == 422
    assert partner.get("/v1/partner/promotions")["promotions"] == [], "nothing of it was kept"


def test_a_coupon_that_is_not_on_sale_yet_is_nobodys(town, seller):
    partner = seller[0]
    early = town.coupon_class(partner, opens_at=town.now + DAY)
    refused = partner.post(PATH, body(town, seller, class_id=early.class_id))
    assert problem(refused) == (422, "class_id", "rule-promotion-opens")


def test_a_premium_coupon_would_say_who_answered_so(town, seller):
    partner, _, survey = seller
    town.fund(partner, 10_000)
    request = town.request(partner, survey, ["tea"])
    premium = town.coupon_class(partner, premium_request=request)
    refused = partner.post(PATH, body(town, seller, class_id=premium.class_id))
    assert problem(refused) == (422, "class_id", "rule-promotion-premium")


def test_an_id_is_one_promotion_and_a_partner_has_so_many(town, seller, monkeypatch):
    partner = seller[0]
    first = body(town, seller)
    partner.done(PATH, first)
    url, words = str(town.client.base_url).rstrip("/"), [PromotionWords.model_validate(WORDS[0] | {"title": "Other"})]
    monkeypatch.setattr(type(partner.signer), "new_id", lambda _: id_from_hex(first["promotion_id"]))
    other = file_promotion(
        partner.signer, url, words, first["class_id"], first["until"], read_condition(first["condition"])
    )
    assert problem(partner.post(PATH, other.model_dump())) == (409, None, "refusal-promotion-id")
    monkeypatch.undo()
    monkeypatch.setattr(town.bank.settings, "promotions_max", 1)
    assert problem(partner.post(PATH, body(town, seller))) == (409, None, "refusal-promotions-full")
    partner.done(f"{PATH}/{first['promotion_id']}/withdrawal")
    assert partner.post(PATH, body(town, seller)).status_code == 201


def test_whose_it_is_and_who_decides(town, seller):
    partner, another, member = seller[0], town.organization("partner"), town.member()
    mine = filed(town, seller)["promotion_id"]
    assert problem(another.post(f"{PATH}/{mine}/withdrawal")) == (404, None, "refusal-nothing-here")
    assert another.get("/v1/partner/promotions")["promotions"] == []
    assert problem(another.post(PATH, body(town, seller)))[1:] == ("signature", "rule-preference-signer")
    for who in (member, partner):
        assert problem(who.post(f"/v1/operator/promotions/{mine}/approval")) == (403, None, "refusal-role")
    assert problem(member.post(PATH, body(town, seller))) == (403, None, "refusal-role")
    seen = {one["promotion_id"]: one["state"] for one in town.operator.get("/v1/operator/promotions")["promotions"]}
    assert seen[mine] == "waiting"


def test_it_ends_with_its_time_its_coupon_and_its_partner(town, seller):
    partner, offer, _ = seller
    buyers = members(town, 4)
    decide(town, filed(town, seller)["promotion_id"], "approval")
    few = town.coupon_class(partner, stock=1, price_coins=0)
    decide(town, filed(town, (partner, few, seller[2]))["promotion_id"], "approval")
    assert len(listed(town, seller)) == 2
    town.buy(buyers[0], few)
    [left] = listed(town, seller)
    assert left["class_id"] == offer.class_id
    states = {
        one["class_id"]: (one["state"], one["sold"]) for one in partner.get("/v1/partner/promotions")["promotions"]
    }
    assert states == {offer.class_id: ("approved", 0), few.class_id: ("ended", 1)}
    town.operator.done(f"/v1/accounts/{partner.account}/suspension", {"reason": "under review"})
    assert listed(town, seller) == []
    assert Role.PARTNER not in town.bank.index.account(partner.account).active
    town.operator.done(f"/v1/accounts/{partner.account}/reinstatement", {"reason": "reviewed"})
    assert len(listed(town, seller)) == 1
    town.chain.clock.now = offer.closes_at
    assert listed(town, seller) == []
    town.operator.log_in()  # so much later


def test_a_body_is_read_strictly():
    with pytest.raises(ValueError, match="extra"):
        PromotionBody.model_validate({"link": "https://x"})


def test_a_question_is_asked_one_way_until_nobody_remembers(town, seller):
    partner, _, survey = seller
    members(town, 4)
    mine = town.coupon_class(partner, closes_at=town.now + 200 * DAY, redeem_until=town.now + 201 * DAY)
    first = filed(town, seller)["promotion_id"]
    opposing = condition_of(survey, low=0, high=2)
    both = {"all_of": [opposing, condition_of(survey, item="age", low=18, high=50)]}

    def asked(condition):
        return problem(partner.post(PATH, body(town, seller, class_id=mine.class_id, condition=condition)))[1:]

    assert asked(opposing) == ("condition.item", "rule-condition-again")
    assert asked(both) == ("condition.all_of[0].item", "rule-condition-again")
    decide(town, first, "approval")
    partner.done(f"{PATH}/{first}/withdrawal")
    assert asked(opposing) == ("condition.item", "rule-condition-again"), "somebody was shown it"
    same = filed(town, seller)["promotion_id"]
    decide(town, same, "refusal", reason="too wide")
    other = town.organization("partner")
    theirs = town.coupon_class(other)
    assert other.post(PATH, body(town, (other, theirs, survey))).status_code == 201, "another's promotions are its own"
    town.chain.clock.now += 91 * DAY
    partner.log_in()
    told = body(town, seller, class_id=mine.class_id, until=mine.closes_at, condition=opposing)
    assert partner.post(PATH, told).status_code == 201
