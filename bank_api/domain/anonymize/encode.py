"""Source rows to integer codes, refusing whatever the declarations do not cover.

Refuses undeclared columns, values of another type, values outside the declared domain. No message repeats a value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.errors import InputRowError, UndeclaredColumnError
from bank_api.domain.anonymize.schema import Column, ColumnKind, Value, meaning

Codes = NDArray[np.int64]

MISSING_COORDINATE = 1000.0
"""Far beyond every answer (0..1), so that answers are parted from no answers before anything else."""


@dataclass(frozen=True)
class Axis:
    """One quasi-identifier as numbers. Code `size` means no answer; codes below it index `values`."""

    column: Column
    codes: Codes
    values: tuple[float, ...] | tuple[str, ...]
    coordinates: NDArray[np.float64]
    boundary_depths: Codes

    @property
    def size(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class SensitiveCodes:
    """One sensitive column as numbers: `values` tells spellings apart, `meanings` does not; -1 means no answer."""

    column: Column
    values: Codes
    meanings: Codes


def clean_columns(rows: Sequence[Mapping[str, Value]], columns: Sequence[Column]) -> dict[str, list[Value]]:
    """The released columns, checked and top/bottom-coded. A field that is absent or None is no answer."""
    declared = {column.name for column in columns}
    for row_index, row in enumerate(rows):
        if not row.keys() <= declared:
            raise UndeclaredColumnError(min(str(name) for name in row.keys() - declared), row_index)
    return {
        column.name: _clean([row.get(column.name) for row in rows], column) for column in columns if column.released
    }


def axis(column: Column, cells: Sequence[Value]) -> Axis:
    """A quasi-identifier's codes, where they lie on its scale, and how deep a cut before each one goes."""
    if column.kind is ColumnKind.NUMBER:
        present = sorted({float(cell) for cell in cells if cell is not None})
        index: dict[Any, int] = {value: code for code, value in enumerate(present)}
        values: Any = tuple(present)
        width = (column.hi - column.lo) or 1.0
        places = [(value - column.lo) / width for value in present]
        depths = [1] * len(present)
    else:
        index, values = column.index, column.values
        places = [code / max(1, len(values) - 1) for code in range(len(values))]
        depths = column.hierarchy.boundary_depths() if column.hierarchy else [1] * len(values)
    size = len(values)
    codes = np.fromiter((size if cell is None else index[cell] for cell in cells), np.int64, len(cells))
    return Axis(column, codes, values, np.array([*places, MISSING_COORDINATE]), np.array([*depths, 0], np.int64))


def sensitive_codes(column: Column, cells: Sequence[Value]) -> SensitiveCodes:
    present = sorted({cell for cell in cells if cell is not None})
    index = {value: code for code, value in enumerate(present)}
    forms: dict[Value, int] = {}
    form_of = [forms.setdefault(meaning(v) if isinstance(v, str) else v, len(forms)) for v in present]
    codes = np.fromiter((-1 if cell is None else index[cell] for cell in cells), np.int64, len(cells))
    return SensitiveCodes(column, codes, np.array([*form_of, -1], np.int64)[codes])


def _clean(cells: list[Value], column: Column) -> list[Value]:
    if column.kind is ColumnKind.NUMBER:
        return _clean_numbers(cells, column)
    allowed = {*column.index, None}
    try:
        if set(cells) <= allowed:
            return cells
    except TypeError:  # something unhashable among them: the scan below names it
        pass
    bad = next(i for i, cell in enumerate(cells) if not (cell is None or type(cell) is str) or cell not in allowed)
    raise InputRowError(column.name, bad, "the value is not one of the declared categories")


def _clean_numbers(cells: list[Value], column: Column) -> list[Value]:
    types = {int, type(None)} if column.integer else {int, float, type(None)}
    if not set(map(type, cells)) <= types:
        bad = next(i for i, cell in enumerate(cells) if type(cell) not in types)
        raise InputRowError(column.name, bad, f"the value is not {'a whole number' if column.integer else 'a number'}")
    kind = int if column.integer else float
    low, high = kind(column.lo), kind(column.hi)
    cleaned: list[Value] = []
    for row_index, cell in enumerate(cells):
        if cell is None or low <= cell <= high:  # type: ignore[operator]
            cleaned.append(None if cell is None else kind(cell) + 0)
        elif column.clamp and math.isfinite(cell):  # type: ignore[arg-type]
            cleaned.append(low if cell < low else high)  # type: ignore[operator]
        else:
            raise InputRowError(column.name, row_index, f"the value is not within {low}..{high}")
    return cleaned
