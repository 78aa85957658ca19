"""What a member reads. What a member does is in `acts`."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import places, privacy_budget, rewrap, statistics
from bank_api.protocol.fields import Address, Id
from bank_api.protocol.shapes.coupons import Coupons, RedemptionView
from bank_api.protocol.shapes.member import Me, Passbook, StoredDocuments
from bank_api.protocol.shapes.places import PlaceChoice, PlaceMoved, PlaceView
from bank_api.protocol.shapes.releases import PrivacyBudget, Releases, StatisticsView
from bank_api.protocol.shapes.requests import Consents, OpenRequests
from bank_api.protocol.shapes.surveys import StoredAnswers
from bank_api.routes.access import Anyone, Holder, Member, TheBank, at_leisure, of_one_moment
from bank_api.routes.paging import in_pages
from bank_api.routes.reads import ReadRoute
from bank_api.views import catalogue, holdings, passbook, releases, requests

router = APIRouter(prefix="/v1", tags=["member"], route_class=ReadRoute)


@router.get("/me", response_model=Me)
@of_one_moment
def me(bank: TheBank, caller: Holder) -> Any:
    """Who I am to the bank: account, key, roles, name and coins."""
    return holdings.profile(bank, caller)


@router.get("/me/answers", response_model=StoredAnswers)
@of_one_moment
@in_pages("answers", "answer_id")
def my_answers(bank: TheBank, caller: Holder) -> Any:
    """My answers as the ledger has them: survey, commitment and coins, never the values."""
    return {"answers": holdings.answers(bank, caller.account)}


@router.get("/me/documents", response_model=StoredDocuments)
@at_leisure
def my_documents(bank: TheBank, caller: Holder) -> Any:
    """Everything kept for you, sealed: only your wallet (and, for answers, the bank's release key) opens it."""
    rewrap.wrap_for_present_key(bank, caller.account)  # what a rotation that died left undone
    return {"documents": catalogue.documents(bank, caller.account)}


@router.get("/me/place", response_model=PlaceView)
def my_place(bank: TheBank, caller: Holder) -> Any:
    """Where my documents rest, and where else they could."""
    return places.place_of(bank, caller.account)


@router.put("/me/place", response_model=PlaceMoved)
def choose_place(bank: TheBank, caller: Member, choice: PlaceChoice) -> Any:
    """Move my documents: to an offered store or my own server. The same again takes up what a dead move left."""
    return places.move_to(bank, caller.account, choice)


@router.delete("/me/place/move", response_model=PlaceView)
def stay(bank: TheBank, caller: Holder) -> Any:
    """Give up a move that was not ended; the documents stay where they are."""
    return places.stay(bank, caller.account)


@router.get("/me/requests", response_model=OpenRequests)
@of_one_moment
@in_pages("requests", "request_id")
def my_requests(bank: TheBank, caller: Member, language: str = "ja") -> Any:
    """Approved requests, each with the notice to read and what you answered so far."""
    return {"requests": requests.requests_for_member(bank, caller.account, language)}


@router.get("/me/consents", response_model=Consents)
@of_one_moment
@in_pages("consents", "consent_id")
def my_consents(bank: TheBank, caller: Holder) -> Any:
    """My consents as they stand, each with its history."""
    return {"consents": holdings.consents(bank, caller.account)}


@router.get("/me/passbook", response_model=Passbook)
@of_one_moment
@in_pages("entries", "number")
def my_passbook(bank: TheBank, caller: Holder) -> Any:
    """Every movement of my coins and every use of my data, with the running balance."""
    return passbook.passbook(bank, caller.account)


@router.get("/me/releases", response_model=Releases)
@of_one_moment
@in_pages("releases", "release_id")
def my_releases(bank: TheBank, caller: Holder) -> Any:
    """Releases my consents went into."""
    return {"releases": releases.releases_with(bank, caller.account)}


@router.get("/me/releases/{release_id}/statistics", response_model=StatisticsView)
def my_statistics(bank: TheBank, caller: Holder, release_id: Id) -> Any:
    """The figures that my answer went into: what the partner was told."""
    return {"release_id": release_id, "document": statistics.statistics_of(bank, caller.account, release_id)}


@router.get("/me/budget", response_model=PrivacyBudget)
def my_budget(bank: TheBank, caller: Holder, partner: Address | None = None) -> Any:
    """How much statistics may still tell of me: to one partner, or to all together."""
    settings = bank.settings
    return {
        "left": privacy_budget.budget_left(bank, caller.account, partner),
        "per_partner": settings.epsilon_per_partner,
        "per_person": settings.epsilon_per_person,
        "days": settings.epsilon_days,
        "delta_left": privacy_budget.delta_left(bank, caller.account),
        "delta_per_person": settings.delta_per_person,
    }


@router.get("/me/coupons", response_model=Coupons)
@of_one_moment
@in_pages("coupons", "class_id")
def my_coupons(bank: TheBank, caller: Holder) -> Any:
    """Coupons I hold, and the shops that take them."""
    return {"coupons": holdings.coupons(bank, caller.account)}


@router.get("/redemptions/{redemption_id}", response_model=RedemptionView)
async def redemption(bank: TheBank, _caller: Anyone, redemption_id: Id) -> Any:
    """A shop's offer to take a coupon: the words to sign, and whether it was used."""
    return await in_thread(catalogue.redemption, bank, redemption_id)
