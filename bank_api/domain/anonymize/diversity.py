"""The masks that l-diversity and t-closeness lay over cuts.

l counts distinct answers of a class (two spellings are one answer, so are two numbers of one band; no answer is no
value). t compares a class with the whole table: total variation for categories (no answer is one of them), ordered
earth mover's distance for numbers and ordinals (and the share of missing answers, whichever differs more). Every rule
judges rows of counts: one row a class or one side of a cut, one column an answer, column 0 no answer.
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
"""Counts held in memory at a time."""

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class LeastDistinct:
    """l: every class has at least this many different answers."""

    codes: Codes
    width: int
    least: int

    def accepts(self, counts: Codes) -> Mask:
        enough: Mask = np.count_nonzero(counts[:, 1:], axis=1) >= self.least
        return enough


@dataclass(frozen=True)
class MostDistant:
    """t: no class is farther than this from everybody."""

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
class Diversity:
    """The policy's l and t over one set of rows."""

    rules: tuple[LeastDistinct | MostDistant, ...] = ()

    @classmethod
    def of(cls, sensitive: Sequence[SensitiveCodes], policy: ReleasePolicy, rows: Codes) -> Diversity:
        rules: list[LeastDistinct | MostDistant] = []
        for column in sensitive:
            name = column.column.name
            if name in policy.l:
                codes = column.meanings[rows] + 1
                rules.append(LeastDistinct(codes, int(codes.max(initial=0)) + 1, policy.l[name]))
            if name in policy.t:
                codes = column.values[rows] + 1
                whole = np.bincount(codes) / max(1, len(codes))
                ordered = column.column.kind is not ColumnKind.CATEGORY
                rules.append(MostDistant(codes, len(whole), policy.t[name], ordered, whole))
        return cls(tuple(rules))

    @property
    def least_rows(self) -> int:
        return max((rule.least for rule in self.rules if isinstance(rule, LeastDistinct)), default=1)

    def holds(self, rows: Codes, labels: Codes, count: int) -> Mask:
        """For each label 0..count-1: do the rows that carry it satisfy every rule?"""
        good = np.ones(count, bool)
        order = np.argsort(labels, kind="stable")
        rows, labels = rows[order], labels[order]
        for rule in self.rules:
            step = max(1, CELLS_AT_ONCE // rule.width)
            for first in range(0, count, step):
                last = min(count, first + step)
                part = slice(*np.searchsorted(labels, (first, last)))
                cells = (labels[part] - first) * rule.width + rule.codes[rows[part]]
                counts = np.bincount(cells, minlength=(last - first) * rule.width).reshape(-1, rule.width)
                good[first:last] &= rule.accepts(counts)
        return good

    def sides_hold(self, rows: Codes, step: Codes, owner: Codes, after: Codes) -> Mask:
        """May a class be cut after each of these steps? A step is a class's rows of one code; `owner` is its class.

        Rules with more answers than fit into memory here say yes; `holds` judges the cut that is chosen.
        """
        good = np.ones(len(after), bool)
        first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        last = np.append(first[1:], len(owner)) - 1
        for rule in self.rules:
            if len(owner) * rule.width > CELLS_AT_ONCE:
                continue
            cells = step * rule.width + rule.codes[rows]
            counts = np.bincount(cells, minlength=len(owner) * rule.width).reshape(-1, rule.width)
            running = np.cumsum(counts, axis=0)
            before = running[first] - counts[first]
            total = running[last] - before
            place = np.searchsorted(first, after, "right") - 1
            below = running[after] - before[place]
            good &= rule.accepts(below) & rule.accepts(total[place] - below)
        return good


def check_reachable(sensitive: Sequence[SensitiveCodes], policy: ReleasePolicy, kept: Codes) -> None:
    """One class of all rows is the coarsest release there is: if it fails, every release fails."""
    if len(kept) < policy.k:
        raise PolicyUnreachableError("k", policy.k, len(kept))
    for codes in sensitive:
        least = policy.l.get(codes.column.name, 0)
        meanings = np.unique(codes.meanings[kept])
        distinct = int(np.count_nonzero(meanings >= 0))
        if distinct < least:
            raise PolicyUnreachableError("l", least, distinct, codes.column.name)
