"""Level-synchronous Mondrian: every class of a level is cut at once (LeFevre, DeWitt, Ramakrishnan 2006; the gain
and the treatment of hierarchies are ours).

Per level and quasi-identifier one sort by (class, code) lists every cut that leaves both sides enough rows. Each class
takes the cut that narrows its rows most; a cut that splits a branch of a hierarchy pays a handicap, so cuts follow the
tree where that costs little; a cut between answers and no answers always comes first. A cut whose sides break l or t
is tried once more at the most even place, then given up. Equal rows can never be separated, whatever their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import Axis, Codes
from bank_api.domain.anonymize.rules import Mask, Scores

BRANCH_HANDICAP = 0.1
"""What splitting a branch must gain over the best cut that keeps branches whole, as a share of the whole scale."""
BY_GAIN, BY_BALANCE, GIVEN_UP = 0, 1, 2


@dataclass
class _Level:
    """The unfinished classes: their rows stand together, class after class."""

    rows: Codes  # positions in the table
    codes: NDArray[np.int32]  # axis x row
    start: Codes  # per class
    size: Codes
    tries: Codes  # class x axis

    @property
    def labels(self) -> Codes:
        return np.repeat(np.arange(len(self.size)), self.size)


@dataclass
class _Cuts:
    """Per class the best cut found so far: rows with a code of at least `at` on `axis` go right."""

    gain: Scores
    axis: Codes
    at: Codes


def partition(axes: Sequence[Axis], k: int, diversity: Diversity, within: Codes | None = None) -> Codes:
    """A class number for each row. The caller has checked that one class of all rows satisfies the policy, or each of
    the classes that are given by `within`, one number a row, and are parted further."""
    row_count = len(axes[0].codes)
    labels = np.zeros(row_count, np.int64)
    least = max(k, diversity.least_rows)
    finished = 0
    level = _first_level(axes, np.zeros(row_count, np.int64) if within is None else within)
    while len(level.size):
        cuts = _best_cuts(level, axes, least, diversity)
        open_ = cuts.axis >= 0
        closed = np.flatnonzero(~open_)
        number = np.cumsum(~open_) - 1 + finished
        done = np.repeat(~open_, level.size)
        labels[level.rows[done]] = np.repeat(number[closed], level.size[closed])
        finished += len(closed)
        level = _split(_only(level, open_), _Cuts(cuts.gain[open_], cuts.axis[open_], cuts.at[open_]), diversity)
    return labels


def _first_level(axes: Sequence[Axis], within: Codes) -> _Level:
    codes = np.array([axis.codes for axis in axes], np.int32)  # half the memory to move about
    rows = np.argsort(within, kind="stable")
    start = _group_starts(within[rows])
    size = np.diff(np.append(start, len(rows)))
    return _Level(rows, codes[:, rows], start, size, np.full((len(size), len(axes)), BY_GAIN))


def _best_cuts(level: _Level, axes: Sequence[Axis], least: int, diversity: Diversity) -> _Cuts:
    classes = len(level.size)
    cuts = _Cuts(np.full(classes, -np.inf), np.full(classes, -1), np.zeros(classes, np.int64))
    labels = level.labels
    for number, axis in enumerate(axes):
        owner, gain, at = _axis_cuts(level, labels, number, axis, least, diversity)
        better = gain > cuts.gain[owner]
        owner = owner[better]
        cuts.gain[owner], cuts.axis[owner], cuts.at[owner] = gain[better], number, at[better]
    return cuts


def _axis_cuts(
    level: _Level, labels: Codes, number: int, axis: Axis, least: int, diversity: Diversity
) -> tuple[Codes, Scores, Codes]:
    """The classes that can be cut on this axis, what their best cut gains, and where it lies."""
    width = axis.size + 1
    kind = np.int32 if len(level.size) * width < 2**31 else np.int64
    key_of_row: Codes = (labels * width + level.codes[number]).astype(kind)
    keys = np.sort(key_of_row)
    place = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    owner = keys[place] // width
    left = place - level.start[owner]
    right = level.size[owner] - left
    usable = (left >= least) & (right >= least) & (level.tries[owner, number] < GIVEN_UP)
    if diversity.rules and usable.any():
        steps = keys[np.append(0, place)]
        after = np.flatnonzero(usable)
        usable[after] = diversity.sides_hold(level.rows, np.searchsorted(steps, key_of_row), steps // width, after)
    place, owner, left, right = place[usable], owner[usable], left[usable], right[usable]
    if not len(place):
        return place, np.zeros(0), place
    below, above = keys[place - 1] % width, keys[place] % width
    lowest, highest = keys[level.start[owner]] % width, keys[level.start[owner] + level.size[owner] - 1] % width
    start, end = axis.coordinates, axis.ends
    gain = (
        (left + right) * (end[highest] - start[lowest])
        - left * (end[below] - start[lowest])
        - right * (end[highest] - start[above])
    ) / (left + right)
    balance = np.minimum(left, right) / (left + right)
    score = np.where(level.tries[owner, number] == BY_GAIN, gain, balance)
    score -= BRANCH_HANDICAP * _splits_branch(axis, owner, below, above)
    best = _first_best(owner, score)
    return owner[best], gain[best], above[best]


def _splits_branch(axis: Axis, owner: Codes, below: Codes, above: Codes) -> Mask:
    """Does the cut go deeper into the hierarchy than another cut of the same class would?"""
    if not axis.column.hierarchy:
        return np.zeros(len(owner), bool)
    pairs = np.stack([below + 1, above + 1], axis=1).ravel()
    depth = np.minimum.reduceat(np.append(axis.boundary_depths, 0), pairs)[::2]
    firsts = _group_starts(owner)
    shallowest = np.minimum.reduceat(depth, firsts)
    return depth > np.repeat(shallowest, np.diff(np.append(firsts, len(owner))))


def _first_best(owner: Codes, score: Scores) -> Codes:
    firsts = _group_starts(owner)
    best = np.repeat(np.maximum.reduceat(score, firsts), np.diff(np.append(firsts, len(owner))))
    winners = np.flatnonzero(score == best)
    return winners[_group_starts(owner[winners])]


def _group_starts(sorted_labels: Codes) -> Codes:
    return np.flatnonzero(np.append(True, sorted_labels[1:] != sorted_labels[:-1]))


def _only(level: _Level, chosen: Mask) -> _Level:
    """The level without the classes that are not chosen."""
    if chosen.all():
        return level
    kept = np.repeat(chosen, level.size)
    size = level.size[chosen]
    return _Level(level.rows[kept], level.codes[:, kept], np.cumsum(size) - size, size, level.tries[chosen])


def _split(level: _Level, cuts: _Cuts, diversity: Diversity) -> _Level:
    """Cut every class, except where a side would break l or t: there the try is counted and the class stays."""
    classes = len(level.size)
    if not classes:
        return level
    labels = level.labels
    right = level.codes[cuts.axis[labels], np.arange(len(labels))] >= cuts.at[labels]
    sound = np.ones(classes, bool)
    if diversity.rules:
        sides = diversity.holds(level.rows, labels * 2 + right, classes * 2)
        sound = sides[::2] & sides[1::2]
        right &= sound[labels]
        level.tries[np.flatnonzero(~sound), cuts.axis[~sound]] += 1
    order = _children_together(level, labels, right)
    to_right = np.add.reduceat(right.astype(np.int64), level.start)
    size = np.stack([level.size - to_right, to_right], axis=1).ravel()
    tries = np.repeat(np.where(sound[:, None], BY_GAIN, level.tries), 2, axis=0)[size > 0]
    size = size[size > 0]
    return _Level(level.rows[order], level.codes[:, order], np.cumsum(size) - size, size, tries)


def _children_together(level: _Level, labels: Codes, right: Mask) -> Codes:
    """The order that puts each class's left rows before its right rows, found without sorting."""
    left_before: Codes = np.cumsum(~right) - ~right
    rank_left: Codes = left_before - left_before[level.start][labels]
    left_count = level.size - np.add.reduceat(right.astype(np.int64), level.start)
    position = np.arange(len(labels)) - level.start[labels]
    target = level.start[labels] + np.where(right, left_count[labels] + position - rank_left, rank_left)
    order = np.empty(len(labels), np.int64)
    order[target] = np.arange(len(labels))
    return order
