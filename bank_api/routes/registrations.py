"""Who has no invitation asks to become a member; the operator answers."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import registration
from bank_api.protocol.fields import Address
from bank_api.protocol.registration import RegistrationBody, RegistrationRefusalBody
from bank_api.protocol.shapes.registrations import Registrations, RegistrationView
from bank_api.routes.access import Operator, Ordered, TheBank
from bank_api.routes.paging import in_pages

router = APIRouter(prefix="/v1", tags=["registration"])


@router.post("/registrations", status_code=201, response_model=RegistrationView)
async def register(bank: TheBank, body: RegistrationBody) -> Any:
    """Ask to become a member, by my own key's word. Asked again, it says how the registration stands."""
    return await in_thread(registration.ask, bank, body)


@router.get("/operator/registrations", response_model=Registrations)
@in_pages("registrations", "account")
def registrations(bank: TheBank, _caller: Operator, decided: bool = False) -> Any:
    """Who asks to become a member, the first first; with `decided` also who was answered and has not joined."""
    return {"registrations": registration.registrations(bank, decided)}


@router.post("/operator/registrations/{account}/approval", status_code=201, response_model=RegistrationView)
async def approve_registration(bank: TheBank, _caller: Ordered, account: Address) -> Any:
    """Let somebody join. The person is told, and may be let in after a refusal too."""
    return await in_thread(registration.approve, bank, account)


@router.post("/operator/registrations/{account}/refusal", status_code=201, response_model=RegistrationView)
async def refuse_registration(bank: TheBank, _caller: Ordered, account: Address, body: RegistrationRefusalBody) -> Any:
    """Refuse somebody, with the reason, which the person is told."""
    return await in_thread(registration.refuse, bank, account, body.reason)
