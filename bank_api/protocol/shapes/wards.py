"""Delegations: who may act for an account, for whom it may act, and what was done so."""

from bank_api.protocol.fields import Shape


class DelegatedAct(Shape):
    """Something that a delegate did in the account's name."""

    act: str
    item_id: str
    delegate: str
    sent_at: int
    block_number: int | None
    """None where the ledger refused it, or the bank does not know."""


class DelegationView(Shape):
    delegation_id: str
    account: str
    delegate: str
    name: str | None
    """Of an organization; and of the account, for whoever may act for it."""
    scopes: list[str]
    since: int
    until: int
    by_board: bool
    """Whether operator and board appointed the delegate."""
    state: str


class Delegations(Shape):
    given: list[DelegationView]
    """Who may act for me."""
    received: list[DelegationView]
    """For whom I may act."""
    acts: list[DelegatedAct]
    """What was done in my name."""
