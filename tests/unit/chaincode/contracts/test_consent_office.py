"""consent/office.vy: asking, revoking, and recording that time ran out; and the order of all states."""

from typing import Any

import pytest

REQUESTED, GIVEN, REFUSED, RENEWED, EXPIRED, REVOKED, SUPERSEDED = 1, 2, 3, 4, 6, 7, 8


@pytest.fixture(scope="module")
def partner(bank: Any) -> Any:
    return bank.partner("asker", coins=10_000)


@pytest.fixture(scope="module")
def request_(bank: Any, partner: Any) -> Any:
    return bank.request(bank.survey(), partner)


def state(bank: Any, consent_id: bytes) -> int:
    return int(bank.read("consent.stateOf", consent_id))


def question(bank: Any, request: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    return {
        "consentId": bank.new_id(),
        "member": key.address,
        "requestId": request["requestId"],
        "items": 0b011,
        "noticeHash": b"\1" * 32,
        **changes,
    }


def ask(bank: Any, *questions: dict[str, Any]) -> list[Any]:
    events: list[Any] = bank.send("consent.ask_batch", [tuple(one.values()) for one in questions])
    return events


def reason_of(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"consent: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def test_the_member_decides_under_the_id_it_was_asked(bank: Any, request_: Any) -> None:
    key, other = bank.member("asked"), bank.member("not asked")
    asked = question(bank, request_, key)
    events = ask(bank, asked, asked)
    assert [event.name for event in events] == ["ConsentChanged", "Repeated"]
    assert (events[0].args["state"], events[0].args["items"]) == (REQUESTED, 0b011)
    assert state(bank, asked["consentId"]) == REQUESTED
    reason = bank.read("consent.whyNotLive", asked["consentId"], request_["requestId"], 1)
    assert reason == "consent: not in force"
    stolen = bank.consent_message(request_, other, consentId=asked["consentId"])
    assert bank.refusal("consent.record", "Consent", stolen, other) == "consent: id already used"
    message = bank.consent(request_, key, consentId=asked["consentId"])
    assert state(bank, message["consentId"]) == GIVEN
    assert [event.name for event in bank.relay("consent.record_batch", "Consent", (message, key))] == ["Repeated"]
    assert ask(bank, asked)[0].args["reason"] == "consent: id already used"


def test_an_id_asked_for_one_request_does_not_serve_another(bank: Any, request_: Any, partner: Any) -> None:
    key, other = bank.member("asked twice"), bank.request(bank.survey(), partner)
    asked = question(bank, request_, key)
    ask(bank, asked)
    message = bank.consent_message(other, key, consentId=asked["consentId"])
    assert bank.refusal("consent.record", "Consent", message, key) == "consent: id already used"
    (event,) = bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(asked), key))
    assert event.args["reason"] == "consent: not in force"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requestId": b"\7" * 32}, "consent: request not approved"),
        ({"items": 0}, "consent: items outside the request"),
        ({"items": 4}, "consent: items outside the request"),
        ({"consentId": b"\0" * 32}, "consent: id already used"),
        ({"member": "0x" + "11" * 20}, "membership: role missing"),
    ],
)
def test_questions_are_refused(bank: Any, request_: Any, changes: dict[str, Any], reason: str) -> None:
    bad, good = question(bank, request_, bank.member("q"), **changes), question(bank, request_, bank.member("q"))
    events = ask(bank, bad, good)
    assert (events[0].args["reason"], events[1].name) == (reason, "ConsentChanged")


def test_only_the_operator_asks_and_revokes(bank: Any, request_: Any) -> None:
    key = bank.member("pushy")
    assert reason_of(bank, "consent.ask_batch", [], sender=key) == "consent: not the operator"
    revoke = ("consent.revoke", b"\7" * 32, b"\1" * 32)
    assert reason_of(bank, *revoke, sender=key) == "consent: not the operator"


def test_the_bank_revokes(bank: Any, request_: Any) -> None:
    key = bank.member("protected")
    given = bank.consent(request_, key)
    (event,) = bank.send("consent.revoke", given["consentId"], b"\2" * 32)
    assert (event.args["state"], event.args["noticeHash"]) == (REVOKED, b"\2" * 32)
    assert reason_of(bank, "consent.revoke", given["consentId"], b"\2" * 32) == "consent: not in force"
    assert reason_of(bank, "consent.revoke", b"\7" * 32, b"\2" * 32) == "consent: not in force"
    again = bank.consent(request_, key)
    assert [state(bank, one["consentId"]) for one in (given, again)] == [REVOKED, GIVEN]


def test_running_out_is_recorded_by_anybody_and_not_too_early(bank: Any, request_: Any) -> None:
    keys = [bank.member(f"runs out {number}") for number in range(2)]
    end = bank.now + 500
    short = bank.consent(request_, keys[0], validUntil=end)
    long = bank.consent(request_, keys[1])
    ids = [short["consentId"], long["consentId"], b"\7" * 32]
    bank.chain.set_time(end)
    events = bank.send("consent.expire_batch", ids, sender=keys[1])
    reasons = ["consent: still valid", "consent: still valid", "consent: not in force"]
    assert [event.args["reason"] for event in events] == reasons
    bank.chain.set_time(end + 1)
    events = bank.send("consent.expire_batch", ids[:2], sender=keys[1])
    assert [event.args.get("state") for event in events] == [EXPIRED, None]
    assert state(bank, ids[0]) == EXPIRED
    renewed = bank.consent(request_, keys[0])
    assert state(bank, renewed["consentId"]) == GIVEN


def test_a_revoked_consent_leaves_an_open_release(bank: Any, request_: Any) -> None:
    consents = [bank.consent(request_, bank.member(f"held {number}")) for number in range(3)]
    ids = [consent["consentId"] for consent in consents]
    release = bank.new_id()
    bank.send("disclosure.open_release", release, request_["requestId"], 0b011, bank.now + 900)
    bank.send("disclosure.add_consents", release, ids)
    bank.send("consent.revoke", ids[0], b"\1" * 32)
    assert bank.read("disclosure.held", release) == 2
    bank.send("disclosure.abandon_release", release)
