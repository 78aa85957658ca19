"""Linear algebra over all counts: how many of each group of people gave each answer, where the counts decide it.

Unknown are numbers x[group, answer]; each class of each release says that those of its groups sum to its count.
1. Bounds: no number is below 0 or above what its classes leave, again and again until nothing moves.
2. Exactly: a number is decided by subtraction alone when every way to change numbers without changing a sum leaves it
   as it is. Such ways are found by taking from random numbers all that the sums see of them (conjugate gradients); a
   group that several of them leave at zero is decided, and its numbers are those of the smallest solution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.observed import Compared, Numbers

ROUNDS_MAX = 200
DIRECTIONS = 3
STEPS_MAX = 3000
ZERO = 1e-6
DONE = 1e-22
"""Of the square of what is to be solved: eleven digits are right."""
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """Which groups (or people) each class sums: pairs in the order of the classes, every class at least once."""

    group: Numbers
    starts: Numbers
    class_of_pair: Numbers
    groups: int

    @classmethod
    def of(cls, groups: Numbers, classes: int) -> Sums:
        group, at = np.nonzero(groups >= 0)
        number = groups[group, at]
        order = np.argsort(number, kind="stable")
        return cls(group[order], np.searchsorted(number[order], np.arange(classes)), number[order], len(groups))

    def add(self, x: Reals) -> Reals:
        total: Reals = np.add.reduceat(x[self.group], self.starts, axis=0)
        return total

    def spread(self, y: Reals) -> Reals:
        wide = y[self.class_of_pair]
        return np.stack([np.bincount(self.group, wide[:, at], self.groups) for at in range(wide.shape[1])], axis=1)


def possible_by_counting(compared: Compared) -> NDArray[np.bool_]:
    """Group x answer: could anybody of the group have given it?"""
    groups, _, sizes = compared.groups
    sums = Sums.of(groups, len(compared.counts))
    low, high = _bounds(sums, compared.counts, sizes)
    possible = high > 0
    decided, number = _decided(sums, compared.counts.astype(np.float64))
    possible[decided] &= np.round(number[decided]) > 0
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


def _decided(sums: Sums, counts: Reals) -> tuple[NDArray[np.bool_], Reals]:
    """2. Which groups, and the numbers of the smallest solution (right where decided)."""
    dice = np.random.default_rng()
    ways = dice.standard_normal((sums.groups, DIRECTIONS))
    unseen = ways - sums.spread(solve(sums, sums.add(ways)))
    smallest = sums.spread(solve(sums, counts))
    decided: NDArray[np.bool_] = np.max(np.abs(unseen), axis=1) < ZERO
    return decided, smallest


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
