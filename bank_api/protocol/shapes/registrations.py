"""Who asked to become a member, and what the operator answered."""

from bank_api.protocol.fields import Paged, Shape


class RegistrationView(Shape):
    account: str
    name: str
    email: str | None = None
    words: str
    state: str
    asked_at: int
    reason: str | None = None
    """Why not."""
    decided_at: int | None = None
    join_by: int | None = None
    """Until when whoever was approved may join."""


class Registrations(Paged):
    registrations: list[RegistrationView]
