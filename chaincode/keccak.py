"""Keccak-256, by the C library itself: the usual wrapper's import costs more than a wallet's whole start may."""

from sha3 import keccak_256


def keccak(data: bytes) -> bytes:
    """Return the 32 bytes of Ethereum's hash (Keccak before it became SHA-3)."""
    return bytes(keccak_256(data).digest())
