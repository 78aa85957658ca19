"""What awaits somebody."""

from bank_api.protocol.fields import Body, Shape, Time


class InboxItem(Shape):
    item_id: str
    """The same as long as it awaits; made from what it is about."""
    kind: str
    """One of the bank's `InboxKind`; its sentence stands in the catalogue."""
    time: int
    """Since when it awaits, or when it was done."""
    due_at: int | None = None
    overdue: bool = False
    subject: str
    """The id of what it is about."""
    name: str | None = None
    """A recipient, a title, a kind: what the sentence names."""
    count: int | None = None
    title: str | None = None
    """What was refused, where `name` is why."""
    read: bool = False


class Inbox(Shape):
    items: list[InboxItem]
    """The newest first."""
    unread: int
    read_through: int
    next: str | None = None
    """Send it as `cursor` for what is older; None at the end."""


class ReadBody(Body):
    through: Time
