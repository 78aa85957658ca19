"""No request is longer than the bank will ever need, or has more parts: another is refused before it is taken apart.

A body is taken apart before anybody asks who sent it, and of half a million fields that no request has half a million
errors are made, while everybody waits.
"""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank_api.routes.problems import problem

PARTS_MAX = 50_000
"""Members and items of JSON, by its commas and opening brackets (those in texts too): 5,000 invitations have 20,000."""
_BETWEEN_PARTS = b",[{"


class BodyLimit:
    """ASGI middleware: counts a body as it comes, whatever its header promised."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app, self._bytes_max = app, bytes_max
        self._detail = f"a request is at most {bytes_max} bytes"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        promised = dict(scope["headers"]).get(b"content-length", b"0")
        if not promised.isdigit() or int(promised) > self._bytes_max:
            await self._refuse(scope, receive, send)
            return
        read = parts = 0

        async def counted() -> Message:
            nonlocal read, parts
            message = await receive()
            body = message.get("body", b"")
            read += len(body)
            parts += sum(map(body.count, _BETWEEN_PARTS))
            if read > self._bytes_max:
                raise HTTPException(413, self._detail)
            if parts > PARTS_MAX:
                raise HTTPException(413, f"a request has at most {PARTS_MAX} parts")
            return message

        await self._app(scope, counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await problem(413, "too-long", "The request is too long", self._detail)(scope, receive, send)
