"""The masks that l-diversity and t-closeness lay over a split.

l counts distinct answers of a class (two spellings are one answer; no answer is no value). t compares a class with
the whole table: total variation for categories (no answer is one of them), ordered earth mover's distance for
numbers (and the share of missing answers, whichever differs more).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.encode import Codes, SensitiveCodes
from bank_api.domain.anonymize.errors import PolicyUnreachableError
from bank_api.domain.anonymize.schema import ColumnKind, ReleasePolicy

ROUNDING = 1e-9
CELLS_AT_ONCE = 1 << 22
"""Histogram cells held in memory at a time."""

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Diversity:
    """The policy's l and t over one set of rows."""

    least_distinct: tuple[tuple[Codes, int], ...]
    most_distant: tuple[tuple[Codes, bool, float], ...]

    @classmethod
    def of(cls, sensitive: Sequence[SensitiveCodes], policy: ReleasePolicy, rows: Codes) -> Diversity:
        least, most = [], []
        for codes in sensitive:
            name = codes.column.name
            if name in policy.l:
                least.append((codes.meanings[rows], policy.l[name]))
            if name in policy.t:
                most.append((codes.values[rows], codes.column.kind is ColumnKind.NUMBER, policy.t[name]))
        return cls(tuple(least), tuple(most))

    @property
    def empty(self) -> bool:
        return not self.least_distinct and not self.most_distant

    @property
    def least_rows(self) -> int:
        return max((least for _, least in self.least_distinct), default=1)

    def holds(self, rows: Codes, labels: Codes, count: int) -> Mask:
        """For each label 0..count-1: do the rows that carry it satisfy every l and t?"""
        good = np.ones(count, bool)
        for codes, least in self.least_distinct:
            good &= _distinct(codes[rows], labels, count) >= least
        for codes, ordered, most in self.most_distant:
            good &= _distances(codes[rows], labels, count, codes, ordered) <= most + ROUNDING
        return good


def check_reachable(sensitive: Sequence[SensitiveCodes], policy: ReleasePolicy, kept: Codes) -> None:
    """One class of all rows is the coarsest release there is: if it fails, every release fails."""
    if len(kept) < policy.k:
        raise PolicyUnreachableError("k", policy.k, len(kept))
    for codes in sensitive:
        least = policy.l.get(codes.column.name, 0)
        distinct = len(np.unique(codes.meanings[kept][codes.meanings[kept] >= 0]))
        if distinct < least:
            raise PolicyUnreachableError("l", least, distinct, codes.column.name)


def _distinct(codes: Codes, labels: Codes, count: int) -> Codes:
    present = codes >= 0
    width = int(codes.max(initial=0)) + 1
    pairs = np.unique(labels[present] * width + codes[present])
    return np.bincount(pairs // width, minlength=count)


def _distances(codes: Codes, labels: Codes, count: int, everybody: Codes, ordered: bool) -> Scores:
    """How far each label's answers are from everybody's."""
    width = int(everybody.max(initial=0)) + 2  # column 0 holds the missing answers
    whole = np.bincount(everybody + 1, minlength=width) / len(everybody)
    order = np.argsort(labels, kind="stable")
    labels, codes = labels[order], codes[order]
    found = np.zeros(count)
    step = max(1, CELLS_AT_ONCE // width)
    for first in range(0, count, step):
        last = min(count, first + step)
        part = slice(*np.searchsorted(labels, (first, last)))
        cells = (labels[part] - first) * width + codes[part] + 1
        histogram = np.bincount(cells, minlength=(last - first) * width).reshape(-1, width)
        shares = histogram / np.maximum(histogram.sum(axis=1, keepdims=True), 1)
        found[first:last] = _ordered(shares, whole) if ordered else np.abs(shares - whole).sum(axis=1) / 2
    return found


def _ordered(shares: Scores, whole: Scores) -> Scores:
    missing: Scores = np.abs(shares[:, 0] - whole[0])
    if len(whole) <= 2 or whole[0] == 1:
        return missing
    answered = 1 - shares[:, :1]
    present = shares[:, 1:] / np.where(answered > 0, answered, 1)
    gap = np.cumsum(present - whole[1:] / (1 - whole[0]), axis=1)
    moved: Scores = np.abs(gap).sum(axis=1) / (len(whole) - 2)
    farther: Scores = np.maximum(missing, np.where(answered[:, 0] > 0, moved, 0.0))
    return farther
