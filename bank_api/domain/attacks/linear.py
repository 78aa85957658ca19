"""Linear algebra over all counts: how many of each group of people gave each answer, where the counts decide it.

Unknown are numbers x[group, answer]; each class of each release says that those of its groups sum to its count.
1. Bounds: no number is below 0 or above what its classes leave, again and again until nothing moves.
2. Exactly: a number is decided by subtraction alone when every way to change numbers without changing a sum leaves it
   as it is (`elimination`, or `gradients` where that takes too long).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.elimination import decided_exactly
from bank_api.domain.attacks.gradients import decided_by_gradients
from bank_api.domain.attacks.observed import Compared, Numbers
from bank_api.domain.attacks.sums import Decided, Sums

ROUNDS_MAX = 200


def decided(sums: Sums, counts: Numbers) -> Decided:
    """`counts`: class x answer."""
    return decided_exactly(sums, counts) or decided_by_gradients(sums, counts)


def possible_by_counting(compared: Compared) -> NDArray[np.bool_]:
    """Group x answer: could anybody of the group have given it?"""
    groups, _, sizes = compared.groups
    sums = Sums.of(groups, len(compared.counts))
    low, high = _bounds(sums, compared.counts, sizes)
    possible = high > 0
    found = decided(sums, compared.counts)
    possible[found.still] &= found.numbers[found.still] > 0
    possible[(low == sizes[:, None]).any(1)] &= low[(low == sizes[:, None]).any(1)] > 0
    return possible


def _bounds(sums: Sums, counts: Numbers, sizes: Numbers) -> tuple[Numbers, Numbers]:
    """1."""
    shape = (len(sizes), counts.shape[1])
    low, high = np.zeros(shape, np.int64), np.broadcast_to(sizes[:, None], shape).copy()
    for _ in range(ROUNDS_MAX):
        before = low.sum(), high.sum()
        slack = counts - np.add.reduceat(low[sums.group], sums.starts, axis=0)
        np.minimum.at(high, sums.group, low[sums.group] + slack[sums.class_of_pair])
        missing = counts - np.add.reduceat(high[sums.group], sums.starts, axis=0)
        np.maximum.at(low, sums.group, high[sums.group] + missing[sums.class_of_pair])
        high = np.minimum(high, low + (sizes - low.sum(1))[:, None])
        low = np.maximum(low, high + (sizes - high.sum(1))[:, None])
        if before == (low.sum(), high.sum()):
            break
    return low, high
