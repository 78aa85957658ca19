"""Traces of the source that a release must not carry: identifiers, row numbers, the order of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.schema import Column, ColumnKind, ColumnRole, Value, with_role
from bank_api.domain.anonymize.table import ReleasedTable

ORDER_DEVIATIONS = 6.0
"""A fresh order strays this many standard deviations from no correlation once in 500 million releases."""
ORDER_ROWS_MIN = 40
"""Below, six deviations are more than any correlation can reach."""
ROW_NUMBER_CORRELATION = 0.999


def check_traces(
    source: Sequence[Mapping[str, Value]],
    table: ReleasedTable,
    columns: Sequence[Column],
    cleaned: Mapping[str, list[Value]],
    kept: Numbers,
    source_box: Numbers,
    box_of_row: Numbers,
) -> float:
    """Refuse traces; return how far the released order follows the source order (about 0)."""
    _check_identifiers(source, table, columns)
    _check_row_numbers(table, cleaned, kept)
    correlation = order_correlation(table, cleaned, kept, source_box, box_of_row)
    limit = ORDER_DEVIATIONS / np.sqrt(max(1, len(table.rows) - 1))
    if len(table.rows) >= ORDER_ROWS_MIN and abs(correlation) > limit:
        raise ReleaseRefusedError("order", "the rows still follow the source order", float(limit), correlation)
    return correlation


def order_correlation(
    table: ReleasedTable,
    cleaned: Mapping[str, list[Value]],
    kept: Numbers,
    source_box: Numbers,
    box_of_row: Numbers,
) -> float:
    """Correlation of a released row's place with the mean place of the people it may be about."""
    names = [column.name for column in table.plain]
    keys: dict[tuple[object, ...], int] = {}
    plain = [cleaned[name] for name in names]
    mine = [
        keys.setdefault((box, *(answers[row] for answers in plain)), len(keys))
        for box, row in zip(source_box[kept].tolist(), kept.tolist(), strict=True)
    ]
    place = np.bincount(mine, kept, len(keys)) / np.bincount(mine, minlength=len(keys))
    boxes = box_of_row.tolist()
    expected = place[[keys[(box, *row[1:])] for box, row in zip(boxes, table.rows, strict=True)]]
    return _correlation(np.arange(len(expected)), expected)


def _check_identifiers(source: Sequence[Mapping[str, Value]], table: ReleasedTable, columns: Sequence[Column]) -> None:
    names = [column.name for column in with_role(columns, ColumnRole.IDENTIFIER)]
    identifiers = {row[name] for row in source for name in names if isinstance(row.get(name), str)} - {""}
    for position, column in enumerate(table.plain, 1):
        leaked = sum(row[position] in identifiers for row in table.rows)
        if leaked:
            raise ReleaseRefusedError("identifier", f"{column.name!r} holds identifiers", 0, leaked)


def _check_row_numbers(table: ReleasedTable, cleaned: Mapping[str, list[Value]], kept: Numbers) -> None:
    """A harmless column that tells everybody apart is an identifier; a sensitive one that counts the rows is too."""
    for column in table.plain:
        answers = [cleaned[column.name][row] for row in kept.tolist()]
        if len(answers) < 2 or len(set(answers)) < len(answers) or None in answers:
            continue
        counting = column.kind is ColumnKind.NUMBER and _counts_rows(np.array(answers, float))
        if column.role is ColumnRole.HARMLESS or (counting and len(answers) >= ORDER_ROWS_MIN):
            raise ReleaseRefusedError("row number", f"{column.name!r} differs in every row", 0, len(answers))


def _counts_rows(answers: NDArray[np.float64]) -> bool:
    ranks = np.argsort(np.argsort(answers))
    return abs(_correlation(np.arange(len(ranks)), ranks)) > ROW_NUMBER_CORRELATION


def _correlation(one: NDArray[np.int64], other: NDArray[np.float64] | Numbers) -> float:
    if len(one) < 2 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
