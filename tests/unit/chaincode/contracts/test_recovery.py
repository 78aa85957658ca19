"""recovery.vy, quorum.vy: a lost key is replaced by many, slowly, in sight of whoever still has it."""

from typing import Any

import pytest

from tests.unit.chaincode.contracts.messages import calldata

WEEK = 7 * 86400
MEMBER, PARTNER, OPERATOR, BOARD, CUSTODIAN = 1, 2, 8, 16, 32
REASON = b"\1" * 32
FEW = "recovery: approvals too few"


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"[a-z]+: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def ordered(people: list[Any]) -> list[Any]:
    return sorted(people, key=lambda person: int(person.address, 16))


def choice(bank: Any, account: Any, people: list[Any], threshold: int = 2, wait: int = 1000, **changes: Any) -> Any:
    return {
        "guardiansId": bank.new_id(),
        "account": account.address,
        "statement": "Together these may give my account a new key",
        "guardians": [guardian.address for guardian in ordered(people)],
        "threshold": threshold,
        "waitSeconds": wait,
        "sequence": bank.count,
        "deadline": bank.soon,
        **changes,
    }


def guarded(bank: Any, name: str) -> tuple[Any, list[Any]]:
    """A member who named three guardians, two of whom suffice."""
    member, guardians = bank.member(name), [bank.member(f"{name}'s guardian {number}") for number in range(3)]
    (event,) = bank.relay("recovery.name_guardians_batch", "Guardians", (choice(bank, member, guardians), member))
    assert event.name == "GuardiansNamed", event
    return member, guardians


def complete(bank: Any, message: dict[str, Any], sender: Any = None) -> list[Any]:
    return bank.send("recovery.complete_recovery", calldata("Recovery", message), sender=sender)


def veto(bank: Any, message: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"recoveryId": message["recoveryId"], "account": message["account"], "deadline": bank.soon, **changes}


def test_guardians_give_a_new_key_after_the_wait_and_nothing_the_old_one_gave_holds(bank: Any) -> None:
    member, guardians = guarded(bank, "guarded")
    delegate, key = bank.member("delegate of guarded"), bank.key("new key of guarded")
    delegation = ("membership.delegate_batch", "Delegation")
    words = {"delegationId": bank.new_id(), "account": member.address, "statement": "I let this account act for me"}
    words |= {"delegate": delegate.address, "scope": 255, "until": bank.now + 10**8}
    words |= {"sequence": bank.count, "deadline": bank.soon}
    bank.relay(*delegation, (words, member))
    assert bank.read("membership.mayAct", delegate.address, member.address, 1)
    message = bank.recovery_message(member.address, key)
    (event,) = bank.send(*bank.recover_arguments(message, key, *guardians[:2]), sender=guardians[0])
    assert (event.name, event.args["approvals"], event.args["isFinal"]) == ("RecoveryBegun", 2, False)
    assert event.args["readyAt"] == bank.now + 1000
    assert bank.read("membership.isResting", member.address)
    assert bank.read("recovery.recoveryOf", member.address) == (message["recoveryId"], bank.now + 1000, False)
    for who in (member, delegate):
        why = bank.read("membership.refusal", who.address, member.address, MEMBER, 1)
        assert why == "membership: account recovers"
    bank.chain.set_time(bank.now + 999)
    words = calldata("Recovery", message)
    assert refused(bank, "recovery.complete_recovery", words) == "recovery: delay still runs"
    bank.chain.set_time(event.args["readyAt"])
    events = complete(bank, message, sender=guardians[2])
    assert [event.name for event in events] == ["KeyRotated", "Recovered"]
    assert events[0].args["rotationId"] == message["recoveryId"]
    assert bank.read("membership.keyOf", member.address) == key.address
    assert bank.read("membership.encryptionKeyOf", member.address) == message["encryptionKeyHash"]
    assert bank.read("membership.epochOf", member.address) == 1
    assert bank.read("membership.mayAct", key.address, member.address, 1)
    assert not bank.read("membership.mayAct", member.address, member.address, 1)
    assert not bank.read("membership.mayAct", delegate.address, member.address, 1)
    assert refused(bank, "recovery.complete_recovery", words) == "recovery: nothing pending"
    events = bank.send(*bank.recover_arguments(message, key, *guardians[:2]))
    assert [event.name for event in events] == ["Repeated"]


def test_what_the_old_key_allowed_rests_with_the_account_and_ends_with_the_key(bank: Any) -> None:
    (member, guardians), spender = guarded(bank, "allows"), bank.member("is allowed")
    bank.send("coin.transfer", member.address, 30, sender=bank.partner("pays who allows", coins=30))
    coupons = bank.coupon_class(bank.enrolled("issuer of allowed", PARTNER), price=1)
    bank.relay("coupon.buy_batch", "Purchase", (bank.purchase(coupons, member), member))
    token, other = int.from_bytes(coupons["classId"], "big"), bank.member("receives")
    bank.send("coin.approve", spender.address, 9, sender=member)
    bank.send("coupon.setApprovalForAll", spender.address, True, sender=member)
    take_coin = ("coin.transferFrom", member.address, other.address, 1)
    take_coupon = ("coupon.safeTransferFrom", member.address, other.address, token, 1, b"")
    key = bank.key("new key of allows")
    message = bank.recovery_message(member.address, key)
    bank.send(*bank.recover_arguments(message, key, *guardians[:2]), sender=guardians[0])
    for take in (take_coin, take_coupon):
        assert refused(bank, *take, sender=spender) == "membership: account recovers"
    bank.chain.set_time(bank.now + 1001)
    complete(bank, message, sender=guardians[2])
    assert bank.read("coin.allowance", member.address, spender.address) == 0
    assert not bank.read("coupon.isApprovedForAll", member.address, spender.address)
    assert refused(bank, *take_coin, sender=spender) == "coin: allowance too low"
    assert refused(bank, *take_coupon, sender=spender) == "coupon: neither owner nor approved"
    bank.send("coin.approve", spender.address, 1, sender=key)
    bank.send("coupon.setApprovalForAll", spender.address, True, sender=key)
    for take in (take_coin, take_coupon):
        bank.send(*take, sender=spender)
    assert bank.read("coin.allowance", member.address, spender.address) == 0


def test_a_veto_leaves_what_was_allowed(bank: Any) -> None:
    (member, guardians), spender = guarded(bank, "still allows"), bank.member("is still allowed")
    bank.send("coin.transfer", member.address, 30, sender=bank.partner("pays who still allows", coins=30))
    bank.send("coin.approve", spender.address, 9, sender=member)
    key = bank.key("no new key")
    message = bank.recovery_message(member.address, key)
    bank.send(*bank.recover_arguments(message, key, *guardians[:2]), sender=guardians[0])
    bank.send("recovery.veto_recovery", (message["recoveryId"], member.address, bank.soon), sender=member)
    bank.send("coin.transferFrom", member.address, guardians[0].address, 1, sender=spender)
    assert bank.read("coin.allowance", member.address, spender.address) == 8


def test_the_old_key_says_no(bank: Any) -> None:
    member, guardians = guarded(bank, "objects")
    key, path = bank.key("new key of objects"), "recovery.veto_recovery"
    message = bank.recovery_message(member.address, key)
    bank.send(*bank.recover_arguments(message, key, *guardians[1:]))
    assert bank.refusal(path, "RecoveryVeto", veto(bank, message), key) == "membership: signer may not act"
    assert bank.refusal(path, "RecoveryVeto", veto(bank, message, deadline=1), member) == "recovery: deadline passed"
    other = veto(bank, message, recoveryId=bank.new_id())
    assert bank.refusal(path, "RecoveryVeto", other, member) == "recovery: nothing pending"
    bank.send("membership.suspend", member.address, REASON)
    (event,) = bank.relay(path + "_batch", "RecoveryVeto", (veto(bank, message), member))
    assert event.name == "RecoveryVetoed"
    assert not bank.read("membership.isResting", member.address)
    assert bank.read("recovery.recoveryOf", member.address) == (b"\0" * 32, 0, False)
    assert bank.refusal(path, "RecoveryVeto", veto(bank, message), member) == "recovery: nothing pending"
    bank.chain.advance(2000)
    words = calldata("Recovery", message)
    assert refused(bank, "recovery.complete_recovery", words) == "recovery: nothing pending"


def test_no_veto_against_every_guardian(bank: Any) -> None:
    member, guardians = guarded(bank, "thief has the key")
    key = bank.key("new key against the thief")
    message = bank.recovery_message(member.address, key)
    (event,) = bank.send(*bank.recover_arguments(message, key, *guardians))
    assert event.args["isFinal"]
    why = bank.refusal("recovery.veto_recovery", "RecoveryVeto", veto(bank, message), member)
    assert why == "recovery: every guardian approved"
    bank.chain.set_time(event.args["readyAt"])
    complete(bank, message)
    assert bank.read("membership.keyOf", member.address) == key.address


def test_a_later_choice_waits_for_the_earlier_guardians(bank: Any) -> None:
    """A thief of the key names its own accomplices: until the wait is over the true guardians may act."""
    member, guardians = guarded(bank, "renames")
    accomplices = [bank.member(f"accomplice {number}") for number in range(2)]
    path = "recovery.name_guardians"
    (event,) = bank.direct(path, "Guardians", choice(bank, member, accomplices, wait=1), member)
    assert event.args["since"] == bank.now + 1000
    again = choice(bank, member, accomplices, wait=1)
    assert bank.refusal(path, "Guardians", again, member) == "recovery: guardians change already"
    thief, key = bank.key("thief's key"), bank.key("renames anew")
    theft = bank.recovery_message(member.address, thief)
    assert refused(bank, *bank.recover_arguments(theft, thief, *accomplices), sender=accomplices[0]) == FEW
    assert bank.read("recovery.guardiansOf", member.address) == (1, 2, 3, 1000)
    assert bank.read("recovery.isGuardian", member.address, guardians[0].address)
    message = bank.recovery_message(member.address, key)
    bank.send(*bank.recover_arguments(message, key, *guardians))
    bank.chain.set_time(event.args["since"])
    bank.member("a block")
    assert bank.read("recovery.guardiansOf", member.address) == (2, 2, 2, 1)
    assert not bank.read("recovery.isGuardian", member.address, guardians[0].address)


def test_the_next_choice_may_come_in_the_second_in_which_the_last_one_begins(bank: Any) -> None:
    member, guardians = guarded(bank, "renames to the second")
    path = "recovery.name_guardians"
    (event,) = bank.direct(path, "Guardians", choice(bank, member, guardians, wait=1), member)
    begins = event.args["since"]
    following = choice(bank, member, guardians, wait=1, deadline=begins)
    bank.chain.set_time(begins)
    (event,) = bank.direct(path, "Guardians", following, member)
    assert event.args["since"] == begins + 1


LATER, FUTURE = "recovery: a later word stands", "recovery: sequence is of the future"


def test_a_choice_of_guardians_that_was_held_back_comes_too_late(bank: Any) -> None:
    """A member thinks better of it; the bank carries the later choice, and then the earlier one, to follow it."""
    member, path = bank.member("chooses twice"), "recovery.name_guardians"
    trusted = [bank.member(f"trusted {number}") for number in range(2)]
    doubtful = [bank.member(f"doubtful {number}") for number in range(2)]
    held, stands = choice(bank, member, doubtful, sequence=1000), choice(bank, member, trusted, sequence=1001)
    bank.direct(path, "Guardians", stands, member)
    for sequence in (1000, 1001):
        assert bank.refusal(path, "Guardians", {**held, "sequence": sequence}, member) == LATER
    bank.chain.advance(2000)
    assert bank.refusal(path, "Guardians", held, member) == LATER
    assert not bank.read("recovery.isGuardian", member.address, doubtful[0].address)
    other = bank.member("chooses once")
    bank.direct(path, "Guardians", choice(bank, other, trusted, sequence=1), other)
    moment = bank.now + 50
    late = choice(bank, member, doubtful, sequence=(moment + 3600) * 1000 + 1)
    bank.chain.set_time(moment)
    (event,) = bank.relay(path + "_batch", "Guardians", (late, member))
    assert event.args["reason"] == FUTURE
    bank.chain.set_time(moment)
    bank.direct(path, "Guardians", {**late, "sequence": (moment + 3600) * 1000}, member)


def test_a_recovery_that_was_held_back_comes_too_late(bank: Any) -> None:
    """Guardians approved one new key, then a better one; who kept the first words brings them after all."""
    member, guardians = guarded(bank, "recovered once")
    worse, better = bank.key("worse new key"), bank.key("better new key")
    held = bank.recovery_message(member.address, worse, sequence=1000)
    stands = bank.recovery_message(member.address, better, sequence=1001)

    def why(message: dict[str, Any]) -> str:
        return refused(bank, *bank.recover_arguments(message, worse, *guardians))

    (event,) = bank.send(*bank.recover_arguments(stands, better, *guardians))
    assert event.args["sequence"] == 1001
    assert why(held) == why({**held, "sequence": 1001}) == LATER, "while the better one waits"
    bank.chain.set_time(event.args["readyAt"])
    complete(bank, stands)
    assert why(held) == LATER, "and after it: every guardian signed, so the better key could not even say no"
    assert bank.read("membership.keyOf", member.address) == better.address
    moment = bank.now + 50
    late = bank.recovery_message(member.address, worse, sequence=(moment + 3600) * 1000 + 1)
    bank.chain.set_time(moment)
    assert why(late) == FUTURE
    bank.chain.set_time(moment)
    bank.send(*bank.recover_arguments({**late, "sequence": (moment + 3600) * 1000}, worse, *guardians))


def test_guardians_are_chosen_well(bank: Any) -> None:
    member, guardians = bank.member("chooses"), [bank.member(f"chosen {number}") for number in range(3)]
    path, people = "recovery.name_guardians", [one.address for one in ordered(guardians)]

    def why(key: Any = member, **changes: Any) -> str:
        return str(bank.refusal(path, "Guardians", choice(bank, member, guardians, **changes), key))

    assert why(threshold=1) == why(threshold=4) == "recovery: threshold out of range"
    assert why(wait=0) == why(waitSeconds=90 * 86400 + 1) == "recovery: wait out of range"
    assert why(guardians=[]) == "recovery: threshold out of range"
    assert why(guardians=people[::-1]) == "recovery: guardians not ascending"
    assert why(guardians=[people[0], people[0]]) == "recovery: guardians not ascending"
    assert why(guardians=[member.address, *people]) == "recovery: guardian not enrolled"
    assert why(guardians=[bank.key("stranger").address, *people]) == "recovery: guardian not enrolled"
    assert why(guardians=["0x" + "00" * 20, *people]) == "recovery: guardian not enrolled"
    assert why(key=guardians[0]) == "membership: signer may not act"
    assert why(deadline=1) == "recovery: deadline passed"
    assert why(guardiansId=b"\0" * 32) == "recovery: id already used"
    message = choice(bank, member, guardians, threshold=3, wait=90 * 86400)
    events = bank.relay(path + "_batch", "Guardians", (message, member), (message, member))
    assert [event.name for event in events] == ["GuardiansNamed", "Repeated"]
    assert bank.refusal(path, "Guardians", {**message, "threshold": 2}, member) == "recovery: id already used"


def test_approvals_are_counted_once_each_and_of_guardians_alone(bank: Any) -> None:
    member, guardians = guarded(bank, "counted")
    key, stranger = bank.key("counted anew"), bank.member("no guardian")
    message = bank.recovery_message(member.address, key)
    words, mine = calldata("Recovery", message), bank.sign("recovery", "Recovery", message, key)
    one, two = (bank.sign("recovery", "Recovery", message, guardian) for guardian in ordered(guardians)[:2])
    other = bank.sign("recovery", "Recovery", message, stranger)
    junk = (b"\1" * 32, b"\xff" * 32, 27)
    for approvals in ([], [one], [one, one], [two, one], [one, other], [other, one], [one, two, junk], [junk, one]):
        assert refused(bank, "recovery.recover", words, mine, approvals) == FEW
    bank.send("membership.suspend", ordered(guardians)[1].address, REASON)
    assert refused(bank, "recovery.recover", words, mine, [one, two]) == FEW
    bank.send("membership.reinstate", ordered(guardians)[1].address, REASON)
    bank.send("recovery.recover", words, mine, [one, two])


def test_recoveries_are_refused(bank: Any) -> None:
    member, guardians = guarded(bank, "refusals")
    key, board = bank.key("refusals anew"), bank.board

    def why(approvers: list[Any] = guardians, signer: Any = key, sender: Any = None, **changes: Any) -> str:
        message = bank.recovery_message(changes.pop("account", member.address), key, **changes)
        return refused(bank, *bank.recover_arguments(message, signer, *approvers), sender=sender)

    assert why(signer=member) == "recovery: new key did not sign"
    assert why(newKey="0x" + "00" * 20) == "recovery: new key did not sign"
    message = bank.recovery_message(member.address, key, newKey="0x" + "00" * 20)
    approvals = bank.recover_arguments(message, key, *guardians)[3]
    junk = (b"\1" * 32, b"\xff" * 32, 27)  # of which ecrecover makes no account at all
    why_not = refused(bank, "recovery.recover", calldata("Recovery", message), junk, approvals)
    assert why_not == "recovery: new key did not sign"
    assert why(deadline=1) == "recovery: deadline passed"
    assert why(recoveryId=b"\0" * 32) == "recovery: id already used"
    assert why(newKey=board.address, signer=board) == "membership: key already used"
    assert why(approvers=[board]) == FEW, "who named guardians is theirs, not the board's"
    alone = bank.member("named nobody")
    assert why(account=alone.address, approvers=[]) == FEW
    assert why(account=alone.address, approvers=[board], sender=guardians[0]) == "recovery: not the operator"
    assert why(account=bank.key("nobody").address, approvers=[board]) == "membership: account not enrolled"
    message = bank.recovery_message(member.address, key)
    bank.send(*bank.recover_arguments(message, key, *guardians))
    changed = {**message, "evidenceHash": REASON}
    assert refused(bank, *bank.recover_arguments(changed, key, *guardians)) == "recovery: id already used"
    assert refused(bank, "recovery.complete_recovery", calldata("Recovery", changed)) == "recovery: nothing pending"
    rotation = (bank.new_id(), member.address, key.address, REASON, REASON, bank.soon)
    mine = bank.sign("membership", "KeyRotation", dict(zip(FIELDS, rotation, strict=True)), key)
    why_not = refused(bank, "membership.rotate", rotation, mine, sender=member)
    assert why_not == "membership: account recovers"


FIELDS = ("rotationId", "account", "newKey", "encryptionKeyHash", "evidenceHash", "deadline")


def test_the_last_second_of_a_recoverys_words_counts(bank: Any) -> None:
    member, guardians = guarded(bank, "just in time")
    key = bank.key("just in time anew")
    message = bank.recovery_message(member.address, key, deadline=bank.now + 50)
    bank.chain.set_time(message["deadline"])
    assert bank.send(*bank.recover_arguments(message, key, *guardians))[0].name == "RecoveryBegun"


def test_operator_and_board_recover_who_named_nobody(bank: Any) -> None:
    member, key, board = bank.member("unguarded"), bank.key("unguarded anew"), bank.board
    message = bank.recovery_message(member.address, key)
    (event,) = bank.send(*bank.recover_arguments(message, key, board))
    assert (event.args["readyAt"], event.args["isFinal"]) == (bank.now + WEEK, False)
    better = bank.recovery_message(member.address, bank.key("unguarded otherwise"))
    (event,) = bank.send(*bank.recover_arguments(better, bank.key("unguarded otherwise"), board))
    bank.chain.set_time(event.args["readyAt"])
    words = calldata("Recovery", message)
    assert refused(bank, "recovery.complete_recovery", words) == "recovery: nothing pending"
    complete(bank, better)
    assert bank.read("membership.keyOf", member.address) == better["newKey"]


def test_a_recovery_whose_key_was_taken_meanwhile_is_begun_anew(bank: Any) -> None:
    (member, guardians), key = guarded(bank, "raced"), bank.key("raced for")
    message = bank.recovery_message(member.address, key)
    (event,) = bank.send(*bank.recover_arguments(message, key, *guardians))
    bank.member("raced for")
    bank.chain.set_time(event.args["readyAt"])
    words = calldata("Recovery", message)
    assert refused(bank, "recovery.complete_recovery", words) == "membership: key already used"
    fresh = bank.key("not raced for")
    again = bank.recovery_message(member.address, fresh)
    (event,) = bank.send(*bank.recover_arguments(again, fresh, *guardians))
    bank.chain.set_time(event.args["readyAt"])
    complete(bank, again)


def test_who_rests_already_or_is_no_member_departs_from_no_release(bank: Any) -> None:
    """A departure ends what is open for release: one too many, and the operator begins it anew for nothing."""
    member, before = bank.member("resting twice"), bank.read("membership.departures")
    for name in ("resting once", "resting again"):
        message = bank.recovery_message(member.address, bank.key(name))
        bank.send(*bank.recover_arguments(message, bank.key(name), bank.board))
    assert bank.read("membership.departures") == before + 1
    message = bank.recovery_message(bank.partner("resting partner").address, bank.key("resting partner anew"))
    (event,) = bank.send(*bank.recover_arguments(message, bank.key("resting partner anew"), bank.board))
    assert (event.name, bank.read("membership.departures")) == ("RecoveryBegun", before + 1)


def test_a_member_who_recovers_is_in_no_release(bank: Any) -> None:
    request = bank.request(bank.survey(), bank.partner("partner of the recovering", coins=1000))
    (member, guardians), key = guarded(bank, "recovering"), bank.key("recovered")
    consents = [bank.consent(request, one) for one in (member, *guardians[:2])]
    before = bank.read("membership.departures")
    message = bank.recovery_message(member.address, key)
    bank.send(*bank.recover_arguments(message, key, *guardians))
    assert bank.read("membership.departures") == before + 1
    why = refused(bank, "disclosure.disclose", *bank.release(request, *consents))
    assert why == "consent: member suspended or gone"
    withdrawal = bank.withdrawal(consents[0])
    (event,) = bank.relay("consent.withdraw_batch", "Withdrawal", (withdrawal, member))
    assert event.name == "ConsentChanged"


def test_only_the_recovery_contract_touches_keys(bank: Any) -> None:
    member, key = bank.member("touched"), bank.key("touching")
    only = "membership: not the recovery contract"
    assert refused(bank, "membership.rest", member.address, key.address) == only
    assert refused(bank, "membership.wake", member.address) == only
    assert refused(bank, "membership.replace_key", REASON, member.address, key.address, REASON, REASON) == only
    assert refused(bank, "membership.set_recovery", bank.operator.address) == "membership: id already used"
    assert bank.send("membership.set_recovery", bank.address("recovery")) == []
    assert refused(bank, "membership.set_recovery", key.address, sender=member) == "membership: not the operator"
