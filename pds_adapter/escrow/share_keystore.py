"""A share on a disk: Argon2id over the password, XChaCha20-Poly1305 over the share, everything else readable.

The readable part (which escrow, which share, k of n) is bound as associated data, so it cannot be altered either.
Refused: cost parameters below libsodium's interactive level or beyond what a laptop can serve.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_pwhash_alg,
    crypto_pwhash_ALG_ARGON2ID13,
)
from nacl.exceptions import CryptoError

from pds_adapter.errors import (
    CanonicalFormError,
    EscrowTermsError,
    ForeignShareError,
    ShareFormatError,
    SharePasswordError,
)
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import bytes_of_hex
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.keys import Randomness, system_randomness

FORMAT: Final = "azukari share keystore 1"
FIELDS: Final = ("ciphertext", "format", "kdf", "nonce", "share")
KDF_FIELDS: Final = ("memory_bytes", "name", "passes", "salt")
KDF_NAME: Final = "argon2id13"
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 24
PASSES_MAX: Final = 16
MEMORY_BYTES_MIN: Final = 8 * 1024
MEMORY_BYTES_MAX: Final = 1024**3
"""A file may not make the reader spend more than this."""


@dataclass(frozen=True)
class KeystoreCost:
    passes: int = 3
    memory_bytes: int = 256 * 1024**2
    """libsodium's "moderate" level: about 0.6 s on a laptop."""

    def __post_init__(self) -> None:
        if type(self.passes) is not int or not 1 <= self.passes <= PASSES_MAX:
            raise ShareFormatError("kdf.passes", f"must be from 1 to {PASSES_MAX}")
        if type(self.memory_bytes) is not int or not MEMORY_BYTES_MIN <= self.memory_bytes <= MEMORY_BYTES_MAX:
            raise ShareFormatError("kdf.memory_bytes", f"must be from {MEMORY_BYTES_MIN} to {MEMORY_BYTES_MAX}")


def lock_share(
    share: EscrowShare,
    password: str,
    cost: KeystoreCost | None = None,
    randomness: Randomness = system_randomness,
) -> dict[str, Any]:
    """The keystore, ready to be written as JSON."""
    chosen = cost or KeystoreCost()
    salt, nonce = randomness(SALT_BYTES), randomness(NONCE_BYTES)
    keystore: dict[str, Any] = {
        "format": FORMAT,
        "share": _described(share),
        "kdf": {
            "name": KDF_NAME,
            "passes": chosen.passes,
            "memory_bytes": chosen.memory_bytes,
            "salt": "0x" + salt.hex(),
        },
        "nonce": "0x" + nonce.hex(),
    }
    key = _password_key(password, salt, chosen)
    ciphertext = crypto_aead_xchacha20poly1305_ietf_encrypt(share.to_bytes(), canonical_json(keystore), nonce, key)
    return {**keystore, "ciphertext": "0x" + ciphertext.hex()}


def unlock_share(keystore: Any, password: str) -> EscrowShare:
    """The strict inverse of `lock_share`."""
    if not isinstance(keystore, dict) or sorted(keystore) != list(FIELDS) or keystore["format"] != FORMAT:
        raise ShareFormatError("keystore", f"must be '{FORMAT}' with exactly {', '.join(FIELDS)}")
    kdf, described = keystore["kdf"], keystore["share"]
    if not isinstance(kdf, dict) or sorted(kdf) != list(KDF_FIELDS) or kdf["name"] != KDF_NAME:
        raise ShareFormatError("kdf", f"must be {KDF_NAME} with exactly {', '.join(KDF_FIELDS)}")
    if not isinstance(described, dict) or type(described.get("index")) is not int:
        raise ShareFormatError("share", "must describe the share, its index included")
    cost = KeystoreCost(kdf["passes"], kdf["memory_bytes"])
    size = len(keystore["ciphertext"]) // 2 - 1 if isinstance(keystore["ciphertext"], str) else 0
    try:
        salt = bytes_of_hex(kdf["salt"], "kdf.salt", SALT_BYTES)
        nonce = bytes_of_hex(keystore["nonce"], "nonce", NONCE_BYTES)
        ciphertext = bytes_of_hex(keystore["ciphertext"], "ciphertext", max(size, 1))
        bound = canonical_json({name: keystore[name] for name in FIELDS if name != "ciphertext"})
    except EscrowTermsError as error:
        raise ShareFormatError(error.field, error.rule) from None
    except CanonicalFormError as error:
        raise ShareFormatError(error.path, error.rule) from None
    try:
        content = crypto_aead_xchacha20poly1305_ietf_decrypt(
            ciphertext, bound, nonce, _password_key(password, salt, cost)
        )
    except CryptoError:
        raise SharePasswordError(described["index"]) from None
    share = EscrowShare.from_bytes(content)
    if _described(share) != described:
        raise ForeignShareError(share.index, "description", str(described), str(_described(share)))
    return share


def _described(share: EscrowShare) -> dict[str, Any]:
    hidden = ("value", "checksum")
    return {name: value for name, value in share.to_json().items() if name not in hidden}


def _password_key(password: str, salt: bytes, cost: KeystoreCost) -> bytes:
    """NFKC first: the same Japanese password typed on another machine must be the same bytes."""
    try:
        encoded = unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        raise ShareFormatError("password", "holds half of a surrogate pair, which UTF-8 cannot spell") from None
    return crypto_pwhash_alg(32, encoded, salt, cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13)
