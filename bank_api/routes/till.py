"""A till that sees at once what was redeemed: its redemptions as server-sent events."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.concurrency import run_in_threadpool as in_thread
from starlette.responses import StreamingResponse

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError
from bank_api.protocol.kinds import RedemptionState
from bank_api.protocol.messages.said import Named, said
from bank_api.routes import lines
from bank_api.routes.access import Shop, TheBank, Token, find_caller
from bank_api.views import catalogue

router = APIRouter(prefix="/v1/shop/redemptions", tags=["partner, shop, board"])

EVENT = "redemption"
SHOP = "shop"


@router.get("/stream", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def watch_redemptions(
    bank: TheBank,
    caller: Shop,
    token: Token,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> StreamingResponse:
    """Each redemption at this shop as it comes (`event: redemption`); with `Last-Event-ID`, those since too."""
    bank.listening.require_room(caller.account)
    known = await in_thread(_known, bank, caller.account, last_event_id)
    return lines.as_events(bank, caller.account, partial(_fresh, bank, token, known), EVENT)


def _known(bank: Bank, shop: str, last_event_id: str | None) -> set[str]:
    """Redemptions that need no telling: all there are, or those up to the last one told; none, where it is unknown."""
    with bank.database.reading():
        ids = [one["redemption_id"] for one in _redeemed(bank, shop)]
    if last_event_id is None:
        return set(ids)
    return set(ids[: ids.index(last_event_id) + 1]) if last_event_id in ids else set()


def _fresh(bank: Bank, token: str, known: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """The oldest of the new first; they are known from now on."""
    with bank.database.reading():
        caller = find_caller(bank, token)
        if SHOP not in caller.roles:
            raise ForbiddenError(said("refusal-role", role=Named("state", f"role-{SHOP}")))
        found = [one for one in _redeemed(bank, caller.account) if one["redemption_id"] not in known]
    known |= {one["redemption_id"] for one in found}
    return [(one["redemption_id"], one) for one in found]


def _redeemed(bank: Bank, shop: str) -> list[dict[str, Any]]:
    """In the ledger's order."""
    used = [one for one in catalogue.redemptions_of_shop(bank, shop) if one["state"] == RedemptionState.REDEEMED]
    return sorted(used, key=lambda one: (one["block_number"], one["redemption_id"]))
