"""What owners, custodians and requesters read of escrows, and a custodian's no. What they sign is in `acts`."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import refuse_opening
from bank_api.protocol.fields import Body, Id, Text
from bank_api.protocol.shapes.escrows import Custodians, Escrows, OpeningView, SealedShare
from bank_api.routes.access import Anyone, Holder, TheBank, of_one_moment
from bank_api.routes.paging import Page
from bank_api.routes.reads import ReadRoute
from bank_api.views import escrows as views

router = APIRouter(prefix="/v1", tags=["escrow"], route_class=ReadRoute)


class OpeningRefusalBody(Body):
    reason: Text
    """Why; whoever asked for the opening reads it."""


@router.get("/custodians", response_model=Custodians)
@of_one_moment
def custodians(bank: TheBank) -> Any:
    """Who keeps shares of document keys, and the key that a share is sealed to."""
    return {"custodians": views.custodians(bank)}


@router.get("/escrows", response_model=Escrows)
@of_one_moment
def escrows(bank: TheBank, caller: Holder, page: Page) -> Any:
    """Escrows that I own or hold a share of."""
    chosen, following = page.choose(views.escrow_ids(bank, caller.account))
    return {"escrows": views.escrows(bank, caller.account, chosen), "next": following}


@router.get("/escrows/{escrow_id}/share", response_model=SealedShare)
@of_one_moment
def share(bank: TheBank, caller: Anyone, escrow_id: Id) -> Any:
    """My own sealed share, and the commitments to verify it with; nobody else's."""
    return views.share(bank, caller.account, escrow_id)


@router.get("/openings/{opening_id}", response_model=OpeningView)
@of_one_moment
def opening(bank: TheBank, caller: Holder, opening_id: Id) -> Any:
    """How far an opening is; its sealed contributions are shown to its requester alone."""
    return views.opening(bank, caller.account, opening_id)


@router.post("/openings/{opening_id}/refusal", status_code=201, response_model=OpeningView)
async def refuse(bank: TheBank, caller: Anyone, opening_id: Id, body: OpeningRefusalBody) -> Any:
    """As a custodian, tell whoever asked for an opening that I will not contribute, and why. It binds me to nothing."""
    return await in_thread(refuse_opening.refuse, bank, caller.account, opening_id, body.reason)
