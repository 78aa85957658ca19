"""Threshold decryption: k holders open one wrapped key together, and the shared secret never exists anywhere.

The shape is TDH2 (Shoup and Gennaro, "Securing threshold cryptosystems against chosen ciphertext attack"): a 32-byte
key is wrapped under the public key x·G of a Feldman sharing, with a label (which escrow, which document) and a proof
that whoever wrapped it knew the randomness. Holders check that proof first: without it an asker could shift R and
undo the shift afterwards. Each holder then answers x_i·R with a proof of equal logarithms, so a false answer names
its author. Partials are bound to one opening; k of them give this one key and nothing else.

Wrapped key, one spelling: 01 | R 32 | R' 32 | masked key 32 | challenge 32 | response 32
Partial, one spelling:     01 | index u8 | x_i·R 32 | challenge 32 | response 32
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

from pds_adapter.errors import (
    EscrowForgedError,
    EscrowTermsError,
    NotInGroupError,
    ShareFormatError,
    ShareIndexError,
    TooFewSharesError,
    WrongPartialError,
)
from pds_adapter.escrow.group import BASE, POINT_BYTES, SCALAR_BYTES, Point, Scalar
from pds_adapter.escrow.proofs import Proof, prove, verify
from pds_adapter.escrow.shamir import check_index, lagrange_coefficient
from pds_adapter.escrow.vss import Commitments, Share
from pds_adapter.sealing.keys import KEY_BYTES, Randomness, system_randomness
from pds_adapter.sealing.wire import WireReader

VERSION: Final = b"\x01"
WRAPPED_BYTES: Final = 161
SECOND_BASE: Final = Point.hashed(b"azukari tdh2 second base point 1")
MASK_LABEL: Final = b"azukari tdh2 key"
WRAP_LABEL: Final = b"azukari tdh2 wrap 1\x00"
PARTIAL_LABEL: Final = b"azukari tdh2 partial 1\x00"


@dataclass(frozen=True)
class WrappedKey:
    """R = r·G and R' = r·G', the key masked by r·x·G, and the proof that R and R' share r under the label."""

    ephemeral: Point
    second: Point
    masked: bytes
    proof: Proof

    def to_bytes(self) -> bytes:
        return VERSION + self.ephemeral.encoded + self.second.encoded + self.masked + self.proof.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> WrappedKey:
        """The strict inverse of `to_bytes`; the proof needs the label and is checked by `check_wrapped`."""
        reader = WireReader(data, lambda _field, rule: EscrowTermsError("wrapped_key", rule))
        reader.literal(VERSION, "version")
        try:
            wrapped = cls(
                Point(reader.take(POINT_BYTES, "wrapped_key")),
                Point(reader.take(POINT_BYTES, "wrapped_key")),
                reader.take(KEY_BYTES, "wrapped_key"),
                _read_proof(reader, "wrapped_key"),
            )
        except NotInGroupError as error:
            raise EscrowTermsError("wrapped_key", str(error)) from None
        reader.finish()
        return wrapped


@dataclass(frozen=True)
class PartialDecryption:
    """One holder's answer. k of these open the key, so they travel sealed to the requester."""

    index: int
    point: Point = field(repr=False)
    proof: Proof = field(repr=False)

    def __post_init__(self) -> None:
        check_index(self.index)

    def to_bytes(self) -> bytes:
        return VERSION + bytes([self.index]) + self.point.encoded + self.proof.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> PartialDecryption:
        reader = WireReader(data, ShareFormatError)
        reader.literal(VERSION, "version")
        index = reader.number(1, "index")
        try:
            point = Point(reader.take(POINT_BYTES, "partial decryption"))
            proof = _read_proof(reader, "proof")
        except NotInGroupError as error:
            raise ShareFormatError("partial decryption", str(error)) from None
        reader.finish()
        return cls(index, point, proof)


def wrap_key(key: bytes, public_key: Point, label: bytes, randomness: Randomness = system_randomness) -> WrappedKey:
    """Wrap under the public key of a sharing; no holder need be present."""
    if len(key) != KEY_BYTES:
        raise EscrowTermsError("key", f"must be {KEY_BYTES} bytes")
    secret = Scalar.random(randomness)
    ephemeral, second = BASE.times(secret), SECOND_BASE.times(secret)
    masked = _mask(key, public_key.times(secret), ephemeral, label)
    context = _wrap_context(masked, label)
    proof = prove(secret, [BASE, SECOND_BASE], [ephemeral, second], context, randomness)
    return WrappedKey(ephemeral, second, masked, proof)


def check_wrapped(wrapped: WrappedKey, label: bytes) -> None:
    """Every holder calls this before answering: the wrapped key is whole and belongs to this label."""
    context = _wrap_context(wrapped.masked, label)
    if not verify(wrapped.proof, [BASE, SECOND_BASE], [wrapped.ephemeral, wrapped.second], context):
        raise EscrowForgedError("the wrapped key was altered, or it belongs to another escrow or document")


def decrypt_partially(
    wrapped: WrappedKey,
    label: bytes,
    share: Share,
    opening: bytes,
    randomness: Randomness = system_randomness,
) -> PartialDecryption:
    """One holder's part of one opening; refuses a wrapped key that does not prove itself."""
    check_wrapped(wrapped, label)
    context = _partial_context(wrapped, label, share.index, opening)
    point = wrapped.ephemeral.times(share.value)
    images = [BASE.times(share.value), point]
    proof = prove(share.value, [BASE, wrapped.ephemeral], images, context, randomness)
    return PartialDecryption(share.index, point, proof)


def verify_partial(
    partial: PartialDecryption, wrapped: WrappedKey, label: bytes, commitments: Commitments, opening: bytes
) -> None:
    """Raises WrongPartialError unless this holder answered rightly for this very opening."""
    context = _partial_context(wrapped, label, partial.index, opening)
    images = [commitments.public_share(partial.index), partial.point]
    if not verify(partial.proof, [BASE, wrapped.ephemeral], images, context):
        raise WrongPartialError((partial.index,))


def combine_partials(
    partials: Iterable[PartialDecryption],
    wrapped: WrappedKey,
    label: bytes,
    commitments: Commitments,
    opening: bytes,
) -> bytes:
    """The wrapped key, from any k right partials; wrong ones are named, missing ones counted.

    1. The wrapped key proves itself.  2. No index twice.  3. Every partial proves itself.  4. Enough.  5. Interpolate.
    """
    given = tuple(partials)
    # 1.
    check_wrapped(wrapped, label)
    # 2.
    for index in {partial.index for partial in given}:
        if sum(partial.index == index for partial in given) > 1:
            raise ShareIndexError(index, "is given twice")
    # 3.
    wrong = [partial.index for partial in given if not _proves(partial, wrapped, label, commitments, opening)]
    if wrong:
        raise WrongPartialError(tuple(sorted(wrong)))
    # 4.
    if len(given) < commitments.threshold:
        raise TooFewSharesError(len(given), commitments.threshold)
    # 5.
    chosen = given[: commitments.threshold]
    indexes = [partial.index for partial in chosen]
    weighted = (partial.point.times(lagrange_coefficient(partial.index, indexes)) for partial in chosen)
    return unmask(wrapped, label, reduce(lambda left, right: left + right, weighted))


def unmask(wrapped: WrappedKey, label: bytes, shared: Point) -> bytes:
    """The wrapped key, from secret · R; of another point comes another key, and nothing says so."""
    return _mask(wrapped.masked, shared, wrapped.ephemeral, label)


def unwrap_key(wrapped: WrappedKey, label: bytes, secret: Scalar) -> bytes:
    """The wrapped key, by somebody who put the whole secret together again."""
    check_wrapped(wrapped, label)
    return _mask(wrapped.masked, wrapped.ephemeral.times(secret), wrapped.ephemeral, label)


def _proves(
    partial: PartialDecryption, wrapped: WrappedKey, label: bytes, commitments: Commitments, opening: bytes
) -> bool:
    try:
        verify_partial(partial, wrapped, label, commitments, opening)
    except WrongPartialError:
        return False
    return True


def _mask(key: bytes, shared: Point, ephemeral: Point, label: bytes) -> bytes:
    """Its own inverse: each wrapping has a fresh mask."""
    data = shared.encoded + ephemeral.encoded + label
    stream = hashlib.blake2b(data, digest_size=KEY_BYTES, person=MASK_LABEL).digest()
    return bytes(left ^ right for left, right in zip(key, stream, strict=True))


def _wrap_context(masked: bytes, label: bytes) -> bytes:
    return WRAP_LABEL + masked + label


def _partial_context(wrapped: WrappedKey, label: bytes, index: int, opening: bytes) -> bytes:
    whole = hashlib.blake2b(wrapped.to_bytes() + label, digest_size=32).digest()
    return PARTIAL_LABEL + whole + bytes([index]) + opening


def _read_proof(reader: WireReader, field_name: str) -> Proof:
    return Proof(Scalar(reader.take(SCALAR_BYTES, field_name)), Scalar(reader.take(SCALAR_BYTES, field_name)))
