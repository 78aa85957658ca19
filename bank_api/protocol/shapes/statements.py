"""A partner's statement of a stretch of time: every coin of its account, and what became of the coins it locked."""

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


class Statement(Shape):
    account: str
    since: int
    until: int
    opening: int
    closing: int
    lines: list[StatementLine]
    requests: list[RequestStatement]
    ledger_coins: int
    """What the ledger says the account has now."""
    ledger_locked: int
    """And what is behind its requests now."""
    reconciled: bool
    """Whether all lines up to now come to exactly that."""
