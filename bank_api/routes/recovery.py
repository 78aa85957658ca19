"""Lost keys: guardians carry a recovery, or the operator with the board; whoever has the old key may veto (`acts`)."""

from typing import Any

from fastapi import APIRouter

from bank_api.flows import recovery
from bank_api.protocol.fields import Id
from bank_api.protocol.recovery import RecoveryBody
from bank_api.protocol.shapes.receipts import KeyReceipt
from bank_api.routes.access import Anyone, Ordered, TheBank

router = APIRouter(prefix="/v1", tags=["recovery"])


@router.post("/recoveries", status_code=201, response_model=KeyReceipt)
async def begin_by_guardians(bank: TheBank, _caller: Anyone, body: RecoveryBody) -> Any:
    """Begin to give an account a new key, with the signatures of enough of its guardians; it rests meanwhile."""
    return await recovery.begin(bank, body, is_ordered=False)


@router.post("/operator/recoveries", status_code=201, response_model=KeyReceipt)
async def begin_by_board(bank: TheBank, _caller: Ordered, body: RecoveryBody) -> Any:
    """Operator: begin it for an account that named no guardians, with the signatures of a majority of the board."""
    return await recovery.begin(bank, body, is_ordered=True)


@router.post("/recoveries/{recovery_id}/completion", status_code=201, response_model=KeyReceipt)
async def complete(bank: TheBank, recovery_id: Id, body: RecoveryBody) -> Any:
    """Once the time to veto is over: the account has its new key, and what is kept for it is wrapped for that one."""
    return await recovery.complete(bank, recovery_id, body)
