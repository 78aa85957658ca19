"""What awaits whoever is logged in, as a list and as a stream."""

import asyncio
import json
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool as in_thread
from starlette.responses import StreamingResponse

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, InvalidInputError, NotAuthenticatedError, TooManyRequestsError
from bank_api.protocol.shapes.inbox import Inbox, ReadBody
from bank_api.routes import lines
from bank_api.routes.access import Holder, TheBank, Token, find_caller, of_one_moment
from bank_api.views import inbox as views

router = APIRouter(prefix="/v1/inbox", tags=["inbox"])

SAID_BYTES_MAX = 4096
"""Over a WebSocket the bank is told a token and where to go on, and nothing else."""

GOING_AWAY, NOT_UNDERSTOOD, TRY_LATER, NOT_AUTHENTICATED = 1001, 1007, 1013, 4401
"""Codes with which a socket is closed (RFC 6455, 7.4; those from 4000 on are an application's own)."""


@router.get("", response_model=Inbox)
@of_one_moment
def inbox(
    bank: TheBank,
    caller: Holder,
    before: Annotated[str | None, Query(max_length=200, deprecated=True, description="as `cursor`")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = views.PAGE,
    unread: bool = False,
) -> Any:
    """What awaits me in all my roles, the newest first: to decide, to veto, to delete, to answer; and what was done."""
    return views.inbox(bank, caller, before if cursor is None else cursor, limit, unread)


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
    bank.listening.require_room(caller.account)
    known = await in_thread(_known, bank, caller, last_event_id)
    return lines.as_events(bank, caller.account, partial(_fresh, bank, token, known), "item")


@router.websocket("/socket")
async def socket(line: WebSocket) -> None:
    """The same over a WebSocket: first comes `{"token": …, "last_event_id": …}`, then each new item goes out."""
    bank: Bank = line.app.state.bank
    await line.accept()
    try:
        first = await asyncio.wait_for(line.receive_text(), lines.SILENT_SECONDS)
        token, last = _first_words(first)
        caller = await in_thread(find_caller, bank, token)
        bank.listening.require_room(caller.account)
        known = await in_thread(_known, bank, caller, last)
        await line.send_json({"event": "open"})
        with bank.listening.line(caller.account):
            await _talk(bank, line, token, known)
    except TooManyRequestsError:
        await line.close(code=TRY_LATER)
    except (NotAuthenticatedError, ForbiddenError):
        await line.close(code=NOT_AUTHENTICATED)
    except (InvalidInputError, KeyError, TimeoutError):
        await line.close(code=NOT_UNDERSTOOD)
    except WebSocketDisconnect:
        pass


async def _talk(bank: Bank, line: WebSocket, token: str, known: set[str]) -> None:
    """Until the other side goes, the token ends, or the bank stops. What the other side says is not heard."""
    gone = asyncio.create_task(_until_gone(line))
    try:
        async for told in lines.told(bank, partial(_fresh, bank, token, known)):
            if gone.done():
                return
            if told is not None:
                cursor, item = told
                await line.send_json({"event": "item", "id": cursor, "data": item})
        await line.close(code=GOING_AWAY)
    finally:
        gone.cancel()


async def _until_gone(line: WebSocket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await line.receive_text()


def _first_words(text: str) -> tuple[str, str | None]:
    """Raises KeyError for whatever else a stranger says: no JSON, numbers of thousands of digits, half a character."""
    try:
        said: Any = json.loads(text if len(text) <= SAID_BYTES_MAX else "")
    except (ValueError, RecursionError) as error:
        raise KeyError("token") from error
    if not isinstance(said, dict) or not isinstance(said.get("token"), str) or not said["token"].isascii():
        raise KeyError("token")
    last = said.get("last_event_id")
    return said["token"], last if isinstance(last, str) else None


def _known(bank: Bank, caller: Caller, last_event_id: str | None) -> set[str]:
    """Ids of items that need no telling: all that are there, or those not newer than the last one told."""
    everything = views.items(bank, caller.account, caller.roles)
    return {one.item_id for one in everything if last_event_id is None or not views.is_newer(one, last_event_id)}


def _fresh(bank: Bank, token: str, known: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """The oldest of the new first; they are known from now on."""
    with bank.database.reading():
        caller = find_caller(bank, token)
        found = [one for one in views.items(bank, caller.account, caller.roles) if one.item_id not in known]
        through, now = bank.rights.read_through(caller.account), bank.ledger_time()
    known |= {one.item_id for one in found}
    return [(views.cursor_of(one), views.shown(one, through, now)) for one in reversed(found)]
