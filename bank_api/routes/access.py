"""Who may call what: the bank itself and the authenticated caller, as FastAPI dependencies.

What waits for nothing is `async`: FastAPI sends every other function to a thread and back.
"""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Annotated, Any, get_args

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Header, Request
from fastapi.params import Depends as DependsMarker
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bank_api.auth import Caller, caller_from_token, check_order
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotAuthenticatedError, TooManyRequestsError
from bank_api.flows import wards
from bank_api.index.follower import fresh
from bank_api.protocol import order
from bank_api.protocol.acts import Sender
from bank_api.protocol.messages.said import Named, said
from bank_api.protocol.ward import HEADER
from bank_api.relay import Relay
from bank_api.routes.headers import header
from bank_api.views.erasure import require_living

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


def bearer_token(request: Request) -> str | None:
    """The token that a request carries, if it does."""
    scheme, _, token = (header(request.scope["headers"], b"authorization") or "").partition(" ")
    return token.strip(" ") or None if scheme.lower() == "bearer" else None


def find_caller(bank: Bank, token: str) -> Caller:
    """Whose token it is. Raises NotAuthenticatedError, ErasedError."""
    with bank.database.reading() as moment:
        return caller_from_token(moment, token, bank.clock(), partial(require_living, bank))


def holder_of(bank: Bank, token: str | None) -> Caller:
    """Whose token it is, if that account does not ask too often. Raises NotAuthenticatedError, TooManyRequestsError."""
    if token is None:
        raise NotAuthenticatedError
    caller = find_caller(bank, token)
    wait = bank.account_limit.wait_seconds(caller.account)
    if wait:
        raise TooManyRequestsError(wait)
    return caller


Admission = Callable[[Bank, str | None], Caller]
"""Lets in the holder of a token. Raises NotAuthenticatedError, ForbiddenError, TooManyRequestsError."""


async def admitted(bank: Bank, admit: Admission, token: str | None) -> Caller:
    """Who holds the token: three rows by their keys, and a count, for which other processes may have to be asked."""
    ask = partial(admit, bank, token)
    return await (bank.database.asked(ask) if bank.leads else to_thread.run_sync(ask))


Ward = Annotated[str | None, Header(alias=HEADER, description="account that a delegation lets you act for")]


async def _holder(request: Request, bank: TheBank, token: Token, ward: Ward = None) -> Caller:
    # who was let in on the short way, and sent what only FastAPI can find fault with, has asked once
    caller = getattr(request.state, "admitted", None) or await admitted(bank, holder_of, token)
    if ward is None:
        return caller
    asked = (request.method, request.scope["route"].path)
    return await to_thread.run_sync(wards.speaking_for, bank, caller, ward, asked)


Holder = Annotated[Caller, Depends(_holder)]
"""Whoever is logged in, suspended and departed people too: to read what is theirs, to withdraw, to veto, to leave."""


def _check_active(caller: Caller) -> Caller:
    if not caller.roles:
        raise ForbiddenError(said("refusal-no-role"), hint=said("hint-still-yours"))
    return caller


async def _active(caller: Holder) -> Caller:
    return _check_active(caller)


Anyone = Annotated[Caller, Depends(_active)]
"""Whoever is logged in and has a role on the ledger now."""


def _check_one_of(caller: Caller, roles: frozenset[str], named: str) -> Caller:
    if roles.isdisjoint(_check_active(caller).roles):
        hint = said("hint-logged-in-as", roles=", ".join(caller.roles))
        raise ForbiddenError(said("refusal-role", role=Named("state", f"role-{named}")), hint=hint)
    return caller


def _with_role(named: str, *roles: str) -> Callable[[Caller], Awaitable[Caller]]:
    """Lets in who has one of the roles; `named` is told to who has none."""
    wanted = frozenset(roles or (named,))

    async def check(caller: Holder) -> Caller:
        return _check_one_of(caller, wanted, named)

    _ADMISSIONS[check] = lambda bank, token: _check_one_of(holder_of(bank, token), wanted, named)
    return check


_ADMISSIONS: dict[Callable[..., Any], Admission] = {
    _holder: holder_of,
    _active: lambda bank, token: _check_active(holder_of(bank, token)),
}


def admission_of(annotation: Any) -> Admission | None:
    """What lets in whom this annotation (`Annotated[Caller, Depends(…)]`) lets in, for who does not go by FastAPI.

    None for another annotation, and where more than a token is asked for.
    """
    for one in get_args(annotation)[1:]:
        if isinstance(one, DependsMarker) and one.dependency is not None:
            return _ADMISSIONS.get(one.dependency)
    return None


READERS = CapacityLimiter(4)
"""Reads are all computing and wait for nobody: more threads than processors would only take turns."""


def of_one_moment(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """A read whose every question to the database is answered as of the same moment, over one connection.

    It waits for nothing but this bank's own database, and what it finds is one person's or a page: where that database
    is a file it is answered at once, else in a thread.
    """
    return _reading(endpoint, is_quick=True)


def at_leisure(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """The same for a read that may be long, or asks other servers: always in a thread, so that nobody waits for it."""
    return _reading(endpoint, is_quick=False)


def _reading(endpoint: Callable[..., Any], is_quick: bool) -> Callable[..., Awaitable[Any]]:
    @wraps(endpoint)
    async def read(*, bank: Bank, **more: Any) -> Any:
        def work() -> Any:
            with bank.database.reading():
                return endpoint(bank=bank, **more)

        return await (bank.database.asked(work) if is_quick else to_thread.run_sync(work, limiter=READERS))

    read.at_once = endpoint if is_quick else None  # type: ignore[attr-defined]  # `ReadRoute` looks for it
    return read


Member = Annotated[Caller, Depends(_with_role("member"))]
Partner = Annotated[Caller, Depends(_with_role("partner"))]
Shop = Annotated[Caller, Depends(_with_role("shop"))]
Board = Annotated[Caller, Depends(_with_role("board"))]
Operator = Annotated[Caller, Depends(_with_role("operator"))]
Auditing = Annotated[Caller, Depends(_with_role("auditor", "operator", "auditor"))]
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
