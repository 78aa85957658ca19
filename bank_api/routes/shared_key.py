"""The release key in shares: its ceremony, and what the board is asked to open."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError
from bank_api.flows import answers_opening, shared_key
from bank_api.flows.flow import computed
from bank_api.protocol.fields import Id
from bank_api.protocol.messages.said import Named, said
from bank_api.protocol.shapes.shared_key import AccountOpened, OpeningList, OpeningSummaries, ReleaseKeyView
from bank_api.protocol.shared_key import AccountOpeningBody, CeremonyBody, ConfirmationBody, DealBody, PartBody
from bank_api.routes.access import Anyone, Board, Ordered, TheBank, at_leisure, of_one_moment
from bank_api.routes.reads import ReadRoute
from bank_api.views import shared_key as views

router = APIRouter(prefix="/v1", tags=["release-key"], route_class=ReadRoute)

Epoch = Annotated[int, Path(ge=0, le=2**31)]


@router.get("/release-key", response_model=ReleaseKeyView)
@of_one_moment
def release_key(bank: TheBank, _caller: Anyone) -> Any:
    """Who can open answers: the bank by its own key, or how many of the board together. With the ceremony under way."""
    return views.release_key(bank)


@router.post("/release-key/ceremonies", status_code=201, response_model=ReleaseKeyView)
async def begin_ceremony(bank: TheBank, _caller: Ordered, body: CeremonyBody) -> Any:
    """Have the board share a new release key, or deal the shares of the present one anew to the board of now."""
    return await in_thread(_then_key, bank, shared_key.begin, body)


@router.put("/release-key/ceremonies/{key_id}/{epoch}/deal", response_model=ReleaseKeyView)
async def deal_key(bank: TheBank, caller: Board, key_id: Id, epoch: Epoch, body: DealBody) -> Any:
    """Deal, as a member of the board: a piece sealed to each keeper."""
    return await in_thread(_then_key, bank, shared_key.deal, caller, key_id, epoch, body)


@router.put("/release-key/ceremonies/{key_id}/{epoch}/confirmation", response_model=ReleaseKeyView)
async def confirm_key(bank: TheBank, caller: Board, key_id: Id, epoch: Epoch, body: ConfirmationBody) -> Any:
    """Confirm that my share fits. When every keeper has, answers are wrapped under the shared key."""
    return await in_thread(_then_key, bank, shared_key.confirm, caller, key_id, epoch, body)


@router.get("/answers-openings", response_model=OpeningSummaries)
@of_one_moment
def answers_openings(bank: TheBank, caller: Anyone) -> Any:
    """What the board is asked to open now; for the board and the operator."""
    _check_reader(caller.roles)
    return {"openings": views.openings(bank)}


@router.get("/answers-openings/{opening_id}", response_model=OpeningList)
@at_leisure
def answers_opening_list(bank: TheBank, caller: Anyone, opening_id: Id) -> Any:
    """One opening with its list: whose documents, and each one's wrapped key."""
    _check_reader(caller.roles)
    return views.opening(bank, opening_id)


@router.put("/answers-openings/{opening_id}/part", response_model=OpeningSummaries)
async def contribute_part(bank: TheBank, caller: Board, opening_id: Id, body: PartBody) -> Any:
    """Contribute my part, sealed to the opening's key: for this list and nothing else."""
    await computed(answers_opening.contribute, bank, caller, opening_id, body)
    return {"openings": await in_thread(views.openings, bank)}


@router.post("/answers-openings", status_code=201, response_model=AccountOpened)
async def open_account(bank: TheBank, _caller: Ordered, body: AccountOpeningBody) -> Any:
    """Ask the board to open an account's answers, to wrap them to its new key; sent again when it has contributed."""
    wrapped = await in_thread(answers_opening.open_account, bank, body)
    return {"opening_id": body.opening_id, "account": body.account, "documents_wrapped": wrapped}


def _then_key(bank: Bank, step: Any, *arguments: Any) -> Any:
    step(bank, *arguments)
    return views.release_key(bank)


def _check_reader(roles: frozenset[str]) -> None:
    if roles.isdisjoint({"board", "operator"}):
        raise ForbiddenError(said("refusal-role", role=Named("state", "role-board")))
