"""JSON-RPC over one WebSocket connection: requests are answered, subscriptions are pushed.

A client that does not read what it is sent is cut off rather than kept in memory.
"""

from __future__ import annotations

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect

from .node import Node
from .rpc.dispatcher import Access, Dispatcher
from .rpc.subscriptions import Subscriptions
from .threads import answer_in_threads

UNSENT_MESSAGES_MAX = 20_000
CLOSE_TOO_SLOW = 1013
CLOSE_UNAUTHORISED = 1008


class _Outbox:
    """Messages on their way out, put in from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.overflowed = False

    def push(self, message: bytes) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: the connection is gone with it
            self._loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: bytes) -> None:
        if self._queue.qsize() >= UNSENT_MESSAGES_MAX:
            self.overflowed = True
            self._queue = asyncio.Queue()
        self._queue.put_nowait(None if self.overflowed else message)

    async def send_all(self, socket: WebSocket) -> None:
        while (message := await self._queue.get()) is not None:
            await socket.send_text(message.decode())
        await socket.close(CLOSE_TOO_SLOW, "the client reads too slowly")


async def talk(socket: WebSocket, node: Node, dispatcher: Dispatcher, access: Access | None) -> None:
    """Serve one connection until it ends."""
    if access is None:
        await socket.close(CLOSE_UNAUTHORISED, "not allowed")  # before it is accepted: the handshake is refused
        return
    await socket.accept()
    outbox = _Outbox()
    subscriptions = Subscriptions(node, outbox.push)
    own = Dispatcher({**dispatcher.methods, **subscriptions.methods()})
    sender = asyncio.create_task(outbox.send_all(socket))
    try:
        while True:
            message = await socket.receive_text()
            answer = await answer_in_threads(own, message.encode(), access)
            if answer is not None:
                outbox.push(answer)
    except (WebSocketDisconnect, RuntimeError, KeyError):
        return
    finally:
        subscriptions.close()
        sender.cancel()
        with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            await sender
