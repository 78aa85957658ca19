"""Feldman's verifiable secret sharing: a holder can check a share, and a wrong share is named when shares meet.

The dealer publishes coefficient x base point for every coefficient. That reveals secret x base point, which is
harmless for the random scalars this package shares, and would not be for a guessable secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nacl.bindings import crypto_core_ed25519_add, crypto_scalarmult_ed25519_noclamp
from nacl.exceptions import RuntimeError as SodiumRuntimeError

from pds_adapter.errors import NotInGroupError, ShareIndexError, TooFewSharesError, WrongShareError
from pds_adapter.escrow.group import Point, Scalar
from pds_adapter.escrow.shamir import check_index, check_threshold, evaluate, random_polynomial, value_at_zero
from pds_adapter.sealing.keys import Randomness, system_randomness


@dataclass(frozen=True)
class Share:
    index: int
    value: Scalar

    def __post_init__(self) -> None:
        check_index(self.index)


@dataclass(frozen=True)
class Commitments:
    """What the dealer publishes: one point per coefficient, the secret's first."""

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        check_threshold(len(self.points), max(len(self.points), 1))

    @property
    def threshold(self) -> int:
        return len(self.points)

    @property
    def public_key(self) -> Point:
        """Secret x base point."""
        return self.points[0]

    def public_share(self, index: int) -> Point:
        """Share x base point of that holder, from public knowledge alone."""
        check_index(index)
        at, value = Scalar.from_int(index).encoded, self.points[-1].encoded
        try:
            for point in reversed(self.points[:-1]):
                value = crypto_core_ed25519_add(crypto_scalarmult_ed25519_noclamp(at, value), point.encoded)
        except SodiumRuntimeError:
            raise NotInGroupError("commitments", f"their combination for share {index} is the identity") from None
        return Point(value)


def split(
    secret: Scalar, threshold: int, holders: int, randomness: Randomness = system_randomness
) -> tuple[tuple[Share, ...], Commitments]:
    """Shares for holders 1..n, of which any `threshold` give the secret, and the public commitments."""
    check_threshold(threshold, holders)
    coefficients = random_polynomial(secret, threshold, randomness)
    commitments = Commitments(tuple(Point.base_times(coefficient) for coefficient in coefficients))
    shares = tuple(Share(index, evaluate(coefficients, index)) for index in range(1, holders + 1))
    return shares, commitments


def verify_share(share: Share, commitments: Commitments) -> None:
    """Raises WrongShareError unless the share is the one the dealer committed to."""
    try:
        fits = Point.base_times(share.value) == commitments.public_share(share.index)
    except NotInGroupError:
        fits = False
    if not fits:
        raise WrongShareError((share.index,))


def combine(shares: Iterable[Share], commitments: Commitments) -> Scalar:
    """The secret, from any `threshold` right shares; wrong ones are named, missing ones counted.

    1. No index twice.  2. Every share fits the commitments.  3. There are enough.  4. Interpolate.
    """
    given = tuple(shares)
    # 1.
    by_index: dict[int, Scalar] = {}
    for share in given:
        if share.index in by_index:
            raise ShareIndexError(share.index, "is given twice")
        by_index[share.index] = share.value
    # 2.
    wrong = tuple(sorted(share.index for share in given if not _fits(share, commitments)))
    if wrong:
        raise WrongShareError(wrong)
    # 3.
    if len(given) < commitments.threshold:
        raise TooFewSharesError(len(given), commitments.threshold)
    # 4.
    return value_at_zero({share.index: share.value for share in given[: commitments.threshold]})


def _fits(share: Share, commitments: Commitments) -> bool:
    try:
        verify_share(share, commitments)
    except WrongShareError:
        return False
    return True
