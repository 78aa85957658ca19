"""What anybody with a login may bring to a prize draw: parts of its secret, and the coins back."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import draws
from bank_api.protocol.fields import Body, Id
from bank_api.protocol.shapes.draws import Refunds
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.routes.access import Anyone, TheBank
from chaincode.ids import id_from_hex

router = APIRouter(prefix="/v1/draws", tags=["draws"])


class PartBody(Body):
    part: Annotated[int, Field(ge=0, le=63)]
    secret: Id


class PartsBody(Body):
    parts: Annotated[list[PartBody], Field(min_length=1, max_length=28)]


@router.post("/{draw_id}/parts", status_code=201, response_model=Receipt)
async def show_parts(bank: TheBank, _caller: Anyone, draw_id: Id, body: PartsBody) -> Any:
    """Show parts of a draw's secret once its entries are closed; the last one draws the winners."""
    secrets = {one.part: id_from_hex(one.secret, f"parts[{at}].secret") for at, one in enumerate(body.parts)}
    return await in_thread(draws.show_parts, bank, draw_id, secrets)


@router.post("/{draw_id}/refunds", status_code=201, response_model=Refunds)
async def refund(bank: TheBank, _caller: Anyone, draw_id: Id) -> Any:
    """Bring the coins of a draw back to all who entered, where parts stayed away for too long."""
    return await in_thread(draws.refund, bank, draw_id)
