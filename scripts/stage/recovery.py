"""The escrow act: a member entrusts a will 2 of 3, loses the key, and gets the document back with two custodians."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from eth_account import Account
from eth_hash.auto import keccak

from bank_api.protocol.recovery import RecoveryBody
from bank_api.protocol.shapes.escrows import Custodian, EscrowView
from scripts.stage.acts import Story
from scripts.stage.cast import Actor, Company
from wallet_cli.errors import BankProblemError, WalletError
from wallet_cli.signing import escrow as escrowing
from wallet_cli.signing import recovery as recovering

WILL = "遺言: 庭の柿の木は孫に。/ My will: the persimmon tree goes to my grandchild.\n"
DELAY_SECONDS = 2
"""Time for an owner's veto. Two seconds in the demo; days in life."""


@dataclass(frozen=True)
class Recovered:
    """The member under a new key, and the document as it came back."""

    person: Actor
    document: str
    custodians: tuple[str, ...]


def recover(company: Company, story: Story, losing: Callable[[], object] = lambda: None) -> Recovered:
    """Entrust, acknowledge, lose, rotate, ask, wait, contribute, combine. `losing` returns when the key may be lost."""
    person = company.members[0]
    guardian, lawyer = company.others["guardian"], company.others["lawyer"]
    escrow_id = entrust(company, person, [person, guardian, lawyer])
    losing()
    renewed = _lose_key(company, story, person)
    company.members[0] = renewed
    asked = escrowing.ask_opening(renewed.signer, escrow_id, "鍵を失くしました / lost my key")
    receipt = renewed.client.send(asked)
    opening_id = receipt.id
    contribute(guardian, escrow_id, opening_id)
    try:
        _combine(renewed, escrow_id, opening_id)
    except WalletError as refusal:
        story.refusals.append(("recovery with one share of two", str(refusal)))
    else:
        raise AssertionError("one share must not open an escrow of two")
    contribute(lawyer, escrow_id, opening_id)
    document = _combine(renewed, escrow_id, opening_id).decode()
    if document != WILL:
        raise AssertionError("the recovered document is not the one entrusted")
    return Recovered(renewed, document, (guardian.name, lawyer.name))


def entrust(company: Company, person: Actor, holders: list[Actor]) -> str:
    """A will, two of three; every holder verifies and acknowledges its share. The escrow's id."""
    shown = [
        Custodian(account=one.account, name=one.name, encryption_key=one.signer.encryption.public.to_hex())
        for one in holders
    ]
    custodians = [escrowing.known_custodian(one, person.proven.account(one.account)) for one in shown]
    deposit = escrowing.entrust_document(
        person.signer, "遺言 / Will", WILL.encode(), custodians, threshold=2, opening_delay_seconds=DELAY_SECONDS
    )
    escrow_id = person.client.send(deposit).id

    def acknowledge(one: Actor) -> None:
        share = escrowing.receive_share(one.signer, _escrow(one, escrow_id), one.client.escrow.share(escrow_id))
        one.client.send(escrowing.acknowledge_share(one.signer, _escrow(one, escrow_id), share))

    company.everybody(holders, acknowledge, lambda: None)
    return escrow_id


def _lose_key(company: Company, story: Story, person: Actor) -> Actor:
    """Two of three guardians give the account a new key, after a time to veto; the operator tries it alone in vain."""
    guardians = [company.others["guardian"], company.others["lawyer"], company.members[1]]
    named = recovering.name_guardians(person.signer, [one.account for one in guardians], 2, DELAY_SECONDS)
    person.client.send(named)
    renewed = company.actor(person.name, Account.from_key(os.urandom(32)), account=person.account)
    asked = recovering.ask_recovery(renewed.signer, person.account, keccak(os.urandom(32) + b"passport seen"))
    try:
        company.operator.client.recovery.propose(recovering.approve_recovery(company.operator.signer, asked))
    except WalletError as refusal:
        story.refusals.append(("the operator becomes a member", str(refusal)))
    else:
        raise AssertionError("the operator must not replace a member's key")
    for guardian in guardians[:2]:
        asked = recovering.approve_recovery(guardian.signer, asked)
    receipt = guardians[0].client.recovery.begin(asked)
    _complete(renewed, receipt.id, asked)
    return renewed


def _complete(renewed: Actor, recovery_id: str, asked: RecoveryBody) -> None:
    """As soon as nobody can veto any more."""
    for _ in range(20):
        time.sleep(0.5)
        try:
            renewed.client.recovery.complete(recovery_id, asked)
        except BankProblemError as problem:
            if problem.rule != "delay still runs":
                raise
        else:
            return
    raise AssertionError("the recovery never came to its end")


def contribute(custodian: Actor, escrow_id: str, opening_id: str) -> None:
    opening = custodian.client.escrow.opening(opening_id)
    while opening.state == "waiting":
        time.sleep(0.5)
        opening = custodian.client.escrow.opening(opening_id)
    sealed = custodian.client.escrow.share(escrow_id)
    escrow = _escrow(custodian, escrow_id)
    checked = escrowing.check_opening(custodian.signer, escrow, opening, custodian.proven.opening(opening_id))
    share = escrowing.receive_share(custodian.signer, escrow, sealed)
    draft = escrowing.contribute_share(custodian.signer, escrow, checked, share)
    custodian.client.send(draft)


def _combine(person: Actor, escrow_id: str, opening_id: str) -> bytes:
    opening = person.client.escrow.opening(opening_id)
    return escrowing.recover_document(person.signer, _escrow(person, escrow_id), opening)


def _escrow(actor: Actor, escrow_id: str) -> EscrowView:
    shown = next(one for one in actor.client.escrow.escrows() if one.escrow_id == escrow_id)
    return escrowing.check_policy(shown, actor.proven.policy_hash(escrow_id))
