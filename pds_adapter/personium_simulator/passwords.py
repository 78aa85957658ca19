"""Passwords of accounts: their rule, their scrypt hash, and the second for which a wrong one shuts the account."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from pds_adapter.personium_simulator.exchange import Refused

RULE: Final = re.compile(r"[a-zA-Z0-9\-_!$*=^`{|}~.@]{6,32}")
SALT_BYTES, COST = 16, 2**12
SHUT_SECONDS: Final = 1.0
"""After a wrong password not even the right one is taken for so long."""


@dataclass
class Credential:
    salt: bytes
    hash: bytes
    failed_count: int = 0
    last_failed: float = float("-inf")
    last_authenticated: int | None = None


def make(password: str) -> Credential:
    """Raises Refused outside the rule."""
    if not RULE.fullmatch(password):
        raise Refused("PR400-AU-0001")
    salt = secrets.token_bytes(SALT_BYTES)
    return Credential(salt, _hash(password, salt))


def fits(credential: Credential | None, password: str) -> bool:
    if credential is None:
        return False
    return hmac.compare_digest(credential.hash, _hash(password, credential.salt))


def try_password(credential: Credential | None, password: str, now: float) -> bool:
    """Whether it opens the account now; failures are counted, and each shuts the account for a second."""
    if credential is None:
        return False
    shut = now < credential.last_failed + SHUT_SECONDS
    if shut or not fits(credential, password):
        credential.failed_count += 1
        credential.last_failed = now
        return False
    return True


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=COST, r=8, p=1)
