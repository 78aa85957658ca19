"""Order: does the order of the released rows tell anything? Whoever knows the source's order (the ledger shows that of
consents) would read from it who is who.

Everything is in standard deviations from a random order, six of which chance reaches once in 500 million releases.
alike    neighbours of one class, more or fewer than a shuffle leaves
columns  a released column that climbs or falls with the place of the row
source   the place of a row and the mean place in the source of the people it may be
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOO_MANY = 6.0
ROWS_MIN = 8
"""Below, an order has too few arrangements for deviations to mean anything."""


@dataclass(frozen=True)
class OrderAttack:
    alike: float
    columns: dict[str, float] = field(default_factory=dict)
    source: float | None = None

    @property
    def told(self) -> bool:
        """Does the order say more than chance?"""
        return any(abs(one) > TOO_MANY for one in (self.alike, *self.columns.values(), self.source or 0.0))

    def to_json(self) -> dict[str, Any]:
        return {"alike": self.alike, "columns": self.columns, "source": self.source, "told": self.told}


def attack_order(
    classes: Sequence[Hashable],
    columns: Mapping[str, Sequence[Any]],
    candidates: Mapping[Hashable, Sequence[int]] | None = None,
) -> OrderAttack:
    """`classes` of the rows in released order, `columns` of values that can be ordered (None: no answer);
    `candidates`: the places in the source of the people that a class may hold.
    """
    source = None
    if candidates is not None:
        middle = {one: sum(places) / len(places) for one, places in candidates.items() if places}
        source = drift([middle.get(one) for one in classes])
    return OrderAttack(alike(classes), {name: drift(values) for name, values in columns.items()}, source)


def alike(labels: Sequence[Hashable]) -> float:
    """How far the number of equal neighbours is from that of a shuffle."""
    rows, counts = len(labels), np.array(list(Counter(labels).values()), np.float64)
    if rows < ROWS_MIN or len(counts) in (1, rows):
        return 0.0
    two, three = counts * (counts - 1), counts * (counts - 1) * (counts - 2)
    pair = two.sum() / (rows * (rows - 1))
    triple = three.sum() / (rows * (rows - 1) * (rows - 2))
    both = (three * (counts - 3)).sum() + two.sum() ** 2 - (two**2).sum()
    both /= rows * (rows - 1) * (rows - 2) * (rows - 3)
    expected = (rows - 1) * pair
    variance = expected + 2 * (rows - 2) * triple + (rows - 2) * (rows - 3) * both - expected**2
    found = sum(one == other for one, other in pairwise(labels))
    return _deviations(found - expected, variance)


def drift(values: Sequence[Any]) -> float:
    """How far the correlation of value and place is from none, by ranks."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < ROWS_MIN:
        return 0.0
    ranks = _ranks([value for _, value in known])
    places = np.array([place for place, _ in known], np.float64)
    if np.ptp(ranks) == 0:
        return 0.0
    return round(float(np.corrcoef(places, ranks)[0, 1] * math.sqrt(len(known) - 1)), 3)


def _ranks(values: Sequence[Any]) -> NDArray[np.float64]:
    place = {value: number for number, value in enumerate(sorted(set(values)))}
    return np.array([place[value] for value in values], np.float64)


def _deviations(gap: float, variance: float) -> float:
    return round(gap / math.sqrt(variance), 3) if variance > 1e-9 else 0.0
