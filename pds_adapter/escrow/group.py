"""The prime-order group of ed25519 and its scalars, by libsodium; nothing here is computed with Python integers.

Python integers are not constant-time, libsodium's scalar functions are. Decoding is strict: a scalar must be below
the group order, a point must be canonical, in the prime-order subgroup and not the identity. libsodium checks
neither on addition, so every received point goes through `Point(...)`, which does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_from_uniform,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_invert,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_negate,
    crypto_core_ed25519_scalar_reduce,
    crypto_core_ed25519_scalar_sub,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import RuntimeError as SodiumRuntimeError

from pds_adapter.errors import NotInGroupError
from pds_adapter.sealing.keys import Randomness

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
SCALAR_BYTES: Final = 32
POINT_BYTES: Final = 32
IDENTITY: Final = (1).to_bytes(POINT_BYTES, "little")
WIDE_BYTES: Final = 64
"""Reducing 64 random bytes is uniform up to 2^-259; reducing 32 would be visibly biased."""


@dataclass(frozen=True)
class Scalar:
    """A number modulo the group order; usually a secret, so it never shows."""

    encoded: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.encoded, bytes) or len(self.encoded) != SCALAR_BYTES:
            raise NotInGroupError("scalar", f"must be {SCALAR_BYTES} bytes")
        if crypto_core_ed25519_scalar_reduce(self.encoded + bytes(SCALAR_BYTES)) != self.encoded:
            raise NotInGroupError("scalar", "is not below the group order")

    @classmethod
    def from_int(cls, number: int) -> Scalar:
        """For small public numbers (indexes); secrets never pass through here."""
        return cls(number.to_bytes(SCALAR_BYTES, "little"))

    @classmethod
    def reduce(cls, wide: bytes) -> Scalar:
        """A uniform scalar from 64 uniform bytes."""
        if len(wide) != WIDE_BYTES:
            raise NotInGroupError("wide scalar", f"must be {WIDE_BYTES} bytes")
        return cls(crypto_core_ed25519_scalar_reduce(wide))

    @classmethod
    def random(cls, randomness: Randomness) -> Scalar:
        return cls.reduce(randomness(WIDE_BYTES))

    @classmethod
    def hashed(cls, label: bytes, *parts: bytes) -> Scalar:
        """A uniform scalar for these parts; each is preceded by its length, so none runs into the next."""
        digest = hashlib.blake2b(label)
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return cls.reduce(digest.digest())

    @property
    def is_zero(self) -> bool:
        return self.encoded == bytes(SCALAR_BYTES)

    def __add__(self, other: Scalar) -> Scalar:
        return Scalar(crypto_core_ed25519_scalar_add(self.encoded, other.encoded))

    def __sub__(self, other: Scalar) -> Scalar:
        return Scalar(crypto_core_ed25519_scalar_sub(self.encoded, other.encoded))

    def __mul__(self, other: Scalar) -> Scalar:
        return Scalar(crypto_core_ed25519_scalar_mul(self.encoded, other.encoded))

    def __neg__(self) -> Scalar:
        return Scalar(crypto_core_ed25519_scalar_negate(self.encoded))

    def inverse(self) -> Scalar:
        if self.is_zero:
            raise NotInGroupError("scalar", "zero has no inverse")
        return Scalar(crypto_core_ed25519_scalar_invert(self.encoded))

    def __repr__(self) -> str:
        return "Scalar(hidden)"


@dataclass(frozen=True)
class Point:
    """A point of the prime-order group, never the identity."""

    encoded: bytes

    def __post_init__(self) -> None:
        if not isinstance(self.encoded, bytes) or len(self.encoded) != POINT_BYTES:
            raise NotInGroupError("point", f"must be {POINT_BYTES} bytes")
        if not crypto_core_ed25519_is_valid_point(self.encoded):
            raise NotInGroupError("point", "is not canonical, not in the prime-order group, or the identity")

    @classmethod
    def base_times(cls, scalar: Scalar) -> Point:
        try:
            return _computed(crypto_scalarmult_ed25519_base_noclamp(scalar.encoded))
        except SodiumRuntimeError:
            raise NotInGroupError("scalar", "zero times the base point is the identity") from None

    @classmethod
    def hashed(cls, label: bytes) -> Point:
        """A point of which nobody knows the discrete logarithm."""
        return cls(crypto_core_ed25519_from_uniform(hashlib.blake2b(label, digest_size=POINT_BYTES).digest()))

    def times(self, scalar: Scalar) -> Point:
        if self.encoded == BASE.encoded:
            return Point.base_times(scalar)
        try:
            return _computed(crypto_scalarmult_ed25519_noclamp(scalar.encoded, self.encoded))
        except SodiumRuntimeError:
            raise NotInGroupError("scalar", "zero times a point is the identity") from None

    def __add__(self, other: Point) -> Point:
        return _computed(crypto_core_ed25519_add(self.encoded, other.encoded))

    def __sub__(self, other: Point) -> Point:
        return _computed(crypto_core_ed25519_sub(self.encoded, other.encoded))

    def __repr__(self) -> str:
        return f"Point({self.encoded.hex()})"


def _computed(encoded: bytes) -> Point:
    """A result computed from valid points is in the group; only the identity must still be refused."""
    if encoded == IDENTITY:
        raise NotInGroupError("point", "the result is the identity")
    point = object.__new__(Point)
    object.__setattr__(point, "encoded", encoded)
    return point


BASE: Final = Point.base_times(Scalar.from_int(1))
