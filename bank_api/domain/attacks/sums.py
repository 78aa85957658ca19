"""Which unknown numbers are summed by whom, and what may be said of them by subtraction alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.observed import Numbers

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """Which groups (or other unknowns) each class sums: pairs in the order of the classes, each of which has one."""

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


@dataclass(frozen=True)
class Decided:
    """What all ways to change the unknown numbers without changing a sum have in common."""

    still: NDArray[np.bool_]
    """Unknowns that none of them changes."""
    numbers: Numbers
    """Unknown x answer: a solution, the true one where `still`."""
    directions: tuple[Numbers, ...]
    """Unknowns have one number in one of these if all ways change them in one ratio; `still` ones mean nothing."""
