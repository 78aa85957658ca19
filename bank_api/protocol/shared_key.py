"""The release key that the board's members hold in shares: what each of them signs, and what they send.

Deals and confirmations go over the bank, which could put its own in their place: so each is signed by its maker's
wallet, and every wallet checks all of them against keys that the ledger proves (`wallet_cli.signing.shared_key`).
"""

import hashlib
from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Address, Base64, Body, Id, Signature

Threshold = Annotated[int, Field(ge=2, le=16)]


class CeremonyBody(Body):
    key_id: Id
    """New for a new key. That of the standing key deals its shares anew, to the board as it is now."""
    threshold: Threshold
    dealers: Annotated[list[Address], Field(default_factory=list, max_length=16)]
    """Only where shares are dealt anew: which keepers of the present shares deal, as many as the threshold is now."""


class DealBody(Body):
    deal_base64: Base64
    signature: Signature


class ConfirmationBody(Body):
    signature: Signature


class AccountOpeningBody(Body):
    opening_id: Id
    account: Address
    """Whose documents the board is to open, so that they are wrapped to the account's present key."""


class PartBody(Body):
    sealed_base64: Base64
    """The part, sealed to the opening's own key."""


def deal_text(url: str, account: str, key_id: str, epoch: int, deal: bytes) -> str:
    """The text (EIP-191) that a dealer signs. `url` is the bank's own address."""
    return (
        f"I deal for the release key that the board of my information bank at {url} shares.\n\n"
        f"Key: {key_id}\nEpoch: {epoch}\nDeal SHA-256: {hashlib.sha256(deal).hexdigest()}\nAccount: {account}"
    )


def confirmation_text(url: str, account: str, key_id: str, epoch: int, commitments_hash: str) -> str:
    """The text (EIP-191) that a keeper signs who holds a share that fits the terms."""
    return (
        f"I hold my share of the release key that the board of my information bank at {url} shares.\n\n"
        f"Key: {key_id}\nEpoch: {epoch}\nTerms: {commitments_hash}\nAccount: {account}"
    )


def opening_context(opening_id: str, account: str) -> bytes:
    """What a sealed part is bound to."""
    return f"answers-opening:{opening_id.removeprefix('0x')}:{account}".encode()
