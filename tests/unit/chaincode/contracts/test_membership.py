"""membership.vy: joining, roles, suspension, keys, and what it answers to the others."""

from typing import Any

import pytest
from web3 import Web3

MEMBER, PARTNER, SHOP, OPERATOR, BOARD, CUSTODIAN = 1, 2, 4, 8, 16, 32
ZERO = "0x" + "00" * 20


def text_hash(text: str) -> bytes:
    return bytes(Web3.keccak(text=text))


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match="membership: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def join(bank: Any, message: dict[str, Any], key: Any) -> Any:
    (event,) = bank.relay("membership.join_batch", "Join", (message, key))
    return event


def test_the_deployer_is_the_operator_and_may_write(bank: Any) -> None:
    operator = bank.operator.address
    assert bank.read("membership.rolesOf", operator) == OPERATOR
    assert bank.read("membership.mayWrite", operator)
    assert bank.read("membership.holds", operator, OPERATOR)
    assert not bank.read("membership.mayWrite", bank.key("stranger").address)
    assert not bank.read("membership.mayWrite", ZERO)


def test_a_member_joins_by_signature(bank: Any) -> None:
    key = bank.key("aoi")
    message = bank.join_message(key)
    event = join(bank, message, key)
    assert (event.name, event.args["account"], event.args["joinId"]) == (
        "Joined",
        key.address,
        message["joinId"],
    )
    assert bank.read("membership.hasRole", key.address, MEMBER)
    assert bank.read("membership.keyOf", key.address) == key.address
    assert bank.read("membership.mayAct", key.address, key.address, 1)
    assert join(bank, message, key).name == "Repeated"
    assert join(bank, {**message, "deadline": message["deadline"] + 1}, key).args["reason"] == (
        "membership: id already used"
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"termsHash": b"\1" * 32}, "terms unknown"),
        ({"termsHash": b"\0" * 32}, "terms unknown"),
        ({"deadline": 1}, "deadline passed"),
        ({"joinId": b"\0" * 32}, "id already used"),
        ({"statement": "I join something else"}, "signer may not act"),
        ({"account": "0x" + "11" * 20}, "signer may not act"),
        ({"account": ZERO}, "signer may not act"),
    ],
)
def test_joining_is_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    key = bank.key("refused joiner")
    event = join(bank, bank.join_message(key, **changes), key)
    assert event.args["reason"] == f"membership: {reason}"
    assert bank.read("membership.rolesOf", key.address) == 0


def test_one_bad_joiner_does_not_stop_the_others(bank: Any) -> None:
    keys = [bank.key(f"crowd {number}") for number in range(3)]
    batch = [(bank.join_message(key), key) for key in keys]
    batch[1] = (batch[1][0], keys[0])
    assert names(bank.relay("membership.join_batch", "Join", *batch)) == ["Joined", "Refused", "Joined"]


def test_a_member_joins_once(bank: Any) -> None:
    key = bank.member("once")
    assert join(bank, bank.join_message(key), key).args["reason"] == "membership: already a member"


def test_a_malleable_or_malformed_signature_is_refused(bank: Any) -> None:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    key = bank.key("malleable")
    message = bank.join_message(key)
    r, s, v = bank.sign("membership", "Join", message, key)
    twin = (r, (order - int.from_bytes(s)).to_bytes(32), 55 - v)
    order_of_fields = ("joinId", "account", "termsHash", "encryptionKeyHash", "deadline")
    item = tuple(message[name] for name in order_of_fields)
    for bad in (twin, (r, s, v - 27), (r, s, 29), (b"\0" * 32, s, v)):
        (event,) = bank.send("membership.join_batch", [(item, bad)])
        assert event.args["reason"] == "membership: signature malformed"
    assert names(bank.send("membership.join_batch", [(item, (r, s, v))])) == ["Joined"]
    change, new = rotation(bank, key, bank.key("malleable anew")), bank.key("malleable anew")
    by_old, by_new = (bank.sign("membership", "KeyRotation", change, one) for one in (key, new))
    malformed = (tuple(change.values()), (*by_old[:2], 29), by_new)
    (event,) = bank.send("membership.rotate_batch", [malformed])
    assert event.args["reason"] == "membership: signature malformed"


@pytest.mark.parametrize(
    "call",
    [
        ("set_terms", b"\1" * 32, b"\2" * 32, 2**40),
        ("join_batch", []),
        ("enroll", "0x" + "22" * 20, PARTNER, ZERO),
        ("suspend", "0x" + "22" * 20, b"\0" * 32),
        ("reinstate", "0x" + "22" * 20, b"\0" * 32),
        ("dismiss", "0x" + "22" * 20, PARTNER, b"\0" * 32),
    ],
)
def test_only_the_operator_administers(bank: Any, call: tuple[Any, ...]) -> None:
    function, *arguments = call
    outsider = bank.member("outsider")
    reason = refused(bank, f"membership.{function}", *arguments, sender=outsider)
    assert reason == "membership: not the operator"


def test_terms_need_a_hash(bank: Any) -> None:
    assert refused(bank, "membership.set_terms", b"\0" * 32, b"\2" * 32, 2**40) == "membership: terms unknown"


def test_roles_are_given_and_a_shop_has_a_partner(bank: Any) -> None:
    partner, shop = bank.partner("kissa"), bank.key("kissa shop")
    events = bank.send("membership.enroll", shop.address, SHOP, partner.address)
    assert events[0].args == {"account": shop.address, "role": SHOP, "parent": partner.address}
    assert bank.read("membership.partnerOf", shop.address) == partner.address
    assert names(bank.send("membership.enroll", shop.address, SHOP, partner.address)) == ["Repeated"]
    other = bank.partner("other kissa")
    enroll = ("membership.enroll", shop.address)
    assert refused(bank, *enroll, SHOP, other.address) == "membership: already enrolled"


@pytest.mark.parametrize("role", [0, MEMBER, PARTNER | BOARD, 128, 2**255])
def test_unknown_roles_are_refused(bank: Any, role: int) -> None:
    reason = refused(bank, "membership.enroll", bank.key("x").address, role, ZERO)
    assert reason == "membership: unknown role"


def test_parents_must_fit(bank: Any) -> None:
    newcomer, member = bank.key("newcomer").address, bank.member("no partner").address
    enroll = ("membership.enroll", newcomer)
    assert refused(bank, *enroll, SHOP, member) == "membership: parent is not a partner"
    assert refused(bank, *enroll, SHOP, ZERO) == "membership: parent is not a partner"
    assert refused(bank, *enroll, BOARD, member) == "membership: parent not wanted"
    assert refused(bank, "membership.enroll", ZERO, BOARD, ZERO) == "membership: account not enrolled"


def test_a_suspended_account_may_not_act_until_reinstated(bank: Any) -> None:
    key = bank.member("suspended").address
    bank.send("membership.suspend", key, text_hash("why"))
    assert bank.read("membership.isSuspended", key)
    assert bank.read("membership.mayWrite", key)
    assert not bank.read("membership.isActive", key, MEMBER)
    assert not bank.read("membership.mayAct", key, key, 1)
    assert bank.read("membership.refusal", key, key, MEMBER, 1) == "membership: account suspended"
    assert refused(bank, "membership.suspend", key, b"\0" * 32) == "membership: already suspended"
    bank.send("membership.reinstate", key, text_hash("well"))
    assert bank.read("membership.mayActAs", key, key, MEMBER, 1)
    assert refused(bank, "membership.reinstate", key, b"\0" * 32) == "membership: not suspended"


def test_suspension_is_refused_for_oneself_and_for_strangers(bank: Any) -> None:
    suspend = "membership.suspend"
    assert refused(bank, suspend, bank.operator.address, b"\0" * 32) == "membership: cannot suspend oneself"
    assert refused(bank, suspend, bank.key("who").address, b"\0" * 32) == "membership: account not enrolled"


def test_the_reasons_of_refusal_are_named(bank: Any) -> None:
    key, other = bank.member("plain").address, bank.member("other").address
    why = "membership.refusal"
    assert bank.read(why, key, key, MEMBER, 1) == ""
    assert bank.read(why, key, bank.key("nobody").address, 0, 1) == "membership: account not enrolled"
    assert bank.read(why, key, key, BOARD, 1) == "membership: role missing"
    assert bank.read(why, other, key, MEMBER, 1) == "membership: signer may not act"


def test_a_key_that_was_replaced_speaks_for_nobody_and_never_comes_back(bank: Any) -> None:
    old, new = bank.member("loses key"), bank.key("new key")
    bank.recovered(old, new)
    assert bank.read("membership.keyOf", old.address) == new.address
    assert bank.read("membership.accountOf", new.address) == old.address
    assert bank.read("membership.accountOf", old.address) == old.address
    assert bank.read("membership.mayAct", new.address, old.address, 1)
    assert not bank.read("membership.mayAct", old.address, old.address, 1)
    assert not bank.read("membership.mayWrite", old.address)
    assert bank.read("membership.mayWrite", new.address)
    for used in (old, new, bank.member("has own")):
        message = bank.recovery_message(old.address, used)
        assert refused(bank, *bank.recover_arguments(message, used, bank.board)) == "membership: key already used"
    assert join(bank, bank.join_message(new), new).args["reason"] == "membership: key already used"
    assert refused(bank, "membership.enroll", new.address, CUSTODIAN, ZERO) == "membership: key already used"


def rotation(bank: Any, account: Any, new: Any, **changes: Any) -> dict[str, Any]:
    return {
        "rotationId": bank.new_id(),
        "account": account.address,
        "newKey": new.address,
        "encryptionKeyHash": text_hash("encryption key"),
        "evidenceHash": text_hash("own wish"),
        "deadline": bank.soon,
        **changes,
    }


def rotate_batch(bank: Any, message: dict[str, Any], key: Any, new: Any) -> Any:
    by_old = bank.sign("membership", "KeyRotation", message, key)
    by_new = bank.sign("membership", "KeyRotation", message, new)
    (event,) = bank.send("membership.rotate_batch", [(tuple(message.values()), by_old, by_new)])
    return event


def test_a_holder_rotates_by_both_keys(bank: Any) -> None:
    account, second, third = bank.member("rotates"), bank.key("second"), bank.key("third")
    message = rotation(bank, account, second)
    assert rotate_batch(bank, message, account, second).name == "KeyRotated"
    assert rotate_batch(bank, message, account, second).name == "Repeated"
    message = rotation(bank, account, third)
    by_new = bank.sign("membership", "KeyRotation", message, third)
    bank.send("membership.rotate", tuple(message.values()), by_new, sender=second)
    assert bank.read("membership.keyOf", account.address) == third.address


def test_rotations_are_refused(bank: Any) -> None:
    account, new, other = bank.member("stays"), bank.key("stays 2"), bank.member("thief")

    def reason(message: dict[str, Any], key: Any, new_key: Any) -> str:
        event = rotate_batch(bank, message, key, new_key)
        by_new = bank.sign("membership", "KeyRotation", message, new_key)
        direct = refused(bank, "membership.rotate", tuple(message.values()), by_new, sender=key)
        assert event.args["reason"] == direct
        return direct.removeprefix("membership: ")

    assert reason(rotation(bank, account, new), other, new) == "signer may not act"
    assert reason(rotation(bank, account, new), account, other) == "new key did not sign"
    assert reason(rotation(bank, account, new, newKey=ZERO), account, new) == "new key did not sign"
    assert reason(rotation(bank, account, other), account, other) == "key already used"
    assert reason(rotation(bank, account, new, deadline=1), account, new) == "deadline passed"
    assert reason(rotation(bank, account, new, rotationId=b"\0" * 32), account, new) == "id already used"
    nobody = bank.key("nobody rotates")
    assert reason(rotation(bank, nobody, new), nobody, new) == "account not enrolled"
    message = rotation(bank, account, new)
    assert rotate_batch(bank, message, account, new).name == "KeyRotated"
    assert rotate_batch(bank, {**message, "evidenceHash": b"\1" * 32}, new, new).args["reason"] == (
        "membership: id already used"
    )


def test_joining_and_rotating_count_in_the_last_second(bank: Any) -> None:
    joiner, late, last = bank.key("joins last"), bank.key("joins late"), bank.now + 50
    messages = [bank.join_message(key, deadline=last) for key in (joiner, late)]
    bank.chain.set_time(last)
    assert join(bank, messages[0], joiner).name == "Joined"
    assert join(bank, messages[1], late).args["reason"] == "membership: deadline passed"
    last = bank.now + 50
    second, third = bank.key("joins last, second key"), bank.key("joins last, third key")
    first, again = (rotation(bank, joiner, key, deadline=last) for key in (second, third))
    bank.chain.set_time(last)
    assert rotate_batch(bank, first, joiner, second).name == "KeyRotated"
    assert rotate_batch(bank, again, second, third).args["reason"] == "membership: deadline passed"
