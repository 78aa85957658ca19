"""Prize draws."""

from bank_api.protocol.fields import Shape


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
    state: str


class Draws(Shape):
    draws: list[DrawView]
