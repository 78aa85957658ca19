"""A route that answers what is as declared by itself, and leaves everything else to FastAPI.

FastAPI describes these routes and words every refusal of a field. Around an endpoint it puts two stacks of exits, a
second catching of errors, and for each parameter a search; what a route of ours needs of that, it does itself.
"""

from collections.abc import Awaitable, Callable
from functools import cached_property

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive, Scope, Send

Short = Callable[[Request], Awaitable[Response]]
"""Answers a request. Raises NotPlainError; what else it raises the handlers of errors around all routes answer."""


class NotPlainError(Exception):
    """Something in a request is not as declared, and FastAPI knows how to say what."""

    def __init__(self, body: bytes | None = None) -> None:
        """`body` is what was read of the request meanwhile, to be read once more."""
        super().__init__()
        self.body = body


class ShortRoute(APIRoute):
    """A route that may have a short way."""

    def short_way(self) -> Short | None:
        """None where all goes FastAPI's way."""
        return None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        short = self._short
        if short is None or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        try:
            answer = await short(Request(scope, receive))
        except NotPlainError as found:
            again = receive if found.body is None else _once_more(found.body, receive)
            await super().handle(scope, again, send)
        else:
            await answer(scope, receive, send)

    @cached_property
    def _short(self) -> Short | None:
        return self.short_way()


def _once_more(body: bytes, receive: Receive) -> Receive:
    is_read = False

    async def again() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
