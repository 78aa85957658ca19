"""Who is asking: login by a wallet's signature over an EIP-4361 message, then a bearer token.

A token says which key signed in, and nothing else: what that key may is asked of the index of the ledger at every
call, so that who is suspended or dismissed has lost it in that moment.
A challenge is good once and for five minutes, at the address this bank is configured to have and nowhere else. What
the operator does is signed besides, request by request. Only a digest of a token is stored, so a stolen database
opens no door.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from eth_account import Account
from eth_account.messages import encode_defunct
from sqlalchemy import bindparam, select

from bank_api.errors import NotAuthenticatedError
from bank_api.index.accounts import RecordedAccount, recorded
from bank_api.protocol import order
from bank_api.protocol.login import LoginText
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence
from bank_api.store import statements
from bank_api.store.directory import Directory
from bank_api.store.moment import Moment
from bank_api.store.tables import IndexedAccountRow, PersonRow, SessionRow
from chaincode.bindings import Role
from chaincode.keys import recover_text

SALT_BYTES = 12

AccountByKey = Callable[[str], RecordedAccount | None]
"""Finds the account whose key one is now, on the ledger."""


@dataclass(frozen=True, slots=True)
class Here:
    """The bank's own address, as configured and never as a request names it, and what seals its challenges."""

    url: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller: `account` is the permanent identity, `key` the wallet that signed in.

    `roles` are those the ledger gives it now; none while it is suspended, and none after it was dismissed.
    """

    account: str
    key: str
    name: str
    roles: frozenset[str]
    delegate: str | None = None
    """Who acts for the account, where it is not the account itself: then the key is the delegate's."""


def make_challenge(secret: bytes, url: str, address: str, chain_id: int, now: int, seconds: int) -> tuple[str, int]:
    """A fresh challenge for `address`: the text to sign and when it expires. Nothing is kept of it.

    Its nonce carries the bank's own seal over the whole text, so that any number may be asked for and only texts that
    this bank wrote, for its own address, come back.
    """
    text = LoginText(url, address, chain_id, secrets.token_hex(SALT_BYTES), now, now + seconds)
    return _sealed(secret, text).to_text(), now + seconds


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever signed a challenge, and the session that is theirs once it is kept (`open_session`)."""

    token: str = field(repr=False)
    caller: Caller
    expires_at: int
    challenge: str
    """Its digest."""
    challenge_expires_at: int


def signed_in(
    directory: Directory, find: AccountByKey, here: Here, message: str, signature: str, now: int, seconds: int
) -> SignedIn:
    """Who signed a challenge. Raises NotAuthenticatedError saying what did not fit."""
    challenge = _challenge(here, message)
    if challenge.expires_at < now:
        raise NotAuthenticatedError(said("refusal-challenge-expired"))
    signer = _signer(message, signature)
    if signer != challenge.address:
        raise NotAuthenticatedError(said("error-field", field="signature", rule=said("rule-challenges-key")))
    found = find(signer)
    if found is None:
        raise NotAuthenticatedError(said("refusal-not-enrolled", account=signer), hint=said("hint-join-first"))
    caller = _caller(directory, found)
    return SignedIn(secrets.token_urlsafe(32), caller, now + seconds, _digest(message), challenge.expires_at)


async def open_session(directory: Directory, who: SignedIn, now: int) -> None:
    """Keep a session. Raises NotAuthenticatedError where its challenge was answered before, or is over by now."""
    if who.challenge_expires_at < now:
        raise NotAuthenticatedError(said("refusal-challenge-expired"))
    row = SessionRow(token_digest=_digest(who.token), key=who.caller.key, expires_at=who.expires_at)
    if not await directory.open_session(who.challenge, who.challenge_expires_at, row, now):
        raise NotAuthenticatedError(said("refusal-challenge-used"))


def _signer(message: str, signature: str) -> str:
    """Whose signature it is. The usual form is read at once; eth_account knows whatever other a wallet may give."""
    if _USUAL_SIGNATURE.fullmatch(signature) and (signer := recover_text(message, signature)) is not None:
        return signer
    try:
        return str(Account.recover_message(encode_defunct(text=message), signature=signature))
    except Exception as error:
        raise NotAuthenticatedError(said("error-field", field="signature", rule=said("rule-signature"))) from error


_USUAL_SIGNATURE = re.compile(r"0x[0-9a-f]{128}1[bc]", re.ASCII)


def caller_from_token(moment: Moment, token: str, now: int, check: Callable[[RecordedAccount], None]) -> Caller:
    """The caller behind a bearer token, whose account passed `check`. Raises NotAuthenticatedError.

    One statement: it is asked at every call.
    """
    found = moment.execute(_BEARER, {"digest": _digest(token)}).first()
    if found is None or found.expires_at < now:
        raise NotAuthenticatedError(said("refusal-session-over"))
    if found.account is None:
        raise NotAuthenticatedError(said("refusal-session-key"))
    account = recorded(found)
    check(account)
    return Caller(account.account, account.key, found.name or "", _names(account.active))


_SESSION, _ACCOUNT = statements.table_of(SessionRow), statements.table_of(IndexedAccountRow)
_PERSON = statements.table_of(PersonRow)
_BEARER = (
    select(_SESSION.c.expires_at, _ACCOUNT, _PERSON.c.name)
    .select_from(
        _SESSION.outerjoin(_ACCOUNT, _ACCOUNT.c.key == _SESSION.c.key).outerjoin(
            _PERSON, _PERSON.c.account == _ACCOUNT.c.account
        )  # whose key it is by the ledger of now
    )
    .where(_SESSION.c.token_digest == bindparam("digest"))
)


def check_order(caller: Caller, here: Here, request: tuple[str, str, bytes], header: str | None, now: int) -> None:
    """Refuse what the operator did not sign beside its session. `request` is (method, path, body)."""
    if header is None:
        raise NotAuthenticatedError(said("error-field", field=order.HEADER, rule=said("rule-order-missing")))
    until, _, signature = header.partition(".")
    if not order.is_moment(until) or not now <= int(until) <= now + 2 * order.SECONDS:
        raise NotAuthenticatedError(said("error-field", field=order.HEADER, rule=said("rule-order-time")))
    text = order.order_text(here.url, caller.account, *request, until=int(until))
    try:
        signer = Account.recover_message(encode_defunct(text=text), signature=signature)
    except Exception as error:
        raise NotAuthenticatedError(said("error-field", field=order.HEADER, rule=said("rule-signature"))) from error
    if signer != caller.key:
        raise NotAuthenticatedError(said("error-field", field=order.HEADER, rule=said("rule-order-signer")))


def close_session(directory: Directory, token: str, everywhere: bool = False) -> None:
    """End a session, or all that its key has opened."""
    found = directory.session(_digest(token)) if everywhere else None
    if found is not None:
        directory.drop_sessions(found.key)
    directory.drop_session(_digest(token))


def _caller(directory: Directory, found: RecordedAccount) -> Caller:
    person = directory.person(found.account)
    return Caller(found.account, found.key, person.name if person else "", _names(found.active))


@lru_cache(maxsize=256)
def _names(roles: Role) -> frozenset[str]:
    return frozenset(str(role.name).lower() for role in roles)


def _challenge(here: Here, message: str) -> LoginText:
    """Read a text back that this bank wrote. 1. It is one; 2. for here; 3. under our seal."""
    try:
        text = LoginText.parse(message)  # 1.
    except ValueError as error:
        raise NotAuthenticatedError(said("error-field", field="message", rule=Sentence(str(error)))) from error
    if text.url != here.url:  # 2.
        raise NotAuthenticatedError(said("refusal-login-elsewhere", named=text.url[:200], url=here.url))
    if _sealed(here.secret, replace(text, nonce=text.nonce[: 2 * SALT_BYTES])) != text:  # 3.
        raise NotAuthenticatedError(said("refusal-challenge-unknown"))
    return text


def _sealed(secret: bytes, text: LoginText) -> LoginText:
    seal = hmac.digest(secret, text.to_text().encode(), "sha256")
    return replace(text, nonce=text.nonce + seal.hex())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
