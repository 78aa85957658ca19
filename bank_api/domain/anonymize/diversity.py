"""The masks that a policy's rules over sensitive answers (`rules`) lay over cuts.

Two spellings are one answer, so are two numbers of one band; no answer is no value, except to t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bank_api.domain.anonymize.encode import Codes, SensitiveCodes
from bank_api.domain.anonymize.errors import PolicyUnreachableError
from bank_api.domain.anonymize.rules import (
    LeastDistinct,
    LeastEntropy,
    LeastWithout,
    Mask,
    MostDistant,
    Presence,
    Recursive,
    Rule,
)
from bank_api.domain.anonymize.schema import ColumnKind, ReleasePolicy

CELLS_AT_ONCE = 1 << 22
"""Counts held in memory at a time."""


@dataclass(frozen=True)
class Diversity:
    """The policy's rules over one set of rows."""

    rules: tuple[Rule, ...] = ()
    beyond: int = 0
    """1 where rows are cut that no rule but `Presence` counts: their code is the first beyond each rule's own."""

    @classmethod
    def of(cls, sensitive: Sequence[SensitiveCodes], policy: ReleasePolicy, rows: Codes) -> Diversity:
        rules: list[Rule] = []
        for column in sensitive:
            name = column.column.name
            rules += _variety(column, policy, rows)
            if name in policy.t:
                codes = column.values[rows] + 1
                whole = np.bincount(codes) / max(1, len(codes))
                ordered = column.column.kind in (ColumnKind.NUMBER, ColumnKind.ORDINAL)
                rules.append(MostDistant(codes, len(whole), policy.t[name], ordered, whole))
        return cls(tuple(rules))

    def among(self, released: Mask, presence: Presence) -> Diversity:
        """The same rules where rows that are not released are cut together with those that are."""
        spread: list[Rule] = [presence]
        for rule in self.rules:
            codes = np.full(len(released), rule.width)
            codes[released] = rule.codes
            spread.append(replace(rule, codes=codes))
        return Diversity(tuple(spread), beyond=1)

    @property
    def least_rows(self) -> int:
        """No class of fewer rows can keep the rules."""
        counting = (rule for rule in self.rules if not isinstance(rule, MostDistant | Presence))
        return max((math.ceil(rule.least) for rule in counting), default=1)

    def holds(self, rows: Codes, labels: Codes, count: int) -> Mask:
        """For each label 0..count-1: do the rows that carry it satisfy every rule?"""
        good = np.ones(count, bool)
        order = np.argsort(labels, kind="stable")
        rows, labels = rows[order], labels[order]
        for rule in self.rules:
            width = rule.width + self.beyond
            step = max(1, CELLS_AT_ONCE // width)
            for first in range(0, count, step):
                last = min(count, first + step)
                part = slice(*np.searchsorted(labels, (first, last)))
                cells = (labels[part] - first) * width + rule.codes[rows[part]]
                counts = np.bincount(cells, minlength=(last - first) * width).reshape(-1, width)
                good[first:last] &= rule.accepts(counts[:, : rule.width])
        return good

    def sides_hold(self, rows: Codes, step: Codes, owner: Codes, after: Codes) -> Mask:
        """May a class be cut after each of these steps? A step is a class's rows of one code; `owner` is its class.

        Rules with more answers than fit into memory here say yes; `holds` judges the cut that is chosen.
        """
        good = np.ones(len(after), bool)
        first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        last = np.append(first[1:], len(owner)) - 1
        for rule in self.rules:
            width = rule.width + self.beyond
            if len(owner) * width > CELLS_AT_ONCE:
                continue
            cells = step * width + rule.codes[rows]
            counts = np.bincount(cells, minlength=len(owner) * width).reshape(-1, width)[:, : rule.width]
            running = np.cumsum(counts, axis=0)
            before = running[first] - counts[first]
            total = running[last] - before
            place = np.searchsorted(first, after, "right") - 1
            below = running[after] - before[place]
            good &= rule.accepts(below) & rule.accepts(total[place] - below)
        return good


def _variety(column: SensitiveCodes, policy: ReleasePolicy, rows: Codes) -> list[Rule]:
    """The rules that ask for different answers, whatever the answers are."""
    name, codes = column.column.name, column.meanings[rows] + 1
    width = int(codes.max(initial=0)) + 1
    rules: list[Rule] = []
    if name in policy.l:
        rules.append(LeastDistinct(codes, width, policy.l[name]))
        if column.lacks is not None and column.lacks.size:
            lacks = np.vstack([np.zeros((1, column.lacks.shape[1]), bool), column.lacks])
            rules.append(LeastWithout(codes, len(lacks), policy.l[name] - 1, lacks))
    if name in policy.entropy_l:
        rules.append(LeastEntropy(codes, width, policy.entropy_l[name]))
    if name in policy.recursive:
        rules.append(Recursive(codes, width, *policy.recursive[name]))
    return rules


def check_reachable(sensitive: Sequence[SensitiveCodes], policy: ReleasePolicy, kept: Codes) -> None:
    """One class of all rows is the coarsest release there is: if it fails, every release fails."""
    if len(kept) < policy.k:
        raise PolicyUnreachableError("k", policy.k, len(kept))
    for column in sensitive:
        for rule in _variety(column, policy, kept):
            counts = np.bincount(rule.codes, minlength=rule.width)[None]
            if not rule.accepts(counts)[0]:
                raise _unreachable(rule, counts, column.column.name)


def _unreachable(rule: Rule, counts: Codes, name: str) -> PolicyUnreachableError:
    if isinstance(rule, LeastEntropy):
        return PolicyUnreachableError("entropy l", rule.least, round(float(rule.reached(counts)[0]), 3), name)
    if isinstance(rule, Recursive):
        return PolicyUnreachableError("recursive c", rule.times, round(float(rule.reached(counts)[0]), 3), name)
    if isinstance(rule, LeastWithout):
        return PolicyUnreachableError("l", rule.least + 1, int(rule.reached(counts)[0]) + 1, name)
    if isinstance(rule, LeastDistinct):
        return PolicyUnreachableError("l", rule.least, int(np.count_nonzero(counts[0, 1:])), name)
    raise TypeError("a rule that does not ask for different answers is reached by everybody together")
