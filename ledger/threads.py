"""Where the dispatcher works: on a few threads, none of which waits for anything."""

from __future__ import annotations

import asyncio

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from .rpc.dispatcher import Access, Dispatcher, Reply

WORKER_THREADS = 32
"""They share one interpreter with the sealer, so more of them would only slow it down."""


def limit_threads() -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens = WORKER_THREADS


async def answer_in_threads(dispatcher: Dispatcher, body: bytes, access: Access) -> bytes | None:
    """What the dispatcher answers. While results are still to come, nobody's thread is held."""

    def begin() -> tuple[Reply, bytes | None]:
        reply = dispatcher.begin(body, access)
        return reply, None if reply.coming else reply.encode()

    reply, answer = await run_in_threadpool(begin)
    if not reply.coming:
        return answer
    await asyncio.gather(*(later.wait() for later in reply.coming))
    return await run_in_threadpool(reply.encode)
