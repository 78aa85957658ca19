"""Keys of accounts, and signatures in the form that the contracts take: 65 bytes r || s || v, low s, v of 27 or 28.

Whatever has an address and 32 secret bytes signs: a `SigningKey`, or a key of another library. The curve's library is
imported when somebody signs.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from chaincode.ids import checksummed
from chaincode.keccak import keccak

KEY_BYTES = 32


class Key(Protocol):
    """What signs. `key` is its 32 secret bytes."""

    @property
    def address(self) -> str: ...

    @property
    def key(self) -> bytes: ...


@dataclass(frozen=True)
class SigningKey:
    """A secp256k1 key. Raises ValueError for bytes that are none."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        self.address  # noqa: B018  a key without an address is none

    @cached_property
    def address(self) -> str:
        """The checksummed address (EIP-55)."""
        from coincurve import PublicKey

        if len(self.key) != KEY_BYTES:
            raise ValueError(f"must be {KEY_BYTES} bytes")
        try:
            public_key = PublicKey.from_secret(self.key)
        except ValueError as error:
            raise ValueError("must be between 1 and the order of secp256k1") from error
        return checksummed("0x" + keccak(public_key.format(compressed=False)[1:])[12:].hex())


def sign_digest(digest: bytes, key: Key) -> bytes:
    """Return the signature of `key` over 32 bytes; the same bytes give the same signature (RFC 6979)."""
    from coincurve import PrivateKey

    signature = PrivateKey(bytes(key.key)).sign_recoverable(digest, hasher=None)
    return signature[:64] + bytes([signature[64] + 27])


def sign_text(text: str, key: Key) -> bytes:
    """Return the signature of `key` over a text that people read (EIP-191, version 0x45)."""
    return sign_digest(_digest_of(text), key)


def recover_text(text: str, signature: str) -> str | None:
    """Return the address whose key signed a text (`sign_text`), from 0x-hex; None where it is no signature."""
    from coincurve import PublicKey

    try:
        encoded = bytes.fromhex(signature.removeprefix("0x"))
        recoverable = encoded[:64] + bytes([encoded[64] - 27])
        public_key = PublicKey.from_signature_and_message(recoverable, _digest_of(text), hasher=None)
    except Exception:  # noqa: BLE001  coincurve raises bare ones
        return None
    return checksummed("0x" + keccak(public_key.format(compressed=False)[1:])[12:].hex())


def _digest_of(text: str) -> bytes:
    message = text.encode()
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)
