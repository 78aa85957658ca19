"""A secret that two people can each work out from their own key and the other's alone, and nobody else can.

X25519 (RFC 7748) between two long-lived keys, hashed with both public keys and with what the secret is for: who is
shown another's key in place of the right one, or told another purpose, comes to another secret.
"""

import hashlib
from typing import Final

from nacl.bindings import crypto_scalarmult

from pds_adapter.sealing.keys import KeyPair, PublicKey

AGREEMENT_LABEL: Final = b"azukari agreed 1"
SECRET_BYTES: Final = 32


def agreed_secret(own: KeyPair, other: PublicKey, purpose: bytes) -> bytes:
    """Return the 32 bytes that `own` and `other` share for a purpose: the same from either side."""
    digest = hashlib.blake2b(digest_size=SECRET_BYTES, person=AGREEMENT_LABEL)
    digest.update(crypto_scalarmult(own.secret, other.encoded))
    for key in sorted((own.public, other)):
        digest.update(key.encoded)
    digest.update(purpose)
    return digest.digest()
