"""A released table as CSV: a class number without meaning first, then one cell a column, rows in their random order.

Rows of a class are described alike. In homes a second number follows, of the class whose answers are told as one: which
of them stand in which of its rows is by lot, so what is called a class here is a room of it (ADR 85).
Numbers are `low..high` (as far as the range goes, its upper end where it is a fraction left to the next) or one value;
choices `{a|b|c}` or one value; sets `a|{b|c}`: a for certain, perhaps b and c; sensitive answers as they are. Nothing
at all is no answer; `|` behind a cell: or no answer; `{}` is the set of nothing.
"""

from __future__ import annotations

import csv
import io

from bank_api.domain.anonymize import AnonymizedRelease
from bank_api.domain.anonymize.cells import Cell, NumberCell, SetCell
from bank_api.domain.anonymize.choices import BETWEEN
from bank_api.domain.dry_run.numbers import number_text, range_text
from bank_api.protocol.documents.release import CLASS_OF_ANSWERS

CLASS = "class"
"""What the first column is called, in homes before CLASS_OF_ANSWERS; no released column may be."""


def written(release: AnonymizedRelease) -> str:
    table = release.document.table
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    first = [CLASS] if table.classes is None else [CLASS, CLASS_OF_ANSWERS]
    writer.writerow([*first, *(column.name for column in (*table.generalized, *table.plain))])
    cells = [[cell_text(cell) for cell in box] for box in table.boxes]
    classes = range(len(cells)) if table.classes is None else table.classes
    boxes = [[*(number + 1, one + 1)[: len(first)], *cells[number]] for number, one in enumerate(classes)]
    for row in table.rows:
        writer.writerow([*boxes[row[0]], *(_answer(value) for value in row[1:])])
    return text.getvalue()


def cell_text(cell: Cell) -> str:
    if isinstance(cell, NumberCell):
        if cell.low is None or cell.high is None:
            return ""
        told = range_text(cell.low, cell.high)
    elif isinstance(cell, SetCell):
        if cell.any_of is None:
            return ""
        perhaps = [option for option in cell.any_of if option not in cell.all_of]
        told = BETWEEN.join([*cell.all_of, *(["{" + BETWEEN.join(perhaps) + "}"] if perhaps else [])]) or "{}"
    elif not cell.values:
        return ""
    else:
        told = cell.values[0] if len(cell.values) == 1 else "{" + "|".join(cell.values) + "}"
    return f"{told}|" if cell.missing else told


def _answer(value: str | int | float | None) -> str:
    if value is None:
        return ""
    return (value or "{}") if isinstance(value, str) else number_text(value)
