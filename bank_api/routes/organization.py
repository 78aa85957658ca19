"""What partners, shops and the board read, and a shop's offer at the till. What they sign beside it is in `acts`."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import delivery, expect, redeem
from bank_api.flows.privacy_budget import thousandths
from bank_api.flows.statistics import Wanted
from bank_api.protocol.fields import Body, Id
from bank_api.protocol.shapes.coupons import RedemptionOffered, ShopRedemptions
from bank_api.protocol.shapes.gifts import GiftOrders
from bank_api.protocol.shapes.releases import Expectation, ReleasePayload, Releases, ReleaseView
from bank_api.protocol.shapes.requests import Requests, RequestView
from bank_api.protocol.shapes.statements import Statement
from bank_api.protocol.shapes.summaries import PartnerSummary
from bank_api.protocol.signed import SignedBody, read_signed, schema_of
from bank_api.routes.access import Anyone, Partner, Shop, TheBank, of_one_moment
from bank_api.routes.paging import in_pages
from bank_api.routes.reads import ReadRoute
from bank_api.views import catalogue, gifts, partner_statement, summaries
from bank_api.views import releases as release_views
from bank_api.views import requests as request_views
from chaincode.typed_data import Redemption

router = APIRouter(prefix="/v1", tags=["partner, shop, board"], route_class=ReadRoute)


class OfferBody(Body):
    redemption: Annotated[SignedBody, schema_of(Redemption)]


@router.get("/requests", response_model=Requests)
@of_one_moment
@in_pages("requests", "request_id")
def requests(bank: TheBank, caller: Anyone) -> Any:
    """A partner sees its own; board, operator and auditor see all."""
    return {"requests": request_views.requests(bank, caller)}


@router.get("/requests/{request_id}", response_model=RequestView)
@of_one_moment
def one_request(bank: TheBank, caller: Anyone, request_id: Id) -> Any:
    """One request with its state, its locked coins and how many consented."""
    return request_views.request_for(bank, caller, request_id)


@router.get("/requests/{request_id}/expectation", response_model=Expectation)
async def expectation(
    bank: TheBank,
    caller: Partner,
    request_id: Id,
    epsilon: Annotated[float, Query(gt=0, le=100)] = 1,
    crossed: Annotated[list[str] | None, Query(max_length=20)] = None,
) -> Any:
    """What a release for your request would be like if it were made now: rounded counts, nothing of any answer."""
    pairs = tuple(tuple(pair.split(",")) for pair in crossed or ())
    wanted = Wanted(thousandths(epsilon), pairs)
    return await in_thread(expect.expectation, bank, caller.account, request_id, wanted)


@router.get("/releases", response_model=Releases)
@of_one_moment
@in_pages("releases", "release_id")
def releases(bank: TheBank, caller: Anyone) -> Any:
    """A partner sees its own releases; board, operator and auditor see all."""
    return {"releases": release_views.releases(bank, caller)}


@router.get("/releases/{release_id}", response_model=ReleaseView)
@of_one_moment
def one_release(bank: TheBank, caller: Anyone, release_id: Id) -> Any:
    """One release: how many rows, how anonymous, and where the ledger recorded it."""
    return release_views.release_for(bank, caller, release_id)


@router.get("/releases/{release_id}/payload", response_model=ReleasePayload)
async def payload(bank: TheBank, caller: Partner, release_id: Id) -> Any:
    """The release, sealed to the partner; handed out only once the ledger has recorded it, and noted in its meter."""
    found = await in_thread(delivery.deliver, bank, caller, release_id)
    sealed = base64.b64encode(found.part).decode()
    return {"release_id": release_id, "sealed_base64": sealed, "payload_root": found.payload_root}


@router.get(
    "/releases/{release_id}/sealed",
    response_class=Response,
    responses={code: {"content": {"application/octet-stream": {}}} for code in (200, 206)},
)
async def sealed(
    bank: TheBank,
    caller: Partner,
    release_id: Id,
    asked_range: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Any:
    """The same as a file of bytes, whole or a range of it (206): who was cut off goes on where the line broke."""
    found = await in_thread(delivery.deliver, bank, caller, release_id, asked_range, if_range)
    headers = {"Accept-Ranges": "bytes", "ETag": found.tag, "Cache-Control": "private, no-store"}
    if not found.is_whole:
        headers["Content-Range"] = f"bytes {found.first}-{found.first + len(found.part) - 1}/{found.size}"
    status = 200 if found.is_whole else 206
    return Response(found.part, status, headers, media_type="application/octet-stream")


@router.get("/partner/summary", response_model=PartnerSummary)
@of_one_moment
def partner_summary(bank: TheBank, caller: Partner) -> Any:
    """A partner's coins, locked coins, releases and coupons used."""
    return summaries.partner_summary(bank, caller.account)


@router.get("/partner/statement", response_model=Statement)
@of_one_moment
def statement(
    bank: TheBank,
    caller: Partner,
    since: Annotated[int, Query(ge=0, le=2**53)],
    until: Annotated[int, Query(ge=0, le=2**53)],
) -> Any:
    """Every coin of a partner's account from one moment to another, and whether all comes to what the ledger has."""
    return partner_statement.statement(bank, caller.account, since, until)


@router.post("/redemptions", status_code=201, response_model=RedemptionOffered)
async def offer_redemption(bank: TheBank, caller: Shop, body: OfferBody) -> Any:
    """The till's offer; the member confirms it with their own signature."""
    return await redeem.offer(bank, caller, read_signed(Redemption, body.redemption, "redemption"))


@router.get("/shop/redemptions", response_model=ShopRedemptions)
@of_one_moment
@in_pages("redemptions", "redemption_id")
def shop_redemptions(bank: TheBank, caller: Shop) -> Any:
    """A shop's offers and what became of them; never whose coupon it was."""
    return {"redemptions": catalogue.redemptions_of_shop(bank, caller.account)}


@router.post("/redemptions/{redemption_id}/cancellation", status_code=201, response_model=RedemptionOffered)
async def cancel_offer(bank: TheBank, caller: Shop, redemption_id: Id) -> Any:
    """The till takes an offer back that nobody has signed yet."""
    return await redeem.cancel(bank, caller, redemption_id)


@router.get("/gift-orders", response_model=GiftOrders)
@of_one_moment
@in_pages("gift_orders", "order_id")
def gift_orders(bank: TheBank, caller: Anyone) -> Any:
    """Orders of gifts and how many were given: a partner sees its own, the operator all."""
    return {"gift_orders": gifts.gift_orders(bank, caller)}
