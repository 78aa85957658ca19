"""Acts taken in on the spot: who sends is asked before the body is read, and nothing is looked up that is known.

FastAPI describes these routes and words every refusal of a field. Of its way from a request to an endpoint, which costs
a third of what an act costs the bank, they take the short one, as reads do (`reads`): the caller is let in by the
functions that FastAPI's dependencies call too, the body is held against its model, the answer written once. Whatever
is not as declared goes the usual way, which knows how to say what.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from json import loads
from typing import Any

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError

from bank_api.bank import Bank
from bank_api.protocol.fields import Body, Id
from bank_api.protocol.ward import HEADER
from bank_api.routes.access import Admission, admitted, bearer_token
from bank_api.routes.headers import header
from bank_api.routes.short_way import NotPlainError, Short, ShortRoute

JSON = "application/json"
_WARD = HEADER.lower().encode()
_ID = TypeAdapter(Id)


@dataclass(frozen=True, slots=True)
class ShortWay:
    """What an act's endpoint needs beside bank and relay."""

    body: type[Body]
    admit: Admission | None = None
    """None: a stranger may send it."""
    ids: tuple[str, ...] = ()
    """Fields of the path."""
    is_relayed: bool = False
    """Whether it needs the relay."""


class ActRoute(ShortRoute):
    """A route that takes the short way where its endpoint has one (`short_way`)."""

    def short_way(self) -> Short | None:
        way: ShortWay | None = getattr(self.endpoint, "short_way", None)
        if way is None:
            return None
        shape: TypeAdapter[Any] = TypeAdapter(self.response_model)
        endpoint: Callable[..., Awaitable[Any]] = self.endpoint
        status = self.status_code or 200

        async def answer(request: Request) -> Response:
            sent = request.scope["headers"]
            if header(sent, _WARD) is not None or header(sent, b"content-type") != JSON:
                raise NotPlainError
            bank: Bank = request.app.state.bank
            given: dict[str, Any] = {"bank": bank} | ({"relay": request.app.state.relay} if way.is_relayed else {})
            if way.admit is not None:
                given["caller"] = await admitted(bank, way.admit, bearer_token(request))
            content = await request.body()
            try:
                given |= {name: _ID.validate_python(request.path_params[name]) for name in way.ids}
                given["body"] = way.body.model_validate(loads(content))
            except (ValidationError, ValueError, RecursionError) as error:
                request.state.admitted = given.get("caller")
                raise NotPlainError(content) from error
            said = await endpoint(**given)
            told = shape.dump_json(shape.validate_python(said), by_alias=True)
            return Response(told, status_code=status, media_type=JSON)

        return answer
