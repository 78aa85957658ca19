"""An escrow's shares dealt anew from hand to hand: a custodian joins, leaves or is replaced; nobody sees the secret.

1. the owner names the next custodians in a signed file
2. as many present custodians as it takes deal: each checks that the word is the owner's, by the ledger's key
3. the owner checks the deals against the present terms and signs the policy that takes the old one's place

The old escrow ends when every next custodian has acknowledged. Old shares still fit together: who must be shut out for
good wants the document entrusted anew (`azukari escrow create --replaces`).
"""

import base64
from collections.abc import Sequence
from typing import Annotated

from eth_account import Account
from eth_account.messages import encode_defunct
from pydantic import Field

from bank_api.protocol.acts import EscrowPolicyParts, SealedShareBody
from bank_api.protocol.fields import Address, Body, Id, Signature, Time
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.escrows import EscrowView
from chaincode.ids import NOBODY, id_from_hex, to_hex
from chaincode.keys import sign_text
from chaincode.typed_data import EscrowPolicy
from pds_adapter.escrow.document import with_terms
from pds_adapter.escrow.resharing import Deal, deal_anew, terms_after
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.sealing.canonical import canonical_json
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.proven import ProvenAccount
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.escrow import KnownCustodian, document_of, holder_index
from wallet_cli.signing.pieces import pack_pieces
from wallet_cli.signing.signer import Signer, from_base64, to_base64

ROUND_SECONDS = 7 * 86_400
"""How long custodians may deal for an owner's word."""
CUSTODIANS_MAX = 16


class Round(Body):
    """The owner's word: who holds the shares next, how many of them open, and who of the present deals."""

    escrow_id: Id
    custodians: Annotated[list[Address], Field(min_length=2, max_length=CUSTODIANS_MAX)]
    threshold: Annotated[int, Field(ge=2, le=CUSTODIANS_MAX)]
    dealers: Annotated[list[Address], Field(min_length=2, max_length=CUSTODIANS_MAX)]
    until: Time
    signature: Signature


class Dealt(Body):
    """What one present custodian deals, for the owner."""

    escrow_id: Id
    deal_base64: Annotated[str, Field(max_length=262_144)]


def round_text(escrow_id: str, custodians: Sequence[str], threshold: int, dealers: Sequence[str], until: int) -> str:
    """The text (EIP-191) that the owner's key signs."""
    return (
        f"Deal the shares of my escrow {escrow_id} anew.\n\n"
        f"Next custodians, in this order: {', '.join(custodians)}\nHow many of them open it: {threshold}\n"
        f"Present custodians who deal: {', '.join(dealers)}\nGood until: {until}"
    )


@translated_errors()
def open_round(
    signer: Signer, escrow: EscrowView, custodians: Sequence[str], threshold: int, dealers: Sequence[str]
) -> Round:
    """For an escrow that `check_policy` let pass. Raises InputError for who deals without a share, or too few."""
    if escrow.owner != signer.account:
        raise InputError("ESCROW", said("rule-reshare-owner"))
    if not 2 <= threshold <= len(custodians):
        raise InputError("--threshold", said("rule-threshold", high=len(custodians)))
    if len(set(custodians)) != len(custodians):
        raise InputError("--join", said("rule-two-shares"))
    if len(set(dealers)) != escrow.threshold or not set(dealers) <= set(escrow.custodians):
        raise InputError("--dealer", said("rule-dealers", needed=escrow.threshold))
    until = signer.now() + ROUND_SECONDS
    text = round_text(escrow.escrow_id, custodians, threshold, dealers, until)
    return Round(
        escrow_id=escrow.escrow_id,
        custodians=list(custodians),
        threshold=threshold,
        dealers=list(dealers),
        until=until,
        signature=to_hex(bytes(sign_text(text, signer.key))),
    )


def check_round(asked: Round, escrow: EscrowView, owner: ProvenAccount, now: int) -> None:
    """Refuse a word that is not the owner's, by the key that the ledger has of that account, or is too old.

    Nothing is dealt for an account that rests or is suspended: whoever is about to take it over could have signed.
    """
    text = round_text(asked.escrow_id, asked.custodians, asked.threshold, asked.dealers, asked.until)
    try:
        key = Account.recover_message(encode_defunct(text=text), signature=asked.signature)
    except Exception as error:  # eth_account and eth_keys raise what they like about a signature
        raise EvidenceError(said("error-round-not-owners")) from error
    if owner.account != escrow.owner or key != owner.word.key or asked.escrow_id != escrow.escrow_id:
        raise EvidenceError(said("error-round-not-owners"))
    if not owner.word.is_active:
        raise EvidenceError(said("error-round-resting"), said("hint-round-resting"))
    if now > asked.until:
        raise InputError("ROUND", said("rule-round-over"))


def check_dealer(account: str, asked: Round) -> None:
    """Before a share is opened, or anybody is asked: who is not to deal needs no share either."""
    if account not in asked.dealers:
        raise InputError("ROUND", said("rule-no-dealer"))


@translated_errors()
def deal(
    signer: Signer, escrow: EscrowView, asked: Round, custodians: Sequence[KnownCustodian], share: EscrowShare
) -> Dealt:
    """This custodian's deal, for a round that `check_round` let pass and a share that `receive_share` verified."""
    check_dealer(signer.account, asked)
    if [one.account for one in custodians] != asked.custodians:
        raise EvidenceError(said("error-terms-and-policy"))
    terms = document_of(escrow).terms
    quorum = [holder_index(escrow, account) for account in asked.dealers]
    keys = [one.key for one in custodians]
    made = deal_anew(share, terms, quorum, keys, asked.threshold, signer.randomness)
    return Dealt(escrow_id=escrow.escrow_id, deal_base64=base64.b64encode(made.to_bytes()).decode())


@translated_errors()
def close_round(
    signer: Signer,
    escrow: EscrowView,
    asked: Round,
    dealt: Sequence[Dealt],
    custodians: Sequence[KnownCustodian],
    heir: str | None = None,
) -> Draft[EscrowPolicy, EscrowPolicyParts]:
    """The escrow that takes the old one's place, every deal checked; a false one names its dealer.

    `heir`: another than before; None keeps who it was.
    """
    deals = [Deal.from_bytes(from_base64(one.deal_base64, "deal_base64")) for one in dealt]
    document = document_of(escrow)
    after = terms_after(deals, document.terms)
    keys = tuple(one.key for one in custodians)
    accounts = [one.account for one in custodians]
    if (after.custodians, after.threshold, accounts) != (keys, asked.threshold, asked.custodians):
        raise EvidenceError(said("error-deals-and-round"))
    before = EscrowPolicy.from_json(escrow.policy)
    policy = EscrowPolicy(
        escrow_id=signer.new_id(),
        owner=signer.account,
        threshold=asked.threshold,
        custodians=tuple(accounts),
        commitments_hash=after.commitments_hash,
        document_hash=document.document_hash,
        opening_delay_seconds=before.opening_delay_seconds,
        heir=heir or escrow.heir or NOBODY,
        replaces=id_from_hex(escrow.escrow_id, "escrow_id"),
        deadline=signer.deadline(),
    )
    packed = to_base64(pack_pieces(document.terms, deals))
    parts = EscrowPolicyParts(
        title=escrow.title,
        document_base64=to_base64(with_terms(document, after).to_bytes()),
        commitments_base64=to_base64(canonical_json(after.to_json())),
        shares=[SealedShareBody(custodian=account, sealed_base64=packed) for account in accounts],
    )
    return Draft(signer.sign(policy), parts)
