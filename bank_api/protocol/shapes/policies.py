"""Spending policies."""

from bank_api.protocol.fields import Shape
from bank_api.protocol.shapes.coupons import NamedAccount


class SpendingPolicy(Shape):
    """Coins under it may be spent with these issuers only."""

    policy_id: str
    name: str | None
    """None where the policy was made past the bank."""
    issuers: list[NamedAccount]


class SpendingPolicies(Shape):
    policies: list[SpendingPolicy]


class BoundCoins(SpendingPolicy):
    coins: int
    """How many of the holder's coins."""
