"""How far a count is off that somebody reads from a release: what a loss of so much means to whoever uses it.

Asked is how many of those who were there lie in two ranges and gave one answer: two generalized columns by chance, on
each a run of 15 to 50 % of its values, one of the answers. The reader takes every value of a box as equally likely, and
in homes gives each room its share of its class's answers. Told is the mean of |read - true| / true over QUERIES such
counts; true counts below LEAST of the people are passed over, and whoever was left out is missing from what is read.
The questions follow from a seed: releases of the same people are asked the same.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize import AnonymizedRelease, Column, ColumnRole
from bank_api.domain.anonymize.schema import ColumnKind

QUERIES, LEAST = 600, 0.005
RANGE = (0.15, 0.5)

Floats = NDArray[np.float64]


def count_error(
    release: AnonymizedRelease,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    sensitive: str,
    seed: int,
) -> float:
    """`rows`: everybody who was there. Columns are numbers or choices without a hierarchy."""
    quasi = [column for column in columns if column.role is ColumnRole.QUASI_IDENTIFIER]
    values = [_values(column) for column in quasi]
    places = [
        np.array([-1 if row[column.name] is None else known.index(row[column.name]) for row in rows])
        for column, known in zip(quasi, values, strict=True)
    ]
    given = np.array([str(row[sensitive]) for row in rows])
    answers = sorted(set(given.tolist()))
    rows_with, shares = _told(release, values, answers, sensitive)
    dice, errors = random.Random(seed), list[float]()  # noqa: S311  a bench
    while len(errors) < QUERIES:
        axes = dice.sample(range(len(quasi)), min(2, len(quasi)))
        answer = dice.randrange(len(answers))
        true, read = given == answers[answer], rows_with[:, answer]
        for axis in axes:
            width = max(1, int(len(values[axis]) * dice.uniform(*RANGE)))
            first = dice.randrange(len(values[axis]) - width + 1)
            true = true & (places[axis] >= first) & (places[axis] < first + width)
            read = read * shares[axis][:, first : first + width].sum(1)
        count = int(true.sum())
        if count >= LEAST * len(rows):
            errors.append(abs(float(read.sum()) - count) / count)
    return sum(errors) / len(errors)


def _values(column: Column) -> list[Any]:
    return list(range(int(column.lo), int(column.hi) + 1)) if column.kind is ColumnKind.NUMBER else list(column.values)


def _told(
    release: AnonymizedRelease, values: Sequence[Sequence[Any]], answers: Sequence[str], sensitive: str
) -> tuple[Floats, list[Floats]]:
    """Of each box the rows with each answer, as a reader reckons; by column, how likely each value is in each box."""
    table = release.document.table
    at = [column.name for column in table.plain].index(sensitive) + 1
    sizes = np.bincount(table.box_of_row, minlength=len(table.boxes)).astype(float)
    class_of = np.arange(len(table.boxes)) if table.classes is None else np.array(table.classes)
    of_class = np.zeros((int(class_of.max()) + 1, len(answers)))
    for of, row in zip(table.class_of_row.tolist(), table.rows, strict=True):
        of_class[of, answers.index(str(row[at]))] += 1
    share = sizes / of_class.sum(1)[class_of]
    likely = []
    for axis, known in enumerate(values):
        fits = np.array([[box[axis].contains(one) for one in known] for box in table.boxes], float)
        others = np.array([box[axis].missing for box in table.boxes], float)
        likely.append(fits / np.maximum(1, fits.sum(1) + others)[:, None])
    return of_class[class_of] * share[:, None], likely
