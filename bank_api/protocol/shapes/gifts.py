"""Gifts: orders of issuers, and how far they are carried out."""

from bank_api.protocol.fields import Paged, Shape


class Gifts(Shape):
    """What one run of an order gave."""

    given: int
    given_before: int
    persons: int
    """How many the order is for."""
    refused: list[str]
    """Why the contract gave some not."""


class GiftOrderView(Shape):
    """An order as its issuer and the operator see it; to whom is nobody's to see."""

    order_id: str
    class_id: str
    title: str
    issuer: str
    issuer_name: str
    request_id: str
    """Whose releases it thanks for."""
    purpose: str | None
    count_each: int
    persons: int
    given: int
    time: int


class GiftOrders(Paged):
    gift_orders: list[GiftOrderView]
