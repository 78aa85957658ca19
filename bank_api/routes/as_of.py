"""How far the ledger was read when a request is answered (headers: `protocol.as_of`).

1. Reads go ahead at once, on what the index has.
2. Whoever names a block waits until the index has it: 503 after a few seconds, as the ledger may not have it itself.
3. Writes are answered once the index has what they did: who is told of a receipt by whatever way, and asks this bank,
   sees it. Whether they may be done, the contracts decide; what only the operator orders, on what the ledger has now
   (`access`).
"""

import asyncio
import time
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank_api.errors import BankError, InvalidInputError, LedgerUnreachableError
from bank_api.index.follower import Follower, fresh
from bank_api.protocol.as_of import AS_OF, DIGITS_MAX, NOT_BEFORE
from bank_api.routes.headers import header
from bank_api.routes.problems import answer_to

_AS_OF, _NOT_BEFORE = AS_OF.lower().encode(), NOT_BEFORE.lower().encode()
WAIT_SECONDS_MAX = 5.0
PAUSE_SECONDS = 0.05
ONLY_POSTED = ("/v1/session", "/v1/ledger")
"""Logging in and out, and questions to the ledger itself, are posted and write nothing on the ledger."""


class AsOf:
    """ASGI middleware around every route below /v1."""

    def __init__(self, app: ASGIApp, follower: Follower) -> None:
        self._app, self._follower = app, follower

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        writes = scope["method"] not in ("GET", "HEAD") and not scope["path"].startswith(ONLY_POSTED)
        try:
            await self._await_block(_named_block(header(scope["headers"], _NOT_BEFORE)))  # 2.
        except BankError as error:
            await answer_to(error)(scope, receive, send)
            return
        reached = self._follower.reached  # 1.

        async def say_as_of(message: Message) -> None:
            nonlocal reached
            if message["type"] == "http.response.start":
                if writes and not 400 <= message["status"] < 500:  # a step that died after the ledger has written too
                    reached = await self._after_write()  # 3.
                message["headers"] = [*message["headers"], (_AS_OF, str(reached).encode())]
            await send(message)

        try:
            await self._app(scope, receive, say_as_of)
        except Exception:  # a fault of ours is answered outside of us
            if writes:
                await self._after_write()
            raise

    async def _await_block(self, block: int) -> None:
        until = time.monotonic() + WAIT_SECONDS_MAX
        while self._follower.reached < block and await fresh(self._follower) < block:
            if time.monotonic() >= until:
                raise LedgerUnreachableError(
                    f"block {block} has not come yet; the ledger was read through {self._follower.reached}"
                )
            await asyncio.sleep(PAUSE_SECONDS)

    async def _after_write(self) -> int:
        """The write stands, whatever becomes of the index: its receipt is not kept back for long."""
        try:
            return await fresh(self._follower, WAIT_SECONDS_MAX)
        except (LedgerUnreachableError, TimeoutError):
            return self._follower.reached


def _named_block(named: str | None) -> int:
    if named is None:
        return 0
    if not named.isascii() or not named.isdigit() or len(named) > DIGITS_MAX:
        raise InvalidInputError(NOT_BEFORE, "must be the number of a block, in decimal digits")
    return int(named)


def install(app: FastAPI, follower: Follower) -> None:
    """Go around every route, and describe both headers in the OpenAPI document."""
    app.add_middleware(AsOf, follower=follower)
    generate = app.openapi

    def described() -> dict[str, Any]:
        document = generate()
        components = document["components"]
        components.setdefault("parameters", {})["NotBeforeBlock"] = {
            "name": NOT_BEFORE,
            "in": "header",
            "required": False,
            "description": "Answer from no earlier block than this: the `block_number` of a receipt, to see its work. "
            f"503 if the block has not come within {WAIT_SECONDS_MAX:g} seconds.",
            "schema": {"type": "integer", "minimum": 0, "example": 1207},
        }
        components.setdefault("headers", {})["AsOfBlock"] = {
            "description": "The ledger was read through this block, or a later one, when this was answered.",
            "schema": {"type": "integer", "minimum": 0},
        }
        for path in document["paths"].values():
            for operation in path.values():
                _describe(operation)
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def _describe(operation: dict[str, Any]) -> None:
    reference = {"$ref": "#/components/parameters/NotBeforeBlock"}
    parameters = operation.setdefault("parameters", [])
    if reference not in parameters:  # the document is made once and described at every call
        parameters.append(reference)
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            response.setdefault("headers", {})[AS_OF] = {"$ref": "#/components/headers/AsOfBlock"}
