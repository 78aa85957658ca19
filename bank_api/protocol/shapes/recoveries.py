"""Guardians of an account, and recoveries of its key."""

from bank_api.protocol.fields import Shape
from bank_api.protocol.shapes.coupons import NamedAccount


class GuardianCircle(Shape):
    guardians: list[NamedAccount]
    """Names of organizations and people in office; of members only the account is told."""
    threshold: int
    wait_seconds: int
    since: int
    """From when on they may; until then those before them do."""


class RecoveryView(Shape):
    recovery_id: str
    new_key: str
    approvals: int
    begun_at: int
    ready_at: int
    """Until then whoever has the old key can veto."""
    is_final: bool
    """Whether nobody can veto it."""
    state: str


class Recoveries(Shape):
    account: str
    guardians: GuardianCircle | None = None
    """None where the account named nobody: the operator may propose, and the board decides."""
    recoveries: list[RecoveryView]
