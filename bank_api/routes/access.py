"""Who may call what: the bank itself and the authenticated caller, as FastAPI dependencies.

What waits for nothing is `async`: FastAPI sends every other function to a thread and back.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bank_api.auth import Caller, caller_from_token, check_order
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotAuthenticatedError, TooManyRequestsError
from bank_api.flows import wards
from bank_api.index.follower import fresh
from bank_api.protocol import order
from bank_api.protocol.acts import Sender
from bank_api.protocol.messages.said import said
from bank_api.protocol.ward import HEADER
from bank_api.relay import Relay

_bearer = HTTPBearer(auto_error=False, description="token from POST /v1/session")


async def _bank(request: Request) -> Bank:
    bank = request.app.state.bank
    if not isinstance(bank, Bank):
        raise RuntimeError("the application was made without a bank")
    return bank


TheBank = Annotated[Bank, Depends(_bank)]


async def _relay(request: Request) -> Relay:
    relay = request.app.state.relay
    if not isinstance(relay, Relay):
        raise RuntimeError("the application was made without a relay")
    return relay


TheRelay = Annotated[Relay, Depends(_relay)]


async def _token(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    if credentials is None:
        raise NotAuthenticatedError
    return credentials.credentials


Token = Annotated[str, Depends(_token)]


def _find(bank: Bank, token: str) -> Caller:
    with bank.database.reading():
        return caller_from_token(bank.directory, bank.index.account_by_key, token, bank.clock())


Ward = Annotated[str | None, Header(alias=HEADER, description="account that a delegation lets you act for")]


async def _holder(request: Request, bank: TheBank, token: Token, ward: Ward = None) -> Caller:
    """Three rows by their keys: where they are in a file of ours, the way to a thread would take longer."""
    caller = _find(bank, token) if bank.database.is_file else await to_thread.run_sync(_find, bank, token)
    wait = bank.account_limit.wait_seconds(caller.account)
    if wait:
        raise TooManyRequestsError(wait)
    if ward is None:
        return caller
    asked = (request.method, request.scope["route"].path)
    return await to_thread.run_sync(wards.speaking_for, bank, caller, ward, asked)


Holder = Annotated[Caller, Depends(_holder)]
"""Whoever is logged in, suspended and departed people too: to read what is theirs, to withdraw, to veto, to leave."""


async def _active(caller: Holder) -> Caller:
    if not caller.roles:
        raise ForbiddenError(said("refusal-no-role"), hint=said("hint-still-yours"))
    return caller


Anyone = Annotated[Caller, Depends(_active)]
"""Whoever is logged in and has a role on the ledger now."""


def _with_role(role: str) -> Callable[[Caller], Awaitable[Caller]]:
    async def check(caller: Anyone) -> Caller:
        if role not in caller.roles:
            hint = said("hint-logged-in-as", roles=", ".join(caller.roles))
            raise ForbiddenError(said("refusal-role", role=role), hint=hint)
        return caller

    return check


READERS = CapacityLimiter(4)
"""Reads are all computing and wait for nobody: more threads than processors would only take turns."""


def of_one_moment(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """A read whose every question to the database is answered as of the same moment, over one connection."""

    @wraps(endpoint)
    async def read(*, bank: Bank, **more: Any) -> Any:
        def work() -> Any:
            with bank.database.reading():
                return endpoint(bank=bank, **more)

        return await to_thread.run_sync(work, limiter=READERS)

    return read


Member = Annotated[Caller, Depends(_with_role("member"))]
Partner = Annotated[Caller, Depends(_with_role("partner"))]
Shop = Annotated[Caller, Depends(_with_role("shop"))]
Board = Annotated[Caller, Depends(_with_role("board"))]
Operator = Annotated[Caller, Depends(_with_role("operator"))]


async def _auditing(caller: Anyone) -> Caller:
    if not {"operator", "auditor"} & set(caller.roles):
        hint = said("hint-logged-in-as", roles=", ".join(caller.roles))
        raise ForbiddenError(said("refusal-role", role="auditor"), hint=hint)
    return caller


Auditing = Annotated[Caller, Depends(_auditing)]
"""An auditor, or the operator whose work is audited."""


async def _up_to_date(bank: TheBank) -> None:
    """The index has all that the ledger has now."""
    await fresh(bank.follower)


async def _ordered(
    request: Request, bank: TheBank, _now: Annotated[None, Depends(_up_to_date)], caller: Operator
) -> Caller:
    """Who is the operator by the ledger of now, and signed this very request: a token alone moves nothing."""
    sent = (request.method, request.url.path, await request.body())
    check_order(caller, bank.here, sent, request.headers.get(order.HEADER), bank.clock())
    return caller


Ordered = Annotated[Caller, Depends(_ordered)]

CALLERS: dict[Sender, Any] = {
    Sender.HOLDER: Holder,
    Sender.ANYONE: Anyone,
    Sender.MEMBER: Member,
    Sender.PARTNER: Partner,
    Sender.SHOP: Shop,
    Sender.BOARD: Board,
    Sender.OPERATOR: Ordered,
}
"""The dependency that lets in whoever may send an act."""
