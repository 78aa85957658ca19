"""A member's account, documents and passbook."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Paged, Shape
from bank_api.protocol.shapes.policies import BoundCoins


class Me(Shape):
    account: str
    key: str
    roles: list[str]
    name: str | None = None
    coins: int
    bound: Annotated[list[BoundCoins], Field(default_factory=list)]
    """Which of them can be spent with some issuers only."""
    encryption_key: str | None = None


class StoredDocument(Shape):
    box: str
    name: str
    etag: str
    sealed_base64: str
    stored_at: int | None = None


class StoredDocuments(Shape):
    documents: list[StoredDocument]


class PassbookEntry(Shape):
    number: int = 0
    """Its place in the book, from 1 on."""
    time: int
    block_number: int
    transaction_hash: str
    kind: str
    """One of the bank's `LineKind`; the fields below belong to some kinds and not to others."""
    coins: int
    balance: int
    title: str | None = None
    """Of the survey, the coupon or the escrowed document."""
    count: int | None = None
    """How many coupons."""
    state: str | None = None
    """What a consent became."""
    consent_id: str | None = None
    partner: str | None = None
    purpose: str | None = None
    reason: str | None = None
    """Why the bank did it, where it says so."""
    release_id: str | None = None
    k: int | None = None
    counterparty: str | None = None
    """The account on the other side, and its name if it is an organization's."""
    counterparty_name: str | None = None


class Passbook(Paged):
    coins: int
    entries: list[PassbookEntry]
