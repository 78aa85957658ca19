"""The only place where answers become figures: counts and sums with noise drawn and accounted for by OpenDP.

Who takes part stands on the ledger, so what is hidden is what they answered: neighbouring tables differ in one person's
answers. As a multiset that is one row gone and one come, a symmetric distance of CHANGED. OpenDP derives from it what a
measurement costs; a measurement that would cost more than it may is refused. The noise is discrete Laplace (Canonne,
Kamath, Steinke 2020), drawn exactly from the system's randomness.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from opendp import accuracy, domains, measurements, metrics, transformations
from opendp.mod import enable_features

enable_features("contrib")

CHANGED = 2
TAIL_SCALES = 40
"""Beyond so many scales for each part lies no chance worth counting."""
POINTS_MIN = 64
ROUNDED_UP = 1 + 2.0**-40
"""So that a quotient that was rounded down does not cost a little more than it may."""


@dataclass(frozen=True)
class Noisy:
    """Noisy whole numbers, all drawn with the same scale."""

    values: tuple[int, ...]
    scale: float

    def error(self, wrong_share: float, parts: int = 1) -> float:
        """How far a sum of so many of them is off, but in this share of cases."""
        if parts == 1:
            return float(accuracy.discrete_laplacian_scale_to_accuracy(self.scale, wrong_share))
        return error_of_sum(self.scale, parts, wrong_share)


@lru_cache(maxsize=4096)
def error_of_sum(scale: float, parts: int, wrong_share: float) -> float:
    """Of independent discrete Laplace numbers, whose distribution is the power of one's characteristic function."""
    shrink = math.exp(-1 / scale)
    points = max(POINTS_MIN, 1 << math.ceil(math.log2(TAIL_SCALES * scale * parts)))
    angle = 2 * np.pi * np.arange(points) / points
    one = (1 - shrink) ** 2 / (1 - 2 * shrink * np.cos(angle) + shrink**2)
    chance = np.fft.ifft(one**parts).real
    within = np.cumsum(np.append(chance[0], 2 * chance[1 : points // 2]))
    return float(np.flatnonzero(within >= 1 - wrong_share)[0])


def counts(codes: Sequence[int], cells: int, epsilon: float) -> Noisy:
    """How many of the codes are 0, 1, … cells - 1."""
    scale = CHANGED / epsilon * ROUNDED_UP
    space = domains.vector_domain(domains.atom_domain(T=int)), metrics.symmetric_distance()
    counting = transformations.then_count_by_categories(list(range(cells)), null_category=False)
    return _measured(space >> counting >> measurements.then_laplace(scale=scale), list(codes), scale, epsilon)


def total(numbers: Sequence[int], low: int, high: int, epsilon: float) -> Noisy:
    """The sum of numbers between low and high; how many there are is no secret."""
    scale = max(1, high - low) / epsilon * ROUNDED_UP
    space = (
        domains.vector_domain(domains.atom_domain(bounds=(low, high), T="i64"), size=len(numbers)),
        metrics.symmetric_distance(),
    )
    summing = transformations.then_sum()  # type: ignore[no-untyped-call]
    return _measured(space >> summing >> measurements.then_laplace(scale=scale), list(numbers), scale, epsilon)


def _measured(measurement: Any, given: list[int], scale: float, epsilon: float) -> Noisy:
    cost = measurement.map(CHANGED)
    if cost > epsilon:
        raise ArithmeticError
    found = measurement(given)
    return Noisy(tuple(found) if isinstance(found, list) else (found,), scale)
