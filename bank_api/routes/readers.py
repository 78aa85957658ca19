"""Whoever reads what others let them: an account that logged in, an app, or somebody of another bank.

The last two have no session: they sign each call (`protocol.app_call`).
"""

from typing import Annotated

from eth_account import Account
from eth_account.messages import encode_defunct
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotAuthenticatedError, TooManyRequestsError
from bank_api.flows import box_grants
from bank_api.flows.box_grants import Reader
from bank_api.protocol import app_call, order
from bank_api.protocol.messages.said import said
from bank_api.routes.access import TheBank, bearer_token, holder_of


async def _reader(request: Request, bank: TheBank) -> Reader:
    """An app, or somebody of another bank, by the signature of this very call; or whoever is logged in."""
    header = request.headers.get(app_call.HEADER)
    if header is not None:
        return await in_thread(_caller, bank, request, header, await request.body())
    token = bearer_token(request)
    if token is None:
        raise NotAuthenticatedError
    caller = await in_thread(holder_of, bank, token)
    return Reader(caller.account, is_active=bool(caller.roles))


TheReader = Annotated[Reader, Depends(_reader)]


async def _active_reader(reader: TheReader) -> Reader:
    if not reader.is_active:
        raise ForbiddenError(said("refusal-no-role"), hint=said("hint-still-yours"))
    return reader


ActiveReader = Annotated[Reader, Depends(_active_reader)]
"""Whoever has a role on the ledger now, or none here at all."""


def _caller(bank: Bank, request: Request, header: str, body: bytes) -> Reader:
    """A registered app; or somebody of another bank, by the address that an owner of ours named. Whoever has an account
    here logs in: its key may have been replaced."""
    name, _, rest = header.partition(".")
    until, _, signature = rest.partition(".")
    app, now = bank.boxes.app(name), bank.clock()
    key = app.key if app is not None else name if box_grants.is_stranger(bank, name) else None
    if key is None or not order.is_moment(until) or not now <= int(until) <= now + 2 * app_call.SECONDS:
        raise NotAuthenticatedError(said("error-field", field=app_call.HEADER, rule=said("rule-app-call")))
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    text = app_call.call_text(bank.here.url, name, request.method, path, body, int(until))
    try:
        signer = Account.recover_message(encode_defunct(text=text), signature=signature)
    except Exception as error:
        raise NotAuthenticatedError(said("error-field", field=app_call.HEADER, rule=said("rule-signature"))) from error
    if signer != key:
        raise NotAuthenticatedError(said("error-field", field=app_call.HEADER, rule=said("rule-app-call")))
    wait = bank.account_limit.wait_seconds(name)  # after the signature: nobody uses up somebody else's calls
    if wait:
        raise TooManyRequestsError(wait)
    return Reader(name)
