"""A partner's statement of a stretch of time: every coin of its account, and what became of the coins it locked."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Shape


class StatementLine(Shape):
    time: int
    kind: str
    """As in a passbook."""
    coins: int
    balance: int
    purpose: str | None = None
    block_number: int
    transaction_hash: str


class RequestStatement(Shape):
    """Coins behind one request: those locked before and during, paid to members, come back, and left at the end."""

    request_id: str
    purpose: str
    locked: int
    paid: int
    returned: int
    left: int


class CouponStatement(Shape):
    """One class of coupons: what was bought, given and used meanwhile, and what there is at the end."""

    class_id: str
    title: str
    price_coins: int
    premium_purpose: str | None = None
    """What the request was for whose members alone may have it; None where everybody may."""
    closes_at: int
    redeem_until: int
    stock: int
    """How many there ever are."""
    sold: int
    coins: int
    """What members spent on them, which no longer exist: coins are burnt for coupons."""
    given: int
    """As gifts, by the partner's order."""
    redeemed: int
    left: int
    """Of the stock, at the end."""
    unused: int
    """In members' hands, at the end."""


class ReleaseAccess(Shape):
    """One handing over of a sealed release, or of a part of it."""

    time: int
    release_id: str
    reader: str
    """The account that asked: the partner's own, or one of its team."""
    reader_name: str | None = None
    first_byte: int
    """0 of a whole one; else where it went on."""
    sent_bytes: int


class Statement(Shape):
    account: str
    since: int
    until: int
    opening: int
    closing: int
    lines: list[StatementLine]
    requests: list[RequestStatement]
    coupons: Annotated[list[CouponStatement], Field(default_factory=list)]
    accesses: Annotated[list[ReleaseAccess], Field(default_factory=list)]
    """What was fetched of the partner's releases: the bank's own word, since a reading costs no coins."""
    ledger_coins: int
    """What the ledger says the account has now."""
    ledger_locked: int
    """And what is behind its requests now."""
    reconciled: bool
    """Whether all lines up to now come to exactly that, and all coupons to the contract's counts."""
