"""X25519 keys of the people and parties that sealed documents are addressed to.

A public key is written as 0x and 64 lower-case hex digits, and only so. Refused: non-canonical encodings and the
points of small order, to which a "sealed" box could be opened by anybody. A secret key never shows in a repr.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from nacl.bindings import crypto_box_seed_keypair, crypto_scalarmult_base

from pds_adapter.errors import KeyFormatError

Randomness = Callable[[int], bytes]
"""`randomness(n)` gives n bytes; os.urandom unless a vector generator passes its own."""
system_randomness: Randomness = os.urandom

KEY_BYTES: Final = 32
WALLET_LABEL: Final = b"azukari x25519 1"
"""Separates the encryption key from every other use of the wallet key it is derived from."""
FIELD_PRIME: Final = 2**255 - 19
SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        FIELD_PRIME - 1,
    }
)
"""The canonical u-coordinates of order 1, 2, 4 or 8 on Curve25519 and its twist (RFC 7748, section 7)."""


@dataclass(frozen=True, order=True)
class PublicKey:
    """X25519, in 32 bytes. Raises KeyFormatError for what is in no canonical form, or gives everybody one secret."""

    encoded: bytes

    def __post_init__(self) -> None:
        if not isinstance(self.encoded, bytes) or len(self.encoded) != KEY_BYTES:
            raise KeyFormatError("public key", f"must be {KEY_BYTES} bytes")
        coordinate = int.from_bytes(self.encoded, "little")
        if coordinate >= FIELD_PRIME:
            raise KeyFormatError("public key", "is not in canonical form")
        if coordinate in SMALL_ORDER:
            raise KeyFormatError("public key", "is a point of small order: anybody could open what is sealed to it")

    @classmethod
    def from_hex(cls, text: str) -> PublicKey:
        if not isinstance(text, str) or not re.fullmatch(r"0x[0-9a-f]{64}", text):
            raise KeyFormatError("public key", "must be 0x and 64 lower-case hex digits")
        return cls(bytes.fromhex(text[2:]))

    def to_hex(self) -> str:
        return "0x" + self.encoded.hex()

    def __repr__(self) -> str:
        return f"PublicKey({self.to_hex()})"


@dataclass(frozen=True)
class KeyPair:
    """A public key with its 32 secret bytes, which show nowhere."""

    public: PublicKey
    secret: bytes = field(repr=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> KeyPair:
        """The key pair of a 32-byte seed, as libsodium's crypto_box_seed_keypair derives it."""
        if not isinstance(seed, bytes) or len(seed) != KEY_BYTES:
            raise KeyFormatError("seed", f"must be {KEY_BYTES} bytes")
        public, secret = crypto_box_seed_keypair(seed)
        return cls(PublicKey(public), secret)

    @classmethod
    def from_secret(cls, secret: bytes) -> KeyPair:
        """The key pair of its 32 secret bytes, as a former key is handed on."""
        if not isinstance(secret, bytes) or len(secret) != KEY_BYTES:
            raise KeyFormatError("secret key", f"must be {KEY_BYTES} bytes")
        return cls(PublicKey(crypto_scalarmult_base(secret)), secret)

    @classmethod
    def from_wallet_key(cls, private_key: bytes) -> KeyPair:
        """The encryption key that goes with a secp256k1 wallet key: one secret to keep instead of two."""
        if not isinstance(private_key, bytes) or len(private_key) != KEY_BYTES:
            raise KeyFormatError("wallet key", f"must be {KEY_BYTES} bytes")
        return cls.from_seed(hashlib.blake2b(private_key, digest_size=KEY_BYTES, person=WALLET_LABEL).digest())

    @classmethod
    def generate(cls, randomness: Randomness = system_randomness) -> KeyPair:
        return cls.from_seed(randomness(KEY_BYTES))
