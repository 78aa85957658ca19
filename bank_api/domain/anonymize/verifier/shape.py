"""Exactly the declared columns, no text beyond the cells, ranges that end at cut points, rooms that are of classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bank_api.domain.anonymize.cells import NumberCell, rendered_again
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.schema import GENERALIZED, Column, ColumnRole, with_role
from bank_api.domain.anonymize.table import ReleasedTable


def check_shape(table: ReleasedTable, columns: Sequence[Column]) -> None:
    quasi = with_role(columns, *GENERALIZED)
    plain = with_role(columns, ColumnRole.SENSITIVE)
    for found, declared in ((table.generalized, quasi), (table.plain, plain)):
        names = [column.name for column in found]
        for name in names:
            if name not in [column.name for column in declared]:
                raise ReleaseRefusedError("columns", "column {column} may not be released so", 0, 1, column=repr(name))
        if [(c.name, c.role, c.kind) for c in found] != [(c.name, c.role, c.kind) for c in declared]:
            raise ReleaseRefusedError("columns", "the columns are not the declared ones", len(declared), len(found))
    if set(map(len, table.rows)) - {len(plain) + 1}:
        raise ReleaseRefusedError("columns", "a row carries more or fewer values than there are columns")
    if np.any((table.box_of_row < 0) | (table.box_of_row >= len(table.boxes))):
        raise ReleaseRefusedError("columns", "a row stands in no box")
    if table.classes is not None and len(table.classes) != len(table.boxes):
        raise ReleaseRefusedError("columns", "not every room is in a class", len(table.boxes), len(table.classes))
    for position, column in enumerate(quasi):
        for cell in {id(box[position]): box[position] for box in table.boxes}.values():
            if rendered_again(column, cell) != cell:
                raise ReleaseRefusedError(
                    "columns", "a cell of {column} says more than its values", column=repr(column.name)
                )
            if isinstance(cell, NumberCell) and cell.low is not None and not _ends_at_cut_points(column, cell):
                raise ReleaseRefusedError(
                    "cut points", "a range of {column} ends at a number of its own", column=repr(column.name)
                )


def _ends_at_cut_points(column: Column, cell: NumberCell) -> bool:
    """A range that ended anywhere else could tell somebody's exact number."""
    starts = {band.low for band in column.bands}
    return cell.low in starts and (cell.high, cell.high_included) in {(b.high, b.high_included) for b in column.bands}
