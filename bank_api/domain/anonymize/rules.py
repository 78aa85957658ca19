"""Rules that the sensitive answers of a class must keep, each judged on counts.

One row of counts is a class or one side of a cut, one column an answer, column 0 no answer. A rule that holds of two
classes holds of both together, so that a rule which fails for everybody fails in every release (t holds of everybody).

LeastDistinct   distinct l: so many different answers
LeastWithout    of a multiple choice: so many different answers that lack an option, whichever option it is
LeastRare       so many people who gave other answers than the commonest ones (homes of a series are founded so)
LeastEntropy    entropy l (Machanavajjhala et al. 2007, 4.1): the answers vary like l equally frequent ones
Recursive       recursive (c, l) (ibid., 4.2): the commonest is rarer than c times all from the l-th commonest on
Presence        delta-presence: of the people on the list a share between two bounds is released, k people at least
MostDistant     t-closeness: total variation for categories, ordered earth mover's distance for numbers and ordinals
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.encode import Codes

ROUNDING = 1e-9

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class LeastDistinct:
    codes: Codes
    width: int
    least: int

    def accepts(self, counts: Codes) -> Mask:
        enough: Mask = np.count_nonzero(counts[:, 1:], axis=1) >= self.least
        return enough


@dataclass(frozen=True)
class LeastWithout:
    """{tea}, {tea, milk} and {tea, cake} are three answers, and all of them say tea."""

    codes: Codes
    width: int
    least: int
    lacks: Mask
    """Answer x option, the first answer being no answer, which lacks nothing."""

    def reached(self, counts: Codes) -> Codes:
        lacking: Codes = ((counts > 0).astype(np.int64) @ self.lacks.astype(np.int64)).min(axis=1)
        return lacking

    def accepts(self, counts: Codes) -> Mask:
        enough: Mask = self.reached(counts) >= self.least
        return enough


@dataclass(frozen=True)
class LeastEntropy:
    """Of the answers given; where nobody answered there is none."""

    codes: Codes
    width: int
    least: float

    def reached(self, counts: Codes) -> Scores:
        """How many equally frequent answers would vary as much."""
        answered = counts[:, 1:]
        shares = answered / np.maximum(answered.sum(axis=1, keepdims=True), 1)
        logarithms = np.log(np.where(shares > 0, shares, 1))
        effective: Scores = np.where(answered.any(axis=1), np.exp(-(shares * logarithms).sum(axis=1)), 0)
        return effective

    def accepts(self, counts: Codes) -> Mask:
        enough: Mask = self.reached(counts) >= self.least - ROUNDING
        return enough


@dataclass(frozen=True)
class Recursive:
    codes: Codes
    width: int
    times: float
    """c"""
    least: int
    """l"""

    def reached(self, counts: Codes) -> Scores:
        """The c that a class just fails to keep: infinite where there are fewer than l answers."""
        descending = -np.sort(-counts[:, 1:], axis=1)
        rest = descending[:, self.least - 1 :].sum(axis=1)
        return np.where(rest > 0, descending[:, :1].sum(axis=1) / np.maximum(rest, 1), np.inf)

    def accepts(self, counts: Codes) -> Mask:
        rarer: Mask = self.reached(counts) < self.times
        return rarer


@dataclass(frozen=True)
class LeastRare:
    codes: Codes
    width: int
    least: int
    commonest: int
    """So many answers, the commonest of a class, are not rare."""

    def accepts(self, counts: Codes) -> Mask:
        descending = -np.sort(-counts[:, 1:], axis=1)
        enough: Mask = descending[:, self.commonest :].sum(axis=1) >= self.least
        return enough


@dataclass(frozen=True)
class MostDistant:
    """No class is farther than this from everybody; no answer is an answer, its share counts where it differs more."""

    codes: Codes
    width: int
    most: float
    ordered: bool
    whole: Scores

    def accepts(self, counts: Codes) -> Mask:
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        apart = self._moved(shares) if self.ordered else np.abs(shares - self.whole).sum(axis=1) / 2
        return apart <= self.most + ROUNDING

    def _moved(self, shares: Scores) -> Scores:
        missing: Scores = np.abs(shares[:, 0] - self.whole[0])
        if self.width <= 2 or self.whole[0] == 1:
            return missing
        answered = 1 - shares[:, :1]
        present = shares[:, 1:] / np.where(answered > 0, answered, 1)
        gap = np.cumsum(present - self.whole[1:] / (1 - self.whole[0]), axis=1)
        moved = np.where(answered[:, 0] > 0, np.abs(gap).sum(axis=1) / (self.width - 2), 0.0)
        farther: Scores = np.maximum(missing, moved)
        return farther


@dataclass(frozen=True)
class Presence:
    """Code 1: released; 0: on the list only."""

    codes: Codes
    width: int
    k: int
    least: float
    most: float

    def accepts(self, counts: Codes) -> Mask:
        released, listed = counts[:, 1], counts.sum(axis=1)
        within = (released >= self.least * listed - ROUNDING) & (released <= self.most * listed + ROUNDING)
        enough: Mask = within & (released >= self.k)
        return enough


Rule = Presence | LeastDistinct | LeastWithout | LeastRare | LeastEntropy | Recursive | MostDistant
