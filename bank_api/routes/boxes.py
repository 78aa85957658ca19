"""Boxes of records: who is let in, and what owners, other people and apps do in them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import apps as registering
from bank_api.flows import box_grants, boxes
from bank_api.protocol.fields import Address
from bank_api.protocol.shapes import boxes as shapes
from bank_api.routes.access import Anyone, Holder, Ordered, TheBank
from bank_api.routes.readers import TheReader

router = APIRouter(prefix="/v1", tags=["boxes"])

Tokens = Annotated[list[shapes.Token], Query(default_factory=list, max_length=8)]
After = Annotated[str, Query(max_length=64)]


@router.post("/apps", status_code=201, response_model=shapes.AppView)
async def register_app(bank: TheBank, _caller: Ordered, body: shapes.AppBody) -> Any:
    """Register an app that members may let into their boxes."""
    return (await in_thread(registering.register, bank, body)).model_dump()


@router.post("/apps/{app_id}/key", status_code=201, response_model=shapes.AppView)
async def replace_app_key(bank: TheBank, _caller: Ordered, app_id: shapes.AppId, body: shapes.AppKeyBody) -> Any:
    """Other keys for an app. Where the encryption key is another, owners let it in again."""
    return (await in_thread(registering.replace_key, bank, app_id, body)).model_dump()


@router.post("/apps/{app_id}/removal", status_code=201, response_model=shapes.AppRemoved)
async def remove_app(bank: TheBank, _caller: Ordered, app_id: shapes.AppId) -> Any:
    """Remove an app, and let it out of every box."""
    return await in_thread(registering.remove_app, bank, app_id)


@router.get("/apps", response_model=shapes.Apps)
def apps(bank: TheBank, _caller: Anyone) -> Any:
    """Apps that members may let in. That one is here says nothing of what it does with what it reads."""
    return {"apps": [row.model_dump() for row in bank.boxes.apps()]}


@router.put("/me/boxes/{box}/grants/{grantee}", response_model=shapes.BoxGrant)
def grant_box(bank: TheBank, caller: Anyone, box: shapes.BoxName, grantee: str, body: shapes.BoxGrantBody) -> Any:
    """Let an app, or another account, into one of my boxes until a time."""
    return box_grants.grant(bank, caller, box, grantee, body)


@router.delete("/me/boxes/{box}/grants/{grantee}", response_model=shapes.BoxGrant)
def revoke_box(bank: TheBank, caller: Holder, box: shapes.BoxName, grantee: str) -> Any:
    """End a grant at once."""
    return box_grants.revoke(bank, caller.account, box, grantee, caller.delegate)


@router.get("/me/box-grants", response_model=shapes.BoxGrants)
def my_box_grants(bank: TheBank, caller: Holder) -> Any:
    """Whom I let into which box, ended grants too."""
    return {"grants": box_grants.given(bank, caller.account)}


@router.get("/me/box-readings", response_model=shapes.BoxReadings)
def my_box_readings(bank: TheBank, caller: Holder) -> Any:
    """What others did in my boxes, newest first."""
    return {"readings": boxes.readings(bank, caller.account)}


@router.get("/boxes", response_model=shapes.BoxesReceived)
def boxes_received(bank: TheBank, reader: TheReader) -> Any:
    """Boxes that I (an app, or a person) am let into now."""
    return {"boxes": box_grants.received(bank, reader)}


@router.get("/boxes/{owner}/{box}/records", response_model=shapes.Records)
def find_records(
    bank: TheBank, reader: TheReader, owner: Address, box: shapes.BoxName, token: Tokens, after: After = ""
) -> Any:
    """Records of a box, sealed: all, or those that have every token asked for."""
    return boxes.find(bank, reader, owner, box, token, after)


@router.get("/boxes/{owner}/{box}/records/{name}", response_model=shapes.RecordView)
def read_record(bank: TheBank, reader: TheReader, owner: Address, box: shapes.BoxName, name: shapes.RecordName) -> Any:
    """One record, sealed."""
    return boxes.get(bank, reader, owner, box, name)


@router.put("/boxes/{owner}/{box}/records/{name}", response_model=shapes.RecordKept)
def write_record(
    bank: TheBank,
    reader: TheReader,
    owner: Address,
    box: shapes.BoxName,
    name: shapes.RecordName,
    body: shapes.RecordBody,
) -> Any:
    """Write a record, sealed to its owner and whoever else may read the box."""
    return boxes.put(bank, reader, owner, box, name, body)


@router.delete("/boxes/{owner}/{box}/records/{name}", response_model=shapes.RecordRemoved)
def remove_record(
    bank: TheBank, reader: TheReader, owner: Address, box: shapes.BoxName, name: shapes.RecordName
) -> Any:
    """Remove a record for good."""
    return boxes.remove(bank, reader, owner, box, name)
