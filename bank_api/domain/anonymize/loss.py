"""How much detail a release lost.

loss: normalized certainty penalty of a cell (0 exact, 1 everything), averaged over all generalized cells, a
suppressed row counting as lost altogether; granularity = 1 - loss (as ARX counts it). discernibility: for each person
the number of people they cannot be told from (Bayardo & Agrawal 2005), summed.
The sum is exact before it is rounded once: in the last digit of a careless one the order of the classes can be read,
and with it something about the order of the people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.cells import Cell, NumberCell, SetCell
from bank_api.domain.anonymize.schema import Column
from bank_api.domain.anonymize.table import ReleasedTable


def cell_loss(cell: Cell, column: Column) -> float:
    """0 for one value, 1 for the whole domain, 1 where answers and no answers are blurred together."""
    if isinstance(cell, NumberCell):
        if cell.low is None or cell.high is None:
            return 0.0
        width = column.hi - column.lo
        return 1.0 if cell.missing else (cell.high - cell.low) / width if width else 0.0
    if isinstance(cell, SetCell):
        if cell.any_of is None:
            return 0.0
        return 1.0 if cell.missing else (len(cell.any_of) - len(cell.all_of)) / len(column.values)
    if not cell.values:
        return 0.0
    return 1.0 if cell.missing else (len(cell.values) - 1) / max(1, len(column.values) - 1)


def table_loss(table: ReleasedTable, columns: Mapping[str, Column], suppressed: int) -> float:
    count = len(table.rows) + suppressed
    if not table.generalized or not count:
        return suppressed / count if count else 0.0
    sizes = np.bincount(table.box_of_row, minlength=len(table.boxes))
    lost: list[float] = []
    for position, column in enumerate(table.generalized):
        cells = [box[position] for box in table.boxes]
        known = {id(cell): cell_loss(cell, columns[column.name]) for cell in {id(c): c for c in cells}.values()}
        lost.extend((sizes * np.array([known[id(cell)] for cell in cells])).tolist())
    return (math.fsum(lost) / len(table.generalized) + suppressed) / count


def discernibility(sizes: NDArray[np.int64], suppressed: int) -> int:
    """`sizes` are the numbers of rows that look alike."""
    return int(sizes @ sizes) + suppressed * (int(sizes.sum()) + suppressed)
