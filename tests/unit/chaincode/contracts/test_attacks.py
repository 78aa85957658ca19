"""Attacks carried out against the contracts, each found refused: what one party could once do to another alone."""

from typing import Any

import pytest

COIN, EVERYTHING = 4, 255
REASON = b"\1" * 32


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"[a-z]+: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def let_act(bank: Any, account: Any, delegate: Any, scope: int, seconds: int) -> None:
    message = {
        "delegationId": bank.new_id(),
        "account": account.address,
        "statement": "I let this account act for me",
        "delegate": delegate.address,
        "scope": scope,
        "until": bank.now + seconds,
        "deadline": bank.soon,
    }
    bank.relay("membership.delegate_batch", "Delegation", (message, account))


def permit(bank: Any, owner: Any, spender: Any, signer: Any, amount: int) -> list[Any]:
    nonce = bank.read("coin.nonces", owner.address)
    deadline = bank.now + 10_000_000
    values = (owner.address, spender.address, amount, nonce, deadline)
    message = dict(zip(("owner", "spender", "value", "nonce", "deadline"), values, strict=True))
    r, s, v = bank.sign("coin", "Permit", message, signer)
    return [owner.address, spender.address, amount, deadline, v, r, s]


def test_a_delegate_leaves_no_permit_behind_that_outlives_its_mandate(bank: Any) -> None:
    elder, carer = bank.partner("elder with coins", coins=100), bank.member("carer")
    let_act(bank, elder, carer, EVERYTHING, seconds=500)
    signed = permit(bank, elder, carer, signer=carer, amount=100)
    assert refused(bank, "coin.permit", *signed, sender=carer) == "membership: signer may not act"
    bank.chain.advance(1_000)
    take = ("coin.transferFrom", elder.address, carer.address, 100)
    assert refused(bank, *take, sender=carer) == "coin: allowance too low"
    bank.send("coin.permit", *permit(bank, elder, carer, signer=elder, amount=1), sender=carer)
    assert bank.read("coin.allowance", elder.address, carer.address) == 1
