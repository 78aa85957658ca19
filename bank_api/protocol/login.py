"""The text that a wallet signs to log in (EIP-4361), written and read in one way only.

The bank writes it for its configured address and takes back only what it wrote; the wallet reads it and signs only what
names the address it is talking to. Whoever stands between them cannot have a text for one place signed for another.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

STATEMENT = "Sign in to your information bank. This moves no coins and gives no consent."
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class LoginText:
    """`url` is where the bank is reached (scheme, host, port); times are unix seconds."""

    url: str
    address: str
    chain_id: int
    nonce: str
    issued_at: int
    expires_at: int

    @property
    def domain(self) -> str:
        """Host and port, as EIP-4361 names who asks."""
        return urlsplit(self.url).netloc

    def to_text(self) -> str:
        return (
            f"{self.domain} wants you to sign in with your Ethereum account:\n{self.address}\n\n{STATEMENT}\n\n"
            f"URI: {self.url}\nVersion: 1\nChain ID: {self.chain_id}\nNonce: {self.nonce}\n"
            f"Issued At: {_iso(self.issued_at)}\nExpiration Time: {_iso(self.expires_at)}"
        )

    @classmethod
    def parse(cls, text: str) -> "LoginText":
        """The inverse of `to_text`. Raises ValueError for any other text."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise ValueError("is no login text of an information bank")
        read = cls(
            url=found["url"],
            address=found["address"],
            chain_id=int(found["chain"]),
            nonce=found["nonce"],
            issued_at=_seconds(found["issued"]),
            expires_at=_seconds(found["expires"]),
        )
        if read.to_text() != text:
            raise ValueError("names another domain than its URI, or a number in an unusual way")
        return read


_SHAPE = re.compile(
    r"(?P<domain>[^\s/]+) wants you to sign in with your Ethereum account:\n(?P<address>0x[0-9a-fA-F]{40})\n\n"
    + re.escape(STATEMENT)
    + r"\n\nURI: (?P<url>https?://[^\s/]+)\nVersion: 1\nChain ID: (?P<chain>[0-9]{1,20})\n"
    r"Nonce: (?P<nonce>[0-9a-f]{8,128})\nIssued At: (?P<issued>[0-9TZ:-]{20})\n"
    r"Expiration Time: (?P<expires>[0-9TZ:-]{20})"
)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(TIME)


def _seconds(text: str) -> int:
    """Whatever other spelling of a time is read, it is another than `_iso` writes."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
