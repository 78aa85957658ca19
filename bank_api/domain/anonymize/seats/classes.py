"""Published classes: unions of whole containers with at least k rows, as narrow as can be had.

A container of k rows or more is a class by itself. Smaller ones are parted like rows in Mondrian: the cut that narrows
most, as long as both sides keep k rows. A rest of fewer than k rows joins the class that it widens least. Containers
keep distinct l; one that does not keep the policy's other rules by itself is first joined with its neighbours until
they keep them together (rules that hold of two parts hold of both).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Places = NDArray[np.float64]


Holds = Callable[[Codes, int], NDArray[np.bool_]]
"""Which of the classes 0..n-1 keep the rules, of one label a row; rows labelled -1 are in none."""


def classes_of(container_of_row: Codes, places: Places, k: int, holds: Holds) -> Codes:
    """A class number for each row; the rows are those of whole containers. Fewer than k rows in all make one class."""
    unit = _joined(np.unique(container_of_row, return_inverse=True)[1].reshape(-1), places, holds)
    sizes = np.bincount(unit)
    low, high = _boxes(unit, places, len(sizes))
    label = np.full(len(sizes), -1, np.int64)
    large = np.flatnonzero(sizes >= k)
    label[large] = np.arange(len(large))
    small = np.flatnonzero(sizes < k)
    if not len(small):
        return label[unit]
    if sizes[small].sum() >= k:
        for number, part in enumerate(_parts(small, low, high, sizes, k)):
            label[part] = len(large) + number
    elif not len(large):
        label[small] = 0
    else:
        for one in small.tolist():
            wider = np.maximum(high[large], high[one]) - np.minimum(low[large], low[one]) - (high[large] - low[large])
            label[one] = int(np.argmin(wider.sum(1)))
    return label[unit]


def _joined(unit: Codes, places: Places, holds: Holds) -> Codes:
    """Units numbered from 0, each of which keeps the rules if any union of them does."""
    while True:
        count = int(unit.max()) + 1
        unsound = np.flatnonzero(~holds(unit, count))
        if not len(unsound) or count == 1:
            return unit
        low, high = _boxes(unit, places, count)
        one = int(unsound[0])
        wider = np.maximum(high, high[one]) - np.minimum(low, low[one]) - (high - low)
        wider[one] = np.inf
        unit = np.where(unit == one, int(np.argmin(wider.sum(1))), unit)
        unit = np.unique(unit, return_inverse=True)[1].reshape(-1)


def _boxes(unit: Codes, places: Places, count: int) -> tuple[Places, Places]:
    low = np.full((count, places.shape[1]), np.inf)
    high = np.full((count, places.shape[1]), -np.inf)
    np.minimum.at(low, unit, places)
    np.maximum.at(high, unit, places)
    return low, high


def _parts(units: Codes, low: Places, high: Places, sizes: Codes, k: int) -> list[Codes]:
    done, waiting = [], [units]
    while waiting:
        part = waiting.pop()
        cut = _best_cut(part, low, high, sizes, k) if sizes[part].sum() >= 2 * k else None
        if cut is None:
            done.append(part)
        else:
            waiting.extend(cut)
    return done


def _best_cut(part: Codes, low: Places, high: Places, sizes: Codes, k: int) -> tuple[Codes, Codes] | None:
    best: tuple[float, Codes, int] | None = None
    for axis in range(low.shape[1]):
        order = part[np.argsort(low[part, axis] + high[part, axis], kind="stable")]
        rows = np.cumsum(sizes[order])
        usable = np.flatnonzero((rows >= k) & (rows[-1] - rows >= k))
        if not len(usable):
            continue
        left = np.maximum.accumulate(high[order]) - np.minimum.accumulate(low[order])
        right = (np.maximum.accumulate(high[order][::-1]) - np.minimum.accumulate(low[order][::-1]))[::-1]
        cost = rows[usable] * left[usable].sum(1) + (rows[-1] - rows[usable]) * right[usable + 1].sum(1)
        at = int(np.argmin(cost))
        if best is None or cost[at] < best[0]:
            best = (float(cost[at]), order, int(usable[at]) + 1)
    return None if best is None else (best[1][: best[2]], best[1][best[2] :])
