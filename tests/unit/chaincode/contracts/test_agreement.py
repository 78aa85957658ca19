"""agreement.vy: new terms, who accepts them, and what is done no more for who does not."""

from typing import Any

import pytest

from tests.unit.chaincode.contracts.messages import calldata, text_hash

MEMBER, DELEGATED = 1, 2
WEEK = 7 * 86400
NOT_ACCEPTED = "membership: new terms not accepted"
JOINING = text_hash("I join Azukari and accept its terms")


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"(membership|survey|consent|disclosure): ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def accept(bank: Any, message: dict[str, Any], key: Any) -> Any:
    (event,) = bank.relay("membership.accept_batch", "Acceptance", (message, key))
    return event


def let_pass(bank: Any) -> None:
    """The time to accept the present terms."""
    bank.chain.set_time(bank.read("membership.termsOf", bank.operator.address)[3])
    bank.chain.advance(1)


@pytest.fixture(autouse=True)
def terms_of_the_test(bank: Any, request: pytest.FixtureRequest) -> None:
    bank.new_terms(f"terms of {request.node.name}")


@pytest.fixture
def asked(bank: Any) -> Any:
    """An open survey, and a request to which two members have consented; one is late with the new terms."""
    survey = bank.survey()
    request = bank.request(survey, bank.partner("asker", coins=100_000))
    loyal, late = bank.member(f"loyal {bank.count}"), bank.member(f"late {bank.count}")
    consents = [bank.consent(request, key, validUntil=request["validUntil"]) for key in (loyal, late)]
    return survey, request, (loyal, late), consents


def test_members_accept_by_signature_and_by_themselves(bank: Any) -> None:
    aoi, ren = bank.member("aoi"), bank.member("ren")
    before = bank.read("membership.termsOf", aoi.address)
    terms = bank.new_terms("terms 2")
    assert bank.read("membership.termsOf", aoi.address)[:2] == (before[1], before[1] + 1)
    message = bank.acceptance_message(aoi, terms)
    event = accept(bank, message, aoi)
    assert (event.name, event.args) == (
        "TermsAccepted",
        {"acceptanceId": message["acceptanceId"], "account": aoi.address, "termsHash": terms},
    )
    assert accept(bank, message, aoi).name == "Repeated"
    other = {**message, "deadline": message["deadline"] + 1}
    assert accept(bank, other, aoi).args["reason"] == "membership: id already used"
    own = calldata("Acceptance", bank.acceptance_message(ren, terms))
    assert names(bank.send("membership.accept", own, sender=ren)) == ["TermsAccepted"]
    for key in (aoi, ren):
        assert bank.read("membership.termsOf", key.address)[0] == before[1] + 1
    assert accept(bank, bank.acceptance_message(aoi, terms), aoi).args["reason"] == "membership: terms already accepted"


def test_who_joins_accepts_the_terms_of_its_day(bank: Any) -> None:
    terms = bank.new_terms("terms of the day")
    key = bank.key("of the day")
    (event,) = bank.relay("membership.join_batch", "Join", (bank.join_message(key, termsHash=terms), key))
    assert event.name == "Joined"
    accepted, number, _, _ = bank.read("membership.termsOf", key.address)
    assert accepted == number
    assert accept(bank, bank.acceptance_message(key, terms), key).args["reason"] == "membership: terms already accepted"
    bank.send("membership.set_terms", text_hash("terms 1"), JOINING, bank.now + WEEK)
    assert bank.read("membership.termsOf", key.address)[0] == number, "the first terms again are other terms"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"termsHash": b"\1" * 32}, "terms unknown"),
        ({"termsHash": b"\0" * 32}, "terms unknown"),
        ({"deadline": 1}, "deadline passed"),
        ({"acceptanceId": b"\0" * 32}, "id already used"),
        ({"statement": "I accept anything"}, "signer may not act"),
        ({"account": "0x" + "11" * 20}, "account not enrolled"),
    ],
)
def test_accepting_is_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    key = bank.member("refused")
    terms = bank.new_terms(f"terms that are refused {bank.count}")
    message = bank.acceptance_message(key, terms, **changes)
    assert accept(bank, message, key).args["reason"] == f"membership: {reason}"
    if "statement" not in changes:
        assert (
            refused(bank, "membership.accept", calldata("Acceptance", message), sender=key) == f"membership: {reason}"
        )
    accepted, number, _, _ = bank.read("membership.termsOf", key.address)
    assert accepted < number


def test_others_do_not_accept_but_who_may_consent_for_the_account_does(bank: Any) -> None:
    ward, guardian, partner = bank.member("ward"), bank.member("guardian"), bank.partner("no member")
    terms = bank.new_terms("terms for wards")
    message = bank.acceptance_message(ward, terms)
    assert accept(bank, message, guardian).args["reason"] == "membership: signer may not act"
    assert accept(bank, bank.acceptance_message(partner, terms), partner).args["reason"] == "membership: role missing"
    delegation = {
        "delegationId": bank.new_id(), "account": ward.address, "statement": "I let this account act for me",
        "delegate": guardian.address, "scope": DELEGATED, "until": bank.now + 1000, "sequence": bank.count,
        "deadline": bank.soon,
    }  # fmt: skip
    bank.relay("membership.delegate_batch", "Delegation", (delegation, ward))
    r, s, _ = bank.sign("membership", "Acceptance", message, guardian)
    (event,) = bank.send("membership.accept_batch", [(calldata("Acceptance", message), (r, s, 29))])
    assert event.args["reason"] == "membership: signature malformed"
    assert accept(bank, message, guardian).name == "TermsAccepted"
    bank.send("membership.suspend", guardian.address, text_hash("why"))
    again = bank.new_terms("terms of the suspended")
    own = accept(bank, bank.acceptance_message(guardian, again), guardian)
    assert own.args["reason"] == "membership: account suspended"


def test_accepting_counts_in_the_last_second(bank: Any) -> None:
    first, second = bank.member("last"), bank.member("too late")
    terms, last = bank.new_terms("terms of the last second"), bank.now + 50
    messages = [bank.acceptance_message(key, terms, deadline=last) for key in (first, second)]
    bank.chain.set_time(last)
    assert accept(bank, messages[0], first).name == "TermsAccepted"
    assert accept(bank, messages[1], second).args["reason"] == "membership: deadline passed"


def test_a_time_once_told_stands(bank: Any) -> None:
    terms, accept_by = text_hash("terms that stand"), bank.now + 1000
    set_terms = "membership.set_terms"
    (event,) = bank.send(set_terms, terms, JOINING, accept_by)
    assert event.args == {"termsHash": terms, "statementHash": JOINING, "acceptBy": accept_by}
    (event,) = bank.send(set_terms, terms, JOINING, accept_by)
    assert (event.name, event.args["id"]) == ("Repeated", terms)
    assert refused(bank, set_terms, terms, JOINING, accept_by + 1) == "membership: terms stand already"
    assert refused(bank, set_terms, terms, text_hash("other"), accept_by) == "membership: terms stand already"
    assert refused(bank, set_terms, text_hash("new"), JOINING, bank.now) == "membership: time to accept is past"
    assert refused(bank, set_terms, b"\0" * 32, JOINING, accept_by) == "membership: terms unknown"
    last = bank.now + 20
    bank.chain.set_time(last)
    assert names(bank.send(set_terms, text_hash("in the last second"), JOINING, last)) == ["TermsSet"]


def test_until_its_time_passes_whoever_agreed_before_goes_on(bank: Any, asked: Any) -> None:
    survey, request, (_, late), consents = asked
    bank.new_terms(f"terms to come {bank.count}", seconds=1000)
    accept_by = bank.read("membership.termsOf", late.address)[3]
    assert bank.read("membership.agreesUntil", late.address, accept_by)
    assert not bank.read("membership.agreesUntil", late.address, accept_by + 1)
    message = bank.answer(survey, late, deadline=accept_by + 100)
    used = bank.release(request, *consents)
    bank.chain.set_time(accept_by - 1)
    events = bank.relay("survey.answer_batch", "Answer", (message, late))
    assert "Answered" in names(events)
    assert names(bank.send("disclosure.disclose", *used))[-1] == "Disclosed"


def test_afterwards_nothing_new_is_done_with_what_is_theirs(bank: Any, asked: Any) -> None:
    survey, request, (loyal, late), consents = asked
    terms = bank.new_terms(f"terms not accepted {bank.count}", seconds=1000)
    accept(bank, bank.acceptance_message(loyal, terms), loyal)
    let_pass(bank)
    answer = bank.answer(survey, late)
    (event,) = bank.relay("survey.answer_batch", "Answer", (answer, late))
    assert event.args["reason"] == NOT_ACCEPTED
    assert refused(bank, "survey.answer", calldata("Answer", answer), sender=late) == NOT_ACCEPTED
    consent = bank.consent_message(request, late)
    (event,) = bank.relay("consent.record_batch", "Consent", (consent, late))
    assert event.args["reason"] == NOT_ACCEPTED
    assert refused(bank, "consent.record", calldata("Consent", consent), sender=late) == NOT_ACCEPTED
    assert refused(bank, "disclosure.disclose", *bank.release(request, *consents)) == NOT_ACCEPTED
    why = ("consent.whyNotLive", consents[1]["consentId"], request["requestId"], request["items"])
    assert bank.read(*why) == NOT_ACCEPTED
    assert not bank.read("consent.isLive", *why[1:])
    assert bank.read("consent.isLive", consents[0]["consentId"], request["requestId"], request["items"])
    accept(bank, bank.acceptance_message(late, terms), late)
    assert bank.read(*why) == ""
    assert names(bank.send("disclosure.disclose", *bank.release(request, *consents)))[-1] == "Disclosed"


def test_to_refuse_to_withdraw_and_to_spend_stays_everybodys(bank: Any, asked: Any) -> None:
    survey, _, (loyal, late), consents = asked
    bank.relay("survey.answer_batch", "Answer", (bank.answer(survey, late), late))
    other = bank.request(survey, bank.partner("other asker", coins=100_000))
    bank.new_terms(f"terms nobody accepts {bank.count}", seconds=1000)
    let_pass(bank)
    refusal = bank.consent_message(other, late, decision="I refuse")
    assert names(bank.relay("consent.record_batch", "Consent", (refusal, late))) == ["ConsentChanged"]
    withdrawal = bank.withdrawal(consents[1])
    assert names(bank.relay("consent.withdraw_batch", "Withdrawal", (withdrawal, late))) == ["ConsentChanged"]
    assert bank.coins(late) == 16
    bank.send("coin.transfer", loyal.address, 5, sender=late)
    assert bank.coins(late) == 11


def test_terms_that_follow_in_the_last_second_leave_nobody_behind(bank: Any) -> None:
    late = bank.member("still in time")
    bank.new_terms("second of two in time", seconds=1000)
    accepted, _, floor, last = bank.read("membership.termsOf", late.address)
    bank.chain.set_time(last)
    bank.send("membership.set_terms", text_hash("third of two in time"), JOINING, last + 1000)
    assert bank.now == last
    assert bank.read("membership.termsOf", late.address) == (accepted, accepted + 2, floor, last + 1000)
    assert bank.read("membership.agreesUntil", late.address, last + 1000)


def test_who_let_the_time_pass_is_not_carried_on_by_later_terms(bank: Any) -> None:
    late, punctual = bank.member("lets it pass"), bank.member("punctual")
    second = bank.new_terms("second of three", seconds=1000)
    accept(bank, bank.acceptance_message(punctual, second), punctual)
    let_pass(bank)
    third = bank.new_terms("third of three", seconds=1000)
    accepted, number, floor, _ = bank.read("membership.termsOf", late.address)
    assert (accepted, floor) == (number - 2, number - 1)
    assert not bank.read("membership.agreesUntil", late.address, bank.now)
    assert bank.read("membership.agreesUntil", punctual.address, bank.now)
    assert accept(bank, bank.acceptance_message(late, second), late).args["reason"] == "membership: terms unknown"
    assert accept(bank, bank.acceptance_message(late, third), late).name == "TermsAccepted"
    assert bank.read("membership.agreesUntil", late.address, bank.now + 10**6)


def test_who_was_still_in_time_is_carried_on_by_later_terms(bank: Any) -> None:
    key = bank.member("in time for both")
    bank.new_terms("first of two", seconds=1000)
    bank.new_terms("second of two", seconds=2000)
    assert bank.read("membership.agreesUntil", key.address, bank.now + 1500)


def test_a_large_release_takes_only_who_agrees_until_it_closes(bank: Any, asked: Any) -> None:
    _, request, (loyal, late), consents = asked
    terms = bank.new_terms(f"terms amid a release {bank.count}", seconds=1000)
    accept(bank, bank.acceptance_message(loyal, terms), loyal)
    release, accept_by = bank.new_id(), bank.read("membership.termsOf", late.address)[3]
    opening = ("disclosure.open_release", release, request["requestId"], request["items"])
    bank.send(*opening, accept_by + 1)
    add = "disclosure.add_consents"
    bank.send(add, release, [consents[0]["consentId"]])
    assert refused(bank, add, release, [consents[1]["consentId"]]) == NOT_ACCEPTED
    bank.send("disclosure.abandon_release", release)
    in_time = bank.new_id()
    bank.send("disclosure.open_release", in_time, *opening[2:], accept_by)
    bank.send(add, in_time, sorted(one["consentId"] for one in consents))
    bank.new_terms(f"other terms amid a release {bank.count}", seconds=10)
    close = ("disclosure.close_release", in_time, text_hash("root"), text_hash("method"), 2, 0, 2)
    assert refused(bank, *close) == "disclosure: somebody left meanwhile"
