"""Sums solved by conjugate gradients, to eleven digits: for those that are too entangled to be solved exactly.

Ways to change numbers without changing a sum are found by taking from random numbers all that the sums see of them.
"""

from __future__ import annotations

import numpy as np

from bank_api.domain.attacks.observed import Numbers
from bank_api.domain.attacks.sums import Decided, Reals, Sums

DIRECTIONS = 3
STEPS_MAX = 3000
ZERO = 1e-6
DONE = 1e-22
"""Of the square of what is to be solved: eleven digits are right."""
GRID = 1e6
"""Directions are equal if they fall into one cell of this many to a unit, or of the same grid moved by half a cell."""


def decided_by_gradients(sums: Sums, counts: Numbers) -> Decided:
    """`counts`: class x answer."""
    ways = np.random.default_rng().standard_normal((sums.groups, DIRECTIONS))
    unseen = ways - sums.spread(solve(sums, sums.add(ways)))
    smallest = sums.spread(solve(sums, counts.astype(np.float64))) if counts.shape[1] else np.zeros((sums.groups, 0))
    still = np.max(np.abs(unseen), axis=1) < ZERO
    direction = unseen / np.where(still, 1, np.linalg.norm(unseen, axis=1))[:, None]
    direction *= np.sign(direction[np.arange(len(direction)), np.abs(direction).argmax(1)])[:, None]
    cells = (np.floor(direction * GRID + moved).astype(np.int64) for moved in (0.0, 0.5))
    directions = (np.unique(one, axis=0, return_inverse=True)[1].reshape(-1) for one in cells)
    return Decided(still, np.round(smallest).astype(np.int64), tuple(directions))


def solve(sums: Sums, right: Reals) -> Reals:
    """y with (sums of spread y) = right, column by column, by conjugate gradients with the classes' sizes as scale."""
    scale = 1 / np.bincount(sums.class_of_pair, minlength=len(right))[:, None]
    y, rest = np.zeros_like(right), right.copy()
    step = scale * rest
    way, size = step.copy(), (rest * step).sum(0)
    goal = DONE * size
    for _ in range(STEPS_MAX):
        open_ = size > goal  # a column that is done must not be stirred by its rounding errors
        if not open_.any():
            break
        seen = sums.add(sums.spread(way))
        along = (way * seen).sum(0)
        open_ &= along > 0
        length = np.where(open_, size / np.where(open_, along, 1), 0)
        y += length * way
        rest -= length * seen
        step = scale * rest
        new = (rest * step).sum(0)
        way = np.where(open_, step + np.where(open_, new / np.where(open_, size, 1), 0) * way, 0)
        size = np.where(open_, new, 0)
    return y
