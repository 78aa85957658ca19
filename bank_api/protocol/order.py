"""What the operator signs beside its session: a token alone moves nothing.

An order names the method, the path and the digest of the body, and ends soon; the wallet writes it from the request it
is about to send, the bank from the request that came. It travels in a header, `<unix seconds>.<signature>`.
"""

import hashlib

HEADER = "Azukari-Order"
SECONDS = 300
"""How long an order is good for. Within that time the same request may come again: every one has an id."""
DIGITS_MAX = 16


def is_moment(text: str) -> bool:
    """Whether these are unix seconds: of a number of thousands of digits none is made."""
    return text.isdecimal() and len(text) <= DIGITS_MAX


def order_text(url: str, account: str, method: str, path: str, body: bytes, until: int) -> str:
    """The text (EIP-191) that the key of `account` signs. `url` is the bank's own address."""
    return (
        f"I order my information bank at {url}\n\n{method} {path}\nBody SHA-256: {hashlib.sha256(body).hexdigest()}\n"
        f"Account: {account}\nUntil: {until}"
    )
