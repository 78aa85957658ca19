"""Escrows, their custodians and openings."""

from bank_api.protocol.fields import Shape


class Custodian(Shape):
    account: str
    name: str
    encryption_key: str


class Custodians(Shape):
    custodians: list[Custodian]


class EscrowView(Shape):
    escrow_id: str
    owner: str
    title: str
    threshold: int
    custodians: list[str]
    state: str
    commitments_hash: str | None = None
    """From the owner's signed policy, if the bank shows it; the contract compares it in any case."""
    document_hash: str | None = None
    acknowledged: list[str | None]
    document_base64: str
    commitments_base64: str
    openings: list[str]
    """Ids of the openings asked for so far."""


class Escrows(Shape):
    escrows: list[EscrowView]


class SealedShare(Shape):
    sealed_base64: str
    commitments_base64: str


class SealedContribution(Shape):
    custodian: str
    sealed_base64: str


class OpeningView(Shape):
    opening_id: str
    escrow_id: str
    requester: str
    state: str
    reason: str = ""
    ready_at: int
    recipient_key: str
    contributions: list[SealedContribution] | None = None
