"""What partners, shops and the board read, and a shop's offer at the till. What they sign beside it is in `acts`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from bank_api.flows import redeem
from bank_api.protocol.fields import Body, Id
from bank_api.protocol.shapes.coupons import RedemptionOffered, ShopRedemptions
from bank_api.protocol.shapes.gifts import GiftOrders
from bank_api.protocol.shapes.releases import ReleasePayload, Releases, ReleaseView
from bank_api.protocol.shapes.requests import Outlook, Requests, RequestView
from bank_api.protocol.shapes.summaries import PartnerSummary
from bank_api.protocol.signed import SignedBody, read_signed, schema_of
from bank_api.routes.access import Anyone, Partner, Shop, TheBank, at_leisure, of_one_moment
from bank_api.routes.reads import ReadRoute
from bank_api.views import catalogue, gifts, summaries
from bank_api.views import outlook as outlooks
from bank_api.views import releases as release_views
from bank_api.views import requests as request_views
from chaincode.typed_data import Redemption

router = APIRouter(prefix="/v1", tags=["partner, shop, board"], route_class=ReadRoute)


Items = Annotated[str, Query(min_length=1, max_length=4000, examples=["age,educ"], description="keys, by commas")]
PurposeCode = Annotated[int, Query(ge=0, lt=2**32)]


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


@router.post("/redemptions/{redemption_id}/cancellation", status_code=201, response_model=RedemptionOffered)
async def cancel_offer(bank: TheBank, caller: Shop, redemption_id: Id) -> Any:
    """The till takes an offer back that nobody has signed yet."""
    return await redeem.cancel(bank, caller, redemption_id)


@router.get("/gift-orders", response_model=GiftOrders)
@of_one_moment
def gift_orders(bank: TheBank, caller: Anyone) -> Any:
    """Orders of gifts and how many were given: a partner sees its own, the operator all."""
    return {"gift_orders": gifts.gift_orders(bank, caller)}


@router.get("/surveys/{survey_id}/outlook", response_model=Outlook)
@at_leisure
def outlook(bank: TheBank, caller: Partner, survey_id: Id, items: Items, purpose_code: PurposeCode = 0) -> Any:
    """Before a request is filed and paid for: how many answered all of these items, and for how many rules speak."""
    return outlooks.outlook(bank, caller.account, survey_id, items.split(","), purpose_code)
