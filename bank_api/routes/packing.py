"""Long answers travel packed (gzip, RFC 9110 section 8.4.1.3): a phone on a slow line waits for a tenth of them.

Only JSON and text of some kilobytes that comes in one piece: short answers, streams and files that are packed already
pass untouched and pay nothing, and so does what says that it is not to be changed (no-transform): sealed chunks. What
anybody may read is packed once, not for everybody again.
"""

import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank_api.routes.headers import header

PACKED_FROM_BYTES = 4096
LONG_BYTES = 65_536
"""From here on it takes milliseconds, in which nobody else would be answered: a thread does it."""
LEVEL = 6
KEPT = 8
"""Packed answers kept for the next who asks: the bank's description of itself, the surveys, the API's document."""
KINDS = ("application/json", "application/problem+json", "text/")


class Packing:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "gzip" not in (header(scope["headers"], b"accept-encoding") or ""):
            await self._app(scope, receive, send)
            return
        is_public = header(scope["headers"], b"authorization") is None
        await self._app(scope, receive, _Answer(send, is_public))


class _Answer:
    """Holds an answer's head back until its body is there, where the body is one to be packed."""

    def __init__(self, send: Send, is_public: bool) -> None:
        self._send, self._is_public = send, is_public
        self._head: Message | None = None

    async def __call__(self, message: Message) -> Any:
        if message["type"] == "http.response.start" and _is_to_pack(message["headers"]):
            self._head = message
            return
        if self._head is not None:
            head, self._head = self._head, None
            if message["type"] == "http.response.body" and not message.get("more_body"):
                body = message["body"]
                pack: Callable[[bytes], bytes] = _packed_once if self._is_public else _packed
                packed = pack(body) if len(body) < LONG_BYTES else await to_thread.run_sync(pack, body)
                headers = MutableHeaders(raw=head["headers"])
                headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(packed))
                headers.add_vary_header("Accept-Encoding")
                message = {**message, "body": packed}
            await self._send(head)
        await self._send(message)


def _is_to_pack(raw: list[tuple[bytes, bytes]]) -> bool:
    length = header(raw, b"content-length") or ""
    if not length.isdecimal() or int(length) < PACKED_FROM_BYTES:
        return False
    headers = Headers(raw=raw)
    if "content-encoding" in headers:
        return False
    if "no-transform" in headers.get("cache-control", ""):
        return False
    kind = headers.get("content-type", "")
    return kind.startswith(KINDS) and not kind.startswith("text/event-stream")


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


_packed_once = lru_cache(maxsize=KEPT)(_packed)
"""For answers that hold nothing of anybody: what is kept in memory is what everybody may read."""
