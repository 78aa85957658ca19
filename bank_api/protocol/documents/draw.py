"""A prize draw as the operator opens it, and what its drawers' secret is bound to."""

from typing import Annotated, Any, Final

from pydantic import Field

from bank_api.protocol.fields import Address, Body, Coins, Id, Short, Time

DRAWERS_MINIMUM: Final = 3
DRAWERS_MAXIMUM: Final = 8


class Draw(Body):
    """Times are unix seconds, each after the one before. The drawers, of the board, hold the secret together."""

    draw_id: Id
    title: Short
    prize: Short
    price_coins: Coins
    prizes: Annotated[int, Field(ge=1, le=2**32 - 1)]
    entries_maximum: Annotated[int, Field(ge=1, le=2**32 - 1)]
    opens_at: Time
    closes_at: Time
    refunds_from: Time
    drawers: Annotated[list[Address], Field(min_length=DRAWERS_MINIMUM, max_length=DRAWERS_MAXIMUM)]


def purpose(draw: Any) -> dict[str, Any]:
    """What two drawers agree on a secret for: every term of a draw, so that under other terms it is another secret."""
    names = [name for name in Draw.model_fields if name != "drawers"]
    return {"azukari": "draw part 1"} | {name: getattr(draw, name) for name in names}
