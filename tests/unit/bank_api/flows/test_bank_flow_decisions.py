"""A request is decided by more than half of the board's seats, whose signatures come together in one file."""

import pytest

from bank_api.protocol.shapes.requests import RequestView
from chaincode.ids import id_from_hex
from tests.unit.bank_api.town import Town
from wallet_cli.errors import EvidenceError
from wallet_cli.signing import decision as signing
from wallet_cli.signing import partner as asking
from wallet_cli.signing import revocation


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """A bank of its own with three of the board and a partner who has coins."""
    own = Town(tmp_path_factory.mktemp("decisions"))
    partner = own.organization("partner")
    own.fund(partner, 10_000)
    yield own, [own.organization("board") for _ in range(3)], partner, own.survey()
    own.close()


@pytest.fixture
def asked(bank):
    town, board, partner, survey = bank
    return RequestView.model_validate(board[0].get(f"/v1/requests/{town.request(partner, survey, ['age', 'tea'])}"))


def send(person, body):
    draft = signing.draft_of(body)
    sent = {"decision": draft.signed.to_json(), **draft.parts.model_dump()}
    return person.post(f"/v1/requests/{signing.request_of(body)}/decision", sent)


def seen(person, request):
    return RequestView.model_validate(person.get(f"/v1/requests/{request.request_id}"))


@pytest.mark.parametrize("approved", [True, False])
def test_one_seat_of_three_decides_nothing_and_two_do(bank, asked, refusal, approved):
    town, (first, second, third), _, _ = bank
    alone = asking.decide_request(first.signer, asked, approved=approved, note="I think so.")
    body = {"decision": alone.signed.to_json(), **alone.parts.model_dump()}
    answer = first.post(f"/v1/requests/{asked.request_id}/decision", body)
    assert refusal(answer) == (409, "ledger-refused")
    assert answer.json()["rule"] == "approvals too few"
    proposed = signing.propose_decision(first.signer, asked, approved=approved, note="We think so.")
    assert refusal(send(first, proposed)) == (409, "ledger-refused")
    itself_again = signing.approve_decision(first.signer, proposed, asked)
    assert refusal(send(first, itself_again)) == (409, "ledger-refused"), "an account counts once"
    assert (seen(first, asked).state, seen(first, asked).decision_note) == ("filed", None)
    agreed = signing.approve_decision(third.signer, proposed, asked)
    assert send(second, agreed).status_code == 201, "anybody on the board carries it"
    decided = seen(second, asked)
    assert decided.state == ("approved" if approved else "refused")
    assert (decided.decision_note, decided.decided_by) == ("We think so.", [first.name, third.name])
    assert decided.decision is not None
    assert [one.account for one in decided.decision.signers] == [first.account, third.account]
    assert signing.signers_of(decided, town.deployment) == decided.decision.signers
    town.look_for_traces(
        f"/v1/requests/{asked.request_id}/decision", {"decision": proposed.decision.model_dump()}, first.account
    )
    assert send(third, agreed).json()["repeated"] is True
    other = signing.propose_decision(second.signer, asked, approved=not approved, note="No, the other way.")
    answer = send(second, signing.approve_decision(third.signer, other, asked))
    assert answer.json()["rule"] == "already decided"


def test_nobody_is_named_who_did_not_sign(bank, asked):
    town, (first, second, third), _, _ = bank
    agreed = signing.propose_decision(first.signer, asked, approved=True, note="We think so.")
    assert signing.keys_in(agreed, town.deployment) == [first.account]
    agreed = signing.approve_decision(second.signer, agreed, asked)
    assert signing.keys_in(agreed, town.deployment) == [first.account, second.account]
    assert (asked.approvals_needed, asked.decision, signing.signers_of(asked, town.deployment)) == (2, None, [])
    assert send(first, agreed).status_code == 201
    shown = seen(third, asked)
    honest = shown.decision
    other = honest.signers[0].model_copy(update={"key": third.account, "account": third.account})
    named = shown.model_copy(update={"decision": honest.model_copy(update={"signers": [other, *honest.signers[1:]]})})
    with pytest.raises(EvidenceError, match="a signature that is not of"):
        signing.signers_of(named, town.deployment)
    for update in ({"state": "refused"}, {"decision_note": "No."}, {"purpose": "To help"}):
        with pytest.raises(EvidenceError, match="names other words than the bank shows"):
            signing.signers_of(shown.model_copy(update=update), town.deployment)
    assert [one.name for one in signing.signers_of(shown, town.deployment)] == shown.decided_by


def test_a_stranger_among_the_approvals_is_named(bank, asked, refusal):
    town, (first, *_), partner, _ = bank
    proposed = signing.propose_decision(first.signer, asked, approved=True, note="Yes.")
    theirs = signing.approve_decision(partner.signer, proposed, asked)
    assert send(first, theirs).json()["rule"] == "approvals too few", "a partner's signature spoils all"
    stranger = signing.approve_decision(town.newcomer("nobody").signer, proposed, asked)
    answer = send(first, stranger)
    assert (answer.status_code, answer.json()["field"]) == (422, "approvals[1]")


def test_nobody_signs_for_a_request_in_other_words(bank, asked):
    _, (first, second, _), _, _ = bank
    proposed = signing.propose_decision(first.signer, asked, approved=True, note="Yes.")
    with pytest.raises(EvidenceError, match="note"):
        signing.decision_of(proposed.model_copy(update={"note": "No."}), asked)
    with pytest.raises(EvidenceError, match="purpose"):
        signing.approve_decision(second.signer, proposed, asked.model_copy(update={"purpose": "To help"}))
    words = {**proposed.decision.message, "request_digest": "0x" + "77" * 32}
    changed = proposed.decision.model_copy(update={"message": words})
    with pytest.raises(EvidenceError, match="request_digest"):
        signing.decision_of(proposed.model_copy(update={"decision": changed}), asked)
    assert signing.decision_of(proposed, asked).request_id == id_from_hex(asked.request_id)


# ---- an approval is taken back ----


def take_back(person, body):
    draft = revocation.draft_of(body)
    sent = {"approval_revocation": draft.signed.to_json(), **draft.parts.model_dump()}
    return person.post(f"/v1/requests/{revocation.request_of(body)}/revocation", sent)


def kinds(person):
    return [one["kind"] for one in person.get("/v1/inbox")["items"]]


@pytest.fixture
def consented(bank):
    """A request that the board approved, and two members who consented to it."""
    town, (first, second, _), partner, survey = bank
    members = [town.member() for _ in range(3)]
    for place, one in enumerate(members):
        town.answer(one, survey, age=20 + place, vote=1)
    request_id = town.request(partner, survey, ["age", "tea"], persons_maximum=3)
    shown = RequestView.model_validate(first.get(f"/v1/requests/{request_id}"))
    agreed = signing.propose_decision(first.signer, shown, approved=True, note="We think so.")
    assert send(first, signing.approve_decision(second.signer, agreed, shown)).status_code == 201
    for one in members[:2]:
        town.consent(one, request_id)
    return seen(first, shown), members


def test_two_seats_of_three_take_an_approval_back_and_one_does_not(bank, consented, refusal):
    town, (first, second, third), partner, _ = bank
    request, (*_, late) = consented
    coins = partner.get("/v1/me")["coins"]
    proposed = revocation.propose_revocation(first.signer, request, note="They sold it on.")
    answer = take_back(first, proposed)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "approvals too few")
    assert take_back(first, revocation.approve_revocation(first.signer, proposed, request)).status_code == 409
    assert (seen(first, request).state, seen(first, request).revocation_note) == ("approved", None)
    agreed = revocation.approve_revocation(third.signer, proposed, request)
    assert revocation.keys_in(agreed, town.deployment) == [first.account, third.account]
    assert take_back(second, agreed).status_code == 201, "anybody on the board carries it"
    shown = seen(partner, request)
    assert (shown.state, shown.coins_locked, shown.revocation_note) == ("revoked", 0, "They sold it on.")
    assert (shown.revoked_by, shown.decided_by) == ([first.name, third.name], [first.name, second.name])
    assert shown.revoked_at is not None
    assert partner.get("/v1/me")["coins"] == coins + request.coins_locked
    assert revocation.revokers_of(shown, town.deployment) == shown.revocation.signers
    assert signing.signers_of(shown, town.deployment) == shown.decision.signers
    town.look_for_traces(
        f"/v1/requests/{request.request_id}/revocation",
        {"approval_revocation": proposed.approval_revocation.model_dump()},
        first.account,
    )
    assert take_back(third, agreed).json()["repeated"] is True
    other = revocation.propose_revocation(second.signer, request, note="Again.")
    answer = take_back(second, revocation.approve_revocation(third.signer, other, request))
    assert answer.json()["rule"] == "not approved"
    history = next(one for one in first.get("/v1/requests")["requests"] if one["request_id"] == request.request_id)
    assert history["partner_history"]["revoked"] == 1
    assert request.request_id not in [one["request_id"] for one in late.get("/v1/me/requests")["requests"]]
    assert request.request_id not in [one["subject"] for one in late.get("/v1/inbox")["items"]]


def test_consents_rest_and_everybody_concerned_is_told(bank, consented, refusal):
    town, (first, second, _), partner, _ = bank
    request, (given, other, late) = consented
    late_body = town.consent_body(late, request.request_id)
    agreed = revocation.propose_revocation(first.signer, request, note="They sold it on.")
    assert take_back(first, revocation.approve_revocation(second.signer, agreed, request)).status_code == 201
    told = next(one for one in partner.get("/v1/inbox")["items"] if one["kind"] == "approval-revoked")
    assert (told["subject"], told["name"]) == (request.request_id, "They sold it on.")
    (rests,) = [one for one in given.get("/v1/inbox")["items"] if one["kind"] == "consent-rests"]
    (consent,) = given.get("/v1/me/consents")["consents"]
    assert (rests["subject"], rests["name"]) == (consent["consent_id"], request.recipient)
    assert (consent["state"], consent["request_state"]) == ("given", "revoked")
    assert "consent-rests" not in kinds(late)
    answer = late.post("/v1/consents", late_body)
    assert (answer.status_code, answer.json()["detail"]) == (409, "consent: request not approved")
    made = town.release(request.request_id)
    assert (refusal(made), "has not approved" in made.json()["detail"]) == ((409, "conflict"), True)
    orders = "questions", "ruled-consents"
    answers = [town.operator.post(f"/v1/operator/requests/{request.request_id}/{one}") for one in orders]
    assert [one.status_code for one in answers] == [409, 409], [one.text for one in answers]
    town.withdraw(given, consent["consent_id"])
    assert "consent-rests" not in kinds(given)
    assert "consent-rests" in kinds(other)
    closing = asking.close_request(partner.signer, request.request_id)
    answer = partner.post(f"/v1/requests/{request.request_id}/closing", {"closing": closing.to_json()})
    assert answer.json()["rule"] == "already closed"
    answer = town.operator.post(f"/v1/operator/requests/{request.request_id}/closing")
    assert (answer.json()["repeated"], seen(partner, request).state) == (True, "revoked")


def test_a_revocation_is_of_what_was_approved_and_of_its_reason(bank, consented):
    town, (first, second, _), _, _ = bank
    request, _ = consented
    proposed = revocation.propose_revocation(first.signer, request, note="They sold it on.")
    with pytest.raises(EvidenceError, match="note"):
        revocation.revocation_of(proposed.model_copy(update={"note": "Nothing"}), request)
    with pytest.raises(EvidenceError, match="purpose"):
        revocation.approve_revocation(second.signer, proposed, request.model_copy(update={"purpose": "To help"}))
    answer = take_back(first, proposed.model_copy(update={"note": "Nothing"}))
    assert (answer.status_code, answer.json()["field"]) == (422, "approval_revocation.message.reason_hash")
    words = {**proposed.approval_revocation.message, "request_digest": "0x" + "77" * 32}
    changed = proposed.approval_revocation.model_copy(update={"message": words})
    answer = take_back(first, proposed.model_copy(update={"approval_revocation": changed}))
    assert (answer.status_code, answer.json()["field"]) == (422, "approval_revocation.message.request_digest")
    agreed = revocation.approve_revocation(second.signer, proposed, request)
    assert take_back(first, agreed).status_code == 201
    shown = seen(first, request)
    honest = shown.revocation
    other = honest.signers[0].model_copy(update={"key": second.account, "account": second.account})
    named = shown.model_copy(update={"revocation": honest.model_copy(update={"signers": [other]})})
    with pytest.raises(EvidenceError, match="a signature that is not of"):
        revocation.revokers_of(named, town.deployment)
    for update in ({"state": "approved"}, {"revocation_note": "Nothing."}, {"purpose": "To help"}):
        with pytest.raises(EvidenceError, match="names other words than the bank shows"):
            revocation.revokers_of(shown.model_copy(update=update), town.deployment)


def test_a_wallet_asks_the_ledger_whether_an_approval_stands(bank, asked, consented):
    """What keepers of a shared key rely on, and whoever takes an approval back: not the bank's word."""
    _, (first, second, third), partner, _ = bank
    request, _ = consented
    proven, digest = third.proven, signing.words_of(request).struct_hash()
    proven.check_approved(request.request_id, digest)
    with pytest.raises(EvidenceError, match="request_digest"):
        proven.check_approved(request.request_id, b"\7" * 32)
    with pytest.raises(EvidenceError, match="no approval"):
        proven.check_approved(asked.request_id, signing.words_of(asked).struct_hash(), or_closed=True)
    for one in (request, asked):
        if one is asked:
            closing = asking.close_request(partner.signer, one.request_id)
            path = f"/v1/requests/{one.request_id}/closing"
            assert partner.post(path, {"closing": closing.to_json()}).status_code == 201
        else:
            agreed = revocation.propose_revocation(first.signer, one, note="They sold it on.")
            assert take_back(first, revocation.approve_revocation(second.signer, agreed, one)).status_code == 201
        with pytest.raises(EvidenceError, match="no approval"):
            proven.check_approved(one.request_id, signing.words_of(one).struct_hash(), or_closed=True)


def test_an_approval_that_stood_to_the_end_is_told_from_none(bank, consented):
    _, (_, _, third), partner, _ = bank
    request, _ = consented
    digest = signing.words_of(request).struct_hash()
    closing = asking.close_request(partner.signer, request.request_id)
    assert partner.post(f"/v1/requests/{request.request_id}/closing", {"closing": closing.to_json()}).status_code == 201
    third.proven.check_approved(request.request_id, digest, or_closed=True)
    with pytest.raises(EvidenceError, match="no approval"):
        third.proven.check_approved(request.request_id, digest)
