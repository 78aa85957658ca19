"""Where answers are told of a class and cells of its rooms, answers must have been dealt to rows by lot, and evenly.

**Evenly** (ADR 88) is checked, not guessed. Rows of a room with s rows stand a step of 1 / s apart on a circle, each
answer has an arc of it, and t steps hold t * z / s rows of a room of z, rounded down or up. So of an answer that n rows
of a room carry, the class has at least n and, of each other room, (n - 1) * z / s rounded down (`_needed`); the same
holds of the rows that do not carry it. Even dealing can do nothing else; rows left with their own people soon do.

**By lot** the verifier bets against. Rooms of a class with equally many rows are dealt alike: what their rows carry
together, whichever it is, was as likely to go to each of them. Room by room it knows what is still to come for rooms of
this size, and bets on what has most in common with the answers of the room's own people. Where lots were drawn it wins
nothing on average, whatever came before. So the stake, 1 at first, is a test martingale, and a dealt release makes it
exceed ODDS with a chance of 1 / ODDS at most, of whatever size it is (Ville's inequality; Shafer, Shen, Vereshchagin,
Vovk 2011). Where rooms carry the answers of their own people, or a good part of their rows does, the stake grows with
every room. Where classes are too small to tell it stays small, and nothing is concluded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.errors import ReleaseRefusedError

ODDS = 1e6
SHARES = (0.03, 0.1, 0.3, 0.8)
"""As how many rows are believed to carry answers of their own room; equal parts of the stake are bet by each belief."""
AT_ONCE = 2**20
"""So many numbers are compared at a time, if there is no less."""

Floats = NDArray[np.float64]


def check_dealt(
    truth: Numbers, told: Numbers, box_of_kept: Numbers, box_of_row: Numbers, class_of_box: Numbers
) -> None:
    """`truth` and `told` number the answers (of one class) of each kept source row and of each released row; boxes are
    rooms. Raises ReleaseRefusedError."""
    won = np.zeros(len(SHARES))
    for own, said in _by_class(truth, told, box_of_kept, box_of_row, class_of_box):
        _check_even(said)
        won += _bet(own, said)
    best = float(won.max())
    log_odds = best + math.log(float(np.exp(won - best).mean()))
    if log_odds > math.log(ODDS):
        raise ReleaseRefusedError(
            "dealing",
            "more rows carry answers of their own people than chance would give",
            ODDS,
            math.exp(min(log_odds, 700.0)),
        )


def _by_class(
    truth: Numbers, told: Numbers, box_of_kept: Numbers, box_of_row: Numbers, class_of_box: Numbers
) -> Iterator[tuple[Numbers, Numbers]]:
    """For each class of several rooms two tables, rooms by answers: of how many of its people, and in how many rows."""
    by_kept, by_row = np.argsort(class_of_box[box_of_kept]), np.argsort(class_of_box[box_of_row])
    classes = np.arange(int(class_of_box.max()) + 2)
    kept_ends = np.searchsorted(class_of_box[box_of_kept][by_kept], classes)
    row_ends = np.searchsorted(class_of_box[box_of_row][by_row], classes)
    for of in classes[:-1]:
        people, rows = by_kept[kept_ends[of] : kept_ends[of + 1]], by_row[row_ends[of] : row_ends[of + 1]]
        boxes, room = np.unique(box_of_row[rows], return_inverse=True)
        if len(boxes) > 1:
            answers, code = np.unique(told[rows], return_inverse=True)
            said, own = (np.zeros((len(boxes), len(answers)), np.int64) for _ in range(2))
            np.add.at(said, (room.reshape(-1), code.reshape(-1)), 1)
            own_at = np.searchsorted(boxes, box_of_kept[people]), np.searchsorted(answers, truth[people])
            np.add.at(own, own_at, 1)
            yield own, said


def _check_even(said: Numbers) -> None:
    sizes, common = said.sum(1), said.sum(0)
    for size in set(sizes.tolist()):
        needed, rows = _needed(size, sizes), said[sizes == size]
        for carry, there_are in ((rows, common), (size - rows, sizes.sum() - common)):
            short = needed[carry] - there_are
            if short.max() > 0:
                room, answer = np.unravel_index(short.argmax(), short.shape)
                raise ReleaseRefusedError(
                    "dealing",
                    "answers are not spread evenly over the rooms of a class",
                    int(needed[carry[room, answer]]),
                    int(there_are[answer]),
                )


def _needed(size: int, sizes: Numbers) -> Numbers:
    """For n of 0 to `size`: with how many rows of a class an answer begins that n rows of a room carry."""
    steps = np.arange(size)[:, None]
    around = (steps * sizes // size).sum(1) - steps[:, 0]  # those of the room itself
    return np.append(0, steps[:, 0] + 1 + around)


def _bet(own: Numbers, said: Numbers) -> Floats:
    """By belief, the logarithm of what a stake of 1 becomes within one class (tables as `_by_class` has them)."""
    share = np.array(SHARES)
    gain = np.log1p(share[:, None] * (said.sum() / said.sum(0) - 1))  # as likely as this an answer is, if believed
    won, sizes = np.zeros(len(share)), said.sum(1)
    for size in set(sizes.tolist()):
        people, rows = own[sizes == size], said[sizes == size]
        at_once = max(1, AT_ONCE // rows.size)
        for first in range(0, len(rows), at_once):
            won += _won(people[first : first + at_once], rows[first:], gain)
    return won


def _won(people: Numbers, to_come: Numbers, gain: Floats) -> Floats:
    """Of some rooms, one after the other; what they show comes first in `to_come`."""
    in_common = np.minimum(people[:, None], to_come) @ gain.T
    gone = np.arange(len(to_come)) < np.arange(len(people))[:, None]
    in_common[gone] = -np.inf
    here = np.diagonal(in_common).T
    best = in_common.max(1)
    mean = np.exp(in_common - best[:, None]).sum(1) / (~gone).sum(1)[:, None]
    found: Floats = (here - best - np.log(mean)).sum(0)
    return found
