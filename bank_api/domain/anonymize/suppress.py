"""Which rows are left out before classes are made, within the policy's share.

First rows whose pattern of missing answers fewer than k people share (the rarest first), so that no answer need be
blurred with no answer; then singular numbers: fewer than k people at one end who stretch the scale by a quarter or
more (PPC rule art. 34 item 4, 特異な記述). Rows equal in what decides are left out together, whatever their order.
What the share does not cover stays in and is blurred instead.
Every row left out has a reason, for the operator alone: it says of single people what is rare about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.encode import Axis
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.rules import Mask
from bank_api.domain.anonymize.schema import ColumnKind

SINGULAR_STRETCH = 0.25
"""The share of the whole range that a few people alone must span to count as singular."""


class Why(StrEnum):
    GAPS = "gaps"  # fewer than k people left just these columns open; figure: how many
    SINGULAR = "singular"  # they alone stretch this column's scale; figure: by which share of it
    INCOMPLETE = "incomplete"  # in a series: nobody fits an empty seat beside them; figure: empty seats
    UNCOVERED = "uncovered"  # in a series: beside somebody who alone has changed, who could be read; figure: people
    UNSEATED = "unseated"  # in a series: known from earlier releases, and no seat may be theirs now; figure: people
    UNFOUNDED = "unfounded"  # in a series: newcomers, too few or too alike for classes of their own; figure: people
    CHANGED = (
        "changed"  # in a series in homes: they changed one of two answers, and all would know both; figure: people
    )
    FORGOTTEN = "forgotten"  # in a series: erased from its history, so in no later release; figure: people


@dataclass(frozen=True)
class Suppression:
    """Rows left out for one reason."""

    why: Why
    rows: tuple[int, ...]
    columns: tuple[str, ...] = ()
    """Those whose cells are the reason."""
    figure: float = 0.0
    """How much; in which unit, `Why` says."""


class TooManyLeftOutError(ReleaseRefusedError):
    """More rows of a series would stay out than the policy allows; `left_out` says which, and why."""

    def __init__(self, allowed: int, left_out: Sequence[Suppression]) -> None:
        self.left_out = left_out
        rows = sum(len(one.rows) for one in left_out)
        super().__init__("suppression", "what earlier releases told leaves too many people out", allowed, rows)


def suppressed_rows(axes: Sequence[Axis], k: int, limit: float) -> list[Suppression]:
    """What to leave out, at most `limit` of all rows, never so many that fewer than k stay."""
    row_count = len(axes[0].codes)
    budget = max(0, min(int(limit * row_count), row_count - k))
    out = np.zeros(row_count, bool)
    if not budget:
        return []
    found = _rare_missing(axes, k, budget, out)
    for axis in axes:
        if axis.column.kind is ColumnKind.NUMBER:
            found += _singular(axis, k, budget - int(out.sum()), out)
    return found


def _rare_missing(axes: Sequence[Axis], k: int, budget: int, out: Mask) -> list[Suppression]:
    marks = np.array([axis.codes == axis.size for axis in axes])
    _, pattern, counts = np.unique(np.packbits(marks, axis=0), axis=1, return_inverse=True, return_counts=True)
    pattern, found = pattern.reshape(-1), list[Suppression]()
    for number in np.argsort(counts, kind="stable"):
        if counts[number] >= k or out.sum() + counts[number] > budget:
            break
        rows = np.flatnonzero(pattern == number)
        out[rows] = True
        open_ = dict.fromkeys(one.column.name for one, mark in zip(axes, marks[:, rows[0]], strict=True) if mark)
        columns = tuple(open_) or tuple(dict.fromkeys(one.column.name for one in axes))
        found.append(Suppression(Why.GAPS, tuple(rows.tolist()), columns, len(rows)))
    return found


def _singular(axis: Axis, k: int, budget: int, out: Mask) -> list[Suppression]:
    found: list[Suppression] = []
    values = np.array([band.low for band in axis.column.bands], np.float64)
    for sign in (1, -1):
        numbers = np.sort(sign * values[axis.codes[~out & (axis.codes < axis.size)]])
        count = _tail(numbers, min(k - 1, budget - sum(len(one.rows) for one in found)))
        if count:
            position = np.append(sign * values, np.inf)[axis.codes]
            rows = np.flatnonzero(~out & (position < numbers[count]))
            out[rows] = True
            stretch = float((numbers[count] - numbers[0]) / (numbers[-1] - numbers[0]))
            found.append(Suppression(Why.SINGULAR, tuple(rows.tolist()), (axis.column.name,), round(stretch, 3)))
    return found


def _tail(ascending: NDArray[np.float64], most: int) -> int:
    """How many rows at the low end are singular: the fewest whose absence shortens the range enough."""
    if len(ascending) <= most or not len(ascending):
        return 0
    stretch = SINGULAR_STRETCH * (ascending[-1] - ascending[0])
    for count in range(1, most + 1):
        if ascending[count] > ascending[count - 1] and ascending[count] - ascending[0] >= stretch:
            return count
    return 0
