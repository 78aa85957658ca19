"""What people asked of the bank concerning themselves."""

from bank_api.protocol.fields import Paged, Shape


class RightView(Shape):
    request_id: str
    account: str
    name: str | None = None
    """For the operator, who must know whose it is."""
    kind: str
    words: str
    asked_at: int
    due_at: int
    overdue: bool
    outcome: str | None = None
    answer: str | None = None
    answered_at: int | None = None


class RightRequests(Paged):
    requests: list[RightView]
