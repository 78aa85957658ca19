"""How well somebody tells two worlds apart: the same table with one person's answers, and with other ones.

Knows nothing of how rows are made: it is given one number for each release of either world, whatever an attacker
computes of the rows that came, and says how often a threshold on it guesses the world.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SURE = 0.95


@dataclass(frozen=True)
class ToldApart:
    right: float
    """The share of releases of the second half whose world the best threshold of the first half guesses."""
    bound: float
    """The most that (epsilon, delta) allows on average: (e^epsilon + delta) / (1 + e^epsilon)."""
    slack: float
    """How far so few releases may be above the bound by chance, in 95 of 100 cases (Hoeffding)."""

    @property
    def is_within(self) -> bool:
        return self.right <= self.bound + self.slack


def told_apart(with_them: Sequence[float], without: Sequence[float], epsilon: float, delta: float) -> ToldApart:
    """Numbers of releases of both worlds, as many of each; the attacker learns a threshold on one half of them."""
    half = len(with_them) // 2
    threshold = max({*with_them[:half], *without[:half]}, key=lambda cut: _right(with_them[:half], without[:half], cut))
    tried = len(with_them) - half + len(without) - half
    slack = math.sqrt(-math.log(1 - SURE) / (2 * tried))
    bound = (math.exp(epsilon) + delta) / (1 + math.exp(epsilon))
    return ToldApart(_right(with_them[half:], without[half:], threshold), bound, slack)


def _right(with_them: Sequence[float], without: Sequence[float], cut: float) -> float:
    right = sum(one >= cut for one in with_them) + sum(one < cut for one in without)
    return right / max(1, len(with_them) + len(without))
