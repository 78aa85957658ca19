"""Bearer tokens: which caller may read, write or administer the RPC.

A token file holds one token a line: `level token`, level one of read, write, admin; `#` starts a comment.
Tokens are compared in constant time and must be at least 16 characters. Without a file everybody who can
reach the port may do everything but administer - so the server binds to loopback unless told otherwise.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import LedgerError
from .rpc.dispatcher import Access

TOKEN_CHARACTERS_MIN = 16
LEVELS = {"read": Access.READ, "write": Access.WRITE, "admin": Access.ADMIN}


class TokenFileError(LedgerError):
    """The token file cannot be used."""


@dataclass(frozen=True)
class Tokens:
    """An empty list means that no token is asked for."""

    entries: Sequence[tuple[str, Access]] = ()

    def access(self, authorization: str | None) -> Access | None:
        """What an Authorization header allows; None when it allows nothing."""
        if not self.entries:
            return Access.WRITE
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        granted = None
        for known, access in self.entries:
            if hmac.compare_digest(known.encode(), token.strip().encode()):
                granted = access
        return granted


def load_tokens(path: Path | None) -> Tokens:
    if path is None:
        return Tokens()
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise TokenFileError(f"{path}: {error.strerror}") from None
    entries = []
    for number, line in enumerate(lines, start=1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or words[0] not in LEVELS:
            raise TokenFileError(f"{path}, line {number}: expected `read|write|admin TOKEN`")
        if len(words[1]) < TOKEN_CHARACTERS_MIN:
            raise TokenFileError(f"{path}, line {number}: a token has at least {TOKEN_CHARACTERS_MIN} characters")
        entries.append((words[1], LEVELS[words[0]]))
    if not entries:
        raise TokenFileError(f"{path} holds no token")
    return Tokens(entries)
