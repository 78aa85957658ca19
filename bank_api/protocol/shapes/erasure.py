"""What an erasure will do, told before it is asked for, and what one has done."""

from bank_api.protocol.fields import Shape


class ReleaseOut(Shape):
    """A release that the member's data is in: out of the bank's hands, until its partner deletes it."""

    release_id: str
    recipient: str | None
    deletion_due: int | None
    deleted_at: int | None


class ErasurePlan(Shape):
    """First what the member's wallet signs, then what is destroyed, then what stays and why."""

    account: str
    consents: list[str]
    """Ids of consents in force: each is withdrawn by the member's own signature."""
    coins: int
    """Go back to the bank by the member's own signature."""
    coins_bound: int
    """Bound to shops by a policy, or out of reach because the account is suspended: they lapse."""
    coupons: int
    """Not used: they lapse."""
    documents: int | None
    """Destroyed with all that opens them; None where their server does not answer now."""
    place: str
    escrows: int
    """Destroyed with all shares of their keys."""
    releases: list[ReleaseOut]
    shares_kept: int
    """Shares of other people's escrows that this member keeps as a custodian."""
    stays: list[str]
    """One of the bank's `StaysKind` each."""


class Erased(Shape):
    """Everything is destroyed. The token that asked opens nothing any more."""

    account: str
    erased_at: int
    documents: int
    wraps: int
    """Ways to open a document: the member's own and the bank's, for each."""
    series: int
    """Surveys in whose history of releases the person's name was replaced."""
    escrows: int
    block_number: int | None = None
    transaction_hash: str | None = None
    """Where the ledger says so; None for who was no member any more."""
