"""Escrows, their custodians and openings."""

from typing import Any

from pydantic import Field

from bank_api.protocol.fields import Paged, Shape


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
    policy: dict[str, Any]
    """The words that the owner signed; the ledger keeps their hash."""
    state: str
    commitments_hash: str
    document_hash: str
    acknowledged: list[str | None]
    document_base64: str
    commitments_base64: str
    openings: list[str]
    """Ids of the openings asked for so far."""
    heir: str | None = None
    """Who may ask for an opening besides owner and custodians."""
    replaces: str | None = None
    """The escrow that this one ends when it becomes active."""
    replaced_by: str | None = None


class Escrows(Paged):
    escrows: list[EscrowView]


class SealedShare(Shape):
    sealed_base64: str
    commitments_base64: str


class SealedContribution(Shape):
    custodian: str
    sealed_base64: str


class OpeningRefusal(Shape):
    """A custodian who will not contribute, unless they change their mind."""

    custodian: str
    reason: str | None = None
    """For whoever asked for the opening, and for the custodian's own eyes."""
    refused_at: int


class OpeningView(Shape):
    opening_id: str
    escrow_id: str
    requester: str
    requester_name: str | None = None
    """As the bank has it: for whoever must judge whether to contribute."""
    state: str
    reason: str = ""
    ready_at: int
    recipient_key: str
    request: dict[str, Any]
    """The words that the requester signed; the ledger keeps their hash."""
    contributions: list[SealedContribution] | None = None
    refusals: list[OpeningRefusal] = Field(default_factory=list)
