"""How an app of somebody else speaks to the bank: it signs each call, and there is no token to steal.

The operator registers an app with the address of its key. Each call names method, path and the digest of the body and
ends soon, as an operator's order does; it travels in a header, `<app id>.<unix seconds>.<signature>`.
"""

import hashlib

HEADER = "Azukari-App"
SECONDS = 300


def call_text(url: str, app_id: str, method: str, path: str, body: bytes, until: int) -> str:
    """The text (EIP-191) that the app's key signs; `path` with its query. `url` is the bank's own address."""
    return (
        f"The app {app_id} calls the information bank at {url}\n\n{method} {path}\n"
        f"Body SHA-256: {hashlib.sha256(body).hexdigest()}\nUntil: {until}"
    )
