"""Counts over a partner's, or the bank's, whole account."""

from bank_api.protocol.fields import Shape


class PartnerSummary(Shape):
    coins: int
    locked: int
    releases: int
    redemptions: dict[str, int]
    """How many coupons of each title were used at the partner's shops."""


class OperatorSummary(Shape):
    members: int
    answers: int
    requests: int
    releases: int
    coupons_issued: int
    coupons_redeemed: int
    escrows: int
    escrows_opened: int
    consents: dict[str, int]
    """By state."""
    coins: dict[str, int]
    """granted, burnt, supply."""
