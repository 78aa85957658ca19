"""Standing rules: categories for everybody to read, a member's own rules, the operator's part. See `acts` too."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import rules
from bank_api.protocol.fields import Address, Body, Id, Short
from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.rules import Categories, Ruled, Rules
from bank_api.routes.access import Holder, Ordered, TheBank, of_one_moment
from bank_api.routes.paging import in_pages
from bank_api.views import rules as views
from chaincode.ids import parse_address

router = APIRouter(prefix="/v1", tags=["member"])

Place = Annotated[int, Field(ge=0, lt=views.PLACES)]


class CategoryBody(Body):
    kind: Annotated[KindOfCategory, Field(strict=False)]
    place: Place
    """The bit that stands for it: of a purpose its code, of a processing the legal class."""
    name: Short


class PlaceBody(Body):
    place: Place


@router.get("/rule-categories", response_model=Categories)
@of_one_moment
def categories(bank: TheBank) -> Any:
    """The recipients, purposes and kinds of processing that standing rules may cover."""
    return {"categories": views.categories(bank), "uncategorized": views.uncategorized(bank)}


@router.get("/me/rules", response_model=Rules)
@of_one_moment
@in_pages("rules", "rule_id")
def my_rules(bank: TheBank, caller: Holder) -> Any:
    """My standing rules, and what the bank consented to under each."""
    return {"rules": views.rules(bank, caller.account)}


@router.post("/rule-categories", status_code=201, response_model=Receipt, tags=["operator"])
async def name_category(bank: TheBank, _caller: Ordered, body: CategoryBody) -> Any:
    """Name, for good, a category that standing rules may cover."""
    return await in_thread(rules.name_category, bank, body.kind, body.place, body.name)


@router.post("/partners/{account}/category", status_code=201, response_model=Receipt, tags=["operator"])
async def categorize(bank: TheBank, _caller: Ordered, account: Address, body: PlaceBody) -> Any:
    """Say to which category of recipients a partner belongs."""
    return await in_thread(rules.categorize, bank, parse_address(account, "account"), body.place)


@router.post("/operator/requests/{request_id}/ruled-consents", status_code=201, response_model=Ruled, tags=["operator"])
async def consent_by_rules(bank: TheBank, _caller: Ordered, request_id: Id) -> Any:
    """Consent for all members whose standing rule covers an approved request; never to anything sensitive."""
    return await in_thread(rules.consent_by_rules, bank, request_id)
