"""What awaits whoever is logged in, as a list and as a stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.concurrency import run_in_threadpool as in_thread
from starlette.responses import StreamingResponse

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotAuthenticatedError, TooManyRequestsError
from bank_api.protocol.shapes.inbox import Inbox, ReadBody
from bank_api.routes.access import Holder, TheBank, Token, find_caller, of_one_moment
from bank_api.views import inbox as views

router = APIRouter(prefix="/v1/inbox", tags=["inbox"])

LOOK_SECONDS = 1.0
"""Each look derives the whole inbox of somebody: not oftener, however many blocks there are."""
SILENT_SECONDS = 15.0
"""How often something is sent when nothing happens, so that nobody on the way closes the line."""


@router.get("", response_model=Inbox)
@of_one_moment
def inbox(
    bank: TheBank,
    caller: Holder,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = views.PAGE,
    unread: bool = False,
) -> Any:
    """What awaits me in all my roles, the newest first: to decide, to veto, to delete, to answer; and what was done."""
    return views.inbox(bank, caller, before, limit, unread)


@router.put("/read", response_model=Inbox)
async def note_read(bank: TheBank, caller: Holder, body: ReadBody) -> Any:
    """Everything up to this moment was seen."""
    await in_thread(bank.rights.note_read, caller.account, body.through)
    return await in_thread(views.inbox, bank, caller, None, views.PAGE)


@router.get("/stream", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def stream(
    bank: TheBank,
    caller: Holder,
    token: Token,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> StreamingResponse:
    """Server-sent events: each new item as it comes (`event: item`). With `Last-Event-ID`, those since that one too."""
    if bank.listening >= bank.settings.streams_max:
        raise TooManyRequestsError(SILENT_SECONDS)
    known = await in_thread(_known, bank, caller, last_event_id)
    events = _events(bank, token, known)
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _events(bank: Bank, token: str, known: set[str]) -> AsyncIterator[str]:
    """Until the caller goes, the token ends, or the bank stops."""
    bank.listening += 1
    try:
        async for text in _told(bank, token, known):
            yield text
    finally:
        bank.listening -= 1


async def _told(bank: Bank, token: str, known: set[str]) -> AsyncIterator[str]:
    yield ": here is what comes\n\n"
    seen, silent = -1, 0.0
    while not bank.stopping.is_set():
        if bank.follower.reached != seen or silent >= SILENT_SECONDS:
            seen, silent = bank.follower.reached, 0.0
            try:
                fresh = await in_thread(_fresh, bank, token, known)
            except (NotAuthenticatedError, ForbiddenError):
                return
            known |= {one["item_id"] for _, one in fresh}
            for cursor, one in fresh:
                yield f"id: {cursor}\nevent: item\ndata: {json.dumps(one, ensure_ascii=False)}\n\n"
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_SECONDS)
        silent += LOOK_SECONDS


def _known(bank: Bank, caller: Caller, last_event_id: str | None) -> set[str]:
    """Ids of items that need no telling: all that are there, or those not newer than the last one told."""
    everything = views.items(bank, caller.account, caller.roles)
    return {one.item_id for one in everything if last_event_id is None or not views.is_newer(one, last_event_id)}


def _fresh(bank: Bank, token: str, known: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """The oldest of the new first."""
    with bank.database.reading():
        caller = find_caller(bank, token)
        found = [one for one in views.items(bank, caller.account, caller.roles) if one.item_id not in known]
        through, now = bank.rights.read_through(caller.account), bank.ledger_time()
    return [(views.cursor_of(one), views.shown(one, through, now)) for one in reversed(found)]
