"""The directory as its operator reads it."""

from bank_api.protocol.fields import Paged, Shape


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


class People(Paged):
    found: int
    """How many there are, of whom a page is shown, the newest first."""
    people: list[PersonView]
