"""Partners, shops and the board."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.errors import InvalidInputError
from bank_api.flows import consent, disclose, redeem
from bank_api.flows.receipts import receipt
from bank_api.protocol.fields import Body, Id, Short, Text
from bank_api.routes.access import Anyone, Board, Partner, Shop, TheBank
from bank_api.routes.bodies import SignedBody, schema_of, signed
from bank_api.views import catalogue, summaries
from bank_api.views import releases as release_views
from bank_api.views import requests as request_views
from chaincode.ids import to_hex
from chaincode.typed_data import Acknowledgement, CouponClass, DataRequest, Decision, Redemption

router = APIRouter(prefix="/v1", tags=["partner, shop, board"])


class RequestBody(Body):
    request: Annotated[SignedBody, schema_of(DataRequest)]
    items: list[Short]
    description: Text


class DecisionBody(Body):
    decision: Annotated[SignedBody, schema_of(Decision)]
    note: Text


class AcknowledgementBody(Body):
    acknowledgement: Annotated[SignedBody, schema_of(Acknowledgement)]


class CouponClassBody(Body):
    coupon_class: Annotated[SignedBody, schema_of(CouponClass)]
    description: Text


class OfferBody(Body):
    redemption: Annotated[SignedBody, schema_of(Redemption)]


@router.post("/requests", status_code=201)
async def file_request(bank: TheBank, caller: Partner, body: RequestBody) -> dict[str, Any]:
    """Ask for data with a purpose; the coins it may cost are locked now."""
    action = signed(DataRequest, body.request, "request")
    return await consent.file_request(bank, caller, action, body.items, body.description)


@router.get("/requests")
def requests(bank: TheBank, caller: Anyone) -> dict[str, Any]:
    """A partner sees its own; board, operator and auditor see all."""
    return {"requests": request_views.requests(bank, caller)}


@router.get("/requests/{request_id}")
def one_request(bank: TheBank, caller: Anyone, request_id: Id) -> dict[str, Any]:
    """One request with its state, its locked coins and how many consented."""
    return request_views.request_for(bank, caller, request_id)


@router.post("/requests/{request_id}/decision", status_code=201)
async def decide(bank: TheBank, caller: Board, request_id: Id, body: DecisionBody) -> dict[str, Any]:
    """The board approves or refuses a request, with a note that everybody may read."""
    action = signed(Decision, body.decision, "decision")
    return await consent.decide(bank, caller, request_id, action, body.note)


@router.get("/releases")
def releases(bank: TheBank, caller: Anyone) -> dict[str, Any]:
    """A partner sees its own releases; board, operator and auditor see all."""
    return {"releases": release_views.releases(bank, caller)}


@router.get("/releases/{release_id}")
def one_release(bank: TheBank, caller: Anyone, release_id: Id) -> dict[str, Any]:
    """One release: how many rows, how anonymous, and where the ledger recorded it."""
    return release_views.release_for(bank, caller, release_id)


@router.get("/releases/{release_id}/payload")
async def payload(bank: TheBank, caller: Partner, release_id: Id) -> dict[str, Any]:
    """The release, sealed to the partner; handed out only once the ledger has recorded it."""
    row = await in_thread(disclose.payload, bank, release_id, caller.account)
    sealed = base64.b64encode(row.sealed).decode()
    return {"release_id": release_id, "sealed_base64": sealed, "payload_root": row.payload_root}


@router.post("/releases/{release_id}/acknowledgement", status_code=201)
async def acknowledge(bank: TheBank, _caller: Partner, release_id: Id, body: AcknowledgementBody) -> dict[str, Any]:
    """The partner confirms that what it received is what the ledger recorded."""
    action = signed(Acknowledgement, body.acknowledgement, "acknowledgement")
    if to_hex(action.struct.release_id) != release_id:
        raise InvalidInputError("acknowledgement.message.release_id", "names another release than the address")
    return receipt(await bank.lanes.acknowledgement.submit(action))


@router.post("/coupon-classes", status_code=201)
async def publish_coupons(bank: TheBank, caller: Partner, body: CouponClassBody) -> dict[str, Any]:
    """Offer coupons that members buy with coins."""
    return await redeem.publish(bank, caller, signed(CouponClass, body.coupon_class, "coupon_class"), body.description)


@router.get("/partner/summary")
def partner_summary(bank: TheBank, caller: Partner) -> dict[str, Any]:
    """A partner's coins, locked coins, releases and coupons used."""
    return summaries.partner_summary(bank, caller.account)


@router.post("/redemptions", status_code=201)
async def offer_redemption(bank: TheBank, caller: Shop, body: OfferBody) -> dict[str, Any]:
    """The till's offer; the member confirms it with their own signature."""
    return await redeem.offer(bank, caller, signed(Redemption, body.redemption, "redemption"))


@router.get("/shop/redemptions")
def shop_redemptions(bank: TheBank, caller: Shop) -> dict[str, Any]:
    """A shop's offers and what became of them; never whose coupon it was."""
    return {"redemptions": catalogue.redemptions_of_shop(bank, caller.account)}
