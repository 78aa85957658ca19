"""What one company may have at most: signed, kept, replaced by later words only, and honoured by standing rules."""

import pytest

from bank_api.flows.preferences import allows
from bank_api.protocol.kinds import Form
from bank_api.protocol.shapes.rules import Category
from wallet_cli.signing import preference as preferring
from wallet_cli.signing import rules as ruling

DAY = 86_400
URL = "http://testserver"


def put(town, person, partner, body):
    headers = {"Content-Type": "application/json"} | person.headers
    return town.client.put(f"/v1/me/preferences/{partner}", json=body, headers=headers)


def word(person, partner, forms=tuple(Form), items=(), url=URL):
    return preferring.prefer(person.signer, url, partner.account, forms, items).model_dump(mode="json")


def prefer(town, person, partner, **given):
    answer = put(town, person, partner.account, word(person, partner, **given))
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(person, partner):
    found = person.get("/v1/me/preferences")["preferences"]
    return next((one["forms"], one["items"]) for one in found if one["partner"] == partner.account)


def test_of_every_company_everything_may_be_asked_until_something_else_is_said(town):
    person, partner, other = town.member(), town.organization("partner"), town.organization("partner")
    everything = (["anonymized", "statistical"], [])
    assert (told(person, partner), told(person, other)) == (everything, everything)
    prefer(town, person, partner, forms=[Form.STATISTICAL], items=["tea", "age"])
    assert (told(person, partner), told(person, other)) == ((["statistical"], ["age", "tea"]), everything)
    prefer(town, person, partner, forms=[])
    assert told(person, partner) == ([], [])


def test_a_later_word_replaces_an_earlier_one_and_not_the_other_way_round(town, refusal):
    person, partner = town.member(), town.organization("partner")
    early = word(person, partner, forms=[])
    town.chain.set_time(town.now + 10)
    prefer(town, person, partner)
    answer = put(town, person, partner.account, early)
    assert refusal(answer) == (409, "conflict")
    assert told(person, partner)[0] == ["anonymized", "statistical"]


def test_words_that_are_not_this_members_for_this_bank_and_company_are_refused(town, refusal):
    person, thief = town.member(), town.member()
    partner, other = town.organization("partner"), town.organization("partner")
    bent = [
        (partner, word(thief, partner), "signature"),
        (partner, word(person, other), "signature"),
        (partner, word(person, partner, url="http://elsewhere"), "signature"),
        (partner, word(person, partner) | {"forms": []}, "signature"),
        (partner, word(person, partner) | {"items": ["age"]}, "signature"),
        (partner, word(person, partner) | {"signature": "0x12"}, "signature"),
        (partner, word(person, partner) | {"at": town.now + DAY}, "at"),
        (partner, word(person, partner) | {"forms": ["personal"]}, "forms[0]"),
    ]
    for whom, body, field in bent:
        answer = put(town, person, whom.account, body)
        assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), field)
    assert refusal(put(town, person, thief.account, word(person, thief))) == (404, "not-found")
    assert refusal(put(town, partner, partner.account, word(partner, partner))) == (403, "forbidden")
    assert told(person, partner) == (["anonymized", "statistical"], [])


@pytest.mark.parametrize(
    ("forms", "items", "allowed"),
    [
        (["anonymized"], [], True),
        (["anonymized"], ["age", "vote", "tea"], True),
        (["anonymized"], ["age"], False),
        (["statistical"], [], False),
        ([], [], False),
    ],
)
def test_what_a_preference_lets_a_request_have(forms, items, allowed):
    assert allows(forms, items, 1, ["age", "tea"]) is allowed
    assert not allows(["anonymized", "statistical"], [], 3, ["age"])


def test_no_standing_rule_goes_beyond_what_a_member_prefers_of_a_company(town):
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    town.fund(partner, 9000)
    for kind, place, name in (("recipients", 9, "Shops"), ("purposes", 0, "Any"), ("processing", 1, "Anonymized")):
        town.operator.done("/v1/rule-categories", {"kind": kind, "place": place, "name": name})
    town.operator.done(f"/v1/partners/{partner.account}/category", {"place": 9})
    known = [Category.model_validate(one) for one in town.client.get("/v1/rule-categories").json()["categories"]]
    terms = ruling.RuleTerms(
        items=["age", "tea"],
        categories=[one for one in known if one.kind != "recipients" or one.place == 9],
        k_minimum=2,
        coins_minimum=0,
        uses_maximum=1,
        valid_until=town.now + 10 * DAY,
    )
    willing, silent, narrow, never = people = [town.member() for _ in range(4)]
    for person in people:
        town.answer(person, survey)
        person.done("/v1/rules", {"standing_rule": ruling.set_rule(person.signer, survey, terms).to_json()})
    prefer(town, willing, partner, forms=[Form.ANONYMIZED], items=["age", "tea"])
    prefer(town, narrow, partner, items=["tea"])
    prefer(town, never, partner, forms=[])
    request_id = town.request(partner, survey, ["age"])
    town.decide(board, request_id)
    assert town.operator.done(f"/v1/operator/requests/{request_id}/ruled-consents")["consented"] == 2
    consented = [person.get("/v1/me/consents")["consents"] != [] for person in people]
    assert consented == [True, True, False, False]
    assert silent.get("/v1/me/consents")["consents"][0]["request_id"] == request_id
    prefer(town, never, partner)
    assert town.operator.done(f"/v1/operator/requests/{request_id}/ruled-consents")["consented"] == 1


def test_what_somebody_preferred_goes_with_them(town):
    person, partner = town.member(), town.organization("partner")
    prefer(town, person, partner, forms=[])
    town.bank.rights.forget(person.account)
    assert town.bank.rights.preferences(person.account) == []
