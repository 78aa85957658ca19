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
from collections import Counter
from collections.abc import Sequence

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
    own, said = _by_box(truth, box_of_kept), _by_box(told, box_of_row)
    rooms: dict[int, list[int]] = {}
    for box, of in enumerate(class_of_box.tolist()):
        rooms.setdefault(of, []).append(box)
    won = [0.0] * len(SHARES)
    for inside in rooms.values():
        if len(inside) > 1:
            for at, one in enumerate(_bet([own[box] for box in inside], [said[box] for box in inside])):
                won[at] += one
    best = max(won)
    log_odds = best + math.log(sum(math.exp(one - best) for one in won) / len(won))
    if log_odds > math.log(ODDS):
        raise ReleaseRefusedError(
            "dealing",
            "more rows carry answers of their own people than chance would give",
            ODDS,
            math.exp(min(log_odds, 700.0)),
        )


def _by_box(codes: Numbers, box_of: Numbers) -> dict[int, list[int]]:
    order = np.argsort(box_of, kind="stable")
    starts = np.flatnonzero(np.diff(box_of[order], prepend=-1))
    parts = np.split(codes[order], starts[1:])
    return {int(box): part.tolist() for box, part in zip(box_of[order][starts], parts, strict=True)}


def _bet(own: Sequence[Sequence[int]], said: Sequence[Sequence[int]]) -> list[float]:
    """By belief, the logarithm of what a stake of 1 becomes within one class."""
    to_come = Counter(code for room in said for code in room)
    left, won = to_come.total(), [0.0] * len(SHARES)
    for people, rows in zip(own, said, strict=True):
        unsaid = Counter(people)
        fitting = sum(min(count, to_come[one]) for one, count in unsaid.items())
        for code in rows:
            coming, own_left = to_come[code], unsaid[code]
            fits = min(own_left, coming)
            if fitting:
                gain = fits * left / (fitting * coming) - 1
                for at, share in enumerate(SHARES):
                    won[at] += math.log1p(share * gain)
            unsaid[code], to_come[code] = max(own_left - 1, 0), coming - 1
            fitting += min(unsaid[code], to_come[code]) - fits
            left -= 1
    return won
