"""A draw that nobody steers: three hold the secret of its seed, members enter, two of the three show their parts."""

import time
from dataclasses import dataclass

from bank_api.protocol.documents.draw import Draw
from chaincode.ids import new_id, to_hex
from scripts.stage.board import leave
from scripts.stage.cast import Actor, Company
from wallet_cli.signing import draw as drawing

ENTRANTS = 12
DRAW_COINS, DRAW_SECONDS = 5, 15
DAY = 86_400


@dataclass(frozen=True)
class Draws:
    """A draw on its way, and who holds its secret."""

    draw_id: str
    drawers: list[Actor]
    entrants: dict[str, str]
    """Names by entry."""


def open_draw(company: Company, drawers: list[Actor]) -> Draws:
    """The three hold the secret; members enter."""
    now = company.operator.client.public.bank().time
    draw = Draw(
        draw_id=to_hex(new_id()),
        title="福引 / A raffle",
        prize="旅行券 / A trip",
        price_coins=DRAW_COINS,
        prizes=1,
        entries_maximum=100,
        opens_at=now,
        closes_at=now + DRAW_SECONDS * company.pace,
        refunds_from=now + DAY,
        drawers=[one.account for one in drawers],
    )
    company.operator.client.operator.open_draw(draw)
    shown = company.operator.client.public.draws()[0]
    company.everybody(drawers, lambda one: one.client.send(drawing.bind_draw(one.signer, shown)), lambda: None)
    entrants = company.members[5 : 5 + ENTRANTS]
    receipts = company.everybody(
        entrants, lambda one: one.client.send(drawing.enter_draw(one.signer, shown)), lambda: None
    )
    names = {receipt.id: one.name for receipt, one in zip(receipts, entrants, strict=True)}
    return Draws(draw.draw_id, drawers, names)


def end_draw(company: Company, draw: Draws) -> str:
    """When the entries are closed the drawers show their parts; the two new seats end. Who won."""
    while company.operator.client.public.draws()[0].state != "closed" or _seconds_left(company) >= 0:
        time.sleep(0.2)
    shown = company.operator.client.public.draws()[0]
    company.everybody(  # each part is known to two, so two of three know them all
        draw.drawers[:2],
        lambda one: one.client.draws.show_parts(draw.draw_id, drawing.parts_to_show(one.signer, shown)),
        lambda: None,
    )
    (won,) = company.operator.client.public.draws()[0].winners
    for number in (2, 1):
        leave(draw.drawers[: number + 1], draw.drawers[number])
    return draw.entrants[won]


def _seconds_left(company: Company) -> int:
    return company.operator.client.public.draws()[0].closes_at - int(time.time())
