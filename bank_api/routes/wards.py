"""Delegations: who may act for whom. Giving and ending one is in `acts`; a guardian is appointed by the board."""

from typing import Any

from fastapi import APIRouter

from bank_api.flows import wards
from bank_api.protocol.appointment import AppointmentBody
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.wards import Delegations
from bank_api.routes.access import Holder, Ordered, TheBank, of_one_moment
from bank_api.views import wards as views

router = APIRouter(prefix="/v1", tags=["member"])


@router.get("/me/delegations", response_model=Delegations)
@of_one_moment
def my_delegations(bank: TheBank, caller: Holder) -> Any:
    """Who may act for me, for whom I may act, and what was done in my name."""
    return views.delegations(bank, caller.account)


@router.post("/operator/appointments", status_code=201, response_model=Receipt, tags=["operator"])
async def appoint(bank: TheBank, _caller: Ordered, body: AppointmentBody) -> Any:
    """Appoint, with a majority of the board, a guardian of somebody who cannot sign; it begins a week later."""
    return await wards.appoint(bank, body)
