"""The directory as its operator reads it."""

from bank_api.protocol.fields import Shape


class PersonView(Shape):
    account: str
    name: str
    roles: list[str]
    """As the ledger has them, whether or not they may be used now."""
    is_active: bool
    """False for who is suspended, whose recovery waits, and who has no role any more."""
    parent: str | None = None
    """A shop's partner."""
    encryption_key: str | None = None
    enrolled_at: int


class People(Shape):
    found: int
    """How many there are, of whom the newest are shown."""
    people: list[PersonView]
