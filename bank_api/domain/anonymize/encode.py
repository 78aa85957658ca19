"""Source rows to integer codes, refusing whatever the declarations do not cover.

Refuses undeclared columns, values of another type, values outside the declared domain. No message repeats a value.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.choices import chosen, set_meaning, written_set
from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.errors import InputRowError, UndeclaredColumnError
from bank_api.domain.anonymize.grid import Band
from bank_api.domain.anonymize.schema import Column, ColumnKind, Value
from bank_api.domain.anonymize.spelling import meaning

Codes = NDArray[np.int64]

MISSING_COORDINATE = 1000.0
"""Far beyond every answer (0..1), so that answers are parted from no answers before anything else."""


@dataclass(frozen=True)
class Axis:
    """One quasi-identifier (of a multiple choice, one option of it) as numbers.

    Code `size` means no answer; codes below it index `values`. A code's own place on the scale runs from `coordinates`
    to `ends` (the same for a name or a single number).
    """

    column: Column
    codes: Codes
    values: tuple[Band, ...] | tuple[str, ...]
    coordinates: NDArray[np.float64]
    ends: NDArray[np.float64]
    boundary_depths: Codes

    @property
    def size(self) -> int:
        return len(self.values)

    def only(self, rows: Codes) -> Axis:
        return replace(self, codes=self.codes[rows])


@dataclass(frozen=True)
class SensitiveCodes:
    """One sensitive column as numbers: `values` tells spellings apart, `meanings` does not; -1 means no answer."""

    column: Column
    values: Codes
    meanings: Codes
    lacks: NDArray[np.bool_] | None = None
    """Of a multiple choice, meaning x option: is the option not in the set?"""


def clean_columns(rows: Sequence[Mapping[str, Value]], columns: Sequence[Column]) -> dict[str, Cells]:
    """The released columns, checked and top/bottom-coded. A field that is absent or None is no answer."""
    declared = {column.name for column in columns}
    for row_index, row in enumerate(rows if not declared.issuperset(set().union(*rows)) else ()):
        if not declared.issuperset(row):
            raise UndeclaredColumnError(min(str(name) for name in row.keys() - declared), row_index)
    return {column.name: _clean(_column(rows, column.name), column) for column in columns if column.released}


def only_columns(rows: Sequence[Mapping[str, Value]], columns: Sequence[Column]) -> list[dict[str, Value]]:
    """These columns of each row, whatever else it holds."""
    names = [column.name for column in columns]
    return [{name: row.get(name) for name in names} for row in rows]


def axes_of(columns: Sequence[Column], cleaned: Mapping[str, Sequence[Value]]) -> list[Axis]:
    """Every column's axis; of a multiple choice one for each option."""
    found: list[Axis] = []
    for column in columns:
        cells = cleaned[column.name]
        found += _option_axes(column, cells) if column.kind is ColumnKind.MULTI else [axis(column, cells)]
    return found


def _option_axes(column: Column, cells: Sequence[Value]) -> list[Axis]:
    """Chosen or not; all together are as long as the axis of another column."""
    ends = [0.0, 1 / len(column.values)]
    cells = Cells.of(cells)
    sets = {cell: frozenset() if cell is None else chosen(str(cell)) for cell in cells.distinct}
    axes = []
    for option in column.values:
        code = {cell: 2 if cell is None else int(option in inside) for cell, inside in sets.items()}
        codes = Cells.of(cells).read(code)
        axes.append(_axis(column, codes, ("", option), ends, ends, [1, 1]))
    return axes


def axis(column: Column, cells: Sequence[Value]) -> Axis:
    """A quasi-identifier's codes, where they lie on its scale, and how deep a cut before each one goes."""
    if column.kind is ColumnKind.NUMBER:
        width = (column.hi - column.lo) or 1
        places = [(band.low - column.lo) / width for band in column.bands]
        ends = [(band.high - column.lo) / width for band in column.bands]
        codes, values = band_codes(column, cells), column.bands
        return _axis(column, codes, values, places, ends, [1] * len(values))
    names = column.values
    places = [code / max(1, len(names) - 1) for code in range(len(names))]
    depths = column.hierarchy.boundary_depths() if column.hierarchy else [1] * len(names)
    return _axis(column, coded(cells, (*names, None)), names, places, places, depths)


def _axis(column: Column, codes: Codes, values: Any, places: Any, ends: Any, depths: Sequence[int]) -> Axis:
    start, end = (np.array([*scale, MISSING_COORDINATE], np.float64) for scale in (places, ends))
    return Axis(column, codes, values, start, end, np.array([*depths, 0], np.int64))


def band_codes(column: Column, cells: Sequence[Value]) -> Codes:
    """The number of the band that each number lies in; no answer comes after all bands."""
    lows = [band.low for band in column.bands]
    cells = Cells.of(cells)
    codes: dict[Value, int] = {None: len(lows)}
    for value in set(cells.distinct) - {None}:
        codes[value] = bisect_right(lows, value) - 1  # type: ignore[type-var]  # cleaned: numbers only
    return cells.read(codes)


def sensitive_codes(column: Column, cells: Sequence[Value]) -> SensitiveCodes:
    """Spellings of one answer have one meaning, and so have numbers of one band: 99,998 and 99,999 are not two."""
    cells = Cells.of(cells)
    present: list[Any] = [*(set(cells.distinct) - {None})]
    present.sort(key=column.index.__getitem__ if column.named else None)
    told = [form_of_answer(column, value) for value in present]
    forms: dict[Any, int] = {}
    form_of = [forms.setdefault(form, len(forms)) for form in told]
    codes = coded(cells, (None, *present)) - 1
    lacks = None
    if column.kind is ColumnKind.MULTI:
        options = sorted({option for form in forms for option in chosen(form)})
        lacks = np.array([[option not in chosen(form) for option in options] for form in forms], bool)
    return SensitiveCodes(column, codes, np.array([*form_of, -1], np.int64)[codes], lacks)


def form_of_answer(column: Column, value: Any) -> Any:
    """Answers of one form count as one answer."""
    if column.kind is ColumnKind.MULTI:
        return set_meaning(value)
    return meaning(value) if column.named else max(band.low for band in column.bands if band.low <= value)


def coded(cells: Sequence[Value], distinct: Iterable[Value]) -> Codes:
    """Each cell's position among the distinct values."""
    return Cells.of(cells).read({value: code for code, value in enumerate(distinct)})


def _column(rows: Sequence[Mapping[str, Value]], name: str) -> list[Value]:
    try:
        return list(map(itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]


def _clean(cells: list[Value], column: Column) -> Cells:
    if column.kind is ColumnKind.NUMBER:
        return _clean_numbers(cells, column)
    if column.kind is ColumnKind.MULTI:
        return _clean_sets(cells, column)
    if set(map(type, cells)) <= {str, type(None)}:
        found = Cells.of(cells)
        if set(found.distinct) <= {*column.index, None}:
            return found
    bad = next(
        i for i, cell in enumerate(cells) if cell is not None and not (type(cell) is str and cell in column.index)
    )
    raise InputRowError(column.name, bad, "the value is not one of the declared categories")


def _clean_sets(cells: list[Value], column: Column) -> Cells:
    """Each option once, in declared order."""
    clean: dict[Value, Value] = {None: None}
    for bad, cell in enumerate(cells):
        if cell not in clean:
            if type(cell) is not str or not chosen(cell) <= column.index.keys():
                raise InputRowError(column.name, bad, "the value is not a set of the declared options")
            clean[cell] = written_set(chosen(cell), column.values)
    return Cells.of(cells).become(clean)


def _clean_numbers(cells: list[Value], column: Column) -> Cells:
    types = {int, type(None)} if column.integer else {int, float, type(None)}
    if not set(map(type, cells)) <= types:
        bad = next(i for i, cell in enumerate(cells) if type(cell) not in types)
        raise InputRowError(
            column.name, bad, "the value is not a whole number" if column.integer else "the value is not a number"
        )
    kind = int if column.integer else float
    low, high = kind(column.lo), kind(column.hi)
    found, clean = Cells.of(cells), dict[Any, Value]({None: None})
    for cell in set(found.distinct) - {None}:
        number: Any = cell
        if low <= number <= high:
            clean[number] = kind(number) + 0  # no negative zero
        elif column.clamp and math.isfinite(number):
            clean[number] = low if number < low else high
    if not clean.keys() >= set(found.distinct):
        bad = next(row_index for row_index, cell in enumerate(cells) if cell not in clean)
        raise InputRowError(column.name, bad, "the value is not within {low}..{high}", low=low, high=high)
    as_given = column.integer and all(clean[value] == value for value in found.distinct)
    return found if as_given else found.become(clean)
