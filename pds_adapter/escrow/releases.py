"""A release's answers opened by k of n together: the key that all of them are wrapped to exists nowhere.

The keepers (a bank's board, say) hold shares of one secret, as custodians do; the key of each answer is wrapped
under its public point (`threshold.wrap_key`), so that no stolen file and no single person opens any. For a release
each keeper gives one part: a point for each answer of this very list, in its order, and one proof for all of them,
the batched proof of equal logarithms of RFC 9497 (section 2.2.1, ComputeComposites). k parts give the keys of these
answers and nothing else. Where each key can be seen to be right (a sealed document commits to its key), the parts are
put together at once and proofs are looked at only if one is not (`open_committed`): nine of twelve multiplications
less. Refused: a wrapped key that does not prove itself, a part for another release or another list, a false part
(named).

Part, one spelling: 01 | index u8 | count u32 | points 32 each | challenge 32 | response 32
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from typing import Final, TypeVar

from pds_adapter.errors import (
    EscrowForgedError,
    NotInGroupError,
    ShareFormatError,
    ShareIndexError,
    TooFewSharesError,
    WrongPartialError,
)
from pds_adapter.escrow.group import BASE, POINT_BYTES, SCALAR_BYTES, Point, Scalar
from pds_adapter.escrow.proofs import Proof, prove, verify
from pds_adapter.escrow.shamir import check_index, lagrange_coefficient
from pds_adapter.escrow.threshold import VERSION, WrappedKey, check_wrapped, unmask
from pds_adapter.escrow.vss import Commitments, Share
from pds_adapter.sealing.keys import Randomness, system_randomness
from pds_adapter.sealing.wire import WireReader

LIST_LABEL: Final = b"azukari release list 1\x00"
PART_LABEL: Final = b"azukari release part 1\x00"
WEIGHT_LABEL: Final = b"azukari release weight 1\x00"
SLICE: Final = 256
"""So many multiplications go to a processor at a time; libsodium computes without Python's lock."""
T = TypeVar("T")


@dataclass(frozen=True)
class WrappedAnswer:
    """The wrapped key of one answer; `label` says whose answer to which survey it is."""

    label: bytes
    wrapped: WrappedKey


@dataclass(frozen=True)
class ReleasePart:
    """One keeper's part. k of these open the list, so they travel sealed to whoever makes the release."""

    index: int
    points: tuple[Point, ...] = field(repr=False)
    proof: Proof = field(repr=False)

    def __post_init__(self) -> None:
        check_index(self.index)

    def to_bytes(self) -> bytes:
        points = b"".join(point.encoded for point in self.points)
        return VERSION + bytes([self.index]) + len(self.points).to_bytes(4, "big") + points + self.proof.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> ReleasePart:
        """The strict inverse of `to_bytes`."""
        reader = WireReader(data, ShareFormatError)
        reader.literal(VERSION, "version")
        index = reader.number(1, "index")
        encoded = reader.take(POINT_BYTES * reader.number(4, "count"), "points")
        try:
            points = tuple(Point(encoded[at : at + POINT_BYTES]) for at in range(0, len(encoded), POINT_BYTES))
            scalars = [Scalar(reader.take(SCALAR_BYTES, "proof")) for _ in range(2)]
        except NotInGroupError as error:
            raise ShareFormatError("part", str(error)) from None
        reader.finish()
        return cls(index, points, Proof(*scalars))


def contribute_to_release(
    answers: Sequence[WrappedAnswer], share: Share, release_id: bytes, randomness: Randomness = system_randomness
) -> ReleasePart:
    """A keeper's part of one release. Raises EscrowForgedError for a wrapped key that does not prove itself."""
    _everywhere(len(answers), lambda at: check_wrapped(answers[at].wrapped, answers[at].label))
    points = tuple(_everywhere(len(answers), lambda at: answers[at].wrapped.ephemeral.times(share.value)))
    image = BASE.times(share.value)
    context = _context(answers, share.index, release_id)
    weights = _weights(answers, points, image, context)
    base = _weighted([answer.wrapped.ephemeral for answer in answers], weights)
    proof = prove(share.value, [BASE, base], [image, base.times(share.value)], context, randomness)
    return ReleasePart(share.index, points, proof)


def open_release(
    answers: Sequence[WrappedAnswer], parts: Iterable[ReleasePart], commitments: Commitments, release_id: bytes
) -> list[bytes]:
    """The keys of all answers, in their order, from any k right parts; wrong ones are named, missing ones counted.

    1. Every wrapped key proves itself.  2. No index twice.  3. Every part proves itself.  4. Enough.  5. Interpolate.
    """
    given = tuple(parts)
    _everywhere(len(answers), lambda at: check_wrapped(answers[at].wrapped, answers[at].label))  # 1.
    for index in {part.index for part in given}:  # 2.
        if sum(part.index == index for part in given) > 1:
            raise ShareIndexError(index, "is given twice")
    wrong = [part.index for part in given if not _proves(part, answers, commitments, release_id)]  # 3.
    if wrong:
        raise WrongPartialError(tuple(sorted(wrong)))
    if len(given) < commitments.threshold:  # 4.
        raise TooFewSharesError(len(given), commitments.threshold)
    return _put_together(answers, given[: commitments.threshold])  # 5.


def open_committed(
    answers: Sequence[WrappedAnswer],
    parts: Iterable[ReleasePart],
    commitments: Commitments,
    release_id: bytes,
    is_key: Callable[[int, bytes], bool],
) -> list[bytes]:
    """As `open_release`, where `is_key` tells of each answer, by its place, whether a key is the one it commits to.

    Raises WrongPartialError naming false parts, EscrowForgedError where all parts are right and an answer's wrapped
    key is not.
    """
    given = tuple(part for part in parts if len(part.points) == len(answers))
    if len({part.index for part in given}) >= commitments.threshold:
        try:
            found = _put_together(answers, given[: commitments.threshold])
        except NotInGroupError:
            found = []
        if found and all(is_key(at, key) for at, key in enumerate(found)):
            return found
    open_release(answers, given, commitments, release_id)
    raise EscrowForgedError("the wrapped key of an answer is not the one that the answer commits to")


def _put_together(answers: Sequence[WrappedAnswer], chosen: Sequence[ReleasePart]) -> list[bytes]:
    indexes = [part.index for part in chosen]
    factors = [lagrange_coefficient(part.index, indexes) for part in chosen]

    def key(at: int) -> bytes:
        shared = reduce(lambda left, right: left + right, map(Point.times, [one.points[at] for one in chosen], factors))
        return unmask(answers[at].wrapped, answers[at].label, shared)

    return _everywhere(len(answers), key)


def _proves(part: ReleasePart, answers: Sequence[WrappedAnswer], commitments: Commitments, release_id: bytes) -> bool:
    if len(part.points) != len(answers):
        return False
    image, context = commitments.public_share(part.index), _context(answers, part.index, release_id)
    weights = _weights(answers, part.points, image, context)
    try:
        bases = [BASE, _weighted([answer.wrapped.ephemeral for answer in answers], weights)]
        return verify(part.proof, bases, [image, _weighted(part.points, weights)], context)
    except NotInGroupError:
        return False


def _context(answers: Sequence[WrappedAnswer], index: int, release_id: bytes) -> bytes:
    """This keeper, this release, this list in this order."""
    digest = hashlib.blake2b(LIST_LABEL, digest_size=32)
    for answer in answers:
        digest.update(len(answer.label).to_bytes(4, "big") + answer.label + answer.wrapped.to_bytes())
    return PART_LABEL + bytes([index]) + digest.digest() + release_id


def _weights(answers: Sequence[WrappedAnswer], points: Sequence[Point], image: Point, context: bytes) -> list[Scalar]:
    """A weight for each answer that nobody can choose before all points stand."""
    digest = hashlib.blake2b(WEIGHT_LABEL + context + image.encoded)
    for answer, point in zip(answers, points, strict=True):
        digest.update(answer.wrapped.ephemeral.encoded + point.encoded)
    seed = digest.digest()
    return [Scalar.hashed(WEIGHT_LABEL, seed, at.to_bytes(4, "big")) for at in range(len(answers))]


def _weighted(points: Sequence[Point], weights: Sequence[Scalar]) -> Point:
    return reduce(lambda left, right: left + right, _everywhere(len(points), lambda at: points[at].times(weights[at])))


def _everywhere(count: int, work: Callable[[int], T]) -> list[T]:
    """`work` of 0, 1, … on all processors, in order."""

    def some(start: int) -> list[T]:
        return [work(at) for at in range(start, min(start + SLICE, count))]

    if count <= SLICE:
        return some(0)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [one for found in pool.map(some, range(0, count, SLICE)) for one in found]
