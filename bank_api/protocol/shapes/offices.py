"""What became of the operator's own acts that concern many at once."""

from bank_api.protocol.fields import Shape


class Asked(Shape):
    asked: int
    """How many members the ledger has a question to, by this call."""
    decided: int
    """How many had been asked, or had decided, before."""


class Expired(Shape):
    expired: int


class Revoked(Shape):
    revoked: int
    left: int
    """How many consents of the request are still in force: call again."""
