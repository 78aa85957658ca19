"""The quota of coins: anybody may read what is left; whoever has enough approvals of the board carries them."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import quota
from bank_api.protocol.quota import IssueBody, QuotaBody, QuotaView
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.routes.access import Anyone, TheBank

router = APIRouter(prefix="/v1", tags=["partner, shop, board"])


@router.get("/quota", response_model=QuotaView)
async def read_quota(bank: TheBank) -> Any:
    """How many coins the operator may bring into being in a period, by sales and budgets, and what is left of it."""
    return await in_thread(quota.quota_view, bank)


@router.post("/quotas", status_code=201, response_model=Receipt)
async def set_quota(bank: TheBank, _caller: Anyone, body: QuotaBody) -> Any:
    """A majority of the board says how many coins the operator may bring into being in a period."""
    return await quota.set_quota(bank, body)


@router.post("/issues", status_code=201, response_model=Receipt)
async def approve_issue(bank: TheBank, _caller: Anyone, body: IssueBody) -> Any:
    """A majority of the board lets one sale, or (for the empty account) one survey's budget, go above the quota."""
    return await quota.approve_issue(bank, body)
