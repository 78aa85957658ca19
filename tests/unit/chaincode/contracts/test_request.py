"""request.vy: filing locks coins, the board decides once, what is not used goes back."""

from typing import Any

import pytest

from tests.unit.chaincode.contracts.messages import calldata

BOARD = 16


def reason_of(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match="request: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value).removeprefix("request: ")


@pytest.fixture(scope="module")
def survey(bank: Any) -> Any:
    return bank.survey()


@pytest.fixture(scope="module")
def partner(bank: Any) -> Any:
    return bank.partner("asker", coins=10_000)


@pytest.fixture(scope="module")
def board(bank: Any) -> Any:
    return bank.enrolled("board", BOARD)


def filed(bank: Any, survey: Any, partner: Any, **changes: Any) -> dict[str, Any]:
    message = bank.request_message(survey, partner, **changes)
    events = bank.relay("request.file_batch", "DataRequest", (message, partner))
    assert events[-1].name == "RequestFiled"
    return dict(message)


def test_filing_locks_the_most_it_can_cost(bank: Any, survey: Any, partner: Any) -> None:
    before = bank.coins(partner)
    message = bank.request_message(survey, partner)
    events = bank.relay("request.file_batch", "DataRequest", (message, partner))
    assert [event.name for event in events] == ["Transfer", "Moved", "RequestFiled"]
    assert events[1].args["reason"] == message["requestId"]
    assert before - bank.coins(partner) == 5 * (4 + 3 * 2)
    assert bank.read("request.locked", message["requestId"]) == 50
    terms = bank.read("request.terms", message["requestId"])
    assert (terms[1], terms[5:16]) == (
        partner.address,
        (0b011, 7, 1, 1, 2, 5, 0, 4, 3, message["validUntil"], 30),
    )
    assert bank.read("request.requestAt", terms[0]) == message["requestId"]
    again = bank.relay("request.file_batch", "DataRequest", (message, partner))
    assert [event.name for event in again] == ["Repeated"]
    assert [e.name for e in bank.direct("request.file", "DataRequest", message, partner)] == ["Repeated"]
    changed = {**message, "purpose": "Something else"}
    assert bank.refusal("request.file", "DataRequest", changed, partner) == "request: id already used"


def test_a_partner_files_directly_and_a_free_request_locks_nothing(bank: Any, survey: Any, partner: Any) -> None:
    message = bank.request_message(survey, partner, coinsBase=0, coinsPerItem=0)
    events = bank.direct("request.file", "DataRequest", message, partner)
    assert [event.name for event in events] == ["RequestFiled"]
    assert bank.read("request.stateOf", message["requestId"]) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"surveyId": b"\7" * 32}, "unknown survey"),
        ({"items": 0}, "items outside the survey"),
        ({"items": 8}, "items outside the survey"),
        ({"items": 2**255 + 1}, "items outside the survey"),
        ({"legalClass": 0}, "legal class unknown"),
        ({"legalClass": 4}, "legal class unknown"),
        ({"kMinimum": 1}, "k minimum below two"),
        ({"lMinimum": 1}, "l minimum below two"),
        ({"tPercent": 0}, "t is no percentage"),
        ({"tPercent": 101}, "t is no percentage"),
        ({"personsMaximum": 0}, "no persons"),
        ({"validUntil": 1}, "valid until is past"),
        ({"validUntil": 2**40}, "valid until too far"),
        ({"coinsBase": 2**32 - 1, "coinsPerItem": 1}, "reward too large"),
        ({"coinsBase": 10_001, "personsMaximum": 1}, "not enough coins"),
        ({"coinsBase": 2**31, "personsMaximum": 2**32 - 1}, "not enough coins"),
        ({"deadline": 1}, "deadline passed"),
        ({"requestId": b"\0" * 32}, "id already used"),
    ],
)
def test_requests_are_refused(bank: Any, survey: Any, partner: Any, changes: dict[str, Any], reason: str) -> None:
    before = bank.coins(partner)
    message = bank.request_message(survey, partner, **changes)
    assert bank.refusal("request.file", "DataRequest", message, partner) == f"request: {reason}"
    assert bank.coins(partner) == before


def test_only_the_partner_itself_files(bank: Any, survey: Any, partner: Any) -> None:
    message = bank.request_message(survey, partner)
    other, member = bank.partner("other asker"), bank.member("asks")
    refusal = bank.refusal("request.file", "DataRequest", message, other)
    assert refusal == "membership: signer may not act"
    message = bank.request_message(survey, member)
    assert bank.refusal("request.file", "DataRequest", message, member) == "membership: role missing"


def test_the_board_decides_once(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    first, second = filed(bank, survey, partner), filed(bank, survey, partner)
    decision = bank.decision(first, board)
    events = bank.relay("request.decide_batch", "Decision", (decision, board), (decision, board))
    assert [event.name for event in events] == ["RequestDecided", "Repeated"]
    assert bank.read("request.stateOf", first["requestId"]) == 2
    bank.direct("request.decide", "Decision", bank.decision(second, board), board)
    assert bank.read("request.stateOf", second["requestId"]) == 2
    changed = bank.decision(first, board, approved=False)
    assert bank.refusal("request.decide", "Decision", changed, board) == "request: already decided"


def test_a_refusal_gives_the_coins_back(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    before = bank.coins(partner)
    message = filed(bank, survey, partner)
    decision = bank.decision(message, board, approved=False)
    events = bank.relay("request.decide_batch", "Decision", (decision, board))
    assert [e.name for e in events] == ["RequestDecided", "Transfer", "Moved", "RequestClosed"]
    assert bank.read("request.stateOf", message["requestId"]) == 3
    assert bank.coins(partner) == before
    assert reason_of(bank, "request.close", message["requestId"]) == "already closed"
    assert reason_of(bank, "request.close", message["requestId"], sender=partner) == "already closed"


def together(bank: Any, words: Any, *approvers: Any, proposer: Any = None, **also: Any) -> tuple[Any, ...]:
    path, struct = "request.decide_together", "Decision"
    if "reasonHash" in words:
        path, struct = "request.revoke_together", "ApprovalRevocation"
    signature = bank.sign("request", struct, words, proposer or approvers[0])
    approvals = bank.approvals("request", struct, words, *approvers)
    return (path, calldata(struct, words), signature, also.get("approvals", approvals))


def test_one_seat_of_three_decides_nothing(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    """The attack first: one member of the board approves or refuses alone, as it could before."""
    second, third = bank.key("second seat"), bank.key("third seat")
    bank.seat(bank.seat_message(second, BOARD), board)
    bank.seat(bank.seat_message(third, BOARD), board, second)
    try:
        few = "request: approvals too few"
        message = filed(bank, survey, partner)
        for approved in (True, False):
            decision = bank.decision(message, board, approved=approved)
            assert bank.refusal("request.decide", "Decision", decision, board) == few
            assert reason_of(bank, *together(bank, decision, board)) == "approvals too few"
            (event,) = bank.relay("request.decide_batch", "Decision", (decision, board))
            assert (event.name, event.args["reason"]) == ("Refused", few)
        assert bank.read("request.stateOf", message["requestId"]) == 1
        decision = bank.decision(message, board)
        twice = bank.approvals("request", "Decision", decision, board) * 2
        assert reason_of(bank, *together(bank, decision, board, approvals=twice)) == "approvals too few"
        assert reason_of(bank, *together(bank, decision, board, partner)) == "approvals too few"
        other = bank.decision(message, board, approved=False)
        mixed = [bank.sign("request", "Decision", words, key) for words, key in ((decision, board), (other, second))]
        assert reason_of(bank, *together(bank, decision, board, approvals=mixed)) == "approvals too few"
        with pytest.raises(Exception, match="membership: signer may not act"):
            bank.send(*together(bank, decision, board, second, proposer=partner))
        words = together(bank, decision, board, third)
        (event,) = bank.send(*words)
        assert (event.name, event.args["board"], event.args["approved"]) == ("RequestDecided", board.address, True)
        assert bank.read("request.stateOf", message["requestId"]) == 2
        assert [event.name for event in bank.send(*words)] == ["Repeated"]
        assert reason_of(bank, *together(bank, other, board, second, third)) == "already decided"
        message = filed(bank, survey, partner)
        refusal = bank.decision(message, second, approved=False)
        events = bank.send(*together(bank, refusal, second, third))
        assert [e.name for e in events] == ["RequestDecided", "Transfer", "Moved", "RequestClosed"]
        late = bank.decision(filed(bank, survey, partner), board, deadline=1)
        assert reason_of(bank, *together(bank, late, board, second)) == "deadline passed"
        unknown = bank.decision(message, board, requestId=b"\7" * 32)
        assert reason_of(bank, *together(bank, unknown, board, second)) == "unknown request"
    finally:
        bank.seat(bank.seat_message(third, BOARD, seated=False), board, second)
        bank.seat(bank.seat_message(second, BOARD, seated=False), board, second)


def test_a_board_of_one_may_decide_together_too(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    message = filed(bank, survey, partner)
    bank.send(*together(bank, bank.decision(message, board), board))
    assert bank.read("request.stateOf", message["requestId"]) == 2


def test_decisions_are_refused(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    message = filed(bank, survey, partner)

    def why(key: Any, **changes: Any) -> str:
        decision = bank.decision(message, key, **changes)
        return str(bank.refusal("request.decide", "Decision", decision, key))

    assert why(board, requestId=b"\7" * 32) == "request: unknown request"
    assert why(board, deadline=1) == "request: deadline passed"
    assert why(partner) == "membership: role missing"
    assert why(partner, board=board.address) == "membership: signer may not act"
    assert bank.read("request.stateOf", message["requestId"]) == 1


# ---- an approval is taken back ----


def test_an_approval_is_taken_back_once_and_its_coins_go_back(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    before = bank.coins(partner)
    first, second = bank.request(survey, partner), bank.request(survey, partner)
    words = bank.revocation(first, board)
    events = bank.relay("request.revoke_batch", "ApprovalRevocation", (words, board), (words, board))
    names = [event.name for event in events]
    assert names == ["ApprovalRevoked", "Transfer", "Moved", "RequestClosed", "Repeated"]
    assert events[0].args == {
        "requestId": first["requestId"], "board": board.address, "reasonHash": words["reasonHash"]
    }  # fmt: skip
    assert events[3].args == {"requestId": first["requestId"], "unlocked": 50}
    bank.direct("request.revoke", "ApprovalRevocation", bank.revocation(second, board), board)
    assert [bank.read("request.stateOf", one["requestId"]) for one in (first, second)] == [5, 5]
    assert [bank.read("request.locked", one["requestId"]) for one in (first, second)] == [0, 0]
    assert bank.coins(partner) == before


def test_what_is_revoked_stays_so(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    message = bank.request(survey, partner)
    bank.relay("request.revoke_batch", "ApprovalRevocation", (bank.revocation(message, board), board))
    again = bank.revocation(message, board, reasonHash=b"\7" * 32)
    refusal = bank.refusal("request.revoke", "ApprovalRevocation", again, board)
    assert refusal == "request: not approved"
    decision = bank.decision(message, board, decisionHash=b"\7" * 32)
    assert bank.refusal("request.decide", "Decision", decision, board) == "request: already decided"
    for sender in (partner, bank.operator):
        assert reason_of(bank, "request.close", message["requestId"], sender=sender) == "already closed"
    closing = {"requestId": message["requestId"], "partner": partner.address, "deadline": bank.soon}
    (event,) = bank.relay("request.close_batch", "Closing", (closing, partner))
    assert (event.name, event.args["reason"]) == ("Refused", "request: already closed")
    assert bank.read("request.stateOf", message["requestId"]) == 5
    member = bank.member("comes too late")
    consent = bank.consent_message(message, member)
    assert bank.refusal("consent.record", "Consent", consent, member) == "consent: request not approved"


def test_only_an_approval_that_stands_is_taken_back(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    waiting, refused, closed = filed(bank, survey, partner), filed(bank, survey, partner), bank.request(survey, partner)
    bank.relay("request.decide_batch", "Decision", (bank.decision(refused, board, approved=False), board))
    bank.send("request.close", closed["requestId"], sender=partner)
    before = bank.coins(partner)
    for message, state in ((waiting, 1), (refused, 3), (closed, 4)):
        words = bank.revocation(message, board)
        assert bank.refusal("request.revoke", "ApprovalRevocation", words, board) == "request: not approved"
        assert bank.read("request.stateOf", message["requestId"]) == state
    assert (bank.read("request.locked", waiting["requestId"]), bank.coins(partner)) == (50, before)


def test_revocations_are_refused(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    message = bank.request(survey, partner)

    def why(key: Any, **changes: Any) -> str:
        words = bank.revocation(message, key, **changes)
        return str(bank.refusal("request.revoke", "ApprovalRevocation", words, key))

    assert why(board, requestId=b"\7" * 32) == "request: unknown request"
    assert why(board, deadline=1) == "request: deadline passed"
    assert why(partner) == "membership: role missing"
    assert why(bank.operator) == "membership: role missing"
    assert why(partner, board=board.address) == "membership: signer may not act"
    for lie in ({"statement": "We approve"}, {"requestDigest": b"\7" * 32}):
        words = bank.revocation(message, board, **lie)
        (event,) = bank.relay("request.revoke_batch", "ApprovalRevocation", (words, board))
        assert event.args["reason"] == "membership: signer may not act"
    assert bank.read("request.stateOf", message["requestId"]) == 2
    last = bank.revocation(message, board, deadline=bank.now + 50)
    bank.chain.set_time(last["deadline"])
    assert bank.relay("request.revoke_batch", "ApprovalRevocation", (last, board))[0].name == "ApprovalRevoked"


def test_one_seat_of_three_takes_nothing_back(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    """The attack first: one member of the board ends what the others approved."""
    message = bank.request(survey, partner)
    second, third = bank.key("second of three"), bank.key("third of three")
    bank.seat(bank.seat_message(second, BOARD), board)
    bank.seat(bank.seat_message(third, BOARD), board, second)
    try:
        few = "request: approvals too few"
        words = bank.revocation(message, board)
        assert bank.refusal("request.revoke", "ApprovalRevocation", words, board) == few
        (event,) = bank.relay("request.revoke_batch", "ApprovalRevocation", (words, board))
        assert (event.name, event.args["reason"]) == ("Refused", few)
        assert reason_of(bank, *together(bank, words, board)) == "approvals too few"
        twice = bank.approvals("request", "ApprovalRevocation", words, board) * 2
        assert reason_of(bank, *together(bank, words, board, approvals=twice)) == "approvals too few"
        assert reason_of(bank, *together(bank, words, board, partner)) == "approvals too few"
        yes = bank.decision(message, board)
        lent = [*bank.approvals("request", "ApprovalRevocation", words, board)]
        lent += bank.approvals("request", "Decision", yes, second)
        assert reason_of(bank, *together(bank, words, board, approvals=lent)) == "approvals too few"
        with pytest.raises(Exception, match="membership: signer may not act"):
            bank.send(*together(bank, words, board, second, proposer=partner))
        late = bank.revocation(message, board, deadline=1)
        assert reason_of(bank, *together(bank, late, board, second)) == "deadline passed"
        assert bank.read("request.stateOf", message["requestId"]) == 2
        enough = together(bank, words, board, third)
        assert bank.send(*enough)[0].name == "ApprovalRevoked"
        assert bank.read("request.stateOf", message["requestId"]) == 5
        assert [event.name for event in bank.send(*enough)] == ["Repeated"]
    finally:
        bank.seat(bank.seat_message(third, BOARD, seated=False), board, second)
        bank.seat(bank.seat_message(second, BOARD, seated=False), board, second)


def test_a_revoked_request_keeps_its_releases_and_gets_no_more(
    bank: Any, survey: Any, partner: Any, board: Any
) -> None:
    """Who was paid stays paid and may still withdraw; no second release is made of the same consents."""
    request = bank.request(survey, partner)
    keys = [bank.member(f"of the revoked {number}") for number in range(2)]
    consents = [bank.consent(request, key) for key in keys]
    release = bank.release(request, *consents)
    assert bank.send("disclosure.disclose", *release)[-1].name == "Disclosed"
    before = bank.coins(partner)
    bank.relay("request.revoke_batch", "ApprovalRevocation", (bank.revocation(request, board), board))
    assert bank.coins(partner) - before == 5 * 10 - 2 * 10
    assert bank.read("disclosure.stateOf", release[0]) == 2
    again = bank.release(request, *consents)
    with pytest.raises(Exception, match="disclosure: request not approved"):
        bank.send("disclosure.disclose", *again)
    state = [bank.read("consent.stateOf", one["consentId"]) for one in consents]
    assert state == [2, 2], "consents rest where they are"
    taken = bank.withdrawal(consents[0])
    (event,) = bank.relay("consent.withdraw_batch", "Withdrawal", (taken, keys[0]))
    assert event.name == "ConsentChanged"


def test_partner_and_operator_may_close(bank: Any, survey: Any, partner: Any) -> None:
    before = bank.coins(partner)
    for sender in (partner, bank.operator):
        message = filed(bank, survey, partner)
        assert reason_of(bank, "request.close", message["requestId"], sender=bank.member("m")) == (
            "neither partner nor operator"
        )
        events = bank.send("request.close", message["requestId"], sender=sender)
        assert events[-1].args == {"requestId": message["requestId"], "unlocked": 50}
        assert reason_of(bank, "request.close", message["requestId"], sender=sender) == "already closed"
    assert bank.coins(partner) == before
    assert reason_of(bank, "request.close", b"\7" * 32) == "unknown request"


def test_a_relayed_closing(bank: Any, survey: Any, partner: Any, board: Any) -> None:
    message, refused = filed(bank, survey, partner), filed(bank, survey, partner)
    decision = bank.decision(refused, board, approved=False)
    bank.relay("request.decide_batch", "Decision", (decision, board))

    def close(key: Any, **changes: Any) -> Any:
        closing = {"requestId": message["requestId"], "partner": key.address, "deadline": bank.soon, **changes}
        return bank.relay("request.close_batch", "Closing", (closing, key))[-1]

    other = bank.partner("closes others")
    assert close(other).args["reason"] == "request: neither partner nor operator"
    assert close(other, partner=partner.address).args["reason"] == "membership: signer may not act"
    assert close(partner, requestId=b"\7" * 32).args["reason"] == "request: unknown request"
    assert close(partner, requestId=refused["requestId"]).args["reason"] == "request: already closed"
    assert close(partner, deadline=1).args["reason"] == "request: deadline passed"
    assert close(partner).name == "RequestClosed"
    assert close(partner).name == "Repeated"


def test_only_the_disclosure_contract_uses_a_request_up(bank: Any, survey: Any, partner: Any) -> None:
    message = filed(bank, survey, partner)
    assert reason_of(bank, "request.consume", message["requestId"], 1, 1) == "not the disclosure contract"
    bank.send("request.set_disclosure", bank.address("disclosure"))
    assert reason_of(bank, "request.set_disclosure", bank.operator.address) == "id already used"
    assert reason_of(bank, "request.set_disclosure", bank.operator.address, sender=partner) == ("not the operator")


def test_a_batch_cannot_lock_the_same_coins_twice(bank: Any, survey: Any) -> None:
    poor = bank.partner("poor", coins=60)
    batch = [(bank.request_message(survey, poor), poor) for _ in range(2)]
    events = bank.relay("request.file_batch", "DataRequest", *batch)
    assert [event.name for event in events] == ["Transfer", "Moved", "RequestFiled", "Refused"]
    assert events[-1].args["reason"] == "request: not enough coins"
    assert bank.coins(poor) == 10


def test_a_request_may_be_filed_and_used_up_in_its_last_second(bank: Any, survey: Any, partner: Any) -> None:
    last = bank.now + 50
    first, second = (bank.request_message(survey, partner, validUntil=last) for _ in range(2))
    bank.chain.set_time(last)
    path = "request.file_batch"
    assert bank.relay(path, "DataRequest", (first, partner))[-1].name == "RequestFiled"
    (event,) = bank.relay(path, "DataRequest", (second, partner))
    assert event.args["reason"] == "request: valid until is past"
    request = bank.request(survey, partner, validUntil=bank.now + 60)
    keys = [bank.member(f"last second {number}") for number in range(2)]
    consents = [bank.consent(request, key, validUntil=request["validUntil"]) for key in keys]
    bank.chain.set_time(request["validUntil"])
    assert bank.send("disclosure.disclose", *bank.release(request, *consents))[-1].name == "Disclosed"


# ---- the board and the members sign the partner's very words ----


def test_the_digest_of_a_request_is_the_hash_of_the_words_that_were_signed(bank: Any) -> None:
    request = bank.request(bank.survey(), bank.partner("of digests", coins=1000))
    assert bytes(bank.read("request.digestOf", request["requestId"])) == bank.digest_of(request)
    terms = bank.read("request.terms", request["requestId"])
    assert (terms[16], terms[17], bytes(terms[18])) == (2, 100, bank.digest_of(request))


@pytest.mark.parametrize(
    "lie",
    [
        *({"kMinimum": 50}, {"lMinimum": 9}, {"tPercent": 1}, {"legalClass": 2}, {"retentionDays": 1}),
        *({"purpose": "Charity"}, {"recipient": "Red Cross"}, {"contractHash": b"\7" * 32}, {"personsMaximum": 2}),
    ],
)
def test_who_was_shown_another_request_has_decided_nothing_and_consented_to_nothing(
    bank: Any, lie: dict[str, Any]
) -> None:
    """Point 10 of issue 9: to k, l, t, legal class, retention and words nobody but the partner was bound."""
    partner, board = bank.partner("shown otherwise", coins=10_000), bank.board
    member, labels = bank.member("led on"), {"labels": ("breakfast", "lunch", "dinner")}
    asked = bank.request_message(bank.survey(), partner)
    bank.relay("request.file_batch", "DataRequest", (asked, partner))
    shown = {**asked, **lie}
    (event,) = bank.relay("request.decide_batch", "Decision", (bank.decision(shown, board), board))
    assert event.args["reason"] == "membership: signer may not act"
    bank.relay("request.decide_batch", "Decision", (bank.decision(asked, board), board))
    consent = bank.consent_message({**asked, **labels}, member, requestDigest=bank.digest_of(shown))
    (event,) = bank.relay("consent.record_batch", "Consent", (consent, member))
    assert event.args["reason"] == "membership: signer may not act"
    assert bank.consent({**asked, **labels}, member)
