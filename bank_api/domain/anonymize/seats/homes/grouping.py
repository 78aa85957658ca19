"""Neighbours who found a home or join one as a batch: Mondrian, with answers as mixed as is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import Axis, Codes, SensitiveCodes
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.rules import LeastRare
from bank_api.domain.anonymize.schema import ReleasePolicy

Beyond = Callable[[Sequence[SensitiveCodes], ReleasePolicy, Codes], ReleasePolicy]


def grouping(
    axes: Sequence[Axis], codes: Sequence[SensitiveCodes], beyond: Beyond, policy: ReleasePolicy
) -> Callable[[Codes, int, int], list[Codes]]:
    """`beyond`: what is asked of rows that one of them, who knows their own answer, attacks."""

    def grouped(rows: Codes, rows_min: int, rare: int) -> list[Codes]:
        """Where so many cannot be had of all rows together, less is asked: as much as they have."""
        rules = Diversity.of(codes, beyond(codes, policy, rows), rows)
        if len(rows) < policy.k or not _hold(rules, rows):
            return []
        mixed = replace(rules, rules=(*rules.rules, *(_rare(one, policy, rows, rare) for one in codes if rare)))
        if not _hold(mixed, rows):
            mixed = rules
        if not axes:
            return [rows]
        labels = partition([one.only(rows) for one in axes], max(policy.k, min(rows_min, len(rows))), mixed)
        order = np.argsort(labels, kind="stable")
        return [rows[part] for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)]

    return grouped


def _hold(rules: Diversity, rows: Codes) -> bool:
    return bool(rules.holds(np.arange(len(rows)), np.zeros(len(rows), np.int64), 1).all())


def _rare(column: SensitiveCodes, policy: ReleasePolicy, rows: Codes, least: int) -> LeastRare:
    codes = column.meanings[rows] + 1
    return LeastRare(codes, int(codes.max(initial=0)) + 1, least, policy.l[column.column.name] - 1)
