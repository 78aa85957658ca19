"""Who is asking: login by a wallet's signature over an EIP-4361 message, then a bearer token.

A token says which key signed in, and nothing else: what that key may is asked of the index of the ledger at every
call, so that who is suspended or dismissed has lost it in that moment.
A challenge is good once and for five minutes. Only a digest of a token is stored, so a stolen database opens no door.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from eth_account import Account
from eth_account.messages import encode_defunct

from bank_api.errors import NotAuthenticatedError
from bank_api.index.accounts import RecordedAccount
from bank_api.store.directory import Directory
from bank_api.store.tables import ChallengeRow, SessionRow

AccountByKey = Callable[[str], RecordedAccount | None]
"""Finds the account whose key one is now, on the ledger."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller: `account` is the permanent identity, `key` the wallet that signed in.

    `roles` are those the ledger gives it now; none while it is suspended, and none after it was dismissed.
    """

    account: str
    key: str
    name: str
    roles: frozenset[str]


def challenge_message(domain: str, address: str, chain_id: int, nonce: str, issued: int, expires: int) -> str:
    """The EIP-4361 text that a wallet signs."""
    return (
        f"{domain} wants you to sign in with your Ethereum account:\n{address}\n\n"
        "Sign in to your information bank. This moves no coins and gives no consent.\n\n"
        f"URI: http://{domain}\nVersion: 1\nChain ID: {chain_id}\nNonce: {nonce}\n"
        f"Issued At: {_iso(issued)}\nExpiration Time: {_iso(expires)}"
    )


def make_challenge(
    directory: Directory, domain: str, address: str, chain_id: int, now: int, seconds: int
) -> tuple[str, int]:
    """A fresh challenge for `address`: the message to sign and when it expires."""
    nonce = secrets.token_hex(12)
    message = challenge_message(domain, address, chain_id, nonce, now, now + seconds)
    directory.add_challenge(
        ChallengeRow(message_digest=_digest(message), address=address, expires_at=now + seconds), now=now
    )
    return message, now + seconds


def open_session(
    directory: Directory, find: AccountByKey, message: str, signature: str, now: int, seconds: int
) -> tuple[str, Caller, int]:
    """Exchange a signed challenge for a token. Raises NotAuthenticatedError saying what did not fit."""
    challenge = directory.take_challenge(_digest(message))
    if challenge is None:
        raise NotAuthenticatedError("this challenge is unknown or was used already")
    if challenge.expires_at < now:
        raise NotAuthenticatedError("this challenge has expired")
    try:
        signer = Account.recover_message(encode_defunct(text=message), signature=signature)
    except Exception as error:
        raise NotAuthenticatedError("signature: is no signature of 65 bytes") from error
    if signer != challenge.address:
        raise NotAuthenticatedError("signature: made by another key than the challenge names")
    found = find(signer)
    if found is None:
        raise NotAuthenticatedError(f"{signer} is not enrolled at this bank", hint="join with an invitation first")
    token = secrets.token_urlsafe(32)
    directory.add_session(SessionRow(token_digest=_digest(token), key=signer, expires_at=now + seconds))
    return token, _caller(directory, found), now + seconds


def caller_from_token(directory: Directory, find: AccountByKey, token: str, now: int) -> Caller:
    """The caller behind a bearer token. Raises NotAuthenticatedError."""
    session = directory.session(_digest(token))
    if session is None or session.expires_at < now:
        raise NotAuthenticatedError("this session is unknown or has expired")
    found = find(session.key)
    if found is None:
        raise NotAuthenticatedError("this session's key was rotated away; log in with the new one")
    return _caller(directory, found)


def close_session(directory: Directory, token: str) -> None:
    directory.drop_session(_digest(token))


def _caller(directory: Directory, found: RecordedAccount) -> Caller:
    person = directory.person(found.account)
    names = frozenset(str(role.name).lower() for role in found.active)
    return Caller(found.account, found.key, person.name if person else "", names)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
