"""What everybody may read without a login: results (as JSON and NGSI-LD entities), and what the Act has published."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bank_api.protocol.fields import Id
from bank_api.protocol.shapes.publications import Publications
from bank_api.protocol.shapes.results import ResultDetail, Results
from bank_api.routes.access import TheBank, of_one_moment
from bank_api.routes.paging import in_pages
from bank_api.routes.reads import ReadRoute
from bank_api.views import publications as published
from bank_api.views import results as views

router = APIRouter(prefix="/v1", tags=["public"], route_class=ReadRoute)


class LinkedData(JSONResponse):
    media_type = "application/ld+json"


@router.get("/results", response_model=Results)
@of_one_moment
@in_pages("results", "release_id")
def results(bank: TheBank) -> Any:
    """Figures that members let everybody read: of which requests, and about how many people."""
    return {"results": views.results(bank)}


@router.get("/results/{release_id}", response_model=ResultDetail)
@of_one_moment
def result(bank: TheBank, release_id: Id) -> Any:
    """One of them with all its figures and their salts, which hash to the root on the ledger."""
    return views.result(bank, release_id)


@router.get("/results/{release_id}/entities", response_class=LinkedData)
def result_entities(bank: TheBank, release_id: Id) -> LinkedData:
    """The same as NGSI-LD entities (`application/ld+json`), for whatever takes in a city's data."""
    return LinkedData(views.result_entities(bank, release_id))


@router.get("/publications", response_model=Publications)
@of_one_moment
@in_pages("publications", "release_id")
def publications(bank: TheBank) -> Any:
    """What the law has the bank publish of each release of anonymized information: items and method of provision."""
    return {"publications": published.publications(bank)}
