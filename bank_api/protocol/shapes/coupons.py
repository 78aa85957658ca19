"""Coupons, and their use at a shop."""

from bank_api.protocol.fields import Paged, Shape


class NamedAccount(Shape):
    account: str
    name: str


class CouponOffer(Shape):
    """A coupon class as the public catalogue shows it."""

    class_id: str
    issuer: str
    issuer_name: str
    title: str
    description: str = ""
    price_coins: int
    stock: int
    issued: int
    opens_at: int
    closes_at: int
    redeem_until: int
    premium_request: str | None = None
    """Only for members whose data were in a release of this request."""
    premium_purpose: str | None = None
    """What that request was for."""
    shops: list[NamedAccount]


class CouponClasses(Paged):
    coupon_classes: list[CouponOffer]


class Coupon(Shape):
    """Coupons a member holds."""

    class_id: str
    title: str
    issuer_name: str
    count: int
    redeem_until: int
    shops: list[NamedAccount]


class Coupons(Paged):
    coupons: list[Coupon]


class RedemptionView(Shape):
    redemption_id: str
    class_id: str
    title: str
    shop: str
    shop_name: str
    deadline: int
    state: str
    block_number: int | None = None
    time: int | None = None


class RedemptionOffered(Shape):
    redemption_id: str
    state: str


class ShopRedemption(Shape):
    redemption_id: str
    class_id: str
    title: str
    deadline: int
    state: str
    block_number: int | None = None
    time: int | None = None


class ShopRedemptions(Paged):
    redemptions: list[ShopRedemption]
