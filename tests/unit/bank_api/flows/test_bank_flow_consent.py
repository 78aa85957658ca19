"""Requests, decisions and consents: the words are checked before the contract is asked, and only one's own count."""

from dataclasses import replace

import pytest

from bank_api.flows.answer import survey_of
from bank_api.flows.consent import notice_of
from chaincode.bindings import ConsentState
from chaincode.events import ConsentChanged
from chaincode.ids import EMPTY_ID, text_hash, to_hex
from wallet_cli.signing import member as signing
from wallet_cli.signing import partner as asking


@pytest.fixture(scope="module")
def scene(town):
    """A survey, a partner with coins, the board and an approved request."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    town.fund(partner, 5000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    return survey, partner, board, request_id


def bent(body, key, **changes):
    """The body with its message bent after signing."""
    return body | {key: {**body[key], "message": body[key]["message"] | changes}}


def is_invalid(answer, refusal, field):
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == field
    return answer.json()["rule"]


# ---- requests ----


def test_a_request_locks_its_coins_and_waits_for_the_board(town, scene):
    survey, partner, board, _ = scene
    before = partner.get("/v1/me")["coins"]
    request_id = town.request(partner, survey, ["age"], persons_maximum=3)
    view = partner.get(f"/v1/requests/{request_id}")
    assert (view["state"], view["coins_locked"], view["items"]) == ("filed", (5 + 2) * 3, ["age"])
    assert view["consents"] == {"given": 0, "refused": 0, "withdrawn": 0}
    assert partner.get("/v1/me")["coins"] == before - 21
    assert request_id in [one["request_id"] for one in board.get("/v1/requests")["requests"]]
    town.decide(board, request_id, approved=False)
    view = partner.get(f"/v1/requests/{request_id}")
    assert (view["state"], view["coins_locked"], view["decision_note"]) == ("refused", 0, "Fair and needed.")
    assert partner.get("/v1/me")["coins"] == before


def test_the_same_request_again_is_the_same_success(town, scene):
    survey, partner, _, _ = scene
    body = town.request_body(partner, survey, ["age"], persons_maximum=1)
    first, second = partner.done("/v1/requests", body), partner.done("/v1/requests", body)
    assert (first["id"], first["repeated"], second["repeated"]) == (second["id"], False, True)


def test_requests_are_refused_by_field(town, scene, refusal):
    survey, partner, _, _ = scene
    body = town.request_body(partner, survey, ["age"], persons_maximum=1)
    wrong_name = town.request_body(partner, survey, ["age"], recipient="Somebody else")
    endless = town.request_body(partner, survey, ["age"], valid_until=2**40 - 1)  # the contract would take it
    is_invalid(partner.post("/v1/requests", endless), refusal, "data_request.message.valid_until")
    is_invalid(partner.post("/v1/requests", wrong_name), refusal, "data_request.message.recipient")
    is_invalid(partner.post("/v1/requests", body | {"items": ["vote"]}), refusal, "data_request.message.items")
    is_invalid(partner.post("/v1/requests", body | {"items": ["coffee"]}), refusal, "items.coffee")
    is_invalid(
        partner.post("/v1/requests", bent(body, "data_request", items=0) | {"items": []}),
        refusal,
        "data_request.message.items",
    )
    is_invalid(
        partner.post("/v1/requests", body | {"description": "Other"}), refusal, "data_request.message.contract_hash"
    )
    is_invalid(
        partner.post("/v1/requests", body | {"salt": to_hex(town.new_id())}),
        refusal,
        "data_request.message.contract_hash",
    )
    nowhere = bent(body, "data_request", survey_id=to_hex(town.new_id()))
    assert refusal(partner.post("/v1/requests", nowhere)) == (404, "not-found")


@pytest.mark.parametrize("legal_class", [3])
def test_a_class_that_no_release_can_serve_is_refused_when_it_is_filed(town, scene, refusal, legal_class):
    survey, partner, _, _ = scene
    draft = asking.file_request(partner.signer, survey, ["age"], town.terms(partner, persons_maximum=1))
    signed = partner.signer.sign(replace(draft.signed.struct, legal_class=legal_class))
    body = {"data_request": signed.to_json(), **draft.parts.model_dump()}
    before = partner.get("/v1/me")["coins"]
    rule = is_invalid(partner.post("/v1/requests", body), refusal, "data_request.message.legal_class")
    assert rule == "must be 1 (anonymized) or 2 (statistics): personal data cannot be released"
    assert partner.get("/v1/me")["coins"] == before


def test_a_partner_files_in_its_own_name_only(town, scene, refusal):
    survey, partner, _, _ = scene
    other = town.organization("partner")
    body = town.request_body(partner, survey, ["age"])
    assert refusal(other.post("/v1/requests", body)) == (403, "forbidden")
    assert refusal(town.member().post("/v1/requests", body)) == (403, "forbidden")


def test_a_request_without_coins_is_refused_and_never_shown(town, scene, refusal):
    survey = scene[0]
    poor = town.organization("partner")
    body = town.request_body(poor, survey, ["age"])
    answer = poor.post("/v1/requests", body)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "not enough coins")
    assert poor.get("/v1/requests")["requests"] == []
    town.fund(poor, 1000)
    assert poor.done("/v1/requests", body)["repeated"] is False
    assert len(poor.get("/v1/requests")["requests"]) == 1


def test_the_same_id_for_other_words_is_refused_once_filed(town, scene, refusal):
    survey, partner, _, request_id = scene
    kept = town.bank.catalog.request(request_id).message
    terms = town.terms(partner, purpose="Something else", persons_maximum=1)
    signer = partner.signer
    draft = asking.file_request(signer, survey, ["age"], terms)
    again = signer.sign(replace(draft.signed.struct, request_id=bytes.fromhex(request_id[2:])))
    body = {"data_request": again.to_json(), **draft.parts.model_dump()}
    assert refusal(partner.post("/v1/requests", body)) == (409, "id-already-used")
    assert town.bank.catalog.request(request_id).message == kept


def test_a_request_is_seen_by_its_partner_and_the_offices_only(town, scene, refusal):
    _, partner, board, request_id = scene
    other = town.organization("partner")
    path = f"/v1/requests/{request_id}"
    for allowed in (partner, board, town.operator, town.organization("auditor")):
        assert allowed.get(path)["request_id"] == request_id
    assert refusal(town.client.get(path, headers=other.headers)) == (403, "forbidden")
    assert other.get("/v1/requests")["requests"] == []


def test_kept_but_not_filed_then_sent_again(mended, scene, refusal):
    town, (survey, partner, _, _) = mended, scene
    body = town.request_body(partner, survey, ["age"], persons_maximum=1)
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(partner.post("/v1/requests", body)) == (503, "ledger-unreachable")
    town.line.mend()
    request_id = body["data_request"]["message"]["request_id"]
    assert request_id not in [one["request_id"] for one in partner.get("/v1/requests")["requests"]]
    assert partner.done("/v1/requests", body)["repeated"] is False
    assert request_id in [one["request_id"] for one in partner.get("/v1/requests")["requests"]]


# ---- decisions ----


def test_decisions_are_checked(town, scene, refusal):
    survey, partner, board, decided = scene
    request_id = town.request(partner, survey, ["age"], persons_maximum=1)
    body = town.decision_body(board, request_id)
    path = f"/v1/requests/{request_id}/decision"
    is_invalid(board.post(path, body | {"note": "Other"}), refusal, "decision.message.decision_hash")
    is_invalid(board.post(path, body | {"salt": to_hex(town.new_id())}), refusal, "decision.message.decision_hash")
    other = body["decision"] | {"message": body["decision"]["message"] | {"request_digest": to_hex(town.new_id())}}
    is_invalid(board.post(path, body | {"decision": other}), refusal, "decision.message.request_digest")
    is_invalid(board.post(f"/v1/requests/{decided}/decision", body), refusal, "decision.message.request_id")
    assert refusal(partner.post(path, body)) == (403, "forbidden")
    assert board.get(f"/v1/requests/{request_id}")["decision_note"] is None
    assert board.done(path, body)["repeated"] is False
    assert board.done(path, body)["repeated"] is True
    other = town.decision_body(board, request_id, approved=False)
    assert refusal(board.post(path, other))[0] == 409
    assert board.get(f"/v1/requests/{request_id}")["state"] == "approved"


def test_a_decision_recorded_whose_note_was_lost_is_repaired_by_repeating(mended, scene, refusal):
    town, (survey, partner, board, _) = mended, scene
    request_id = town.request(partner, survey, ["age"], persons_maximum=1)
    body = town.decision_body(board, request_id)
    town.line.cut_after = "eth_sendRawTransaction"
    assert refusal(board.post(f"/v1/requests/{request_id}/decision", body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert board.get(f"/v1/requests/{request_id}")["decision_note"] is None
    assert board.done(f"/v1/requests/{request_id}/decision", body)["repeated"] is True
    assert board.get(f"/v1/requests/{request_id}")["decision_note"] == "Fair and needed."


# ---- consents ----


def test_an_approved_request_is_shown_with_its_notice(town, scene):
    survey, _, _, request_id = scene
    person = town.member()
    for language in ("ja", "en"):
        [shown] = [
            one
            for one in person.get(f"/v1/me/requests?language={language}")["requests"]
            if one["request_id"] == request_id
        ]
        row = town.bank.catalog.request(request_id)
        text = notice_of(town.bank, row, survey_of(town.bank, survey.survey_id)).text(language)
        assert shown["notice"] == {"text": text, "hash": to_hex(text_hash(text)), "language": language}
        assert (shown["consent"], shown["answered"], shown["coins_offered"]) == (None, False, 9)


def test_give_supersede_refuse_withdraw(town, scene):
    request_id = scene[3]
    person = town.member()
    first = town.consent(person, request_id)
    second = town.consent(person, request_id, uses_maximum=2)
    third = town.consent(person, request_id, given=False)
    fourth = town.consent(person, request_id)
    town.withdraw(person, fourth)
    shown = {one["consent_id"]: one for one in person.get("/v1/me/consents")["consents"]}
    states = [shown[consent_id]["state"] for consent_id in (first, second, third, fourth)]
    assert states == ["superseded", "superseded", "superseded", "withdrawn"]
    history = [one["state"] for one in shown[second]["history"]]
    assert history == ["renewed", "superseded"]
    assert (shown[second]["items"], shown[second]["coins"]) == (["Your age", "Your vote"], 9)
    assert town.open_request(person, request_id).consent.state == "withdrawn"


def test_a_request_shows_what_was_chosen(town, scene):
    person, until = town.member(), town.now + 5000
    consent_id = town.consent(person, scene[3], uses_maximum=2, valid_until=until)
    chosen = town.open_request(person, scene[3]).consent.model_dump()
    assert chosen == {"consent_id": consent_id, "state": "given", "valid_until": until, "uses": 0, "uses_maximum": 2}


def test_a_consent_to_some_of_the_items_is_refused_for_no_release_could_use_it(town, scene, refusal):
    person = town.member()
    asked = town.open_request(person, scene[3])
    whole = signing.decide_consent(person.signer, asked, given=True).struct
    some = person.signer.sign(replace(whole, item_mask=1, items=("Your age",), coins=7))
    rule = is_invalid(person.post("/v1/consents", {"consent": some.to_json()}), refusal, "consent.message.item_mask")
    assert rule == "must be 3, all the items requested: a release uses them together"
    assert person.get("/v1/me/consents")["consents"] == []


def test_a_consent_past_its_time_is_shown_as_expired(town, scene):
    person = town.member()
    consent_id = town.consent(person, scene[3], valid_until=town.now + 100)
    town.chain.advance(200)
    [shown] = person.get("/v1/me/consents")["consents"]
    assert (shown["consent_id"], shown["state"]) == (consent_id, "expired")


def test_the_same_consent_and_withdrawal_again_are_the_same_success(town, scene):
    person = town.member()
    body = town.consent_body(person, scene[3])
    first, second = person.done("/v1/consents", body), person.done("/v1/consents", body)
    assert (first["repeated"], second["repeated"]) == (False, True)
    withdrawal = {"withdrawal": signing.withdraw_consent(person.signer, first["id"]).to_json()}
    path = f"/v1/consents/{first['id']}/withdrawal"
    assert [person.done(path, withdrawal)["repeated"] for _ in range(2)] == [False, True]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decision": "I consent to everything"}, "decision"),
        ({"recipient": "Somebody else"}, "recipient"),
        ({"purpose": "Another purpose"}, "purpose"),
        ({"item_mask": 0}, "item_mask"),
        ({"item_mask": 4}, "item_mask"),
        ({"items": ["Your age"]}, "items"),
        ({"items": ["Your vote", "Your age"]}, "items"),
        ({"coins": 8}, "coins"),
        ({"notice_hash": "0x" + "01" * 32}, "notice_hash"),
        ({"deadline": -1}, "deadline"),
    ],
)
def test_a_consent_in_other_words_is_refused_by_field(town, scene, refusal, changes, field):
    person = town.member()
    body = bent(town.consent_body(person, scene[3]), "consent", **changes)
    is_invalid(person.post("/v1/consents", body), refusal, f"consent.message.{field}")
    assert person.get("/v1/me/consents")["consents"] == []


def test_a_consent_signed_by_somebody_else_is_refused(town, scene, refusal):
    person, other = town.member(), town.member()
    body = town.consent_body(person, scene[3])
    body["consent"]["signature"] = town.consent_body(other, scene[3])["consent"]["signature"]
    answer = person.post("/v1/consents", body)
    assert (refusal(answer), answer.json()["rule"]) == ((403, "ledger-refused"), "signer may not act")
    assert "own wallet" in answer.json()["hint"]


def test_a_request_not_approved_takes_no_consent(town, scene, refusal):
    survey, partner, _, request_id = scene
    person = town.member()
    body = town.consent_body(person, request_id)
    unknown = bent(body, "consent", request_id=to_hex(town.new_id()))
    assert refusal(person.post("/v1/consents", unknown)) == (404, "not-found")
    filed = town.request(partner, survey, ["age", "vote"], persons_maximum=1)
    assert filed not in [one["request_id"] for one in person.get("/v1/me/requests")["requests"]]


def test_withdrawals_are_checked(town, scene, refusal):
    person, other = town.member(), town.member()
    mine, theirs = town.consent(person, scene[3]), town.consent(other, scene[3])
    body = {"withdrawal": signing.withdraw_consent(person.signer, mine).to_json()}
    is_invalid(person.post(f"/v1/consents/{theirs}/withdrawal", body), refusal, "withdrawal.message.consent_id")
    words = bent(body, "withdrawal", decision="I changed my mind")
    is_invalid(person.post(f"/v1/consents/{mine}/withdrawal", words), refusal, "withdrawal.message.decision")
    foreign = {"withdrawal": signing.withdraw_consent(person.signer, theirs).to_json()}
    answer = person.post(f"/v1/consents/{theirs}/withdrawal", foreign)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "not the member's")
    states = [one.get("/v1/me/consents")["consents"][0]["state"] for one in (person, other)]
    assert states == ["given", "given"]


def test_no_reason_goes_on_the_ledger(town, scene):
    person = town.member()
    consent_id = town.consent(person, scene[3])
    town.withdraw(person, consent_id)
    last = town.bank.index.events_about(consent_id, ConsentChanged)[-1]
    assert (last.state, last.notice_hash) == (ConsentState.WITHDRAWN, EMPTY_ID)
