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
        "sequence": bank.count,
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


def test_a_delegate_leaves_no_permit_behind_that_outlives_its_delegation(bank: Any) -> None:
    elder, carer = bank.partner("elder with coins", coins=100), bank.member("carer")
    let_act(bank, elder, carer, EVERYTHING, seconds=500)
    signed = permit(bank, elder, carer, signer=carer, amount=100)
    assert refused(bank, "coin.permit", *signed, sender=carer) == "membership: signer may not act"
    bank.chain.advance(1_000)
    take = ("coin.transferFrom", elder.address, carer.address, 100)
    assert refused(bank, *take, sender=carer) == "coin: allowance too low"
    bank.send("coin.permit", *permit(bank, elder, carer, signer=elder, amount=1), sender=carer)
    assert bank.read("coin.allowance", elder.address, carer.address) == 1


def withdraw(bank: Any, consent: dict[str, Any], key: Any) -> list[str]:
    events = bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(consent), key))
    return [event.name if event.name != "Refused" else event.args["reason"] for event in events]


def consented(bank: Any, name: str) -> tuple[dict[str, Any], list[Any], list[dict[str, Any]]]:
    """An approved request, three members and their consents to it."""
    request = bank.request(bank.survey(), bank.partner(f"partner of {name}", coins=1_000))
    members = [bank.member(f"{name} {number}") for number in range(3)]
    return request, members, [bank.consent(request, member) for member in members]


def test_who_is_suspended_is_in_no_release_and_may_still_withdraw(bank: Any) -> None:
    request, members, consents = consented(bank, "suspended")
    bank.send("membership.suspend", members[0].address, REASON)
    why = refused(bank, "disclosure.disclose", *bank.release(request, *consents))
    assert why == "consent: member suspended or gone"
    asked = (consents[0]["consentId"], request["requestId"], request["items"])
    assert not bank.read("consent.isLive", *asked)
    assert bank.read("consent.whyNotLive", *asked) == why
    assert withdraw(bank, consents[0], members[0]) == ["ConsentChanged"]
    bank.send("membership.suspend", members[1].address, REASON)
    assert bank.read("membership.mayWrite", members[1].address)
    own = bank.withdrawal(consents[1])
    (event,) = bank.direct("consent.withdraw", "Withdrawal", own, members[1])
    assert event.args["state"] == 5


def test_who_is_dismissed_is_in_no_release_and_may_still_withdraw(bank: Any) -> None:
    request, members, consents = consented(bank, "dismissed")
    bank.send("membership.dismiss", members[0].address, 1, REASON)
    why = refused(bank, "disclosure.disclose", *bank.release(request, *consents))
    assert why == "consent: member suspended or gone"
    assert withdraw(bank, consents[0], members[1]) == ["membership: signer may not act"]
    assert withdraw(bank, consents[0], members[0]) == ["ConsentChanged"]


def test_a_large_release_is_not_closed_over_somebody_who_was_suspended_meanwhile(bank: Any) -> None:
    request, members, consents = consented(bank, "gathered")
    ids = sorted(consent["consentId"] for consent in consents)
    release, again = bank.new_id(), bank.new_id()
    heading = (request["requestId"], request["items"], bank.now + 1_000)
    payload = (REASON, REASON, 3, 0, 2)
    bank.send("disclosure.open_release", release, *heading)
    bank.send("disclosure.add_consents", release, ids)
    bank.send("membership.suspend", bank.member("bystander").address, REASON)
    assert refused(bank, "disclosure.close_release", release, *payload) == "disclosure: somebody left meanwhile"
    bank.send("membership.suspend", members[2].address, REASON)
    bank.send("membership.reinstate", members[2].address, REASON)
    assert refused(bank, "disclosure.close_release", release, *payload) == "disclosure: somebody left meanwhile"
    bank.send("disclosure.abandon_release", release)
    bank.send("disclosure.open_release", again, *heading)
    bank.send("membership.dismiss", bank.enrolled("clerk", 32).address, 32, REASON)
    bank.send("disclosure.add_consents", again, ids)
    events = bank.send("disclosure.close_release", again, *payload)
    assert events[-1].name == "Disclosed"


def test_who_is_suspended_cannot_be_gathered(bank: Any) -> None:
    request, members, consents = consented(bank, "not gathered")
    release = bank.new_id()
    bank.send("membership.suspend", members[1].address, REASON)
    bank.send("disclosure.open_release", release, request["requestId"], request["items"], bank.now + 1_000)
    add = ("disclosure.add_consents", release, [consents[1]["consentId"]])
    assert refused(bank, *add) == "consent: member suspended or gone"


@pytest.mark.parametrize("trap", ["suspend", "dismiss"])
def test_an_owner_vetoes_whatever_the_operator_does_to_it(bank: Any, trap: str) -> None:
    owner = bank.member(f"owner to {trap}")
    custodians = [bank.enrolled(f"custodian {number}", 32) for number in range(3)]
    policy = {
        "escrowId": bank.new_id(),
        "owner": owner.address,
        "threshold": 2,
        "custodians": [custodian.address for custodian in custodians],
        "commitmentsHash": REASON,
        "documentHash": REASON,
        "openingDelaySeconds": 100,
        "heir": "0x" + "00" * 20,
        "replaces": b"\0" * 32,
        "deadline": bank.soon,
    }
    bank.relay("escrow.create_batch", "EscrowPolicy", (policy, owner))
    for custodian in custodians:
        receipt = {"escrowId": policy["escrowId"], "custodian": custodian.address, "commitmentsHash": REASON}
        bank.relay("escrow.acknowledge_batch", "ShareReceipt", ({**receipt, "deadline": bank.soon}, custodian))
    opening = {
        "openingId": bank.new_id(),
        "escrowId": policy["escrowId"],
        "requester": custodians[0].address,
        "recipientKeyHash": REASON,
        "reasonHash": REASON,
        "deadline": bank.soon,
    }
    bank.relay("escrow.request_opening_batch", "OpeningRequest", (opening, custodians[0]))
    if trap == "suspend":
        bank.send("membership.suspend", owner.address, REASON)
    else:
        bank.send("membership.dismiss", owner.address, 1, REASON)
    veto = {"openingId": opening["openingId"], "owner": owner.address, "deadline": bank.soon}
    (event,) = bank.relay("escrow.veto_batch", "Veto", (veto, custodians[0]))
    assert event.args["reason"] == "membership: signer may not act"
    (event,) = bank.relay("escrow.veto_batch", "Veto", (veto, owner))
    assert event.name == "OpeningVetoed"
