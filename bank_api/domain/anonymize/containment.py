"""Which source rows lie in which boxes, found without any label: the measure behind the verifier and the attacks.

Works on any boxes, overlapping or not. Points and boxes are halved together along the axis that parts the boxes best,
until a part is small enough to compare all with all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.cells import Cell, NumberCell, SetCell
from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.schema import Value

COMPARED_AT_ONCE = 1 << 14
"""Pairs of a point and a box below which halving on costs more than comparing."""
KEYS_END = 1 << 62
"""Point keys stay below, so that no product overflows."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Matches:
    """Pairs (distinct point, box) where the box contains the point; `point_of_row` leads from rows to points."""

    point: Numbers
    box: Numbers
    point_of_row: Numbers
    points: int

    def per_point(self, weight: Numbers) -> Numbers:
        """For each point the summed weight of the boxes around it."""
        return np.bincount(self.point, weight[self.box], self.points).astype(np.int64)

    def per_box(self, boxes: int) -> Numbers:
        """For each box the number of source rows inside."""
        rows = np.bincount(self.point_of_row, minlength=self.points)
        return np.bincount(self.box, rows[self.point], boxes).astype(np.int64)


@dataclass(frozen=True)
class _Side:
    """One generalized column: the code of every point, per box the codes it spans and which set of codes it is."""

    points: Numbers
    low: Numbers
    high: Numbers
    set_of_box: Numbers
    members: NDArray[np.bool_] | None
    """Set by code; None where every set is a run, so that its ends say all."""

    def contains(self, points: Numbers, boxes: Numbers) -> NDArray[np.bool_]:
        codes = self.points[points][:, None]
        if self.members is None:
            return (self.low[boxes] <= codes) & (codes <= self.high[boxes])
        return self.members[self.set_of_box[boxes][None, :], codes]


def match(source: Sequence[Sequence[Value]], boxes: Sequence[Sequence[Cell]]) -> Matches:
    """`source` holds one list of values per generalized column, in the order of the boxes' cells."""
    sides = [_side(values, [box[axis] for box in boxes]) for axis, values in enumerate(source)]
    first_row, point_of_row = _distinct_points(sides)
    sides = [replace(side, points=side.points[first_row]) for side in sides]
    point, box = _join(sides, len(first_row), len(boxes))
    return Matches(point, box, point_of_row, len(first_row))


def _distinct_points(sides: Sequence[_Side]) -> tuple[Numbers, Numbers]:
    """A row for each distinct point, and the point of each row."""
    keys, spread = np.zeros(len(sides[0].points), np.int64), 1
    for side in sides:
        width = int(side.points.max(initial=0)) + 1
        if spread * width >= KEYS_END:
            keys = np.unique(keys, return_inverse=True)[1].reshape(-1)
            spread = len(keys)
        keys, spread = keys * width + side.points, spread * width
    _, first_row, point_of_row = np.unique(keys, return_index=True, return_inverse=True)
    return first_row, point_of_row.reshape(-1)


def _side(values: Sequence[Value], cells: Sequence[Cell]) -> _Side:
    """Codes count up from 1 in sorted order; 0 is no answer."""
    found = Cells.of(values)
    present: list[Any] = sorted(set(found.distinct) - {None})
    index: dict[Value, int] = {None: 0, **{value: code for code, value in enumerate(present, 1)}}
    points = found.read(index)
    distinct = {id(cell): cell for cell in cells}  # most cells are one object in many boxes
    ordered = np.array(present)
    sets = [_codes_inside(cell, ordered, index) for cell in distinct.values()]
    place = {identity: position for position, identity in enumerate(distinct)}
    use = np.array([place[id(cell)] for cell in cells], np.int64)
    low = np.array([codes[0] if len(codes) else 1 for codes in sets])[use]
    high = np.array([codes[-1] if len(codes) else 0 for codes in sets])[use]
    if all(len(codes) == 0 or codes[-1] - codes[0] + 1 == len(codes) for codes in sets):
        return _Side(points, low, high, use, None)
    members = np.zeros((len(sets), len(present) + 1), bool)
    for number, codes in enumerate(sets):
        members[number, codes] = True
    return _Side(points, low, high, use, members)


def _codes_inside(cell: Cell, present: NDArray[Any], index: Mapping[Value, int]) -> Numbers:
    missing = [0] if cell.missing else []
    if isinstance(cell, SetCell):
        return np.array(sorted(code for value, code in index.items() if cell.contains(value)), np.int64)
    if not isinstance(cell, NumberCell):
        return np.array(missing + sorted(index[value] for value in set(cell.values) if value in index), np.int64)
    if cell.low is None or cell.high is None:
        return np.array(missing, np.int64)
    first = int(np.searchsorted(present, cell.low, "left")) + 1
    last = int(np.searchsorted(present, cell.high, "right" if cell.high_included else "left")) + 1
    return np.concatenate([np.array(missing, np.int64), np.arange(first, last)])


def _join(sides: Sequence[_Side], points: int, boxes: int) -> tuple[Numbers, Numbers]:
    found_points, found_boxes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    waiting = [(np.arange(points), np.arange(boxes))]
    while waiting:
        point, box = waiting.pop()
        if not len(point) or not len(box):
            continue
        halves = None if len(point) * len(box) <= COMPARED_AT_ONCE else _halves(sides, point, box)
        if halves:
            waiting.extend(halves)
            continue
        step = max(1, (COMPARED_AT_ONCE << 6) // len(box))
        for first in range(0, len(point), step):
            part = point[first : first + step]
            inside = np.ones((len(part), len(box)), bool)
            for side in sides:
                inside &= side.contains(part, box)
            hit_point, hit_box = np.nonzero(inside)
            found_points.append(part[hit_point])
            found_boxes.append(box[hit_box])
    return np.concatenate(found_points), np.concatenate(found_boxes)


def _halves(sides: Sequence[_Side], point: Numbers, box: Numbers) -> list[tuple[Numbers, Numbers]] | None:
    """The cut that leaves the fewest pairs to compare, or None when no cut leaves clearly fewer."""
    best, least = None, len(point) * len(box) * 9 // 10
    for side in sides:
        codes = side.points[point]
        pivot = int(np.partition(codes, len(codes) // 2)[len(codes) // 2])
        for cut in {pivot, pivot + 1}:
            lower = codes < cut
            below, above = side.low[box] < cut, side.high[box] >= cut
            pairs = int(np.count_nonzero(lower) * np.count_nonzero(below))
            pairs += int((len(codes) - np.count_nonzero(lower)) * np.count_nonzero(above))
            if pairs < least:
                best, least = (lower, below, above), pairs
    if best is None:
        return None
    lower, below, above = best
    return [(point[lower], box[below]), (point[~lower], box[above])]
