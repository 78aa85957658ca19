"""Seats on the board and in the operator's office: whoever has enough approvals carries them."""

from typing import Any

from fastapi import APIRouter

from bank_api.flows import seats
from bank_api.protocol.seat import SeatBody
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.routes.access import Anyone, TheBank

router = APIRouter(prefix="/v1", tags=["partner, shop, board"])


@router.post("/seats", status_code=201, response_model=Receipt)
async def decide_seat(bank: TheBank, _caller: Anyone, body: SeatBody) -> Any:
    """A majority of the board takes somebody in as member of the board (16) or operator (8), or lets somebody go."""
    return await seats.decide(bank, body)
