"""delegation.vy and dismissal: a guardian acts for a child or an elder, within a scope, until a date."""

from typing import Any

import pytest

from tests.unit.chaincode.contracts.messages import calldata

SURVEY, CONSENT, COIN = 1, 2, 4
PARTNER, SHOP, OPERATOR, CUSTODIAN = 2, 4, 8, 32
WEEK = 7 * 86400
ZERO = "0x" + "00" * 20


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"(membership|coin|survey): ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def delegation(bank: Any, account: Any, delegate: Any, **changes: Any) -> dict[str, Any]:
    return {
        "delegationId": bank.new_id(),
        "account": account.address,
        "statement": "I let this account act for me",
        "delegate": delegate.address,
        "scope": SURVEY | CONSENT,
        "until": bank.now + 50_000,
        "sequence": bank.count,
        "deadline": bank.soon,
        **changes,
    }


def answer_for(bank: Any, account: Any, guardian: Any) -> str:
    """ "" if the guardian could answer a survey for the account, else why not."""
    survey = bank.survey()
    message = bank.answer(survey, account)
    event = bank.relay("survey.answer_batch", "Answer", (message, guardian))[0]
    return "" if event.name == "Answered" else str(event.args["reason"])


NOT = "membership: signer may not act"


def test_an_elder_lets_a_guardian_act_both_ways(bank: Any) -> None:
    elder, guardian = bank.member("elder"), bank.member("guardian")
    assert answer_for(bank, elder, guardian) == NOT
    message = delegation(bank, elder, guardian)
    path = "membership.delegate"
    events = bank.relay(path + "_batch", "Delegation", (message, elder), (message, elder))
    assert names(events) == ["Delegated", "Repeated"]
    assert bank.read("membership.delegationOf", elder.address, guardian.address) == (3, message["until"], bank.now, 0)
    assert answer_for(bank, elder, guardian) == ""
    survey = bank.survey()
    bank.direct("survey.answer", "Answer", bank.answer(survey, elder), guardian)
    assert bank.coins(elder) == 32
    assert bank.coins(guardian) == 0
    shorter = delegation(bank, elder, guardian, scope=0, until=0)
    assert names(bank.direct(path, "Delegation", shorter, elder)) == ["Delegated"]
    assert answer_for(bank, elder, guardian) == NOT


def test_a_delegation_ends_at_its_scope_and_date(bank: Any) -> None:
    elder, guardian = bank.member("elder 2"), bank.member("guardian 2")
    until = bank.now + 500
    message = delegation(bank, elder, guardian, until=until)
    bank.relay("membership.delegate_batch", "Delegation", (message, elder))
    may = "membership.mayAct"
    assert bank.read(may, guardian.address, elder.address, SURVEY)
    assert bank.read(may, guardian.address, elder.address, SURVEY | CONSENT)
    assert not bank.read(may, guardian.address, elder.address, COIN)
    assert not bank.read(may, guardian.address, elder.address, SURVEY | COIN)
    assert not bank.read(may, guardian.address, elder.address, 0)
    assert not bank.read(may, elder.address, guardian.address, SURVEY)
    words = (bank.new_id(), elder.address, guardian.address, b"\1" * 32, b"\1" * 32, bank.soon)
    rotation = ("membership.rotate", words)
    signature = (b"\1" * 32, b"\1" * 32, 27)
    assert refused(bank, *rotation, signature, sender=guardian) == NOT
    bank.chain.set_time(until)
    bank.member("tick")
    assert bank.read(may, guardian.address, elder.address, SURVEY)
    bank.chain.set_time(until + 1)
    bank.member("tock")
    assert not bank.read(may, guardian.address, elder.address, SURVEY)


def test_a_guardian_must_be_active_with_its_current_key(bank: Any) -> None:
    elder, guardian, key = bank.member("elder 3"), bank.member("guardian 3"), bank.key("guardian 3 anew")
    message = delegation(bank, elder, guardian)
    bank.relay("membership.delegate_batch", "Delegation", (message, elder))
    bank.send("membership.suspend", guardian.address, b"\1" * 32)
    assert answer_for(bank, elder, guardian) == NOT
    bank.send("membership.reinstate", guardian.address, b"\1" * 32)
    bank.rotated(guardian, guardian, key)
    assert answer_for(bank, elder, guardian) == NOT
    assert answer_for(bank, elder, key) == ""
    bank.send("membership.suspend", elder.address, b"\1" * 32)
    assert answer_for(bank, elder, key) == "membership: account suspended"


def appointment(bank: Any, child: Any, parent: Any, **changes: Any) -> dict[str, Any]:
    return {
        "delegationId": bank.new_id(),
        "account": child.address,
        "guardian": parent.address,
        "scope": SURVEY,
        "until": bank.now + 2 * WEEK,
        "evidenceHash": b"\2" * 32,
        "sequence": bank.count,
        "deadline": bank.soon,
        **changes,
    }


def appoint(bank: Any, message: dict[str, Any], *approvers: Any, sender: Any = None) -> list[Any]:
    approvals = bank.approvals("membership", "Appointment", message, *approvers)
    return bank.send("membership.appoint", calldata("Appointment", message), approvals, sender=sender)


def not_appointed(bank: Any, message: dict[str, Any], *approvers: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match="membership: ") as caught:
        appoint(bank, message, *approvers, sender=sender)
    return str(caught.value)


def test_operator_and_board_appoint_a_guardian_of_a_child_a_week_ahead(bank: Any) -> None:
    child, guardian, board = bank.member("child"), bank.member("parent"), bank.board
    message = appointment(bank, child, guardian)
    (event,) = appoint(bank, message, board)
    since = bank.now + WEEK
    assert (event.name, event.args["evidenceHash"], event.args["since"]) == ("Delegated", b"\2" * 32, since)
    assert bank.read("membership.delegationOf", child.address, guardian.address)[2:] == (since, 2**32 - 1)
    assert names(appoint(bank, message, board)) == ["Repeated"]
    bank.chain.set_time(since - 1)
    bank.member("before the week is over")
    assert not bank.read("membership.mayAct", guardian.address, child.address, SURVEY)
    bank.chain.set_time(since)
    bank.member("after the week")
    assert bank.read("membership.mayAct", guardian.address, child.address, SURVEY)
    assert answer_for(bank, child, guardian) == ""
    bank.rotated(child, child, bank.key("child anew"))
    assert answer_for(bank, child, guardian) == "", "what the board gave, no key gave: it outlasts a rotation"
    assert not_appointed(bank, {**message, "scope": COIN}, board) == "membership: id already used"


def test_whoever_has_the_key_ends_an_appointment_before_it_begins(bank: Any) -> None:
    adult, guardian = bank.member("competent adult"), bank.member("would-be guardian")
    appoint(bank, appointment(bank, adult, guardian, scope=255), bank.board)
    bank.send("membership.suspend", adult.address, b"\1" * 32)
    ending = delegation(bank, adult, guardian, scope=0, until=0)
    (event,) = bank.direct("membership.delegate", "Delegation", ending, adult)
    assert event.name == "Delegated"
    bank.send("membership.reinstate", adult.address, b"\1" * 32)
    bank.chain.set_time(bank.now + WEEK)
    bank.member("a week on")
    assert not bank.read("membership.mayAct", guardian.address, adult.address, SURVEY)


def test_the_operator_alone_appoints_nobody(bank: Any) -> None:
    child, guardian, board = bank.member("child 2"), bank.member("parent 2"), bank.board
    few = "membership: approvals too few"
    assert not_appointed(bank, appointment(bank, child, bank.operator)) == few
    assert not_appointed(bank, appointment(bank, child, guardian), bank.operator) == few
    assert not_appointed(bank, appointment(bank, child, guardian), guardian) == few
    assert not_appointed(bank, appointment(bank, child, guardian), board, sender=guardian) == (
        "membership: not the operator"
    )
    nobody = bank.key("nobody")
    for changes, reason in (
        ({"account": nobody.address}, "account not enrolled"),
        ({"guardian": child.address}, "cannot delegate to oneself"),
        ({"guardian": nobody.address}, "delegate not enrolled"),
        ({"scope": 256}, "unknown scope"),
        ({"until": bank.now + WEEK}, "until is past"),
        ({"deadline": 1}, "deadline passed"),
        ({"delegationId": b"\0" * 32}, "id already used"),
    ):
        assert not_appointed(bank, appointment(bank, child, guardian, **changes), board) == f"membership: {reason}"


def test_a_mandate_ends_with_the_key_that_gave_it(bank: Any) -> None:
    elder, guardian, key = bank.member("elder 8"), bank.member("guardian 8"), bank.key("elder 8 anew")
    message = delegation(bank, elder, guardian)
    bank.relay("membership.delegate_batch", "Delegation", (message, elder))
    assert answer_for(bank, elder, guardian) == ""
    bank.rotated(elder, elder, key)
    assert answer_for(bank, elder, guardian) == NOT
    bank.relay("membership.delegate_batch", "Delegation", (delegation(bank, elder, guardian), key))
    assert answer_for(bank, elder, guardian) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"scope": 256}, "unknown scope"),
        ({"scope": 2**64 - 1}, "unknown scope"),
        ({"until": 1}, "until is past"),
        ({"delegate": ZERO}, "delegate not enrolled"),
        ({"deadline": 1}, "deadline passed"),
        ({"delegationId": b"\0" * 32}, "id already used"),
    ],
)
def test_delegations_are_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    elder, guardian = bank.member("elder 4"), bank.member("guardian 4")
    message = {**delegation(bank, elder, guardian), **changes}
    assert bank.refusal("membership.delegate", "Delegation", message, elder) == f"membership: {reason}"


def test_only_the_account_itself_gives_a_delegation(bank: Any) -> None:
    elder, guardian, third = bank.member("elder 5"), bank.member("guardian 5"), bank.member("third 5")
    path, kind = "membership.delegate", "Delegation"
    assert bank.refusal(path, kind, delegation(bank, elder, guardian), guardian) == NOT
    bank.relay(path + "_batch", kind, (delegation(bank, elder, guardian, scope=255), elder))
    assert bank.refusal(path, kind, delegation(bank, elder, third), guardian) == NOT
    own = delegation(bank, elder, elder)
    assert bank.refusal(path, kind, own, elder) == "membership: cannot delegate to oneself"
    message = delegation(bank, elder, guardian)
    bank.relay(path + "_batch", kind, (message, elder))
    changed = {**message, "scope": 1}
    assert bank.refusal(path, kind, changed, elder) == "membership: id already used"
    other_words = delegation(bank, elder, guardian, statement="I let this account do anything")
    (event,) = bank.relay(path + "_batch", kind, (other_words, elder))
    assert event.args["reason"] == NOT


def test_a_role_is_taken_away_and_may_be_given_again(bank: Any) -> None:
    first, second = bank.partner("first chain"), bank.partner("second chain")
    shop = bank.enrolled("moving shop", SHOP, first.address)
    (event,) = bank.send("membership.dismiss", shop.address, SHOP, b"\1" * 32)
    assert event.args == {"account": shop.address, "role": SHOP, "reasonHash": b"\1" * 32}
    assert bank.read("membership.rolesOf", shop.address) == 0
    assert not bank.read("membership.mayWrite", shop.address)
    why = bank.read("membership.refusal", shop.address, shop.address, 0, 1)
    assert why == "membership: account not enrolled"
    bank.send("membership.enroll", shop.address, SHOP, second.address)
    assert bank.read("membership.partnerOf", shop.address) == second.address
    assert bank.read("membership.mayWrite", shop.address)


def test_who_left_may_join_again_and_finds_its_coins(bank: Any) -> None:
    member, key = bank.member("returns"), bank.key("returns anew")
    bank.direct("survey.answer", "Answer", bank.answer(bank.survey(), member), member)
    bank.rotated(member, member, key)
    bank.send("membership.dismiss", member.address, 1, b"\1" * 32)
    message = bank.join_message(member)
    (event,) = bank.relay("membership.join_batch", "Join", (message, member))
    assert event.args["reason"] == NOT
    (event,) = bank.relay("membership.join_batch", "Join", (message, key))
    assert event.name == "Joined"
    assert bank.coins(key) == 16


def test_dismissals_are_refused(bank: Any) -> None:
    member = bank.member("only member")
    dismiss = "membership.dismiss"
    for role in (0, PARTNER, 1 | PARTNER, 2**255):
        assert refused(bank, dismiss, member.address, role, b"\1" * 32) == "membership: role missing"
    oneself = (dismiss, bank.operator.address, OPERATOR, b"\1" * 32)
    assert refused(bank, *oneself) == "membership: cannot dismiss oneself"
    assert refused(bank, *oneself, sender=member) == "membership: not the operator"
    bank.send("membership.suspend", member.address, b"\1" * 32)
    bank.send(dismiss, member.address, 1, b"\1" * 32)
    (event,) = bank.relay("membership.join_batch", "Join", (bank.join_message(member), member))
    assert event.args["reason"] == "membership: account suspended"


def test_a_delegation_may_be_given_in_its_last_second(bank: Any) -> None:
    elder, guardian, last = bank.member("elder 5"), bank.member("guardian 5"), bank.now + 50
    message, late = (delegation(bank, elder, guardian, deadline=last, until=last) for _ in range(2))
    bank.chain.set_time(last)
    assert names(bank.direct("membership.delegate", "Delegation", message, elder)) == ["Delegated"]
    assert bank.read("membership.mayAct", guardian.address, elder.address, SURVEY)
    (event,) = bank.relay("membership.delegate_batch", "Delegation", (late, elder))
    assert event.args["reason"] == "membership: deadline passed"
    assert not bank.read("membership.mayAct", guardian.address, elder.address, SURVEY)


def test_every_scope_there_is_may_be_given(bank: Any) -> None:
    elder, guardian = bank.member("elder 6"), bank.member("guardian 6")
    message = delegation(bank, elder, guardian, scope=255)
    assert names(bank.direct("membership.delegate", "Delegation", message, elder)) == ["Delegated"]
    assert bank.read("membership.mayAct", guardian.address, elder.address, 255)


def test_a_malformed_signature_is_named(bank: Any) -> None:
    elder, guardian = bank.member("elder 7"), bank.member("guardian 7")
    message = delegation(bank, elder, guardian)
    r, s, _ = bank.sign("membership", "Delegation", message, elder)
    fields = tuple(value for name, value in message.items() if name != "statement")
    (event,) = bank.send("membership.delegate_batch", [(fields, (r, s, 29))])
    assert event.args["reason"] == "membership: signature malformed"


def test_a_delegation_that_was_held_back_comes_too_late(bank: Any) -> None:
    """The bank holds a delegation back, carries its end, and then the delegation after all."""
    elder, guardian, other = bank.member("held elder"), bank.member("held guardian"), bank.member("other guardian")
    path, kind = "membership.delegate", "Delegation"
    held = delegation(bank, elder, guardian, sequence=1000)
    ended = delegation(bank, elder, guardian, scope=0, until=0, sequence=1001)
    assert names(bank.direct(path, kind, ended, elder)) == ["Delegated"]
    for sequence in (1000, 1001):
        assert bank.refusal(path, kind, {**held, "sequence": sequence}, elder) == "membership: a later word stands"
    assert answer_for(bank, elder, guardian) == NOT
    assert bank.read("membership.sequenceOf", elder.address, guardian.address) == 1001
    unrelated = delegation(bank, elder, other, sequence=5)
    assert names(bank.direct(path, kind, unrelated, elder)) == ["Delegated"], "each delegate has a sequence of its own"
    anew = delegation(bank, elder, guardian, sequence=1002)
    assert names(bank.relay(path + "_batch", kind, (anew, elder))) == ["Delegated"]
    assert answer_for(bank, elder, guardian) == ""
    wider = delegation(bank, elder, guardian, scope=255, sequence=1001)
    assert bank.refusal(path, kind, wider, elder) == "membership: a later word stands"


def test_the_end_of_a_delegation_is_never_refused_for_its_sequence(bank: Any) -> None:
    elder, guardian = bank.member("ending elder"), bank.member("ended guardian")
    path, kind = "membership.delegate", "Delegation"
    bank.direct(path, kind, delegation(bank, elder, guardian, sequence=2000), elder)
    (event,) = bank.direct(path, kind, delegation(bank, elder, guardian, scope=0, sequence=0), elder)
    assert (event.args["scope"], event.args["sequence"]) == (0, 0)
    assert answer_for(bank, elder, guardian) == NOT
    assert bank.read("membership.sequenceOf", elder.address, guardian.address) == 2000
    (event,) = bank.direct(path, kind, delegation(bank, elder, guardian, scope=0, sequence=2**64 - 1), elder)
    assert event.args["sequence"] == bank.now * 1000 + 999
    late = delegation(bank, elder, guardian, sequence=bank.now * 1000 + 999)
    assert bank.refusal(path, kind, late, elder) == "membership: a later word stands"


def test_nobody_else_ends_a_delegation(bank: Any) -> None:
    """Not even the delegate, whom the end is about, nor the operator: it is its giver's."""
    elder, guardian, stranger = bank.member("keeps it"), bank.member("kept guardian"), bank.member("meddles")
    path, kind = "membership.delegate", "Delegation"
    bank.direct(path, kind, delegation(bank, elder, guardian, scope=255, sequence=1), elder)
    for key in (guardian, stranger, bank.operator):
        end = delegation(bank, elder, guardian, scope=0, until=0)
        assert bank.refusal(path, kind, end, key) == "membership: signer may not act"
    assert answer_for(bank, elder, guardian) == ""


def test_a_clock_that_goes_far_ahead_gives_no_delegation(bank: Any) -> None:
    elder, guardian, moment = bank.member("fast elder"), bank.member("fast guardian"), bank.now + 50
    last = delegation(bank, elder, guardian, sequence=(moment + 3600) * 1000)
    beyond = delegation(bank, elder, guardian, sequence=(moment + 3600) * 1000 + 1)
    bank.chain.set_time(moment)
    events = bank.relay("membership.delegate_batch", "Delegation", (beyond, elder), (last, elder))
    reasons = [event.args.get("reason", event.name) for event in events]
    assert reasons == ["membership: sequence is of the future", "Delegated"]


def test_an_appointment_that_was_held_back_comes_too_late(bank: Any) -> None:
    """The operator keeps the board's first words back, carries its later and narrower ones, then the first."""
    ward, guardian, board = bank.member("ward held for"), bank.member("appointed and held"), bank.board
    held = appointment(bank, ward, guardian, scope=255, sequence=1000)
    (event,) = appoint(bank, appointment(bank, ward, guardian, scope=SURVEY, sequence=1001), board)
    assert event.args["sequence"] == 1001
    for sequence in (1000, 1001):
        assert not_appointed(bank, {**held, "sequence": sequence}, board) == "membership: a later word stands"
    assert bank.read("membership.delegationOf", ward.address, guardian.address)[0] == SURVEY
    moment = bank.now + 50
    late = appointment(bank, ward, guardian, sequence=(moment + 3600) * 1000 + 1, until=moment + 2 * WEEK)
    bank.chain.set_time(moment)
    assert not_appointed(bank, late, board) == "membership: sequence is of the future"
    last = bank.now + 20
    bank.chain.set_time(last)
    appoint(bank, {**late, "sequence": (moment + 3600) * 1000, "deadline": last}, board)


def test_a_wards_end_outdates_an_appointment_that_was_signed_before(bank: Any) -> None:
    """Who ends a guardianship does not have it begin again by words that the operator kept for a month."""
    ward, guardian, board = bank.member("ward who ends"), bank.member("ended and appointed"), bank.board
    held = appointment(bank, ward, guardian, sequence=1001)
    appoint(bank, appointment(bank, ward, guardian, sequence=1000), board)
    bank.direct(
        "membership.delegate", "Delegation", delegation(bank, ward, guardian, scope=0, until=0, sequence=1002), ward
    )
    assert not_appointed(bank, held, board) == "membership: a later word stands"
    assert bank.read("membership.delegationOf", ward.address, guardian.address)[0] == 0


def test_the_boards_end_is_never_refused_for_its_sequence(bank: Any) -> None:
    ward, guardian, board = bank.member("ward freed"), bank.member("guardian let go"), bank.board
    appoint(bank, appointment(bank, ward, guardian, sequence=2000), board)
    (event,) = appoint(bank, appointment(bank, ward, guardian, scope=0, until=0, sequence=0), board)
    assert (event.args["scope"], event.args["sequence"]) == (0, 0)
    assert bank.read("membership.sequenceOf", ward.address, guardian.address) == 2000
    (event,) = appoint(bank, appointment(bank, ward, guardian, scope=0, until=0, sequence=2**64 - 1), board)
    assert event.args["sequence"] == bank.now * 1000 + 999
