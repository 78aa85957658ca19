"""No request is longer than the bank will ever need: a longer one is refused before it is read into memory."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank_api.routes.problems import problem


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
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._bytes_max:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await problem(413, "too-long", "The request is too long", self._detail)(scope, receive, send)
