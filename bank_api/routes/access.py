"""Who may call what: the bank itself and the authenticated caller, as FastAPI dependencies."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bank_api.auth import Caller, caller_from_token, check_order
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotAuthenticatedError
from bank_api.index.follower import fresh
from bank_api.protocol.acts import Sender
from bank_api.protocol.messages.said import said
from bank_api.protocol.order import HEADER
from bank_api.relay import Relay

_bearer = HTTPBearer(auto_error=False, description="token from POST /v1/session")


def _bank(request: Request) -> Bank:
    bank = request.app.state.bank
    if not isinstance(bank, Bank):
        raise RuntimeError("the application was made without a bank")
    return bank


TheBank = Annotated[Bank, Depends(_bank)]


def _relay(request: Request) -> Relay:
    relay = request.app.state.relay
    if not isinstance(relay, Relay):
        raise RuntimeError("the application was made without a relay")
    return relay


TheRelay = Annotated[Relay, Depends(_relay)]


def _token(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    if credentials is None:
        raise NotAuthenticatedError
    return credentials.credentials


Token = Annotated[str, Depends(_token)]


def _holder(bank: TheBank, token: Token) -> Caller:
    return caller_from_token(bank.directory, bank.index.account_by_key, token, bank.clock())


Holder = Annotated[Caller, Depends(_holder)]
"""Whoever is logged in, suspended and departed people too: to read what is theirs, to withdraw, to veto, to leave."""


def _active(caller: Holder) -> Caller:
    if not caller.roles:
        raise ForbiddenError(said("refusal-no-role"), hint=said("hint-still-yours"))
    return caller


Anyone = Annotated[Caller, Depends(_active)]
"""Whoever is logged in and has a role on the ledger now."""


def _with_role(role: str) -> Callable[[Caller], Caller]:
    def check(caller: Anyone) -> Caller:
        if role not in caller.roles:
            hint = said("hint-logged-in-as", roles=", ".join(caller.roles))
            raise ForbiddenError(said("refusal-role", role=role), hint=hint)
        return caller

    return check


Member = Annotated[Caller, Depends(_with_role("member"))]
Partner = Annotated[Caller, Depends(_with_role("partner"))]
Shop = Annotated[Caller, Depends(_with_role("shop"))]
Board = Annotated[Caller, Depends(_with_role("board"))]
Operator = Annotated[Caller, Depends(_with_role("operator"))]


def _auditing(caller: Anyone) -> Caller:
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
    check_order(caller, bank.here, sent, request.headers.get(HEADER), bank.clock())
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
