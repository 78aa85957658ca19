"""The release key as it is held, and what the board is asked to open."""

from typing import Any, Literal

from bank_api.protocol.fields import Shape


class Keeper(Shape):
    account: str
    name: str
    encryption_key: str
    deals: bool
    """Whether a deal of this one is still needed."""
    confirmation: str | None = None
    """The signature by which this one confirmed its share."""


class SignedDeal(Shape):
    account: str
    deal_base64: str
    signature: str


class KeyEpoch(Shape):
    key_id: str
    epoch: int
    threshold: int
    state: Literal["dealing", "confirming", "standing"]
    keepers: list[Keeper]
    """In the order of their shares."""
    dealers: list[str]
    former_keepers: list[str]
    """Accounts, in the order of the shares that are dealt anew; empty for a new key."""
    former_terms: dict[str, Any] | None = None
    """Public terms of the epoch whose shares are dealt anew."""
    terms: dict[str, Any] | None = None
    deals: list[SignedDeal]
    begun_at: int
    stands_at: int | None = None
    passed_at: int | None = None


class ReleaseKeyView(Shape):
    held_by: Literal["bank", "board"]
    standing: KeyEpoch | None = None
    ceremony: KeyEpoch | None = None


class OpeningOrder(Shape):
    """How the operator last signed the release that waits; the board opens answers, whichever it is."""

    k: int | None
    suppression_limit: float
    come_and_go: bool | None


class OpeningSummary(Shape):
    opening_id: str
    kind: Literal["release", "account"]
    subject: str
    """The request, or the account."""
    key_id: str
    epoch: int
    threshold: int
    documents: int
    asked_at: int
    public_key: str
    given_by: list[str]
    """Accounts of those who contributed."""
    order: OpeningOrder | None = None


class OpeningSummaries(Shape):
    openings: list[OpeningSummary]


class ListedDocument(Shape):
    owner: str
    box: str
    name: str
    shared_base64: str


class OpeningList(OpeningSummary):
    listed: list[ListedDocument]


class AccountOpened(Shape):
    opening_id: str
    account: str
    documents_wrapped: int
