"""Promotions: a partner's, let be shown by the operator, the same list for everybody. Who fits, wallets find out."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import promotions as flow
from bank_api.protocol.fields import Id
from bank_api.protocol.promotion import PromotionBody, PromotionRefusalBody
from bank_api.protocol.shapes.promotions import Promotions, PromotionState, PromotionStates
from bank_api.routes.access import Operator, Ordered, Partner, TheBank, of_one_moment
from bank_api.routes.paging import in_pages
from bank_api.routes.reads import ReadRoute
from bank_api.views import promotions as views

router = APIRouter(prefix="/v1", tags=["promotions"], route_class=ReadRoute)


@router.get("/promotions", response_model=Promotions)
@of_one_moment
@in_pages("promotions", "promotion_id")
def promotions(bank: TheBank) -> Any:
    """All that is shown now, with its condition: no login is asked for, so that asking says of nobody what fits."""
    return views.shown(bank)


@router.post("/promotions", status_code=201, response_model=PromotionState)
async def file_promotion(bank: TheBank, caller: Partner, body: PromotionBody) -> Any:
    """File a promotion of mine, under my own key's word. It is shown when the operator has approved it."""
    return await in_thread(flow.file, bank, caller, body)


@router.get("/partner/promotions", response_model=PromotionStates)
@of_one_moment
@in_pages("promotions", "promotion_id")
def partner_promotions(bank: TheBank, caller: Partner) -> Any:
    """My promotions and how they stand; of whom they were shown to nobody knows anything."""
    return views.of_partner(bank, caller.account)


@router.post("/promotions/{promotion_id}/withdrawal", status_code=201, response_model=PromotionState)
async def withdraw_promotion(bank: TheBank, caller: Partner, promotion_id: Id) -> Any:
    """Take a promotion of mine back; it cannot be shown again."""
    return await in_thread(flow.withdraw, bank, caller, promotion_id)


@router.get("/operator/promotions", response_model=PromotionStates)
@of_one_moment
@in_pages("promotions", "promotion_id")
def operator_promotions(bank: TheBank, _caller: Operator) -> Any:
    """Every promotion and how it stands."""
    return views.of_all(bank)


@router.post("/operator/promotions/{promotion_id}/approval", status_code=201, response_model=PromotionState)
async def approve_promotion(bank: TheBank, _caller: Ordered, promotion_id: Id) -> Any:
    """Let a promotion be shown, where enough members are shown it by chance."""
    return await in_thread(flow.approve, bank, promotion_id)


@router.post("/operator/promotions/{promotion_id}/refusal", status_code=201, response_model=PromotionState)
async def refuse_promotion(bank: TheBank, _caller: Ordered, promotion_id: Id, body: PromotionRefusalBody) -> Any:
    """Refuse a promotion with the reason, or take it down where it is shown."""
    return await in_thread(flow.refuse, bank, promotion_id, body.reason)
