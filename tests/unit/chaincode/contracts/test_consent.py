"""consent.vy: giving, refusing, renewing, superseding, withdrawing; what a consent must say to count."""

from typing import Any

import pytest

GIVEN, REFUSED, RENEWED, WITHDRAWN, EXPIRED, SUPERSEDED = 2, 3, 4, 5, 6, 8


@pytest.fixture(scope="module")
def survey(bank: Any) -> Any:
    return bank.survey()


@pytest.fixture(scope="module")
def partner(bank: Any) -> Any:
    return bank.partner("asker", coins=10_000)


@pytest.fixture(scope="module")
def request_(bank: Any, survey: Any, partner: Any) -> Any:
    return bank.request(survey, partner)


def state(bank: Any, consent: dict[str, Any]) -> int:
    return int(bank.read("consent.stateOf", consent["consentId"]))


def why(bank: Any, consent: dict[str, Any], request: dict[str, Any], items: int = 1) -> str:
    arguments = (consent["consentId"], request["requestId"], items)
    reason = str(bank.read("consent.whyNotLive", *arguments))
    assert bank.read("consent.isLive", *arguments) is (reason == "")
    return reason.removeprefix("consent: ")


def test_a_consent_is_recorded_both_ways(bank: Any, request_: Any) -> None:
    first, second = bank.member("one"), bank.member("two")
    message = bank.consent_message(request_, first)
    (event,) = bank.relay("consent.record_batch", "Consent", (message, first))
    assert event.args == {
        "consentId": message["consentId"],
        "requestId": request_["requestId"],
        "member": first.address,
        "state": GIVEN,
        "items": 0b011,
        "validFrom": message["validFrom"],
        "validUntil": message["validUntil"],
        "usesMaximum": 2,
        "coins": 10,
        "noticeHash": message["noticeHash"],
        "sequence": message["sequence"],
    }
    direct = bank.consent_message(request_, second, itemMask=0b010)
    (event,) = bank.direct("consent.record", "Consent", direct, second)
    assert (event.args["items"], event.args["coins"]) == (0b010, 7)
    assert bank.read("consent.latest", request_["requestId"], first.address) == message["consentId"]
    record = bank.read("consent.recordOf", message["consentId"])
    expected = (first.address, request_["requestId"], GIVEN, 0b011)
    assert record == (*expected, message["validFrom"], message["validUntil"], 2, 0, 10, 0)
    again = bank.relay("consent.record_batch", "Consent", (message, first), (direct, second))
    assert [event.name for event in again] == ["Repeated", "Repeated"]
    assert why(bank, message, request_, 0b011) == ""
    assert why(bank, direct, request_, 0b011) == "items not covered"
    assert why(bank, message, request_, 0b111) == "items not covered"
    assert why(bank, message, request_, 2**255 + 1) == "items not covered"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requestId": b"\7" * 32}, "request not approved"),
        ({"itemMask": 0, "items": [], "coins": 4}, "items outside the request"),
        ({"itemMask": 0b100, "coins": 7}, "items outside the request"),
        ({"coins": 9}, "wrong reward"),
        ({"coins": 2**32 - 1}, "wrong reward"),
        ({"validFrom": 4_000_000_001, "validUntil": 4_000_000_000}, "validity is empty"),
        ({"validFrom": 0, "validUntil": 1}, "validity is empty"),
        ({"validUntil": 2**40 - 1}, "outlasts the request"),
        ({"validUntil": 2**64 - 1}, "outlasts the request"),
        ({"usesMaximum": 0}, "uses out of range"),
        ({"usesMaximum": 65536}, "uses out of range"),
        ({"noticeHash": b"\0" * 32}, "notice missing"),
        ({"deadline": 1}, "deadline passed"),
        ({"consentId": b"\0" * 32}, "id already used"),
    ],
)
@pytest.mark.parametrize("decision", ["I consent", "I refuse"])
def test_what_is_wrongly_said_is_refused(
    bank: Any, request_: Any, decision: str, changes: dict[str, Any], reason: str
) -> None:
    key = bank.member("wrong")
    if "requestId" in changes:
        changes = {**changes, "itemMask": 0, "items": []}
        path, message = "consent.record", bank.consent_message(request_, key, **changes)
        with pytest.raises(Exception, match=f"^consent: {reason}$"):
            bank.direct(path, "Consent", message, key)
        return
    message = bank.consent_message(request_, key, decision=decision, **changes)
    assert bank.refusal("consent.record", "Consent", message, key) == f"consent: {reason}"


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "Somebody else"},
        {"purpose": "Another purpose"},
        {"items": ["breakfast"]},
        {"items": ["lunch", "breakfast"]},
        {"decision": "I agree"},
    ],
)
def test_the_sentences_signed_are_those_of_the_request(bank: Any, request_: Any, changes: dict[str, Any]) -> None:
    key = bank.member("reads closely")
    message = bank.consent_message(request_, key, **changes)
    (event,) = bank.relay("consent.record_batch", "Consent", (message, key))
    assert event.args["reason"] == "membership: signer may not act"


def test_only_the_member_consents(bank: Any, request_: Any, partner: Any) -> None:
    key, thief = bank.member("own mind"), bank.member("thief")
    message = bank.consent_message(request_, key)
    assert bank.refusal("consent.record", "Consent", message, thief) == "membership: signer may not act"
    message = bank.consent_message(request_, partner)
    assert bank.refusal("consent.record", "Consent", message, partner) == "membership: role missing"


def test_nobody_is_asked_before_the_board_approves(bank: Any, survey: Any, partner: Any) -> None:
    key, board = bank.member("early"), bank.enrolled("board", 16)
    message = bank.request_message(survey, partner)
    bank.relay("request.file_batch", "DataRequest", (message, partner))
    request = {**message, "labels": survey["labels"]}

    def refusal() -> str:
        return str(bank.refusal("consent.record", "Consent", bank.consent_message(request, key), key))

    assert refusal() == "consent: request not approved"
    decision = bank.decision(message, board, approved=False)
    bank.relay("request.decide_batch", "Decision", (decision, board))
    assert refusal() == "consent: request not approved"
    closed = bank.request(survey, partner)
    bank.send("request.close", closed["requestId"])
    message = bank.consent_message(closed, key)
    assert bank.refusal("consent.record", "Consent", message, key) == "consent: request not approved"


def test_ids_are_used_once(bank: Any, request_: Any) -> None:
    key, other = bank.member("owner of id"), bank.member("takes id")
    message = bank.consent(request_, key)
    changed = {**message, "usesMaximum": 3}
    assert bank.refusal("consent.record", "Consent", changed, key) == "consent: id already used"
    stolen = bank.consent_message(request_, other, consentId=message["consentId"])
    assert bank.refusal("consent.record", "Consent", stolen, other) == "consent: id already used"


def test_a_later_decision_takes_the_earlier_ones_place(bank: Any, request_: Any) -> None:
    key = bank.member("changes mind")
    first = bank.consent(request_, key)
    renewed = bank.consent_message(request_, key)
    old, new = bank.relay("consent.record_batch", "Consent", (renewed, key))
    assert (old.args["consentId"], old.args["state"]) == (first["consentId"], SUPERSEDED)
    assert old.args["noticeHash"] == renewed["consentId"]
    assert new.args["state"] == RENEWED
    assert why(bank, first, request_) == "not in force"
    assert why(bank, renewed, request_) == ""
    refusal = bank.consent(request_, key, decision="I refuse")
    assert [state(bank, one) for one in (first, renewed, refusal)] == [SUPERSEDED, SUPERSEDED, REFUSED]
    assert why(bank, refusal, request_) == "not in force"
    again = bank.consent(request_, key)
    assert [state(bank, one) for one in (refusal, again)] == [SUPERSEDED, GIVEN]
    assert [e.name for e in bank.relay("consent.record_batch", "Consent", (first, key))] == ["Repeated"]
    assert state(bank, again) == GIVEN


def test_withdrawing_both_ways(bank: Any, request_: Any) -> None:
    first, second = bank.member("leaves"), bank.member("leaves too")
    given, direct = bank.consent(request_, first), bank.consent(request_, second)
    message = bank.withdrawal(given)
    (event,) = bank.relay("consent.withdraw_batch", "Withdrawal", (message, first))
    assert (event.args["state"], event.args["noticeHash"]) == (WITHDRAWN, message["reasonHash"])
    assert event.args["requestId"] == request_["requestId"]
    bank.direct("consent.withdraw", "Withdrawal", bank.withdrawal(direct), second)
    assert [state(bank, one) for one in (given, direct)] == [WITHDRAWN, WITHDRAWN]
    assert why(bank, given, request_) == "not in force"
    again = bank.relay("consent.withdraw_batch", "Withdrawal", (message, first))
    assert [event.name for event in again] == ["Repeated"]
    replay = bank.relay("consent.record_batch", "Consent", (given, first))
    assert [event.name for event in replay] == ["Repeated"]
    assert state(bank, given) == WITHDRAWN
    fresh = bank.consent(request_, first)
    assert [state(bank, one) for one in (given, fresh)] == [WITHDRAWN, GIVEN]


def test_withdrawals_are_refused(bank: Any, request_: Any) -> None:
    key, other = bank.member("holds"), bank.member("meddles")
    given, refusal = bank.consent(request_, key), bank.consent(request_, other, decision="I refuse")

    def reason(message: dict[str, Any], signer: Any) -> str:
        return str(bank.refusal("consent.withdraw", "Withdrawal", message, signer))

    assert reason(bank.withdrawal(given), other) == "membership: signer may not act"
    assert reason(bank.withdrawal(given, member=other.address), other) == "consent: not the member's"
    assert reason(bank.withdrawal(given, consentId=b"\7" * 32), key) == "consent: unknown consent"
    assert reason(bank.withdrawal(given, deadline=1), key) == "consent: deadline passed"
    assert reason(bank.withdrawal(refusal), other) == "consent: not in force"
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(given), key))
    other_reason = bank.withdrawal(given, reasonHash=b"\1" * 32)
    assert reason(other_reason, key) == "consent: already withdrawn"


def test_a_consent_lives_within_its_dates(bank: Any, request_: Any, survey: Any, partner: Any) -> None:
    key = bank.member("dates")
    begin, end = bank.now + 1000, bank.now + 2000
    message = bank.consent(request_, key, validFrom=begin, validUntil=end)
    other = bank.request(survey, partner)
    assert why(bank, message, request_) == "not yet valid"
    bank.chain.set_time(begin)
    bank.member("tick")
    assert why(bank, message, request_) == ""
    assert why(bank, message, other) == "of another request"
    assert why(bank, {"consentId": b"\7" * 32}, request_) == "unknown consent"
    bank.chain.set_time(end + 1)
    bank.member("tock")
    assert why(bank, message, request_) == "expired"
    late = bank.consent_message(request_, key)
    old, new = bank.relay("consent.record_batch", "Consent", (late, key))
    assert (old.args["state"], new.args["state"]) == (EXPIRED, GIVEN)


def test_consents_stay_when_the_key_changes(bank: Any, request_: Any) -> None:
    account, key = bank.member("new phone"), bank.key("new phone key")
    given = bank.consent(request_, account)
    bank.rotated(account, account, key)
    assert why(bank, given, request_) == ""
    reason = bank.refusal("consent.withdraw", "Withdrawal", bank.withdrawal(given), account)
    assert reason == "membership: signer may not act"
    (event,) = bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(given), key))
    assert event.args["member"] == account.address


def test_a_batch_over_many_requests_reads_each_ones_sentences(bank: Any, survey: Any, partner: Any) -> None:
    requests = [bank.request(survey, partner, purpose=f"Purpose {number}") for number in range(2)]
    keys = [bank.member(f"batch {number}") for number in range(4)]
    batch = [
        (bank.consent_message(requests[number % 2], key, itemMask=1 + number // 2), key)
        for number, key in enumerate(keys)
    ]
    events = bank.relay("consent.record_batch", "Consent", *batch)
    assert [event.args["state"] for event in events] == [GIVEN] * 4
    assert [event.args["items"] for event in events] == [1, 1, 2, 2]


def test_only_the_disclosure_contract_uses_consents(bank: Any, request_: Any) -> None:
    request_id, release = request_["requestId"], bank.new_id()
    for call in (
        ("use_batch", release, request_id, 1, []),
        ("open_hold", release, request_id, 1, bank.soon),
        ("hold_batch", 1, []),
        ("seal_hold", 1),
        ("drop_hold", 1),
        ("settle_batch", 1, []),
    ):
        with pytest.raises(Exception, match=r"^consent: not the disclosure contract$"):
            bank.send(f"consent.{call[0]}", *call[1:])
    with pytest.raises(Exception, match=r"^consent: id already used$"):
        bank.send("consent.set_disclosure", bank.operator.address)


def test_the_last_second_of_a_consent_belongs_to_it(bank: Any, request_: Any) -> None:
    given, late, stays = bank.member("last second"), bank.member("second late"), bank.member("stays to the end")
    end = bank.now + 50
    begun = bank.consent(request_, stays, validUntil=end)
    messages = [bank.consent_message(request_, key, validFrom=end, validUntil=end) for key in (given, late)]
    withdrawals = [bank.withdrawal(begun) for _ in range(2)]
    bank.chain.set_time(end)
    events = bank.relay("consent.record_batch", "Consent", (messages[0], given))
    assert [event.args["state"] for event in events] == [GIVEN]
    assert why(bank, messages[0], request_) == ""
    assert why(bank, begun, request_) == ""
    (event,) = bank.relay("consent.record_batch", "Consent", (messages[1], late))
    assert event.args["reason"] == "consent: validity is empty"
    assert why(bank, begun, request_) == "expired"
    end = bank.now + 50
    begun = bank.consent(request_, late, validUntil=end)
    withdrawals = [bank.withdrawal(begun)]
    bank.chain.set_time(end)
    events = bank.relay("consent.withdraw_batch", "Withdrawal", (withdrawals[0], late))
    assert [event.args["state"] for event in events] == [WITHDRAWN]


def test_a_decision_in_the_last_second_supersedes_and_a_later_one_finds_it_expired(bank: Any, request_: Any) -> None:
    for seconds_after, expected in ((0, [SUPERSEDED, REFUSED]), (1, [EXPIRED, REFUSED])):
        key, end = bank.member(f"changes {seconds_after}"), bank.now + 50
        bank.consent(request_, key, validUntil=end)
        refusal = bank.consent_message(request_, key, decision="I refuse")
        bank.chain.set_time(end + seconds_after)
        events = bank.relay("consent.record_batch", "Consent", (refusal, key))
        assert [event.args["state"] for event in events] == expected


# ---- the later word stands, whoever carries it when ----


def test_a_consent_held_back_and_relayed_after_the_later_refusal_is_refused(bank: Any) -> None:
    """Point 13 of issue 9: signed consent, signed refusal, carried in the other order."""
    request, key = bank.request(bank.survey(), bank.partner("held back", coins=1000)), bank.member("says no at last")
    yes = bank.consent_message(request, key, sequence=1000)
    no = bank.consent_message(request, key, decision="I refuse", sequence=1001)
    bank.relay("consent.record_batch", "Consent", (no, key))
    for sequence in (yes["sequence"], no["sequence"], 0):
        late = bank.consent_message(request, key, sequence=sequence)
        assert bank.refusal("consent.record", "Consent", late, key) == "consent: a later word stands"
    assert bank.refusal("consent.record", "Consent", yes, key) == "consent: a later word stands"
    assert bank.read("consent.stateOf", no["consentId"]) == REFUSED
    assert bank.read("consent.latest", request["requestId"], key.address) == no["consentId"]
    assert bank.read("consent.sequenceOf", request["requestId"], key.address) == 1001


def test_a_renewal_held_back_and_relayed_after_the_withdrawal_is_refused(bank: Any) -> None:
    request, key = bank.request(bank.survey(), bank.partner("renewer", coins=1000)), bank.member("took it back")
    given = bank.consent(request, key, sequence=2000)
    longer = bank.consent_message(request, key, sequence=2001)
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(given, sequence=2002), key))
    assert bank.refusal("consent.record", "Consent", longer, key) == "consent: a later word stands"
    again = bank.consent(request, key, sequence=2003)
    assert bank.read("consent.stateOf", again["consentId"]) == GIVEN


def test_each_request_has_a_sequence_of_its_own(bank: Any) -> None:
    partner, key = bank.partner("of two requests", coins=2000), bank.member("answers both")
    first, second = (bank.request(bank.survey(), partner) for _ in range(2))
    bank.consent(first, key, sequence=5000)
    bank.consent(second, key, sequence=4000)
    assert (
        bank.refusal("consent.record", "Consent", bank.consent_message(first, key, sequence=4500), key)
        == "consent: a later word stands"
    )


def test_a_withdrawal_is_never_too_late_and_a_clock_that_is_wrong_shuts_nobody_out(bank: Any) -> None:
    request, key = bank.request(bank.survey(), bank.partner("of clocks", coins=1000)), bank.member("has a bad clock")
    message = bank.consent_message(request, key, sequence=(bank.now + 3700) * 1000)
    assert bank.refusal("consent.record", "Consent", message, key) == "consent: sequence is of the future"
    given = bank.consent(request, key, sequence=(bank.now + 3000) * 1000)
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(given, sequence=1), key))
    assert bank.read("consent.stateOf", given["consentId"]) == WITHDRAWN
    other = bank.request(bank.survey(), bank.partner("of clocks", coins=1000))
    given = bank.consent(other, key, sequence=7)
    events = bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(given, sequence=2**64 - 1), key))
    stands = events[0].args["sequence"]
    assert stands == bank.read("consent.sequenceOf", other["requestId"], key.address)
    assert bank.now * 1000 <= stands <= bank.now * 1000 + 999
    assert bank.consent(other, key, sequence=stands + 1)


def test_the_last_millisecond_of_the_hour_ahead_is_taken(bank: Any) -> None:
    request, key = bank.request(bank.survey(), bank.partner("of the hour", coins=1000)), bank.member("is an hour ahead")
    moment = bank.now + 100
    late = bank.consent_message(request, key, sequence=(moment + 3600) * 1000 + 1)
    last = bank.consent_message(request, key, sequence=(moment + 3600) * 1000)
    bank.chain.set_time(moment)
    events = bank.relay("consent.record_batch", "Consent", (late, key), (last, key))
    assert [event.name for event in events] == ["Refused", "ConsentChanged"]
