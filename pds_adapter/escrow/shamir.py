"""Shamir's secret sharing: the arithmetic only, over the scalars of ed25519.

A secret is the value at zero of a random polynomial of degree k-1; a share is its value at the holder's index. Every
coefficient is uniform: forcing the leading one to be non-zero, as some did, would leak which values a share cannot
have. Nothing here can tell a wrong share from a right one; `vss` can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Final

from pds_adapter.errors import ShareIndexError, ThresholdRefusedError
from pds_adapter.escrow.group import Scalar
from pds_adapter.sealing.keys import Randomness

HOLDERS_MAX: Final = 255
"""An index is one byte."""


def check_threshold(threshold: int, holders: int) -> None:
    if not 1 <= threshold <= holders:
        raise ThresholdRefusedError(threshold, holders, "the threshold must be from 1 to the number of holders")
    if holders > HOLDERS_MAX:
        raise ThresholdRefusedError(threshold, holders, f"there may be at most {HOLDERS_MAX} holders")


def check_index(index: int) -> None:
    if not 1 <= index <= HOLDERS_MAX:
        raise ShareIndexError(index, f"an index is from 1 to {HOLDERS_MAX}; at zero stands the secret itself")


def random_polynomial(secret: Scalar, threshold: int, randomness: Randomness) -> tuple[Scalar, ...]:
    """Coefficients, the secret first; any `threshold` values of it give the secret, fewer give nothing."""
    return (secret, *(Scalar.random(randomness) for _ in range(threshold - 1)))


def evaluate(coefficients: Sequence[Scalar], index: int) -> Scalar:
    check_index(index)
    at = Scalar.from_int(index)
    return reduce(lambda value, coefficient: value * at + coefficient, reversed(coefficients[:-1]), coefficients[-1])


def value_at_zero(values: Mapping[int, Scalar]) -> Scalar:
    """Interpolate; `values` holds exactly as many as the threshold, by index."""
    terms = [value * lagrange_coefficient(index, values) for index, value in values.items()]
    return reduce(lambda left, right: left + right, terms)


def lagrange_coefficient(index: int, indexes: Mapping[int, object] | Sequence[int], at: int = 0) -> Scalar:
    """The weight of the value at `index` when the polynomial is evaluated at `at`."""
    check_index(index)
    numerator = denominator = Scalar.from_int(1)
    for other in indexes:
        if other != index:
            check_index(other)
            numerator = numerator * (Scalar.from_int(other) - Scalar.from_int(at))
            denominator = denominator * (Scalar.from_int(other) - Scalar.from_int(index))
    return numerator * denominator.inverse()
