"""coin.vy: who makes coins, how they move, permit, relayed transfers, and the ERC-20 arithmetic."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ZERO = "0x" + "00" * 20
LARGEST = 2**256 - 1


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"(coin|membership): ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def balanced(bank: Any) -> bool:
    supply = bank.read("coin.totalSupply")
    return bool(supply == bank.read("coin.granted") - bank.read("coin.burnt"))


def permit(bank: Any, owner: Any, spender: Any, signer: Any = None, **changes: Any) -> list[Any]:
    message = {
        "owner": owner.address,
        "spender": spender.address,
        "value": 40,
        "nonce": bank.read("coin.nonces", owner.address),
        "deadline": bank.soon,
        **changes,
    }
    r, s, v = bank.sign("coin", "Permit", message, signer or owner)
    return [message["owner"], message["spender"], message["value"], message["deadline"], v, r, s]


def transfer(bank: Any, owner: Any, receiver: Any, amount: int, **changes: Any) -> dict[str, Any]:
    return {
        "transferId": bank.new_id(),
        "owner": owner.address,
        "receiver": receiver.address,
        "amount": amount,
        "deadline": bank.soon,
        **changes,
    }


def test_its_face(bank: Any) -> None:
    assert bank.read("coin.name") == "Azukari coin"
    assert bank.read("coin.symbol") == "AZC"
    assert bank.read("coin.decimals") == 0
    assert bank.read("coin.sealed")


def test_a_partner_buys_coins_once_per_invoice(bank: Any) -> None:
    partner, invoice = bank.partner("buyer"), bank.new_id()
    events = bank.send("coin.sell", partner.address, 70, invoice)
    assert [event.name for event in events] == ["Issued", "Transfer", "Granted"]
    assert events[2].args == {"account": partner.address, "amount": 70, "reason": invoice}
    assert [event.name for event in bank.send("coin.sell", partner.address, 70, invoice)] == ["Repeated"]
    assert bank.coins(partner) == 70
    assert refused(bank, "coin.sell", partner.address, 71, invoice) == "coin: id already used"
    assert balanced(bank)


def test_sales_are_refused(bank: Any) -> None:
    partner, member = bank.partner("sale"), bank.member("no buyer")
    sell = "coin.sell"
    assert refused(bank, sell, member.address, 1, bank.new_id()) == "coin: account is no partner"
    assert refused(bank, sell, partner.address, 0, bank.new_id()) == "coin: amount is zero"
    assert refused(bank, sell, partner.address, 2**128, bank.new_id()) == "coin: amount too large"
    assert refused(bank, sell, partner.address, 1, b"\0" * 32) == "coin: id already used"
    arguments = (partner.address, 1, bank.new_id())
    assert refused(bank, sell, *arguments, sender=member) == "coin: not the operator"


def test_only_the_banks_contracts_make_burn_and_move(bank: Any) -> None:
    anybody, reason = bank.operator.address, b"\1" * 32
    for call in (
        ("coin.grant", anybody, 1, reason),
        ("coin.grant_batch", [(anybody, 1, reason)]),
        ("coin.burn", anybody, 0, reason),
        ("coin.move", anybody, anybody, 0, reason),
        ("coin.move_batch", anybody, []),
    ):
        assert refused(bank, *call) == "coin: not a minter"


def test_minters_are_settled_for_good(bank: Any) -> None:
    survey = bank.address("survey")
    assert bank.send("coin.set_minter", survey, 1) == []
    assert bank.send("coin.seal_minters") == []
    assert refused(bank, "coin.set_minter", survey, 3) == "coin: minters sealed"
    assert refused(bank, "coin.set_minter", bank.operator.address, 1) == "coin: minters sealed"
    member = bank.member("would mint")
    assert refused(bank, "coin.set_minter", survey, 1, sender=member) == "coin: not the operator"
    assert refused(bank, "coin.seal_minters", sender=member) == "coin: not the operator"


def test_transfers_are_between_the_enrolled(bank: Any) -> None:
    giver, taker = bank.partner("giver", coins=50), bank.member("taker")
    (event,) = bank.send("coin.transfer", taker.address, 20, sender=giver)
    assert event.args == {"sender": giver.address, "receiver": taker.address, "value": 20}
    assert (bank.coins(giver), bank.coins(taker)) == (30, 20)
    send = "coin.transfer"
    assert refused(bank, send, taker.address, 31, sender=giver) == "coin: balance too low"
    stranger = bank.key("stranger")
    assert refused(bank, send, stranger.address, 1, sender=giver) == "coin: receiver not enrolled"
    assert refused(bank, send, ZERO, 1, sender=giver) == "coin: receiver not enrolled"
    assert refused(bank, send, bank.address("coin"), 1, sender=giver) == "coin: receiver not enrolled"
    assert refused(bank, send, giver.address, 0, sender=stranger) == "membership: account not enrolled"
    bank.send(send, giver.address, 30, sender=giver)
    assert bank.coins(giver) == 30
    assert balanced(bank)


def test_a_suspended_account_neither_sends_nor_lets_send(bank: Any) -> None:
    owner, spender = bank.partner("frozen", coins=10), bank.member("spender of frozen")
    bank.send("coin.approve", spender.address, 10, sender=owner)
    bank.send("membership.suspend", owner.address, b"\1" * 32)
    target = spender.address
    assert refused(bank, "coin.transfer", target, 1, sender=owner) == "membership: account suspended"
    spend = ("coin.transferFrom", owner.address, target, 1)
    assert refused(bank, *spend, sender=spender) == "membership: account suspended"
    bank.send("membership.reinstate", owner.address, b"\1" * 32)
    bank.send(*spend, sender=spender)
    assert bank.coins(owner) == 9


def test_coins_stay_with_the_account_when_its_key_changes(bank: Any) -> None:
    account, key, friend = bank.partner("keeps coins", coins=10), bank.key("next key"), bank.member("friend")
    bank.rotated(account, account, key)
    assert bank.coins(account) == bank.coins(key) == 10
    reason = refused(bank, "coin.transfer", friend.address, 1, sender=account)
    assert reason == "membership: signer may not act"
    bank.send("coin.transfer", friend.address, 4, sender=key)
    bank.send("coin.transfer", key.address, 1, sender=friend)
    assert bank.coins(account) == bank.coins(key) == 7


def test_allowances(bank: Any) -> None:
    owner, spender = bank.partner("allows", coins=100), bank.member("spends")
    (event,) = bank.send("coin.approve", spender.address, 30, sender=owner)
    assert event.args == {"owner": owner.address, "spender": spender.address, "value": 30}
    spend = ("coin.transferFrom", owner.address, spender.address)
    bank.send(*spend, 10, sender=spender)
    assert bank.read("coin.allowance", owner.address, spender.address) == 20
    assert refused(bank, *spend, 21, sender=spender) == "coin: allowance too low"
    bank.send(*spend, 20, sender=spender)
    assert bank.read("coin.allowance", owner.address, spender.address) == 0
    bank.send("coin.approve", spender.address, LARGEST, sender=owner)
    bank.send(*spend, 70, sender=spender)
    assert bank.read("coin.allowance", owner.address, spender.address) == LARGEST
    assert refused(bank, *spend, 1, sender=spender) == "coin: balance too low"
    stranger = bank.key("stranger")
    bank.send("coin.approve", stranger.address, 1, sender=spender)
    spend = ("coin.transferFrom", spender.address, owner.address, 1)
    assert refused(bank, *spend, sender=stranger) == "membership: account not enrolled"


def test_permit(bank: Any) -> None:
    owner, spender = bank.partner("permits", coins=100), bank.member("permitted")
    arguments = permit(bank, owner, spender)
    bank.send("coin.permit", *arguments, sender=spender)
    assert bank.read("coin.allowance", owner.address, spender.address) == 40
    assert bank.read("coin.nonces", owner.address) == 1
    replayed = refused(bank, "coin.permit", *arguments)
    assert replayed == "membership: signer may not act"
    assert refused(bank, "coin.permit", *permit(bank, owner, spender, signer=spender)) == replayed
    assert refused(bank, "coin.permit", *permit(bank, owner, spender, deadline=1)) == "coin: deadline passed"
    last = bank.now + 10
    arguments = permit(bank, owner, spender, value=7, deadline=last)
    bank.chain.set_time(last)
    bank.send("coin.permit", *arguments)
    assert bank.read("coin.allowance", owner.address, spender.address) == 7
    high_s = [*permit(bank, owner, spender)[:-1], b"\xff" * 32]
    assert refused(bank, "coin.permit", *high_s) == "coin: signature malformed"


def test_relayed_transfers(bank: Any) -> None:
    owner, friend = bank.partner("relays", coins=10), bank.member("relayed to")
    message = transfer(bank, owner, friend, 6)
    events = bank.relay("coin.transfer_batch", "CoinTransfer", (message, owner), (message, owner))
    assert [event.name for event in events] == ["Transfer", "Moved", "Repeated"]
    assert (bank.coins(owner), bank.coins(friend)) == (4, 6)

    def reason(message: dict[str, Any], key: Any) -> str:
        (event,) = bank.relay("coin.transfer_batch", "CoinTransfer", (message, key))
        return str(event.args["reason"])

    assert reason({**message, "amount": 1}, owner) == "coin: id already used"
    assert reason(transfer(bank, owner, friend, 1, transferId=b"\0" * 32), owner) == "coin: id already used"
    assert reason(transfer(bank, owner, friend, 5), owner) == "coin: balance too low"
    assert reason(transfer(bank, owner, friend, LARGEST), owner) == "coin: balance too low"
    assert reason(transfer(bank, owner, friend, 1), friend) == "membership: signer may not act"
    assert reason(transfer(bank, owner, friend, 1, deadline=1), owner) == "coin: deadline passed"
    assert reason(transfer(bank, owner, bank.key("stranger"), 1), owner) == "coin: receiver not enrolled"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 60)), max_size=6))
def test_whatever_is_transferred_nothing_is_made_or_lost(bank: Any, moves: list[tuple[int, int, int]]) -> None:
    keys = [bank.partner(f"trader {number}") for number in range(3)]
    if not sum(bank.coins(key) for key in keys):
        bank.send("coin.sell", keys[0].address, 100, bank.new_id())
    before = [bank.coins(key) for key in keys]
    expected = list(before)
    batch = []
    for source, target, amount in moves:
        batch.append((transfer(bank, keys[source], keys[target], amount), keys[source]))
        if expected[source] >= amount:
            expected[source] -= amount
            expected[target] += amount
    bank.relay("coin.transfer_batch", "CoinTransfer", *batch)
    assert [bank.coins(key) for key in keys] == expected
    assert sum(expected) == sum(before)
