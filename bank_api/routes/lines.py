"""Lines that stay open: what is new is told as it comes, until the caller goes, the token ends, or the bank stops."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread
from starlette.responses import StreamingResponse

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotAuthenticatedError, TooManyRequestsError

LOOK_SECONDS = 1.0
"""Each look derives everything about somebody: not oftener, however many blocks there are."""
SILENT_SECONDS = 15.0
"""How often something is sent when nothing happens, so that nobody on the way closes the line."""

Look = Callable[[], list[tuple[str, dict[str, Any]]]]
"""What is new since the last look, the oldest first, each with its cursor; refuses when the token has ended."""


def as_events(bank: Bank, account: str, look: Look, name: str) -> StreamingResponse:
    """Server-sent events, each of this `name`, to an account for which there is room."""
    lines = events(bank, account, look, name)
    return StreamingResponse(lines, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def events(bank: Bank, account: str, look: Look, name: str) -> AsyncIterator[str]:
    """Ends at once, and says when to come again, where the room was taken since it was asked for."""
    with ExitStack() as line:
        try:
            line.enter_context(bank.listening.line(account))
        except TooManyRequestsError as error:
            yield f"retry: {error.retry_after * 1000}\n\n"
            return
        yield ": here is what comes\n\n"
        async for one in told(bank, look):
            if one is None:
                yield ": still here\n\n"
            else:
                yield f"id: {one[0]}\nevent: {name}\ndata: {json.dumps(one[1], ensure_ascii=False)}\n\n"


async def told(bank: Bank, look: Look) -> AsyncIterator[tuple[str, dict[str, Any]] | None]:
    """What is new, with its cursor; None after each look, so that the line is heard of."""
    seen, silent = -1, 0.0
    while not bank.stopping.is_set():
        if bank.follower.reached != seen or silent >= SILENT_SECONDS:
            seen, silent = bank.follower.reached, 0.0
            try:
                fresh = await in_thread(look)
            except (NotAuthenticatedError, ForbiddenError):
                return
            for one in fresh:
                yield one
            yield None
        await asyncio.sleep(LOOK_SECONDS)
        silent += LOOK_SECONDS
