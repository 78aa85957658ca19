"""A released table: boxes of generalized values, and rows that each stand in one box with their other answers.

The box number of a row is only a short way of writing the box's cells; the verifier compares cells, never numbers.
In homes boxes are rooms (ADR 85): several make a class, whose answers are told as one. Which of its answers stand with
which of its rooms is by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.cells import Cell, cell_from_json
from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.errors import ReleaseFormatError
from bank_api.domain.anonymize.schema import GENERALIZED, ColumnKind, ColumnRole, Value

ReleasedRow = tuple[Any, ...]
"""(box number, then one value per column of `ReleasedTable.plain`)"""


@dataclass(frozen=True)
class ReleasedColumn:
    name: str
    role: ColumnRole
    kind: ColumnKind


@dataclass(frozen=True)
class Answers:
    """One plain column as numbers: code 0 is no answer, code c stands for `present[c - 1]`."""

    present: tuple[Any, ...]
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, values: Sequence[Value], order: Sequence[Value] = ()) -> Answers:
        """`order` for answers whose order is not that of the alphabet."""
        place = {value: number for number, value in enumerate(order)}
        cells = Cells.of(values)
        present: list[Any] = sorted(set(cells.distinct) - {None}, key=place.get if order else None)  # type: ignore[arg-type]
        index: dict[Value, int] = {None: 0, **{value: code for code, value in enumerate(present, 1)}}
        return cls(tuple(present), cells.read(index))


@dataclass(frozen=True)
class ReleasedTable:
    generalized: tuple[ReleasedColumn, ...]
    plain: tuple[ReleasedColumn, ...]
    boxes: tuple[tuple[Cell, ...], ...]
    rows: tuple[ReleasedRow, ...]
    classes: tuple[int, ...] | None = None
    """The class of each box, numbered as the boxes name them; None where every box is a class of its own."""

    @cached_property
    def box_of_row(self) -> NDArray[np.int64]:
        return np.fromiter(map(itemgetter(0), self.rows), np.int64, len(self.rows))

    @cached_property
    def class_of_row(self) -> NDArray[np.int64]:
        """The rows whose answers are told as one."""
        return self.box_of_row if self.classes is None else np.array(self.classes, np.int64)[self.box_of_row]

    @property
    def answers_together(self) -> tuple[float, int]:
        """With how many rows the answers of a row are told as one: on average over the rows, and most."""
        return together_of(self.class_of_row)

    def answers(self, position: int) -> Sequence[Any]:
        """The values of plain column number `position` (from 0), row by row."""
        return self._cells[position]

    @cached_property
    def _cells(self) -> tuple[Cells, ...]:
        return tuple(Cells.of(list(map(itemgetter(position + 1), self.rows))) for position in range(len(self.plain)))

    @cached_property
    def coded(self) -> tuple[Answers, ...]:
        """The plain columns as numbers, for those who count. Their values must be of one type each."""
        return tuple(Answers.of(self.answers(position)) for position in range(len(self.plain)))

    def records(self) -> list[dict[str, Value]]:
        """Every row as a reader sees it: generalized values as text."""
        names = [column.name for column in (*self.generalized, *self.plain)]
        texts = [tuple(cell.text for cell in box) for box in self.boxes]
        return [dict(zip(names, (*texts[row[0]], *row[1:]), strict=True)) for row in self.rows]

    def to_json(self) -> dict[str, Any]:
        return {
            "boxes": [[cell.to_json() for cell in box] for box in self.boxes],
            "generalized": [_column_to_json(column) for column in self.generalized],
            "plain": [_column_to_json(column) for column in self.plain],
            "rows": [list(row) for row in self.rows],
        } | ({} if self.classes is None else {"classes": list(self.classes)})


def together_of(class_of_row: NDArray[np.int64]) -> tuple[float, int]:
    """Sizes of the classes as their rows see them: on average over the rows, and most."""
    sizes = np.bincount(class_of_row)
    return int(sizes @ sizes) / len(class_of_row), int(sizes.max())


def table_from_json(found: Any, in_rooms: bool = False) -> ReleasedTable:
    fields = {"boxes", "generalized", "plain", "rows", *(("classes",) if in_rooms else ())}
    if type(found) is not dict or set(found) != fields:
        raise ReleaseFormatError("table", f"it has {', '.join(sorted(fields))}")
    generalized = _columns_from_json(found["generalized"], "generalized")
    plain = _columns_from_json(found["plain"], "plain")
    boxes = []
    for number, box in enumerate(_list(found["boxes"], "boxes")):
        cells = _list(box, f"boxes[{number}]", len(generalized))
        boxes.append(
            tuple(
                cell_from_json(column.kind, cell, f"boxes[{number}].{column.name}")
                for column, cell in zip(generalized, cells, strict=True)
            )
        )
    rows = []
    for number, row in enumerate(_list(found["rows"], "rows")):
        rows.append(_row_from_json(_list(row, f"rows[{number}]", len(plain) + 1), plain, len(boxes), number))
    if in_rooms and not rows:
        raise ReleaseFormatError("rows", "it has no rows")
    classes = _classes_from_json(found["classes"], len(boxes)) if in_rooms else None
    return ReleasedTable(generalized, plain, tuple(boxes), tuple(rows), classes)


def _classes_from_json(found: Any, boxes: int) -> tuple[int, ...]:
    classes, known = _list(found, "classes", boxes), 0
    for number, one in enumerate(classes):
        if type(one) is not int or not 0 <= one <= known:
            raise ReleaseFormatError(f"classes[{number}]", "classes are numbered from 0 as the boxes name them")
        known = max(known, one + 1)
    return tuple(classes)


def _row_from_json(row: list[Any], plain: Sequence[ReleasedColumn], boxes: int, number: int) -> ReleasedRow:
    if type(row[0]) is not int or not 0 <= row[0] < boxes:
        raise ReleaseFormatError(f"rows[{number}]", "the first entry is the number of a box")
    for column, value in zip(plain, row[1:], strict=True):
        allowed = (int, float) if column.kind is ColumnKind.NUMBER else (str,)
        if value is not None and type(value) not in allowed:
            raise ReleaseFormatError(f"rows[{number}].{column.name}", f"it is no {column.kind}")
    return tuple(row)


def _column_to_json(column: ReleasedColumn) -> dict[str, str]:
    return {"kind": column.kind.value, "name": column.name, "role": column.role.value}


def _columns_from_json(found: Any, where: str) -> tuple[ReleasedColumn, ...]:
    columns = []
    for entry in _list(found, where):
        if type(entry) is not dict or set(entry) != {"kind", "name", "role"} or type(entry["name"]) is not str:
            raise ReleaseFormatError(where, "a column has a kind, a name and a role")
        try:
            column = ReleasedColumn(entry["name"], ColumnRole(entry["role"]), ColumnKind(entry["kind"]))
        except ValueError as error:
            raise ReleaseFormatError(where, "unknown role or kind") from error
        if column.role is ColumnRole.IDENTIFIER or (column.role in GENERALIZED) != (where == "generalized"):
            raise ReleaseFormatError(
                where, "sensitive columns are plain, the rest is generalized, identifiers are absent"
            )
        columns.append(column)
    return tuple(columns)


def _list(found: Any, where: str, length: int | None = None) -> list[Any]:
    if type(found) is not list or (length is not None and len(found) != length):
        raise ReleaseFormatError(where, "it is a list" + (f" of {length} entries" if length is not None else ""))
    return found
