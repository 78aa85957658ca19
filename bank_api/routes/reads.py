"""Reads answered on the spot: as of one moment, in one piece of JSON, by the thread that took them from the wire; where
the database is a server, by one other thread from the first question to the last byte.

FastAPI describes them and words every refusal of a field; of its way from a request to an answer, which costs more than
the answer, they take the short one: parameters are found as their declaration says, the caller is let in by the
functions that FastAPI's dependencies call too, and the answer is checked against its shape and written once.
"""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, NamedTuple

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError

from bank_api.bank import Bank
from bank_api.limits import NotAtHandError
from bank_api.protocol.fields import Id
from bank_api.protocol.ward import HEADER
from bank_api.routes.access import Admission, TheBank, admission_of, admitted, bearer_token
from bank_api.routes.headers import header
from bank_api.routes.paging import Page, plain_paging
from bank_api.routes.short_way import NotPlainError, Short, ShortRoute

JSON = "application/json"
_WARD = HEADER.lower().encode()
_ID = TypeAdapter(Id)


class _Plan(NamedTuple):
    """How the parameters of a read are found."""

    bank: str
    caller: str | None
    admit: Admission | None
    ids: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    """Query parameters that are text, with what they are when they are left out."""
    page: str | None = None
    """Where the answer is a list that comes in pages."""

    def fill(self, request: Request, bank: Bank) -> dict[str, Any]:
        """Everything but the caller. Raises NotPlainError."""
        found: dict[str, Any] = {self.bank: bank}
        for name in self.ids:
            try:
                found[name] = _ID.validate_python(request.path_params[name])
            except ValidationError as error:
                raise NotPlainError from error
        asked = request.query_params if request.scope["query_string"] else {}
        for name, default in self.words:
            found[name] = asked.get(name, default)
        if self.page is not None:
            paging = plain_paging(asked)
            if paging is None:
                raise NotPlainError
            found[self.page] = paging
        return found


class ReadRoute(ShortRoute):
    """A route that takes the short way where its endpoint is `of_one_moment` and nothing more is declared."""

    def short_way(self) -> Short | None:
        endpoint = getattr(self.endpoint, "at_once", None)
        plan = None if endpoint is None or self.response_model is None else _plan_of(endpoint)
        if endpoint is None or plan is None:
            return None
        shape: TypeAdapter[Any] = TypeAdapter(self.response_model)

        async def answer(request: Request) -> Response:
            bank: Bank = request.app.state.bank
            if header(request.scope["headers"], _WARD) is not None:  # who acts for another goes the usual way
                raise NotPlainError
            found, token = plan.fill(request, bank), bearer_token(request)

            def told() -> bytes:
                with bank.database.reading():
                    if plan.admit is not None and plan.caller is not None and plan.caller not in found:
                        with bank.account_limit.at_hand():
                            found[plan.caller] = plan.admit(bank, token)
                    return shape.dump_json(shape.validate_python(endpoint(**found)), by_alias=True)

            try:
                body = await bank.database.asked(told)
            except NotAtHandError:
                if plan.admit is None or plan.caller is None:
                    raise
                found[plan.caller] = await admitted(bank, plan.admit, token)
                body = await bank.database.asked(told)
            return Response(body, media_type=JSON)

        return answer


def _plan_of(endpoint: Callable[..., Any]) -> _Plan | None:
    """How an endpoint's parameters are found; None if one of them is of a kind that only FastAPI knows."""
    bank, caller, admit, page, ids, words = None, None, None, None, [], []
    for name, one in signature(endpoint, eval_str=True).parameters.items():
        if one.annotation == TheBank:
            bank = name
        elif (found := admission_of(one.annotation)) is not None:
            caller, admit = name, found
        elif one.annotation == Id and one.default is Parameter.empty:
            ids.append(name)
        elif one.annotation == Page:
            page = name
        elif one.annotation is str and isinstance(one.default, str):
            words.append((name, one.default))
        else:
            return None
    return None if bank is None else _Plan(bank, caller, admit, tuple(ids), tuple(words), page)
