"""Which rows are left out before classes are made, within the policy's share.

First rows whose pattern of missing answers fewer than k people share (the rarest first), so that no answer need be
blurred with no answer; then singular numbers: fewer than k people at one end who stretch the scale by a quarter or
more (PPC rule art. 34 item 4, 特異な記述). Rows equal in what decides are left out together, whatever their order.
What the share does not cover stays in and is blurred instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.diversity import Mask
from bank_api.domain.anonymize.encode import Axis, Codes
from bank_api.domain.anonymize.schema import ColumnKind

SINGULAR_STRETCH = 0.25
"""The share of the whole range that a few people alone must span to count as singular."""


def suppressed_rows(axes: Sequence[Axis], k: int, limit: float) -> Codes:
    """Positions of the rows to leave out, at most `limit` of all, never so many that fewer than k stay."""
    row_count = len(axes[0].codes)
    budget = max(0, min(int(limit * row_count), row_count - k))
    out = np.zeros(row_count, bool)
    if not budget:
        return np.flatnonzero(out)
    budget -= _rare_missing(axes, k, budget, out)
    for axis in axes:
        if axis.column.kind is ColumnKind.NUMBER:
            budget -= _singular(axis, k, budget, out)
    return np.flatnonzero(out)


def _rare_missing(axes: Sequence[Axis], k: int, budget: int, out: Mask) -> int:
    marks = np.array([axis.codes == axis.size for axis in axes])
    _, pattern, counts = np.unique(np.packbits(marks, axis=0), axis=1, return_inverse=True, return_counts=True)
    pattern = pattern.reshape(-1)
    spent = 0
    for number in np.argsort(counts, kind="stable"):
        if counts[number] >= k or spent + counts[number] > budget:
            break
        out |= pattern == number
        spent += int(counts[number])
    return spent


def _singular(axis: Axis, k: int, budget: int, out: Mask) -> int:
    spent = 0
    values = np.array([band.low for band in axis.column.bands], np.float64)
    for sign in (1, -1):
        numbers = np.sort(sign * values[axis.codes[~out & (axis.codes < axis.size)]])
        count = _tail(numbers, min(k - 1, budget - spent))
        if count:
            position = np.append(sign * values, np.inf)[axis.codes]
            out |= position < numbers[count]
            spent += count
    return spent


def _tail(ascending: NDArray[np.float64], most: int) -> int:
    """How many rows at the low end are singular: the fewest whose absence shortens the range enough."""
    if len(ascending) <= most or not len(ascending):
        return 0
    stretch = SINGULAR_STRETCH * (ascending[-1] - ascending[0])
    for count in range(1, most + 1):
        if ascending[count] > ascending[count - 1] and ascending[count] - ascending[0] >= stretch:
            return count
    return 0
