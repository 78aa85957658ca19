"""A request is decided by more than half of the board's seats, whose signatures come together in one file."""

import pytest

from bank_api.protocol.shapes.requests import RequestView
from chaincode.ids import id_from_hex
from tests.unit.bank_api.conftest import Town
from wallet_cli.errors import EvidenceError
from wallet_cli.signing import decision as signing
from wallet_cli.signing import partner as asking


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
