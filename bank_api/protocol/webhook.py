"""Signed webhooks, after the Standard Webhooks specification 1.0.0 (standardwebhooks.com): asymmetric, `v1a`.

A message is three headers and a body. What is signed is `id.timestamp.body`, with Ed25519 (RFC 8032): whoever has the
bank's published key can check it, and nobody but the bank can make it. The receiver refuses what is older than five
minutes, and drops an id that it has seen: a message may come more than once.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
VERSION, PUBLIC_PREFIX = "v1a", "whpk_"
TOLERANCE_SECONDS = 300


def signed_headers(seed: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of one sending. `seed` is the bank's Ed25519 key, 32 bytes."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_signed(message_id, timestamp, body))
    token = f"{VERSION},{base64.b64encode(signature).decode()}"
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: token}


def public_key(seed: bytes) -> str:
    """What the bank publishes: `whpk_` and the key's 32 bytes in base64."""
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return PUBLIC_PREFIX + base64.b64encode(raw).decode()


def verify(key: str, headers: Mapping[str, str], body: bytes, now: int) -> dict[str, Any]:
    """The message, if the bank sent it just now. Raises FieldError naming the header that is not as it must be."""
    held = {name.lower(): value for name, value in headers.items()}
    for name in (ID, TIMESTAMP, SIGNATURE):
        if not held.get(name):
            raise FieldError(name, said("rule-webhook-missing"))
    told = held[TIMESTAMP]
    if not (told.isascii() and told.isdigit()) or len(told) > 12:
        raise FieldError(TIMESTAMP, said("rule-webhook-time", seconds=TOLERANCE_SECONDS))
    if abs(now - int(told)) > TOLERANCE_SECONDS:
        raise FieldError(TIMESTAMP, said("rule-webhook-time", seconds=TOLERANCE_SECONDS))
    public, text = _public(key), _signed(held[ID], int(told), body)
    if not any(_fits(public, token, text) for token in held[SIGNATURE].split(" ")):
        raise FieldError(SIGNATURE, said("rule-webhook-signature"))
    document = json.loads(body)
    if not isinstance(document, dict):
        raise FieldError("body", said("rule-webhook-signature"))
    return document


def _signed(message_id: str, timestamp: int, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode() + body


def _public(key: str) -> Ed25519PublicKey:
    try:
        if not key.startswith(PUBLIC_PREFIX):
            raise ValueError(PUBLIC_PREFIX)
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix(PUBLIC_PREFIX), validate=True))
    except (ValueError, binascii.Error) as error:
        raise FieldError("key", said("rule-webhook-key")) from error


def _fits(public: Ed25519PublicKey, token: str, text: bytes) -> bool:
    version, _, encoded = token.partition(",")
    if version != VERSION:
        return False
    try:
        public.verify(base64.b64decode(encoded, validate=True), text)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
