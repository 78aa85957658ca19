"""Prize draws."""

from bank_api.protocol.fields import Paged, Shape


class Drawer(Shape):
    """One of those who hold a draw's secret, with the key that the others agree on parts with."""

    account: str
    name: str
    encryption_key: str
    is_bound: bool


class DrawView(Shape):
    """A prize draw: its words, and what the ledger has of it."""

    draw_id: str
    title: str
    prize: str
    price_coins: int
    prizes: int
    entries: int
    entries_maximum: int
    opens_at: int
    closes_at: int
    refunds_from: int
    state: str
    drawers: list[Drawer]
    parts_missing: list[tuple[str, str]]
    """The accounts of the two drawers of each part that is not shown yet."""
    refunded: int
    winners: list[str]
    """The ids of the entries that won, in the order of prizes."""


class Refunds(Shape):
    """What became of a draw's entries: paid back now, and paid back before."""

    refunded: int
    refunded_before: int


class Draws(Paged):
    draws: list[DrawView]
