"""Recursive Length Prefix: the one door to the `rlp` library, which has no types of its own."""

from __future__ import annotations

from typing import Any, cast

import rlp  # type: ignore[import-untyped]
from rlp.exceptions import RLPException  # type: ignore[import-untyped]

RlpError: type[Exception] = RLPException
"""What decoding raises for bytes that are not canonical RLP."""


def encode(item: Any) -> bytes:
    return cast(bytes, rlp.encode(item))


def decode(raw: bytes) -> Any:
    """Nested lists and bytes. Raises RlpError unless every byte is accounted for."""
    return rlp.decode(raw)


def integer_bytes(number: int) -> bytes:
    """A number as RLP wants it: big-endian, no leading zeros, zero as nothing."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
