"""A prize draw as the operator opens it: its words, its price, its times, and the commitment to its secret."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, Coins, Id, Short, Time


class Draw(Body):
    """Times are unix seconds, each after the one before; `commitment` binds the secret that decides with the nonces."""

    draw_id: Id
    title: Short
    prize: Short
    commitment: Id
    price_coins: Coins
    prizes: Annotated[int, Field(ge=1, le=2**32 - 1)]
    entries_maximum: Annotated[int, Field(ge=1, le=2**32 - 1)]
    opens_at: Time
    closes_at: Time
    nonces_until: Time
    reveal_until: Time
