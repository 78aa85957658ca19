"""coupon/transfer.vy: coupons handed on under their owner's signature, by the same rules as ERC-1155's own transfer."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vyper import compile_code

CUSTODIAN = 32
COUPON_SCOPE, COIN_SCOPE = 8, 4
ZERO = "0x" + "00" * 20
PATH, STRUCT = "coupon.transfer_batch", "CouponTransfer"


@pytest.fixture(scope="module")
def coupons(bank: Any) -> dict[str, Any]:
    return published(bank)


def published(bank: Any) -> dict[str, Any]:
    """A class of coupons that cost nothing, of which there are plenty."""
    return dict(bank.coupon_class(bank.partner("issuer of gifts"), price=0, stock=10_000))


def holder(bank: Any, coupons: dict[str, Any], name: str, count: int) -> Any:
    key = bank.member(name)
    message = bank.purchase(coupons, key, count)
    assert bank.relay("coupon.buy_batch", "Purchase", (message, key))[-1].name == "CouponIssued"
    return key


def transfer(bank: Any, coupons: dict[str, Any], owner: Any, receiver: Any, count: int, **changes: Any) -> Any:
    return {
        "transferId": bank.new_id(),
        "owner": owner.address,
        "classId": coupons["classId"],
        "title": coupons["title"],
        "receiver": receiver.address,
        "count": count,
        "deadline": bank.soon,
        **changes,
    }


def relay(bank: Any, *signed: tuple[dict[str, Any], Any]) -> list[str]:
    return [event.name for event in bank.relay(PATH, STRUCT, *signed)]


def refusal(bank: Any, message: dict[str, Any], key: Any) -> str:
    (event,) = bank.relay(PATH, STRUCT, (message, key))
    assert (event.name, event.args["id"]) == ("Refused", message["transferId"])
    return str(event.args["reason"])


def token(coupons: dict[str, Any]) -> int:
    return int.from_bytes(coupons["classId"])


def held(bank: Any, coupons: dict[str, Any], *holders: Any) -> list[int]:
    return [int(bank.read("coupon.balanceOf", one.address, token(coupons))) for one in holders]


def test_coupons_are_handed_on_once_and_told_in_both_ways(bank: Any, coupons: dict[str, Any]) -> None:
    owner, friend = holder(bank, coupons, "hands on", 5), bank.member("is handed")
    message = transfer(bank, coupons, owner, friend, 3)
    single, moved, repeated = bank.relay(PATH, STRUCT, (message, owner), (message, owner))
    assert single.args == {
        "operator": bank.operator.address, "owner": owner.address, "to": friend.address,
        "id": token(coupons), "amount": 3,
    }  # fmt: skip
    assert moved.name == "CouponMoved"
    assert moved.args == {
        "transferId": message["transferId"], "classId": coupons["classId"],
        "owner": owner.address, "receiver": friend.address, "count": 3,
    }  # fmt: skip
    assert (repeated.name, repeated.args["id"]) == ("Repeated", message["transferId"])
    assert held(bank, coupons, owner, friend) == [2, 3]
    assert relay(bank, (message, owner)) == ["Repeated"]
    assert held(bank, coupons, owner, friend) == [2, 3]
    assert relay(bank, (transfer(bank, coupons, owner, friend, 2), owner)) == ["TransferSingle", "CouponMoved"]
    assert held(bank, coupons, owner, friend) == [0, 5]
    assert relay(bank, (transfer(bank, coupons, friend, friend, 5), friend)) == ["TransferSingle", "CouponMoved"]
    assert held(bank, coupons, friend) == [5]
    directly = ("coupon.safeTransferFrom", friend.address, owner.address, token(coupons), 5, b"")
    assert [event.name for event in bank.send(*directly, sender=friend)] == ["TransferSingle"]
    assert held(bank, coupons, owner, friend) == [5, 0]


def test_anybody_may_hand_in_what_an_owner_signed(bank: Any, coupons: dict[str, Any]) -> None:
    owner, friend = holder(bank, coupons, "signs a gift", 1), bank.member("hands it in")
    message = transfer(bank, coupons, owner, friend, 1)
    fields = tuple(message[name] for name in ("transferId", "owner", "classId", "receiver", "count", "deadline"))
    single, _ = bank.send(PATH, [(fields, bank.sign("coupon", STRUCT, message, owner))], sender=friend)
    assert single.args["operator"] == friend.address
    assert held(bank, coupons, owner, friend) == [0, 1]


def test_transfers_are_refused(bank: Any, coupons: dict[str, Any]) -> None:
    owner, friend = holder(bank, coupons, "holds on", 4), bank.member("waits for it")

    def why(count: int = 1, key: Any = owner, **changes: Any) -> str:
        return refusal(bank, {**transfer(bank, coupons, owner, friend, count), **changes}, key)

    assert why(transferId=b"\0" * 32) == "coupon: id already used"
    assert why(transferId=coupons["classId"]) == "coupon: id already used"
    assert why(classId=b"\7" * 32) == "coupon: unknown class"
    assert why(title="A cup of tea") == "membership: signer may not act"
    assert why(key=friend) == "membership: signer may not act"
    assert why(owner=friend.address) == "membership: signer may not act"
    assert why(owner=bank.key("nobody at all").address) == "membership: account not enrolled"
    assert why(deadline=1) == "coupon: deadline passed"
    assert why(receiver=bank.key("not enrolled").address) == "coupon: receiver not enrolled"
    assert why(receiver=ZERO) == "coupon: receiver not enrolled"
    assert why(count=0) == "coupon: count is zero"
    assert why(count=5) == "coupon: balance too low"
    assert why(count=2**32 - 1) == "coupon: balance too low"
    message = transfer(bank, coupons, owner, friend, 1)
    assert relay(bank, (message, owner)) == ["TransferSingle", "CouponMoved"]
    for changed in ({"count": 2}, {"receiver": owner.address}, {"deadline": message["deadline"] + 1}):
        assert refusal(bank, {**message, **changed}, owner) == "coupon: id already used"
    assert held(bank, coupons, owner, friend) == [3, 1]


def test_a_malformed_signature_is_named(bank: Any, coupons: dict[str, Any]) -> None:
    owner, friend = holder(bank, coupons, "signs badly", 1), bank.member("reads badly")
    message = transfer(bank, coupons, owner, friend, 1)
    fields = tuple(message[name] for name in ("transferId", "owner", "classId", "receiver", "count", "deadline"))
    r, _, v = bank.sign("coupon", STRUCT, message, owner)
    for signature in ((r, b"\xff" * 32, v), (r, b"\1" * 32, 29)):
        (event,) = bank.send(PATH, [(fields, signature)])
        assert event.args["reason"] == "coupon: signature malformed"


def test_the_suspended_hand_on_nothing_but_may_be_given(bank: Any, coupons: dict[str, Any]) -> None:
    """As ERC-1155's own transfer has it."""
    owner, friend = holder(bank, coupons, "under a cloud", 2), holder(bank, coupons, "in the sun", 1)
    bank.send("membership.suspend", owner.address, b"\1" * 32)
    assert refusal(bank, transfer(bank, coupons, owner, friend, 1), owner) == "membership: account suspended"
    assert relay(bank, (transfer(bank, coupons, friend, owner, 1), friend)) == ["TransferSingle", "CouponMoved"]
    assert held(bank, coupons, owner, friend) == [3, 0]


def test_every_enrolled_account_hands_on_not_members_alone(bank: Any, coupons: dict[str, Any]) -> None:
    owner, partner = holder(bank, coupons, "gives to a firm", 1), bank.partner("a firm")
    assert relay(bank, (transfer(bank, coupons, owner, partner, 1), owner)) == ["TransferSingle", "CouponMoved"]
    assert relay(bank, (transfer(bank, coupons, partner, owner, 1), partner)) == ["TransferSingle", "CouponMoved"]
    assert held(bank, coupons, owner, partner) == [1, 0]


def test_an_account_gives_and_is_given_under_any_of_its_keys(bank: Any, coupons: dict[str, Any]) -> None:
    account, new, friend = holder(bank, coupons, "moves out", 2), bank.key("moved in"), bank.member("stays")
    bank.rotated(account, account, new)
    old = transfer(bank, coupons, account, friend, 1)
    assert refusal(bank, old, account) == "membership: signer may not act"
    assert relay(bank, (old, new)) == ["TransferSingle", "CouponMoved"]
    single, moved = bank.relay(PATH, STRUCT, (transfer(bank, coupons, friend, new, 1), friend))
    assert (single.args["to"], moved.args["receiver"]) == (account.address, account.address)
    assert held(bank, coupons, account, new, friend) == [2, 2, 0]


def test_a_delegate_hands_on_within_its_scope(bank: Any, coupons: dict[str, Any]) -> None:
    child, guardian = holder(bank, coupons, "child with coupons", 2), bank.member("guardian of coupons")

    def delegate(scope: int) -> None:
        message = {
            "delegationId": bank.new_id(), "account": child.address, "statement": "I let this account act for me",
            "delegate": guardian.address, "scope": scope, "until": bank.now + 10_000,
            "sequence": bank.count, "deadline": bank.soon,
        }  # fmt: skip
        assert "Delegated" in [e.name for e in bank.relay("membership.delegate_batch", "Delegation", (message, child))]

    message = transfer(bank, coupons, child, guardian, 1)
    assert refusal(bank, message, guardian) == "membership: signer may not act"
    delegate(COIN_SCOPE)
    assert refusal(bank, message, guardian) == "membership: signer may not act"
    delegate(COUPON_SCOPE)
    assert relay(bank, (message, guardian)) == ["TransferSingle", "CouponMoved"]
    assert held(bank, coupons, child, guardian) == [1, 1]


def test_whom_the_standard_would_ask_is_given_nothing_by_a_batch(bank: Any, coupons: dict[str, Any]) -> None:
    owner, friend = holder(bank, coupons, "feeds a contract", 3), bank.member("not a contract")
    source = Path(__file__).with_name("receiver.vy").read_text(encoding="utf-8")
    output = compile_code(source, output_formats=["abi", "bytecode"])
    factory = bank.chain.w3.eth.contract(abi=output["abi"], bytecode=output["bytecode"])
    receipt = bank._transact(factory.constructor(), bank.operator)
    receiver = bank.chain.w3.eth.contract(receipt["contractAddress"], abi=output["abi"])
    contract = transfer(bank, coupons, owner, receiver, 1)
    assert refusal(bank, contract, owner) == "coupon: receiver not enrolled"
    bank.send("membership.enroll", receiver.address, CUSTODIAN, ZERO)
    batch = (contract, owner), (transfer(bank, coupons, owner, friend, 1), owner)
    refused, *others = bank.relay(PATH, STRUCT, *batch)
    assert refused.args == {"id": contract["transferId"], "reason": "coupon: receiver is a contract"}
    assert [event.name for event in others] == ["TransferSingle", "CouponMoved"]
    assert receiver.functions.calls().call() == 0
    assert held(bank, coupons, owner, friend, receiver) == [2, 1, 0]


def test_a_bad_item_never_sinks_its_neighbours(bank: Any, coupons: dict[str, Any]) -> None:
    owner, friend, thief = holder(bank, coupons, "one of many", 3), bank.member("many"), bank.member("pocket")
    batch = [
        (transfer(bank, coupons, owner, friend, 2), owner),
        (transfer(bank, coupons, owner, thief, 1), thief),
        (transfer(bank, coupons, owner, friend, 2), owner),
        (transfer(bank, coupons, friend, owner, 1), friend),
    ]
    names = relay(bank, *batch)
    assert names == ["TransferSingle", "CouponMoved", "Refused", "Refused", "TransferSingle", "CouponMoved"]
    assert held(bank, coupons, owner, friend, thief) == [2, 1, 0]
    # What was refused for want of coupons may come again: nothing was taken under its id.
    assert relay(bank, batch[2], batch[0]) == ["TransferSingle", "CouponMoved", "Repeated"]
    assert held(bank, coupons, owner, friend, thief) == [0, 3, 0]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 12)), max_size=6))
def test_whatever_is_handed_on_no_coupon_is_made_or_lost(bank: Any, moves: list[tuple[int, int, int]]) -> None:
    coupons = published(bank)
    keys = [holder(bank, coupons, f"swapper {number}", 4 + number) for number in range(3)]
    expected = held(bank, coupons, *keys)
    batch, happens = [], []
    for source, target, count in moves:
        batch.append((transfer(bank, coupons, keys[source], keys[target], count), keys[source]))
        is_fit = 0 < count <= expected[source]
        happens += ["TransferSingle", "CouponMoved"] if is_fit else ["Refused"]
        expected[source] -= count if is_fit else 0
        expected[target] += count if is_fit else 0
    assert relay(bank, *batch) == happens
    assert held(bank, coupons, *keys) == expected
    assert sum(expected) == bank.read("coupon.classOf", coupons["classId"])[3] == 15
