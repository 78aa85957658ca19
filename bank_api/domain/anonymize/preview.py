"""What a partner sees of one member: the class the member stands in, and what its people answered.

In homes a class has rooms: the member is described as one of these, and answers are those of the whole class. The same
is shown to everybody in it: a preview tells a member nothing of the others that the partner is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bank_api.domain.anonymize.encode import clean_columns
from bank_api.domain.anonymize.release import AnonymizedRelease
from bank_api.domain.anonymize.schema import Value


@dataclass(frozen=True)
class Preview:
    """`described_as` holds the generalized values as text, `people` how many rows are described so; `together` how many
    rows' answers are told as one, and `answers` how many of these gave each other answer. Where the classes of several
    homes may be the member's, whose it is is not shown: of the smallest."""

    described_as: dict[str, str]
    people: int
    together: int
    answers: dict[str, dict[Value, int]]


def preview(row: Mapping[str, Value], release: AnonymizedRelease) -> Preview | None:
    """The member's class in this release, or None when no class describes the member (left out, or not in it)."""
    table = release.document.table
    cleaned = clean_columns([row], release.columns)
    known = [cleaned[column.name][0] for column in table.generalized]
    around = [
        number
        for number, box in enumerate(table.boxes)
        if all(cell.contains(value) for cell, value in zip(box, known, strict=True))
    ]
    if not around:
        return None
    of, sizes = table.class_of_row, np.bincount(table.class_of_row)
    class_of = [of[table.box_of_row == number][0] for number in around]
    least = min(
        range(len(around)), key=lambda at: (sizes[class_of[at]], class_of[at])
    )  # homes overlap: so many or more
    box, alike = table.boxes[around[least]], table.box_of_row == around[least]
    rows = [entry for entry, together in zip(table.rows, of == class_of[least], strict=True) if together]
    return Preview(
        {column.name: cell.text for column, cell in zip(table.generalized, box, strict=True)},
        int(alike.sum()),
        len(rows),
        {column.name: dict(Counter(e[at] for e in rows)) for at, column in enumerate(table.plain, 1)},
    )
