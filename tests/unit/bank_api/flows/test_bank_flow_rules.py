"""Standing rules: what they cover, what was consented under them and told; never what is sensitive; each refusal."""

import threading

import pytest

from bank_api.protocol.shapes.rules import Category
from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.signing import rules as signing

DAY = 86400
STUDY, TRADE = 0, 1


@pytest.fixture(scope="module")
def scene(town):
    """A survey, a partner in a category, the board, and the named categories."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    town.fund(partner, 9000)
    named = (("recipients", STUDY, "Institutes"), ("recipients", TRADE, "Companies"), ("purposes", 0, "Research"))
    for kind, place, name in (*named, ("processing", 1, "Anonymized")):
        town.operator.done("/v1/rule-categories", {"kind": kind, "place": place, "name": name})
    town.operator.done(f"/v1/partners/{partner.account}/category", {"place": STUDY})
    return survey, partner, board


def categories(town, *recipients):
    found = town.client.get("/v1/rule-categories").json()["categories"]
    found = [Category.model_validate(one) for one in found]
    return [one for one in found if one.kind != "recipients" or one.place in (recipients or (STUDY,))]


def terms(town, **changes):
    fields = {"items": ["age", "tea"], "k_minimum": 2, "coins_minimum": 1, "uses_maximum": 3}
    fields |= {"valid_until": town.now + 10 * DAY, "categories": categories(town)}
    return signing.RuleTerms(**(fields | changes))


def rule_body(town, person, survey, bent=None, **changes):
    body = {"standing_rule": signing.set_rule(person.signer, survey, terms(town, **changes)).to_json()}
    body["standing_rule"]["message"] |= bent or {}
    return body


def set_rule(town, person, survey, **changes):
    return person.done("/v1/rules", rule_body(town, person, survey, **changes))["id"]


def end_rule(person, rule_id):
    body = {"rule_end": signing.end_rule(person.signer, rule_id).to_json()}
    return person.post(f"/v1/rules/{rule_id}/end", body)


@pytest.fixture
def ruler(town, scene):
    """A member who answered and set a rule."""
    person = town.member()
    town.answer(person, scene[0])
    return person, set_rule(town, person, scene[0])


def approved(town, scene, items=("age",), **changes):
    request_id = town.request(scene[1], scene[0], list(items), persons_maximum=9, **changes)
    town.decide(scene[2], request_id)
    return request_id


def apply(town, request_id):
    return town.operator.done(f"/v1/operator/requests/{request_id}/ruled-consents")


def state(person, request_id):
    found = [one for one in person.get("/v1/me/consents")["consents"] if one["request_id"] == request_id]
    return found[0]["state"] if found else None


def last_line(person):
    return person.get("/v1/me/passbook")["entries"][-1]


# ---- what is consented ----


def test_what_a_rule_covers_the_bank_consents_to_once_and_tells(town, scene, ruler):
    person, rule_id = ruler
    request_id = approved(town, scene)
    assert apply(town, request_id)["consented"] >= 1
    assert apply(town, request_id)["consented"] == 0
    assert state(person, request_id) == "given"
    line = last_line(person)
    assert (line["kind"], line["state"], line["purpose"]) == ("consent-by-rule", "given", "Plan the tea room")
    told = [one for one in person.get("/v1/inbox")["items"] if one["kind"] == "ruled-consent"]
    assert [one["name"] for one in told] == [scene[1].name]
    (mine,) = person.get("/v1/me/rules")["rules"]
    assert (mine["rule_id"], mine["state"], mine["items"]) == (rule_id, "active", ["age", "tea"])
    assert (mine["recipients"], mine["purposes"], mine["processing"]) == (["Institutes"], ["Research"], ["Anonymized"])
    assert [(one["request_id"], one["recipient"]) for one in mine["consents"]] == [(request_id, scene[1].name)]


def test_a_consent_under_a_rule_is_withdrawn_as_any_other_and_does_not_come_back(town, scene, ruler):
    person, _ = ruler
    request_id = approved(town, scene)
    apply(town, request_id)
    (given,) = [one for one in person.get("/v1/me/consents")["consents"] if one["request_id"] == request_id]
    town.withdraw(person, given["consent_id"])
    assert apply(town, request_id)["consented"] == 0
    assert state(person, request_id) == "withdrawn"


def test_a_rule_never_speaks_against_the_members_own_word(town, scene, ruler):
    person, _ = ruler
    request_id = approved(town, scene)
    town.consent(person, request_id, given=False)
    apply(town, request_id)
    assert state(person, request_id) == "refused"


def test_whoever_was_asked_and_said_nothing_is_spoken_for(town, scene, ruler):
    person, _ = ruler
    request_id = approved(town, scene)
    town.operator.done(f"/v1/operator/requests/{request_id}/questions")
    apply(town, request_id)
    assert town.open_request(person, request_id).consent.state == "given"


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"items": ["tea"]}, {}),
        ({"k_minimum": 9}, {}),
        ({"coins_minimum": 99}, {}),
        ({"recipients": (TRADE,)}, {}),
        ({}, {"purpose_code": 3}),
    ],
)
def test_what_a_rule_does_not_cover_waits_for_the_member(town, scene, changes, asked):
    person = town.member()
    town.answer(person, scene[0])
    changes = dict(changes)
    if "recipients" in changes:
        changes["categories"] = categories(town, *changes.pop("recipients"))
    set_rule(town, person, scene[0], **changes)
    request_id = approved(town, scene, **asked)
    assert apply(town, request_id)["refused"] == []
    assert state(person, request_id) is None


def test_what_is_sensitive_is_never_consented_to_by_rule(town, scene, ruler, refusal):
    request_id = approved(town, scene, ("age", "vote"))
    answer = town.operator.post(f"/v1/operator/requests/{request_id}/ruled-consents")
    assert refusal(answer) == (409, "conflict")
    assert "vote" in answer.json()["detail"]
    with pytest.raises(InputError, match="sensitive"):
        signing.set_rule(ruler[0].signer, scene[0], terms(town, items=["age", "vote"]))


def test_a_rule_that_holds_something_sensitive_is_refused_by_the_bank(town, scene):
    person = town.member()
    bare = scene[0].model_copy(
        update={"questions": [one.model_copy(update={"role": "harmless"}) for one in scene[0].questions]}
    )
    made = signing.set_rule(person.signer, bare, terms(town, items=["age", "vote"]))
    answer = person.post("/v1/rules", {"standing_rule": made.to_json()})
    assert (answer.status_code, answer.json()["field"]) == (422, "standing_rule.message.item_mask")


def test_who_has_not_answered_or_may_not_act_is_not_spoken_for(town, scene):
    silent, gone = town.member(), town.member()
    town.answer(gone, scene[0])
    for person in (silent, gone):
        set_rule(town, person, scene[0])
    town.operator.done(f"/v1/accounts/{gone.account}/suspension", {"reason": "x"})
    request_id = approved(town, scene)
    apply(town, request_id)
    assert (state(silent, request_id), state(gone, request_id)) == (None, None)


def test_the_latest_rule_speaks_and_its_uses_are_the_consents(town, scene, ruler):
    person, _ = ruler
    set_rule(town, person, scene[0], uses_maximum=1)
    request_id = approved(town, scene)
    apply(town, request_id)
    (given,) = [one for one in person.get("/v1/me/consents")["consents"] if one["request_id"] == request_id]
    assert given["uses_maximum"] == 1


def test_two_runs_at_once_consent_once_each(town, scene, ruler):
    person, _ = ruler
    request_id, told = approved(town, scene), []
    threads = [threading.Thread(target=lambda: told.append(apply(town, request_id))) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert state(person, request_id) == "given"
    history = person.get("/v1/me/consents")["consents"]
    assert [len(one["history"]) for one in history if one["request_id"] == request_id] == [1]


# ---- setting and ending ----


def test_an_ended_rule_speaks_no_more_and_ending_is_the_suspendeds_right(town, scene, ruler):
    person, rule_id = ruler
    town.operator.done(f"/v1/accounts/{person.account}/suspension", {"reason": "x"})
    first, again = end_rule(person, rule_id), end_rule(person, rule_id)
    assert [one.json()["repeated"] for one in (first, again)] == [False, True]
    assert last_line(person)["kind"] == "rule-ended"
    town.operator.done(f"/v1/accounts/{person.account}/reinstatement", {"reason": "x"})
    request_id = approved(town, scene)
    apply(town, request_id)
    assert state(person, request_id) is None
    assert person.get("/v1/me/rules")["rules"][0]["state"] == "ended"


def test_a_rule_runs_out(town, scene):
    person = town.member()
    town.answer(person, scene[0])
    set_rule(town, person, scene[0], valid_until=town.now + 60)
    town.chain.advance(120)
    request_id = approved(town, scene)
    apply(town, request_id)
    assert state(person, request_id) is None
    assert person.get("/v1/me/rules")["rules"][0]["state"] == "expired"


def test_a_rule_held_back_comes_too_late_after_a_later_word(town, scene, ruler):
    person, rule_id = ruler
    held = rule_body(town, person, scene[0])
    assert end_rule(person, rule_id).status_code == 201
    answer = person.post("/v1/rules", held)
    assert (answer.status_code, answer.json()["detail"]) == (409, "rule: a later word stands")


@pytest.mark.parametrize(
    ("bent", "status", "detail"),
    [
        ({"statement": "Do as you like"}, 422, "standing_rule.message.statement"),
        ({"items": ["Your age"]}, 422, "standing_rule.message.items"),
        ({"recipients": ["Friends"]}, 422, "standing_rule.message.recipients"),
        ({"purposes": []}, 422, "standing_rule.message.purposes"),
        ({"processing_mask": 1 << 9}, 422, "standing_rule.message.processing"),
        ({"survey_id": "0x" + "77" * 32}, 404, "no survey"),
        ({"k_minimum": 1}, 403, "membership: signer may not act"),
        ({"deadline": 1}, 422, "rule: deadline passed"),
        ({"rule_id": "0x" + "00" * 32}, 409, "rule: id already used"),
    ],
)
def test_a_rule_in_other_words_is_refused_by_name(town, scene, bent, status, detail):
    person = town.member()
    answer = person.post("/v1/rules", rule_body(town, person, scene[0], bent))
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"].startswith(detail)


def test_the_past_and_another_members_rule_are_refused(town, scene, ruler, refusal):
    person = town.member()
    late = person.post("/v1/rules", rule_body(town, person, scene[0], valid_until=1))
    assert late.json()["detail"] == "rule: validity is empty"
    assert end_rule(person, ruler[1]).json()["detail"] == "rule: of another member"
    body = {"rule_end": signing.end_rule(person.signer, ruler[1]).to_json()}
    body["rule_end"]["message"]["statement"] = "I change my mind"
    assert person.post(f"/v1/rules/{ruler[1]}/end", body).json()["field"] == "rule_end.message.statement"
    other = f"/v1/rules/{to_hex(town.new_id())}/end"
    assert refusal(person.post(other, {"rule_end": signing.end_rule(person.signer, ruler[1]).to_json()})) == (
        422,
        "invalid-input",
    )
    assert refusal(scene[1].post("/v1/rules", rule_body(town, scene[1], scene[0]))) == (403, "forbidden")


# ---- the operator's part ----


def test_a_category_is_named_for_good(town, scene, refusal):
    body = {"kind": "recipients", "place": STUDY, "name": "Institutes"}
    assert town.operator.done("/v1/rule-categories", body)["repeated"] is True
    renamed = town.operator.post("/v1/rule-categories", body | {"name": "Anybody"})
    assert refusal(renamed) == (409, "id-already-used")
    for bent in ({"kind": "moods"}, {"place": 32}, {"name": ""}):
        assert refusal(town.operator.post("/v1/rule-categories", body | bent)) == (422, "invalid-input")
    found = {(one["kind"], one["place"]): one for one in town.client.get("/v1/rule-categories").json()["categories"]}
    assert found["recipients", STUDY]["partners"] == [{"account": scene[1].account, "name": scene[1].name}]


def test_only_partners_belong_to_a_category_and_only_to_a_named_one(town, scene, refusal):
    path = "/v1/partners/{}/category"
    assert refusal(town.operator.post(path.format(town.member().account), {"place": STUDY})) == (422, "invalid-input")
    answer = town.operator.post(path.format(scene[1].account), {"place": 30})
    assert (answer.status_code, answer.json()["detail"]) == (409, "rule: unknown category")


def test_rules_speak_only_on_approved_requests_and_by_the_operators_order(town, scene, ruler, refusal):
    request_id = town.request(scene[1], scene[0], ["age"], persons_maximum=2)
    path = f"/v1/operator/requests/{request_id}/ruled-consents"
    assert refusal(town.operator.post(path)) == (409, "conflict")
    assert refusal(ruler[0].post(path)) == (403, "forbidden")
    unknown = f"/v1/operator/requests/{to_hex(town.new_id())}/ruled-consents"
    assert refusal(town.operator.post(unknown)) == (404, "not-found")
    for some in ("/v1/rule-categories", f"/v1/partners/{scene[1].account}/category"):
        assert refusal(ruler[0].post(some, {})) == (403, "forbidden")
