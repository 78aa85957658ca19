"""Where answers are told of a class and cells of its rooms, answers must have been dealt to the rows by chance.

The verifier bets against it. Room by room, row by row, it knows which answers of the class are still to come, and what
the room's own people answered and no row of it has said yet. Where answers are dealt, the next is any of those to come,
each as likely, and a bet on the room's own people wins nothing on average, whatever came before. So the stake, 1 at
first, is a test martingale, and a dealt release makes it exceed ODDS with a chance of 1 / ODDS at most, of whatever
size it is (Ville's inequality; Shafer, Shen, Vereshchagin, Vovk 2011). Where rows carry the answers of their own
people, or a good part of them does, the stake grows with every row. Where classes are too small to tell it stays
small, and nothing is concluded.
"""

from __future__ import annotations

import math

import numpy as np

from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.errors import ReleaseRefusedError

ODDS = 1e6
SHARES = (0.1, 0.3, 0.8)
"""As how many rows are believed to carry answers of their own room; equal parts of the stake are bet by each belief."""


def check_dealt(
    truth: Numbers, told: Numbers, box_of_kept: Numbers, box_of_row: Numbers, class_of_box: Numbers
) -> None:
    """`truth` and `told` number the answers (of one class) of each kept source row and of each released row; boxes are
    rooms. Raises ReleaseRefusedError."""
    won = _bet(truth, told, box_of_kept, box_of_row, class_of_box)
    best = max(won)
    log_odds = best + math.log(sum(math.exp(one - best) for one in won) / len(won))
    if log_odds > math.log(ODDS):
        raise ReleaseRefusedError(
            "dealing",
            "more rows carry answers of their own people than chance would give",
            ODDS,
            math.exp(min(log_odds, 700.0)),
        )


def _bet(
    truth: Numbers, told: Numbers, box_of_kept: Numbers, box_of_row: Numbers, class_of_box: Numbers
) -> list[float]:
    """By belief, the logarithm of what a stake of 1 becomes. All rows at once, class by class and room by room."""
    order = np.lexsort((box_of_row, class_of_box[box_of_row]))
    box, code = box_of_row[order], told[order]
    of, answers = class_of_box[box], int(max(truth.max(), told.max())) + 1
    _, left = _place(of)
    _, coming = _place(of * answers + code)
    said, _ = _place(box * answers + code)
    own, count = np.unique(box_of_kept * answers + truth, return_counts=True)
    at = np.searchsorted(own, box * answers + code).clip(max=len(own) - 1)
    unsaid = np.maximum(np.where(own[at] == box * answers + code, count[at], 0) - said, 0)
    fits = np.minimum(unsaid, coming)
    changed = np.minimum(np.maximum(unsaid - 1, 0), coming - 1) - fits
    sooner = np.cumsum(changed) - changed
    first = np.flatnonzero(np.diff(box, prepend=-1))
    fitting = np.bincount(own // answers, np.minimum(count, _to_come(own, answers, box, code, class_of_box)))[box]
    fitting += sooner - np.repeat(sooner[first], np.diff(np.append(first, len(box))))
    bet = fitting > 0
    gain = (fits * left)[bet] / (fitting * coming)[bet] - 1
    return [float(np.log1p(share * gain).sum()) for share in SHARES]


def _place(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Of each entry, how many equal ones come before it, and how many are still to come with it."""
    order = np.argsort(keys, kind="stable")
    first = np.flatnonzero(np.diff(keys[order], prepend=keys.min() - 1))
    sizes = np.diff(np.append(first, len(keys)))
    before, still = np.empty_like(keys), np.empty_like(keys)
    before[order] = np.arange(len(keys)) - np.repeat(first, sizes)
    still[order] = np.repeat(sizes, sizes) - before[order]
    return before, still


def _to_come(own: Numbers, answers: int, box: Numbers, code: Numbers, class_of_box: Numbers) -> Numbers:
    """Of each answer of a room's people, how many rows of that room and of later ones of its class give it."""
    boxes = len(class_of_box)
    said = np.sort((class_of_box[box] * answers + code) * boxes + box)
    asked = class_of_box[own // answers] * answers + own % answers
    found: Numbers = np.searchsorted(said, (asked + 1) * boxes) - np.searchsorted(said, asked * boxes + own // answers)
    return found
