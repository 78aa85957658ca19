"""One column's cells with the distinct values among them numbered once, for all who count, sort and compare after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.schema import Value

Codes = NDArray[np.int64]


class _Numbering(dict[Any, int]):
    """Numbers values by their first appearance, as they are asked for."""

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self)
        return number


class Cells(list[Any]):
    """The values row by row; row r holds `distinct[codes[r]]`. Not to be changed once made."""

    def __init__(self, values: Iterable[Value], distinct: Sequence[Value], codes: Codes) -> None:
        super().__init__(values)
        self.distinct, self.codes = distinct, codes

    @classmethod
    def of(cls, values: Sequence[Value]) -> Cells:
        if isinstance(values, Cells):
            return values
        number = _Numbering()
        codes = np.fromiter(map(number.__getitem__, values), np.int64, len(values))
        return cls(values, list(number), codes)

    def read(self, number_of: Mapping[Value, int]) -> Codes:
        """Each row's value by another numbering. Raises KeyError for a value that it does not know."""
        return np.array([number_of[value] for value in self.distinct], np.int64)[self.codes]

    def become(self, clean: Mapping[Value, Value]) -> Cells:
        """Every value put in the place of the one it stands for."""
        distinct = list(dict.fromkeys(clean[value] for value in self.distinct))
        number = {value: code for code, value in enumerate(distinct)}
        codes = np.array([number[clean[value]] for value in self.distinct], np.int64)[self.codes]
        return Cells(map(distinct.__getitem__, codes.tolist()), distinct, codes)

    def at(self, rows: Codes) -> list[Value]:
        return list(map(self.distinct.__getitem__, self.codes[rows].tolist()))
