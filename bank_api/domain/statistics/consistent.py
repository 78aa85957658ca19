"""Noisy counts made to agree: no count below zero, every table adds up to everybody, a crossed table to its margins.

Works on noisy counts alone, so it tells nothing more about anybody than they do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
RAKED_TIMES = 500
NEAR_ENOUGH = 1e-6


def with_total(noisy: Sequence[int], whole: int) -> list[int]:
    """The nearest counts (least squares) of at least 0 that add up to `whole`, then rounded by largest remainder."""
    values = np.array(noisy, float)
    ordered = np.sort(values)[::-1]
    above = (np.cumsum(ordered) - whole) / np.arange(1, len(values) + 1)
    shift = above[np.flatnonzero(ordered >= above)[-1]]
    return _rounded(np.maximum(values - shift, 0), whole)


def _rounded(values: Numbers, whole: int) -> list[int]:
    down = np.floor(values + NEAR_ENOUGH).astype(int)
    order = np.argsort(-(values - down), kind="stable")
    down[order[: whole - int(down.sum())]] += 1
    return [int(value) for value in down]


def with_margins(noisy: Sequence[Sequence[int]], rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Whole counts of at least 0 near these with exactly these sums of rows and columns (raking, Deming, Stephan 1940).

    Rounded so that the sums stay: cells are rounded up along alternating paths (Cox 1987, controlled rounding).
    """
    table = np.maximum(np.array(noisy, float), 0.01)
    wanted_rows, wanted_columns = np.array(rows, float), np.array(columns, float)
    for _ in range(RAKED_TIMES):
        table *= (wanted_rows / np.maximum(table.sum(1), 1e-300))[:, None]
        table *= wanted_columns / np.maximum(table.sum(0), 1e-300)
        if np.abs(table.sum(1) - wanted_rows).max() < NEAR_ENOUGH:
            break
    down = np.floor(table + NEAR_ENOUGH).astype(int)
    _round_up(down, table - down, np.array(rows) - down.sum(1), np.array(columns) - down.sum(0))
    return [[int(cell) for cell in row] for row in down]


def _round_up(down: NDArray[np.int64], rest: Numbers, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
    """Add one to cells until no row and no column lacks anything, by augmenting paths; largest remainders first."""
    up = np.zeros_like(down)
    for at in np.argsort(-rest, axis=None, kind="stable").tolist():
        row, column = divmod(at, down.shape[1])
        if rest[row, column] > NEAR_ENOUGH and rows[row] > 0 and columns[column] > 0:
            up[row, column] = 1
            rows[row] -= 1
            columns[column] -= 1
    for row in np.flatnonzero(rows > 0).tolist():
        while rows[row] > 0:
            column = _augmented(up, columns, row, set())
            if column is None:
                raise ArithmeticError
            rows[row] -= 1
            columns[column] -= 1
    down += up


def _augmented(up: NDArray[np.int64], columns: NDArray[np.int64], row: int, seen: set[int]) -> int | None:
    """Let this row have one more, others of the same column make room; the column that takes it in the end."""
    for column in np.flatnonzero(up[row] == 0).tolist():
        if column in seen:
            continue
        seen.add(column)
        if columns[column] > 0:
            up[row, column] = 1
            return int(column)
        for other in np.flatnonzero(up[:, column] == 1).tolist():
            found = _augmented(up, columns, other, seen)
            if found is not None:
                up[other, column], up[row, column] = 0, 1
                return found
    return None


def band_of_share(
    bands: Sequence[int], edges: Sequence[float], share: float, error: float
) -> tuple[float, float, float]:
    """The number below which this share of people lies, and how far down and up the counts' error may move it.

    `edges` of the bands, one more than there are; `error` of any sum of counts from below, in people.
    """
    whole = sum(bands)
    below: list[int] = [0, *np.cumsum(bands).tolist()]

    def place(people: float) -> float:
        people = min(max(people, 0.0), float(whole))
        at = min(int(np.searchsorted(below, people, "left")), len(bands))
        if at == 0 or not bands[at - 1]:
            return edges[max(at - 1, 0)]
        return edges[at - 1] + (people - below[at - 1]) / bands[at - 1] * (edges[at] - edges[at - 1])

    aim = share * whole
    low, high = place(aim - error), place(aim + error)
    first = max(edge for edge in edges if edge <= low)
    last = min((edge for edge in edges if edge >= high), default=edges[-1])
    return place(aim), math.floor(first), math.ceil(last)
