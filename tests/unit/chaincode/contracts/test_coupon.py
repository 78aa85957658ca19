"""coupon.vy: classes, purchases, redemptions, premium, and the ERC-1155 rules with hostile receivers."""

from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vyper import compile_code
from web3 import Web3

PARTNER, SHOP, CUSTODIAN = 2, 4, 32
ZERO = "0x" + "00" * 20
NOBODY, SALT = b"\0" * 32, b"\x5a" * 32


@pytest.fixture(scope="module")
def issuer(bank: Any) -> Any:
    return bank.partner("issuer", coins=100_000)


@pytest.fixture(scope="module")
def shop(bank: Any, issuer: Any) -> Any:
    return bank.enrolled("issuer shop", SHOP, issuer.address)


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def reason_of(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"(coupon|membership): ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def rich(bank: Any, issuer: Any, name: str, coins: int = 100) -> Any:
    key = bank.member(name)
    bank.send("coin.transfer", key.address, coins, sender=issuer)
    return key


def buy(bank: Any, coupons: dict[str, Any], key: Any, count: int = 1) -> None:
    events = bank.relay("coupon.buy_batch", "Purchase", (bank.purchase(coupons, key, count), key))
    assert events[-1].name == "CouponIssued", events


def redemption(bank: Any, coupons: dict[str, Any], shop: Any, **changes: Any) -> dict[str, Any]:
    return {
        "redemptionId": bank.new_id(),
        "classId": coupons["classId"],
        "title": coupons["title"],
        "shop": shop.address,
        "memberHash": NOBODY,
        "deadline": bank.soon,
        **changes,
    }


def of(message: dict[str, Any], account: Any) -> dict[str, Any]:
    """The words as the member signs them."""
    return {**message, "memberHash": bytes(Web3.keccak(encode(["address", "bytes32"], [account.address, SALT])))}


def fields_of(words: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(words[name] for name in ("redemptionId", "classId", "shop", "memberHash", "deadline"))


def redeem(bank: Any, message: dict[str, Any], member: Any, shop: Any, account: Any = None) -> Any:
    """Relayed; also checks that the direct call is refused in the same words."""
    account = account or member
    by_shop, words = bank.sign("coupon", "Redemption", message, shop), of(message, account)
    by_member, fields = bank.sign("coupon", "Redemption", words, member), fields_of(words)
    event = bank.send("coupon.redeem_batch", [(fields, account.address, SALT, by_member, by_shop)])[-1]
    if event.name == "Refused":
        direct = ("coupon.redeem", fields, account.address, SALT, by_shop)
        assert reason_of(bank, *direct, sender=member) == event.args["reason"]
    return event


def held(bank: Any, coupons: dict[str, Any], key: Any) -> int:
    address = key if isinstance(key, str) else key.address
    return int(bank.read("coupon.balanceOf", address, int.from_bytes(coupons["classId"])))


def test_a_partner_publishes_both_ways(bank: Any, issuer: Any) -> None:
    message = bank.coupon_class(issuer)
    view = bank.read("coupon.classOf", message["classId"])
    dates = (message["opensAt"], message["closesAt"], message["redeemUntil"])
    assert (view[0], view[1:4], view[4:7]) == (issuer.address, (5, 10, 0), dates)
    assert names(bank.relay("coupon.publish_batch", "CouponClass", (message, issuer))) == ["Repeated"]
    assert names(bank.direct("coupon.publish", "CouponClass", message, issuer)) == ["Repeated"]
    changed = {**message, "price": 6}
    assert bank.refusal("coupon.publish", "CouponClass", changed, issuer) == "coupon: id already used"
    direct = bank.coupon_class_message(issuer)
    assert names(bank.direct("coupon.publish", "CouponClass", direct, issuer)) == ["CouponClassPublished"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stock": 0}, "coupon: no stock"),
        ({"opensAt": 4_000_000_001, "closesAt": 4_000_000_000}, "coupon: window is empty"),
        ({"opensAt": 1, "closesAt": 1}, "coupon: window is empty"),
        ({"redeemUntil": 1}, "coupon: window is empty"),
        ({"deadline": 1}, "coupon: deadline passed"),
        ({"classId": b"\0" * 32}, "coupon: id already used"),
    ],
)
def test_classes_are_refused(bank: Any, issuer: Any, changes: dict[str, Any], reason: str) -> None:
    message = bank.coupon_class_message(issuer, **changes)
    assert bank.refusal("coupon.publish", "CouponClass", message, issuer) == reason


def test_only_partners_publish(bank: Any, issuer: Any, shop: Any) -> None:
    message = bank.coupon_class_message(shop)
    assert bank.refusal("coupon.publish", "CouponClass", message, shop) == "membership: role missing"
    message = bank.coupon_class_message(issuer)
    assert bank.refusal("coupon.publish", "CouponClass", message, shop) == "membership: signer may not act"


def test_buying_burns_coins_both_ways(bank: Any, issuer: Any) -> None:
    coupons, key = bank.coupon_class(issuer), rich(bank, issuer, "buyer")
    message = bank.purchase(coupons, key, 2)
    events = bank.relay("coupon.buy_batch", "Purchase", (message, key), (message, key))
    assert names(events) == ["Transfer", "Burnt", "TransferSingle", "CouponIssued", "Repeated"]
    assert events[1].args == {"account": key.address, "amount": 10, "reason": message["purchaseId"]}
    assert events[2].args["owner"] == ZERO
    bank.direct("coupon.buy", "Purchase", bank.purchase(coupons, key), key)
    assert (bank.coins(key), held(bank, coupons, key)) == (85, 3)
    assert bank.read("coupon.classOf", coupons["classId"])[3] == 3
    burnt = bank.read("coin.burnt")
    assert burnt >= 15
    assert bank.read("coin.totalSupply") == bank.read("coin.granted") - burnt
    changed = {**message, "count": 1, "coins": 5}
    assert bank.refusal("coupon.buy", "Purchase", changed, key) == "coupon: id already used"


def test_purchases_are_refused(bank: Any, issuer: Any) -> None:
    coupons = bank.coupon_class(issuer, stock=3)
    key, poor = rich(bank, issuer, "refused buyer"), bank.member("poor")

    def why(key: Any, coupons: dict[str, Any] = coupons, **changes: Any) -> str:
        message = bank.purchase(coupons, key, changes.pop("count", 1), **changes)
        return str(bank.refusal("coupon.buy", "Purchase", message, key))

    assert why(key, {**coupons, "classId": b"\7" * 32}) == "coupon: unknown class"
    assert why(key, count=0) == "coupon: count is zero"
    assert why(key, count=4) == "coupon: sold out"
    assert why(key, coins=4) == "coupon: wrong price"
    assert why(key, deadline=1) == "coupon: deadline passed"
    assert why(key, purchaseId=b"\0" * 32) == "coupon: id already used"
    assert why(key, member=poor.address) == "membership: signer may not act"
    assert why(poor) == "coupon: not enough coins"
    assert why(issuer) == "membership: role missing"
    later = bank.coupon_class(issuer, opensAt=bank.now + 1000, closesAt=bank.now + 1001)
    assert why(key, later) == "coupon: not on sale yet"
    bank.chain.set_time(later["closesAt"] + 1)
    bank.member("tick")
    assert why(key, later) == "coupon: sale is over"
    assert bank.coins(key) == 100


def test_one_batch_never_oversells(bank: Any, issuer: Any) -> None:
    coupons = bank.coupon_class(issuer, stock=3)
    keys = [rich(bank, issuer, f"rush {number}") for number in range(3)]
    batch = [(bank.purchase(coupons, key, 2), key) for key in keys]
    events = bank.relay("coupon.buy_batch", "Purchase", *batch)
    reasons = [event.args["reason"] for event in events if event.name == "Refused"]
    assert reasons == ["coupon: sold out", "coupon: sold out"]
    assert [held(bank, coupons, key) for key in keys] == [2, 0, 0]


def test_premium_coupons_are_for_those_in_a_release(bank: Any, issuer: Any) -> None:
    request = bank.request(bank.survey(), issuer)
    keys = [rich(bank, issuer, f"premium {number}") for number in range(3)]
    consents = [bank.consent(request, key) for key in keys]
    coupons = bank.coupon_class(issuer, premiumRequest=request["requestId"])
    message = bank.purchase(coupons, keys[0])
    assert bank.refusal("coupon.buy", "Purchase", message, keys[0]) == "coupon: premium only"
    bank.send("disclosure.disclose", *bank.release(request, *consents[:2]))
    buy(bank, coupons, keys[0])
    message = bank.purchase(coupons, keys[2])
    assert bank.refusal("coupon.buy", "Purchase", message, keys[2]) == "coupon: premium only"
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(consents[0]), keys[0]))
    buy(bank, coupons, keys[0])
    bank.consent(request, keys[1])
    buy(bank, coupons, keys[1])


def test_redeeming_takes_one_coupon_once_both_ways(bank: Any, issuer: Any, shop: Any) -> None:
    coupons, key = bank.coupon_class(issuer), rich(bank, issuer, "guest")
    buy(bank, coupons, key, 2)
    message = redemption(bank, coupons, shop)
    event = redeem(bank, message, key, shop)
    assert (event.name, event.args["shop"]) == ("CouponRedeemed", shop.address)
    assert redeem(bank, message, key, shop).name == "Repeated"
    direct = redemption(bank, coupons, shop)
    by_shop = bank.sign("coupon", "Redemption", direct, shop)
    events = bank.send("coupon.redeem", fields_of(of(direct, key)), key.address, SALT, by_shop, sender=key)
    assert names(events) == ["TransferSingle", "CouponRedeemed"]
    assert held(bank, coupons, key) == 0
    third = redeem(bank, redemption(bank, coupons, shop), key, shop)
    assert third.args["reason"] == "coupon: no coupon left"


def test_redemptions_are_refused(bank: Any, issuer: Any, shop: Any) -> None:
    coupons, key = bank.coupon_class(issuer), rich(bank, issuer, "turned away")
    buy(bank, coupons, key, 3)
    other_issuer = bank.partner("other issuer")
    other_shop = bank.enrolled("other shop", SHOP, other_issuer.address)
    thief = bank.member("coupon thief")

    def why(key: Any, shop_key: Any, account: Any = None, **changes: Any) -> str:
        message = {**redemption(bank, coupons, shop_key), **changes}
        return str(redeem(bank, message, key, shop_key, account).args["reason"])

    assert why(key, other_shop) == "coupon: not the issuer's shop"
    assert why(key, issuer) == "membership: role missing"
    assert why(key, other_shop, shop=shop.address) == "membership: signer may not act"
    assert why(thief, shop, account=key) == "membership: signer may not act"
    assert why(thief, shop) == "coupon: no coupon left"
    assert why(key, shop, deadline=1) == "coupon: deadline passed"
    assert why(key, shop, classId=b"\7" * 32) == "coupon: unknown class"
    assert why(key, shop, redemptionId=b"\0" * 32) == "coupon: id already used"
    bank.send("membership.suspend", shop.address, b"\1" * 32)
    assert why(key, shop) == "membership: account suspended"
    bank.send("membership.reinstate", shop.address, b"\1" * 32)
    message = redemption(bank, coupons, shop)
    assert redeem(bank, message, key, shop).name == "CouponRedeemed"
    buy(bank, coupons, rich(bank, issuer, "second guest"))
    stolen = redeem(bank, message, bank.key("second guest"), shop)
    assert stolen.args["reason"] == "coupon: id already used"
    changed = {**message, "deadline": message["deadline"] + 1}
    assert redeem(bank, changed, key, shop).args["reason"] == "coupon: id already used"
    bank.chain.set_time(coupons["redeemUntil"] + 1)
    bank.member("tock")
    assert why(key, shop) == "coupon: redemption is over"
    assert held(bank, coupons, key) == 2


def test_a_delegates_words_for_one_member_take_no_coupon_of_another(bank: Any, issuer: Any, shop: Any) -> None:
    """Point 14 of issue 9: one key acts for two members, and whoever carries its words chose whose coupon they took."""
    coupons, guardian = bank.coupon_class(issuer), bank.member("guardian of both")
    child, other = rich(bank, issuer, "a child"), rich(bank, issuer, "another child")
    for member in (child, other):
        buy(bank, coupons, member)
        delegation = (bank.new_id(), member.address, "I let this account act for me", guardian.address, 8)
        names_ = ("delegationId", "account", "statement", "delegate", "scope", "until", "sequence", "deadline")
        words = dict(zip(names_, (*delegation, bank.soon, bank.count, bank.soon), strict=True))
        bank.relay("membership.delegate_batch", "Delegation", (words, member))
    offer = redemption(bank, coupons, shop)
    by_shop = bank.sign("coupon", "Redemption", offer, shop)
    words = of(offer, child)
    by_guardian = bank.sign("coupon", "Redemption", words, guardian)
    for salt in (SALT, NOBODY):
        swapped = (fields_of(words), other.address, salt, by_guardian, by_shop)
        (event,) = bank.send("coupon.redeem_batch", [swapped])
        assert event.args["reason"] == "coupon: words of another member"
    reworded = (fields_of(of(offer, other)), other.address, SALT, by_guardian, by_shop)
    assert bank.send("coupon.redeem_batch", [reworded])[0].args["reason"] == "membership: signer may not act"
    without = (fields_of(offer), ZERO, NOBODY, by_guardian, by_shop)
    assert bank.send("coupon.redeem_batch", [without])[0].args["reason"] == "coupon: words of another member"
    right = (fields_of(words), child.address, SALT, by_guardian, by_shop)
    assert bank.send("coupon.redeem_batch", [right])[-1].name == "CouponRedeemed"
    assert (held(bank, coupons, child), held(bank, coupons, other)) == (0, 1)


def test_coupons_stay_when_the_key_changes(bank: Any, issuer: Any, shop: Any) -> None:
    coupons, account, key = bank.coupon_class(issuer), rich(bank, issuer, "moves"), bank.key("moved")
    buy(bank, coupons, account)
    bank.rotated(account, account, key)
    assert held(bank, coupons, key) == held(bank, coupons, account) == 1
    event = redeem(bank, redemption(bank, coupons, shop), account, shop)
    assert event.args["reason"] == "membership: signer may not act"
    event = redeem(bank, redemption(bank, coupons, shop), key, shop, account)
    assert (event.name, event.args["member"]) == ("CouponRedeemed", account.address)


# ---- ERC-1155 ----


def token(coupons: dict[str, Any]) -> int:
    return int.from_bytes(coupons["classId"])


def test_transfers(bank: Any, issuer: Any) -> None:
    coupons, owner, friend = bank.coupon_class(issuer), rich(bank, issuer, "giver"), bank.member("given to")
    other = bank.coupon_class(issuer)
    buy(bank, coupons, owner, 3)
    buy(bank, other, owner, 1)
    path = "coupon.safeTransferFrom"
    (event,) = bank.send(path, owner.address, friend.address, token(coupons), 1, b"", sender=owner)
    assert (event.name, event.args["amount"]) == ("TransferSingle", 1)
    give = (path, owner.address, friend.address, token(coupons))
    assert reason_of(bank, *give, 3, b"", sender=owner) == "coupon: balance too low"
    assert reason_of(bank, *give, 1, b"", sender=friend) == "coupon: neither owner nor approved"
    stranger = bank.key("stranger").address
    nowhere = (path, owner.address, stranger, token(coupons), 1, b"")
    assert reason_of(bank, *nowhere, sender=owner) == "coupon: receiver not enrolled"
    bank.send("coupon.setApprovalForAll", friend.address, True, sender=owner)
    assert bank.read("coupon.isApprovedForAll", owner.address, friend.address)
    bank.send(*give, 1, b"", sender=friend)
    batch = "coupon.safeBatchTransferFrom"
    ids = [token(coupons), token(other)]
    (event,) = bank.send(batch, owner.address, friend.address, ids, [1, 1], b"", sender=owner)
    assert (event.name, event.args["ids"], event.args["amounts"]) == ("TransferBatch", ids, [1, 1])
    holders = [owner.address, friend.address]
    assert bank.read("coupon.balanceOfBatch", holders, [ids[0], ids[0]]) == [0, 3]
    uneven = (batch, owner.address, friend.address, ids, [1], b"")
    assert reason_of(bank, *uneven, sender=owner) == "coupon: lengths differ"
    with pytest.raises(Exception, match="lengths differ"):
        bank.read("coupon.balanceOfBatch", holders, [1])
    bank.send("membership.suspend", owner.address, b"\1" * 32)
    assert reason_of(bank, *give, 0, b"", sender=friend) == "membership: account suspended"


def test_its_interfaces(bank: Any) -> None:
    for interface in ("01ffc9a7", "d9b67a26", "0e89341c"):
        assert bank.read("coupon.supportsInterface", bytes.fromhex(interface))
    assert not bank.read("coupon.supportsInterface", b"\xff" * 4)
    assert bank.read("coupon.uri", 7) == "urn:azukari:coupon:{id}"


@pytest.fixture(scope="module")
def receiver(bank: Any) -> Any:
    source = Path(__file__).with_name("receiver.vy").read_text(encoding="utf-8")
    output = compile_code(source, output_formats=["abi", "bytecode"])
    factory = bank.chain.w3.eth.contract(abi=output["abi"], bytecode=output["bytecode"])
    receipt = bank._transact(factory.constructor(), bank.operator)
    bank.contracts["receiver"] = bank.chain.w3.eth.contract(receipt["contractAddress"], abi=output["abi"])
    bank.send("membership.enroll", receipt["contractAddress"], CUSTODIAN, ZERO)
    return bank.contracts["receiver"]


@pytest.mark.parametrize(("mode", "accepted"), [(0, True), (1, False), (2, False), (3, False), (4, False), (5, False)])
@pytest.mark.parametrize("batch", [False, True])
def test_receiving_contracts_are_asked_and_cannot_reenter(
    bank: Any, issuer: Any, receiver: Any, mode: int, accepted: bool, batch: bool
) -> None:
    coupons, owner = bank.coupon_class(issuer), rich(bank, issuer, f"sends to contract {mode} {batch}")
    buy(bank, coupons, owner, 2)
    bank.send("receiver.set_mode", mode)
    name = "coupon.safeBatchTransferFrom" if batch else "coupon.safeTransferFrom"
    what = ([token(coupons)], [2]) if batch else (token(coupons), 2)
    call = (name, owner.address, receiver.address, *what, b"hello")
    if accepted:
        assert len(bank.send(*call, sender=owner)) == 1
    else:
        assert reason_of(bank, *call, sender=owner) == "coupon: receiver refused"
    assert held(bank, coupons, receiver.address) == (2 if accepted else 0)
    assert held(bank, coupons, owner) == (0 if accepted else 2)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.integers(0, 4), min_size=1, max_size=5), stock=st.integers(1, 8))
def test_sold_is_what_is_held_and_never_above_the_stock(bank: Any, issuer: Any, counts: list[int], stock: int) -> None:
    coupons = bank.coupon_class(issuer, stock=stock)
    keys = [rich(bank, issuer, f"hypothesis {number}", 20) for number in range(len(counts))]
    before = [bank.coins(key) for key in keys]
    batch = [(bank.purchase(coupons, key, count), key) for key, count in zip(keys, counts, strict=True)]
    bank.relay("coupon.buy_batch", "Purchase", *batch)
    sold, expected = 0, []
    for count in counts:
        bought = count if count and sold + count <= stock else 0
        sold += bought
        expected.append(bought)
    assert [held(bank, coupons, key) for key in keys] == expected
    assert bank.read("coupon.classOf", coupons["classId"])[3] == sold
    spent = [old - bank.coins(key) for old, key in zip(before, keys, strict=True)]
    assert spent == [5 * bought for bought in expected]


def test_coupons_are_sold_and_redeemed_to_the_last_second(bank: Any, issuer: Any, shop: Any) -> None:
    key, last = rich(bank, issuer, "last customer"), bank.now + 50
    coupons = bank.coupon_class(issuer, opensAt=last, closesAt=last, redeemUntil=last + 20)
    messages = [bank.purchase(coupons, key) for _ in range(2)]
    bank.chain.set_time(last)
    assert bank.relay("coupon.buy_batch", "Purchase", (messages[0], key))[-1].name == "CouponIssued"
    (event,) = bank.relay("coupon.buy_batch", "Purchase", (messages[1], key))
    assert event.args["reason"] == "coupon: sale is over"
    bank.chain.set_time(last + 20)
    assert redeem(bank, redemption(bank, coupons, shop), key, shop).name == "CouponRedeemed"
    last = bank.now + 50
    drafts = [bank.coupon_class_message(issuer, opensAt=last, closesAt=last, redeemUntil=last) for _ in range(2)]
    bank.chain.set_time(last)
    assert bank.relay("coupon.publish_batch", "CouponClass", (drafts[0], issuer))[0].name == "CouponClassPublished"
    (event,) = bank.relay("coupon.publish_batch", "CouponClass", (drafts[1], issuer))
    assert event.args["reason"] == "coupon: window is empty"
