"""How useful rows are: what they say of columns, pairs and numbers, beside what the real table says.

All of it is measured against real answers, without noise: for whoever holds these anyway, and for nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.synthetic.attributes import Attribute

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
Codes = NDArray[np.int64]
Columns = Sequence[Codes]


def utility(attributes: Sequence[Attribute], real: Columns, other: Columns) -> dict[str, Any]:
    """Total variation distances (0 the same, 1 nothing in common) of columns and pairs, and what numbers differ by."""
    one_way = {
        one.name: distance(_shares(one.cells, mine), _shares(one.cells, theirs))
        for one, mine, theirs in zip(attributes, real, other, strict=True)
    }
    pairs = [
        distance(*(_shares(one.cells * two.cells, side[a] * two.cells + side[b]) for side in (real, other)))
        for (a, one), (b, two) in combinations(enumerate(attributes), 2)
    ]
    numbers = {
        one.name: {"real": _number(one, mine), "here": _number(one, theirs)}
        for one, mine, theirs in zip(attributes, real, other, strict=True)
        if one.is_number
    }
    return {
        "one_way": {"mean": _mean(one_way.values()), "most": _most(one_way.values()), "columns": one_way},
        "two_way": {"mean": _mean(pairs), "most": _most(pairs)},
        "numbers": numbers,
    }


def distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.abs(one - other).sum() / 2)


def learned(attributes: Sequence[Attribute], train: Columns, test: Columns, target: int) -> float:
    """How often a naive Bayes model, trained on these rows, tells this column of those from their other columns."""
    cells = attributes[target].cells
    told = np.log(np.bincount(train[target], minlength=cells) + 1.0)[None, :].repeat(len(test[target]), axis=0)
    for at, one in enumerate(attributes):
        if at != target:
            counts = np.bincount(train[at] * cells + train[target], minlength=one.cells * cells) + 1.0
            table = counts.reshape(one.cells, cells)
            told += np.log(table / table.sum(axis=0))[test[at]]
    return float((told.argmax(axis=1) == test[target]).mean())


def commonest(train: Columns, test: Columns, target: int) -> float:
    """How often the commonest answer alone is right."""
    return float((test[target] == np.bincount(train[target]).argmax()).mean())


def _shares(cells: int, codes: Codes) -> NDArray[np.float64]:
    return np.bincount(codes, minlength=cells) / max(1, len(codes))


def _number(one: Attribute, codes: Codes) -> dict[str, Any]:
    """Mean and quantiles, each answer taken as the middle of its band; of those who answered."""
    known = np.sort(np.array(one.middles())[codes[codes < one.answers]])
    if not len(known):
        return {"mean": None, "quantiles": {}}
    found = {f"{share:g}": float(known[min(len(known) - 1, int(share * len(known)))]) for share in SHARES}
    return {"mean": round(float(known.mean()), 4), "quantiles": found}


def _mean(values: Any) -> float:
    return round(float(np.mean(list(values) or [0.0])), 4)


def _most(values: Any) -> float:
    return round(float(max(values, default=0.0)), 4)
