"""Traces of the source that a release must not carry: identifiers, row numbers, the order of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.schema import Column, ColumnRole, Value, with_role
from bank_api.domain.anonymize.table import ReleasedTable

ORDER_DEVIATIONS = 6.0
"""A fresh order strays this many standard deviations from no correlation once in 500 million releases."""
ORDER_ROWS_MIN = 40
"""Below, six deviations are more than any correlation can reach."""
ROW_NUMBERS_MIN = 20
"""Below, answers on an ordinary scale may all differ by chance."""


def check_traces(
    source: Sequence[Mapping[str, Value]],
    table: ReleasedTable,
    columns: Sequence[Column],
    kept: Numbers,
    truth: Numbers,
    told: Numbers,
) -> float:
    """Refuse traces; return how far the released order follows the source order (about 0).

    `truth` and `told` number what can be seen of a kept source row and of a released row: equal numbers look equal.
    """
    _check_identifiers(source, table, columns)
    _check_row_numbers(table)
    correlation = order_correlation(kept, truth, told)
    limit = ORDER_DEVIATIONS / np.sqrt(max(1, len(table.rows) - 1))
    if len(table.rows) >= ORDER_ROWS_MIN and abs(correlation) > limit:
        raise ReleaseRefusedError("order", "the rows still follow the source order", float(limit), correlation)
    return correlation


def order_correlation(kept: Numbers, truth: Numbers, told: Numbers) -> float:
    """Correlation of a released row's place with the mean place of the people it may be about."""
    place = np.bincount(truth, kept) / np.maximum(np.bincount(truth), 1)
    return _correlation(np.arange(len(told)), place[told])


def _check_identifiers(source: Sequence[Mapping[str, Value]], table: ReleasedTable, columns: Sequence[Column]) -> None:
    names = [column.name for column in with_role(columns, ColumnRole.IDENTIFIER)]
    identifiers = {row[name] for row in source for name in names if isinstance(row.get(name), str)} - {""}
    for position, column in enumerate(table.plain):
        leaked = sum(answer in identifiers for answer in table.answers(position)) if identifiers else 0
        if leaked:
            raise ReleaseRefusedError("identifier", f"{column.name!r} holds identifiers", 0, leaked)


def _check_row_numbers(table: ReleasedTable) -> None:
    """A harmless column in which nobody's value is another's is an identifier, whatever it was declared to be."""
    for position, column in enumerate(table.plain):
        distinct = len(table.coded[position].present)
        if column.role is ColumnRole.HARMLESS and distinct == len(table.rows) >= ROW_NUMBERS_MIN:
            raise ReleaseRefusedError("row number", f"{column.name!r} differs in every row", 0, distinct)


def _correlation(one: NDArray[np.int64], other: NDArray[np.float64] | Numbers) -> float:
    if len(one) < 2 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
