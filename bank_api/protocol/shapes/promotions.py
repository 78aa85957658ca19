"""Promotions: as everybody reads them, and as their partner and the operator see how they stand."""

from typing import Any

from bank_api.protocol.fields import Paged, Shape


class PromotionWordsView(Shape):
    language: str
    title: str
    text: str


class PromotionView(Shape):
    promotion_id: str
    partner: str
    partner_name: str
    words: list[PromotionWordsView]
    condition: dict[str, Any]
    class_id: str
    """The coupon that it leads to, which everybody can buy."""
    coupon_title: str
    price_coins: int
    until: int
    at: int
    signature: str
    """The partner's, over all of it."""


class Promotions(Paged):
    promotions: list[PromotionView]
    one_in: int
    """One member in so many is shown all of them by chance."""


class PromotionState(PromotionView):
    """How a promotion stands, for its partner and the operator."""

    state: str
    filed_at: int
    reason: str | None = None
    """Why it was refused, or taken down."""
    decided_at: int | None = None
    sold: int
    """Coupons of this class that were bought or given, by whomever: the ledger tells everybody as much."""
    used: int
    """Of these, used at a shop."""


class PromotionStates(Paged):
    promotions: list[PromotionState]
    one_in: int
