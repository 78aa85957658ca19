"""What people may ask of the bank concerning themselves."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import erase, preferences, preview, rights
from bank_api.protocol.erasure import ErasureBody
from bank_api.protocol.fields import Address, Id
from bank_api.protocol.preference import PreferenceBody
from bank_api.protocol.rights import RightAnswerBody, RightBody
from bank_api.protocol.shapes.erasure import Erased, ErasurePlan
from bank_api.protocol.shapes.preferences import Preferences, PreferenceView
from bank_api.protocol.shapes.rights import RightRequests, RightView
from bank_api.protocol.shapes.rows import RowPreview
from bank_api.routes.access import Holder, Member, Operator, Ordered, TheBank
from bank_api.routes.paging import in_pages
from bank_api.views import erasure

router = APIRouter(prefix="/v1", tags=["rights"])


@router.get("/me/erasure", response_model=ErasurePlan)
def erasure_plan(bank: TheBank, caller: Holder) -> Any:
    """What erasing everything kept for me would destroy, what I sign first, and what stays and why."""
    return erasure.plan(bank, caller.account)


@router.post("/me/erasure", status_code=201, response_model=Erased)
async def erase_me(bank: TheBank, caller: Holder, body: ErasureBody) -> Any:
    """Destroy everything kept for me, by my own signed word. Nobody can undo it; sent again it goes on."""
    return await in_thread(erase.erase, bank, caller, body)


@router.post("/me/rights", status_code=201, response_model=RightView)
async def ask_for_right(bank: TheBank, caller: Holder, body: RightBody) -> Any:
    """Ask for access, correction, restriction or deletion; the operator must answer within 30 days."""
    return await in_thread(rights.ask, bank, caller.account, body)


@router.get("/me/rights", response_model=RightRequests)
@in_pages("requests", "request_id")
def my_rights(bank: TheBank, caller: Holder) -> Any:
    """What I asked for concerning myself, until when it must be answered, and the answers."""
    return {"requests": rights.asked_by(bank, caller.account)}


@router.get("/operator/rights", response_model=RightRequests)
@in_pages("requests", "request_id")
def rights_to_answer(bank: TheBank, _caller: Operator, answered: bool = False) -> Any:
    """What people asked for concerning themselves, the first due first; with `answered` those that are answered too."""
    return {"requests": rights.to_answer(bank, answered)}


@router.post("/operator/rights/{request_id}/answer", status_code=201, response_model=RightView)
async def answer_right(bank: TheBank, _caller: Ordered, request_id: Id, body: RightAnswerBody) -> Any:
    """Answer one: done, or refused with the reason. An answer stands; the same again changes nothing."""
    return await in_thread(rights.answer, bank, request_id, body)


@router.get("/me/preferences", response_model=Preferences)
@in_pages("preferences", "partner")
def my_preferences(bank: TheBank, caller: Holder) -> Any:
    """What I let each company have at most: of which questions, in which form."""
    return {"preferences": preferences.preferences(bank, caller.account)}


@router.put("/me/preferences/{partner}", response_model=PreferenceView)
async def prefer(bank: TheBank, caller: Member, partner: Address, body: PreferenceBody) -> Any:
    """Say, signed, what a company may have of me at most. No standing rule consents to more for me from now on."""
    return await in_thread(preferences.prefer, bank, caller, partner, body)


@router.get("/me/requests/{request_id}/preview", response_model=RowPreview)
def own_row_preview(bank: TheBank, caller: Member, request_id: Id) -> Any:
    """My row as the partner would see it, how many I would hide among, and the coins: before I consent."""
    return preview.own_row(bank, caller.account, request_id)
