"""Lost keys: guardians carry a recovery, or the operator with the board; whoever has the old key may veto (`acts`)."""

from typing import Any

from fastapi import APIRouter

from bank_api.flows import recovery
from bank_api.protocol.fields import Address, Id
from bank_api.protocol.recovery import RecoveryBody
from bank_api.protocol.shapes.receipts import KeyReceipt
from bank_api.protocol.shapes.recoveries import Recoveries
from bank_api.routes.access import Anyone, Ordered, TheBank, of_one_moment
from bank_api.views import recoveries as views
from chaincode.ids import parse_address

router = APIRouter(prefix="/v1", tags=["recovery"])


@router.get("/accounts/{account}/recoveries", response_model=Recoveries)
@of_one_moment
def recoveries_of(bank: TheBank, account: Address) -> Any:
    """Who may give an account a new key, and how far that is: for everybody, as who lost a key cannot log in."""
    return views.recoveries(bank, parse_address(account, "account"))


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
    """Once the time to veto is over: the account has its new key, and what is kept for it is wrapped for that one.

    Open to everybody, as the contract's own function is: who lost the key has no login, and those who helped may have
    none. Nobody chooses anything here: the words were signed by the new key and by who approved, and are on the ledger.
    """
    return await recovery.complete(bank, recovery_id, body)
