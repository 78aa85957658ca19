"""Whose key made a signature."""

from __future__ import annotations

import coincurve
from eth_hash.auto import keccak

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HALF_CURVE_ORDER = CURVE_ORDER // 2


def recover_address(signature: bytes, message_hash: bytes) -> bytes:
    """The address that made this 65-byte signature (r, s, recovery id). Raises ValueError."""
    try:
        key = coincurve.PublicKey.from_signature_and_message(signature, message_hash, hasher=None)
    except Exception as error:  # noqa: BLE001 - coincurve raises bare Exception and ValueError alike
        raise ValueError(f"no key signed this: {error}") from None
    return keccak(key.format(compressed=False)[1:])[12:]


def recover_signer(parity: int, r: bytes, s: bytes, message: bytes, *, malleable: bool = False) -> bytes:
    """The address that signed a message with numbers as a transaction carries them. Raises ValueError."""
    r_number, s_number = int.from_bytes(r, "big"), int.from_bytes(s, "big")
    s_max = CURVE_ORDER - 1 if malleable else HALF_CURVE_ORDER
    if parity not in (0, 1) or not 0 < r_number < CURVE_ORDER or not 0 < s_number <= s_max:
        raise ValueError("invalid transaction v, r, s values")
    return recover_address(r.rjust(32, b"\x00") + s.rjust(32, b"\x00") + bytes([parity]), keccak(message))
