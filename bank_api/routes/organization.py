"""What partners, shops and the board read, and a shop's offer at the till. What they sign beside it is in `acts`."""

from typing import Annotated, Any

from fastapi import APIRouter

from bank_api.flows import redeem
from bank_api.protocol.fields import Body, Id
from bank_api.protocol.shapes.coupons import RedemptionOffered, ShopRedemptions
from bank_api.protocol.shapes.releases import ReleasePayload, Releases, ReleaseView
from bank_api.protocol.shapes.requests import Requests, RequestView
from bank_api.protocol.shapes.summaries import PartnerSummary
from bank_api.protocol.signed import SignedBody, read_signed, schema_of
from bank_api.routes.access import Anyone, Partner, Shop, TheBank, of_one_moment
from bank_api.routes.reads import ReadRoute
from bank_api.views import catalogue, summaries
from bank_api.views import releases as release_views
from bank_api.views import requests as request_views
from chaincode.typed_data import Redemption

router = APIRouter(prefix="/v1", tags=["partner, shop, board"], route_class=ReadRoute)


class OfferBody(Body):
    redemption: Annotated[SignedBody, schema_of(Redemption)]


@router.get("/requests", response_model=Requests)
@of_one_moment
def requests(bank: TheBank, caller: Anyone) -> Any:
    """A partner sees its own; board, operator and auditor see all."""
    return {"requests": request_views.requests(bank, caller)}


@router.get("/requests/{request_id}", response_model=RequestView)
@of_one_moment
def one_request(bank: TheBank, caller: Anyone, request_id: Id) -> Any:
    """One request with its state, its locked coins and how many consented."""
    return request_views.request_for(bank, caller, request_id)


@router.get("/releases", response_model=Releases)
@of_one_moment
def releases(bank: TheBank, caller: Anyone) -> Any:
    """A partner sees its own releases; board, operator and auditor see all."""
    return {"releases": release_views.releases(bank, caller)}


@router.get("/releases/{release_id}", response_model=ReleaseView)
@of_one_moment
def one_release(bank: TheBank, caller: Anyone, release_id: Id) -> Any:
    """One release: how many rows, how anonymous, and where the ledger recorded it."""
    return release_views.release_for(bank, caller, release_id)


@router.get("/releases/{release_id}/payload", response_model=ReleasePayload)
@of_one_moment
def payload(bank: TheBank, caller: Partner, release_id: Id) -> Any:
    """The release, sealed to the partner; handed out only once the ledger has recorded it."""
    return release_views.payload(bank, release_id, caller.account)


@router.get("/partner/summary", response_model=PartnerSummary)
@of_one_moment
def partner_summary(bank: TheBank, caller: Partner) -> Any:
    """A partner's coins, locked coins, releases and coupons used."""
    return summaries.partner_summary(bank, caller.account)


@router.post("/redemptions", status_code=201, response_model=RedemptionOffered)
async def offer_redemption(bank: TheBank, caller: Shop, body: OfferBody) -> Any:
    """The till's offer; the member confirms it with their own signature."""
    return await redeem.offer(bank, caller, read_signed(Redemption, body.redemption, "redemption"))


@router.get("/shop/redemptions", response_model=ShopRedemptions)
@of_one_moment
def shop_redemptions(bank: TheBank, caller: Shop) -> Any:
    """A shop's offers and what became of them; never whose coupon it was."""
    return {"redemptions": catalogue.redemptions_of_shop(bank, caller.account)}
