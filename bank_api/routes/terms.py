"""The terms of membership: every version, what I accepted, and new ones. To accept is an act (`/v1/acceptances`)."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import terms as flow
from bank_api.protocol.shapes.proofs import LedgerProof
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.terms import Agreements, OwnTerms, TermsHistory
from bank_api.protocol.terms import TermsBody
from bank_api.routes.access import Holder, Operator, Ordered, TheBank, at_leisure
from bank_api.routes.paging import Page
from bank_api.routes.reads import ReadRoute
from bank_api.views import proofs, terms

router = APIRouter(prefix="/v1", tags=["terms"], route_class=ReadRoute)


@router.get("/terms", response_model=TermsHistory)
@at_leisure
def terms_history(bank: TheBank) -> Any:
    """Every version of the terms, the present one last, with its whole text; each hash is on the ledger."""
    return {"versions": terms.history(bank)}


@router.post("/terms", status_code=201, response_model=Receipt)
async def set_terms(bank: TheBank, _caller: Ordered, body: TermsBody) -> Any:
    """Set new terms, with a time by which members accept them; the ledger lets no time once told be changed."""
    return await in_thread(flow.publish, bank, body)


@router.get("/me/terms", response_model=OwnTerms)
def own_terms(bank: TheBank, caller: Holder) -> Any:
    """Which terms I accepted last, which stand, and until when I may accept them."""
    return terms.own(bank, caller.account)


@router.get("/operator/terms", response_model=Agreements)
@at_leisure
def agreements(bank: TheBank, _caller: Operator, page: Page) -> Any:
    """How the present terms are taken: who has not accepted them, those who fell behind longest ago first."""
    return terms.agreements(bank, page.limit, page.cursor)


@router.get("/proofs/terms", response_model=LedgerProof)
def terms_proof(bank: TheBank, caller: Holder) -> Any:
    """The ledger's proof of the present terms, of those you accepted, and until when the present may be accepted."""
    return proofs.terms(bank, caller.account)
