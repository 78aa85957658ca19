"""The door of the node: what one connection may cost before, while and after it asks something.

uvicorn's HTTP and WebSocket protocols do the work. They bound neither the head of a request nor the time it
takes, and the event loop resets whoever comes when the descriptors run out. So here each connection has a
deadline for what is expected of it next, bytes that are not body are counted, and when the room is full the
stranger who has waited longest without asking anything makes way. Nobody whose request is being answered does.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from http import HTTPStatus
from math import inf
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

BACKLOG = 1_024
"""Connections that the kernel may hold ready. When its queue is full it forgets who knocks, without a word, and they
knock again after one second, then after two and four more."""
DOORS = 16
"""How often the listening socket is given to the loop: uvloop lets in one connection at a turn by each, and a turn may
be long. One that comes alone costs the others a look in vain, some microseconds each."""
DESCRIPTORS_RESERVED = 2 * DOORS + 224
"""For the doors and the connections that were just taken by them, the store, its lock, workers and logs."""
SWEEP_SECONDS = 0.5
"""How often deadlines are looked at."""
SLOWEST_READER_BYTES_PER_SECOND = 64 << 10


logger = logging.getLogger("ledger.door")
logger.setLevel(logging.ERROR)
"""What strangers do wrong is told to them and not written down: the log is not theirs to fill."""


@dataclass(frozen=True)
class Bounds:
    """How much of everything, for each connection. Bodies are bounded where they are read."""

    head_bytes: int = 32 << 10
    """Request line and headers; also whatever else is no body: trailers, chunk extensions."""
    url_bytes: int = 4 << 10
    headers: int = 100
    pipelined_requests: int = 16
    head_seconds: float = 10.0
    """From connecting, or from the first byte of a further request, to the end of the head."""
    body_seconds: float = 60.0
    idle_seconds: int = 5
    """Between requests."""
    unread_seconds: float = 30.0
    """For an answer that nobody reads; longer for a large one that somebody reads slowly."""
    connections: int = 1_000


class Stage(IntEnum):
    """What a connection does; the lower it is, the sooner it makes way."""

    HEAD = 0
    IDLE = 1
    BODY = 2
    ANSWERING = 3
    WEBSOCKET = 4


MAKES_WAY = frozenset({Stage.HEAD, Stage.IDLE, Stage.BODY})


def room_for_connections(wanted: int) -> int:
    """How many connections the process has descriptors for, after asking for as many as are wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + DESCRIPTORS_RESERVED
    if hard != resource.RLIM_INFINITY:
        needed = min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
        soft = needed
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - DESCRIPTORS_RESERVED))


class Door:
    """Everybody who is connected to one server."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.room = room_for_connections(self.bounds.connections)
        self._visitors: dict[Any, Visitor] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    def http_protocol(self) -> type[asyncio.Protocol]:
        return type("BoundedHttp", (BoundedHttp,), {"door": self})

    def websocket_protocol(self) -> type[asyncio.Protocol]:
        return type("BoundedWebSocket", (BoundedWebSocket,), {"door": self})

    def enter(self, transport: asyncio.Transport, visitor: Visitor) -> bool:
        """Let a connection in; False when everybody inside is being answered."""
        if len(self._visitors) >= self.room and transport not in self._visitors and not self._make_way():
            return False
        self._visitors[transport] = visitor
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._sweep)
        return True

    def leave(self, transport: asyncio.Transport) -> None:
        self._visitors.pop(transport, None)

    def has_room_for_websocket(self) -> bool:
        """They may stay as long as they like and never make way, so half of the room is not for them."""
        return sum(visitor.stage is Stage.WEBSOCKET for visitor in self._visitors.values()) < self.room // 2

    def _make_way(self) -> bool:
        waiting: Iterable[tuple[Any, Visitor]] = (
            entry for entry in self._visitors.items() if entry[1].stage in MAKES_WAY
        )
        found = min(waiting, key=lambda entry: (entry[1].trusted, entry[1].stage, entry[1].since), default=None)
        if found is None:
            return False
        self.leave(found[0])
        found[0].abort()
        return True

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for transport, visitor in tuple(self._visitors.items()):
            if visitor.is_late(transport.get_write_buffer_size(), now):
                transport.abort()
            elif now > visitor.deadline:
                visitor.deadline = inf
                visitor.dismiss()
        self._sweeping = loop.call_later(SWEEP_SECONDS, self._sweep) if self._visitors else None


class Visitor:
    """One connection's place in the room."""

    def __init__(self, protocol: BoundedHttp | BoundedWebSocket, stage: Stage, now: float, seconds: float) -> None:
        self._protocol = protocol
        self.trusted = False
        self.turn_to(stage, now, seconds)
        self._unread_until = inf

    def turn_to(self, stage: Stage, now: float, seconds: float = inf) -> None:
        self.stage, self.since, self.deadline = stage, now, now + seconds

    def is_late(self, unread_bytes: int, now: float) -> bool:
        """Whether an answer has lain unread for too long."""
        if not unread_bytes:
            self._unread_until = inf
        elif self._unread_until == inf:
            patience = self._protocol.door.bounds.unread_seconds
            self._unread_until = now + patience + unread_bytes / SLOWEST_READER_BYTES_PER_SECOND
        return now > self._unread_until

    def dismiss(self) -> None:
        self._protocol.refuse(HTTPStatus.REQUEST_TIMEOUT)


class TooMuchError(Exception):
    """Raised inside the parser to stop it."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status
        super().__init__(status.phrase)


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol within the door's bounds. Its parser calls the on_ methods."""

    door: Door
    visitor: Visitor
    url = b""
    _beside_body_bytes = 0
    _status = HTTPStatus.BAD_REQUEST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.logger = logger
        bounds = self.door.bounds
        self.visitor = Visitor(self, Stage.HEAD, self.loop.time(), bounds.head_seconds)
        if not self.door.enter(transport, self.visitor):
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        self.door.leave(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.visitor.stage is Stage.IDLE:
            self.visitor.turn_to(Stage.HEAD, self.loop.time(), self.door.bounds.head_seconds)
        self._beside_body_bytes += len(data)
        super().data_received(data)
        if self._beside_body_bytes > self.door.bounds.head_bytes and not self.transport.is_closing():
            self.refuse(self._too_long())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._headers_left = self.door.bounds.headers

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.door.bounds.url_bytes:
            self._stop(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers_left -= 1
        if self._headers_left < 0:
            self._stop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._beside_body_bytes = 0
        if len(self.pipeline) >= self.door.bounds.pipelined_requests:
            self._stop(HTTPStatus.TOO_MANY_REQUESTS)
        if self.visitor.stage is Stage.HEAD:
            self.visitor.turn_to(Stage.BODY, self.loop.time(), self.door.bounds.body_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._beside_body_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._beside_body_bytes = 0
        super().on_message_complete()
        answered = self.cycle is None or self.cycle.response_complete
        if self.visitor.stage is Stage.BODY and not answered:
            self.visitor.turn_to(Stage.ANSWERING, self.loop.time())

    def on_response_complete(self) -> None:
        self.visitor.trusted = self.scope["state"].get("trusted", False)
        self.visitor.turn_to(Stage.IDLE, self.loop.time(), self.door.bounds.head_seconds)
        super().on_response_complete()
        if self.timeout_keep_alive_task is None:
            self.visitor.turn_to(Stage.ANSWERING, self.loop.time())

    def handle_websocket_upgrade(self) -> None:
        if not self.door.has_room_for_websocket():
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        self.refuse(self._status)

    def refuse(self, status: HTTPStatus) -> None:
        """Say why in one line and hang up. A connection that is being answered is only hung up on."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()

    def _too_long(self) -> HTTPStatus:
        no_header_yet = self.visitor.stage is Stage.HEAD and not self.headers
        url_comes = no_header_yet and len(self.url) * 2 > self._beside_body_bytes
        return HTTPStatus.REQUEST_URI_TOO_LONG if url_comes else HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE

    def _stop(self, status: HTTPStatus) -> None:
        self._status = status
        raise TooMuchError(status)


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, counted as the others are. Its own pings find out who is gone."""

    door: Door

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.door.enter(transport, Visitor(self, Stage.WEBSOCKET, self.loop.time(), inf))

    def connection_lost(self, exc: Exception | None) -> None:
        self.door.leave(self.transport)
        super().connection_lost(exc)

    def refuse(self, status: HTTPStatus) -> None:
        self.transport.abort()
