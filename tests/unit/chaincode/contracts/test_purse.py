"""purse.vy: coins bound to named issuers can be spent there and nowhere else, and cannot be moved."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def city(bank: Any) -> Any:
    """Who gives bound coins away."""
    return bank.partner("city", coins=1_000_000)


@pytest.fixture(scope="module")
def bakery(bank: Any) -> Any:
    return bank.partner("bakery", coins=100)


@pytest.fixture(scope="module")
def cinema(bank: Any) -> Any:
    return bank.partner("cinema", coins=100)


def policy(bank: Any, *issuers: Any) -> bytes:
    policy_id: bytes = bank.new_id()
    (event,) = bank.send("coin.set_policy", policy_id, [issuer.address for issuer in issuers])
    assert event.args["issuers"] == [issuer.address for issuer in issuers]
    return policy_id


def gift(bank: Any, owner: Any, receiver: Any, amount: int, policy_id: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "transferId": bank.new_id(),
        "owner": owner.address,
        "receiver": receiver.address,
        "amount": amount,
        "policyId": policy_id,
        "deadline": bank.soon,
        **changes,
    }


def bind(bank: Any, owner: Any, receiver: Any, amount: int, policy_id: bytes) -> None:
    message = gift(bank, owner, receiver, amount, policy_id)
    events = bank.relay("coin.transfer_bound_batch", "BoundTransfer", (message, owner))
    assert [event.name for event in events] == ["Transfer", "Moved", "Bound"], events


def coupons(bank: Any, issuer: Any, price: int = 10) -> dict[str, Any]:
    return dict(bank.coupon_class(issuer, title="One of ours", price=price, stock=100))


def buy(bank: Any, kind: dict[str, Any], key: Any, count: int = 1) -> str:
    events = bank.relay("coupon.buy_batch", "Purchase", (bank.purchase(kind, key, count), key))
    return str(events[-1].args["reason"]) if events[-1].name == "Refused" else ""


def purse(bank: Any, key: Any) -> tuple[int, int]:
    """All coins, and those of them that are bound."""
    return bank.coins(key), bank.read("coin.boundOf", key.address)


NOT_ENOUGH = "coupon: not enough coins"


def test_bound_coins_are_spent_where_their_policy_says(bank: Any, city: Any, bakery: Any, cinema: Any) -> None:
    policy_id, key = policy(bank, bakery), bank.member("hungry")
    bind(bank, city, key, 30, policy_id)
    assert purse(bank, key) == (30, 30)
    assert bank.read("coin.boundUnder", key.address, policy_id) == 30
    assert bank.read("coin.policyAllows", policy_id, bakery.address)
    assert buy(bank, coupons(bank, cinema), key) == NOT_ENOUGH
    assert buy(bank, coupons(bank, bakery), key, 2) == ""
    assert purse(bank, key) == (10, 10)
    assert buy(bank, coupons(bank, bakery), key, 2) == NOT_ENOUGH
    assert purse(bank, key) == (10, 10)


def test_bound_coins_go_first_and_free_ones_fill_up(bank: Any, city: Any, bakery: Any, cinema: Any) -> None:
    own, both = policy(bank, bakery), policy(bank, bakery, cinema)
    key = bank.member("mixed purse")
    bind(bank, city, key, 6, own)
    bind(bank, city, key, 7, both)
    bank.send("coin.transfer", key.address, 10, sender=city)
    assert purse(bank, key) == (23, 13)
    assert buy(bank, coupons(bank, cinema, 18), key) == NOT_ENOUGH
    assert buy(bank, coupons(bank, cinema, 8), key) == ""
    assert purse(bank, key) == (15, 6)
    assert buy(bank, coupons(bank, bakery, 15), key) == ""
    assert purse(bank, key) == (0, 0)


def test_bound_coins_cannot_be_moved(bank: Any, city: Any, bakery: Any) -> None:
    policy_id, key, friend = policy(bank, bakery), bank.partner("bound partner"), bank.member("friend")
    bind(bank, city, key, 50, policy_id)
    with pytest.raises(Exception, match=r"^coin: coins are bound$"):
        bank.send("coin.transfer", friend.address, 1, sender=key)
    with pytest.raises(Exception, match=r"^coin: balance too low$"):
        bank.send("coin.transfer", friend.address, 51, sender=key)
    with pytest.raises(Exception, match=r"^coin: coins are bound$"):
        bank.send("coin.transfer", friend.address, 50, sender=key)
    again = gift(bank, key, friend, 1, policy_id)
    assert bank.refusal("coin.transfer_bound", "BoundTransfer", again, key) == "coin: coins are bound"
    plain = {name: value for name, value in again.items() if name != "policyId"}
    (event,) = bank.relay("coin.transfer_batch", "CoinTransfer", (plain, key))
    assert event.args["reason"] == "coin: coins are bound"
    bank.send("coin.approve", friend.address, 10, sender=key)
    with pytest.raises(Exception, match=r"^coin: coins are bound$"):
        bank.send("coin.transferFrom", key.address, friend.address, 1, sender=friend)
    request = bank.request_message(bank.survey(), key, personsMaximum=1)
    refusal = bank.refusal("request.file", "DataRequest", request, key)
    assert refusal == "request: not enough coins"
    assert purse(bank, key) == (50, 50)


def test_giving_bound_coins_both_ways_and_refused(bank: Any, city: Any, bakery: Any) -> None:
    policy_id, key, path = policy(bank, bakery), bank.member("given"), "coin.transfer_bound"
    poor = bank.partner("poor city", coins=5)
    message = gift(bank, city, key, 4, policy_id)
    assert [e.name for e in bank.direct(path, "BoundTransfer", message, city)] == ["Transfer", "Moved", "Bound"]
    assert [e.name for e in bank.relay(path + "_batch", "BoundTransfer", (message, city))] == ["Repeated"]

    def why(giver: Any, receiver: Any = key, amount: int = 1, **changes: Any) -> str:
        fields = {**gift(bank, giver, receiver, amount, policy_id), **changes}
        return str(bank.refusal(path, "BoundTransfer", fields, giver))

    assert why(city, transferId=message["transferId"]) == "coin: id already used"
    assert why(city, transferId=b"\0" * 32) == "coin: id already used"
    assert why(city, amount=0) == "coin: amount is zero"
    assert why(poor, amount=6) == "coin: balance too low"
    assert why(poor, amount=2**256 - 1) == "coin: balance too low"
    assert why(city, bank.key("stranger")) == "coin: receiver not enrolled"
    assert why(city, policyId=b"\7" * 32) == "coin: unknown policy"
    assert why(city, deadline=1) == "coin: deadline passed"
    assert why(poor, owner=city.address) == "membership: signer may not act"
    bind(bank, poor, key, 5, policy_id)
    assert bank.coins(poor) == 0


def test_an_account_holds_four_policies_and_spent_ones_make_room(bank: Any, city: Any, bakery: Any) -> None:
    key, kind = bank.member("collector"), coupons(bank, bakery, 5)
    policies = [policy(bank, bakery) for _ in range(5)]
    for policy_id in policies[:4]:
        bind(bank, city, key, 5, policy_id)
    fifth = gift(bank, city, key, 5, policies[4])
    refusal = bank.refusal("coin.transfer_bound", "BoundTransfer", fifth, city)
    assert refusal == "coin: too many policies"
    bind(bank, city, key, 5, policies[2])
    assert buy(bank, kind, key) == ""
    bind(bank, city, key, 5, policies[4])
    assert purse(bank, key) == (25, 25)
    assert buy(bank, kind, key, 5) == ""
    assert purse(bank, key) == (0, 0)


def test_policies_are_named_for_good_by_the_operator(bank: Any, city: Any, bakery: Any) -> None:
    policy_id = policy(bank, bakery)
    call = ("coin.set_policy", policy_id)
    assert [event.name for event in bank.send(*call, [bakery.address])] == ["Repeated"]

    def reason(*call: Any, sender: Any = None) -> str:
        with pytest.raises(Exception, match=r"coin: ") as caught:
            bank.send(*call, sender=sender)
        return str(caught.value)

    assert reason(*call, [city.address]) == "coin: id already used"
    assert reason("coin.set_policy", b"\0" * 32, [city.address]) == "coin: id already used"
    assert reason("coin.set_policy", bank.new_id(), []) == "coin: no issuers"
    nobody = bank.member("no issuer").address
    assert reason("coin.set_policy", bank.new_id(), [nobody]) == "coin: account is no partner"
    assert reason("coin.set_policy", bank.new_id(), [city.address], sender=city) == "coin: not the operator"


def test_only_the_coupon_contract_spends_and_the_world_has_an_end(bank: Any, city: Any) -> None:
    with pytest.raises(Exception, match=r"^coin: not a minter$"):
        bank.send("coin.spend", city.address, 1, city.address, b"\1" * 32, sender=city)
    with pytest.raises(Exception, match=r"^coin: amount too large$"):
        bank.send("coin.sell", city.address, 2**64, bank.new_id())
    with pytest.raises(Exception, match=r"^coin: amount too large$"):
        bank.send("coin.sell", city.address, 2**256 - 1, bank.new_id())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bound=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    free=st.integers(0, 9),
    price=st.integers(1, 40),
)
def test_what_can_be_spent_is_exactly_bound_here_plus_free(
    bank: Any, city: Any, bakery: Any, cinema: Any, bound: list[int], free: int, price: int
) -> None:
    key, here = bank.member(f"spender {bank.count}"), 0
    for place, amount in enumerate(bound):
        issuer = (bakery, cinema)[place % 2]
        here += amount if issuer is bakery else 0
        bind(bank, city, key, amount, policy(bank, issuer))
    if free:
        bank.send("coin.transfer", key.address, free, sender=city)
    refused = buy(bank, coupons(bank, bakery, price), key)
    assert refused == ("" if price <= here + free else NOT_ENOUGH)
    spent = 0 if refused else price
    expected = (sum(bound) + free - spent, sum(bound) - min(spent, here))
    assert purse(bank, key) == expected
